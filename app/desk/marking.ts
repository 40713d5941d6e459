/**
 * Workers of the version before keep no marks that came later. So long as one is there, and once it is gone, the conversations that it may have changed are
 * looked through: the inbox is right some time after each change, and for good when all are of this version.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { MARKS, remark } from '../../core/desk/marks.ts';
import { describe } from '../../core/errors.ts';
import type { Clock, Cursor, Fleet, Logger, Store, Unmarked } from '../../core/ports.ts';
import { createRounds } from '../rounds.ts';

const LOOK_MS = 15_000;
/** Clocks of two machines, and a step that began before. */
const MARGIN_MS = 60_000;
/** Where nobody kept marks yet, whoever wrote before is not asked about: the inbox would begin with all of them. */
const FIRST_MS = 86_400_000;
/** Conversations in one step: some milliseconds. */
const STEP = 50;

export interface MarkingOptions {
  store: Pick<Store, 'run'>;
  unmarked: Unmarked;
  fleet: Pick<Fleet, 'state'>;
  /** Of the messages. */
  clock: Clock;
  /** Of this machine. */
  machine: Clock;
  log: Logger;
}

/** Looks now and again. @returns stops it; resolves when nothing of it runs */
export function keepMarked({ store, unmarked, fleet, clock, machine, log }: MarkingOptions): () => Promise<void> {
  /** Those of an earlier version of whom nothing is left to be looked through. */
  const settled = new Set<string>();
  let known: number | undefined;

  async function look(): Promise<void> {
    const earlier = fleet.state().workers.filter(({ id, marks = 0 }) => marks < MARKS && !settled.has(id));
    if (known === MARKS && earlier.length === 0) return;
    const last = await unmarked.marked();
    known = last?.marks;
    if (known === MARKS && earlier.length === 0) return;
    const begun = clock.now();
    const since = last?.marks === MARKS ? last.at - MARGIN_MS : begun - FIRST_MS;
    let next: Cursor = null;
    do {
      const found = await unmarked.suspects(since, next, STEP);
      for (const id of found.conversations) {
        if (rounds.stopped()) return;
        await store.run(remark(id, since));
      }
      next = found.next;
      await pause();
    } while (next !== null);
    await unmarked.setMarked({ marks: MARKS, at: begun });
    known = MARKS;
    for (const { id, gone } of earlier) if (gone) settled.add(id);
  }

  const rounds = createRounds({
    clock: machine,
    async round() {
      await look().catch((error) => log.warn(`Whether the inbox is right could not be looked at: ${describe(error)}`));
      return machine.now() + LOOK_MS;
    },
  });
  rounds.wake();
  return () => {
    rounds.stop();
    return rounds.idle();
  };
}
