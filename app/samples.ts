/** What can come by the thousands: a few of each kind are told one by one, the others by their number. */
import type { Clock } from '../core/ports.ts';

/** Counted together; the number of those that were not told is told at its end. */
const WINDOW_MS = 10 * 60_000;
const MOST_TOLD = 20;

/**
 * @param kind what is counted together; there must be few kinds, whatever comes
 * @param sum is given a sentence about those that were not told, later
 * @returns whether this one is to be told
 */
export type IsTold = (kind: string, sum: (more: string) => void) => boolean;

export function createSamples(clock: Clock): IsTold {
  const counts = new Map<string, { told: number; untold: number }>();
  return (kind, sum) => {
    let count = counts.get(kind);
    if (!count) {
      count = { told: 0, untold: 0 };
      counts.set(kind, count);
      clock.at(clock.now() + WINDOW_MS, () => {
        const { untold } = counts.get(kind)!;
        counts.delete(kind);
        if (untold > 0) sum(`And ${untold} more like this in ${WINDOW_MS / 60_000} minutes.`);
      });
    }
    if (count.told < MOST_TOLD) count.told++;
    else count.untold++;
    return count.untold === 0;
  };
}
