/** Turns whose flow was to say more after their lane was freed: where that is cut off, nobody repeats them, so somebody must hear of it. */
import { describe } from '../core/errors.ts';
import type { OpenTurn } from '../core/model.ts';
import type { Clock, Logger, Store } from '../core/ports.ts';
import { cutShort, flowOver } from '../core/turns/plans.ts';
import type { TurnRun } from './host.ts';

const DEPLOY = 'A deploy or a stop cut the flow after its first words; what it had still to say was not sent.';
const CRASH =
  'The process ended while the flow still ran after its first words; what it had still to say was not sent.';
/** A turn's end may still be on its way to the store. */
const AGAIN_MS = 1_000;

export interface CutOff {
  /** Sees to a turn that has ended, or is about to, until its flow is over too. @param settled must not reject */
  watch(turn: Pick<OpenTurn, 'id' | 'conversationId'>, settled: Promise<TurnRun>): Promise<void>;
  /**
   * Finds those that were under way when a process died. Alone, all that are left of the process before this one: once, before a turn begins.
   * @param before among many processes: only those whose flow must have been over by then; UTC milliseconds
   */
  lookBack(before?: number): Promise<void>;
}

export function createCutOff({ store, clock, log }: { store: Store; clock: Clock; log: Logger }): CutOff {
  async function list(turnId: string, error: string): Promise<void> {
    if (await store.run(cutShort(turnId, error))) log.error(`Turn ${turnId} is a dead letter: ${error}`);
  }

  return {
    async watch({ id, conversationId }, settled) {
      const { status } = await settled;
      try {
        while ((await store.conversation(conversationId))?.openTurn?.id === id)
          await new Promise<void>((resolve) => clock.at(clock.now() + AGAIN_MS, resolve));
        if (status === 'interrupted') await list(id, DEPLOY);
        else await store.run(flowOver(id));
      } catch (error) {
        log.error(`What became of the flow of turn ${id} could not be stored: ${describe(error)}`);
      }
    },
    async lookBack(before) {
      try {
        for (const id of await store.unsettled())
          if (before === undefined || ((await store.turn(id))?.openUntil ?? before) < before) await list(id, CRASH);
      } catch (error) {
        log.error(`Turns that a crash cut off could not be looked for: ${describe(error)}`);
      }
    },
  };
}
