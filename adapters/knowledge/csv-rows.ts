/** The rows of a CSV file, read so that one that is broken costs nothing but itself. */

const QUOTE = '"';

/** Where the line goes on after a quotation mark, if what follows is a delimiter, the line's end or nothing. */
function closing(text: string, after: number, delimiter: string): number | undefined {
  let at = after;
  while (text[at] === ' ' && delimiter !== ' ') at++;
  return at >= text.length || text[at] === delimiter || text[at] === '\n' ? at : undefined;
}

/**
 * The cell in quotation marks that begins at `begin`. A mark that no delimiter and no line's end follows is one of inches, or one that
 * nobody doubled; one such after a line's end belongs to another row.
 * @param doubled whether two marks are always one of the text; where that leads nowhere, the second of them may close the cell.
 * @returns undefined where the cell does not close.
 */
function quoted(
  text: string,
  begin: number,
  delimiter: string,
  doubled: boolean,
): { cell: string; next: number } | undefined {
  let cell = '';
  let from = begin + 1;
  for (let end = text.indexOf(QUOTE, from); end >= 0; end = text.indexOf(QUOTE, from)) {
    cell += text.slice(from, end);
    const isPair = text[end + 1] === QUOTE;
    const next = closing(text, isPair ? end + 2 : end + 1, delimiter);
    if (isPair && (doubled || next === undefined)) from = end + 2;
    else if (next !== undefined) return { cell: isPair ? cell + QUOTE : cell, next };
    else if (cell.includes('\n')) return undefined;
    else from = end + 1;
    cell += QUOTE;
  }
  return undefined;
}

/** How many quotation marks there are to the line's end; in pairs, they are part of what the row says. */
function marksOf(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? undefined : end).split(QUOTE).length - 1;
}

/** The end of the cell without quotation marks, or of the line. */
function endOf(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== delimiter) at++;
  return at;
}

export interface Row {
  cells: string[];
  /** Of the row's beginning, from 1. */
  line: number;
  /** What is written from this cell to the row's end, or to the cell `end`, delimiters between and marks included. */
  from(cell: number, end?: number): string;
  /** Whether a blank parts this cell from the delimiter before it, as in a sentence. */
  isSpaced(cell: number): boolean;
  /** Whether this cell stands in quotation marks. */
  isQuoted(cell: number): boolean;
}

/**
 * All rows, the empty ones left out. White space around cells is no part of them.
 * @param text its lines end in `\n`.
 * @param broken is told the number, from 1, of each line that is left out because its quotation marks do not close.
 */
export function* rowsOf(text: string, delimiter: string, broken: (line: number) => void): Generator<Row> {
  let line = 1;
  let isFirst = true;
  for (let at = 0; at < text.length; at++) {
    const cells: string[] = [];
    const begins: number[] = [];
    const begin = at;
    let isBroken = false;
    for (;;) {
      while (text[at] === ' ') at++;
      begins.push(at);
      const isQuoted = text[at] === QUOTE;
      const cell = isQuoted && (quoted(text, at, delimiter, true) ?? quoted(text, at, delimiter, false));
      // The names of the columns tell the rest: rather a name with a mark in it than none.
      isBroken = isQuoted && !cell && !isFirst && marksOf(text, at) % 2 === 1;
      const next = cell ? cell.next : endOf(text, at, isBroken ? '\n' : delimiter);
      cells.push((cell ? cell.cell : text.slice(at, next)).trim());
      at = next;
      if (text[at] !== delimiter || isBroken) break;
      at++;
    }
    if (isBroken) broken(line);
    else if (cells.some(Boolean)) {
      const end = at;
      yield {
        cells,
        line,
        from: (cell, until) =>
          text.slice(begins[cell], until === undefined ? end : text.lastIndexOf(delimiter, begins[until]! - 1)).trim(),
        isSpaced: (cell) => text[begins[cell]! - 1] === ' ',
        isQuoted: (cell) => text[begins[cell]!] === QUOTE,
      };
      isFirst = false;
    }
    for (let end = text.indexOf('\n', begin); end >= 0 && end <= at; end = text.indexOf('\n', end + 1)) line++;
  }
}
