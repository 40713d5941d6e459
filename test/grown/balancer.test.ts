/** The balancer that is shipped, before two workers: what it lets through, who stays with whom, and what a worker that ends or dies costs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Balancer, balancerMissing, startBalancer } from '../support/balancer.ts';
import { freePort, type Server, startServer } from '../support/server.ts';
import { type MongoServer, mongoMissing, startMongo } from '../support/wire.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const missing = balancerMissing() ?? mongoMissing();
const patient = { timeout: 20_000, interval: 100 };
const TELEGRAM = '/api/integrations/webhooks/telegram/';
// On one port, as in a container each.
const ADDRESSES = ['127.0.0.2', '127.0.0.3'];

describe.skipIf(missing)(`two workers behind the balancer${missing ? ` (${missing})` : ''}`, () => {
  let mongo: MongoServer;
  let folder: string;
  let balancer: Balancer;
  let editor: Server;
  const workers: Server[] = [];
  let environment: (name: string) => Record<string, string>;
  let updates = 0;

  const startWorker = async (address: string) => startServer({ ...environment(address), HOST: address });
  const post = async (): Promise<number> => {
    const id = ++updates;
    const from = { id, is_bot: false, first_name: 'A' };
    const message = { message_id: id, date: 1_700_000_000, chat: { id, type: 'private' }, from, text: 'Hola' };
    const response = await fetch(balancer.world + TELEGRAM, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ update_id: id, message }),
    });
    await response.text();
    return response.status;
  };
  /** What each worker was sent by it. */
  const sentBy = async (act: () => Promise<unknown>): Promise<number[]> => {
    const before = await balancer.sent();
    await act();
    const after = await balancer.sent();
    return [...after].map(([name, count]) => count - (before.get(name) ?? 0)).filter((count) => count > 0);
  };
  const statusOf = async (url: string) => {
    const response = await fetch(url);
    await response.text();
    return response.status;
  };

  beforeAll(async () => {
    mongo = await startMongo();
    folder = await mkdtemp(path.join(tmpdir(), 'dragoman-balanced-'));
    const port = String(await freePort());
    const shared = { MONGODB_URL: mongo.database(), CREDENTIAL_SECRET: 'the key of all', DRAGOMAN_API_TOKEN: 'token' };
    environment = (name) => ({
      ...{ ...shared, DRAGOMAN_ROLE: 'worker', PORT: port, DRAGOMAN_DATA: path.join(folder, name) },
      DRAGOMAN_SIMULATOR: 'off',
    });
    editor = await startServer({
      ...{ ...environment('editor'), DRAGOMAN_ROLE: 'editor', PORT: String(await freePort()) },
      DRAGOMAN_FLOWS: path.join(folder, 'flows'),
    });
    workers.push(...(await Promise.all(ADDRESSES.map(startWorker))));
    balancer = await startBalancer(ADDRESSES, Number(port));
    await vi.waitFor(async () => expect(await sentBy(() => Promise.all([post(), post()]))).toEqual([1, 1]), patient);
  });
  afterAll(async () => {
    await balancer?.[Symbol.asyncDispose]();
    await Promise.all([editor, ...workers].map((server) => server?.kill()));
    await mongo?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives the world the webhooks, the widget and the lines, and nothing else', async () => {
    expect(await post()).toBe(200);
    expect(await statusOf(`${balancer.world}/dragoman/widget.js`)).toBe(200);
    for (const closed of ['/', '/health', '/metrics', '/editor/', '/simulator', '/orders', '/calls/start', '/calls/a'])
      expect([closed, await statusOf(balancer.world + closed)]).toEqual([closed, 404]);
    expect(await sentBy(() => statusOf(`${balancer.world}/dragoman/api/accounts`))).toEqual([]);
  });

  it('gives one’s own systems what workers serve, but for what is each worker’s own', async () => {
    const token = { headers: { authorization: 'Bearer token' } };
    expect((await fetch(`${balancer.inside}/dragoman/api/accounts`, token)).status).toBe(200);
    expect((await fetch(`${balancer.inside}/dragoman/api/accounts`)).status).toBe(401);
    expect((await fetch(`${balancer.inside}/metrics`, token)).status).toBe(404);
  });

  it('sends all that names a call or a chat to one worker, and different ones to both', async () => {
    const line = (id: string, query = '') =>
      new Promise<number>((closed) => {
        const socket = new WebSocket(`${balancer.world.replace('http', 'ws')}/chat/${id}/line${query}`, [
          'dragoman-chat',
        ]);
        socket.on('close', closed);
      });
    const of = async (id: string) => {
      // A line without a ticket is taken, and closed with the reason.
      for (const query of ['', '?cursor=3', '?cursor=9']) expect(await line(id, query)).toBeGreaterThan(4_400);
    };
    for (const id of ['one', 'two', 'three']) expect(await sentBy(() => of(id))).toEqual([3]);
    const call = async () => {
      for (const page of ['/calls/abc', '/calls/abc/audio', '/ai-agent/calls/abc/', '/ai-agent/calls/abc/audio/'])
        await statusOf(balancer.inside + page);
    };
    expect(await sentBy(call)).toEqual([4]);
    const many = Array.from({ length: 30 }, (_, index) => `chat-${index}`);
    expect(await sentBy(() => Promise.all(many.map((id) => line(id))))).toHaveLength(2);
    expect(await sentBy(() => Promise.all(many.map(() => statusOf(`${balancer.inside}/calls/start`))))).toHaveLength(2);
  });

  it('a worker that is told to end is sent nothing more before it refuses anything', async () => {
    const statuses: number[] = [];
    let over = false;
    const posting = (async () => {
      while (!over) statuses.push(...(await Promise.all([post(), post(), post(), post()])));
    })();
    expect(await workers[0]!.stop()).toBe(0);
    over = true;
    await posting;
    // More than those that were under way when it was told.
    expect(statuses.length).toBeGreaterThan(4);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await sentBy(() => Promise.all([post(), post(), post(), post()]))).toEqual([4]);
    workers[0] = await startWorker(ADDRESSES[0]!);
    await vi.waitFor(async () => expect(await sentBy(() => Promise.all([post(), post()]))).toEqual([1, 1]), patient);
  });

  it('where one is killed, what comes goes to the other; where both are, it says so', async () => {
    await workers[1]!.kill();
    const statuses = await Promise.all(Array.from({ length: 10 }, post));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await statusOf(`${balancer.self}/health`)).toBe(200);
    await workers[0]!.kill();
    await vi.waitFor(async () => expect(await statusOf(`${balancer.self}/health`)).toBe(503), patient);
    expect(await post()).toBe(503);
  });
});
