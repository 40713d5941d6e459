/** Glyphs of a page as fragments: letters of one line with no gap between them. */
import { raised } from '../figures.ts';
import type { Fragment, Glyph, Rule } from './model.ts';

/** Of a letter's size: from here on a gap may be one between columns; a blank in a line is a third of it, in a line set to its width some more. */
const GAP = 0.7;
/** How far letters of one line may stand off it. */
const OFF_LINE = 0.15;
/** Letters drawn twice, to look bold, stand so near. */
const OVERPRINT = 0.1;
/** Raised and lowered letters: their size beside that of the line, how far they stand off it, and from the letter beside them. */
const SMALL = 0.85;
const MOST_RAISED = 0.7;
const MOST_LOWERED = 0.35;
const BESIDE = 0.3;
/** A row with more such pieces is one of its own. */
const MOST_RAISED_PIECES = 50;

/** Accents that TeX draws over a letter, and what they are as part of it. */
const ACCENTS: Record<string, string> = {
  '´': '\u0301',
  '`': '\u0300',
  '¨': '\u0308',
  ˆ: '\u0302',
  '˜': '\u0303',
  ˇ: '\u030c',
  '¸': '\u0327',
  '˚': '\u030a',
};

const isBlank = ({ text }: Glyph) => /^\s*$/.test(text);
const isMark = ({ text }: Glyph) => /^\p{M}+$/u.test(text);

/** Glyphs on one line, from left to right. */
function rowsOf(glyphs: Glyph[]): Glyph[][] {
  const rows: Glyph[][] = [];
  let top = Number.NEGATIVE_INFINITY;
  for (const glyph of glyphs.filter((each) => !isMark(each)).sort((a, b) => a.y - b.y)) {
    if (rows.length === 0 || glyph.y - top > Math.max(0.8, OFF_LINE * glyph.size)) {
      rows.push([]);
      top = glyph.y;
    }
    rows.at(-1)!.push(glyph);
  }
  for (const mark of glyphs.filter(isMark)) rowOf(mark, rows)?.push(mark);
  return rows.map((row) => row.sort((a, b) => a.x - b.x));
}

/** Marks stand higher or lower than the letter that they belong to. */
function rowOf(mark: Glyph, rows: Glyph[][]): Glyph[] | undefined {
  const middle = (mark.x + mark.end) / 2;
  const distance = (row: Glyph[]) => Math.abs(row[0]!.y - mark.y);
  return rows
    .filter((row) => distance(row) < 0.8 * mark.size && row.some(({ x, end }) => x - 1 < middle && end + 1 > middle))
    .sort((a, b) => distance(a) - distance(b))[0];
}

/** Cut where `isCut` says so between two that are no blanks; blanks at the ends of a piece go. */
function cut(row: Glyph[], isCut: (before: Glyph, after: Glyph) => boolean): Glyph[][] {
  const pieces: Glyph[][] = [];
  let last: Glyph | undefined;
  let blanks: Glyph[] = [];
  for (const glyph of row) {
    if (isBlank(glyph)) {
      blanks.push(glyph);
      continue;
    }
    if (!last || isCut(last, glyph)) pieces.push([glyph]);
    else pieces.at(-1)!.push(...blanks, glyph);
    blanks = [];
    if (!last || glyph.end > last.end || pieces.at(-1)!.length === 1) last = glyph;
  }
  return pieces;
}

const extent = (glyphs: Glyph[]) => ({
  x: Math.min(glyphs[0]!.x, glyphs.at(-1)!.x),
  end: glyphs.reduce((end, glyph) => Math.max(end, glyph.end), Number.NEGATIVE_INFINITY),
});

/** Moves the small letters that stand beside letters of the other row into it. */
function moveInto(row: Glyph[], small: Glyph[], isRaised: boolean): { row: Glyph[]; rest: Glyph[] } {
  const pieces = cut(small, (before, after) => after.x - before.end > BESIDE * after.size);
  if (pieces.length > MOST_RAISED_PIECES) return { row, rest: small };
  let grown = row;
  const rest: Glyph[] = [];
  for (const piece of pieces) {
    const { x, end } = extent(piece);
    const [{ size }] = piece as [Glyph];
    const beside = row.find(
      (glyph) =>
        !isBlank(glyph) &&
        size <= SMALL * glyph.size &&
        (Math.abs(x - glyph.end) < BESIDE * glyph.size || Math.abs(glyph.x - end) < BESIDE * glyph.size),
    );
    if (!beside || piece.length > 6) rest.push(...piece);
    else
      grown = [
        ...grown,
        ...piece.map((glyph) => ({ ...glyph, y: beside.y, text: isRaised ? raised(glyph.text) : glyph.text })),
      ];
  }
  return { row: grown === row ? row : grown.sort((a, b) => a.x - b.x), rest };
}

/** Rows of raised and lowered letters go into those that they belong to. */
function withRaised(rows: Glyph[][]): Glyph[][] {
  const all = [...rows];
  for (let at = 0; at + 1 < all.length; at++) {
    const [above, below] = [all[at]!, all[at + 1]!];
    if (above.length === 0) continue;
    const distance = below[0]!.y - above[0]!.y;
    const largest = Math.max(above[0]!.size, below[0]!.size);
    if (distance > MOST_RAISED * largest) continue;
    const up = moveInto(below, above, true);
    [all[at], all[at + 1]] = [up.rest, up.row];
    if (up.rest.length === 0 || distance > MOST_LOWERED * largest) continue;
    const down = moveInto(up.rest, up.row, false);
    [all[at], all[at + 1]] = [down.row, down.rest];
    if (down.rest.length === 0) all.splice(at + 1, 1);
  }
  return all.filter((row) => row.length > 0);
}

/** Accents that stand over a letter as marks of it. */
function withAccents(row: Glyph[]): Glyph[] {
  return row.map((glyph, at) => {
    const mark = ACCENTS[glyph.text];
    const middle = (glyph.x + glyph.end) / 2;
    const isOver = (letter: Glyph | undefined) =>
      letter && /^\p{L}$/u.test(letter.text) && letter.x <= middle && letter.end >= middle;
    return mark && (isOver(row[at - 1]) || isOver(row[at + 1])) ? { ...glyph, text: mark } : glyph;
  });
}

/** Letters that are drawn twice count once, and marks on a letter are part of it. */
function whole(row: Glyph[]): Glyph[] {
  const kept: Glyph[] = [];
  for (const glyph of withAccents(row)) {
    const isDouble = kept
      .slice(-3)
      .some(({ text, x, size }) => text === glyph.text && Math.abs(x - glyph.x) < OVERPRINT * size);
    if (!isDouble || isBlank(glyph)) kept.push(glyph);
  }
  if (!kept.some(isMark)) return kept;
  const bases = kept.filter((glyph) => !isMark(glyph)).map((glyph) => ({ ...glyph }));
  const letters = bases.filter((glyph) => !isBlank(glyph));
  let near = 0;
  for (const mark of kept.filter(isMark)) {
    const middle = (mark.x + mark.end) / 2;
    const distance = ({ x, end }: Glyph) => Math.max(x - middle, middle - end, 0);
    while (near + 1 < letters.length && distance(letters[near + 1]!) <= distance(letters[near]!)) near++;
    const letter = letters[near];
    if (letter) letter.text = (letter.text.replace('ı', 'i') + mark.text).normalize();
  }
  return bases;
}

/** @param walls lines from top to bottom, which part what stands on their sides however near. */
export function fragmentsOf(glyphs: Glyph[], walls: Rule[]): Fragment[] {
  return withRaised(rowsOf(glyphs)).flatMap((row) => {
    const [{ y, size }] = row as [Glyph];
    const beside = walls.filter((wall) => wall.y < y - 0.3 * size && wall.bottom > y - 0.3 * size);
    const isCut = (before: Glyph, after: Glyph) =>
      after.x - before.end > GAP * Math.min(before.size, after.size) ||
      beside.some(({ x }) => x > before.end - 0.2 * size && x < after.x + 0.2 * size);
    return cut(whole(row), isCut).map((piece) => ({
      glyphs: piece,
      ...extent(piece),
      y: piece[0]!.y,
      size: piece.reduce((largest, glyph) => Math.max(largest, glyph.size), 0),
    }));
  });
}
