/** Tables whose cells are drawn with lines around them. */
import { fragmentsOf } from './fragments.ts';
import type { Cell, Glyph, Rule, Table, View } from './model.ts';
import { cellOf, rowsOf, tableLines } from './rows.ts';

/** How far lines that belong together stand from each other; points. Cells of pages have boxes of their own, with a gap between. */
const NEAR = 3.5;
/** Lines that cross each other, tried against each other; more are a drawing. */
const MOST_CROSSINGS = 1_000_000;
/** Share of a side that has to be drawn to part two cells, and of all of a table to part two of its columns or rows. */
const DRAWN = 0.6;
const PARTED = 0.35;

/** Letters. */
const LONGEST_SPANNED = 150;

/** One line, and how far it goes: `at` is its `y` where it goes from left to right, its `x` where it goes from top to bottom. */
interface Stroke {
  at: number;
  from: number;
  to: number;
}

/** Pieces of one line as one. */
function whole(strokes: Stroke[]): Stroke[] {
  const lines: Stroke[][] = [];
  for (const stroke of strokes.toSorted((a, b) => a.at - b.at)) {
    const last = lines.at(-1);
    if (last && stroke.at - last[0]!.at < 0.75) last.push(stroke);
    else lines.push([stroke]);
  }
  return lines.flatMap((line) => {
    const joined: Stroke[] = [];
    for (const { at, from, to } of line.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last && from <= last.to + NEAR) last.to = Math.max(last.to, to);
      else joined.push({ at, from, to });
    }
    return joined;
  });
}

/** Where lines stand that are near to each other; each place once. */
function placesOf(numbers: number[]): number[] {
  const places: number[] = [];
  for (const number of numbers.toSorted((a, b) => a - b))
    if (places.length === 0 || number - places.at(-1)! > NEAR) places.push(number);
  return places;
}

/** Numbers each of `count` things by the set that it is in. */
function sets(count: number) {
  const parents = Array.from({ length: count }, (_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  const join = (one: number, other: number) => {
    parents[find(one)] = find(other);
  };
  return { find, join };
}

interface Grid {
  across: Stroke[];
  down: Stroke[];
}

/** Lines that hang together. */
function gridsOf(rules: Rule[]): Grid[] {
  const isAcross = ({ x, end, y, bottom }: Rule) => end - x >= bottom - y;
  const across = whole(
    rules.filter(isAcross).map(({ x, end, y, bottom }) => ({ at: (y + bottom) / 2, from: x, to: end })),
  );
  const down = whole(
    rules
      .filter((rule) => !isAcross(rule))
      .map(({ x, end, y, bottom }) => ({ at: (x + end) / 2, from: y, to: bottom })),
  );
  if (across.length * down.length > MOST_CROSSINGS) return [];
  const { find, join } = sets(across.length + down.length);
  const isWithin = (at: number, { from, to }: Stroke) => at > from - NEAR && at < to + NEAR;
  for (const [one, row] of across.entries())
    for (const [other, column] of down.entries())
      if (isWithin(row.at, column) && isWithin(column.at, row)) join(one, across.length + other);
  const grids = new Map<number, Grid>();
  for (let index = 0; index < across.length + down.length; index++) {
    const set = find(index);
    const grid = grids.get(set) ?? { across: [], down: [] };
    grids.set(set, grid);
    if (index < across.length) grid.across.push(across[index]!);
    else grid.down.push(down[index - across.length]!);
  }
  return [...grids.values()].filter((grid) => grid.across.length > 0 && grid.down.length > 0);
}

/** Whether enough of the side between two cells is drawn. */
function isDrawn(strokes: Stroke[], at: number, from: number, to: number): boolean {
  let drawn = 0;
  for (const stroke of strokes)
    if (Math.abs(stroke.at - at) <= NEAR)
      drawn = Math.max(drawn, Math.min(stroke.to, to) - Math.max(stroke.from, from));
  return drawn >= DRAWN * (to - from);
}

/** Without those between the first and the last that are hardly drawn: a line under a sum parts no rows. */
const kept = (places: number[], strokes: Stroke[], [from, to]: [number, number]) =>
  places.filter((at, index) => {
    const near = strokes.filter((stroke) => Math.abs(stroke.at - at) <= NEAR);
    const drawn = near.reduce((sum, stroke) => sum + Math.min(stroke.to, to) - Math.max(stroke.from, from), 0);
    return index === 0 || index === places.length - 1 || drawn >= PARTED * (to - from);
  });

const indexIn = (places: number[], at: number) => places.findLastIndex((place) => place <= at);
const numbers = (length: number) => [...Array(length).keys()];

/** Lines of words, from top to bottom. */
const linesOf = (glyphs: Glyph[]) => tableLines(fragmentsOf(glyphs, []), 1, () => 0).map(({ columns }) => columns[0]!);

/** The rows of a table whose rows no line parts: as many lines in each column. */
function unruledRows(columns: Glyph[][], page: 'rtl' | 'ltr'): Cell[][] | undefined {
  const placed = columns.flatMap((glyphs, column) =>
    fragmentsOf(glyphs, []).map((fragment) => ({ ...fragment, column })),
  );
  const lines = tableLines(placed, columns.length, ({ column }) => column);
  const isFull = ({ columns: filled }: (typeof lines)[number]) => filled.every((fragments) => fragments.length > 0);
  if (lines.length < 3 || lines.filter(isFull).length < 0.6 * lines.length) return;
  const first = page === 'rtl' ? columns.length - 1 : 0;
  return rowsOf(lines, first, []).map((row) =>
    numbers(columns.length).map((column) =>
      cellOf(
        row.map((line) => line.columns[column]!),
        page,
      ),
    ),
  );
}

/** Its cells; undefined where it is a box, a drawing, or has words in one row or column alone. */
function tableOf(
  { across, down }: Grid,
  glyphs: Glyph[],
  page: 'rtl' | 'ltr',
): { table: Table; taken: Set<Glyph> } | undefined {
  const outer = (strokes: Stroke[]): [number, number] => [
    Math.min(...strokes.map(({ from }) => from)),
    Math.max(...strokes.map(({ to }) => to)),
  ];
  const [sides, ends] = [outer(across), outer(down)];
  const xs = kept(placesOf([...down.map(({ at }) => at), ...sides]), down, ends);
  const ys = kept(placesOf([...across.map(({ at }) => at), ...ends]), across, sides);
  const [width, height] = [xs.length - 1, ys.length - 1];
  if (width < 2 || height < 1) return;
  const { find, join } = sets(width * height);
  for (const row of numbers(height))
    for (const column of numbers(width)) {
      const cell = row * width + column;
      if (column + 1 < width && !isDrawn(down, xs[column + 1]!, ys[row]!, ys[row + 1]!)) join(cell + 1, cell);
      if (row + 1 < height && !isDrawn(across, ys[row + 1]!, xs[column]!, xs[column + 1]!)) join(cell + width, cell);
    }
  const words = new Map<number, Glyph[]>();
  const taken = new Set<Glyph>();
  for (const glyph of glyphs) {
    const [column, row] = [indexIn(xs, (glyph.x + glyph.end) / 2), indexIn(ys, glyph.y - 0.3 * glyph.size)];
    if (column < 0 || column >= width || row < 0 || row >= height) continue;
    const cell = find(row * width + column);
    if (!words.has(cell)) words.set(cell, []);
    words.get(cell)!.push(glyph);
    taken.add(glyph);
  }
  const cellAt = (row: number, column: number) => find(row * width + column);
  const isFilled = (row: number, column: number) =>
    words.get(cellAt(row, column))?.some(({ text }) => text.trim()) ?? false;
  const columns = numbers(width).filter((column) => numbers(height).some((row) => isFilled(row, column)));
  const rows = numbers(height).filter((row) => numbers(width).some((column) => isFilled(row, column)));
  if (columns.length < 2) return;
  const seen = new Set<number>();
  const cells = rows.flatMap((row): Cell[][] => {
    const isPlain = columns.every((column) =>
      rows.every((each) => each === row || cellAt(each, column) !== cellAt(row, column)),
    );
    const unruled =
      rows.length <= 2 &&
      isPlain &&
      unruledRows(
        columns.map((column) => words.get(cellAt(row, column)) ?? []),
        page,
      );
    if (unruled) return unruled;
    return [
      columns.flatMap((column): Cell[] => {
        const cell = cellAt(row, column);
        if (seen.has(cell)) return [];
        seen.add(cell);
        const own = cellOf(linesOf(words.get(cell) ?? []), page);
        const spanned = columns.filter((each) => cellAt(row, each) === cell).length;
        const below = rows.filter((each) => cellAt(each, column) === cell).length;
        // What is said in each row that it spans has to be short.
        return [{ ...own, columns: spanned, rows: own.text.length > LONGEST_SPANNED ? 1 : below }];
      }),
    ];
  });
  if (cells.length < 2) return;
  return { table: { rows: cells, edges: xs, isHeaded: false, y: ys[0]! }, taken };
}

/** The tables of a page, with their cells from left to right, and the glyphs that are in none. */
export function ruledTables({ rules, glyphs }: View, page: 'rtl' | 'ltr'): { tables: Table[]; rest: Glyph[] } {
  let rest = glyphs;
  const tables: Table[] = [];
  for (const grid of gridsOf(rules)) {
    const found = tableOf(grid, rest, page);
    if (!found) continue;
    tables.push(found.table);
    rest = rest.filter((glyph) => !found.taken.has(glyph));
  }
  return { tables, rest };
}
