/** Text work that every channel needs: counting, and splitting without breaking a letter. */

import { cutText } from '../../core/text/lengths.ts';

/** Enough behind a limit to see where its last letter ends, in UTF-16 units. */
const NEXT_LETTER = 64;

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Length as the platform counts it. */
function lengthIn(unit: 'utf16' | 'bytes', text: string): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : text.length;
}

/**
 * Cuts a long text into pieces of at most `limit`, at the best border near the end: blank line, line, sentence, word, letter (grapheme).
 * A text that fits comes back as it is; blank text gives no piece.
 */
export function split(text: string, limit: number, unit: 'utf16' | 'bytes' = 'utf16'): string[] {
  return ranges(text, limit, unit).map(([start, end]) => text.slice(start, end));
}

/** Where `split` cuts: start and end of each piece, without the blank room between them. */
export function ranges(text: string, limit: number, unit: 'utf16' | 'bytes' = 'utf16'): [number, number][] {
  const pieces: [number, number][] = [];
  const total = text.trimEnd().length;
  let at = 0;
  while (true) {
    at += text.slice(at).search(/\S|$/);
    if (at >= total) return pieces;
    // No more than can fit is looked at, and enough of what follows to see where its last letter ends.
    const rest = text.slice(at, Math.min(total, at + limit + NEXT_LETTER));
    if (at + rest.length === total && lengthIn(unit, rest) <= limit) {
      pieces.push([at, total]);
      return pieces;
    }
    const head = prefix(rest, limit, unit);
    const cut = border(head);
    pieces.push([at, at + head.slice(0, cut).trimEnd().length]);
    at += cut;
  }
}

/** The start of `text` that fits; one that does not fit whole ends with `ellipsis`, which counts. */
export function shorten(text: string, limit: number, unit: 'utf16' | 'bytes' = 'utf16', ellipsis = ''): string {
  if (lengthIn(unit, text) <= limit) return text;
  return prefix(text, limit - lengthIn(unit, ellipsis), unit).trimEnd() + ellipsis;
}

/** The longest start of `text` that fits: whole graphemes, unless the first alone is longer than the limit; at least one code point. */
function prefix(text: string, limit: number, unit: 'utf16' | 'bytes'): string {
  // No more than can be taken: the segmenter copies all that it is given.
  const near = text.slice(0, Math.max(0, limit) + NEXT_LETTER);
  const fits = fitting(near, limit, unit);
  if (fits === near.length) return near;
  const letter = segmenter.segment(near).containing(fits)?.index ?? 0;
  // A letter with hundreds of marks on it. The platform refuses what is too long, so its limit goes first.
  return near.slice(0, letter || fits) || String.fromCodePoint(text.codePointAt(0) ?? 0);
}

/** How many UTF-16 units of a text fit, as whole code points. */
function fitting(text: string, limit: number, unit: 'utf16' | 'bytes'): number {
  if (unit === 'utf16') return cutText(text, Math.max(0, limit)).length;
  let used = 0;
  let end = 0;
  for (const letter of text) {
    used += Buffer.byteLength(letter);
    if (used > limit) break;
    end += letter.length;
  }
  return end;
}

/** Where to cut: the last good border in the second half, else the end. */
function border(head: string): number {
  const half = head.length / 2;
  for (const mark of [/\n\s*\n/g, /\n/g, /[.!?؟。…]\s+/gu, /\s+/g]) {
    let best = -1;
    for (const match of head.matchAll(mark)) best = match.index + match[0].length;
    if (best > half) return best;
  }
  return head.length;
}
