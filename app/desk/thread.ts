/** A message as the inbox shows it, and what of a person's numbers is hidden from who may not see them. */
import type { InboxMessage } from '../../core/desk/views.ts';
import type { Json, Message } from '../../core/model.ts';
import type { ConversationView } from '../operator.ts';

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

/** A conversation for who may not see numbers: a group is called by its platform's id, and what a flow noted may be anything. */
export function conversationWithoutNumbers<T extends Pick<ConversationView, 'name' | 'threadKey' | 'vars'>>(
  conversation: T,
) {
  const { threadKey: _threadKey, vars: _vars, name, ...rest } = conversation;
  return { ...rest, ...(name !== undefined && { name: hideNumbers(name) }) };
}

/** A platform's words of why, for who may not see numbers: some quote whom they could not reach. Codes of errors are shorter. */
export const wordsWithoutNumbers = <T extends { message?: string }>(told: T): T =>
  told.message === undefined
    ? told
    : { ...told, message: told.message.replace(/\d{8,}/g, (number) => `•••${number.slice(-2)}`) };

/** A message for who may not see numbers: platforms put them into their ids and handles. */
export function messageWithoutNumbers(message: Message) {
  const { platformId: _platformId, key: _key, sender: _sender, parts: _parts, media, error, course, ...rest } = message;
  return {
    ...rest,
    media: media.map(({ kind, mime, name, caption, heard }) => ({ kind, mime, name, caption, heard })),
    ...(error && { error: wordsWithoutNumbers(error) }),
    ...(course && { course: course.map(wordsWithoutNumbers) }),
  };
}
