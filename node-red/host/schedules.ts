/**
 * Among many processes each has the same `inject` nodes, and what one of them does every night is to be done once: their times count in one
 * process only. What somebody sends by the node's button is sent where he is, and what a node does once at its start it does in each process,
 * for such nodes fill the context, which each has for itself. Nodes of others that act by a clock of their own are not known here.
 */
import type { Fleet } from '../../core/ports.ts';
import type { ReceiveEvent, Red } from '../red.ts';

const LABEL = 'dragoman-schedules';

/** @param takes whether this process does what one does for all */
export function shareSchedules(RED: Pick<Red, 'hooks'>, fleet: Pick<Fleet, 'alone' | 'duty'>, takes: boolean): void {
  if (fleet.alone) return;
  let mine = false;
  holdSchedules(RED, () => mine);
  if (takes)
    fleet.duty('schedules', () => {
      mine = true;
      return () => {
        mine = false;
      };
    });
}

/** @param mine whether the times count here now. @returns takes it out */
export function holdSchedules(RED: Pick<Red, 'hooks'>, mine: () => boolean): () => void {
  RED.hooks.add(`onReceive.${LABEL}`, ({ msg, destination }: ReceiveEvent) => {
    const { node } = destination;
    // Its timers hand it an object that has no id yet; every other message has one by now.
    const isTime = node.type === 'inject' && (node.interval_id || node.cronjob) && !('_msgid' in msg);
    // `false` halts it.
    return isTime && !mine() ? false : undefined;
  });
  return () => RED.hooks.remove(`*.${LABEL}`);
}
