/** Webhooks of a channel-in in somebody else's Node-RED, while its flows are deployed; and everybody else's requests, which are none of ours. */
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { guardWebhooks } from '../../node-red/host/edge-guest.ts';
import { type FlowItem, type Runtime, startRuntime } from '../support/harness.ts';

// The machine may be busy; nothing here depends on how long it takes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let runtime: Runtime;

const httpIn = (id: string, url: string, to: string, more: object = {}): FlowItem => ({
  id,
  type: 'http in',
  url,
  method: 'post',
  skipBodyParsing: true,
  wires: [[to]],
  ...more,
});
const WAYS = ['one', 'three', 'switched', 'linked', 'linked-twice', 'junction', 'half'];
const pass = (id: string, ...to: string[]): FlowItem => ({ id, type: 'passer', wires: [to] });
const flow: FlowItem[] = [
  ...WAYS.map((way) => httpIn(`in-${way}`, `/via/${way}`, `${way}-1`)),
  pass('one-1', 'entry'),
  pass('three-1', 'three-2'),
  pass('three-2', 'three-3'),
  pass('three-3', 'entry'),
  { ...pass('switched-1'), wires: [[], ['entry']] },
  { id: 'linked-1', type: 'link out', mode: 'link', links: ['linked-2'], wires: [] },
  { id: 'linked-2', type: 'link in', links: ['linked-1'], wires: [['entry']] },
  { id: 'linked-twice-1', type: 'link out', mode: 'link', links: ['linked-twice-2'], wires: [] },
  { id: 'linked-twice-2', type: 'link in', links: ['linked-twice-1'], wires: [['linked-twice-3']] },
  { id: 'linked-twice-3', type: 'link out', mode: 'link', links: ['linked-2'], wires: [] },
  { id: 'junction-1', type: 'junction', wires: [['junction-2']] },
  { id: 'junction-2', type: 'junction', wires: [['entry']] },
  pass('half-1', 'nothing', 'entry'),
  pass('nothing'),
  httpIn('circle', '/circle', 'round-1'),
  pass('round-1', 'round-2'),
  pass('round-2', 'reply'),
  httpIn('hook', '/webhooks/telegram/', 'entry'),
  httpIn('second', '/webhooks/whatsapp', 'entry'),
  httpIn('handshake', '/webhooks/whatsapp', 'entry', { method: 'get' }),
  httpIn('theirs', '/theirs', 'reply'),
  { id: 'entry', type: 'dragoman-channel-in' },
  { id: 'reply', type: 'http response' },
];

beforeAll(async () => {
  runtime = await startRuntime({
    nodesDir: [],
    beforeStart: (RED) => guardWebhooks(RED, { maxHeld: 40, holdMs: 1500, bodiesBytes: 8_000_000 }),
  });
  // Answers by itself after a moment, as channel-in does when the events are stored.
  runtime.registerNode('dragoman-channel-in', function () {
    this.on('input', (msg, _send, done) => {
      const { _res: response } = msg.res as { _res: http.ServerResponse };
      setTimeout(() => {
        response.end(`took ${Buffer.isBuffer(msg.payload) ? msg.payload.length : typeof msg.payload}`);
        done();
      }, 5);
    });
  });
  runtime.registerNode('passer', function () {
    this.on('input', (msg, send, done) => {
      // The last output, as a switch's own way; and what was not asked for goes there too.
      send([
        ...Array(Math.max(0, (this as unknown as { wires: unknown[] }).wires.length - 1)).fill(null),
        msg,
      ] as never);
      done();
    });
  });
  // So that a deploy takes as long as it can with nodes that keep connections.
  runtime.registerNode('slow close', function () {
    this.on('close', (done) => void setTimeout(done, 300));
  });
  await runtime.deploy(flow);
});
afterAll(() => runtime.stop());

interface Answer {
  status: number | string;
  text: string;
  retryAfter: string | undefined;
}

function call(path: string, body: string | Buffer | null = '{"a":1}', agent?: http.Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const method = body === null ? 'GET' : 'POST';
    const request = http.request({ port: runtime.port, path, method, agent, timeout: 10_000 }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] }),
      );
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve({ status: error.message, text: '', retryAfter: undefined }));
    request.end(body ?? undefined);
  });
}

/** Begins a deploy that takes its time; resolves when it has begun. */
async function deploying(next: FlowItem[] = flow): Promise<{ done: Promise<unknown> }> {
  await runtime.deploy([...flow, { id: 'sc', type: 'slow close' }]);
  const begun = once(runtime.RED.events as never, 'flows:stopping');
  const done = runtime.deploy(next);
  await begun;
  return { done };
}

describe('a deploy', () => {
  it('costs no webhook its answer: 15 full ones under load', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const counts: Record<string, number> = {};
    let stop = false;
    const clients = Array.from({ length: 15 }, async (_, index) => {
      while (!stop) {
        const { status } = await call(index % 2 ? '/webhooks/telegram/' : '/webhooks/whatsapp', '{"a":1}', agent);
        counts[status] = (counts[status] ?? 0) + 1;
        await sleep(5);
      }
    });
    for (let round = 0; round < 15; round++) {
      await sleep(30);
      await runtime.deploy(flow);
    }
    stop = true;
    await Promise.all(clients);
    agent.destroy();
    expect(Object.keys(counts)).toEqual(['200']);
    expect(counts[200]).toBeGreaterThan(50);
  });

  it.each(['/webhooks/telegram/', '/webhooks/telegram', '/webhooks/whatsapp?x=1'])(
    'holds %s until the flows run again, with its exact bytes',
    async (path) => {
      const { done } = await deploying();
      let running = false;
      done.then(() => (running = true));
      const answer = call(path).then((given) => ({ ...given, running }));
      expect(await answer).toMatchObject({ status: 200, text: 'took 7', running: true });
      await done;
    },
  );

  it.each(WAYS)('holds a webhook that reaches its channel-in over other nodes: %s', async (way) => {
    const { done } = await deploying();
    let running = false;
    done.then(() => (running = true));
    const answer = call(`/via/${way}`).then((given) => ({ ...given, running }));
    expect(await answer).toMatchObject({ status: 200, text: 'took 7', running: true });
    await done;
  });

  it('holds a handshake as well', async () => {
    const { done } = await deploying();
    expect((await call('/webhooks/whatsapp?hub.challenge=1', null)).status).toBe(200);
    await done;
  });

  it('holds nothing of the host’s: its flows and unknown paths are answered as without us', async () => {
    const { done } = await deploying();
    let running = false;
    done.then(() => (running = true));
    const [theirs, nobodys] = await Promise.all([call('/theirs'), call('/nobody')]);
    expect([running, theirs.retryAfter, nobodys.status]).toEqual([false, undefined, 404]);
    await done;
    expect((await call('/theirs')).status).toBe(200);
  });

  it('that takes the webhook away leaves 404, and not before it has ended', async () => {
    const { done } = await deploying(flow.filter(({ id }) => id !== 'hook'));
    const held = call('/webhooks/telegram/');
    await done;
    expect((await held).status).toBe(404);
    await runtime.deploy(flow);
    expect((await call('/webhooks/telegram/')).status).toBe(200);
  });
});

describe('what cannot wait', () => {
  it('gets 503 with a time to come again: more than may wait, and longer than one may', async () => {
    runtime.RED.events.emit('flows:stopping', {});
    const answers = await Promise.all(Array.from({ length: 50 }, () => call('/webhooks/telegram/')));
    runtime.RED.events.emit('flows:started', {});
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(503));
    expect(new Set(answers.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['5']));
  });

  it('gets it too where the flows were stopped by hand', async () => {
    runtime.RED.events.emit('runtime-event', { id: 'runtime-state', payload: { state: 'stop' } });
    expect(await call('/webhooks/whatsapp')).toMatchObject({ status: 503, retryAfter: '5' });
    runtime.RED.events.emit('flows:started', {});
    expect((await call('/webhooks/whatsapp')).status).toBe(200);
  });
});

it('refuses a body over the limit, of ours alone', async () => {
  const big = Buffer.alloc(5 * 1024 * 1024);
  expect((await call('/webhooks/telegram/', big)).status).toBe(413);
  expect((await call('/theirs', big)).status).toBe(200);
  for (const way of WAYS) expect((await call(`/via/${way}`, big)).status, way).toBe(413);
  expect((await call('/circle', big)).status).toBe(200);
});

it('refuses with 503 what finds no room beside the others, of ours alone, and has room when they are gone', async () => {
  const begun = ['/webhooks/telegram/', '/webhooks/whatsapp', '/via/one', '/via/linked', '/via/junction'].map(
    (path) => {
      const request = http.request({ port: runtime.port, path, method: 'POST' });
      const status = new Promise<number>((resolve) => {
        request.on('response', (response) => resolve(response.resume().statusCode ?? 0));
        request.on('error', () => {});
      });
      request.write(Buffer.alloc(3_000_000, 97));
      return { request, status };
    },
  );
  expect(await Promise.any(begun.map(({ status }) => status))).toBe(503);
  expect((await call('/theirs', Buffer.alloc(9_000_000))).status).toBe(200);
  for (const { request } of begun) request.destroy();
  await vi.waitFor(async () => expect((await call('/via/one', Buffer.alloc(3_000_000))).status).toBe(200), 10_000);
});
