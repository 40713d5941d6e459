import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startSimulator } from './server.ts';
import { metaJson, metaSignature, verifyHandshake } from './signing.ts';
import { createSimulator } from './simulator.ts';
import { dig, post, type Reply } from './testing.ts';
import type { Fault, PlatformId } from './types.ts';

const draws: number[] = [];
const simulator = await startSimulator({ random: () => draws.shift() ?? 0 });
const auth = { authorization: 'Bearer t' };

/** One short message on each platform. */
const SENDS: Record<PlatformId, (thread?: string) => Promise<Reply>> = {
  telegram: (thread = '5') =>
    post(`${simulator.url}/telegram/bot1:a/sendMessage`, { chat_id: Number(thread), text: 'a' }),
  whatsapp: (thread = '15550001111') =>
    post(
      `${simulator.url}/whatsapp/v25.0/1/messages`,
      { messaging_product: 'whatsapp', to: `+${thread}`, type: 'text', text: { body: 'a' } },
      auth,
    ),
  instagram: (thread = '2001') =>
    post(`${simulator.url}/instagram/v25.0/1/messages`, { recipient: { id: thread }, message: { text: 'a' } }, auth),
  waha: (thread = '15550001111') =>
    post(
      `${simulator.url}/waha/api/sendText`,
      { session: 'default', chatId: `${thread}@c.us`, text: 'a' },
      { 'x-api-key': 'k' },
    ),
};
const platforms = Object.keys(SENDS) as PlatformId[];
const code = (reply: Reply) => dig(reply.body, 'error', 'code') ?? reply.body.error_code ?? reply.body.statusCode;

beforeEach(() => {
  simulator.reset();
  draws.length = 0;
});
afterAll(() => simulator.stop());

const REFUSALS: [PlatformId, Fault, number, number][] = [
  ['telegram', { kind: 'rate-limit' }, 429, 429],
  ['telegram', { kind: 'server-error' }, 500, 500],
  ['telegram', { kind: 'blocked' }, 403, 403],
  ['telegram', { kind: 'bad-token' }, 401, 401],
  ['whatsapp', { kind: 'rate-limit' }, 429, 130429],
  ['whatsapp', { kind: 'server-error' }, 500, 131000],
  ['whatsapp', { kind: 'blocked' }, 400, 131026],
  ['whatsapp', { kind: 'window-closed' }, 400, 131047],
  ['whatsapp', { kind: 'bad-token' }, 401, 190],
  ['instagram', { kind: 'rate-limit' }, 429, 613],
  ['instagram', { kind: 'server-error' }, 500, 2],
  ['instagram', { kind: 'blocked' }, 400, 551],
  ['instagram', { kind: 'window-closed' }, 400, 10],
  ['instagram', { kind: 'bad-token' }, 401, 190],
  ['waha', { kind: 'rate-limit' }, 429, 429],
  ['waha', { kind: 'server-error' }, 500, 500],
  ['waha', { kind: 'blocked' }, 500, 500],
  ['waha', { kind: 'bad-token' }, 401, 401],
];

test.each(REFUSALS)(
  '%s answers %o with %i and its own code %i, then works again',
  async (platform, fault, status, own) => {
    simulator.faults.set({ platform }, { ...fault, times: 1 });
    const refused = await SENDS[platform]();
    expect([refused.status, code(refused)]).toEqual([status, own]);
    const done = platform === 'waha' ? 201 : 200;
    expect((await SENDS[platform]()).status).toBe(done);
    expect(simulator.calls()).toMatchObject([{ status, fault: fault.kind, schemaErrors: [] }, { status: done }]);
    expect(simulator.calls()[0]).not.toHaveProperty('messageId');
    expect(simulator.faults.list()).toEqual([]);
  },
);

test('when to come back is told the way of each platform', async () => {
  for (const platform of platforms) simulator.faults.set({ platform }, { kind: 'rate-limit', retryAfter: 7 });
  const telegram = await SENDS.telegram();
  expect(telegram.body.parameters).toEqual({ retry_after: 7 });
  expect((await SENDS.whatsapp()).headers.get('retry-after')).toBe('7');
  expect((await SENDS.instagram()).headers.get('retry-after')).toBe('7');
  expect((await SENDS.waha()).headers.get('retry-after')).toBe('7');
  simulator.faults.set({ platform: 'whatsapp' }, { kind: 'rate-limit' });
  expect((await SENDS.whatsapp()).headers.get('retry-after')).toBeNull();
});

test('a closed window lets pass what the platform lets pass', async () => {
  for (const platform of platforms) simulator.faults.set({ platform }, { kind: 'window-closed' });
  expect((await SENDS.telegram()).status).toBe(200);
  expect((await SENDS.waha()).status).toBe(201);
  const template = { name: 'hello', language: { code: 'en' } };
  const whatsapp = { messaging_product: 'whatsapp', to: '+15550001111', type: 'template', template };
  expect((await post(`${simulator.url}/whatsapp/v25.0/1/messages`, whatsapp, auth)).status).toBe(200);
  const tagged = { recipient: { id: '1' }, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message: { text: 'a' } };
  expect((await post(`${simulator.url}/instagram/v25.0/1/messages`, tagged, auth)).status).toBe(200);
});

test.each(platforms)('%s: time-out means no answer, and nothing was sent', async (platform) => {
  simulator.faults.set({ platform }, { kind: 'timeout', times: 1 });
  const recorded = new Promise((resolve) => simulator.onCall(resolve));
  const answer = SENDS[platform]().then(
    () => 'answered',
    () => 'broken',
  );
  expect(await recorded).toMatchObject({ status: null, response: null, fault: 'timeout' });
  expect(await Promise.race([answer, wait(50, 'waits')])).toBe('waits');
  simulator.reset();
  expect(await answer).toBe('broken');
});

test.each(platforms)(
  '%s: accept-then-drop sends, says so in the journal and breaks the connection',
  async (platform) => {
    simulator.faults.set({ platform }, { kind: 'accept-then-drop', times: 1 });
    await expect(SENDS[platform]()).rejects.toThrow();
    const [call] = simulator.calls();
    expect(call).toMatchObject({ status: platform === 'waha' ? 201 : 200, fault: 'accept-then-drop' });
    expect(call?.messageId).toBeTruthy();
  },
);

test('a delayed answer comes, unless the simulator is reset meanwhile', async () => {
  simulator.faults.set({ platform: 'telegram' }, { kind: 'delay', ms: 20 });
  simulator.faults.set({ platform: 'telegram' }, { kind: 'server-error', times: 1 });
  expect((await SENDS.telegram()).status).toBe(500);
  expect((await SENDS.telegram()).status).toBe(200);
  simulator.faults.set({ platform: 'telegram' }, { kind: 'delay', ms: 60_000, chance: 0.5 });
  draws.push(0);
  const broken = expect(SENDS.telegram()).rejects.toThrow();
  // The draw is made when the request has come in.
  while (draws.length > 0) await wait(1);
  simulator.reset();
  await broken;
  expect(simulator.calls()).toEqual([]);
});

test('faults meet their target only, and sends only unless said otherwise', async () => {
  const typing = () => post(`${simulator.url}/telegram/bot1:a/sendChatAction`, { chat_id: 5, action: 'typing' });
  simulator.faults.set({ platform: 'telegram', thread: '5' }, { kind: 'blocked' });
  simulator.faults.set({ platform: 'telegram', account: '2:b' }, { kind: 'server-error' });
  expect((await SENDS.telegram('5')).status).toBe(403);
  expect((await SENDS.telegram('6')).status).toBe(200);
  expect((await SENDS.whatsapp()).status).toBe(200);
  expect((await typing()).status).toBe(200);
  simulator.faults.set({ platform: 'telegram', thread: '5' }, { kind: 'blocked', calls: 'all' });
  expect((await typing()).status).toBe(403);
  simulator.faults.clear({ platform: 'telegram', thread: '5' });
  simulator.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
  expect((await typing()).status).toBe(401);
  simulator.faults.clear(undefined, 'bad-token');
  expect(simulator.faults.list()).toEqual([
    { target: { platform: 'telegram', account: '2:b' }, fault: { kind: 'server-error' } },
  ]);
});

test('a fault of a WhatsApp thread finds it by phone however written, and by BSUID', async () => {
  simulator.faults.set({ platform: 'whatsapp', thread: '+1 (555) 000-1111' }, { kind: 'blocked', times: 1 });
  expect((await SENDS.whatsapp('15550001111')).status).toBe(400);
  simulator.faults.set({ platform: 'whatsapp', thread: 'US.5' }, { kind: 'blocked' });
  simulator.webhook('whatsapp', { kind: 'text', customer: { phone: '15550001111', userId: 'US.5' }, text: 'a' });
  expect((await SENDS.whatsapp('15550001111')).status).toBe(400);
});

test('the most particular fault decides, and a chance is drawn from the given random', async () => {
  simulator.faults.set({ platform: 'telegram', thread: '5' }, { kind: 'rate-limit', chance: 0.5 });
  simulator.faults.set({ platform: 'telegram' }, { kind: 'server-error' });
  draws.push(0.4, 0.6);
  expect((await SENDS.telegram('5')).status).toBe(429);
  expect((await SENDS.telegram('5')).status).toBe(500);
});

test('duplicate tells the driver to post twice and leaves sends alone', async () => {
  const target = { platform: 'telegram', account: '1:a', thread: '5' } as const;
  expect(simulator.faults.deliveries(target)).toBe(1);
  simulator.faults.set({ platform: 'telegram' }, { kind: 'duplicate', times: 1 });
  expect((await SENDS.telegram()).status).toBe(200);
  expect([simulator.faults.deliveries(target), simulator.faults.deliveries(target)]).toEqual([2, 1]);
});

test('what a request did wrong is kept also where a fault answered', async () => {
  simulator.faults.set({ platform: 'instagram' }, { kind: 'rate-limit' });
  await post(`${simulator.url}/instagram/v25.0/1/messages`, { recipient: { id: '1' }, message: { text: '' } }, auth);
  expect(simulator.calls()[0]).toMatchObject({ status: 429, schemaErrors: [expect.any(String)] });
});

test('the journal is filtered, and told to listeners', async () => {
  const told: number[] = [];
  const stop = simulator.onCall((call) => told.push(call.seq));
  await SENDS.telegram('5');
  await SENDS.telegram('6');
  await SENDS.instagram();
  stop();
  await SENDS.whatsapp();
  const all = simulator.calls();
  expect(told).toEqual(all.slice(0, 3).map((call) => call.seq));
  expect(simulator.calls({ platform: 'telegram', thread: '6' })).toHaveLength(1);
  expect(simulator.calls({ after: all[1]?.seq })).toHaveLength(2);
  expect(simulator.calls({ account: '1:a' })).toHaveLength(2);
});

test('paths of others are not touched, large bodies are refused before they are read', async () => {
  expect((await fetch(`${simulator.url}/slack/x`)).status).toBe(404);
  const head = 'POST /telegram/bot1:a/sendMessage HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const answerTo = async (sent: string): Promise<string> => {
    const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
    socket.write(head + sent);
    const [chunk] = await once(socket, 'data');
    socket.destroy();
    return String(chunk).slice(0, 12);
  };
  expect(await answerTo('content-length: 20000000\r\n\r\n{')).toBe('HTTP/1.1 413');
  const million = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
  expect(await answerTo(`transfer-encoding: chunked\r\n\r\n${million.repeat(17)}`)).toBe('HTTP/1.1 413');
  expect(simulator.calls()).toEqual([]);
});

test('ids go on over a reset and over a new simulator on the same data', () => {
  let now = Date.UTC(2026, 10, 20);
  const action = { kind: 'text', customer: { id: 5 }, text: 'a' } as const;
  const ids = () => {
    const other = createSimulator({ now: () => now });
    const updates = [1, 2].map(() => {
      other.reset();
      return JSON.parse(other.webhook('telegram', action).body);
    });
    return updates.map((update) => [update.update_id, update.message.message_id]);
  };
  const before = ids();
  now += 1000;
  const all = [...before, ...ids()];
  expect(new Set(all.map(([update]) => update)).size).toBe(4);
  expect(new Set(all.map(([, message]) => message)).size).toBe(4);
});

test('signature and handshake', () => {
  const body = metaJson({ text: 'café / ok' });
  expect(body).toBe('{"text":"caf\\u00e9 \\/ ok"}');
  // By `printf … | openssl dgst -sha256 -hmac app-secret-1`.
  expect(metaSignature(body, 'app-secret-1')).toBe(
    'sha256=c4b45157499a2779477c4ee6a24665692c005df70564f08c190b6102bccc19b3',
  );
  const url = new URL(verifyHandshake('https://example.com/hook?a=1', 'to ken', '42'));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    a: '1',
    'hub.mode': 'subscribe',
    'hub.challenge': '42',
    'hub.verify_token': 'to ken',
  });
});
