/** Words by which a contact says that we may write no more, or again. Recorded when the message arrives, whatever the conversation's status. */
import { fold } from '../text/fold.ts';
import words from './consent-words.json' with { type: 'json' };

/** Words of letters, digits and apostrophes, folded: case, accents, Arabic letter variants, punctuation and a leading slash do not matter. */
function plain(text: string, hidden: 'keep' | 'drop'): string {
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

/**
 * A message counts only when the word is all it says: "stop" does, "the internet stops at night" does not.
 * @returns undefined when it is an ordinary message.
 */
export function consentWord(text: string): 'out' | 'in' | undefined {
  if (text.length > 40) return undefined;
  // What cannot be seen may stand inside a word or in place of a space.
  const said = [plain(text, 'drop'), plain(text, 'keep')];
  if (said.some((words) => OUT.has(words))) return 'out';
  return said.some((words) => IN.has(words)) ? 'in' : undefined;
}
