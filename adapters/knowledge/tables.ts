/** Tables with a row of headings: each row says them again, so that it can be understood alone. */
import { type DomElement, type DomNode, someBelow } from './dom.ts';

/** Places of a table that cells may fill beyond their own. */
const MOST_SPANNED = 50_000;
const MOST_COLUMNS = 60;

interface Place {
  cell: DomNode;
  text: string;
}

const isCell = ({ nodeName }: DomNode) => nodeName === 'TD' || nodeName === 'TH';
const isHeading = ({ cell }: Place) => cell.nodeName === 'TH';
/** What a list of cells cannot show. */
const isLaidOut = ({ nodeName }: DomNode) => /^(H[1-6]|TABLE|[UO]L|DL|DETAILS)$/.test(nodeName);

/** Those of this table, not of one in a cell. */
function rowsOf(table: DomNode): DomNode[][] {
  return [...table.childNodes].flatMap((part) => {
    if (part.nodeName === 'TR') return [[...part.childNodes].filter(isCell)];
    return /^T(HEAD|BODY|FOOT)$/.test(part.nodeName) ? rowsOf(part) : [];
  });
}

function spanOf(cell: DomNode, name: 'rowspan' | 'colspan'): number {
  return Math.max(1, Number.parseInt((cell as DomElement).getAttribute(name) ?? '', 10) || 1);
}

/** The rows with a place a column: a cell that spans others stands in each of them. */
function gridOf(rows: DomNode[][], textOf: (cell: DomNode) => string): Place[][] {
  const grid: Place[][] = rows.map(() => []);
  let spanned = 0;
  for (const [at, cells] of rows.entries()) {
    let column = 0;
    for (const cell of cells) {
      while (grid[at]![column]) column++;
      const place = { cell, text: textOf(cell) };
      const width = Math.min(spanOf(cell, 'colspan'), MOST_COLUMNS);
      const height = Math.min(spanOf(cell, 'rowspan'), grid.length - at);
      const fits = spanned + width * height <= MOST_SPANNED;
      if (width * height > 1) spanned += width * height;
      for (let row = at; row < at + (fits ? height : 1); row++)
        for (let over = column; over < column + (fits ? width : 1); over++) grid[row]![over] ??= place;
      column += fits ? width : 1;
    }
  }
  return grid.filter((places) => places.length > 0);
}

/** The heading of a column in all rows of headings: "Price" above "Month" is "Price Month". */
function nameOf(heads: Place[][], column: number): string {
  return [...new Set(heads.map((places) => places[column]))]
    .flatMap((place) => (place?.text ? [place.text] : []))
    .join(' ');
}

/** "Plan: Turbo; Price: 39": a cell once, under the headings of all columns that it spans. */
function lineOf(places: Place[], names: string[]): string {
  const parts = Map.groupBy(places.keys(), (column) => places[column]);
  if (parts.size === 1 && names.length > 1) return places[0]?.text ?? '';
  return [...parts]
    .flatMap(([place, columns]) => {
      const name = [...new Set(columns.map((column) => names[column]).filter(Boolean))].join(' / ');
      return place?.text ? [name ? `${name}: ${place.text}` : place.text] : [];
    })
    .join('; ');
}

/** @returns undefined for a table without rows of headings, unless its cells span rows: then each row says them. */
export function tableLines(table: DomElement, textOf: (cell: DomNode) => string): string[] | undefined {
  const rows = rowsOf(table).filter((cells) => cells.length > 0);
  const [first] = rows;
  const isHeaded = rows.length > 1 && first!.every(({ nodeName }) => nodeName === 'TH');
  const isSpanned = rows.some((cells) => cells.some((cell) => spanOf(cell, 'rowspan') > 1));
  if (!first || !(isHeaded || (isSpanned && !someBelow(table, isLaidOut)))) return;
  const grid = gridOf(rows, textOf);
  const isWhole = (places: Place[]) => new Set(places).size === 1;
  if (isHeaded && grid.every(isWhole)) return;
  // A heading over all columns names the table; one below the names of the columns, the rows that follow.
  const begin = isHeaded ? grid.findIndex((places) => !isWhole(places)) : 0;
  const end = isHeaded
    ? grid.findIndex((places, at) => at >= begin && (isWhole(places) || !places.every(isHeading)))
    : 0;
  // Nothing but headings: the first row is, the others are what they say.
  const heads = grid.slice(begin, end < 0 ? begin + 1 : end);
  const names = (heads[0] ?? []).map((_, column) => nameOf(heads, column));
  const caption = [
    ...[...table.childNodes].filter(({ nodeName }) => nodeName === 'CAPTION').map(textOf),
    ...grid.slice(0, begin).map((places) => places[0]!.text),
  ];
  const lines = grid.slice(begin + heads.length).map((places) => {
    if (heads.length > 0) return lineOf(places, names);
    return [...new Set(places)].flatMap((place) => (place?.text ? [place.text] : [])).join(' | ');
  });
  return [...caption, ...lines].filter(Boolean);
}
