/** Abbreviations in full: "Dr.", "Sra.", "ул.", "etc.". */
import { createRecent } from '../recent.ts';
import { TABLES, type Voice } from './voice.ts';

const escaped = (text: string) => text.replace(/[.$+*?^()[\]{}|\\/]/g, '\\$&').replaceAll(' ', '\\s?');

interface Pattern {
  pattern: RegExp;
  full: Map<string, string>;
}

const known = createRecent<Pattern>(20);

function patternOf({ language, words }: Voice): Pattern {
  let found = known.get(language);
  if (!found) {
    const full = new Map(
      [...Object.entries(words.titles), ...Object.entries(words.short), ...Object.entries(words.numbered)].map(
        ([short, long]) => [key(short), long],
      ),
    );
    const any = (table: Record<string, string>) =>
      Object.keys(table)
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|');
    const pattern = new RegExp(
      String.raw`(?<![\p{L}\p{N}.])(?:(?<numbered>${any(words.numbered)})\s?(?=\d)|(?<title>${any(words.titles)})(?=[\s\u00a0]*[\p{L}\p{N}])|(?<short>${any(words.short)})(?![\p{L}\p{N}]))`,
      'giu',
    );
    found = { pattern, full };
    known.set(language, found);
  }
  return found;
}

const key = (short: string) => short.toLowerCase().replace(/\s/g, '');

/** A point that ends the abbreviation may end the sentence as well. */
const ENDS = /^(?:\s*$|\s*\n|\s+\p{Lu})/u;
const BESIDE_A_NUMBER = /\d\s?$/;

export function sayAbbreviations(text: string, voice: Voice): string {
  const { pattern, full } = patternOf(voice);
  return text.replace(pattern, (found: string, ...rest) => {
    const { numbered, title, short } = rest.at(-1) as Record<string, string | undefined>;
    const at = rest.at(-3) as number;
    const long = full.get(key(numbered ?? title ?? short ?? ''));
    // "250 руб.", "5 min.": measures of a number.
    if (long === undefined || (!numbered && BESIDE_A_NUMBER.test(text.slice(Math.max(0, at - 2), at)))) return found;
    if (numbered) return `${long} `;
    if (title) return /[\s\u00a0]/.test(text[at + found.length] ?? '') ? long : `${long} `;
    return found.endsWith('.') && ENDS.test(text.slice(at + found.length, at + found.length + 3)) ? `${long}.` : long;
  });
}

/** Abbreviations of all languages by which no sentence ends, and those by which one may; folded to lower case. */
export const ABBREVIATIONS: { never: ReadonlySet<string>; maybe: ReadonlySet<string> } = {
  never: shortOf('titles', 'numbered'),
  maybe: shortOf('short'),
};

function shortOf(...kinds: ('titles' | 'numbered' | 'short')[]): Set<string> {
  const all = Object.values(TABLES).flatMap((words) => kinds.flatMap((kind) => Object.keys(words[kind])));
  return new Set(all.filter((short) => short.endsWith('.')).map((short) => short.toLowerCase().split(' ').at(-1)!));
}
