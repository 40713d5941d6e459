/** Records as lines of a terminal. Customers' words are in them, so nothing in a value may steer the terminal. */
import type { Message } from '../core/model.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const STEERING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;
const GAP = '  ';
const graphemes = new Intl.Segmenter();

/** One line of harmless text. */
export const plain = (value: string): string => value.replace(STEERING, ' ').trim();

/** UTC, to the second. */
export const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;

/** At most `length` characters as a reader counts them. */
export function cut(value: string, length: number): string {
  const all = Array.from(graphemes.segment(plain(value)), ({ segment }) => segment);
  return all.length > length ? `${all.slice(0, length - 1).join('')}…` : all.join('');
}

/** Columns under their heads; one sentence where there is no row. */
export function table(heads: string[], rows: string[][], none: string): string[] {
  if (rows.length === 0) return [none];
  const lines = [heads, ...rows.map((row) => row.map(plain))];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  return lines.map((line) =>
    line
      .map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell)))
      .join(GAP)
      .trimEnd(),
  );
}

const widthOf = (value: string) => Array.from(graphemes.segment(value)).length;

/** `failed: TELEGRAM_403 Forbidden: bot was blocked by the user (What to do.)` */
export function sendState({ state, error, nextTryAt }: Pick<Message, 'state' | 'error' | 'nextTryAt'>): string {
  const again = state === 'queued' && nextTryAt ? `, next try ${time(nextTryAt)}` : '';
  const why = error ? `: ${error.code} ${plain(error.message)}${error.action ? ` (${error.action})` : ''}` : '';
  return `${state ?? ''}${again}${why}`;
}
