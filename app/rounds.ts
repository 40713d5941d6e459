/** Work that is due at moments and when somebody says so: one round at a time, again where something came meanwhile, and by one process of many. */
import type { Clock } from '../core/ports.ts';

export interface RoundsOptions {
  clock: Clock;
  /** Whether this process does the work, of many; else it tells the one that does. Always when absent. */
  isMine?(): boolean;
  tellOthers?(): void;
  /** Does what is due. Must not reject. @returns when to look again, UTC milliseconds; null: not before somebody says so */
  round(): Promise<number | null>;
}

export interface Rounds {
  /** Something may be due. */
  wake(): void;
  stopped(): boolean;
  /** Resolves when no round runs. */
  idle(): Promise<void>;
  /** None begins any more. */
  stop(): void;
}

export function createRounds({ clock, isMine = () => true, tellOthers, round }: RoundsOptions): Rounds {
  let working: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let cancel = () => {};

  function wake(): void {
    if (stopped) return;
    if (!isMine()) {
      tellOthers?.();
      return;
    }
    again = true;
    working ??= work().finally(() => (working = undefined));
  }

  async function work(): Promise<void> {
    let next: number | null = null;
    while (again && !stopped && isMine()) {
      again = false;
      cancel();
      next = await round();
    }
    if (!stopped && next !== null) cancel = clock.at(Math.max(next, clock.now() + 1), wake);
  }

  return {
    wake,
    stopped: () => stopped,
    async idle() {
      await working;
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
