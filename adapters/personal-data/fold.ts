/**
 * One spelling for digits, spaces, dashes and full-width characters, and nothing that cannot be seen: so that a number is found however
 * it was typed or pasted. Every place of the folded text leads back to its place in the original.
 */
import { oneForm, westernDigits } from '../../core/text/fold.ts';
import { type Folded, foldPlaces } from '../../core/text/places.ts';

export type { Folded };

const FOLDED =
  /(?![0-9 -])[\p{Nd}\p{Cf}\p{Zs}\p{Pd}\uff01-\uff5e\u00b7\u2022\u2212\u3002\uff61\u066b\u066c\t]|\u034f|\ufe0f|\u20e3|%(?:20|2b|40)/iu;
const EACH_FOLDED = new RegExp(FOLDED, 'giu');
const LETTER = /\p{L}/u;

export function fold(text: string): Folded {
  if (!FOLDED.test(text)) return { text, source: (start, end) => ({ start, end }) };
  const folded = foldPlaces(text, EACH_FOLDED, plainOf);
  return {
    text: folded.text,
    source(from, until) {
      const { start, end: last } = folded.source(from, until);
      let end = last;
      // The rest of a keycap emoji belongs to its digit.
      while (text[end] === '\ufe0f' || text[end] === '\u20e3') end++;
      return { start, end };
    },
  };
}

/** Of the letters that came so far; there are some hundreds that `FOLDED` finds. */
const plainLetters = new Map<string, string>();

/** @param before @param after the original's neighbours: a joiner between letters is spelling. */
function plainOf(found: string, before: string, after: string): string {
  if (/[\u200c\u200d]/.test(found) && LETTER.test(before) && LETTER.test(after)) return found;
  const plain = plainLetters.get(found) ?? plainLetter(found);
  plainLetters.set(found, plain);
  return plain;
}

function plainLetter(found: string): string {
  if (/^(?:\p{Cf}|\u034f|\ufe0f|\u20e3)$/u.test(found)) return '';
  if (/^\p{Nd}$/u.test(found)) return westernDigits(found);
  if (/^[\p{Zs}\t]$|^%20$/u.test(found)) return ' ';
  if (/^[\p{Pd}\u2212]$/u.test(found)) return '-';
  if (/^%2b$/i.test(found)) return '+';
  if (found === '%40') return '@';
  if (/[\u00b7\u2022\u3002\uff61\u066b]/.test(found)) return '.';
  if (found === '\u066c') return ',';
  return oneForm(found);
}
