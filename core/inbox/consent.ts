/** Words by which a contact says that we may write no more, or again. Recorded when the message arrives, whatever the conversation's status. */
import type { ParsedMessage } from '../ports.ts';
import { fold } from '../text/fold.ts';
import words from './consent-words.json' with { type: 'json' };

/** Words of letters, digits and apostrophes, folded: case, accents, Arabic letter variants, punctuation and a leading slash do not matter. */
export function plain(text: string, hidden: 'keep' | 'drop'): string {
  return fold(text, hidden)
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

/** Longer than any of them, even with something invisible behind each letter. */
const LONG = 160;
const LONGEST = 48;
const POLITE = [...setOf(words.polite)];

/** Without "please" before or after it. */
function bare(said: string): string {
  const before = POLITE.find((word) => said.startsWith(`${word} `));
  const rest = before ? said.slice(before.length + 1) : said;
  const after = POLITE.find((word) => rest.endsWith(` ${word}`));
  return after ? rest.slice(0, -after.length - 1) : rest;
}

/** "STOP STOP STOP" says it once. */
function once(said: string): string {
  const different = new Set(said.split(' '));
  return different.size === 1 ? [...different][0]! : said;
}

/** What cannot be seen may stand inside a word or in place of a space. */
function spellings(text: string): string[] {
  return [plain(text, 'drop'), plain(text, 'keep')].flatMap((said) =>
    said.length > LONGEST ? [] : [said, once(bare(said))],
  );
}

/**
 * A message counts only when the word is all it says: "stop" does, "the internet stops at night" does not.
 * @returns undefined when it is an ordinary message.
 */
export function consentWord(text: string): 'out' | 'in' | undefined {
  if (text.length > LONG) return undefined;
  const said = spellings(text);
  if (said.some((words) => OUT.has(words))) return 'out';
  return said.some((words) => IN.has(words)) ? 'in' : undefined;
}

/**
 * What a message says of consent. A button of ours counts only if it says so in several words ("stop promotions"), because a row "Baja" (low)
 * is an answer; one of a template, which the business wrote for this, counts like a typed word.
 */
export function consentOf({ text, choice, template }: ParsedMessage): 'out' | 'in' | undefined {
  if (!choice) return consentWord(text);
  const phrase = (said: string) => (plain(said, 'drop').includes(' ') ? consentWord(said) : undefined);
  return (template ? consentWord(choice.title) : phrase(choice.title)) ?? phrase(choice.id);
}
