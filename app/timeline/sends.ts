/** What became of what was said: each try, each receipt, and why it was held back. */
import type { Message, SendNote } from '../../core/model.ts';
import { isRule } from '../../core/policy/rules.ts';
import type { Entry, NodeRef, Told } from './entries.ts';

/** @param node how the editor knows a node */
export function replyEntries(message: Message, node: (id: string | undefined) => NodeRef | undefined): Entry[] {
  const { at, text, author, state, error, course = [] } = message;
  // turn × channel-out × way to it × index.
  const place = node(message.slot?.split(':')[1]);
  const entries: Entry[] = [{ at, node: place, code: `out.${author}`, tone: 'neutral', detail: text }];
  for (const note of course) entries.push({ at: note.at, ...noteTold(note, error) });
  // What never was on its way, and what is written by older versions.
  if (course.at(-1)?.state !== state && state && state !== 'queued' && state !== 'sending')
    entries.push({ at: course.at(-1)?.at ?? at, ...stateTold(message) });
  if (state === 'queued' && message.nextTryAt)
    entries.push({
      at: course.at(-1)?.at ?? at,
      code: 'send.waits',
      tone: 'warn',
      values: { againAt: message.nextTryAt },
    });
  return entries;
}

const TONES = { sent: 'ok', delivered: 'ok', read: 'ok', failed: 'bad', unknown: 'bad', queued: 'warn' } as const;

function noteTold({ state, code, message = '' }: SendNote, last: Message['error']): Told {
  const error = code ? { code, message, action: last?.code === code ? last.action : undefined } : undefined;
  if (state === 'discarded' || (error && isRule(code))) return heldTold(error);
  if (state === 'queued')
    return { code: error ? 'send.again' : 'send.queued', tone: error ? 'warn' : 'neutral', error };
  return { code: `send.${state}`, tone: TONES[state as keyof typeof TONES] ?? 'neutral', error };
}

export function stateTold({ state, error }: Pick<Message, 'state' | 'error'>): Told {
  if (state === 'discarded' || (state === 'failed' && isRule(error?.code))) return heldTold(error);
  if (state === 'draft') return { code: 'send.draft', tone: 'warn' };
  return { code: `send.${state ?? 'queued'}`, tone: TONES[state as keyof typeof TONES] ?? 'neutral', error };
}

/** Codes of what was never to leave that a page has words of its own for. */
const HELD = ['late', 'gone', 'rejected', 'cap', 'interrupted'];

function heldTold(error: Message['error']): Told {
  const { code = '', message = '' } = error ?? {};
  if (HELD.includes(code)) return { code: `send.held.${code}`, tone: 'warn', detail: message };
  return { code: 'send.held', tone: 'warn', rule: code, detail: message };
}
