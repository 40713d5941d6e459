/** Which lines of a table are one row: a cell's text may go over several. */
import { lineOf } from './lines.ts';
import type { Cell, Fragment } from './model.ts';

/** A line of a table: what stands in each column. */
export interface TableLine {
  y: number;
  size: number;
  columns: Fragment[][];
}

/** Of a letter's size: lines nearer to each other are one, as of cells that are set to their middle. */
const ONE_LINE = 0.3;
/** Lines of one text are not farther from each other; of a letter's size. */
const LEADING = 1.5;
/** The gaps between rows beside those between the lines of a row. */
const WIDER = 1.2;

/** @param columnOf the place of a fragment among the columns. */
export function tableLines<F extends Fragment>(
  fragments: F[],
  count: number,
  columnOf: (fragment: F) => number,
): TableLine[] {
  const lines: TableLine[] = [];
  for (const fragment of fragments.toSorted((a, b) => a.y - b.y)) {
    const last = lines.at(-1);
    const isSame = last && fragment.y - last.y <= ONE_LINE * fragment.size;
    const line = isSame
      ? last
      : { y: fragment.y, size: fragment.size, columns: Array.from({ length: count }, () => []) };
    if (!isSame) lines.push(line);
    line.columns[columnOf(fragment)]!.push(fragment);
  }
  return lines;
}

const isFilled = (fragments: Fragment[] | undefined) => fragments !== undefined && fragments.length > 0;

/** The gap from which on a line begins a row; undefined where all gaps are alike, or the narrow ones are those between rows. */
function widestInRow(lines: TableLine[], gaps: number[]): number | undefined {
  const within = Math.max(WIDER * Math.min(...gaps), LEADING);
  const isFull = ({ columns }: TableLine) => columns.every(isFilled);
  const wide = gaps.filter((gap) => gap > within).length;
  const continued = lines.slice(1).filter((_, at) => gaps[at]! <= within);
  const isUsual = wide >= 0.3 * lines.length || continued.filter(isFull).length < 0.5 * continued.length;
  return wide > 0 && continued.length > 0 && isUsual ? within : undefined;
}

/**
 * The lines of each row, from top to bottom.
 * @param first the column that is read first.
 * @param rules where lines are drawn across the table.
 */
export function rowsOf(lines: TableLine[], first: number, rules: number[]): TableLine[][] {
  const gaps = lines.slice(1).map((line, at) => (line.y - lines[at]!.y) / line.size);
  const isRuled = (at: number) => rules.some((y) => y > lines[at - 1]!.y && y < lines[at]!.y);
  const widest = widestInRow(lines, gaps);
  // One that is drawn under the headings alone says nothing of the other rows.
  const ruled = lines.filter((_, at) => at > 0 && isRuled(at)).length;
  const isGrid = ruled > 1 && ruled * 4 >= lines.length;
  // The first cell goes on, and no other does.
  const goesOn = ({ columns }: TableLine) =>
    columns.filter(isFilled).length === 1 && /^\p{Ll}/u.test(columns[first]![0]!.glyphs[0]!.text);
  const begins = (line: TableLine, at: number) => {
    if (at === 0 || isRuled(at)) return true;
    if (isGrid) return false;
    if (gaps[at - 1]! > (widest ?? LEADING)) return true;
    return widest === undefined && isFilled(line.columns[first]) && !goesOn(line);
  };
  const rows: TableLine[][] = [];
  for (const [at, line] of lines.entries()) {
    if (begins(line, at)) rows.push([line]);
    else rows.at(-1)!.push(line);
  }
  return rows;
}

/** Words of lines below each other. */
export const joined = (texts: string[]) =>
  texts
    .filter(Boolean)
    .reduce(
      (text, next) => (/\p{L}[-\u00ad]$/u.test(text) && /^\p{Ll}/u.test(next) ? text.slice(0, -1) : `${text} `) + next,
      '',
    )
    .trim();

/** A cell of these fragments, which are given line by line. */
export function cellOf(lines: Fragment[][], page: 'rtl' | 'ltr', columns = 1): Cell {
  const read = lines.filter(isFilled).map((fragments) => lineOf(fragments, page));
  return {
    text: joined(read.map(({ text }) => text)),
    size: read[0]?.size ?? 0,
    isBold: read.every(({ isBold }) => isBold),
    columns,
    rows: 1,
  };
}
