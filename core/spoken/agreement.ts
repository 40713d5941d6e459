/** Whether a short answer says yes to what was read back: "sí, confirmo", "أيوه تمام", "yes, go ahead". */
import { createRecent } from '../recent.ts';
import words from './agreement-words.json' with { type: 'json' };
import { kindsOf, type Phrases, phrasesOf } from './phrases.ts';

type Kind = keyof typeof words;

const known = createRecent<Map<Kind, Set<string>>>(20);

function kindsIn(language: string | undefined): Map<Kind, Set<string>> {
  let kinds = known.get(language ?? '');
  if (!kinds) {
    const all = Object.entries(words) as [Kind, Phrases][];
    kinds = new Map(all.map(([kind, phrases]) => [kind, phrasesOf(phrases, language)]));
    known.set(language ?? '', kinds);
  }
  return kinds;
}

/** Somebody who asks, or leaves it open, agrees to nothing. */
const ASKS = /[?؟¿]/u;
const OPEN = /(?:…|\.{2,}|[,،;؛:–—-])\s*$/u;

/**
 * An order is placed on a yes, so it is one only where it is nothing else: a "but", a number, another word or a question make it neither.
 * @param language ISO 639-1, where it is known: a word may say yes in one language and something else in another.
 * @returns null for what is neither a clear yes nor a clear no
 */
export function agreementOf(text: string, language?: string): 'yes' | 'no' | null {
  if (ASKS.test(text)) return null;
  const kinds = kindsOf(text, kindsIn(language));
  if (!kinds || kinds.has('unsure') || kinds.has('yes') === kinds.has('no')) return null;
  if (kinds.has('no')) return 'no';
  return OPEN.test(text) ? null : 'yes';
}
