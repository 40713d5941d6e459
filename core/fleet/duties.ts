/** What is done by one worker at a time: a duty is free when nobody has it, or who had it is gone. */
import { describe } from '../errors.ts';
import type { Duty, Fleet, Logger, Workers } from '../ports.ts';

/** A duty that somebody else takes at the same moment is looked at once more, so many times. */
const MOST_TRIES = 5;

export interface Duties extends Pick<Fleet, 'seize' | 'holds' | 'release'> {
  want: Fleet['duty'];
  /** Takes what is wanted and free, lets go of what others have now. @returns who has what then */
  look(all: Duty[]): Promise<Duty[]>;
  /** This worker was written off: it has none any more. */
  lost(): void;
  retire(): Promise<void>;
}

export interface DutiesOptions {
  workers: Workers;
  log: Logger;
  /** This worker, as it is called now. */
  owner(): string;
  isGone(owner: string): boolean;
}

interface Wanted {
  start: () => () => unknown;
  /** Of what goes on here. */
  end?: () => unknown;
  /** What went on here is about to be over. */
  ending?: Promise<void>;
}

export function createDuties({ workers, log, owner, isGone }: DutiesOptions): Duties {
  /** By name: one at a time of each. */
  const wanted = new Map<string, Wanted>();

  /** No pulse waits for it. */
  function stop(name: string, duty: Wanted): Promise<void> {
    const { end } = duty;
    duty.end = undefined;
    const ended = async () => {
      try {
        await end?.();
      } catch (error) {
        log.error(`The duty "${name}" did not end as it should: ${describe(error)}`);
      }
    };
    if (end) duty.ending = ended().finally(() => (duty.ending = undefined));
    return duty.ending ?? Promise.resolve();
  }

  function begin(name: string, duty: Wanted): void {
    try {
      duty.end = duty.start();
    } catch (error) {
      log.error(`The duty "${name}" could not begin: ${describe(error)}`);
    }
  }

  async function release(name: string): Promise<void> {
    try {
      await workers.drop(name, owner());
    } catch (error) {
      log.warn(`The duty "${name}" is given up only when this worker has left: ${describe(error)}`);
    }
  }

  const ownerOf = async (name: string) => (await workers.duties()).find((duty) => duty.name === name)?.owner ?? null;

  return {
    want(name, start) {
      const duty: Wanted = { start };
      wanted.set(name, duty);
      return async () => {
        if (wanted.get(name) === duty) wanted.delete(name);
        const had = duty.end !== undefined;
        await stop(name, duty);
        if (had && !wanted.has(name)) await release(name);
      };
    },
    async look(all) {
      const now = new Map(all.map((duty) => [duty.name, duty.owner]));
      for (const [name, duty] of [...wanted]) {
        const had = now.get(name) ?? null;
        if (duty.ending) continue;
        if (had === owner()) {
          if (!duty.end) begin(name, duty);
        } else if (had === null || isGone(had)) {
          if (!(await workers.handOver(name, had, owner()))) continue;
          now.set(name, owner());
          // Nobody wants it here any more: somebody else may have it.
          if (wanted.get(name) !== duty) await release(name);
          else if (!duty.end) begin(name, duty);
        } else if (duty.end) void stop(name, duty);
      }
      return [...now].map(([name, of]) => ({ name, owner: of }));
    },
    async seize(name) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const had = await ownerOf(name);
        if (had === owner() || (await workers.handOver(name, had, owner()))) return;
      }
    },
    async holds(name) {
      const had = await ownerOf(name);
      return had === null || had === owner() || isGone(had);
    },
    release,
    lost() {
      for (const [name, duty] of wanted) void stop(name, duty);
    },
    async retire() {
      const all = [...wanted];
      wanted.clear();
      await Promise.all(
        all.map(async ([name, duty]) => {
          const had = duty.end !== undefined;
          await stop(name, duty);
          if (had) await release(name);
        }),
      );
    },
  };
}
