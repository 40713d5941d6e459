/** What the suites do with a store, in few words: core's plans with plain arguments. */
import { acceptDelivery } from '../../core/inbox/fold.ts';
import type { AcceptResult, Cursor, Incoming, Kept, NewReply, Store } from '../../core/ports.ts';
import {
  type Added,
  addReply,
  type NextSend,
  nextSend,
  type SendCheck,
  settleSend,
} from '../../core/sending/outbox.ts';
import {
  type BeginTurn,
  beginTurn,
  type Ending,
  endTurn,
  type Failure,
  failTurn,
  type Take,
} from '../../core/turns/plans.ts';
import { log, PASS, T0 } from './events.ts';

/** The process that the suites play. */
export const ME = 'me';

type Open = { id: string; conversationId: string };

/** A delivery of these events, with its row in the log. */
export const delivery = (incoming: Incoming[], at: number) => acceptDelivery(incoming, log(at));
export const accept = (store: Store, incoming: Incoming[], at = T0): Promise<AcceptResult[]> =>
  store.run(delivery(incoming, at));
export const begin = (store: Store, conversationId: string, take: Take): Promise<BeginTurn> =>
  store.run(beginTurn(conversationId, take));
export const end = (store: Store, { id, conversationId }: Open, ending: Ending, owner = ME): Promise<boolean> =>
  store.run(endTurn({ turnId: id, conversationId, owner }, ending));
export const fail = (store: Store, { id, conversationId }: Open, failure: Failure, owner = ME): Promise<boolean> =>
  store.run(failTurn({ turnId: id, conversationId, owner }, failure));
export const add = (store: Store, reply: NewReply, check: SendCheck): Promise<Added> =>
  store.run(addReply(reply, check, ME));
export const next = (store: Store, conversationId: string, check: SendCheck, now = T0): Promise<NextSend> =>
  store.run(nextSend(conversationId, now, check, ME));
/** All steps, each of few rows. @returns how many went. */
export async function prune(store: Store, kind: Kept, before: number): Promise<number> {
  let gone = 0;
  let next: Cursor = null;
  do {
    const step = await store.prune(kind, before, next, 2);
    gone += step.gone;
    next = step.next;
  } while (next !== null);
  return gone;
}
/** The platform took it, and called its first part so. */
export const sent = (store: Store, messageId: string, platformId: string, now = T0) =>
  store.run(settleSend(messageId, 0, { ok: true, platformId }, now, PASS));
