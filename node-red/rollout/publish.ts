/**
 * In the process that has the editor: hands out the flows each time they have started. Flows that do not start are handed to nobody. While
 * the store is away the newest wait for it.
 */
import { DragomanError, describe } from '../../core/errors.ts';
import { createOutages } from '../../core/outages.ts';
import type { Clock, Logger, Rollout, Rollouts } from '../../core/ports.ts';
import type { FlowsState } from './flows.ts';

const AGAIN_MS = 2_000;

export interface PublishOptions {
  rollouts: Pick<Rollouts, 'publish'>;
  clock: Clock;
  log: Logger;
  /** News for the others. */
  tell?: ((revision: string) => void) | undefined;
  onChange?: ((state: FlowsState) => void) | undefined;
}

export interface Publishing {
  state(): FlowsState;
  /** The newest: those that wait are not handed out any more. Resolves when that was tried; never rejects. */
  publish(rollout: Rollout): Promise<void>;
  stop(): void;
}

export function publishRollouts({ rollouts, clock, log, ...options }: PublishOptions): Publishing {
  const outages = createOutages(log, clock.now);
  let state: FlowsState = {};
  let wanted: Rollout | undefined;
  let last: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let stopped = false;

  /** One at a time, or an older one could come last. */
  async function hand(): Promise<void> {
    const rollout = wanted;
    if (!rollout || stopped) return;
    const { revision } = rollout;
    try {
      const isNew = await rollouts.publish(rollout);
      outages.works('store', 'The place of the flows');
      if (isNew) {
        log.info(`Flows ${revision} are handed out.`);
        options.tell?.(revision);
      }
      settle(rollout, { revision });
    } catch (error) {
      if (DragomanError.is(error) && !error.retryable) {
        log.error(`The flows are not handed out; the others go on with those before. ${describe(error)}`);
        settle(rollout, { revision: state.revision, failed: { revision, why: describe(error) } });
        return;
      }
      outages.failed('store', `The flows wait to be handed out: ${describe(error)}`);
      cancel = clock.at(clock.now() + AGAIN_MS, () => void next());
    }
  }

  function next(): Promise<void> {
    cancel();
    last = last.then(hand);
    return last;
  }

  function settle(done: Rollout, now: FlowsState): void {
    if (wanted === done) wanted = undefined;
    state = now;
    options.onChange?.(state);
  }

  return {
    state: () => state,
    publish(rollout) {
      wanted = rollout;
      return next();
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
