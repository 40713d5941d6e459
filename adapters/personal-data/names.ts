/** The contact's own names in a text: whole words, whatever their case, accents and Arabic or Persian letters. */
import type { Finding } from '../../core/privacy/masking.ts';
import { createRecent } from '../../core/recent.ts';
import { normalise } from '../../core/text/words.ts';

const SHORTEST = 3;
const WORD = /[\p{L}\p{M}\u200c\u200d]+/gu;

/** Parts of names that say nothing of a person, and words that people and shops call themselves. */
const NOT_NAMES = words(
  'del las los les von van der den dos das san bin bint ibn abu abd umm the and for you are not with mrs miss bot shop user info admin test ' +
    'home team love life real official store girl boy man mama papa baba mom dad hola hello что это как для или بن ابن ابو ام عبد من از این ' +
    'است برای الى في خانم اقا السيد',
);
/** Names that are everyday words as well: only with a capital letter, where the script has them. */
const EVERYDAY = words(
  'will mark may june april art bill chase drew earl faith grace grant hope joy max miles penny ray rich rob rose ruby sky sue summer ' +
    'victoria ward wood young king long price best luz mar sol rosa paz pilar cruz flor alba perla reyes franco bella serena gioia stella ' +
    'viola vita vera luna clara blanca blanco rubio delgado moreno bravo vega costa вера надежда любовь слава роман лев мир свет',
);

function words(list: string): Set<string> {
  return new Set(list.split(' ').map(normalise));
}

const NO_TOPICS: ReadonlySet<string> = new Set();

/**
 * Words that a text of the business writes small: what it deals with, whoever is called so as well. Addresses and links are left out, as
 * people's names are in them.
 */
export function topicsOf(texts: string[]): Set<string> {
  return new Set(texts.flatMap(topicsIn));
}

/** Texts of the business come again with each question. */
const topics = createRecent<string[]>(500);

function topicsIn(text: string): string[] {
  let found = topics.get(text);
  if (!found) {
    const plain = text.replace(/\S+/g, (word) => (/[@/]/.test(word) ? ' ' : word));
    const words = plain.match(/(?<![\p{L}\p{M}])\p{Ll}[\p{Ll}\p{M}]{2,}(?![\p{L}\p{M}])/gu) ?? [];
    found = [...new Set(words.map(normalise))];
    topics.set(text, found);
  }
  return found;
}

/** @param names as the platform or the customer gave them: full names, first names, user names. */
export function names(text: string, names: string[], topics: ReadonlySet<string> = NO_TOPICS): Finding[] {
  const parts = new Set<string>();
  const found: Finding[] = [];
  for (const name of names) {
    if (/[\d_]/.test(name) && !/\s/.test(name.trim())) found.push(...handles(text, name.trim().replace(/^@/, '')));
    else for (const [part] of name.matchAll(WORD)) for (const one of piecesOf(part)) parts.add(one);
  }
  for (const part of parts) if ([...part].length < SHORTEST || NOT_NAMES.has(part)) parts.delete(part);
  if (parts.size === 0) return found;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const value = piecesOf(word).find((piece) => parts.has(piece));
    if (value && isMeant(word, value, topics))
      found.push({ start: index, end: index + word.length, kind: 'NAME', value });
  }
  return found;
}

/** Words of the languages that customers write, as they are compared: the same few thousand in nearly every text. */
const known = new Map<string, string[]>();
const MOST_KNOWN = 20_000;
const LONGEST_KNOWN = 40;

/** The word itself, and its parts where Persian's joiner parts them. */
function piecesOf(word: string): string[] {
  if (/^[a-z]+$/i.test(word)) return [word.toLowerCase()];
  const before = known.get(word);
  if (before) return before;
  const pieces = spelled(word);
  if (known.size >= MOST_KNOWN) known.clear();
  if (word.length <= LONGEST_KNOWN) known.set(word, pieces);
  return pieces;
}

function spelled(word: string): string[] {
  const whole = normalise(word.replace(/[\u200c\u200d]/g, ''));
  return /[\u200c\u200d]/.test(word) ? [whole, ...word.split(/[\u200c\u200d]/).map(normalise)] : [whole];
}

/** `على` is a preposition where it is no name, and the name is spelled otherwise. */
const isMeant = (word: string, value: string, topics: ReadonlySet<string>) =>
  word !== 'على' &&
  ((!EVERYDAY.has(value) && !topics.has(value)) ||
    word[0] !== word[0]!.toLowerCase() ||
    word[0]!.toLowerCase() === word[0]!.toUpperCase());

/** A user name with digits or underscores is one word; with or without its `@`. */
function handles(text: string, handle: string): Finding[] {
  const found: Finding[] = [];
  if (handle.length < SHORTEST) return found;
  const [lower, wanted] = [text.toLowerCase(), handle.toLowerCase()];
  if (lower.length !== text.length) return found;
  for (let start = lower.indexOf(wanted); start >= 0; start = lower.indexOf(wanted, start + 1)) {
    const end = start + wanted.length;
    if (/[\p{L}\p{N}_]/u.test(lower[start - 1] ?? '') || /[\p{L}\p{N}_]/u.test(lower[end] ?? '')) continue;
    found.push({ start, end, kind: 'NAME', value: wanted });
  }
  return found;
}
