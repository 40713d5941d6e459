/** Words by which a customer asks for a person instead of the bot, and what the bot says then, in each language that has such words. */
import { CLAUSE_END, clauseSpellings, plain } from '../inbox/consent.ts';
import { cutText } from '../text/lengths.ts';
import words from './handover-words.json' with { type: 'json' };

/**
 * Two phrases, at most `gap` words apart and in this order: "hablar con" … "agente". Not where a negation stands before them, but of pairs that
 * are `negated` ("I do not want to talk to a bot") only there.
 */
interface Pair {
  first: string[];
  then: string[];
  gap: number;
  negated?: boolean;
}

interface Language {
  goodbye: string;
  /** The whole message, but for greetings and "please". */
  alone: string[];
  polite: string[];
  /** One word reaches a short way, a phrase ("no hace falta") further. */
  no: string[];
  /** Begins what is wanted: a "no" further in front is about something else ("sin internet, quiero …", without the comma). */
  want: string[];
  /** Right before it says that it was done, or is done elsewhere: "acabo de hablar con". */
  past: string[];
  /** The same right behind, and what makes another word of it: "representative sample". */
  behind: string[];
  pairs: Pair[];
}

const LANGUAGES: Record<string, Language> = words;
/** A negation stands so many words before what it denies, a phrase of it so many. */
const NO_BEFORE = 3;
const NO_PHRASE_BEFORE = 6;
/** "No me quiero", "do not really want": what stands between the two. */
const PARTS = /^(?:.{1,3}|really|even|ever|todavia|ancora)$/u;
/** Who wants a person says so in the beginning. */
const LOOKED_AT = 2_000;
const WORDS = /\p{L}/u;

interface Hit {
  language: string;
  pair: Pair;
  role: 'first' | 'then';
}

const folded = (phrase: string) => plain(phrase, 'drop');
type List = 'no' | 'want' | 'past' | 'behind';
const LISTS = new Map(
  Object.entries(LANGUAGES).flatMap(([id, language]) =>
    (['no', 'want', 'past', 'behind'] as const).map((list) => [`${id} ${list}`, language[list].map(folded)] as const),
  ),
);
const has = (language: string, list: List, word: string | undefined) =>
  word !== undefined && LISTS.get(`${language} ${list}`)!.includes(word);
/** Of a list, the phrases of several words. */
const phrasesOf = (language: string, list: List) =>
  LISTS.get(`${language} ${list}`)!.filter((phrase) => phrase.includes(' '));
const POLITE = new Set(Object.values(LANGUAGES).flatMap(({ polite }) => polite.map(folded)));
/** What is left of a text without greetings and "please", in whatever language these are words. */
const bare = (text: string) =>
  folded(text)
    .split(' ')
    .filter((word) => !POLITE.has(word))
    .join(' ');

const ALONE = new Map<string, string[]>();
for (const [language, { alone }] of Object.entries(LANGUAGES))
  for (const phrase of alone.map(bare)) ALONE.set(phrase, [...(ALONE.get(phrase) ?? []), language]);

const HITS = new Map<string, Hit[]>();
for (const [language, { pairs }] of Object.entries(LANGUAGES))
  for (const pair of pairs)
    for (const role of ['first', 'then'] as const)
      for (const phrase of pair[role].map(folded))
        HITS.set(phrase, [...(HITS.get(phrase) ?? []), { language, pair, role }]);
const LONGEST_PHRASE = Math.max(...[...HITS.keys()].map((phrase) => phrase.split(' ').length));

/** The languages in whose words a text asks for a person; none where it does not. */
export function asksForHuman(text: string): string[] {
  const asked = new Set<string>();
  for (const line of cutText(text, LOOKED_AT).split('\n')) {
    if (!WORDS.test(line)) continue;
    for (const language of ALONE.get(bare(line)) ?? []) asked.add(language);
    for (const clause of line.split(CLAUSE_END)) {
      if (!WORDS.test(clause)) continue;
      for (const words of clauseSpellings(clause))
        for (const language of askedIn(words.split(' '))) asked.add(language);
    }
  }
  return [...asked];
}

/** What the bot says before it is silent. @param language ISO 639-1; English where we have no words in it */
export const goodbyeIn = (language: string): string => (LANGUAGES[language] ?? LANGUAGES.en!).goodbye;

function askedIn(tokens: string[]): string[] {
  const begun = new Map<Pair, { start: number; end: number }>();
  const asked: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    let phrase = '';
    for (let length = 1; length <= LONGEST_PHRASE && at + length <= tokens.length; length++) {
      phrase = phrase ? `${phrase} ${tokens[at + length - 1]}` : tokens[at]!;
      for (const { language, pair, role } of HITS.get(phrase) ?? []) {
        const first = begun.get(pair);
        if (role === 'first') {
          // "atienda" inside "que me atienda" would put the negation before that out of reach.
          if (!first || at === first.start || at >= first.end) begun.set(pair, { start: at, end: at + length });
        } else if (first && at >= first.end && at - first.end <= pair.gap)
          if (
            isDenied(tokens, first.start, language) === (pair.negated ?? false) &&
            !isElse(tokens, first.start, at + length, language)
          )
            asked.push(language);
      }
    }
  }
  return asked;
}

function isDenied(tokens: string[], start: number, language: string): boolean {
  const before = (words: number) => tokens.slice(Math.max(0, start - words), start);
  const far = ` ${before(NO_PHRASE_BEFORE).join(' ')} `;
  if (phrasesOf(language, 'no').some((phrase) => far.includes(` ${phrase} `))) return true;
  const wanted = [0, 1, 2, 3].map((back) => start - back).find((at) => has(language, 'want', tokens[at]));
  const near =
    wanted === undefined
      ? before(NO_BEFORE)
      : tokens.slice(Math.max(0, wanted - (PARTS.test(tokens[wanted - 1] ?? '') ? 2 : 1)), start);
  return near.some((word) => has(language, 'no', word));
}

/** Whether it is told what was done, or something else is meant. */
function isElse(tokens: string[], start: number, end: number, language: string): boolean {
  if (has(language, 'behind', tokens[end])) return true;
  const before = ` ${tokens.slice(Math.max(0, start - LONGEST_PHRASE), start).join(' ')}`;
  return LISTS.get(`${language} past`)!.some((phrase) => before.endsWith(` ${phrase}`));
}
