/** Counts what happens, and puts it into the store every few seconds: nobody waits for it, and a message costs no statement more. */
import { describe } from '../../core/errors.ts';
import {
  add,
  addTally,
  type Counted,
  hourOf,
  type Timed,
  tallied,
  tallyId,
  timed,
} from '../../core/figures/tallies.ts';
import type { Tally } from '../../core/model.ts';
import type { Clock, Logger, Store } from '../../core/ports.ts';

/** What a crash may lose. */
const STORE_EVERY_MS = 5_000;

export interface Tallying {
  /**
   * @param accountId empty: of this process, whatever account
   * @param label of what is counted, such as the model
   * @param value what it came to, where it is more than a count
   */
  count(accountId: string, name: Counted, label?: string, value?: number): void;
  /** @param ms how long it took */
  time(accountId: string, name: Timed, ms: number): void;
  /** What this process counted since it began, by account. */
  sums(): ReadonlyMap<string, Tally['sums']>;
  /** Resolves when what was counted is stored, or the store failed: it is tried again then. Never rejects. */
  flush(): Promise<void>;
  /** Stores what is left. */
  stop(): Promise<void>;
}

export function createTallying({ store, clock, log }: { store: Store; clock: Clock; log: Logger }): Tallying {
  let counted = new Map<string, Tally>();
  const ever = new Map<string, Tally['sums']>();
  let cancel: (() => void) | undefined;
  let storing: Promise<void> = Promise.resolve();

  function tallyOf(accountId: string): Tally {
    const hour = hourOf(clock.now());
    const id = tallyId(hour, accountId);
    const tally = counted.get(id) ?? { id, hour, accountId, sums: {} };
    counted.set(id, tally);
    soon();
    return tally;
  }

  function everOf(accountId: string): Tally['sums'] {
    const sums = ever.get(accountId) ?? {};
    ever.set(accountId, sums);
    return sums;
  }

  function soon(): void {
    cancel ??= clock.at(clock.now() + STORE_EVERY_MS, () => void flush());
  }

  function flush(): Promise<void> {
    storing = storing.then(put);
    return storing;
  }

  async function put(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const batch = counted;
    counted = new Map();
    await Promise.all(
      [...batch.values()].map(async (tally) => {
        try {
          await store.run(addTally(tally), { lazy: true });
        } catch (error) {
          log.debug(`Figures are stored later: ${describe(error)}`);
          putBack(tally);
        }
      }),
    );
  }

  function putBack({ id, ...tally }: Tally): void {
    const since = counted.get(id);
    const sums = { ...tally.sums };
    for (const [key, sum] of Object.entries(since?.sums ?? {})) add(sums, key, sum);
    counted.set(id, { id, ...tally, sums });
    soon();
  }

  return {
    count(accountId, name, label, value) {
      for (const sums of [tallyOf(accountId).sums, everOf(accountId)]) tallied(sums, name, label, value);
    },
    time(accountId, name, ms) {
      for (const sums of [tallyOf(accountId).sums, everOf(accountId)]) timed(sums, name, ms);
    },
    sums: () => ever,
    flush,
    async stop() {
      await flush();
      cancel?.();
    },
  };
}
