/** Words of consent that an account has beside ours: what its customers say, or what its own messages tell them to write. */
import { DragomanError } from '../errors.ts';
import type { ParsedMessage } from '../ports.ts';
import { plain, spellings } from './consent.ts';

export interface ConsentWords {
  out: ReadonlySet<string>;
  in: ReadonlySet<string>;
}

const MOST_WORDS = 200;
const LONGEST_WORD = 60;

/**
 * @param text words or short sentences, with commas or new lines between
 * @param env the variable that they are from
 * @throws DragomanError SETTING_INVALID
 */
export function readWords(text: string, env: string): ReadonlySet<string> {
  const words = text.split(/[,،\n]/, MOST_WORDS + 1).filter((word) => word.trim());
  const odd = words.find((word) => word.length > LONGEST_WORD || !plain(word, 'drop'));
  if (words.length <= MOST_WORDS && odd === undefined) return new Set(words.map((word) => plain(word, 'drop')));
  throw new DragomanError(
    'SETTING_INVALID',
    odd === undefined
      ? `More than ${MOST_WORDS} words of consent are too many.`
      : `"${odd.trim().slice(0, 40)}" is no word of consent: it has no letter, or more than ${LONGEST_WORD}.`,
    `Correct it in ${env}.`,
  );
}

/** What a message says in these words, when it says nothing else. A button counts where the business wrote it for this, in a template. */
export function ownConsent({ text, choice, template }: ParsedMessage, words: ConsentWords): 'out' | 'in' | undefined {
  if (choice && !template) return undefined;
  const said = spellings(choice?.title ?? text);
  if (said.some((one) => words.out.has(one))) return 'out';
  return said.some((one) => words.in.has(one)) ? 'in' : undefined;
}
