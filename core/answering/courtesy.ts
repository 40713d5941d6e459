/**
 * Messages that only are polite: thanks, a goodbye, a greeting, an "ok". They ask for nothing, so nothing is looked up for them, and each kind has
 * a text of its own.
 */
import { cutText, LONGEST_NAME } from '../text/lengths.ts';
import { contentWords, normalise } from '../text/words.ts';
import courtesyWords from './courtesy-words.json' with { type: 'json' };

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
const FILLERS = new Set(normalise(Object.values(courtesyWords.fillers).join(' ')).split(' '));

const SIGNS: [RegExp, Courtesy][] = [
  [/[🙏❤🧡💛💚💙💜🥰😘💐🌹]/u, 'thanks'],
  [/[👋]/u, 'greeting'],
  [/[👍👌✅✔🆗😂🤣😄😃😀😁😊🙂😉😅😎🎉👏💪🤝😍]/u, 'noted'],
];
/** Anger and sorrow are no courtesy, whatever stands beside them. */
const COMPLAINT = /[😡🤬😠👎😤😭😢💔🖕🤮🤦]/u;

/** Letters that are drawn out ("holaaa") are written once or twice by whoever writes them once. */
function squeezed(text: string): string {
  return normalise(text).replace(/(\p{L})\1+/gu, '$1');
}

/** Which courtesy a message is, if it is nothing else. */
export function courtesyOf(text: string): Courtesy | undefined {
  // Nobody needs more for it.
  if (text.length > LONGEST_NAME || COMPLAINT.test(text)) return undefined;
  const said = cutText(text, LONGEST_NAME);
  const plain = normalise(said).split(' ').filter(Boolean);
  const words = plain.map(squeezed);
  if (words.length === 0) return SIGNS.find(([sign]) => sign.test(said))?.[1];
  const spoken = ` ${words.join(' ')} `;
  if (IRONIES.some((irony) => spoken.includes(` ${irony} `))) return undefined;
  const found = new Set<Courtesy>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; ) {
    let length = Math.min(LONGEST_PHRASE, words.length - at);
    while (length > 0 && !PHRASES.has(words.slice(at, at + length).join(' '))) length--;
    for (const kind of PHRASES.get(words.slice(at, at + length).join(' ')) ?? []) found.add(kind);
    if (length === 0) rest.push(plain[at]!);
    at += Math.max(1, length);
  }
  const kind = KINDS.find((each) => found.has(each));
  // "ok, and how?" asks for something; "thanks for everything" does not.
  const more = rest.filter((word) => !FILLERS.has(word));
  const asks = contentWords(more.join(' ')).length > 0 || (kind === 'noted' && more.length > 1);
  return asks || (kind === 'noted' && /[?؟¿]/.test(said)) ? undefined : kind;
}
