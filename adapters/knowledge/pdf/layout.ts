/** A page of a PDF as columns of lines and tables, in the order in which they are read. */
import { partsOf } from './aligned.ts';
import { boxOf, columnsOf, type Item } from './columns.ts';
import { fragmentsOf } from './fragments.ts';
import { ruledTables } from './grid.ts';
import { directions } from './letters.ts';
import { type Column, type Fragment, isTable, type Line, type Table, type View } from './model.ts';

/** Shorter lines from top to bottom are parts of letters and pictures; points. */
const WALL = 8;

/** The order in which the cells of a row are read. */
const ordered = (table: Table, page: 'rtl' | 'ltr'): Table =>
  page === 'rtl' ? { ...table, rows: table.rows.map((row) => row.toReversed()) } : table;

export function columnsOfView(view: View): Column[] {
  const { rtl, ltr } = directions(view.glyphs.map(({ text }) => text).join(''));
  const page = rtl > ltr ? 'rtl' : 'ltr';
  const { tables, rest } = ruledTables(view, page);
  const across = view.rules.filter(({ x, end, y, bottom }) => end - x > bottom - y);
  const walls = view.rules.filter(({ x, end, y, bottom }) => bottom - y > Math.max(end - x, WALL));
  const items: Item[] = [...fragmentsOf(rest, walls), ...tables];
  return columnsOf(items, across, page).map((column) => {
    const boxes = column.map(boxOf);
    const edges = { x: Math.min(...boxes.map(({ x }) => x)), end: Math.max(...boxes.map(({ end }) => end)) };
    const parts: (Line | Table)[] = [];
    let fragments: Fragment[] = [];
    const flush = () => {
      parts.push(...partsOf(fragments, edges, across, page));
      fragments = [];
    };
    for (const item of column.toSorted((a, b) => boxOf(a).y - boxOf(b).y)) {
      if ('glyphs' in item) fragments.push(item);
      else {
        flush();
        parts.push(item);
      }
    }
    flush();
    return { ...edges, parts: parts.map((part) => (isTable(part) ? ordered(part, page) : part)) };
  });
}
