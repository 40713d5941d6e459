/** Fragments beside each other as a line of text. */
import { isRtl, plainLetters, readLine } from './letters.ts';
import type { Fragment, Glyph, Line } from './model.ts';

const ARABIC = /[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]/;
/** What parts two letters of Arabic that would be joined; browsers draw it, and soft hyphens, as a blank of no width. */
const NON_JOINER = '\u200c';

/** Of a letter's size: a gap that is a blank, where a program writes none, and where it writes them. */
const BLANK = { unwritten: 0.17, written: 0.25 };
/** Of a letter's size: a blank that is narrower is none. */
const NO_WIDTH = 0.05;
/** Dots that lead from a name to its price or page. */
const LEADERS = /(?:[.…_·] ?){4,}/g;
/** To one edge than to the other; points. */
const NEARER = 20;
/** Share of bold letters of a bold line. */
const BOLD = 0.9;

const isBlank = ({ text }: Glyph) => /^\s*$/.test(text);

/** The signs of a line from left to right, with blanks where there are gaps; each with the glyph that it is of. */
function unitsOf(glyphs: Glyph[]): { text: string; glyph: Glyph }[] {
  const least = glyphs.some(isBlank) ? BLANK.written : BLANK.unwritten;
  const units: { text: string; glyph: Glyph }[] = [];
  let last: Glyph | undefined;
  let isParted = false;
  for (const glyph of glyphs) {
    if (isBlank(glyph)) {
      isParted = true;
      continue;
    }
    if (last) {
      const gap = (glyph.x - last.end) / Math.max(last.size, glyph.size);
      if (isParted && gap < NO_WIDTH) {
        if (ARABIC.test(last.text) && ARABIC.test(glyph.text)) units.push({ text: NON_JOINER, glyph: last });
      } else if (isParted || gap > least) units.push({ text: ' ', glyph: last });
    }
    units.push({ text: plainLetters(glyph.text), glyph });
    last = glyph;
    isParted = false;
  }
  return units;
}

/** The size of most letters. */
function sizeOf(glyphs: Glyph[]): number {
  const counts = new Map<number, number>();
  for (const { size } of glyphs) {
    const rounded = Math.round(size * 4) / 4;
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  return [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
}

/** A line of mostly other letters on a page that is read from right to left is read so as well, unless it is nearer to the left edge. */
function isRtlLine(text: string, page: 'rtl' | 'ltr', [left, right]: [number, number]): boolean {
  return isRtl(text, page) && (left + NEARER > right || isRtl(text, 'ltr'));
}

/**
 * @param page in which direction most of the page is read.
 * @param edges of the column, where it is known.
 */
export function lineOf(fragments: Fragment[], page: 'rtl' | 'ltr', edges?: { x: number; end: number }): Line {
  const glyphs = fragments.flatMap((fragment) => fragment.glyphs).sort((a, b) => a.x - b.x);
  const units = unitsOf(glyphs);
  const shown = units.map(({ text }) => text);
  const [x, end] = [Math.min(...fragments.map((each) => each.x)), Math.max(...fragments.map((each) => each.end))];
  const gaps: [number, number] = edges ? [x - edges.x, edges.end - end] : [0, 0];
  const rtl = isRtlLine(shown.join(''), page, gaps);
  const text = readLine(shown, rtl).replace(LEADERS, ' … ').replace(/\s+/g, ' ').trim();
  const letters = glyphs.filter((glyph) => !isBlank(glyph));
  const ends = rtl
    ? units.slice(units.findLastIndex((unit) => unit.text === ' ') + 1)
    : units.slice(
        0,
        Math.max(
          0,
          units.findIndex((unit) => unit.text === ' '),
        ) || undefined,
      );
  return {
    text,
    x,
    end,
    y: fragments[0]!.y,
    size: sizeOf(letters),
    isBold: letters.filter(({ isBold }) => isBold).length >= BOLD * letters.length,
    isRtl: rtl,
    firstWord: (ends.at(-1)?.glyph.end ?? end) - (ends[0]?.glyph.x ?? x),
  };
}
