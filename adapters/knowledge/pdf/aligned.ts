/** Tables that nothing but the gaps between their columns shows. */
import { lineOf } from './lines.ts';
import type { Cell, Fragment, Line, Rule, Table } from './model.ts';
import { cellOf, rowsOf, tableLines } from './rows.ts';

/** Of a letter's size: rows that are farther apart belong to no table. */
const FARTHEST = 3.2;
/** Beside the letters of a table: those of a heading above it. */
const LARGER = 1.15;
/** What a list's items begin with. */
const MARKER = /^(?:[•–—*·-]|\(?(?:\p{Nd}{1,3}|\p{L})[.)])$/u;
/** More of them on a line are letters of a picture. */
const MOST_COLUMNS = 60;
/** Letters; a longer line across the columns is no title of the rows below. */
const TITLE_LENGTH = 60;

interface Span {
  x: number;
  end: number;
}

/** The fragments that stand on one line, from left to right. */
function linesOf(fragments: Fragment[]): Fragment[][] {
  return tableLines(fragments, 1, () => 0).map(({ columns }) => columns[0]!.sort((a, b) => a.x - b.x));
}

const overlaps = (one: Span, other: Span) => one.x < other.end && other.x < one.end;

/** The columns with those of one more line; undefined where it does not fit among them. */
function withLine(columns: Span[], line: Fragment[]): Span[] | undefined {
  if (line.length > MOST_COLUMNS) return;
  const wider = columns.map((column) => ({ ...column }));
  for (const { x, end } of line) {
    const touched = wider.filter((column) => overlaps(column, { x, end }));
    if (touched.length > 1) return;
    const [column] = touched;
    if (!column) wider.push({ x, end });
    else {
      column.x = Math.min(column.x, x);
      column.end = Math.max(column.end, end);
    }
  }
  wider.sort((a, b) => a.x - b.x);
  return wider.every((column, at) => at === 0 || wider[at - 1]!.end < column.x) ? wider : undefined;
}

/** How many lines from this one on are of one table, and its columns. */
function extentOf(lines: Fragment[][], begin: number, page: 'rtl' | 'ltr'): { count: number; columns: Span[] } {
  let columns = withLine([], lines[begin]!);
  if (!columns) return { count: 1, columns: [] };
  let end = begin + 1;
  for (let at = begin + 1; at < lines.length; at++) {
    const line = lines[at]!;
    const [{ y, size }] = line as [Fragment];
    const before = lines[at - 1]![0]!;
    if (y - before.y > FARTHEST * Math.min(size, before.size)) break;
    const wider = withLine(columns, line);
    if (wider) {
      columns = wider;
      end = at + 1;
      continue;
    }
    // A title of the rows below.
    const next = lines[at + 1];
    const isShort = line.length === 1 && lineOf(line, 'ltr').text.length <= TITLE_LENGTH;
    const isTitle = isShort && next && next.length > 1 && size < LARGER * next[0]!.size;
    if (!isTitle || !withLine(columns, next)) break;
  }
  // What stands under the column that is read first, and nothing beside it, is a text below the table.
  const first = columns.at(page === 'rtl' ? -1 : 0)!;
  while (end > begin + 1 && lines[end - 1]!.length === 1 && overlaps(first, lines[end - 1]![0]!)) end--;
  return { count: end - begin, columns };
}

/** Whether they are columns, and not blanks that happen to stand below each other. */
function isTable(lines: Fragment[][], columns: Span[], isRuled: boolean): boolean {
  const several = lines.filter((line) => line.length > 1).length;
  const filled = (column: Span) => lines.filter((line) => line.some((fragment) => overlaps(column, fragment)));
  if (columns.length < 2 || several < 2 || (several < 3 && columns.length < 3 && !isRuled)) return false;
  if (columns.filter((column) => filled(column).length >= Math.max(2, 0.4 * several)).length < 2) return false;
  return !columns.some((column) => {
    const texts = filled(column).map((line) => lineOf([line.find((each) => overlaps(column, each))!], 'ltr').text);
    return texts.length * 2 >= lines.length && texts.every((text) => MARKER.test(text));
  });
}

/** The table of these lines; undefined where they are none. */
function tableOf(lines: Fragment[][], columns: Span[], rules: Rule[], page: 'rtl' | 'ltr'): Table | undefined {
  const [left, right] = [columns[0]!.x, columns.at(-1)!.end];
  const [top, bottom] = [lines[0]![0]!, lines.at(-1)![0]!];
  const ys = rules
    .filter(({ x, end }) => Math.min(end, right) - Math.max(x, left) > 0.5 * (right - left))
    .map(({ y, bottom: end }) => (y + end) / 2);
  const isRuled = ys.some((y) => y > top.y && y < bottom.y);
  if (!isTable(lines, columns, isRuled)) return;
  const isTitle = (line: Fragment[]) =>
    line.length === 1 && columns.filter((column) => overlaps(column, line[0]!)).length > 1;
  const columnOf = (fragment: Fragment) => columns.findIndex((column) => overlaps(column, fragment));
  const rows: Cell[][] = [];
  for (let at = 0; at < lines.length; ) {
    if (isTitle(lines[at]!)) {
      rows.push([cellOf([lines[at++]!], page, columns.length)]);
      continue;
    }
    let end = at;
    while (end < lines.length && !isTitle(lines[end]!)) end++;
    const part = tableLines(lines.slice(at, end).flat(), columns.length, columnOf);
    for (const row of rowsOf(part, page === 'rtl' ? columns.length - 1 : 0, ys))
      rows.push(
        columns.map((_, column) =>
          cellOf(
            row.map((line) => line.columns[column]!),
            page,
          ),
        ),
      );
    at = end;
  }
  const edges = [...columns.map(({ x }) => x), right];
  return { rows, edges, isHeaded: false, y: top.y - top.size };
}

/**
 * Fragments below and beside each other as lines and tables.
 * @param edges of the column that they stand in.
 * @param rules lines that are drawn on the page from left to right.
 */
export function partsOf(fragments: Fragment[], edges: Span, rules: Rule[], page: 'rtl' | 'ltr'): (Line | Table)[] {
  const lines = linesOf(fragments);
  const parts: (Line | Table)[] = [];
  for (let at = 0; at < lines.length; ) {
    const { count, columns } = lines[at]!.length > 1 ? extentOf(lines, at, page) : { count: 1, columns: [] };
    const own = lines.slice(at, at + count);
    const table = count > 1 ? tableOf(own, columns, rules, page) : undefined;
    parts.push(...(table ? [table] : own.map((line) => lineOf(line, page, edges))));
    at += count;
  }
  return parts;
}
