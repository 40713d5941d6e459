import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../adapters/net/clock.ts';
import { whatsapp } from '../channels/whatsapp/whatsapp.ts';
import type { Account } from '../core/accounts.ts';
import type { Logger, ParsedEvent, Store } from '../core/ports.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { createReceive, type Receive } from './receive.ts';
import { createRegistry } from './registry.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let store: Store;
let receive: Receive;
let first: Account;
let second: Account;

const account = (id: string, phoneNumberId: string, appSecret = ''): Account =>
  ({
    id,
    name: id,
    channel: whatsapp,
    settings: { account: id, phoneNumberId, appSecret, verifyToken: '' },
    enabled: true,
    burst: false,
    takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
  }) as unknown as Account;

let woken: string[];
beforeEach(() => {
  woken = [];
  folder = mkdtempSync(path.join(tmpdir(), 'receive-'));
  store = openStore(path.join(folder, 'x.db'));
  const registry = createRegistry();
  first = account('first', '111');
  second = account('second', '222');
  registry.addAccount(first);
  registry.addAccount(second);
  receive = createReceive({
    store,
    clock: systemClock,
    log: quiet,
    registry,
    lanes: { wake: (conversationId) => void woken.push(conversationId) },
    turns: { onEnd: () => () => {} },
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** One webhook call with a message for each of these numbers of ours. */
function batch(...numbers: (string | undefined)[]) {
  const changes = numbers.map((number, index) => ({
    field: 'messages',
    value: {
      ...(number ? { metadata: { phone_number_id: number } } : {}),
      messages: [
        {
          from: `3460000000${index}`,
          id: `wamid.${index}`,
          timestamp: '1',
          type: 'text',
          text: { body: `for ${number}` },
        },
      ],
    },
  }));
  return Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'waba', changes }] }));
}

const call = (body: Buffer, headers: Record<string, string> = {}) =>
  receive(first, { method: 'POST', path: '/hook', query: {}, headers, body });
const sign = (body: Buffer, secret: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});
const stored = async () =>
  (await store.conversations({ limit: 10 })).map((conversation) => conversation.accountId).sort();

it('B2 gives each message of a batch to its own account, whichever URL it came through', async () => {
  expect(await call(batch('111', '222', undefined))).toMatchObject({ status: 200 });
  expect(await stored()).toEqual(['first', 'first', 'second']);
});

it('logs a message for a number that no account has, and answers 200', async () => {
  expect((await call(batch('999', '111'))).status).toBe(200);
  expect(await stored()).toEqual(['first']);
  expect((await store.webhooks({ limit: 1 }))[0]!.error).toContain('999');
});

it('takes every number while the account has none of its own', async () => {
  first.settings.phoneNumberId = '';
  await call(batch('999'));
  expect(await stored()).toEqual(['first']);
});

it('lets nothing into an account that its own secret would have refused', async () => {
  second.settings.appSecret = 'second-secret';
  await call(batch('222'));
  expect(await stored()).toEqual([]);
  const body = batch('222');
  await call(body, sign(body, 'second-secret'));
  expect(await stored()).toEqual(['second']);
});

it('stores nothing of a refused or switched-off account but the log row', async () => {
  first.settings.appSecret = 'first-secret';
  expect((await call(batch('111'))).status).toBe(401);
  expect((await store.webhooks({ limit: 1 }))[0]!.payload).toBe('');
  first.settings.appSecret = '';
  first.enabled = false;
  expect((await call(batch('111'))).status).toBe(200);
  expect(await stored()).toEqual([]);
  expect((await store.webhooks({ limit: 5 })).map((record) => [record.status, record.eventType])).toEqual([
    [200, 'ignored'],
    [401, 'refused'],
  ]);
});

it('asks each event’s own account whether it is on, whichever URL the batch came by', async () => {
  first.enabled = false;
  expect((await call(batch('111', '222'))).status).toBe(200);
  expect(await stored()).toEqual(['second']);
  expect(woken).toHaveLength(1);
  expect((await store.webhooks({ limit: 1 }))[0]!.error).toContain('switched off');
  first.enabled = true;
  second.enabled = false;
  const body = batch('222');
  await call(Buffer.from(body.toString().replaceAll('wamid.', 'wamid.again.')));
  expect(await stored()).toEqual(['second']);
  expect(woken).toHaveLength(1);
});

it('tells a few of thousands of refused calls, and the number of the others', async () => {
  const lines: string[] = [];
  let now = 1_000_000;
  const timers: { at: number; wake: () => void }[] = [];
  const clock = {
    now: () => now,
    at(at: number, wake: () => void) {
      timers.push({ at, wake });
      return () => {};
    },
  };
  const registry = createRegistry();
  registry.addAccount(first);
  receive = createReceive({
    store,
    clock,
    log: { ...quiet, warn: (line) => void lines.push(line) },
    registry,
    lanes: { wake() {} },
    turns: { onEnd: () => () => {} },
  });
  first.settings.appSecret = 'first-secret';
  const bytes = Buffer.alloc(64 * 1024, 'x');
  for (let time = 0; time < 3_000; time++) expect((await call(bytes)).status).toBe(401);
  for (let time = 0; time < 50; time++)
    await receive(first, { method: 'GET', path: '/hook', query: {}, headers: {}, body: new Uint8Array() });
  const rows = await store.webhooks({ limit: 500 });
  expect(rows).toHaveLength(40);
  expect(rows.every(({ payload }) => payload === '')).toBe(true);
  expect(lines).toHaveLength(20);

  now += 600_000;
  for (const { wake } of timers) wake();
  await vi.waitFor(async () => expect(await store.webhooks({ limit: 500 })).toHaveLength(42));
  expect(lines.at(-1)).toMatch(/And 2980 more like this/);
  const sums = (await store.webhooks({ limit: 2 })).map(({ error }) => error);
  expect(sums).toEqual([expect.stringMatching(/And 30 more/), expect.stringMatching(/And 2980 more/)]);
  // And again from the beginning.
  await call(bytes);
  expect(lines).toHaveLength(22);
});

it('logs the accounts that nobody has a few times, and never at full length', async () => {
  const lines: string[] = [];
  const registry = createRegistry();
  registry.addAccount(first);
  receive = createReceive({
    store,
    clock: systemClock,
    log: { ...quiet, warn: (line) => void lines.push(line) },
    registry,
    lanes: { wake() {} },
    turns: { onEnd: () => () => {} },
  });
  await call(batch('9'.repeat(500)));
  for (let number = 300; number < 400; number++) await call(batch(String(number)));
  expect(lines).toHaveLength(20);
  expect(lines[0]!.length).toBeLessThan(400);
});

it('cuts what a person can not have written, and takes no id that is none', async () => {
  const body = batch('111', '111').toString();
  await call(
    Buffer.from(
      body.replace('for 111', 'é'.repeat(500_000)).replace('"from":"34600000001"', `"from":"${'1'.repeat(600)}"`),
    ),
  );
  const conversations = await store.conversations({ limit: 10 });
  expect(conversations).toHaveLength(1);
  const [message] = await store.messages(conversations[0]!.id, { limit: 5 });
  expect(message!.text).toBe('é'.repeat(16_384));
});

it('refuses a call whose text is no text, and takes what is right in a batch', async () => {
  const odd = (text: unknown) =>
    Buffer.from(JSON.stringify({ entry: [{ changes: [{ value: { messages: [{ from: '34600000000', text }] } }] }] }));
  for (const text of [{ toString: 1 }, { body: { toString: 1 } }, { body: ['Hola'] }, { body: true }, 'Hola', [], null])
    expect(await call(odd(text)), JSON.stringify(text)).toEqual({
      status: 400,
      body: 'The field "text.body" must be a text.',
    });
  expect(await stored()).toEqual([]);
  const mixed = JSON.parse(batch('111', '111').toString());
  mixed.entry[0].changes[0].value.messages[0].text = { body: { valueOf: 1 } };
  expect((await call(Buffer.from(JSON.stringify(mixed)))).status).toBe(200);
  expect(await stored()).toEqual(['first']);
});

it('keeps nothing of an unreadable call that nobody signed, and the beginning of one that is signed', async () => {
  const registry = createRegistry();
  registry.addAccount(first);
  const signed = account('signed', '333', 'secret');
  registry.addAccount(signed);
  const taking = createReceive({
    ...{ store, clock: systemClock, log: quiet, registry },
    lanes: { wake: () => {} },
    turns: { onEnd: () => () => {} },
  });
  const post = (to: Account, body: Buffer, headers = {}) =>
    taking(to, { method: 'POST', path: '/hook', query: {}, headers, body });
  const UNREADABLE = [
    'from=34600112233&text=Soy+Ana',
    '<xml><from>34600112233</from></xml>',
    '{"from":"34600112233"',
    'Ana Pérez, 600 11 22 33',
    '[1,2,]',
    '{from: 34600112233}',
  ];
  for (const text of UNREADABLE) {
    const body = Buffer.from(text);
    expect(await post(first, body), text).toEqual({ status: 200, body: 'ok' });
    expect((await store.webhooks({ limit: 1 }))[0], text).toMatchObject({ eventType: 'unreadable', payload: '' });
    await post(signed, body, sign(body, 'secret'));
    expect((await store.webhooks({ limit: 1 }))[0], text).toMatchObject({ accountId: 'signed', payload: text });
  }
});

it('keeps of unsigned calls no more than a part, and of a day’s no more than so many', async () => {
  const clock = { ...systemClock, now: () => now };
  let now = Date.UTC(2026, 10, 20, 10);
  const registry = createRegistry();
  registry.addAccount(first);
  const signed = account('signed', '333', 'secret');
  registry.addAccount(signed);
  const taking = createReceive({
    ...{ store, clock, log: quiet, registry },
    lanes: { wake: () => {} },
    turns: { onEnd: () => () => {} },
  });
  const big = (id: number) => Buffer.from(JSON.stringify({ object: 'none', id, filler: 'x'.repeat(60_000) }));
  const post = (to: Account, body: Buffer, headers = {}) =>
    taking(to, { method: 'POST', path: '/hook', query: {}, headers, body });
  for (let id = 0; id < 1_100; id++) await post(first, big(id));
  const rows = await store.webhooks({ limit: 2_000 });
  expect(rows).toHaveLength(1_100);
  expect(Math.max(...rows.map(({ payload }) => payload.length))).toBe(16 * 1024);
  const bytes = () => rows.reduce((sum, { payload }) => sum + payload.length, 0);
  expect(bytes()).toBe(16 * 1024 * 1024);
  expect(rows[0]!.payload).toBe('');
  const body = big(1);
  await post(signed, body, sign(body, 'secret'));
  expect((await store.webhooks({ limit: 1 }))[0]!.payload).toHaveLength(body.length);
  now += 86_400_000;
  await post(first, big(2));
  expect((await store.webhooks({ limit: 1 }))[0]!.payload).toHaveLength(16 * 1024);
}, 60_000);

it('tells an account’s health as it came last, once, and stores it with no conversation', async () => {
  const told: [string, string | undefined][] = [];
  const health = (key: string, platformAt: number, message?: string): ParsedEvent => ({
    kind: 'health',
    type: 'session.status',
    key,
    platformAt,
    error: message ? { code: 'DOWN', message, action: 'Look.' } : undefined,
  });
  let events: ParsedEvent[] = [];
  first.channel = { ...whatsapp, parse: () => events };
  const registry = createRegistry();
  registry.addAccount(first);
  const listening = createReceive({
    ...{ store, clock: systemClock, log: quiet, registry, lanes: { wake() {} }, turns: { onEnd: () => () => {} } },
    onHealth: (accountId, { error }) => void told.push([accountId, error?.message]),
  });
  const tell = async (...now: ParsedEvent[]) => {
    events = now;
    const { status } = await listening(first, { method: 'POST', path: '/', query: {}, headers: {}, body: batch() });
    expect(status).toBe(200);
  };
  await tell(health('a', 1_000, 'Gone.'));
  await tell(health('a', 1_000, 'Gone.'));
  await tell(health('b', 3_000));
  await tell(health('c', 2_000, 'Going.'));
  expect(told).toEqual([
    ['first', 'Gone.'],
    ['first', undefined],
  ]);
  expect(await stored()).toEqual([]);
});
