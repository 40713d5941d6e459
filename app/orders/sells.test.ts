import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { followUpId, orderId, takeOrders } from '../../core/orders/plans.ts';
import type { Store } from '../../core/ports.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { sellsTable } from './report.ts';
import { sellsOf, shopWith } from './sells.ts';
import { orderOf } from './testing.ts';

const AT = Date.UTC(2026, 10, 20, 5);
const PHONE = '+77010000555';
const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-sells-'));
let store: Store;
const registry = { starters: () => [] };

beforeAll(async () => {
  store = openStore(path.join(folder, 'store.db'));
  // One shop's word begins with the other's.
  for (const shop of ['north', 'north/east', 'north0'])
    await store.run(
      takeOrders(
        [orderOf(`${shop.length}`, PHONE, AT, { shop, total: { amount: '0.10', currency: 'KZT' } })].map((order) => ({
          ...{ read: { ok: true as const, order }, digest: shop, zones: ['UTC'] },
        })),
        { shop, accountId: 'acc', nodeId: 'in', now: AT, clockAheadMs: 0, since: null },
      ),
    );
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it.each(['north', 'north/east', 'north0'])('counts the orders of %s, and no other shop’s', async (shop) => {
  const sells = await sellsOf({ store, registry }, shop);
  expect(sells).toMatchObject({ shop, count: 1, states: { placed: 1 }, sums: { KZT: { placed: '0.10' } } });
  expect(sells.orders.map(({ number }) => number)).toEqual([String(shop.length)]);
  expect(await shopWith(store, String(shop.length))).toBe(shop);
});

it('knows no shop of which there is nothing', async () => {
  await expect(sellsOf({ store, registry }, 'nort')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('tells no number that a platform quotes', async () => {
  const id = followUpId(orderId('north', '5'), 'POST_PURCHASE');
  const reason = `The number ${PHONE} (77010000555@c.us) is not on WhatsApp since 2026-11-20.`;
  await store.run((records) => records.updateFollowUp(id, { state: 'failed', rule: 'WAHA_422', reason, endedAt: AT }));
  const [sold] = (await sellsOf({ store, registry }, 'north')).orders;
  expect(sold?.messages.POST_PURCHASE).toMatchObject({
    ...{ state: 'failed', rule: 'WAHA_422', at: '2026-11-20T05:00:00.000Z' },
    reason: 'The number +… (…@c.us) is not on WhatsApp since 2026-11-20.',
  });
});

it('tells what was left out of an order, as JSON and in the table', async () => {
  const omitted = [{ code: 'ORDER_PRICE_UNREADABLE', message: 'It has no price.', action: 'Give it one.' }];
  const read = { ok: true as const, order: orderOf('1', PHONE, AT, { shop: 'west' }), omitted };
  const shop = { shop: 'west', accountId: 'acc', nodeId: 'in', now: AT, clockAheadMs: 0, since: null };
  await store.run(takeOrders([{ read, digest: 'west', zones: ['UTC'] }], shop));
  const sells = await sellsOf({ store, registry }, 'west');
  expect(sells.orders).toMatchObject([{ number: '1', fault: null, omitted }]);
  expect(sellsTable(sells)[1]!.at(-1)).toBe('It has no price.');
});
