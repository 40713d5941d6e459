/** Calls of a shop with very much in them: refused where nobody signed, and never at the cost of whoever else calls. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/net/clock.ts';
import { loadPhoneBook } from '../../adapters/phones/load.ts';
import type { Account } from '../../core/accounts.ts';
import { alone } from '../../core/fleet/alone.ts';
import type { Logger, Store } from '../../core/ports.ts';
import { api } from '../../shops/api/api.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { createRefusals } from '../refusals.ts';
import { createIntake } from './intake.ts';
import { type Shop, shopOf } from './shop.ts';

const SECRET = 'orders-secret-of-a-test';

let folder: string;
let store: Store;
let warned: string[];
let open: Shop;
let signed: Shop;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shop-calls-'));
  store = openStore(path.join(folder, 'x.db'));
  warned = [];
  const log: Logger = { debug() {}, info() {}, warn: (line) => void warned.push(line), error() {} };
  const parts = { store, clock: systemClock, log, phoneBook: loadPhoneBook };
  const intake = createIntake({ ...parts, onDue() {} });
  const refusals = createRefusals({ store, clock: systemClock, log });
  const account = { id: 'acc', timezone: 'UTC', channel: { id: 'waha', threadOf: () => ({}) } } as unknown as Account;
  const shop = (webhookSecret: string) =>
    shopOf(
      { ...parts, intake, refusals, fleet: alone('test') },
      {
        ...{ source: api, account, nodeId: 'in', environment: {} },
        config: { settings: { shop: 'corner' }, pollSeconds: '' },
        credentials: { api__webhookSecret: webhookSecret },
      },
    );
  open = shop('');
  signed = shop(SECRET);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const call = (shop: Shop, body: string) => {
  const bytes = Buffer.from(body);
  const signature = createHmac('sha256', SECRET).update(bytes).digest('hex');
  return shop.receive({
    ...{ method: 'POST', path: '/orders', query: {}, body: bytes },
    headers: shop === signed ? { 'x-orders-signature': `sha256=${signature}` } : {},
  });
};
const items = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join();
const order = (at: number) =>
  `{"number":"A-${at}","state":"placed","placed_at":"2026-01-01T10:00:00Z","customer":{"phone":"+7701${1_000_000 + at}"}}`;
const orders = (count: number) => `{"orders":[${items(count, order)}]}`;

/** How often others get a word in while `work` runs. */
async function between(work: () => Promise<unknown>): Promise<number> {
  let [words, over] = [0, false];
  const look = () => {
    words++;
    if (!over) setImmediate(look);
  };
  setImmediate(look);
  await work();
  over = true;
  return words;
}

describe('a call that nobody signed', () => {
  it.each([
    ['more orders than a shop tells at once', orders(1_001)],
    ['orders that are none', `[${items(30_000, () => '0')}]`],
    ['very many values', `{"orders":[{"number":"1","items":[${items(50_000, () => '{}')}]}]}`],
    ['values without end', `{"orders":[${items(200_000, () => '{}')}]}`],
    ['a text nested deep', `{"orders":${'['.repeat(900_000)}`],
  ])('is refused with %s, and the refusal listed', async (_what, body) => {
    expect(await call(open, body)).toMatchObject({ status: 413, body: expect.stringContaining('The body') });
    expect(await store.orders({ limit: 1 })).toEqual([]);
    expect(await store.webhooks({ limit: 5 })).toMatchObject([
      { channel: 'orders', status: 413, eventType: 'refused', payload: '' },
    ]);
    expect(warned).toEqual([expect.stringMatching(/call of the shop "corner" was refused: The body/)]);
  });

  it('is taken with a thousand orders', async () => {
    const { status, body } = await call(open, orders(1_000));
    expect([status, JSON.parse(body)]).toMatchObject([200, { told: 1_000, taken: 1_000 }]);
    expect(await store.orderCounts('corner')).toMatchObject([{ state: 'placed', count: 1_000 }]);
  });
});

it('a signed call of any number is read and stored bit by bit, and others get a word in between', async () => {
  let answer = {};
  await loadPhoneBook();
  const words = await between(async () => (answer = JSON.parse((await call(signed, orders(10_000))).body)));
  expect(answer).toMatchObject({ told: 10_000, taken: 10_000 });
  // Two hundred orders are read, and a hundred stored, in a row.
  expect(words).toBeGreaterThan(140);
}, 60_000);
