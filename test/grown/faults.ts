/** What goes wrong, each at its time. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Fault {
  name: string;
  /** It begins when so much has been said, as a share. */
  at: number;
  /** How long it lasts. */
  seconds?: number;
  begin(): unknown;
  end?(): unknown;
}

/** Resolves when the last one is over, with when that was, in `performance.now()`. Rejects where one could not be. */
export async function strike(faults: Fault[], reached: (share: number) => Promise<void>): Promise<number> {
  await Promise.all(
    faults.map(async ({ at, seconds = 0, begin, end }) => {
      await reached(at);
      await begin();
      await sleep(seconds * 1000);
      await end?.();
    }),
  );
  return performance.now();
}
