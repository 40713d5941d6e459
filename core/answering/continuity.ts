/** Whether what a provider keeps of a conversation is still the conversation. */
import type { ResponseHead, Said } from '../model.ts';
import { begun } from '../sending/send-state.ts';

/** The customer saw it, or may have: all of it, or what had left of it when the rest failed. */
export const wasSaid = ({ state, deletedAt, parts }: Said): boolean =>
  !deletedAt && state !== 'draft' && state !== 'discarded' && (state !== 'failed' || begun({ parts }));

/**
 * The head, if the provider knows everything that our history would tell it. It does not once a person, the system or another node wrote
 * since the head's turn began, a message of the customer was answered without it, the answer itself never arrived or was not heard whole, or
 * anything was edited or deleted after it.
 * @param messages the newest of the conversation, oldest first; those of this turn, and those that wait for a later one, do not matter.
 */
export function usableHead(head: ResponseHead | null, messages: Said[], turnId: string): ResponseHead | null {
  const answer = head && messages.find(({ seq }) => seq === head.seq);
  if (!answer || !wasSaid(answer) || answer.state === 'failed' || answer.unheard !== undefined) return null;
  const before = messages.filter((message) => !message.pending && message.turnId !== turnId);
  const asked = before.filter(({ direction, turnId }) => direction === 'in' && turnId === answer.turnId);
  const since = Math.min(answer.seq, ...asked.map(({ seq }) => seq));
  const foreign = (message: Said) =>
    message.seq > since && message !== answer && !asked.includes(message) && wasSaid(message);
  const changed = ({ editedAt = 0, deletedAt = 0 }: Said) => editedAt > answer.at || deletedAt > answer.at;
  return before.some((message) => foreign(message) || changed(message)) ? null : head;
}
