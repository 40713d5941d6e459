/**
 * Messages that only are polite: thanks, a goodbye, a greeting, an "ok". They ask for nothing, so nothing is looked up for them, and each kind has
 * a text of its own.
 */
import { cutText, LONGEST_NAME } from '../text/lengths.ts';
import { contentWords, normalise } from '../text/words.ts';
import courtesyWords from './courtesy-words.json' with { type: 'json' };
import { spokenOf } from './harm.ts';

/** In the order of what is answered where a message has several: "ok thanks, bye" is thanked for. */
const KINDS = ['thanks', 'goodbye', 'greeting', 'noted'] as const;

export type Courtesy = (typeof KINDS)[number];

/** Words of a phrase at most. */
const LONGEST_PHRASE = 5;

const PHRASES = new Map<string, Courtesy[]>();
for (const kind of KINDS)
  for (const list of Object.values(courtesyWords[kind]))
    for (const phrase of list.split('|').map(squeezed)) PHRASES.set(phrase, [...(PHRASES.get(phrase) ?? []), kind]);

/** "Thanks for nothing" thanks for nothing. */
const IRONIES = Object.values(courtesyWords.ironies).flatMap((list) => list.split('|').map(squeezed));

/** What adds nothing to a courtesy. */
const FILLERS = wordsIn(courtesyWords.fillers);

/** "For", "por", "за": what follows a word of thanks and says what for. */
const REASONS = wordsIn(courtesyWords.reasons);
/** What is no reason for thanks, and what begins to ask for something. */
const DOUBTS = wordsIn(courtesyWords.doubts);
/** Persian says "not" within its verbs. */
const NOT_DONE = /^(?:نکر|نداد|نمی|نشد|نرس|نبود|نگفت|نذاش)/u;
/** Words that say what somebody is thanked for; more say something of their own. */
const MOST_REASON = 5;

function wordsIn(lists: Record<string, string>): ReadonlySet<string> {
  return new Set(normalise(Object.values(lists).join(' ')).split(' '));
}

const SIGNS: [RegExp, Courtesy][] = [
  [/[🙏❤🧡💛💚💙💜🤍🩷🥰😘💐🌹🫶🤗💖💕💞🫂]/u, 'thanks'],
  [/[👋]/u, 'greeting'],
  [/[👍👌✅✔🆗😂🤣😄😃😀😁😊🙂😉😅😎🎉👏💪🤝😍🙌🔥💯😇🤩🥳😆☺✨🫡👊🤟😌]/u, 'noted'],
];
/** Anger and sorrow are no courtesy, whatever stands beside them. */
const COMPLAINT = /[😡🤬😠👎😤😭😢💔🖕🤮🤦]/u;

/** Letters that are drawn out ("holaaa") are written once or twice by whoever writes them once; so is laughter ("jajajaja"). */
function squeezed(text: string): string {
  return normalise(text)
    .replace(/(\p{L})\1+/gu, '$1')
    .replace(/(?<!\p{L})(\p{L}{2})\1+\p{L}?(?!\p{L})/gu, '$1');
}

/** Which courtesy a message is, if it is nothing else. */
export function courtesyOf(text: string): Courtesy | undefined {
  // Nobody needs more for it.
  if (text.length > LONGEST_NAME || COMPLAINT.test(text)) return undefined;
  const said = cutText(text, LONGEST_NAME);
  const clauses = said.split(/[.,;:!\n…،؛]+/u).map((clause) => normalise(clause).split(' ').filter(Boolean));
  const spoken = ` ${clauses.flat().map(squeezed).join(' ')} `;
  if (spoken.trim() === '') return SIGNS.find(([sign]) => sign.test(said))?.[1];
  if (IRONIES.some((irony) => spoken.includes(` ${irony} `))) return undefined;
  const found = new Set<Courtesy>();
  const rest: string[] = [];
  for (const plain of clauses) {
    const words = plain.map(squeezed);
    for (let at = 0; at < words.length; ) {
      let length = Math.min(LONGEST_PHRASE, words.length - at);
      while (length > 0 && !PHRASES.has(words.slice(at, at + length).join(' '))) length--;
      const kinds = PHRASES.get(words.slice(at, at + length).join(' ')) ?? [];
      for (const kind of kinds) found.add(kind);
      if (length === 0) rest.push(plain[at]!);
      at += Math.max(1, length);
      if (kinds.includes('thanks') && !/[?؟¿]/.test(said) && isReason(plain.slice(at))) break;
    }
  }
  const kind = KINDS.find((each) => found.has(each));
  // "ok, and how?" asks for something; "thanks for everything" does not.
  const more = rest.filter((word) => !FILLERS.has(word));
  const doubted = kind !== 'greeting' && kind !== 'goodbye' && more.some((word) => DOUBTS.has(word));
  const asks = doubted || contentWords(more.join(' ')).length > 0 || (kind === 'noted' && more.length > 1);
  return asks || (kind === 'noted' && /[?؟¿]/.test(said)) ? undefined : kind;
}

/** Whether the words behind a word of thanks only say what for: "por responder tan rápido". */
function isReason(words: string[]): boolean {
  const at = words.findIndex((word) => REASONS.has(word));
  const [before, after] = [words.slice(0, at), words.slice(at + 1)];
  if (at < 0 || !before.every((word) => FILLERS.has(word) || contentWords(word).length === 0)) return false;
  const isDoubtful = after.some((word) => DOUBTS.has(word) || NOT_DONE.test(word));
  return after.length > 0 && after.length <= MOST_REASON && !isDoubtful && spokenOf(after.join(' ')).size === 0;
}
