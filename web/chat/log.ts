/** What was said in a chat, in its order, each once. Pure. */
import type { Button, Message, ServerFrame } from './frames.ts';

export interface Item extends Omit<Message, 'cursor'> {
  /** Infinity while it is on its way. */
  cursor: number;
  /** `sending`: not stored yet; `failed`: not taken, `why` by its code. */
  state: 'said' | 'sending' | 'failed';
  why?: string;
  /** The button that was tapped here. */
  tapped?: string;
  /** Of what was said by a tap: where. */
  of?: string;
}

export type Log = readonly Item[];

/** @param at UTC milliseconds, now */
export const typed = (log: Log, id: string, text: string, at: number): Log => [
  ...log,
  { id, author: 'customer', text, at, cursor: Number.POSITIVE_INFINITY, state: 'sending' },
];

/** A button that was tapped counts as its title. */
export const tapped = (log: Log, id: string, of: string, { id: button, title }: Button, at: number): Log =>
  typed(
    log.map((item) => (item.id === of ? { ...item, tapped: button } : item)),
    id,
    title,
    at,
  ).map((item) => (item.id === id ? { ...item, of } : item));

/** Tried once more. */
export const again = (log: Log, id: string): Log =>
  log.map((item) => (item.id === id ? { ...item, state: 'sending', why: undefined } : item));

/** The same list where the frame says nothing that was said. */
export function merge(log: Log, frame: ServerFrame): Log {
  switch (frame.type) {
    case 'open':
      return frame.messages.reduce(put, log);
    case 'message':
      return put(log, frame);
    case 'stored':
      return inOrder(
        log.map((item) => (item.id === frame.id ? { ...item, cursor: frame.cursor, state: 'said' } : item)),
      );
    case 'error': {
      const { id, code } = frame;
      if (id === undefined) return log;
      const of = log.find((item) => item.id === id)?.of;
      return log.map((item) => {
        if (item.id === id) return { ...item, state: 'failed', why: code };
        return of !== undefined && item.id === of ? { ...item, tapped: undefined } : item;
      });
    }
    default:
      return log;
  }
}

function put(log: Log, { id, cursor, author, at, text, runs, buttons, media }: Message): Log {
  const said: Item = { id, cursor, author, at, text, runs, buttons, media, state: 'said' };
  const known = log.some((item) => item.id === id);
  return inOrder(known ? log.map((item) => (item.id === id ? { ...item, ...said } : item)) : [...log, said]);
}

const inOrder = (log: Log): Log => log.toSorted((a, b) => (a.cursor === b.cursor ? 0 : a.cursor - b.cursor));
