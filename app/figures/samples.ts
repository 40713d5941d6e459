/** Looks now and then at what is no event: how many conversations wait, and how long the event loop is held up. */
import { describe } from '../../core/errors.ts';
import type { Clock, Logger, LoopLag, Store } from '../../core/ports.ts';
import type { Tallying } from './tallying.ts';

const LOOK_EVERY_MS = 60_000;

export interface SampleOptions {
  store: Pick<Store, 'lanes'>;
  /** The machine's own time, whatever time it is for the conversations. */
  machine: Clock;
  log: Logger;
  tallying: Tallying;
  lag: LoopLag;
}

/** @returns ends it */
export function keepSampling({ store, machine, log, tallying, lag }: SampleOptions): () => void {
  let cancel = () => {};

  async function look(): Promise<void> {
    tallying.count('', 'lag', '', lag.longest());
    lag.reset();
    const waiting = Map.groupBy(await store.lanes(), ({ accountId }) => accountId);
    // A row for each hour in which nobody waited would tell nothing.
    for (const [accountId, all] of waiting) tallying.count(accountId, 'queue', '', all.length);
  }

  function next(): void {
    cancel = machine.at(machine.now() + LOOK_EVERY_MS, () => {
      look().catch((error) => log.debug(`The queue was not counted: ${describe(error)}`));
      next();
    });
  }
  next();
  return () => cancel();
}
