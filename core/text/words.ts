/**
 * Words as a search sees them: one spelling for the letters and digits that people write in several ways in Arabic, Persian, Russian
 * and Latin script, the words that say nothing about a topic, and how alike two words are in spite of inflection and typing errors.
 */
import { ASCII, fold } from './fold.ts';
import stopWords from './stop-words.json' with { type: 'json' };

/**
 * Folded words parted by one space, nothing but letters and digits.
 * A hyphen between letters joins ("Wi-Fi" is "wifi"); the zero-width non-joiner of Persian parts. Only for comparing, never for showing.
 */
export function normalise(text: string): string {
  const folded = fold(text, 'keep');
  if (ASCII.test(folded)) {
    return folded
      .replace(/(?<=[a-z])-(?=[a-z])/g, '')
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  }
  return folded
    .replace(/(?<=\p{L})[-‐‑](?=\p{L})/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const STOP = new Set(Object.values(stopWords).flatMap((list) => normalise(list).split(' ')));

/** Says nothing of a topic, in any language that we know. */
export const isStopWord = (word: string): boolean => STOP.has(word);

/** The different normalised words of a text that say what it is about, in order: no stop words, greetings or single letters. */
export function contentWords(text: string): string[] {
  const words = normalise(text).split(' ');
  return [...new Set(words)].filter((word) => (word.length > 1 || /\p{N}/u.test(word)) && !STOP.has(word));
}

const DIGIT = /\p{N}/u;

/** The overlapping three-letter pieces of a normalised word, its borders counting as a letter each. */
export function trigrams(word: string): string[] {
  const padded = ` ${word} `;
  return Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3));
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

const BORDER = 32;

/** How many of a word's trigrams the other word has. Letter by letter: thousands of words are compared in a search. */
function sharedTrigrams(word: string, other: string): number {
  const letter = (text: string, at: number) => (at < 0 || at >= text.length ? BORDER : text.charCodeAt(at));
  let count = 0;
  for (let at = -1; at < word.length - 1; at++) {
    const first = letter(word, at);
    const second = letter(word, at + 1);
    const third = letter(word, at + 2);
    for (let there = -1; there < other.length - 1; there++) {
      if (letter(other, there + 1) === second && letter(other, there) === first && letter(other, there + 2) === third) {
        count++;
        break;
      }
    }
  }
  return count;
}

/**
 * How likely two normalised words are forms of one word: 1 the same, 0 not. Numbers are alike only when equal. Words of one stem must
 * begin alike; where they do not (Arabic articles, compounds), nearly all of the shorter one must be inside the longer one.
 */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 3) return 0;
  const start = sharedStart(short, long);
  if (start < short.length && (short.length < 4 || (start < 3 && short.length < 5))) return 0;
  if (DIGIT.test(short) || DIGIT.test(long)) return 0;
  const more = long.length - short.length;
  // Three letters are the beginning of many words.
  if (start === short.length && short.length === 3) return more <= 2 ? 0.9 : 0;
  if (start === short.length) return more <= 3 ? 0.9 : 0.6;
  const share = sharedTrigrams(short, long) / short.length;
  return share >= (start < 3 ? 0.65 : 0.5) ? share : 0;
}
