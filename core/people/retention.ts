/** What outlives its retention. Every store asks this; it is plain data where a store asks its database. */
import type { Conversation, Message, SendState, ToolRunState } from '../model.ts';

/** What a person must look at; it stays until he is forgotten whom it was done for. */
export const UNRESOLVED_RUNS: readonly ToolRunState[] = ['started', 'unknown'];

/** What is remembered of the forgotten and never expires: whoever said STOP is not written to again. */
export const REMEMBERED_FOR_EVER = ['opt-out'] as const;

const ON_ITS_WAY: readonly (SendState | undefined)[] = ['draft', 'queued', 'sending'];

/** Whether a message is yet to be answered, approved or sent; it stays. So do all of a conversation in which something waits. */
export const waits = ({ pending, state }: Pick<Message, 'pending' | 'state'>): boolean =>
  pending || ON_ITS_WAY.includes(state);

/** What a conversation has while something waits in it, runs or is on its way, null otherwise: then it is due, and its people are not idle. */
export const WAITING = ['wakeAt', 'openTurn', 'openSend', 'sendAt'] as const satisfies (keyof Conversation)[];
