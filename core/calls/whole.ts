/** What was said to a caller, and whether he heard it. */
import type { Message, SendPart } from '../model.ts';
import type { Plan } from '../ports.ts';
import { hasLeft } from '../sending/send-state.ts';

/** He heard all of it. Repeating it changes nothing. */
export const heardWhole =
  (messageId: string): Plan<void> =>
  (records) => {
    const message = records.message(messageId);
    if (!message || !hasLeft(message) || message.state === 'read') return;
    const parts = message.parts?.map((part): SendPart => ({ ...part, state: 'read', unknownSince: undefined }));
    records.updateMessage(messageId, { parts, state: 'read' });
  };

/** What a caller who comes back has not heard yet: all of it has left, or may have, and nothing says that it was heard. */
export const isUnheard = (message: Pick<Message, 'direction' | 'state' | 'unheard'>): boolean =>
  message.direction === 'out' && hasLeft(message) && message.state !== 'read' && message.unheard === undefined;

/**
 * Of a text the beginning that was heard, which came in pieces with other space between them.
 * @param heard the same letters, but for space
 */
export function beginningOf(text: string, heard: string): string {
  let left = heard.replace(/\s/gu, '').length;
  let at = 0;
  for (; at < text.length && left > 0; at++) if (!/\s/u.test(text[at]!)) left--;
  return text.slice(0, at);
}
