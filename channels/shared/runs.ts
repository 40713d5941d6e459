/** A formatted text as a row of runs: what each channel writes its own markup from, and what is cut without cutting a mark. */
import { ranges } from './text.ts';

/** `address`: a bare address, which apps make tappable by themselves. `block`: a fenced block. */
export type Mark = 'quote' | 'block' | 'bold' | 'italic' | 'strike' | 'code' | 'address';

/** Letters that look alike; `url` where they are a link's label. */
export interface Run {
  text: string;
  marks: readonly Mark[];
  url?: string;
}

/** Words without any mark. */
export function plainRun(text: string): Run {
  return { text, marks: [] };
}

export function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('');
}

/** Consecutive runs that have the same `key`, as one group. */
export function groups<K>(runs: readonly Run[], key: (run: Run) => K): { key: K; runs: Run[] }[] {
  const out: { key: K; runs: Run[] }[] = [];
  for (const run of runs) {
    const mine = key(run);
    const last = out.at(-1);
    if (last && last.key === mine) last.runs.push(run);
    else out.push({ key: mine, runs: [run] });
  }
  return out;
}

/** Writes the addresses of links behind their labels, but for those that `keeps` takes as links. */
export function spellLinks(runs: readonly Run[], keeps: (url: string) => boolean = () => false): Run[] {
  return groups(runs, ({ url }) => url).flatMap(({ key: url, runs }): Run[] => {
    if (url === undefined || keeps(url)) return runs;
    const around = runs[0]!.marks.filter((mark) => mark === 'quote');
    const label = runs.map(({ text, marks }) => ({ text, marks }));
    return [
      ...label,
      { text: ' (', marks: around },
      { text: shownAddress(url), marks: [...around, 'address'] },
      { text: ')', marks: around },
    ];
  });
}

/** An address as people write it: `mailto:` and `tel:` are for programs. */
export function shownAddress(url: string): string {
  const own = /^(?:mailto|tel|sms):([^?]*)/i.exec(url);
  return own ? decoded(own[1]!) : url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Pieces of at most `limit` visible letters or bytes, cut where `split` would; a mark that is cut goes on in the next piece. */
export function cut(runs: readonly Run[], limit: number, unit: 'utf16' | 'bytes' = 'utf16'): Run[][] {
  const pieces: Run[][] = [];
  let index = 0;
  let at = 0;
  for (const [start, end] of ranges(textOf(runs), limit, unit)) {
    const piece: Run[] = [];
    while (index < runs.length && at < end) {
      const run = runs[index]!;
      const text = run.text.slice(Math.max(0, start - at), end - at);
      if (text) piece.push({ ...run, text });
      if (at + run.text.length > end) break;
      at += run.text.length;
      index++;
    }
    pieces.push(piece);
  }
  return pieces;
}

/** Pieces of which none is longer than `limit` once it is written; what `write` adds counts. */
export function pack(runs: readonly Run[], limit: number, write: (runs: Run[]) => string, size = limit): string[] {
  return cut(runs, size).flatMap((piece) => {
    const written = write(piece);
    if (written.length <= limit || size === 1) return [written];
    const visible = Math.min(size, textOf(piece).length);
    return pack(piece, limit, write, Math.max(1, Math.floor((visible * limit) / written.length) - 1));
  });
}
