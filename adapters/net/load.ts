/** How much this CPU has to do: how many turns may begin beside other work, and whether courtesies can wait. */
import { performance } from 'node:perf_hooks';

/** Begun in one round of the event loop at most, and when rounds are long. */
export const TURNS_AT_ONCE = 32;
const FEWEST = 1;
/** A round that takes longer leaves webhooks waiting. */
const LONG_MS = 20;
/** Of the time, spent working: above it nothing is done that need not be. */
const BUSY = 0.8;
const LOOK_EVERY_MS = 500;

export interface Load {
  /** Resolves when there is room for another turn to begin: at once, or a round of the event loop later, so that webhooks are answered between. */
  admit(): Promise<void>;
  /** Whether the event loop had hardly a rest of late. */
  busy(): boolean;
}

export function createLoad(): Load {
  const now = Promise.resolve();
  let limit = TURNS_AT_ONCE;
  let begun = 0;
  let round: Promise<void> | undefined;
  let looked = performance.now();
  let usage = performance.eventLoopUtilization();
  let busy = false;

  function nextRound(): Promise<void> {
    const asked = performance.now();
    return new Promise((resolve) =>
      setImmediate(() => {
        limit = performance.now() - asked > LONG_MS ? Math.max(FEWEST, limit >> 1) : Math.min(TURNS_AT_ONCE, limit + 1);
        begun = 0;
        round = undefined;
        resolve();
      }),
    );
  }

  /** Also when a turn begins, so that what is looked at is the time since then and not an idle night before. */
  function look(): void {
    if (performance.now() - looked < LOOK_EVERY_MS) return;
    looked = performance.now();
    const before = usage;
    usage = performance.eventLoopUtilization();
    busy = performance.eventLoopUtilization(usage, before).utilization > BUSY;
  }

  return {
    admit() {
      look();
      begun++;
      if (begun < limit) return now;
      round ??= nextRound();
      return round;
    },
    busy() {
      look();
      return busy;
    },
  };
}
