import type { Clock } from '../../core/ports.ts';

/** Longest delay setTimeout can hold; longer waits are armed again. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The real time. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, wake) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const delay = at - Date.now();
      timer = delay > MAX_DELAY_MS ? setTimeout(arm, MAX_DELAY_MS) : setTimeout(wake, Math.max(0, delay));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
