/** The text of a page in the order in which it is read: what stands side by side in columns, one after the other. */
import type { Fragment, Rule, Table } from './model.ts';

/** A gap between columns is at least so wide; points. */
const NARROWEST = 8;
/** Lines that a column has at least. */
const FEWEST = 4;
/** How much of their height two columns share, and how much of its width most lines of a text fill. */
const BESIDE = 0.5;
const FULL = 0.7;
/** Of a letter's size: a column is at least so wide. */
const WIDTH = 9;
/** Of the usual distance between lines: from here on it is one between paragraphs or rows. */
const BREAK = 1.35;
/** Lines of two columns that are so near are at one height; points. And the most lines of which this may be so by chance. */
const SHARED = 1.5;
const APART = 0.35;
/** Columns end at the same height; of the usual distance. */
const LEVEL = 3;

export type Item = Fragment | Table;
interface Box {
  x: number;
  end: number;
  y: number;
}

const isFragment = (item: Item): item is Fragment => 'glyphs' in item;
export const boxOf = (item: Item): Box =>
  isFragment(item) ? item : { x: item.edges[0]!, end: item.edges.at(-1)!, y: item.y };

interface LineBox extends Box {
  /** Whether it begins with a small letter, as one within a sentence does. */
  isWithin: boolean;
}

interface Side {
  items: Item[];
  /** Lines of words from top to bottom. */
  lines: LineBox[];
  x: number;
  end: number;
  size: number;
}

function sideOf(items: Item[]): Side {
  const lines: LineBox[] = [];
  const fragments = items.filter(isFragment);
  for (const { x, end, y, size, glyphs } of fragments.toSorted((a, b) => a.y - b.y)) {
    const last = lines.at(-1);
    const isWithin = /^\p{Ll}/u.test(glyphs[0]!.text);
    if (last && y - last.y < 0.3 * size) {
      if (x < last.x) last.isWithin = isWithin;
      last.x = Math.min(last.x, x);
      last.end = Math.max(last.end, end);
    } else lines.push({ x, end, y, isWithin });
  }
  return {
    items,
    lines,
    x: Math.min(...lines.map(({ x }) => x)),
    end: Math.max(...lines.map(({ end }) => end)),
    size: fragments.map(({ size }) => size).sort((a, b) => a - b)[Math.floor(fragments.length / 2)] ?? 0,
  };
}

const isWide = ({ lines, x, end, size }: Side) => lines.length >= FEWEST && end - x >= WIDTH * size;

/** Most of its lines go from edge to edge, or some do and some begin within a sentence. */
function isText({ lines, x, end }: Side): boolean {
  const full = lines.filter((line) => line.end - line.x >= FULL * (end - x)).length;
  const within = lines.filter(({ isWithin }) => isWithin).length;
  return (
    lines.length >= FEWEST && (full * 2 >= lines.length || (full * 4 >= lines.length && within * 4 >= lines.length))
  );
}

function usualGap({ lines }: Side): number {
  const gaps = lines.slice(1).map((line, at) => line.y - lines[at]!.y);
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 3)] ?? 0;
}

/** Lines that are farther from those before them than the lines of a paragraph. */
function breaksOf(side: Side): number[] {
  const usual = usualGap(side);
  return side.lines.flatMap(({ y }, at) => (at > 0 && y - side.lines[at - 1]!.y > BREAK * usual ? [y] : []));
}

/** Both sides begin anew at the same heights: rows of a table. */
function areRows(left: Side, right: Side, rules: Rule[]): boolean {
  const isCrossed = rules.filter(
    ({ x, end, y }) => x < left.end && end > right.x && y > left.lines[0]!.y && y < left.lines.at(-1)!.y,
  ).length;
  if (isCrossed > 0) return true;
  const [one, other] = [breaksOf(left), breaksOf(right)];
  const shared = one.filter((y) => other.some((each) => Math.abs(each - y) < 3)).length;
  return shared >= 2 && shared >= 0.8 * Math.max(one.length, other.length);
}

/** Their lines stand at heights of their own, as those of no table do. */
function areApart(left: Side, right: Side): boolean {
  const [short, long] = left.lines.length < right.lines.length ? [left, right] : [right, left];
  const shared = short.lines.filter(({ y }) => long.lines.some((line) => Math.abs(line.y - y) < SHARED)).length;
  return short.lines.length >= 2 * FEWEST && shared < APART * short.lines.length;
}

/** Of most lines: the number of a page may stand in the middle. */
function gapOf(left: Side, right: Side): number {
  const ends = left.lines.map(({ end }) => end).sort((a, b) => b - a);
  const begins = right.lines.map(({ x }) => x).sort((a, b) => a - b);
  return begins[begins.length < 2 * FEWEST ? 0 : 1]! - ends[ends.length < 2 * FEWEST ? 0 : 1]!;
}

function areBeside(left: Side, right: Side): boolean {
  const top = Math.max(left.lines[0]!.y, right.lines[0]!.y);
  const bottom = Math.min(left.lines.at(-1)!.y, right.lines.at(-1)!.y);
  const height = Math.min(...[left, right].map(({ lines }) => lines.at(-1)!.y - lines[0]!.y));
  return bottom - top >= BESIDE * height;
}

/** Where both columns have ended, and what stands below one of them belongs to none. */
function endOf(left: Side, right: Side): number | undefined {
  const [short, long] = left.lines.at(-1)!.y < right.lines.at(-1)!.y ? [left, right] : [right, left];
  const tables = [left, right].flatMap(({ items }) =>
    items.filter((item) => !isFragment(item)).map((item) => boxOf(item).y),
  );
  const [end, level] = [short.lines.at(-1)!.y, LEVEL * usualGap(long)];
  return [...breaksOf(long), ...tables]
    .sort((a, b) => a - b)
    .find((y) => {
      const above = long.lines.findLast((line) => line.y < y);
      return y > end && above && Math.abs(above.y - end) < level;
    });
}

interface Split {
  left: Item[];
  right: Item[];
  top: number;
  bottom: number;
}

/** Items from top to bottom in runs that nothing crosses at `x`. */
function runsAt(items: Item[], x: number): { within: Item[]; top: number; bottom: number }[] {
  const runs = [{ within: [] as Item[], top: Number.NEGATIVE_INFINITY, bottom: Number.POSITIVE_INFINITY }];
  for (const item of items) {
    const { x: begin, end, y } = boxOf(item);
    const run = runs.at(-1)!;
    if (begin >= x - 1 || end <= x) run.within.push(item);
    else {
      run.bottom = y;
      runs.push({ within: [], top: y, bottom: Number.POSITIVE_INFINITY });
    }
  }
  return runs;
}

/** The columns on both sides of `x`, as high as nothing crosses it. @param items from top to bottom. */
function splitsAt(items: Item[], x: number, rules: Rule[]): Split[] {
  return runsAt(items, x).flatMap(({ within, top, bottom }): Split[] => {
    const own = within.filter((item) => boxOf(item).y > top && boxOf(item).y < bottom);
    const isLeft = (item: Item) => boxOf(item).end <= x;
    const [left, right] = [own.filter(isLeft), own.filter((item) => !isLeft(item))].map(sideOf) as [Side, Side];
    if (![left, right].every(isWide) || gapOf(left, right) < NARROWEST) return [];
    if (![left, right].every(isText) && !areApart(left, right)) return [];
    if (!areBeside(left, right) || areRows(left, right, rules)) return [];
    const end = endOf(left, right);
    if (end === undefined) return [{ left: left.items, right: right.items, top, bottom }];
    const isAbove = (item: Item) => boxOf(item).y < end;
    return [{ left: left.items.filter(isAbove), right: right.items.filter(isAbove), top, bottom: end }];
  });
}

/** Places where a column may begin: where several lines do. */
function beginnings(items: Item[]): number[] {
  const counts = Map.groupBy(items.filter(isFragment), ({ x }) => Math.round(x / 4));
  return [...counts.values()]
    .filter((those) => those.length >= FEWEST - 1)
    .map((those) => Math.min(...those.map(({ x }) => x)));
}

/** @param rules lines that are drawn from left to right. @returns what stands below each other, in the order in which it is read. */
export function columnsOf(items: Item[], rules: Rule[], page: 'rtl' | 'ltr'): Item[][] {
  const sorted = items.toSorted((a, b) => boxOf(a).y - boxOf(b).y);
  const splits = beginnings(items).flatMap((x) => splitsAt(sorted, x, rules));
  const [split] = splits.sort((a, b) => b.left.length + b.right.length - a.left.length - a.right.length);
  if (!split) return items.length > 0 ? [items] : [];
  const { left, right, top, bottom } = split;
  const above = items.filter((item) => boxOf(item).y <= top);
  const below = items.filter((item) => boxOf(item).y >= bottom);
  const sides = page === 'rtl' ? [right, left] : [left, right];
  return [above, ...sides, below].flatMap((part) => columnsOf(part, rules, page));
}
