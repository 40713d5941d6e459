/** Rows of a table as somebody reads them out: "Paracetamol: price 5 €, stock 20". */

const DELIMITER = /^\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?$/;
const BAR = /(?<!\\)\|/;

/** The line of a table that parts its head from its rows. */
export const isDelimiter = (line: string): boolean => line.includes('|') && DELIMITER.test(line.trim());

/** Whether a table begins, or goes on, with this line. */
export const isRow = (line: string, next: string | undefined): boolean =>
  /^\s*\|/.test(line) ? line.indexOf('|') < line.lastIndexOf('|') : line.includes('|') && isDelimiter(next ?? '');

/** @returns what the rows from `first` on say, and the first line after them */
export function rowsOf(lines: readonly string[], first: number): { rows: string[]; next: number } {
  const hasHead = isDelimiter(lines[first + 1] ?? '');
  const head = hasHead ? cellsOf(lines[first]!) : [];
  const rows: string[] = [];
  let next = hasHead ? first + 2 : first;
  for (; next < lines.length && lines[next]!.includes('|'); next++) {
    if (isDelimiter(lines[next]!)) continue;
    const [name = '', ...values] = cellsOf(lines[next]!);
    const named = values.map((value, at) =>
      values.length > 1 && head[at + 1] && value ? `${head[at + 1]} ${value}` : value,
    );
    const said = named.filter((value) => value !== '').join(', ');
    rows.push(name && said ? `${name}: ${said}` : name || said);
  }
  // A head without rows is all that there is.
  return { rows: rows.length > 0 ? rows : [head.filter((cell) => cell !== '').join(', ')], next };
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(BAR)
    .map((cell) => cell.trim());
