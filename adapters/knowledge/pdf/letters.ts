/** Letters as a page shows them, from left to right, in the order in which they are read. */
import { oneForm, westernDigits } from '../../../core/text/fold.ts';

/** Ligatures, and letters of Arabic in the form that they have in a word. */
const FORMS = /[\ufb00-\ufb4f\ufb50-\ufdfb\ufe70-\ufefc]+/g;
/** The form of a mark of Arabic that stands alone brings a blank. */
const LOOSE_MARKS = /[\u0020\u0640](?=[\u064b-\u0652\u0670])/g;
/** What fonts of signs use for the dots of lists. */
const DOTS = /[\uf0a7\uf0b7\uf0d8\uf0fc\u2022\u25aa\u25cf\u25e6\u25a0\u2023]/g;
/** Marks of direction, the stroke that fills a line of Arabic, letters that only one font knows, and what no text has. */
const UNREAD = /[\p{Cc}\p{Co}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u0640\ufeff\ufffd]/gu;

const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
/** Between digits they belong to the number. */
const WITHIN = /^[.,:/٫٬\u00a0]$/;
/** The same, and signs beside a number, as long as no letter of Arabic stands before. */
const SIGN = /^[-+%‰#°$€£¥₽]$/;
const MIRRORED = '()[]{}«»‹›<>';

/** As people write it. */
export const plainLetters = (text: string) =>
  text
    .replace(FORMS, (form) => oneForm(form).replace(LOOSE_MARKS, ''))
    .replace(DOTS, '•')
    .replace(UNREAD, '');

/** Signs that a page may be full of. */
const FILL = /[\s.,·…_–—-]/u;
/** Signs of a page from which on it is told whether they are words. */
const SAMPLE = 50;

/** Whether the signs of a page are mostly letters and digits; fonts that do not say what they draw give anything. */
export function isReadable(signs: string[]): boolean {
  const shown = signs.filter((sign) => !FILL.test(sign) && sign !== '');
  const words = shown.filter((sign) => /[\p{L}\p{M}\p{N}]/u.test(sign) && plainLetters(sign) !== '');
  return shown.length < SAMPLE || words.length * 2 >= shown.length;
}

/** How many letters are of scripts from right to left, and how many of others. */
export function directions(text: string): { rtl: number; ltr: number } {
  let [rtl, ltr] = [0, 0];
  for (const letter of text) {
    if (RTL.test(letter) && LETTER.test(letter)) rtl++;
    else if (LETTER.test(letter)) ltr++;
  }
  return { rtl, ltr };
}

/** Share of letters from which on a line is read from right to left, by what its page is. */
const SHARES = { rtl: 0.15, ltr: 0.5 };

/** Whether a line is read from right to left. @param page what the page is, which counts for a line without letters. */
export function isRtl(text: string, page: 'rtl' | 'ltr'): boolean {
  const { rtl, ltr } = directions(text);
  return rtl + ltr === 0 ? page === 'rtl' : rtl / (rtl + ltr) >= SHARES[page];
}

type Kind = 'rtl' | 'ltr' | 'digit' | 'other';

function kindOf(unit: string): Kind {
  if (DIGIT.test(unit)) return 'digit';
  if (!LETTER.test(unit)) return 'other';
  return RTL.test(unit) ? 'rtl' : 'ltr';
}

/** Whether the sign and the one behind it are of one number. */
function isJoined(units: string[], kinds: Kind[], at: number, afterArabic: boolean): boolean {
  const isDigit = (index: number) => kinds[index] === 'digit';
  if (isDigit(at) && isDigit(at + 1)) return true;
  const sign = isDigit(at) ? at + 1 : at;
  if (!isDigit(at) && !isDigit(at + 1)) return false;
  const isBetween = isDigit(sign - 1) && isDigit(sign + 1);
  return (isBetween && WITHIN.test(units[sign]!)) || (!afterArabic && SIGN.test(units[sign] ?? ''));
}

/** A stretch without letters from right to left, as it is read within such a line. */
function readBetween(units: string[], afterArabic: boolean): string[] {
  const kinds = units.map(kindOf);
  const joined = (at: number) => isJoined(units, kinds, at, afterArabic);
  let begin = kinds.indexOf('ltr');
  if (begin >= 0) {
    // From the first of its letters on, all reads from left to right.
    let last = kinds.findLastIndex((kind) => kind === 'ltr' || kind === 'digit');
    const open = units
      .slice(begin, last + 1)
      .join('')
      .replace(/[([][^)\]]*[)\]]/g, '');
    if (/[([]/.test(open) && /[)\]]/.test(units[last + 1] ?? '')) last++;
    while (
      begin > 0 &&
      (kinds[begin - 1] === 'digit' || (begin < kinds.length - 1 && kinds[begin] !== 'ltr' && joined(begin - 1)))
    )
      begin--;
    return [
      ...units.slice(last + 1).reverse(),
      ...units.slice(begin, last + 1),
      ...readBetween(units.slice(0, begin), afterArabic),
    ];
  }
  const read: string[] = [];
  for (let end = units.length; end > 0; end = begin) {
    begin = end - 1;
    while (begin > 0 && joined(begin - 1)) begin--;
    read.push(...units.slice(begin, end));
  }
  return read;
}

function readFromRight(units: string[]): string[] {
  const read: string[] = [];
  let afterArabic = false;
  for (let end = units.length; end > 0; ) {
    if (kindOf(units[end - 1]!) === 'rtl') {
      read.push(units[--end]!);
      afterArabic = true;
      continue;
    }
    let begin = end;
    while (begin > 0 && kindOf(units[begin - 1]!) !== 'rtl') begin--;
    read.push(...readBetween(units.slice(begin, end), afterArabic));
    end = begin;
  }
  return read;
}

/** Words from right to left within a line from left to right. */
function readFromLeft(units: string[]): string[] {
  const read: string[] = [];
  for (let begin = 0; begin < units.length; ) {
    if (kindOf(units[begin]!) !== 'rtl') {
      read.push(units[begin++]!);
      continue;
    }
    let last = begin;
    for (let at = begin; at < units.length && kindOf(units[at]!) !== 'ltr'; at++)
      if (kindOf(units[at]!) === 'rtl') last = at;
    read.push(...readFromRight(units.slice(begin, last + 1)));
    begin = last + 1;
  }
  return read;
}

/** How many brackets stand as they should: an opening one before a word, a closing one behind it. */
function wellPlaced(text: string): number {
  let points = 0;
  for (let at = 0; at < text.length; at++) {
    const index = MIRRORED.indexOf(text[at]!);
    if (index < 0) continue;
    const [before, after] = [/[^\s]/.test(text[at - 1] ?? ' '), /[^\s.,:;!?،؛؟]/.test(text[at + 1] ?? ' ')];
    if (before !== after) points += (index % 2 === 0) === after ? 1 : -1;
  }
  return points;
}

/** Some programs write the bracket that is seen, others the one that is meant. */
function withBrackets(text: string): string {
  if (wellPlaced(text) >= 0) return text;
  return text.replace(/[()[\]{}«»‹›<>]/g, (bracket) => {
    const index = MIRRORED.indexOf(bracket);
    return MIRRORED[index % 2 === 0 ? index + 1 : index - 1]!;
  });
}

/**
 * The line as it is read.
 * @param units its signs from left to right; one may stand for several letters, which are in the order in which they are read.
 */
export function readLine(units: string[], rtl: boolean): string {
  if (!rtl && !units.some((unit) => RTL.test(unit))) return units.join('');
  return rtl ? withBrackets(readFromRight(units).join('')) : readFromLeft(units).join('');
}

/** The number that a text is, of any script; undefined where it is none. */
export function numberOf(text: string): number | undefined {
  const digits = westernDigits(text.trim());
  return /^\d{1,4}$/.test(digits) ? Number(digits) : undefined;
}
