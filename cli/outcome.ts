/** What became of a message or a conversation, in the words that all commands use for it. */
import type { Conversation, Message } from '../core/model.ts';
import type { Result } from './command.ts';
import { sendState, time } from './text.ts';

/** Exit code 1 where the customer will not have it. */
export function ofMessage({ id, conversationId, state, error, nextTryAt }: Message): Result {
  return {
    data: { id, conversationId, state, error, nextTryAt },
    lines: [`Message ${id}  ${sendState({ state, error, nextTryAt })}`],
    failed: state === 'failed' || state === 'unknown' || state === 'discarded',
  };
}

export function ofConversation({ id, status, humanUntil }: Pick<Conversation, 'id' | 'status' | 'humanUntil'>): Result {
  const human = humanUntil > Date.now() ? humanUntil : undefined;
  return {
    data: { id, status, humanUntil: human },
    lines: [`Conversation ${id}  ${status}${human ? `, human until ${time(human)}` : ''}`],
  };
}
