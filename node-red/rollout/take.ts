/**
 * In a process without an editor: takes the flows that are handed out, on news of them or by looking now and then. Flows that it cannot run
 * leave those that it has alone, and are tried once: again only when there are others, or at the next start.
 */
import { describe } from '../../core/errors.ts';
import { createOutages } from '../../core/outages.ts';
import type { Clock, Logger, Rollout, Rollouts } from '../../core/ports.ts';
import type { Flows, FlowsState } from './flows.ts';

const LOOK_MS = 2_000;
/** So many nodes are named. */
const NAMED = 5;

export interface TakeOptions {
  rollouts: Pick<Rollouts, 'revision' | 'newest'>;
  clock: Clock;
  log: Logger;
  /** The flows, or why they cannot run here. */
  unpack(rollout: Rollout): Flows | { why: string };
  /** See `replaceFlows`. */
  replace(next: Flows, before?: Flows): Promise<string[]>;
  /** What runs until something is handed out, if anything. */
  own?(): Promise<Flows | undefined>;
  /** Told each change of the state. */
  onChange?: ((state: FlowsState) => void) | undefined;
}

export interface Taking {
  state(): FlowsState;
  /** Looks at once. Resolves when it has; never rejects. */
  look(): Promise<void>;
  /** Takes no more; resolves when nothing is being loaded. */
  stop(): Promise<void>;
}

/** Begins when `look` is called for the first time. */
export function takeRollouts(options: TakeOptions): Taking {
  const { rollouts, clock, log, unpack, replace } = options;
  const outages = createOutages(log, clock.now);
  let running: Flows | undefined;
  let failed: FlowsState['failed'];
  let looking: Promise<void> | undefined;
  let cancel = () => {};
  let stopped = false;

  const state = (): FlowsState => ({ revision: running?.revision, failed });

  async function look(): Promise<void> {
    if (looking) await looking;
    if (stopped) return;
    cancel();
    looking ??= once()
      .then(
        () => outages.works('store', 'The place of the flows'),
        (error) => outages.failed('store', `Whether there are new flows cannot be seen: ${describe(error)}`),
      )
      .finally(() => {
        looking = undefined;
        if (!stopped) cancel = clock.at(clock.now() + LOOK_MS, look);
      });
    await looking;
  }

  async function once(): Promise<void> {
    const revision = await rollouts.revision();
    if (revision === undefined) {
      const own = running || failed ? undefined : await options.own?.();
      if (own) await load(own, 'from the files of this process');
    } else if (revision === running?.revision) {
      // Others could not be loaded, and have been taken back.
      if (failed?.revision !== revision) settle(running, undefined);
    } else if (revision !== failed?.revision) {
      const newest = await rollouts.newest();
      if (newest) await take(newest);
    }
  }

  async function take(rollout: Rollout): Promise<void> {
    const next = unpack(rollout);
    if ('why' in next) refuse(rollout.revision, next.why);
    else await load(next, `saved ${new Date(rollout.at).toISOString()} by version ${rollout.version}`);
  }

  async function load(next: Flows, whence: string): Promise<void> {
    const before = running;
    const fault = await replace(next, before).then(
      (absent) =>
        absent.length > 0
          ? `Nodes did not start, see the errors before: ${absent.slice(0, NAMED).join(', ')}.`
          : undefined,
      (error) => ({ stopped: describe(error) }),
    );
    // Where nothing ran before, most of the flows is better than none of them.
    if (fault === undefined || (typeof fault === 'string' && !before)) {
      if (fault) log.error(`Flows ${next.revision} run without some nodes. ${fault}`);
      else log.info(`Flows ${next.revision} run, ${whence}.`);
      settle(next, fault === undefined ? undefined : { revision: next.revision, why: fault });
      return;
    }
    refuse(next.revision, typeof fault === 'string' ? fault : fault.stopped);
    if (!before) return;
    await replace(before).catch((error) => {
      running = undefined;
      log.error(`The flows ${before.revision} do not run again either: ${describe(error)}`);
    });
    settle(running, failed);
  }

  function refuse(revision: string, why: string): void {
    log.error(
      `Flows ${revision} are not taken. ${why} ${running ? `Those of ${running.revision} go on.` : 'None run.'}`,
    );
    settle(running, { revision, why });
  }

  function settle(now: Flows | undefined, fault: FlowsState['failed']): void {
    const before = state();
    running = now;
    failed = fault;
    if (before.revision !== now?.revision || before.failed?.revision !== fault?.revision) options.onChange?.(state());
  }

  return {
    state,
    look,
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}
