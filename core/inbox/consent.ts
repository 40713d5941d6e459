/** Words by which a contact says that we may write no more, or again. Recorded when the message arrives, whatever the conversation's status. */
import words from './consent-words.json' with { type: 'json' };

/** Letters only: case, accents, Arabic letter variants, punctuation and a leading slash do not matter. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\u0640\u200b-\u200f]/gu, '')
    .replace(/[ىي]/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const setOf = (lists: Record<string, string[]>) => new Set(Object.values(lists).flat().map(plain));
const OUT = setOf(words.out);
const IN = setOf(words.in);

/**
 * A message counts only when the word is all it says: "stop" does, "the internet stops at night" does not.
 * @returns undefined when it is an ordinary message.
 */
export function consentWord(text: string): 'out' | 'in' | undefined {
  if (text.length > 40) return undefined;
  const said = plain(text);
  if (OUT.has(said)) return 'out';
  return IN.has(said) ? 'in' : undefined;
}
