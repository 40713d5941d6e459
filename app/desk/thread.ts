/** A message as the inbox shows it, and what of a person's numbers is hidden from who may not see them. */
import type { InboxMessage } from '../../core/desk/views.ts';
import type { Json, Message } from '../../core/model.ts';

export function asInboxMessage(message: Message): InboxMessage {
  const { id, seq, direction, author, text, at, state, error, reaction, editedAt, deletedAt, choice } = message;
  const { writer, drafted, answered, turnId, source, media, parts = [], purpose, tries, nextTryAt } = message;
  const canUndo = state === 'queued' && purpose === 'human' && !tries && nextTryAt !== undefined;
  return {
    ...{ id, seq, direction, author, text, at, state, error, reaction, editedAt, deletedAt, choice },
    ...{ writer, drafted, answered, turnId, source },
    media: media.map(({ kind, name, caption, url, ref, upload }) => ({
      ...{ kind, name, caption },
      file: upload !== undefined || (direction === 'in' && (ref ?? url) !== undefined),
      ...(direction === 'out' && upload === undefined && url !== undefined && { url }),
    })),
    // Some platforms are told the same buttons in two ways.
    buttons: [...new Set(parts.flatMap(({ request }) => buttonsIn(request)))],
    ...(canUndo && { undoUntil: nextTryAt }),
  };
}

/** By what platforms call the list of what can be tapped. */
const LISTS = new Set(['buttons', 'inline_keyboard', 'keyboard', 'quick_replies', 'rows']);

/** The titles of what can be tapped in a request, whatever platform it is for. */
function buttonsIn(request: Json, tapped = false): string[] {
  if (request === null || typeof request !== 'object') return [];
  if (Array.isArray(request)) return request.flatMap((one) => buttonsIn(one, tapped));
  const { title, text } = request;
  const words = typeof title === 'string' ? title : typeof text === 'string' ? text : undefined;
  if (tapped && words !== undefined) return [words];
  return Object.entries(request).flatMap(([name, value]) => buttonsIn(value, tapped || LISTS.has(name)));
}

const NUMBER = /\+?\d[\d\s().-]{4,}\d/g;

/** Numbers as somebody sees them who may not see them: the last two digits tell one from another. */
export const hideNumbers = (text: string): string =>
  text.replace(NUMBER, (number) => `•••${number.replace(/\D/g, '').slice(-2)}`);
