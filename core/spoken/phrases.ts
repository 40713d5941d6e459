/** Short answers as rows of phrases that are known, with nothing between them. */
import { LONGEST_NAME } from '../text/lengths.ts';
import { normalise } from '../text/words.ts';

/** By language, phrases parted by bars; those under `all` are said in every language. */
export type Phrases = Record<string, string>;

/** Words of a phrase at most. */
const LONGEST_PHRASE = 6;

/** Letters that are drawn out: "siiii". */
const plain = (text: string): string => normalise(text).replace(/(\p{L})\1{2,}/gu, '$1');

export const wordsOf = (text: string): string[] => plain(text).split(' ').filter(Boolean);

/** The phrases of a language; of all where none is told. */
export function phrasesOf(phrases: Phrases, language: string | undefined): Set<string> {
  const lists = language === undefined ? Object.values(phrases) : [phrases.all, phrases[language]];
  return new Set(lists.flatMap((list) => (list ? list.split('|').map(plain) : [])));
}

/**
 * Which kinds of phrases a short text is made of, always by the longest phrase.
 * @param kinds phrases as `phrasesOf` gives them; of a phrase that has several, the last one counts.
 * @returns undefined for a text with any other word, and for a long one; nothing for a text without words
 */
export function kindsOf<Kind>(text: string, kinds: ReadonlyMap<Kind, ReadonlySet<string>>): Set<Kind> | undefined {
  if (text.length > LONGEST_NAME) return undefined;
  const words = wordsOf(text);
  const found = new Set<Kind>();
  for (let at = 0; at < words.length; ) {
    let length = Math.min(LONGEST_PHRASE, words.length - at);
    let kind: Kind | undefined;
    for (; length > 0 && kind === undefined; length--) {
      const phrase = words.slice(at, at + length).join(' ');
      for (const [each, phrases] of kinds) if (phrases.has(phrase)) kind = each;
    }
    if (kind === undefined) return undefined;
    found.add(kind);
    at += length + 1;
  }
  return found;
}
