/** What stands on top or at the bottom of most pages: names of the document, of its chapter, numbers of pages. */
import { westernDigits } from '../../../core/text/fold.ts';
import { numberOf } from './letters.ts';
import { type Column, isTable, type Line, textsIn } from './model.ts';

export interface LaidPage {
  /** From 1. */
  number: number;
  height: number;
  columns: Column[];
}

/** Share of a page's height, and lines of it, where they are looked for. */
const EDGE = 0.15;
const EDGE_LINES = 3;
/** Pages that say the same, and their share of those from the first to the last of them. */
const FEWEST = 3;
const MOST = 0.4;
/** Points by which such a line may stand higher or lower. */
const NEAR = 8;
const ROMAN = /^[ivxlc]{1,6}$/i;

function edgeLines({ columns, height }: LaidPage): Line[] {
  const lines = columns.flatMap(({ parts }) => textsIn<Line>(parts)).sort((a, b) => a.y - b.y);
  return lines.filter(({ y }, at) => {
    const isTop = at < EDGE_LINES && y < EDGE * height;
    return isTop || (at >= lines.length - EDGE_LINES && y > (1 - EDGE) * height);
  });
}

/** What a line says, with the number of its page taken out where it may be one, and about where it stands. */
function keysOf({ text, y }: Line, page: number): string[] {
  const digits = westernDigits(text);
  const without = (pattern: RegExp) => digits.replace(pattern, (number) => `#${Number(number) - page}`);
  const said = new Set([digits, without(/\d{1,4}/), without(/\d{1,4}(?=\D*$)/)]);
  return [...said].flatMap((words) => [`${Math.round(y / NEAR)} ${words}`, `+${Math.floor(y / NEAR)} ${words}`]);
}

/** Whether so many of these pages say it that it belongs to none of them. */
function isRepeated(pages: number[], count: number): boolean {
  const span = pages.at(-1)! - pages[0]! + 1;
  return count === 2 ? pages.length === 2 : pages.length >= FEWEST && pages.length >= MOST * span;
}

/** The pages without what is repeated on them, and without their numbers. */
export function withoutRepeats(pages: LaidPage[]): LaidPage[] {
  const edges = pages.map((page) => edgeLines(page));
  const seen = new Map<string, number[]>();
  for (const [at, lines] of edges.entries())
    for (const key of new Set(lines.flatMap((line) => keysOf(line, pages[at]!.number)))) {
      const before = seen.get(key);
      if (before) before.push(pages[at]!.number);
      else seen.set(key, [pages[at]!.number]);
    }
  return pages.map((page, at) => {
    const isNumber = ({ text }: Line) => numberOf(text) === page.number || ROMAN.test(text);
    const gone = new Set(
      edges[at]!.filter(
        (line) => isNumber(line) || keysOf(line, page.number).some((key) => isRepeated(seen.get(key)!, pages.length)),
      ),
    );
    const columns = page.columns.map((column) => ({
      ...column,
      parts: column.parts.filter((part) => isTable(part) || !gone.has(part)),
    }));
    return { ...page, columns: columns.filter(({ parts }) => parts.length > 0) };
  });
}
