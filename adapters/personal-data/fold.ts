/**
 * One spelling for digits, spaces, dashes and full-width characters, and nothing that cannot be seen: so that a number is found however
 * it was typed or pasted. Every place of the folded text leads back to its place in the original.
 */
import { westernDigits } from '../../core/privacy/masking.ts';

export interface Folded {
  text: string;
  /** Where a piece of the folded text is in the original; `end` excluded. */
  source(start: number, end: number): { start: number; end: number };
}

const FOLDED =
  /(?![0-9 -])[\p{Nd}\p{Cf}\p{Zs}\p{Pd}\uff01-\uff5e\u00b7\u2022\u2212\u3002\uff61\u066b\u066c\t]|\u034f|\ufe0f|\u20e3|%(?:20|2b|40)/iu;
const EACH_FOLDED = new RegExp(FOLDED, 'giu');
const LETTER = /\p{L}/u;

export function fold(text: string): Folded {
  if (!FOLDED.test(text)) return { text, source: (start, end) => ({ start, end }) };
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let from = 0;
  const copy = (until: number) => {
    folded += text.slice(from, until);
    for (; from < until; from++) {
      starts.push(from);
      ends.push(from + 1);
    }
  };
  for (const { 0: found, index } of text.matchAll(EACH_FOLDED)) {
    copy(index);
    from = index + found.length;
    const plain = plainOf(found, text[index - 1] ?? '', text[from] ?? '');
    folded += plain;
    for (let unit = 0; unit < plain.length; unit++) {
      starts.push(index);
      ends.push(from);
    }
  }
  copy(text.length);
  return {
    text: folded,
    source(start, end) {
      let last = end > start ? ends[end - 1]! : starts[start]!;
      // The rest of a keycap emoji belongs to its digit.
      while (text[last] === '\ufe0f' || text[last] === '\u20e3') last++;
      return { start: starts[start]!, end: last };
    },
  };
}

/** @param before @param after the original's neighbours: a joiner between letters is spelling. */
function plainOf(found: string, before: string, after: string): string {
  if (/[\u200c\u200d]/.test(found) && LETTER.test(before) && LETTER.test(after)) return found;
  if (/^(?:\p{Cf}|\u034f|\ufe0f|\u20e3)$/u.test(found)) return '';
  if (/^\p{Nd}$/u.test(found)) return westernDigits(found);
  if (/^[\p{Zs}\t]$|^%20$/u.test(found)) return ' ';
  if (/^[\p{Pd}\u2212]$/u.test(found)) return '-';
  if (/^%2b$/i.test(found)) return '+';
  if (found === '%40') return '@';
  if (/[\u00b7\u2022\u3002\uff61\u066b]/.test(found)) return '.';
  if (found === '\u066c') return ',';
  return found.normalize('NFKC');
}
