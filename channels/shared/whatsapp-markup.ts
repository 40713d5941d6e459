/** Runs → WhatsApp's own markup. It has no escape character, works within a line, and only where a mark stands at the border of a word. */
import { ADDRESS, withoutTail } from './addresses.ts';
import { groups, type Mark, type Run, textOf } from './runs.ts';

const SIGNS: [Mark, string][] = [
  ['bold', '*'],
  ['italic', '_'],
  ['strike', '~'],
  ['code', '`'],
];
const ANY_SIGN = /[*_~`]/;
const WORD = /[\p{L}\p{N}]/u;
/** Beside a sign these are, or end, an address: `https://x.y/*a*`. */
const TOUCHES = /[/=#&?@]/;

export function markup(runs: readonly Run[]): string {
  return groups(runs, ({ marks }) => marks.includes('block'))
    .map(({ key, runs }) => (key ? block(textOf(runs)) : linesOf(runs).map(line).join('\n')))
    .join('');
}

/** Three backticks would end it. */
function block(text: string): string {
  return `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``;
}

function linesOf(runs: readonly Run[]): Run[][] {
  const lines: Run[][] = [[]];
  for (const run of runs)
    run.text.split('\n').forEach((text, at) => {
      if (at > 0) lines.push([]);
      if (text || run.marks.includes('quote')) lines.at(-1)!.push({ ...run, text });
    });
  return lines;
}

/** A part of a line, with its place in the line's text. */
interface Piece extends Run {
  from: number;
}

interface Line {
  text: string;
  /** How often each sign is still to come as itself. */
  left: Map<string, number>;
  /** Signs that format something here. */
  used: Set<string>;
}

const NO_SIGNS = { left: new Map<string, number>(), used: new Set<string>() };

const isPlain = ({ text, marks }: Run) =>
  marks.every((mark) => mark === 'quote' || mark === 'address') && !ANY_SIGN.test(text);

function line(runs: Run[]): string {
  const quote = runs.some(({ marks }) => marks.includes('quote')) ? '> ' : '';
  // Most lines have no sign, and are given none.
  if (runs.every(isPlain)) return quote + textOf(runs);
  let from = 0;
  const pieces = runs.flatMap(apart).map((run): Piece => {
    from += run.text.length;
    return { ...run, from: from - run.text.length };
  });
  const text = textOf(pieces);
  if (!ANY_SIGN.test(text)) return quote + write(pieces, { text, ...NO_SIGNS });
  const left = new Map(SIGNS.map(([, sign]) => [sign, text.split(sign).length - 1]));
  const used = new Set(
    SIGNS.flatMap(([mark, sign]) => (pieces.some(({ marks }) => marks.includes(mark)) ? [sign] : [])),
  );
  return quote + write(pieces, { text, left, used });
}

function write(pieces: Piece[], line: Line, depth = 0): string {
  const [mark, sign] = SIGNS[depth] ?? [];
  if (!mark || !sign) return pieces.map((piece) => letters(piece, line)).join('');
  if (!pieces.some(({ marks }) => marks.includes(mark))) return write(pieces, line, depth + 1);
  return (groups(pieces, ({ marks }) => marks.includes(mark)) as { key: boolean; runs: Piece[] }[])
    .map(({ key, runs }) => {
      const signed = key && holds(runs, sign, line);
      const inner = write(runs, line, depth + 1);
      // Around the words only: WhatsApp shows `* a*` as it is.
      return signed ? inner.replace(/^(\s*)([\s\S]*\S)/, `$1${sign}$2${sign}`) : inner;
    })
    .join('');
}

/** Whether WhatsApp would read the signs around these pieces as a format. */
function holds(pieces: Piece[], sign: string, { text }: Line): boolean {
  const inner = textOf(pieces);
  const from = pieces[0]!.from;
  const end = from + inner.length;
  if (inner.trim() === '' || inner.includes(sign)) return false;
  const before = /^\s/.test(inner) ? ' ' : (text[from - 1] ?? ' ');
  const after = /\s$/.test(inner) ? ' ' : (text[end] ?? ' ');
  return !WORD.test(before) && !WORD.test(after) && !TOUCHES.test(before) && !TOUCHES.test(after);
}

/** Stops `*a*` in plain text from turning bold, by an invisible space after a sign that opens and is closed again. */
function letters(piece: Piece, { text, left, used }: Line): string {
  if (left.size === 0) return piece.text;
  const asIs = piece.marks.includes('code') || piece.marks.includes('address');
  return piece.text.replace(/[*_~`]/g, (sign, at: number) => {
    const here = piece.from + at;
    const more = (left.get(sign) ?? 0) - 1;
    left.set(sign, more);
    // Of several in a row the last one would open.
    if (asIs || text[here + 1] === sign || !/\S/.test(text[here + 1] ?? ' ')) return sign;
    let start = here;
    while (text[start - 1] === sign) start--;
    const opens = !WORD.test(text[start - 1] ?? ' ');
    return opens && (more > 0 || used.has(sign)) ? `${sign}\u200B` : sign;
  });
}

/** A sign that touches an address would become part of it, so addresses carry none. */
function apart(run: Run): Run[] {
  if (run.marks.includes('code')) return [run];
  const marks: Mark[] = [...run.marks.filter((mark) => mark === 'quote'), 'address'];
  if (run.marks.includes('address')) return [{ ...run, marks }];
  // An address has one of these.
  if (!/[.:]/.test(run.text)) return [run];
  const pieces: Run[] = [];
  let at = 0;
  for (const match of run.text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    if (match.index > at) pieces.push({ ...run, text: run.text.slice(at, match.index) });
    pieces.push({ ...run, text: address, marks });
    at = match.index + address.length;
  }
  if (at < run.text.length) pieces.push({ ...run, text: run.text.slice(at) });
  return pieces;
}
