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

const setOf = (lists: Record<string, string[]>) =>
  new Set(
    Object.values(lists)
      .flat()
      .map((word) => plain(word, 'drop')),
  );
const OUT = setOf(words.out);
const IN = setOf(words.in);

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

const SENTENCES = Object.values(words.sentence).map((language) => {
  const folded = (list: string[]) => new Set(list.map((word) => plain(word, 'drop')));
  const [verb, send, noun, fill] = [language.verb, language.send, language.noun, language.fill].map(folded);
  const begins = (phrases: string[], not: boolean) =>
    [...folded(phrases)].map((phrase) => ({ phrase: `${phrase} `, not }));
  const starts = [...begins(language.stop, false), ...begins(language.not, true)];
  return { starts, verb: verb!, send: send!, noun: noun!, fill: fill! };
});
/** Small words beside what is to stop. */
const MOST_FILLERS = 4;

/** What is said in three pieces; a language whose verbs part them in another order has them twice. */
const UNWANTED = [...Object.values(words.unwanted), ...Object.values(words.off)].map((language) => {
  const [start, noun, fill] = [language.start, language.noun, language.fill].map(
    (list) => new Set(list.map((word) => plain(word, 'drop'))),
  );
  return { starts: [...start!].map((phrase) => `${phrase} `), noun: noun!, fill: fill! };
});

/** "I no longer want to receive your messages", "take me off your list": a beginning, what it is about, and none but small words beside. */
function saysUnwanted(said: string): boolean {
  return UNWANTED.some(({ starts, noun, fill }) =>
    starts.some((phrase) => {
      if (!said.startsWith(phrase)) return false;
      const tokens = said.slice(phrase.length).split(' ');
      const small = tokens.filter((token) => !noun.has(token));
      return small.length < tokens.length && small.every((token) => fill.has(token));
    }),
  );
}

/**
 * "Stop contacting me", "no me manden publicidad": a beginning, what is to stop, and none but small words beside. "No messages" and "don't send
 * these" may mean anything, so a mere "not" wants a verb of writing, or one of sending and what is sent.
 */
function saysStop(said: string): boolean {
  return SENTENCES.some(({ starts, verb, send, noun, fill }) =>
    starts.some(({ phrase, not }) => {
      if (!said.startsWith(phrase)) return false;
      const tokens = said.slice(phrase.length).split(' ');
      const has = (set: Set<string>) => tokens.some((token) => set.has(token));
      const small = tokens.filter((token) => !verb.has(token) && !send.has(token) && !noun.has(token));
      if (small.length > MOST_FILLERS || small.some((token) => !fill.has(token))) return false;
      if (not) return has(verb) || (has(send) && has(noun));
      return has(verb) || has(noun) || (has(send) && small.length > 0);
    }),
  );
}

/**
 * A message counts only when the word is all it says: "stop" does, "the internet stops at night" does not.
 * @returns undefined when it is an ordinary message.
 */
export function consentWord(text: string): 'out' | 'in' | undefined {
  const said = spellings(text);
  // "No more messages?" asks.
  const asks = /[?؟]/u.test(text);
  if (said.some((words) => OUT.has(words) || saysStop(words) || (!asks && saysUnwanted(words)))) return 'out';
  return said.some((words) => IN.has(words)) ? 'in' : undefined;
}

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
