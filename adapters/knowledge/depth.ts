/**
 * Markdown no deeper than people write: a parser reads what stands in quotations and lists once more for each of them, so that a line of
 * thousands holds it for minutes.
 */

/** Quotations and lists in each other. */
export const DEEPEST = 10;
/** Columns that a line of the deepest list begins with. */
const WIDEST = 4 * DEEPEST;
const INDENT = /[ \t]*/y;
const MARKER = /[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))/y;
/** A line across the page. */
const RULE = /^[ \t]*([-*_])(?:[ \t]*\1)*[ \t]*$/;

/** @returns the text, and the numbers of the lines that stand deeper in it than `DEEPEST`, of which the rest is left out; from 1. */
export function shallow(content: string): { text: string; deep: number[] } {
  const deep: number[] = [];
  const text = content
    .split('\n')
    .map((line, at) => {
      const cut = shallowLine(line);
      if (cut !== line) deep.push(at + 1);
      return cut;
    })
    .join('\n');
  return { text, deep };
}

function shallowLine(line: string): string {
  const indent = endOf(INDENT, line, 0)!;
  const wide = columns(line.slice(0, indent)) > WIDEST && endOf(MARKER, line, 0) !== undefined;
  let kept = 0;
  let end = 0;
  let count = 0;
  for (let next = endOf(MARKER, line, 0); next !== undefined; next = endOf(MARKER, line, end)) {
    end = next;
    if (++count === DEEPEST) kept = end;
  }
  if (!wide && (count <= DEEPEST || RULE.test(line))) return line;
  const markers = line.slice(indent, count > DEEPEST ? kept : end);
  return `${wide ? ' '.repeat(WIDEST) : line.slice(0, indent)}${markers}${line.slice(end)}`;
}

const columns = (indent: string) => indent.length + 3 * (indent.split('\t').length - 1);

/** Where a pattern ends that begins here. */
function endOf(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
