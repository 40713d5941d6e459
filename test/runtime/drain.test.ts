import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSimulator } from '../../simulator/index.ts';
import { startDragoman } from '../support/dragoman.ts';
import { openStoreOf } from '../support/engine.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { freePort, startServer } from '../support/server.ts';
import { type Stock, type StockOptions, spawnStock, startStock } from '../support/stock.ts';

// The machine may be busy; nothing here depends on how long it takes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const source = (name: string) =>
  JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, '../../node-red/host', name)).href);

/** Tracker, edge and drain as our plugin puts them together; `GET /turn` runs a turn of 1.2 s. */
const plugin = (graceMs: number) => `
import { createTurnTracker } from ${source('turn-tracker.ts')};
import { installDrain } from ${source('drain.ts')};
import { installEdge } from ${source('edge.ts')};
export default (RED) => {
  const tracker = createTurnTracker(RED);
  const edge = installEdge(RED);
  const running = new Set();
  installDrain(RED, { stopIntake: edge.refuse, idle: () => Promise.all(running), graceMs: ${graceMs} });
  RED.httpNode.get('/turn', (request, response) => {
    const turn = tracker.run('turn', {}, (msg) => RED.nodes.getNode('work').receive(msg), 10_000);
    running.add(turn);
    turn.then((result) => console.log('turn: ' + result.status));
    response.end('ok');
  });
};`;

const nodes = `
export default (RED) => {
  RED.nodes.registerType('work', function (config) {
    RED.nodes.createNode(this, config);
    this.on('input', (msg, send, done) => void setTimeout(() => { console.log('worked'); done(); }, 1200));
    this.on('close', () => console.log('closed'));
  });
};`;

const flows: FlowItem[] = [
  { id: 't', type: 'tab', label: 't' },
  { id: 'work', type: 'work', z: 't', x: 1, y: 1, wires: [] },
  { id: 'hook', type: 'http in', z: 't', x: 1, y: 1, url: '/hook', method: 'post', wires: [['reply']] },
  { id: 'reply', type: 'http response', z: 't', x: 1, y: 1, wires: [] },
];

let stock: Stock;
const start = async (graceMs: number, more: StockOptions = {}) => {
  stock = await startStock({ plugin: plugin(graceMs), nodes, flows, ...more });
};

afterEach(() => stock?.stop());

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets the running turn end, takes nothing new, then stops',
    async (signal) => {
      await start(8000);
      await fetch(`${stock.url}/turn`);
      stock.kill(signal);
      await stock.printed('Stopping');
      const late = await fetch(`${stock.url}/hook`, { method: 'POST' });
      expect(late.status).toBe(503);
      expect(await stock.ended).toEqual({ code: 0, signal: null });
      expect(stock.output()).toMatch(/worked[\s\S]*turn: settled[\s\S]*closed/);
    },
  );

  it('waits no longer than its grace', async () => {
    await start(200);
    await fetch(`${stock.url}/turn`);
    stock.kill('SIGTERM');
    expect(await stock.ended).toEqual({ code: 0, signal: null });
    expect(stock.output()).toContain('although turns still run');
    expect(stock.output()).not.toContain('worked');
  });

  it('ends at once when it comes again', async () => {
    await start(8000);
    await fetch(`${stock.url}/turn`);
    stock.kill('SIGTERM');
    await stock.printed('Stopping');
    stock.kill('SIGTERM');
    expect(await stock.ended).toEqual({ code: 143, signal: null });
    expect(stock.output()).not.toContain('worked');
  });

  it('stops at once where nothing runs', async () => {
    await start(8000);
    stock.kill('SIGTERM');
    expect(await stock.ended).toEqual({ code: 0, signal: null });
    expect(stock.output()).toContain('closed');
  });
});

describe('the edge in a stock Node-RED, whose editor and flows share one root', () => {
  it('limits webhooks and leaves the editor’s deploys alone', async () => {
    await start(8000);
    const hook = await fetch(`${stock.url}/hook`, { method: 'POST', body: 'x'.repeat(20_000_000) });
    expect(hook.status).toBe(413);
    expect((await fetch(`${stock.url}/hook`, { method: 'POST', body: 'x' })).status).toBe(200);
    const deploy = await fetch(`${stock.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'full' },
      body: JSON.stringify([...flows, { id: 'big', type: 'comment', z: 't', info: 'x'.repeat(4_500_000) }]),
    });
    expect(deploy.status).toBe(204);
    expect((await fetch(`${stock.url}/hook`, { method: 'POST', body: 'x' })).status).toBe(200);
  });

  it('answers 503 for webhooks while flows do not run, as in safe mode', async () => {
    stock = await spawnStock({ plugin: plugin(8000), nodes, flows, args: ['--safe'] });
    await stock.printed('now running at');
    await expect.poll(async () => (await fetch(`${stock.url}/hook`, { method: 'POST' })).status).toBe(503);
    expect((await fetch(`${stock.url}/settings`)).status).toBe(200);
  });
});

describe('an engine that stops', () => {
  const INTERIM = "return [{ ...msg, payload: 'One moment.' }, msg];";

  it('sends what a running turn says in its grace', async () => {
    const bot = await startDragoman({
      flows: [
        ...[accountConfig('acc'), ...entryNodes('acc', '/acc', 'f')],
        { id: 'f', type: 'function', func: INTERIM, outputs: 2, wires: [['out'], ['wait']] },
        { id: 'wait', type: 'delay', pauseType: 'delay', timeout: '1', timeoutUnits: 'seconds', wires: [['say']] },
        { id: 'say', type: 'function', func: "msg.payload = 'The answer.'; return msg;", wires: [['out']] },
        { id: 'out', type: 'dragoman-channel-out', version: 1 },
      ],
    });
    const shown = () => bot.shown({ thread: '7101' }).map((call) => call.text);
    try {
      await bot.happens('telegram', '/acc', { kind: 'text', customer: { id: 7101 }, text: 'question' });
      await bot.until(() => shown()[0]);
      const { engine } = bot;
      const before = (await engine.store.conversations({ limit: 1 }))[0]!;
      // As seen by the one who opens the folder next.
      await engine.stop();
      const store = await openStoreOf(engine.dataFolder);
      const messages = await store.messages(before.id, { limit: 5 });
      const { openSend } = (await store.conversation(before.id))!;
      await store.close();
      expect(messages.map(({ text, state }) => [text, state])).toEqual([
        ...[
          ['question', undefined],
          ['One moment.', 'sent'],
          ['The answer.', 'sent'],
        ],
      ]);
      expect(openSend).toBeNull();
    } finally {
      await bot.stop();
    }
  });

  it('by a signal, too, as the whole product runs', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-drain-'));
    const [data, flows] = ['data', 'flows'].map((name) => path.join(folder, name)) as [string, string];
    await mkdir(flows);
    const nodes: FlowItem[] = [
      ...entryNodes('acc', '/acc', 'wait'),
      { id: 'wait', type: 'delay', pauseType: 'delay', timeout: '2', timeoutUnits: 'seconds', wires: [['out']] },
      { id: 'out', type: 'dragoman-channel-out', version: 1, wires: [] },
    ];
    const { config: _, ...account } = accountConfig('acc');
    const tab = nodes.map((node) => ({ z: 'bot', x: 100, y: 100, ...node }));
    await writeFile(path.join(flows, 'bot.json'), JSON.stringify([{ id: 'bot', type: 'tab', label: 'bot' }, ...tab]));
    await writeFile(path.join(flows, 'global.json'), JSON.stringify([account]));
    await writeFile(path.join(flows, 'order.json'), JSON.stringify(['bot']));
    const server = await startServer({
      ...{ PORT: String(await freePort()), DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: flows },
    });
    try {
      const action = { kind: 'text', customer: { id: 7102 }, text: 'question' } as const;
      const { body, headers } = createSimulator().webhook('telegram', action);
      expect((await fetch(`${server.url}/acc`, { method: 'POST', headers, body })).status).toBe(200);
      await sleep(500);
      expect(await server.stop()).toBe(0);
      const store = await openStoreOf(data);
      const [conversation] = await store.conversations({ limit: 1 });
      const messages = await store.messages(conversation!.id, { limit: 5 });
      await store.close();
      expect(messages.map(({ text, state }) => [text, state])).toEqual([
        ...[
          ['question', undefined],
          ['question', 'sent'],
        ],
      ]);
    } finally {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
