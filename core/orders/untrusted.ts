/** Reading values that strangers wrote, at a length that everything behind can bear. */
import type { Json } from '../model.ts';
import { cutText } from '../text/lengths.ts';

/** What turns a text around, or hides in it, and would do so to the words around it. */
const TURNS = /[\u202a-\u202e\u2066-\u2069\ufeff]/g;
const ROOM = /[\s\p{Cc}]+/gu;

/** One line without what cannot be seen; a number as its digits; undefined where nothing is left, or it is of another type. */
export function line(value: Json | undefined, limit: number): string | undefined {
  const written = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof written !== 'string') return undefined;
  return cutText(written, limit).replace(TURNS, '').replace(ROOM, ' ').trim() || undefined;
}
