/** A store that runs each plan twice, as one that must ask a server does after a conflict: what the first run changed is undone. */
import type { Store } from '../../core/ports.ts';

const UNDONE = new Error('The first run of a plan is undone.');

/** For a suite: its own ways to open a store, giving stores that run each plan twice. */
export function twice(
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): [open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>] {
  const inner = new WeakMap<Store, Store>();
  function wrap(store: Store): Store {
    const wrapped: Store = {
      ...store,
      async run(plan, options) {
        const first = store.run((records) => {
          plan(records);
          throw UNDONE;
        }, options);
        // What a plan throws itself comes again with the second run.
        await first.catch(() => {});
        return store.run(plan, options);
      },
    };
    inner.set(wrapped, store);
    return wrapped;
  }
  return [async () => wrap(await open()), async (store) => wrap(await reopen(inner.get(store)!))];
}
