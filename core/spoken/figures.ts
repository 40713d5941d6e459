/** Numbers, prices, dates, times, phones and codes of a text in words. */
import { createRecent } from '../recent.ts';
import { type Amounts, CODE, createAmounts, type Said, sticky } from './amounts.ts';
import { sayCode } from './codes.ts';
import { sayDate, sayTime } from './days.ts';
import { TOKEN } from './markup.ts';
import { inGenitive } from './russian.ts';
import { signsOf } from './signs.ts';
import { digitByDigit, sayDecimal, type Voice } from './voice.ts';

/** With the groups 3 and 4 of the whole pattern. */
const DATE = [
  String.raw`\d{4}([-/.])\d{1,2}\3\d{1,2}(?!\d)`,
  String.raw`\d{1,2}([-/.])\d{1,2}\4(?:\d{4}|\d{2})(?!\d)`,
  String.raw`(?:1[3-9]|2\d|3[01])/(?:0[1-9]|1[0-2])(?![\d/])`,
].join('|');
const HALF = String.raw`(?:[ap]\.\s?m\.|[ap]m(?!\p{L})|[AP]M(?!\p{L}))`;
const TIME = String.raw`\d{1,2}:\d{2}(?::\d{2})?(?![\d:])(?:\s?(?:${HALF}|[صم](?!\p{L})))?|\d{1,2}\s?${HALF}`;
const PHONE = [
  String.raw`\+\d(?:[ ().-]{0,2}\d){6,14}`,
  String.raw`(?:\d[ -]?)?\(\d{2,4}\)(?:[ -]{0,2}\d{2,4}){2,5}(?!\d)`,
  String.raw`\d{2,4}(?:[ -]\d{2,4}){2,5}(?!\d)`,
  String.raw`\d{3}[ -]\d{4}(?![ -]?\d)`,
].join('|');
const DOTTED = String.raw`\d+(?:\.\d+){2,}`;
const known = createRecent<RegExp>(20);

function patternOf(voice: Voice): RegExp {
  let pattern = known.get(voice.language);
  if (!pattern) {
    const number = String.raw`(?:(?<![\p{L}\p{N}])([-−]))?(?:(?<![\p{L}\p{N}])(${signsOf(voice).before})\s?)?(?=\d)`;
    pattern = new RegExp(
      [
        `(${TOKEN})`,
        String.raw`(?<![\d.,:/])(${DATE})`,
        String.raw`(?<![\d:.,])(${TIME})`,
        String.raw`(?<!\d)(${PHONE})`,
        `(${DOTTED})`,
        number,
        `(${CODE})`,
      ].join('|'),
      'gu',
    );
    known.set(voice.language, pattern);
  }
  return pattern;
}

const BEGINS_A_WORD = /^[\p{L}\p{N}]/u;
/** Not those of Arabic, which writes "for" and "and" on the number. */
const ENDS_IN_LETTER = /[\p{Script=Latn}\p{Script=Cyrl}]$/u;
const ENDS_A_WORD = /[\p{L}\p{N}]$/u;

/** @param text with Western digits */
export function sayFigures(text: string, voice: Voice): string {
  const pattern = patternOf(voice);
  const amounts = createAmounts(text, voice);
  const said: string[] = [];
  let from = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const { words, end } = sayOne(found, text, amounts, voice);
    const before = text.slice(from, found.index);
    said.push(before, ENDS_IN_LETTER.test(before) && BEGINS_A_WORD.test(words) ? ' ' : '', words);
    if (ENDS_A_WORD.test(words) && BEGINS_A_WORD.test(text.slice(end, end + 2))) said.push(' ');
    from = end;
    pattern.lastIndex = end;
  }
  said.push(text.slice(from));
  return said.join('');
}

function sayOne(found: RegExpExecArray, text: string, amounts: Amounts, voice: Voice): Said {
  const [whole, token, date, , , time, phone, dotted, minus, before, code] = found;
  const { index } = found;
  const end = index + whole.length;
  const asWhole = (words: string | undefined): Said | undefined => (words === undefined ? undefined : { words, end });
  if (token) return { words: whole, end };
  if (code) return { words: sayCode(whole, voice), end };
  const special =
    (date && asWhole(sayDate(whole, voice))) ||
    (time && sayTimes(whole, end, amounts.wordBefore(index), text, voice)) ||
    (phone && !amounts.isCounted(end) && asWhole(sayPhone(whole, voice))) ||
    (dotted && asWhole(sayDotted(whole, voice)));
  return special || amounts.sayNumber(index + whole.search(/\d|$/), index, minus, before);
}

const TO = /\s?[-–—]\s?(?=\d)/y;
const NEXT_TIME = new RegExp(TIME, 'yu');

/** A time of day, or from one to another. */
function sayTimes(written: string, end: number, before: string, text: string, voice: Voice): Said | undefined {
  const said = sayTime(written, voice);
  if (said === undefined) return undefined;
  const words = voice.language === 'ru' && /^(?:с|до|от|после|около)$/iu.test(before) ? inGenitive(said) : said;
  const start = sticky(TO, text, end);
  const other = start && sticky(NEXT_TIME, text, end + start.length);
  const later = other && sayTime(other, voice);
  if (!later) return { words, end };
  return { words: `${words} ${voice.words.range} ${later}`, end: end + start.length + other.length };
}

const FEWEST_OF_PHONE = 7;
const YEARS = /^(?:19|20)\d\d[- ](?:19|20)\d\d$/;
/** Spaces part thousands there as well; nine digits in threes are a phone of Spain. */
const THOUSANDS = /^\d{1,3}(?: \d{3})+$/;

function sayPhone(written: string, voice: Voice): string | undefined {
  const digits = written.replace(/\D/g, '');
  const isAmount = THOUSANDS.test(written) && digits.length % 3 > 0;
  if (digits.length < FEWEST_OF_PHONE || isAmount || YEARS.test(written)) return undefined;
  return (written.startsWith('+') ? `${voice.words.plus} ` : '') + digitByDigit(written, voice);
}

/** A version or an address of the net; `1.234.567` is an amount. */
function sayDotted(written: string, voice: Voice): string | undefined {
  if (/^\d{1,3}(?:\.\d{3})+$/.test(written)) return undefined;
  return written
    .split('.')
    .map((part) => sayDecimal(part, voice))
    .join(` ${voice.words.dot} `);
}
