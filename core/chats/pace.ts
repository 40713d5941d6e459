/** How fast somebody may do something: so much at once, and so much in a second after that. */
import type { Clock } from '../ports.ts';

export interface Pace {
  /** Counts one more. @returns 0 where there is room, else in how many milliseconds there will be; nothing was counted then. */
  take(): number;
}

export function createPace(clock: Clock, { perSecond, atOnce }: { perSecond: number; atOnce: number }): Pace {
  let left = atOnce;
  let at = clock.now();
  return {
    take() {
      const now = clock.now();
      left = Math.min(atOnce, left + (Math.max(0, now - at) * perSecond) / 1_000);
      at = now;
      if (left < 1) return Math.ceil(((1 - left) * 1_000) / perSecond);
      left--;
      return 0;
    },
  };
}
