/** A clock that stands still until it is moved. */
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';

export interface VirtualClock extends Clock {
  /**
   * Moves the time by `ms` and fires what becomes due in order of its time, each at its own moment, letting the work that it starts
   * come to rest before the next.
   */
  advance(ms: number): Promise<void>;
  /** When the next wake-up is due; undefined when none waits. */
  next(): number | undefined;
  /** Forgets all wake-ups. */
  clear(): void;
}

/** Rounds of the event loop given to pending work before time moves on: enough for promise chains and for answers on loopback. */
const ROUNDS = 5;

async function someRounds(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) await nextRound();
}

/**
 * A wake-up that is due when it is set fires by itself, as on a real clock.
 * @param start UTC milliseconds.
 * @param settle resolves when the work that was started has come to rest.
 */
export function virtualClock(start = Date.UTC(2026, 0, 1), settle: () => Promise<void> = someRounds): VirtualClock {
  let now = start;
  const waiting = new Set<{ at: number; wake: () => void }>();

  const nextDue = (end: number) => {
    let first: { at: number; wake: () => void } | undefined;
    for (const entry of waiting) if (entry.at <= end && (!first || entry.at < first.at)) first = entry;
    return first;
  };

  return {
    now: () => now,
    at(at, wake) {
      const entry = { at, wake };
      waiting.add(entry);
      if (at <= now)
        queueMicrotask(() => {
          if (waiting.delete(entry)) wake();
        });
      return () => {
        waiting.delete(entry);
      };
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let due = nextDue(end); due; due = nextDue(end)) {
        waiting.delete(due);
        now = Math.max(now, due.at);
        due.wake();
        await settle();
      }
      now = end;
    },
    next: () => nextDue(Number.POSITIVE_INFINITY)?.at,
    clear: () => waiting.clear(),
  };
}
