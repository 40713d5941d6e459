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
