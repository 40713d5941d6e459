/** Lines as paragraphs: across the ends of lines, columns and pages. */
import { type Column, isTable, type Line, type Table, textsIn } from './model.ts';
import type { LaidPage } from './repeats.ts';

export interface Paragraph {
  /** Lines that do not run on are parted by `\n`. */
  text: string;
  size: number;
  isBold: boolean;
  /** Of the page. */
  lines: number;
}

export type Block = Paragraph | Table;

/** What an item of a list begins with. */
const ITEM = /^(?:[•–—*·-]|\(?(?:\p{Nd}{1,3}|\p{L})[.)])\s/u;
const SENTENCE_END = /[.!?:;؟۔…]["»”)]?$/;
/** What dots lead to: a price, a page. */
const LED = / … \S{1,12}(?: \p{Sc})?$/u;
const HYPHEN = /\p{L}[-\u00ad\u2010]$/u;
/** Beside the usual distance between lines: those of two paragraphs are farther from each other. */
const FARTHER = 1.25;
/** Distance between lines in sizes of a letter, as long as no more lines than these tell another. */
const LEADING = 1.3;
const FEWEST = 4;
/** Of a letter's size: the first line of a paragraph begins so far inside, and a blank takes so much. */
const INDENT = 0.8;
const BLANK = 0.3;
/** Sizes that differ by less are one. */
export const SAME_SIZE = 0.08;

/** What a document is in the habit of. */
interface Habits {
  /** Distance between lines, in sizes of a letter. */
  leading: number;
  /** Words, and words with a hyphen in them. */
  words: Set<string>;
}

const linesOf = ({ parts }: Column) => textsIn<Line>(parts);
const differs = (one: number, other: number) => Math.abs(one - other) > SAME_SIZE * Math.max(one, other);

function habitsOf(columns: Column[]): Habits {
  const distances = new Map<number, number>();
  const words = new Set<string>();
  for (const lines of columns.map(linesOf))
    for (const [at, line] of lines.entries()) {
      for (const word of line.text.match(/\p{L}+(?:-\p{L}+)*/gu) ?? []) words.add(word.toLowerCase());
      const next = lines[at + 1];
      const distance = next && Math.round(((next.y - line.y) / next.size) * 20) / 20;
      if (distance && distance > 0.8 && distance < 2.5 && !differs(next.size, line.size))
        distances.set(distance, (distances.get(distance) ?? 0) + 1);
    }
  const [[leading, count]] = [...distances, [LEADING, FEWEST] as const].sort((a, b) => b[1] - a[1] || a[0] - b[0]) as [
    [number, number],
  ];
  return { leading: count > FEWEST ? leading : LEADING, words };
}

/** Two lines of one paragraph, as long as nothing else says that it ends between them. */
function runsOn(line: Line, next: Line, { leading }: Habits): boolean {
  const distance = (next.y - line.y) / next.size;
  if (distance <= 0 || distance > FARTHER * leading) return false;
  if (differs(line.size, next.size) || line.isBold !== next.isBold || ITEM.test(next.text)) return false;
  const isIndented = next.isRtl ? line.end - next.end > INDENT * next.size : next.x - line.x > INDENT * next.size;
  const isCentred = Math.abs(line.x + line.end - next.x - next.end) < 2 * INDENT * next.size;
  return !isIndented || isCentred || ITEM.test(line.text);
}

/** Where the lines of a paragraph end: at the edge of its column, unless all of them end before it. */
function edgeOf(lines: Line[], column: Line[]): number {
  const edge = (those: Line[]) =>
    those[0]!.isRtl ? Math.min(...those.map(({ x }) => x)) : Math.max(...those.map(({ end }) => end));
  const [own, outer] = [edge(lines), edge(column)];
  const width = Math.max(...column.map(({ end }) => end)) - Math.min(...column.map(({ x }) => x));
  const isNarrow =
    lines.length > 2 &&
    lines.slice(0, -1).every((line) => Math.abs((line.isRtl ? line.x : line.end) - own) < 0.12 * width);
  return isNarrow ? own : outer;
}

/** Whether the next line's first word would have had room on this one. */
function hasRoom(line: Line, next: Line, edge: number): boolean {
  const room = line.isRtl ? line.x - edge : edge - line.end;
  return room > next.firstWord + BLANK * line.size;
}

/** One text and what goes on with it. A hyphen at the end of a line goes, unless the word has it elsewhere too. */
function joinedTexts(text: string, next: string, glue: string, { words }: Habits): string {
  if (!HYPHEN.test(text) || !/^\p{L}/u.test(next)) return text + glue + next;
  const [before] = /[\p{L}-]+$/u.exec(text.slice(0, -1)) ?? [''];
  const [after] = /^\p{L}+/u.exec(next)!;
  const whole = (hyphen: string) => (before + hyphen + after).toLowerCase();
  const isMeant = /^\p{Lu}/u.test(next) || (words.has(whole('-')) && !words.has(whole('')));
  return isMeant && !text.endsWith('\u00ad') ? text + next : text.slice(0, -1) + next;
}

/** Lines of an address or a list, which all begin with a capital or a number, and none with what was cut at an edge. */
const areApart = (lines: Line[]) =>
  lines.length > 2 && lines.every(({ text, isRtl }) => !isRtl && !/^\p{Ll}/u.test(text) && !HYPHEN.test(text));

interface Open extends Paragraph {
  last: Line;
  /** Whether its last line goes to the edge. */
  isFull: boolean;
}

function paragraphOf(lines: Line[], column: Line[], habits: Habits): Open {
  const edge = edgeOf(lines, column);
  const [first] = lines as [Line];
  const isList = areApart(lines);
  const text = lines.slice(1).reduce((whole, next, at) => {
    const line = lines[at]!;
    const isBroken = isList || LED.test(line.text) || (hasRoom(line, next, edge) && !HYPHEN.test(whole));
    return joinedTexts(whole, next.text, isBroken ? '\n' : ' ', habits);
  }, first.text);
  const last = lines.at(-1)!;
  const room = last.isRtl ? last.x - edge : edge - last.end;
  return { text, size: first.size, isBold: first.isBold, lines: lines.length, last, isFull: room < 4 * last.size };
}

/** Whether a paragraph goes on in the next column or on the next page. */
function goesOn(open: Open, next: Open): boolean {
  if (differs(open.size, next.size) || open.isBold !== next.isBold || ITEM.test(next.text)) return false;
  if (HYPHEN.test(open.text)) return true;
  if (SENTENCE_END.test(open.text) || !open.isFull) return false;
  return next.last.isRtl || /^[\p{Ll}\p{Nd}(]/u.test(next.text);
}

const textsOf = (table: Table) => table.rows[0]!.map(({ text }) => text).join('\n');

/** Whether a table goes on with another one, which stands on the next page. */
function isOneTable(table: Table, next: Table): boolean {
  const [width, other] = [table, next].map(({ edges }) => edges.at(-1)! - edges[0]!) as [number, number];
  return table.edges.length === next.edges.length && Math.abs(width - other) < 0.1 * width;
}

function joinedTable(table: Table, next: Table): Table {
  const isRepeated = textsOf(table) === textsOf(next);
  return {
    ...table,
    isHeaded: table.isHeaded || isRepeated,
    rows: [...table.rows, ...next.rows.slice(isRepeated ? 1 : 0)],
  };
}

/** The paragraph of the column before that this one may go on with: above the notes at its foot, in smaller letters. */
function openAt(blocks: (Open | Table)[], begin: number, { size }: Open): number | undefined {
  for (let at = blocks.length - 1; at >= begin; at--) {
    const block = blocks[at]!;
    if (isTable(block)) return;
    if (!differs(block.size, size) || block.size > size) return at;
  }
  return undefined;
}

/** What the pages say, in the order in which it is read. */
export function blocksOf(pages: LaidPage[]): Block[] {
  const columns = pages.flatMap((page) => page.columns);
  const habits = habitsOf(columns);
  const blocks: (Open | Table)[] = [];
  let before = 0;
  for (const column of columns) {
    const begin = blocks.length;
    const lines = linesOf(column);
    for (let at = 0; at < column.parts.length; at++) {
      const part = column.parts[at]!;
      if (isTable(part)) {
        const last = at === 0 ? blocks.at(-1) : undefined;
        if (last && isTable(last) && isOneTable(last, part)) blocks[blocks.length - 1] = joinedTable(last, part);
        else blocks.push(part);
        continue;
      }
      const own = [part];
      for (let next = column.parts[at + 1]; next && !isTable(next) && runsOn(own.at(-1)!, next, habits); ) {
        own.push(next);
        next = column.parts[++at + 1];
      }
      const paragraph = paragraphOf(own, lines, habits);
      const place = part === column.parts[0] ? openAt(blocks, before, paragraph) : undefined;
      const open = place === undefined ? undefined : (blocks[place] as Open);
      if (place !== undefined && open && goesOn(open, paragraph))
        blocks[place] = {
          ...paragraph,
          text: joinedTexts(open.text, paragraph.text, ' ', habits),
          lines: open.lines + paragraph.lines,
        };
      else blocks.push(paragraph);
    }
    before = begin;
  }
  return blocks;
}
