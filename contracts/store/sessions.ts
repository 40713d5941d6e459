/** Part of the Store's contract: who is signed in, also after a restart. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../core/ports.ts';
import { T0 } from './events.ts';

/** @param open gives an empty store; @param reopen closes it and opens it on the same data. */
export function sessionsContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: sessions`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });
    const add = (id: string, user: string, at = T0, dead = 0) =>
      store.addSession({ id, user, begunAt: at, seenAt: at }, dead);

    it('keeps one over a restart, with when it was last used', async () => {
      await add('one', 'sara');
      await store.seeSession('one', T0 + 60_000);
      store = await reopen(store);
      expect(await store.session('one')).toEqual({ id: 'one', user: 'sara', begunAt: T0, seenAt: T0 + 60_000 });
      expect(await store.session('other')).toBeNull();
    });

    it('ends one, or all of a user and nobody else’s', async () => {
      await add('one', 'sara');
      await add('two', 'sara');
      await add('three', 'sara');
      await add('four', 'omar');
      expect(await store.dropSessions({ id: 'one' })).toBe(1);
      expect(await store.dropSessions({ id: 'one' })).toBe(0);
      await store.seeSession('one', T0 + 1);
      expect(await store.session('one')).toBeNull();
      expect(await store.dropSessions({ user: 'sara' })).toBe(2);
      expect(await store.session('two')).toBeNull();
      expect((await store.session('four'))?.user).toBe('omar');
    });

    it('forgets those that nobody used for long, once another begins', async () => {
      await add('old', 'sara', T0);
      await add('young', 'sara', T0 + 10);
      await add('new', 'omar', T0 + 20, T0 + 10);
      const there = await Promise.all(['old', 'young', 'new'].map(async (id) => (await store.session(id)) !== null));
      expect(there).toEqual([false, true, true]);
    });
  });
}
