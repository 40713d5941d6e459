/** Codes of letters and digits, as somebody reads them out: "A-1234", "ORD-2026-0031", "COVID-19". */
import { digitByDigit, pauseOf, type Voice } from './voice.ts';

/** More capitals than this are a word that is written large. */
const MOST_LETTERS = 4;
/** More digits are read one by one. */
const MOST_DIGITS = 2;

export function sayCode(code: string, voice: Voice): string {
  const parts = code.split(/[-_/]/).filter(Boolean);
  return parts
    .map((part, at) => {
      const runs = part.match(/\d+|\D+/g)!.map((run) => (/\d/.test(run) ? sayDigits(run, voice) : sayLetters(run)));
      const isBesideDigits = /\d$/.test(parts[at - 1] ?? '') && /^\d/.test(part);
      return (at === 0 ? '' : isBesideDigits ? pauseOf(voice) : ' ') + runs.join(' ');
    })
    .join('');
}

const sayLetters = (letters: string) =>
  letters.length <= MOST_LETTERS && letters === letters.toUpperCase() ? [...letters].join(' ') : letters;

const sayDigits = (digits: string, voice: Voice) =>
  digits.length <= MOST_DIGITS && !digits.startsWith('0')
    ? voice.speller.cardinal(Number(digits), false)
    : digitByDigit(digits, voice);
