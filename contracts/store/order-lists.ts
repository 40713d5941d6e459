/** Part of the Store's contract: orders as they are listed, newest first, all of them or by what became of writing about them. */
import { describe, expect, it } from 'vitest';
import { orderFault } from '../../core/orders/faults.ts';
import { holdFollowUp } from '../../core/orders/follow-up.ts';
import { followUpId, orderId, takeOrders } from '../../core/orders/plans.ts';
import type { ReadOrder, Store } from '../../core/ports.ts';
import { T0 } from './events.ts';

export function orderLists(store: () => Store): void {
  describe('lists of orders', () => {
    const SHOP = { shop: 'demo', accountId: 'acc', nodeId: 'in', clockAheadMs: 0, since: null };
    const read = (number: string): ReadOrder => ({
      ok: true,
      order: {
        ...{ shop: 'demo', number, state: 'placed', placedAt: T0, items: [], fields: {} },
        customer: { phone: '+77010000001' },
      },
    });
    const take = (read: ReadOrder, now: number) => {
      const taken = { read, digest: `${JSON.stringify(read)} ${now}`, zones: [] };
      return store().run(takeOrders([taken], { ...SHOP, now }));
    };
    const hold = (number: string, until?: number) => {
      const id = followUpId(orderId('demo', number), 'POST_PURCHASE');
      return store().run(holdFollowUp(id, { rule: 'hours', reason: 'Not now.', until }, T0 + 10));
    };
    const numbers = async (filter: Parameters<Store['orders']>[0]) =>
      (await store().orders(filter)).map(({ number }) => number);

    it('has those of which a follow-up is in one of the states, each once, in pages', async () => {
      for (const number of ['A', 'B', 'C', 'D', 'E']) await take(read(number), T0);
      await hold('A');
      await hold('B', T0 + 99);
      await hold('D', T0 + 99);
      await hold('E');
      expect(await numbers({ became: ['refused'], limit: 9 })).toEqual(['E', 'A']);
      expect(await numbers({ became: ['held', 'waiting'], limit: 9 })).toEqual(['D', 'C', 'B']);
      expect(await numbers({ became: ['sent'], limit: 9 })).toEqual([]);
      expect(await numbers({ became: ['held', 'waiting'], limit: 2 })).toEqual(['D', 'C']);
      const after = { before: T0, beforeId: orderId('demo', 'C') };
      expect(await numbers({ became: ['held', 'waiting'], limit: 2, ...after })).toEqual(['B']);
      expect(await numbers({ limit: 9 })).toEqual(['E', 'D', 'C', 'B', 'A']);
    });

    it('has follow-ups by the rule that holds them back, in pages', async () => {
      for (const number of ['A', 'B', 'C']) await take(read(number), T0);
      for (const number of ['A', 'C']) await hold(number, T0 + 99);
      const found = async (rule: string, page = {}) =>
        (await store().followUps({ states: ['held'], rule, limit: 1, ...page })).map(({ orderId }) => orderId);
      expect(await found('hours')).toEqual([orderId('demo', 'C')]);
      const after = { before: T0, beforeId: followUpId(orderId('demo', 'C'), 'POST_PURCHASE') };
      expect(await found('hours', after)).toEqual([orderId('demo', 'A')]);
      expect(await found('switch')).toEqual([]);
    });

    it('has the one that changed last first, and by its fault where that is asked', async () => {
      await take(read('A'), T0);
      await take(read('B'), T0 + 1);
      const fault = orderFault('ORDER_STATE_UNKNOWN', 'The state is not known.', 'Map it.');
      await take({ ok: false, number: 'A', fault }, T0 + 2);
      expect(await numbers({ limit: 9 })).toEqual(['A', 'B']);
      expect(await numbers({ faulty: true, limit: 9 })).toEqual(['A']);
      expect(await numbers({ faulty: true, became: ['waiting'], limit: 9 })).toEqual(['A']);
      expect(await numbers({ became: ['waiting'], shop: 'other', limit: 9 })).toEqual([]);
    });
  });
}
