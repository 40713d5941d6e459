/** What was just asked: a word that the bot offered as an answer ("high, medium or low?", "alta, media o baja?") is an answer. */
import type { Message } from '../model.ts';
import { fold } from '../text/fold.ts';
import { plain } from './consent.ts';

/** A question about writing itself: there the word means what it says. */
const ABOUT_WRITING =
  /\b(?:de baja|mensaj|recib|escrib|promoc|suscri|notific|boletin|messag|receiv|promot|subscri|newsletter|messagg|ricev|scriv|iscri|sms)|сообщени|рассыл|писать|подпис|رسائل|رساله|اشتراك|اشتراک|پیام|عضویت|اعلان/u;
const OR = '(?:o|u|y|or|and|oppure|e|или|либо|и|او|یا|و)';
/** What a bot offers is short. */
const LONGEST_CHOICE = 40;
const SENTENCE = /[^.!?؟。\n]*[?؟]/gu;

/**
 * Whether the words are one that these messages offer: a button or row of theirs, a line of a list, or one of the choices of a question.
 * @param words plain, as `plain` makes them
 */
export function wasOffered(words: string, said: readonly Message[]): boolean {
  if (words === '' || words.length > LONGEST_CHOICE || words.includes(' ')) return false;
  const word = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const line = new RegExp(`^[^\\p{L}\\n]*${word}[^\\p{L}\\p{N}\\n]*$`, 'mu');
  const choice = new RegExp(
    `(?:[,:/(«"“|•*-]\\s*|(?<!\\p{L})${OR}\\s+)${word}(?!\\p{L})|(?<!\\p{L})${word}(?:\\s*[,/)»"”|*]|\\s+${OR}(?!\\p{L}))`,
    'u',
  );
  return said.some((message) => {
    if (titlesOf(message).some((title) => plain(title, 'drop') === words)) return true;
    const text = fold(message.text.slice(0, 4_000), 'drop');
    if (ABOUT_WRITING.test(text)) return false;
    return line.test(text) || (text.match(SENTENCE) ?? []).some((sentence) => choice.test(sentence));
  });
}

/** What the buttons and rows of a message were called. */
function titlesOf({ parts = [] }: Message): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
      if ((key === 'title' || key === 'text') && typeof inner === 'string' && inner.length <= LONGEST_CHOICE)
        found.push(inner);
      else walk(inner);
    }
  };
  for (const { request } of parts) walk(request);
  return found;
}
