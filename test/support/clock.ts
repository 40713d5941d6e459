/** A clock that stands still until a test moves it. */
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from '../../core/ports.ts';

/** Rounds of the event loop given to pending work before time moves on: enough for promise chains and for answers on loopback. */
const ROUNDS = 5;

/**
 * @param start UTC milliseconds.
 * `advance(ms)` moves the time by `ms` and fires what becomes due in order of its time, each at its own moment, letting the work
 * that it starts run before the next. A wake-up that is due when it is set fires by itself, as on a real clock.
 */
export function virtualClock(start = Date.UTC(2026, 0, 1)): Clock & { advance(ms: number): Promise<void> } {
  let now = start;
  const waiting = new Set<{ at: number; wake: () => void }>();

  const settle = async () => {
    for (let round = 0; round < ROUNDS; round++) await nextRound();
  };
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
  };
}
