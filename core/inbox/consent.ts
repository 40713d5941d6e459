/** Words by which a contact says that we may write no more, or again. Recorded when the message arrives, whatever the conversation's status. */
import type { ParsedMessage } from '../ports.ts';
import { fold } from '../text/fold.ts';
import words from './consent-words.json' with { type: 'json' };

/** Words of letters, digits and apostrophes, folded: case, accents, Arabic letter variants, Turkish dots, punctuation and a leading slash do not matter. */
export function plain(text: string, hidden: 'keep' | 'drop'): string {
  return fold(text, hidden)
    .replaceAll('ı', 'i')
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .trim();
}

/** Ends of a clause, for words that count only within one. */
export const CLAUSE_END = /[.,;:!?¿¡،؛؟…()\n]/u;
/** A clause as `plain` has it, both ways: what cannot be seen may stand inside a word or in place of a space. */
export const clauseSpellings = (clause: string): Set<string> => new Set([plain(clause, 'drop'), plain(clause, 'keep')]);

const setOf = (lists: Record<string, string[]>) =>
  new Set(
    Object.values(lists)
      .flat()
      .map((word) => plain(word, 'drop')),
  );
const OUT = setOf(words.out);
const IN = setOf(words.in);
/** Those of them that ask to be written to, also where nobody had said STOP. */
const SUBSCRIBE = setOf(words.subscribe);
/** Beginnings without a verb. With a question mark and no "please", "No more messages?" asks whether none will come. */
const ASKED = [...setOf(words.asked)].map((start) => `${start} `);

/** What one of our own buttons may say to count: a row "Dar de baja" is an answer, however many words it has. */
const BUTTON = setOf(words.button);

/** Longer than any of them, even with something invisible behind each letter. */
const LONG = 160;
const LONGEST = 64;
const longestFirst = (words: Iterable<string>) => [...words].sort((one, other) => other.length - one.length);
const POLITE = longestFirst(setOf(words.polite));
const TAILS = longestFirst(setOf(words.tails));

/** All that is left while "please" and its like go from either side, and from several words "again" and its like: "توقف مرة أخرى" is a report. */
function bare(said: string): string[] {
  const forms = [said];
  for (let rest = shorter(said); rest; rest = shorter(rest)) forms.push(rest);
  return forms;
}

function shorter(said: string): string | undefined {
  const phrase = without(said, TAILS);
  return without(said, POLITE) ?? (phrase?.includes(' ') ? phrase : undefined);
}

function without(said: string, extras: string[]): string | undefined {
  const before = extras.find((word) => said.startsWith(`${word} `));
  if (before) return said.slice(before.length + 1);
  const after = extras.find((word) => said.endsWith(` ${word}`));
  return after && said.slice(0, -after.length - 1);
}

/** "STOP STOP STOP" says it once. */
function once(said: string): string {
  const different = new Set(said.split(' '));
  return different.size === 1 ? [...different][0]! : said;
}

/** A short text as it may be meant, politeness left out; none of a long one. What cannot be seen may stand inside a word or in place of a space. */
export function spellings(text: string): string[] {
  if (text.length > LONG) return [];
  return [plain(text, 'drop'), plain(text, 'keep')].flatMap((said) =>
    said.length > LONGEST ? [] : [said, ...bare(said).map(once)],
  );
}

/** A beginning, and what may follow it for the whole to be an opt-out. */
interface Rule {
  /** With the space behind it. */
  start: string;
  fits(rest: string[]): boolean;
  /** Whether a question says nothing of the kind: "I no longer get messages?" asks. */
  isTold: boolean;
}

const rulesOf = (starts: string[], isTold: boolean, fits: Rule['fits']): Rule[] =>
  [...setOf({ starts })].map((start) => ({ start: `${start} `, fits, isTold }));

/** Small words beside what is to stop. */
const MOST_FILLERS = 4;

/**
 * "Stop contacting me", "no me manden publicidad": a beginning, what is to stop, and none but small words beside. "No messages" and "don't send
 * these" may mean anything, so a mere "not" wants a verb of writing, or one of sending and what is sent.
 */
const SENTENCES = Object.values(words.sentence).flatMap((language) => {
  const [verb, send, noun, fill] = [language.verb, language.send, language.noun, language.fill].map((list) =>
    setOf({ list }),
  ) as [Set<string>, Set<string>, Set<string>, Set<string>];
  const fits = (not: boolean) => (rest: string[]) => {
    const has = (set: Set<string>) => rest.some((word) => set.has(word));
    const small = rest.filter((word) => !verb.has(word) && !send.has(word) && !noun.has(word));
    if (small.length > MOST_FILLERS || small.some((word) => !fill.has(word))) return false;
    if (not) return has(verb) || (has(send) && has(noun));
    return has(verb) || has(noun) || (has(send) && small.length > 0);
  };
  return [...rulesOf(language.stop, false, fits(false)), ...rulesOf(language.not, false, fits(true))];
});

/**
 * "I no longer want to receive your messages", "take me off your list": a beginning, what it is about, and none but small words beside. A
 * language whose words part them in another order has them twice.
 */
const inPieces = (languages: Record<string, { start: string[]; noun: string[]; fill: string[] }>, isTold: boolean) =>
  Object.values(languages).flatMap((language) => {
    const [noun, fill] = [setOf({ list: language.noun }), setOf({ list: language.fill })];
    return rulesOf(
      language.start,
      isTold,
      (rest) => rest.some((word) => noun.has(word)) && rest.every((word) => noun.has(word) || fill.has(word)),
    );
  });

const firstWord = (said: string) => said.slice(0, said.indexOf(' '));
/** By the first word, because there are hundreds. */
const RULES = Map.groupBy([...SENTENCES, ...inPieces(words.unwanted, true), ...inPieces(words.off, false)], (rule) =>
  firstWord(rule.start),
);

const saysStop = (said: string, asks: boolean): boolean =>
  (RULES.get(firstWord(said)) ?? []).some(
    ({ start, fits, isTold }) =>
      !(asks && isTold) && said.startsWith(start) && fits(said.slice(start.length).split(' ')),
  );

/**
 * A message counts only when the word is all it says: "stop" does, "the internet stops at night" does not.
 * @returns undefined when it is an ordinary message.
 */
export function consentWord(text: string): 'out' | 'in' | undefined {
  const said = spellings(text);
  const asks = /[?؟]/u.test(text);
  const wonders = asks && OUT.has(said[0] ?? '') && ASKED.some((start) => said[0]!.startsWith(start));
  if (!wonders && said.some((words) => OUT.has(words) || saysStop(words, asks))) return 'out';
  return said.some((words) => IN.has(words)) ? 'in' : undefined;
}

/** Whether it asks to be written to: "subscribe" does, "start" may begin anything. */
export const subscribes = (text: string): boolean => spellings(text).some((words) => SUBSCRIBE.has(words));

/** Whether it says, on a button of ours, that we may send no more: "stop promotions". */
export const stopsOnButton = (title: string): boolean => spellings(title).some((words) => BUTTON.has(words));

/**
 * What a message says of consent. A button of ours counts only by a title about promotions or messages, never by its id, because a row "Baja"
 * (low) or "Dar de baja" (a line) is an answer; one of a template, which the business wrote for this, counts like typed words.
 */
export function consentOf({ text, choice, template }: ParsedMessage): 'out' | 'in' | undefined {
  if (!choice) return consentWord(text);
  const stops = stopsOnButton(choice.title) ? 'out' : undefined;
  if (!template) return stops;
  return (
    consentWord(choice.title) ?? stops ?? (plain(choice.id, 'drop').includes(' ') ? consentWord(choice.id) : undefined)
  );
}
