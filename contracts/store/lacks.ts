/** What every store must remember of how the knowledge served. Which questions are noted is core's rule, and asked for elsewhere. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Quoted } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { questionOf, T0 } from './events.ts';
import { prune } from './verbs.ts';

const DAY = 86_400_000;

/** @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash. */
export function lacksContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: what the knowledge lacks`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const ids = async () => (await store.openQuestions({ limit: 9 })).map(({ id }) => id);

    it('notes a question once a turn, and gives them newest first, page by page', async () => {
      expect(await store.openQuestions({ limit: 9 })).toEqual([]);
      for (const [id, at] of [
        ['a', T0],
        ['c', T0 + 1],
        ['b', T0 + 1],
        ['d', T0 + 2],
      ] as const)
        expect(await store.noteQuestion(questionOf(id, 'c1', at))).toBe(true);
      expect(await store.noteQuestion({ ...questionOf('a', 'c1'), text: 'Other.' })).toBe(true);
      store = await reopen(store);
      expect(await ids()).toEqual(['d', 'c', 'b', 'a']);
      const [second] = await store.openQuestions({ limit: 1, before: T0 + 1, beforeId: 'c' });
      expect(second).toEqual(questionOf('b', 'c1', T0 + 1));
      expect((await store.openQuestions({ limit: 9, before: T0 + 1 })).map(({ text }) => text)).toEqual([
        'Do you ship to [NAME_1]?',
      ]);
    });

    it('drops what is answered, and what is past its time', async () => {
      for (const at of [0, 1, 2, 3]) await store.noteQuestion(questionOf(`q${at}`, 'c1', T0 + at));
      await store.dropQuestions(['q2', 'unknown']);
      expect(await ids()).toEqual(['q3', 'q1', 'q0']);
      expect(await prune(store, 'questions', T0 + 1)).toBe(1);
      expect(await ids()).toEqual(['q3', 'q1']);
    });

    it('counts by heading and day, from any number of places at once, over a restart', async () => {
      const quoted = (title: string, count: number, at = T0): Quoted => ({
        base: 'shop',
        source: 'a/b.md',
        title,
        count,
        at,
      });
      await Promise.all([
        store.addQuotes([quoted('Returns', 2), quoted('Hours › Sunday', 1)]),
        store.addQuotes([quoted('Returns', 1, T0 + 5)]),
        store.addQuotes([{ ...quoted('Returns', 9, T0 - 2 * DAY), base: 'help' }]),
      ]);
      await store.addQuotes([quoted('Hours › Sunday', 7, T0 + DAY)]);
      await store.addQuotes([]);
      store = await reopen(store);
      expect(await store.quotes(T0, 9)).toEqual([quoted('Hours › Sunday', 8, T0 + DAY), quoted('Returns', 3, T0 + 5)]);
      expect((await store.quotes(0, 1))[0]).toEqual({ ...quoted('Returns', 9, T0 - 2 * DAY), base: 'help' });
      expect(await store.quotes(T0 + 2 * DAY, 9)).toEqual([]);
      expect(await prune(store, 'quotes', T0 + 1)).toBe(2);
      expect((await store.quotes(0, 9)).map(({ count }) => count)).toEqual([7, 3]);
    });
  });
}
