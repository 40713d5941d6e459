/** A bot that asks Telegram for what came, on the real runtime: alone, over deploys, and killed before it could confirm. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onLog } from '../../node-red/red.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { openStoreOf } from '../support/engine.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { freePort, type Server, startServer } from '../support/server.ts';

const TOKEN = '424242:AAH-runtime-polling';

/** No http in: nobody could call it. */
const flow = (account: object = {}): FlowItem[] => [
  accountConfig('bot', { settings: { receive: 'polling' }, ...account }),
  { id: 'in', type: 'dragoman-channel-in', account: 'bot', version: 1, wires: [['echo']] },
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
  { id: 'watch', type: 'status', scope: ['in'], wires: [['shown']] },
  { id: 'shown', type: 'tap' },
];

const says = (platform: RunningSimulator, id: number, text: string) =>
  platform.keep('telegram', { kind: 'text', customer: { id }, text }, { account: TOKEN });
const answers = (platform: RunningSimulator, id: number) =>
  platform.calls({ thread: String(id), send: true }).flatMap(({ messageId, text }) => (messageId ? [text] : []));

describe('in a running Node-RED', () => {
  let platform: RunningSimulator;
  let bot: Dragoman;
  beforeAll(async () => {
    platform = await startSimulator();
    bot = await startDragoman({
      flows: flow(),
      env: { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_BASE: `${platform.url}/telegram` },
    });
  }, 60_000);
  afterAll(async () => {
    await bot.stop();
    await platform.stop();
  });
  const polls = () => platform.calls().filter(({ method }) => method === 'getUpdates').length;

  it('answers what came, from the same channel-in, and shows how it receives', async () => {
    says(platform, 1, 'Hola');
    await bot.until(() => answers(platform, 1).length);
    expect(answers(platform, 1)).toEqual(['You wrote: Hola']);
    const [webhook] = await bot.engine.store.webhooks({ limit: 1 });
    expect(webhook).toMatchObject({ path: 'getUpdates', status: 200, eventType: 'message.text', accountId: 'bot' });
    const shown = bot.runtime.received('shown').map((msg) => (msg as { status: { text: string } }).status.text);
    expect(shown).toContain('polling');
  });

  it('takes no calls: whoever makes one is not its platform, and nobody is warned of a door that is shut', async () => {
    const lines: string[] = [];
    const stop = onLog(bot.runtime.RED, ({ msg }) => void lines.push(String(msg)));
    const hook = {
      id: 'hook',
      type: 'http in',
      url: '/polled',
      method: 'post',
      skipBodyParsing: true,
      wires: [['in']],
    };
    await bot.runtime.deploy([...flow(), hook]);
    const update = {
      message: { chat: { id: 30, type: 'private' }, from: { id: 30 }, message_id: 1, text: 'not Telegram' },
    };
    const answer = await bot.post('/polled', update);
    expect([answer.status, await answer.text()]).toEqual([
      409,
      'This account asks its platform for what came, and takes no calls.',
    ]);
    says(platform, 31, 'Telegram');
    await bot.until(() => answers(platform, 31).length);
    stop();
    expect(answers(platform, 30)).toEqual([]);
    expect(lines.filter((line) => line.includes('has no secret'))).toEqual([]);
    const calls = await bot.engine.store.webhooks({ limit: 5 });
    expect(calls).toContainEqual(expect.objectContaining({ path: '/polled', status: 409, eventType: 'refused' }));
  });

  it('goes on over a deploy with one asker, and loses nothing that came meanwhile', async () => {
    for (let round = 2; round < 5; round++) {
      const deployed = bot.runtime.deploy(flow({ handBackText: `round ${round}` }));
      says(platform, round, 'meanwhile');
      await deployed;
      await bot.until(() => answers(platform, round).length);
    }
    await bot.quiet();
    for (let round = 2; round < 5; round++) expect(answers(platform, round)).toEqual(['You wrote: meanwhile']);
    expect(platform.calls().filter(({ status }) => status === 409)).toEqual([]);
  });

  it('asks no more once the account is called, off, or gone', async () => {
    const changes = [flow({ settings: {} }), flow({ enabled: false }), []];
    for (const [index, change] of changes.entries()) {
      await bot.runtime.deploy(change);
      const before = polls();
      says(platform, 20 + index, 'nobody asks');
      await bot.post('/nothing', {});
      expect(polls()).toBe(before);
    }
    await bot.runtime.deploy(flow());
    for (const index of changes.keys()) await bot.until(() => answers(platform, 20 + index).length);
  });

  it('tells a token that the platform refuses at its channel-in, on the health page and to people, until it takes it', async () => {
    const health = async () => (await fetch(`${bot.runtime.url}/health`)).json();
    const shown = () => bot.runtime.received('shown').map((msg) => (msg as { status: { text: string } }).status.text);
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    await bot.runtime.deploy(flow({ handBackText: 'with a refused token' }));
    await bot.until(() => bot.engine.registry.trouble('bot'));
    expect(bot.engine.registry.trouble('bot')).toMatch(/does not know the bot token/);
    expect(await health()).toEqual({ status: 'ok', failingAccounts: 1 });
    await bot.until(() => shown().at(-1) === 'platform refuses it');
    const kept = await bot.until(async () =>
      (await bot.engine.store.notices({ limit: 20 })).find(({ kind }) => kind === 'account-error'),
    );
    expect(kept).toMatchObject({
      accountId: 'bot',
      about: { code: 'TELEGRAM_401' },
      reason: expect.stringMatching(/@BotFather/),
    });
    expect(JSON.stringify(kept)).not.toContain(TOKEN);
    // The account goes, and its trouble with it.
    await bot.runtime.deploy([]);
    expect(await health()).toEqual({ status: 'ok' });
    platform.faults.clear();
    await bot.runtime.deploy(flow());
    await bot.until(() => shown().at(-1) === 'polling');
    expect(await health()).toEqual({ status: 'ok' });
  });

  it('does not start twice with one bot, and says so', async () => {
    const errors: string[] = [];
    const stop = onLog(bot.runtime.RED, ({ level, msg }) => void (level === 20 && errors.push(String(msg))));
    const twin = (id: string): FlowItem[] => [
      accountConfig('twin', { name: 'Twin', settings: { receive: 'polling' } }),
      { id, type: 'dragoman-channel-in', account: 'twin', version: 1, wires: [['echo']] },
    ];
    await bot.runtime.deploy([...flow(), ...twin('in-twin')]);
    stop();
    expect(errors).toEqual([expect.stringMatching(/ACCOUNT_TWICE: The account ".*" asks for the same updates/)]);
    says(platform, 10, 'still there');
    await bot.until(() => answers(platform, 10).length);
    const rest = flow().filter(({ id }) => id !== 'bot' && id !== 'in');
    await bot.runtime.deploy([...rest, ...twin('another-in')]);
    says(platform, 11, 'to the twin');
    await bot.until(() => answers(platform, 11).length);
  });
});

describe('killed', () => {
  let folder: string;
  let platform: RunningSimulator;
  /** In front of the platform: a confirmation can be kept from reaching it. */
  let front: HttpServer;
  let onConfirm: (() => void) | undefined;
  let server: Server | undefined;
  let env: Record<string, string>;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'polling-'));
    platform = await startSimulator();
    front = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      if (onConfirm && request.url!.endsWith('/getUpdates') && body.includes('"offset"')) return void onConfirm();
      const answer = await fetch(platform.url + request.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }).catch(() => undefined);
      if (!answer) return void response.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
    await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
    const flows = path.join(folder, 'flows');
    mkdirSync(flows);
    const place = { z: 'tab', x: 100, y: 100 };
    const nodes = flow()
      .filter(({ id }) => !['watch', 'shown'].includes(id))
      .map(({ config, ...node }) => (config ? node : { ...place, wires: [], ...node }));
    writeFileSync(
      path.join(flows, 'polled.json'),
      JSON.stringify([{ id: 'tab', type: 'tab', label: 'Polled' }, ...nodes]),
    );
    env = {
      PORT: String(await freePort()),
      DRAGOMAN_DATA: path.join(folder, 'data'),
      DRAGOMAN_FLOWS: flows,
      DRAGOMAN_SIMULATOR: 'off',
      TELEGRAM_API_BASE: `http://127.0.0.1:${(front.address() as { port: number }).port}/telegram`,
      TELEGRAM_BOT_TOKEN: TOKEN,
    };
  });
  afterEach(async () => {
    await server?.kill();
    front.closeAllConnections();
    front.close();
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const until = async (look: () => unknown) => {
    for (const end = Date.now() + 20_000; !look(); ) {
      if (Date.now() > end) throw new Error(`Nothing came: ${look}\n${server?.output()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('between what it was given and its confirmation, it is given the same again and answers it once', async () => {
    const confirmed = Promise.withResolvers<void>();
    onConfirm = confirmed.resolve;
    for (const id of [1, 2, 3]) says(platform, id, `message ${id}`);
    server = await startServer(env);
    await confirmed.promise;
    await server.kill();
    onConfirm = undefined;
    says(platform, 4, 'after the crash');
    server = await startServer(env);
    await until(() => [1, 2, 3, 4].every((id) => answers(platform, id).length > 0));
    const pending = async () => {
      const answer = await fetch(`${platform.url}/telegram/bot${TOKEN}/getWebhookInfo`, { method: 'POST' });
      return ((await answer.json()) as { result: { pending_update_count: number } }).result.pending_update_count;
    };
    let left = 1;
    await until(() => {
      void pending().then((count) => (left = count));
      return left === 0;
    });
    expect(await server.stop()).toBe(0);
    for (const id of [1, 2, 3]) expect(answers(platform, id)).toEqual([`You wrote: message ${id}`]);
    expect(answers(platform, 4)).toEqual(['You wrote: after the crash']);
    const store = await openStoreOf(path.join(folder, 'data'));
    const conversations = await store.conversations({ limit: 10 });
    for (const { id } of conversations)
      expect((await store.messages(id, { limit: 10 })).filter(({ author }) => author === 'customer')).toHaveLength(1);
    expect(conversations).toHaveLength(4);
    await store.close();
  }, 180_000);

  it('by SIGTERM while it asks, it ends at once and asks no more', async () => {
    says(platform, 5, 'Hola');
    server = await startServer(env);
    await until(() => answers(platform, 5).length > 0);
    expect(await server.stop()).toBe(0);
    says(platform, 6, 'nobody is there');
    expect(answers(platform, 6)).toEqual([]);
    expect(server.output()).not.toContain('receives nothing');
  }, 120_000);
});
