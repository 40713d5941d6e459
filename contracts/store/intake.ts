/** What every store must do with orders as shops tell them: each as it was last told, with what is wrong with it and what was left out. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FollowUp, Order, OrderFault } from '../../core/model.ts';
import { noteGeneration } from '../../core/orders/follow-up.ts';
import { followUpId, orderId, type TakeOptions, takeOrders } from '../../core/orders/plans.ts';
import type { ReadOrder, Store } from '../../core/ports.ts';
import { T0 } from './events.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const fault = (code: string): OrderFault => ({ code, message: 'It cannot be read.', action: 'Correct it.' });

const orderOf = (number: string, more: Partial<Order> = {}): Order => ({
  ...{ shop: 'demo', number, state: 'placed', placedAt: T0, items: [], fields: {} },
  customer: { phone: `+3460000${number.padStart(4, '0')}` },
  ...more,
});

/** @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash. */
export function intakeContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: orders that come in`, () => {
    let store: Store;
    let told = 0;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const take = (orders: ReadOrder[], more: Partial<TakeOptions> = {}) =>
      store.run(
        takeOrders(
          orders.map((read) => ({ read, digest: String(++told), zones: ['UTC'] })),
          { shop: 'demo', accountId: 'acc', nodeId: 'in', now: T0, clockAheadMs: 0, since: null, ...more },
        ),
      );
    const placed = (number: string, more: Partial<Order> = {}): ReadOrder => ({
      ok: true,
      order: orderOf(number, more),
    });
    const events = async (number: string) => {
      const found = await Promise.all(
        (['POST_PURCHASE', 'ORDER_DELIVERED'] as const).map((event) =>
          store.followUp(followUpId(orderId('demo', number), event)),
        ),
      );
      return found.map((followUp) => followUp?.state);
    };

    it('are kept with what was left out of them, until they are told whole', async () => {
      const omitted = [fault('ORDER_PRICE_UNREADABLE'), fault('ORDER_CONSENT_INCOMPLETE')];
      await take([{ ok: true, order: orderOf('1'), omitted }, placed('2')]);
      store = await reopen(store);
      expect(await store.order('demo/1')).toMatchObject({ told: { number: '1' }, fault: null, omitted });
      expect(await store.orders({ faulty: true, limit: 9 })).toMatchObject([{ number: '1', omitted }]);
      await take([placed('1')], { now: T0 + 1 });
      expect(await store.order('demo/1')).toMatchObject({ omitted: null });
      expect(await store.orders({ faulty: true, limit: 9 })).toEqual([]);
    });

    it('that cannot be read keep what was told before, and are listed beside those that lack something', async () => {
      const omitted = [fault('ORDER_PRICE_UNREADABLE')];
      await take([{ ok: true, order: orderOf('1'), omitted }]);
      await take([{ ok: false, number: '1', fault: fault('ORDER_STATE_UNKNOWN') }], { now: T0 + 1 });
      await take([{ ok: false, number: '2', fault: fault('ORDER_PHONE_MISSING') }], { now: T0 + 2 });
      await take([placed('3')], { now: T0 + 3 });
      expect(await store.orders({ faulty: true, limit: 9 })).toMatchObject([
        { number: '2', told: null, fault: { code: 'ORDER_PHONE_MISSING' }, omitted: null },
        { number: '1', told: { state: 'placed' }, fault: { code: 'ORDER_STATE_UNKNOWN' }, omitted },
      ]);
    });

    it('that go back a state, and forth again, have each event once for ever', async () => {
      const delivered = placed('1', { state: 'delivered', changedAt: T0 + HOUR });
      for (const read of [
        placed('1'),
        delivered,
        placed('1'),
        delivered,
        placed('1', { state: 'cancelled' }),
        delivered,
      ])
        await take([read], { now: T0 + 2 * HOUR });
      expect(await events('1')).toEqual(['waiting', 'waiting']);
      expect(await store.followUps({ limit: 9 })).toHaveLength(2);
    });

    it('that could not be read in a shop’s first round are as old as those that could, once they can', async () => {
      const wrong = (number: string): ReadOrder => ({ ok: false, number, fault: fault('ORDER_STATE_UNKNOWN') });
      await take([wrong('1'), wrong('2'), placed('3', { placedAt: T0 - DAY })], { since: T0 });
      await take([wrong('4')]);
      store = await reopen(store);
      const delivered = placed('3', { placedAt: T0 - DAY, state: 'delivered' });
      const healed = [placed('1', { placedAt: T0 - DAY }), placed('2', { placedAt: T0 + 1 })];
      await take([...healed, delivered, placed('4', { placedAt: T0 - DAY })], { now: T0 + HOUR });
      expect([await events('1'), await events('2'), await events('3'), await events('4')]).toEqual([
        ['old', undefined],
        ['waiting', undefined],
        ['old', 'waiting'],
        ['waiting', undefined],
      ]);
    });

    it('of a shop whose clock differs are old or new by that clock', async () => {
      // It is two hours ahead: what it calls half an hour after we came was an hour and a half before.
      const first = { since: T0, now: T0 + HOUR, clockAheadMs: 2 * HOUR };
      await take([placed('1', { placedAt: T0 + HOUR / 2 }), placed('2', { placedAt: T0 + 2 * HOUR + 1 })], first);
      expect([await events('1'), await events('2')]).toEqual([
        ['old', undefined],
        ['waiting', undefined],
      ]);
      // One that is behind.
      await take([placed('3', { placedAt: T0 - HOUR / 2 })], { ...first, clockAheadMs: -HOUR });
      expect(await events('3')).toEqual(['waiting', undefined]);
      const at = async (number: string) => (await store.followUp(`demo/${number}/POST_PURCHASE`))?.at;
      expect([await at('2'), await at('3')]).toEqual([T0 + 1, T0 + HOUR / 2]);
    });

    it('are counted by whether a model’s words for them were known, of what goes on and what ended since', async () => {
      await take(['1', '2', '3', '4'].map((number) => placed(number)));
      const change = (number: string, patch: Partial<FollowUp>) =>
        store.run((records) => records.updateFollowUp(`demo/${number}/POST_PURCHASE`, patch));
      for (const [number, generation] of [
        ['1', 'miss'],
        ['2', 'hit'],
        ['3', 'hit'],
      ] as const)
        await store.run(noteGeneration(`demo/${number}/POST_PURCHASE`, generation));
      await change('2', { state: 'sent', endedAt: T0 });
      await change('3', { state: 'sent', endedAt: T0 + DAY });
      store = await reopen(store);
      expect(await store.generationCounts(0)).toEqual({ hits: 2, misses: 1 });
      expect(await store.generationCounts(T0 + 1)).toEqual({ hits: 1, misses: 1 });
      await store.run(noteGeneration('demo/9/POST_PURCHASE', 'hit'));
      expect(await store.generationCounts(0)).toEqual({ hits: 2, misses: 1 });
    });
  });
}
