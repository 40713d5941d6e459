/**
 * Takes out of a text whatever may be a phone, in any digits: nine or more of them, or seven after a plus, with nothing but separators
 * between. Strict on purpose, since a tool has no use for a number that somebody said; what is plainly something else stays.
 */

import { oneForm, westernDigits } from '../text/fold.ts';
import { foldPlaces } from '../text/places.ts';

/** What stands for what was taken out. */
export const REMOVED = '…';

const SEPARATORS = String.raw`[\s().\-/\\_*·•,;:|~'‐-―−⁃﹣－]`;
const digits = (more: number) => String.raw`\(?\d(?:${SEPARATORS}{0,4}\d){${more},}`;
const RUN = new RegExp(`[+＋]${digits(6)}|${digits(8)}`, 'g');

const DATE = String.raw`\d{4}[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])`;
const OTHERS = [
  // A date, perhaps with a time; a day first.
  new RegExp(String.raw`^${DATE}(?:[T ,]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$`),
  /^(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./]\d{4}(?:[ ,]*\d{1,2}:\d{2}(?::\d{2})?)?$/,
  // An order number that begins with its day.
  /^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{1,4}$/,
  // An IPv4 address.
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/,
];

export function withoutPhones(text: string): string {
  const folded = foldPlaces(text, HIDDEN_OR_DIGIT, plainOf);
  let kept = '';
  let end = 0;
  for (const { 0: run, index } of folded.text.matchAll(RUN)) {
    if (OTHERS.some((other) => other.test(run)) || isBarcode(run)) continue;
    const next = index + run.length;
    kept += text.slice(end, folded.source(index, next).start) + REMOVED;
    // What is hidden behind the last digit goes with it.
    end = folded.source(next, next).start;
  }
  return end === 0 ? text : kept + text.slice(end);
}

const HIDDEN_OR_DIGIT = /[\p{Cf}\p{Mn}\p{Me}]|(?![0-9])\p{N}/gu;

/** Of the letters that came so far; there are some thousands that `HIDDEN_OR_DIGIT` finds. */
const plainLetters = new Map<string, string>();

function plainOf(found: string): string {
  const plain = plainLetters.get(found) ?? plainLetter(found);
  plainLetters.set(found, plain);
  return plain;
}

/** Nothing for what cannot be seen; a digit of any script and shape as ASCII. */
function plainLetter(found: string): string {
  if (!/\p{N}/u.test(found)) return '';
  const plain = westernDigits(oneForm(found));
  return /^\d$/.test(plain) ? plain : found;
}

/** EAN-8 and EAN-13 by their check digit. */
function isBarcode(run: string): boolean {
  if (!/^(?:\d{8}|\d{13})$/.test(run)) return false;
  const digits = [...run].map(Number).reverse();
  const sum = digits.reduce((total, digit, index) => total + digit * (index % 2 === 1 ? 3 : 1), 0);
  return sum % 10 === 0;
}
