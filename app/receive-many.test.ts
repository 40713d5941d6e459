/** Calls with very much in them: nobody else waits for them, and nothing is kept that nobody wrote. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../adapters/net/clock.ts';
import { instagram } from '../channels/instagram/instagram.ts';
import { whatsapp } from '../channels/whatsapp/whatsapp.ts';
import type { Account } from '../core/accounts.ts';
import type { Channel, Logger, Store } from '../core/ports.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { createReceive, type Receive } from './receive.ts';
import { createRegistry } from './registry.ts';

const account = (id: string, phoneNumberId: string, appSecret: string, channel: Channel = whatsapp): Account =>
  ({
    ...{ id, name: id, channel, enabled: true, burst: false, reopens: true },
    settings: { account: id, phoneNumberId, appSecret, verifyToken: '' },
    takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
  }) as unknown as Account;

let folder: string;
let store: Store;
let receive: Receive;
let warned: string[];
const woken = vi.fn();
const open = account('open', '111', '');
const signed = account('signed', '222', 'secret');

beforeEach(() => {
  woken.mockClear();
  warned = [];
  folder = mkdtempSync(path.join(tmpdir(), 'receive-'));
  store = openStore(path.join(folder, 'x.db'));
  const registry = createRegistry();
  registry.addAccount(open);
  registry.addAccount(signed);
  const log: Logger = { debug() {}, info() {}, warn: (line) => void warned.push(line), error() {} };
  const turns = { onEnd: () => () => {} };
  receive = createReceive({ store, clock: systemClock, log, registry, lanes: { wake: woken }, turns });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(folder, { recursive: true });
});

const sign = (body: string) => `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`;
const call = (to: Account, body: string, signature?: string) =>
  receive(to, {
    ...{ method: 'POST', path: '/hook', query: {}, body: Buffer.from(body) },
    headers: signature ? { 'x-hub-signature-256': signature } : {},
  });
const items = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join();
const text = (at: number) => `{"from":"3460${at}","id":"w${at}","timestamp":"1","type":"text","text":{"body":"a"}}`;
const texts = (count: number) => `{"entry":[{"changes":[{"value":{"messages":[${items(count, text)}]}}]}]}`;
/** Each change names the number it is for. */
const status = (number: string) => (at: number) =>
  `{"value":{"metadata":{"phone_number_id":"${number}"},"statuses":[{"id":"s${at}","status":"read"}]}}`;
const statuses = (number: string, count: number) => `{"entry":[{"changes":[${items(count, status(number))}]}]}`;

/** The longest that nobody else got a word in while `work` ran, in ms. */
async function silence(work: () => Promise<unknown>): Promise<number> {
  let [worst, last, over] = [0, performance.now(), false];
  const look = () => {
    const now = performance.now();
    worst = Math.max(worst, now - last);
    last = now;
    if (!over) setImmediate(look);
  };
  setImmediate(look);
  await work();
  over = true;
  await new Promise(setImmediate);
  return worst;
}

it('asks another account’s door once a call, however many events name it', async () => {
  const verify = vi.spyOn(whatsapp, 'verify');
  const wrong = `sha256=${'0'.repeat(64)}`;
  expect((await call(open, statuses('222', 900), wrong)).status).toBe(200);
  expect(verify).toHaveBeenCalledTimes(2);
  expect(warned).toEqual([expect.stringContaining('"signed" has no valid signature')]);
  const right = statuses('222', 900);
  const identity = vi.spyOn(whatsapp, 'identity');
  await call(open, right, sign(right));
  expect(verify).toHaveBeenCalledTimes(4);
  expect(identity.mock.calls.length).toBeLessThan(5);
  expect(await call(open, statuses('999', 900))).toMatchObject({ status: 200 });
  expect(verify).toHaveBeenCalledTimes(5);
});

it.each([
  ['entries of nothing', whatsapp, `{"entry":[${items(200_000, () => '{"changes":[{}]}')}]}`],
  ['empty entries', whatsapp, `{"entry":[${items(50_000, () => '{}')}]}`],
  ['entries that are none', whatsapp, `{"entry":[{"changes":[{"value":{"messages":[${items(30_000, () => '0')}]}}]}]}`],
  ['messages', whatsapp, texts(30_000)],
  ['messages, a few more than a batch has', whatsapp, texts(1_001)],
  ['receipts', whatsapp, statuses('111', 1_001)],
  ['reactions', instagram, `{"entry":[{"messaging":[${items(1_001, (at) => `{"reaction":{"mid":"m${at}"}}`)}]}]}`],
  ['one text nested deep', whatsapp, `{"entry":${'['.repeat(900_000)}`],
] as [string, Channel, string][])('refuses an unsigned call of too much: %s', async (_what, channel, body) => {
  const to = { ...open, channel };
  const worst = await silence(async () => expect((await call(to, body)).status).toBe(413));
  expect(worst).toBeLessThan(400);
  expect(await store.conversations({ limit: 1 })).toEqual([]);
  expect(await store.webhooks({ limit: 5 })).toMatchObject([{ status: 413, eventType: 'refused', payload: '' }]);
  expect(warned).toEqual([expect.stringMatching(/unsigned webhook of account "open" was refused: The body/)]);
});

it('counts those refusals as any others', async () => {
  for (let time = 0; time < 50; time++) await call(open, texts(1_001));
  expect(await store.webhooks({ limit: 100 })).toHaveLength(20);
  expect(warned).toHaveLength(20);
});

it('takes a whole batch of a platform, unsigned', async () => {
  expect((await call(open, texts(1_000))).status).toBe(200);
  expect(woken).toHaveBeenCalledTimes(1_000);
  const [row] = await store.webhooks({ limit: 1 });
  expect(new Set(row!.conversations).size).toBe(1_000);
});

it('stores a signed one of any number bit by bit, and lets others speak in between', async () => {
  const body = texts(3_000);
  let between = 0;
  const other = setInterval(() => between++, 1);
  await call(signed, body, sign(body));
  clearInterval(other);
  expect(between).toBeGreaterThan(5);
  expect(woken).toHaveBeenCalledTimes(3_000);
  expect(await store.webhooks({ limit: 5 })).toMatchObject([{ status: 200, eventType: 'message.text' }]);
}, 30_000);

/** How often others got a word in while `work` ran. */
async function pauses(work: () => Promise<unknown>): Promise<number> {
  let [count, over] = [0, false];
  const look = () => {
    count++;
    if (!over) setImmediate(look);
  };
  setImmediate(look);
  await work();
  over = true;
  return count;
}

it.each([
  ['for a number that no account has', () => signed, statuses('999', 10_000)],
  ['each for another one', () => signed, `{"entry":[{"changes":[${items(10_000, (at) => status(`9${at}`)(at))}]}]}`],
  ['for an account that has another secret', () => account('third', '333', 'third'), statuses('222', 10_000)],
  ['for an account that is off', () => ({ ...signed, enabled: false }), statuses('222', 10_000)],
] as [string, () => Account, string][])(
  'refuses events bit by bit: %s',
  async (_what, to, body) => {
    const account = to();
    const secret = String((account.settings as { appSecret: string }).appSecret);
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const count = await pauses(async () => expect(await call(account, body, signature)).toMatchObject({ status: 200 }));
    // Ten thousand are read and looked at, fifty at a time.
    expect(count).toBeGreaterThanOrEqual(2 * (10_000 / 50) - 2);
    expect(woken).not.toHaveBeenCalled();
  },
  30_000,
);

it('is not stored until all of it is: a repeat after half of it brings the other half, and nobody twice', async () => {
  const body = texts(250);
  const run = store.run.bind(store);
  let left = 2;
  vi.spyOn(store, 'run').mockImplementation(((...args: Parameters<Store['run']>) =>
    left-- > 0 ? run(...args) : Promise.reject(new Error('disk full'))) as Store['run']);
  await expect(call(signed, body, sign(body))).rejects.toThrow('disk full');
  expect(woken).toHaveBeenCalledTimes(100);
  vi.restoreAllMocks();
  expect((await call(signed, body, sign(body))).status).toBe(200);
  expect(woken).toHaveBeenCalledTimes(250);
  expect(await store.conversations({ limit: 500 })).toHaveLength(250);
});

it('keeps no event of what says nothing and has no name', async () => {
  const body = `{"entry":[${items(500, () => '{"changes":[{}]}')}]}`;
  const insert = vi.fn();
  const run = store.run.bind(store);
  vi.spyOn(store, 'run').mockImplementation(((plan: (records: object) => unknown) =>
    run(((records: object) => {
      const watched = Object.create(records, { insertEvent: { value: insert } });
      return plan(watched);
    }) as never)) as unknown as Store['run']);
  expect((await call(open, body)).status).toBe(200);
  expect(insert).not.toHaveBeenCalled();
});
