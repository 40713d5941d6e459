/**
 * Whether a customer complains, by words of nine languages: that something is broken, wrong, missing, late or a disgrace, or does not do what it
 * should. Looked for only where he was written to about an order lately, so "broken" is about that.
 */
import { CLAUSE_END, clauseSpellings, plain } from '../inbox/consent.ts';
import { cutText } from '../text/lengths.ts';
import words from './complaint-words.json' with { type: 'json' };

interface Words {
  /** Complains by itself, where it is not denied. A word that ends with `*` stands for all that begin so. */
  says: string[];
  /** Complains where it is denied: "works". */
  not: string[];
  /** Denies what stands some words behind it. */
  no: string[];
  /** Denies what stands right before it. */
  behind: string[];
  /** Makes it a question, or about something else: "if it arrives". */
  but: string[];
}

/** Who complains does so in the beginning. */
const LOOKED_AT = 2_000;
/** A denial stands so many words before what it denies, or behind it. */
const NO_BEFORE = 3;
const NO_BEHIND = 2;
const BUT_BEFORE = 4;

interface Phrase {
  words: string[];
  language: string;
  list: 'says' | 'not';
}

const LANGUAGES = Object.entries(words as Record<string, Words>);
const isStem = (word: string) => word.endsWith('*');
/** `plain`, but that it keeps the stars. */
const folded = (phrase: string) => phrase.split(' ').map((word) => `${plain(word, 'drop')}${isStem(word) ? '*' : ''}`);

const EXACT = new Map<string, Phrase[]>();
const STEMS: Phrase[] = [];
for (const [language, { says, not }] of LANGUAGES)
  for (const [list, phrases] of Object.entries({ says, not }) as ['says' | 'not', string[]][])
    for (const phrase of phrases) {
      const made: Phrase = { words: folded(phrase), language, list };
      const first = made.words[0]!;
      if (isStem(first)) STEMS.push(made);
      else EXACT.set(first, [...(EXACT.get(first) ?? []), made]);
    }
const setsOf = (list: 'no' | 'behind') =>
  new Map(LANGUAGES.map(([language, all]) => [language, new Set(all[list].map((word) => plain(word, 'drop')))]));
const NO = setsOf('no');
/** "Nessun reclamo" has a word that Spanish has too, so what denies in any language does so: but for what is a little word in another. */
const LITTLE = ['no', 'ni', 'n', 'ne', 'dont', 'not'];
const ANY_NO = new Set([...NO.values()].flatMap((set) => [...set]).filter((word) => !LITTLE.includes(word)));
const BEHIND = setsOf('behind');
const BUT = new Map(
  LANGUAGES.map(([language, { but }]) => [language, but.map((phrase) => ` ${plain(phrase, 'drop')} `)]),
);

const fits = (word: string | undefined, pattern: string) =>
  word !== undefined && (isStem(pattern) ? word.startsWith(pattern.slice(0, -1)) : word === pattern);

/** Takes time by the text's length. */
export function complains(text: string): boolean {
  for (const clause of cutText(text, LOOKED_AT).split(CLAUSE_END))
    for (const said of clauseSpellings(clause)) if (said && complainsIn(said.split(' '))) return true;
  return false;
}

function complainsIn(tokens: string[]): boolean {
  return tokens.some((token, start) =>
    [...(EXACT.get(token) ?? []), ...STEMS.filter(({ words: [first] }) => fits(token, first!))].some(
      ({ words: phrase, language, list }) => {
        if (!phrase.every((word, index) => fits(tokens[start + index], word))) return false;
        const end = start + phrase.length;
        const around = ` ${tokens.slice(Math.max(0, start - BUT_BEFORE), end).join(' ')} `;
        if (BUT.get(language)!.some((but) => around.includes(but))) return false;
        const isNo = (word: string) => NO.get(language)!.has(word) || (list === 'says' && ANY_NO.has(word));
        const denied =
          tokens.slice(Math.max(0, start - NO_BEFORE), start).some(isNo) ||
          tokens.slice(end, end + NO_BEHIND).some((word) => BEHIND.get(language)!.has(word));
        return denied === (list === 'not');
      },
    ),
  );
}
