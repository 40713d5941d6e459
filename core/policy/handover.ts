/** Words by which a customer asks for a person instead of the bot, and what the bot says then, in each language that has such words. */
import { plain } from '../inbox/consent.ts';
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
  no: string[];
  pairs: Pair[];
}

const LANGUAGES: Record<string, Language> = words;
/** A negation stands so many words before what it denies. */
const NO_BEFORE = 3;
/** Who wants a person says so in the beginning. */
const LOOKED_AT = 2_000;
const WORDS = /\p{L}/u;

interface Hit {
  language: string;
  pair: Pair;
  role: 'first' | 'then';
}

const folded = (phrase: string) => plain(phrase, 'drop');
const ALONE = new Map<string, string[]>();
for (const [language, { alone }] of Object.entries(LANGUAGES))
  for (const phrase of alone.map(folded)) ALONE.set(phrase, [...(ALONE.get(phrase) ?? []), language]);
const NO = new Map(Object.entries(LANGUAGES).map(([id, { no }]) => [id, new Set(no.map(folded))]));
const POLITE = new Set(Object.values(LANGUAGES).flatMap(({ polite }) => polite.map(folded)));

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
    for (const language of saidAlone(line)) asked.add(language);
    for (const clause of line.split(/[.,;:!?¿¡،؛؟…()]/u)) {
      if (!WORDS.test(clause)) continue;
      // What cannot be seen may stand inside a word or in place of a space.
      const said = new Set([plain(clause, 'drop'), plain(clause, 'keep')]);
      for (const words of said) for (const language of askedIn(words.split(' '))) asked.add(language);
    }
  }
  return [...asked];
}

/** What the bot says before it is silent. @param language ISO 639-1; English where we have no words in it */
export const goodbyeIn = (language: string): string => (LANGUAGES[language] ?? LANGUAGES.en!).goodbye;

function saidAlone(line: string): string[] {
  const said = plain(line, 'drop')
    .split(' ')
    .filter((word) => !POLITE.has(word))
    .join(' ');
  return ALONE.get(said) ?? [];
}

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
          if (isDenied(tokens, first.start, language) === (pair.negated ?? false)) asked.push(language);
      }
    }
  }
  return asked;
}

const isDenied = (tokens: string[], start: number, language: string) =>
  tokens.slice(Math.max(0, start - NO_BEFORE), start).some((word) => NO.get(language)!.has(word));
