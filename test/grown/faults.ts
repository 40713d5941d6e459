/** What goes wrong, each at its time. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Fault {
  name: string;
  /** When it begins, in seconds. */
  at: number;
  /** How long it lasts. */
  seconds?: number;
  begin(): unknown;
  end?(): unknown;
}

/** Resolves when the last one is over, with when that was, in `performance.now()`. Rejects where one could not be. */
export async function strike(faults: Fault[]): Promise<number> {
  await Promise.all(
    faults.map(async ({ at, seconds = 0, begin, end }) => {
      await sleep(at * 1000);
      await begin();
      await sleep(seconds * 1000);
      await end?.();
    }),
  );
  return performance.now();
}
