/** The frames of a web chat's line; docs/web-chat.md lists them. */
import { isObject } from '../../core/model/json.ts';
import type { JsonObject } from '../../core/model.ts';
import type { ChatInput, ChatOpening, ChatOutput, ShownMessage } from '../../core/ports.ts';
import type { Run } from '../shared/runs.ts';
import { partOf, TEXT_LIMIT } from './render.ts';

const LONGEST_ID = 100;

const wrong = (message: string, id?: string): ChatInput => ({
  ...{ kind: 'wrong', code: 'invalid', message },
  ...(id !== undefined && { id }),
});

/** Never throws. */
export function read(frame: string): ChatInput {
  let event: unknown;
  try {
    event = JSON.parse(frame);
  } catch {
    return wrong('The frame is not JSON.');
  }
  if (!isObject(event) || typeof event.type !== 'string') return wrong('The "type" is missing.');
  const reader = Object.hasOwn(READERS, event.type) ? READERS[event.type] : undefined;
  return reader ? reader(event) : wrong(`There is no "${event.type.slice(0, LONGEST_ID)}" here.`);
}

const READERS: Record<string, (event: JsonObject) => ChatInput> = {
  message(event) {
    const id = idIn(event, 'id');
    if (!id) return wrong('A message needs an "id" of its own, of 100 characters at most.');
    const { text } = event;
    if (typeof text !== 'string' || !text.trim()) return wrong('The message has no "text".', id);
    if (text.length > TEXT_LIMIT)
      return { kind: 'wrong', code: 'too-long', message: `More than ${TEXT_LIMIT} characters are not taken.`, id };
    return { kind: 'message', id, text };
  },
  button(event) {
    const [id, of, button] = [idIn(event, 'id'), idIn(event, 'of'), idIn(event, 'button', 2 * LONGEST_ID)];
    if (!id || !of || !button) return wrong('A tap needs "id", "of" and "button".', id);
    return { kind: 'button', id, of, button };
  },
  delivered: (event) => seen('delivered', event),
  read: (event) => seen('read', event),
  ping: ({ n }) => ({ kind: 'ping', n: typeof n === 'number' ? n : 0 }),
};

function seen(state: 'delivered' | 'read', { cursor }: JsonObject): ChatInput {
  return typeof cursor === 'number' && Number.isSafeInteger(cursor) && cursor > 0
    ? { kind: 'seen', state, cursor }
    : wrong('The "cursor" is missing.');
}

function idIn(event: JsonObject, name: string, longest = LONGEST_ID): string | undefined {
  const value = event[name];
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined;
}

export const write = (output: ChatOutput): string => JSON.stringify(eventOf(output));

function eventOf(output: ChatOutput): object {
  switch (output.kind) {
    case 'open':
      return { type: 'open', ...openingOf(output.opening) };
    case 'message':
      return { type: 'message', ...messageOf(output.message) };
    case 'error': {
      const { code, message, id, retryAfterMs } = output;
      return { type: 'error', code, message, id, retry_after_ms: retryAfterMs };
    }
    default: {
      const { kind, ...rest } = output;
      return { type: kind, ...rest };
    }
  }
}

function openingOf({ messages, heartbeatMs, ...opening }: ChatOpening): object {
  return { ...opening, heartbeat_ms: heartbeatMs, longest_text: TEXT_LIMIT, messages: messages.map(messageOf) };
}

function messageOf({ id, cursor, author, at, text, parts }: ShownMessage): object {
  if (author === 'customer') return { id, cursor, author, at, text };
  const own = parts.map(partOf);
  const said = own.filter((part) => part.text);
  const hasMarks = own.some(({ runs }) => runs);
  const media = own.flatMap((part) => part.media ?? []);
  return {
    ...{ id, cursor, author, at, text: said.map((part) => part.text).join('\n\n') },
    ...(hasMarks && { runs: said.flatMap((part, index) => [...(index ? [GAP] : []), ...runsOf(part)]) }),
    buttons: own.at(-1)?.buttons,
    ...(media.length > 0 && { media }),
  };
}

const GAP: Run = { text: '\n\n', marks: [] };
const runsOf = ({ runs, text }: { runs?: Run[]; text: string }): Run[] => runs ?? [{ text, marks: [] }];
