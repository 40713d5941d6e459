/** What a listener's words mean for who speaks next: noises that only say "I hear you", and beginnings that go on. */
import { createRecent } from '../recent.ts';
import { westernDigits } from '../text/fold.ts';
import { normalise } from '../text/words.ts';
import { numbersIn } from './numbers-in.ts';
import { kindsOf, phrasesOf, wordsOf } from './phrases.ts';
import words from './turn-words.json' with { type: 'json' };

const known = createRecent<Set<string>>(100);

function phrases(kind: keyof typeof words, language: string | undefined): Set<string> {
  const key = `${kind} ${language ?? ''}`;
  const found = known.get(key) ?? phrasesOf(words[kind], language);
  known.set(key, found);
  return found;
}

const ASKS = /[?؟]/u;

/**
 * Whether it is nothing but what a listener says while somebody else speaks ("mhm", "نعم", "sì sì"), or nothing at all: no reason to fall silent.
 * @param language ISO 639-1, where it is known
 */
export function isBackchannel(text: string, language?: string): boolean {
  const listens = new Map([['listens', phrases('backchannel', language)]]);
  return !ASKS.test(text) && kindsOf(text, listens) !== undefined;
}

/** Of a long turn only its end is looked at. */
const LONGEST_END = 300;
/** Words of an end that goes on, at most. */
const LONGEST_PHRASE = 4;
const GOES_ON = /(?:…|\.{2,}|[,،;؛:–—-])\s*$/u;
const ENDS_ASKING = /[?؟]["'”’»)\s]*$/u;
/** "Uh", "ehm", "эм", "اممم": somebody who thinks. */
const THINKS = /^(?:u+h+m*|u+m+|e+r+m*|e+h+m*|e+m+|a+h+m+|h+m+|m{2,}|э+м*|м{2,}|ا{2,}م*|ا?م{2,}|ه?م{2,})$/u;

/**
 * Whether somebody must be about to go on, so that the end of his turn is worth a longer wait: after "and", "my number is", "عايز", "eh…", a comma,
 * or amid the digits of a phone.
 * @param language ISO 639-1, where it is known; without it numbers in words are not counted as digits.
 */
export function isUnfinished(text: string, language?: string): boolean {
  const tail = text.slice(-LONGEST_END);
  const end = language ? numbersIn(tail, language) : tail;
  const last = wordsOf(end);
  if (last.length === 0 || ENDS_ASKING.test(end)) return false;
  if (GOES_ON.test(end) || THINKS.test(normalise(end).split(' ').at(-1)!)) return true;
  return goesOn(last, language) || isDictating(end, language);
}

/** By the longest phrase that it ends in: "and that is" is an end, "my name is" none. */
function goesOn(last: string[], language: string | undefined): boolean {
  const [unfinished, finished] = [phrases('unfinished', language), phrases('finished', language)];
  for (let length = Math.min(LONGEST_PHRASE, last.length); length > 0; length--) {
    const phrase = last.slice(-length).join(' ');
    if (finished.has(phrase)) return false;
    if (unfinished.has(phrase)) return true;
  }
  return false;
}

/** The shortest phones, and what is left of one that somebody begins with its zero or its plus. */
const SHORTEST_PHONE = 7;
const SHORTEST_WITH_ZERO = 9;
const DIGITS_AT_END = /\+?\d(?:[\s().-]{0,3}\d)*[\s.]*$/;

/** Whether the digits at the end are too few for what is dictated there. */
function isDictating(text: string, language: string | undefined): boolean {
  const said = westernDigits(text);
  const found = DIGITS_AT_END.exec(said);
  if (!found) return false;
  const digits = found[0].replace(/\D/g, '').length;
  const before = normalise(said.slice(0, found.index)).split(' ').filter(Boolean);
  const says = (kind: 'phones' | 'orders') => before.some((word) => phrases(kind, language).has(word));
  if (says('orders')) return false;
  const isBegun = digits > 1 && /^(?:\+|0(?![.,]))/.test(found[0]) && digits < SHORTEST_WITH_ZERO;
  return (says('phones') && digits < SHORTEST_PHONE) || (isBegun && (before.length === 0 || says('phones')));
}
