/**
 * The one place that folds what people write in several ways: `fold` for words (case, accents and vowel marks, wide and presentation forms,
 * Arabic and Persian letters), `oneForm` for numbers, tokens and names of fields, `westernDigits` for the digits of any script. Only for
 * comparing, never for showing. Time grows with the text's length, and ASCII costs next to nothing.
 */

import { MOST_MARKS } from './lengths.ts';

/** Letters without a Unicode decomposition, though people write one for the other. */
const LETTERS: Record<string, string> = {
  ٱ: 'ا',
  ى: 'ی',
  ي: 'ی',
  ك: 'ک',
  ة: 'ه',
  ە: 'ه',
  ھ: 'ه',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');
/** What stands on or in a word and is no letter: marks, the stroke that lengthens Arabic words, the soft hyphen. */
const MARKS = /[\p{M}\u0640\u00ad]/gu;
const HIDDEN = /\p{Cf}/gu;
/** Whoever puts thousands of marks on a letter makes Unicode sort them, which takes the square of their number. */
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MOST_MARKS}})\\p{M}+`, 'gu');
/** Nothing but ASCII, in which only the case varies. */
export const ASCII = /^[\0-\x7f]*$/;

/**
 * Lower case, no marks, one form a letter, Western digits. Spaces and punctuation stay.
 * @param hidden what becomes of characters that cannot be seen: some part words (Persian's joiner), some are tricks.
 */
export function fold(text: string, hidden: 'keep' | 'drop'): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const folded = withFewMarks(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter);
  return westernDigits(hidden === 'drop' ? folded.replace(HIDDEN, '') : folded);
}

/** For what is spelled in letters and signs: one form of wide, small, circled and joined ones. Case, marks and what is hidden stay. */
export function oneForm(text: string): string {
  return ASCII.test(text) ? text : withFewMarks(text).normalize('NFKC');
}

/** A text that can be normalised in time that grows with its length. */
const withFewMarks = (text: string): string => text.replace(TOO_MANY_MARKS, '$1');

/** Of the digits that came so far; there are some hundreds in all of Unicode. */
const westernOf = new Map<string, string>();

export function westernDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const western = westernOf.get(digit) ?? westernDigit(digit);
    westernOf.set(digit, western);
    return western;
  });
}

/** In every script the ten digits follow each other, from zero on. */
function westernDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
