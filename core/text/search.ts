/**
 * Searching what was said, as every store does it: which words a text is found by, which words are looked for, and the piece of the text that is
 * shown. A word is found by its beginning; all that are looked for must be in one message, or in one name.
 */
import { normalise } from './words.ts';

/** Of a text, so that what an index holds of a message is bounded: the different words that come first. */
const MOST_WORDS = 400;
/** Of a word: what is longer is an address or a key, and its beginning finds it. */
const LONGEST_WORD = 40;
/** More words than these make no search narrower. */
const MOST_SOUGHT = 8;
const EXCERPT_LENGTH = 160;
/** What is shown of a text before the word that was found. */
const LEAD = 40;

/** The words by which a text is found: folded, each once. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const word of normalise(text).split(' ')) {
    if (words.size === MOST_WORDS) break;
    if (word) words.add(word.slice(0, LONGEST_WORD));
  }
  return [...words];
}

/** What is looked for. Empty where the text has no letter and no digit: nothing is found by that. */
export const soughtIn = (text: string): string[] => wordsOf(text).slice(0, MOST_SOUGHT);

/** Whether a word stands for all that begin with it. One letter would stand for nearly everything. */
export const isBeginning = (sought: string): boolean => sought.length > 1;

const fits = (word: string, sought: string) => (isBeginning(sought) ? word.startsWith(sought) : word === sought);

export const isFoundBy = (words: readonly string[], sought: readonly string[]): boolean =>
  sought.length > 0 && sought.every((one) => words.some((word) => fits(word, one)));

/** One line of the text, around the first word that was looked for; its beginning where there is none. */
export function excerptOf(text: string, sought: readonly string[]): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= EXCERPT_LENGTH) return line;
  const found = line.matchAll(/[\p{L}\p{M}\p{N}]+/gu).find(([word]) =>
    sought.some((one) =>
      normalise(word)
        .split(' ')
        .some((part) => fits(part, one)),
    ),
  );
  const at = found?.index ?? 0;
  // From the beginning of a word on, where there is one near.
  const space = line.indexOf(' ', at - LEAD);
  const start = at <= LEAD ? 0 : space >= 0 && space < at ? space + 1 : at;
  const end = start + EXCERPT_LENGTH;
  const whole = line.slice(start, end).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  return `${start > 0 ? '…' : ''}${whole.trimEnd()}${end < line.length ? '…' : ''}`;
}

/** A message that was found, or the newest one of a conversation whose person was. */
export interface Hit {
  conversationId: string;
  seq: number;
}

/** Hits with the newest first, a conversation once. */
export interface Looked<T extends Hit> {
  hits: T[];
  /** The `seq` of the last one that was looked at; 0: there are no more. */
  end: number;
}

/** Goes through hits, the newest first, until there are enough conversations, or so many were looked at. */
export function look<T extends Hit>(hits: Iterable<T>, limit: number, most: number): Looked<T> {
  const found = new Map<string, T>();
  let looked = 0;
  for (const hit of hits) {
    if (!found.has(hit.conversationId)) found.set(hit.conversationId, hit);
    if (found.size === limit || ++looked === most) return { hits: [...found.values()], end: hit.seq };
  }
  return { hits: [...found.values()], end: 0 };
}

/** One page of both. A conversation is in it once: with the message that has the words, where there is one. */
export function pageOf<T extends Hit>(
  said: Looked<T>,
  named: Looked<T>,
  limit: number,
): { hits: T[]; next: number | null } {
  const known = new Set(said.hits.map(({ conversationId }) => conversationId));
  const all = [...said.hits, ...named.hits.filter(({ conversationId }) => !known.has(conversationId))];
  // Below where one of them stopped, it may have more.
  const sure = Math.max(said.end, named.end);
  const found = all.filter(({ seq }) => seq >= sure).sort((one, other) => other.seq - one.seq);
  const hits = found.slice(0, limit);
  if (hits.length < found.length) return { hits, next: hits.at(-1)!.seq };
  return { hits, next: sure > 0 ? sure : null };
}
