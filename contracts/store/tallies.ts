/** What every store must remember of sums by hour and account. */
import { beforeEach, describe, expect, it } from 'vitest';
import { addTally, HOUR_MS, hourOf, tallied, tallyId } from '../../core/figures/tallies.ts';
import type { Tally } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { T0 } from './events.ts';
import { prune } from './verbs.ts';

const HOUR = hourOf(T0);

/** @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash. */
export function talliesContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: tallies`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const empty = (hour: number, accountId: string): Tally => ({
      ...{ id: tallyId(hour, accountId), hour, accountId, sums: {} },
    });
    async function count(hour: number, accountId = 'acc', label = 'gpt-4.1 $mini', value = 0) {
      const tally = empty(hour, accountId);
      tallied(tally.sums, 'out', label, value);
      await store.run(addTally(tally), { lazy: true });
      return tally.id;
    }
    const all = (period: { from?: number; until?: number; accountId?: string; after?: string; limit?: number } = {}) =>
      store.tallies({ from: 0, until: HOUR + 100 * HOUR_MS, limit: 100, ...period });

    it('adds up what several counted, over a restart', async () => {
      await Promise.all([count(HOUR, 'acc', 'llm', 3), count(HOUR, 'acc', 'llm', 5), count(HOUR, 'acc', 'a.b/$c', 1)]);
      store = await reopen(store);
      await count(HOUR, 'acc', 'llm', 2);
      expect(await all()).toEqual([
        { ...empty(HOUR, 'acc'), sums: { 'out/llm': [3, 10, 5], 'out/a.b/$c': [1, 1, 1] } },
      ]);
    });

    it('lists them in the order of time, by account, in pages', async () => {
      const ids = [
        await count(HOUR + 2 * HOUR_MS),
        await count(HOUR, ''),
        await count(HOUR + HOUR_MS, 'other'),
        await count(HOUR),
      ].sort();
      const idsOf = async (period: Parameters<typeof all>[0]) => (await all(period)).map(({ id }) => id);
      expect(await idsOf({})).toEqual(ids);
      expect(await idsOf({ limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await idsOf({ after: ids[1]! })).toEqual(ids.slice(2));
      expect(await idsOf({ accountId: 'acc' })).toEqual([tallyId(HOUR, 'acc'), tallyId(HOUR + 2 * HOUR_MS, 'acc')]);
      expect(await idsOf({ accountId: '' })).toEqual([tallyId(HOUR, '')]);
      expect(await idsOf({ from: HOUR + HOUR_MS, until: HOUR + 2 * HOUR_MS })).toEqual([ids[2]]);
    });

    it('lets go what is past its time, and only that', async () => {
      for (const hour of [HOUR - 2 * HOUR_MS, HOUR - HOUR_MS, HOUR, HOUR + HOUR_MS]) await count(hour);
      expect(await prune(store, 'messages', HOUR)).toBe(0);
      expect(await prune(store, 'tallies', HOUR)).toBe(2);
      expect((await all()).map(({ hour }) => hour)).toEqual([HOUR, HOUR + HOUR_MS]);
    });
  });
}
