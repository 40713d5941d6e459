/** A number of a text with what belongs to it: its sign, the other end of a range, an ordinal's ending, the word that it counts. */
import { sayCode } from './codes.ts';
import { sayDayOfMonth } from './days.ts';
import { numeralOf } from './numerals.ts';
import { inGenitive, russianOrdinal, wantsGenitive } from './russian.ts';
import { nameOf, type Sign, sayInGenitive, saySigned, signsOf } from './signs.ts';
import { digitByDigit, isCodeBehind, sayBefore, sayDecimal, type Voice } from './voice.ts';

/** What is said for a piece of the text, and where the rest begins. */
export interface Said {
  words: string;
  end: number;
}

const LETTERS = 'A-Za-zА-Яа-яЁё';
/** Letters and digits that belong together. */
export const CODE = String.raw`(?<![\p{L}\p{N}])(?:[${LETTERS}]{1,20}[-_/]){0,3}[${LETTERS}]{0,20}\d[${LETTERS}0-9]*(?:[-_/][${LETTERS}0-9]+)*(?![\p{L}\p{N}]|\.\d)`;
const WHOLE_CODE = new RegExp(CODE, 'yu');

const FRACTION = String.raw`(?:[.,٫]\d{1,6}(?!\d))?`;
const GROUPED = String.raw`\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+|(?:['’]\d{3})+|(?:[\u00a0\u202f]\d{3})+|(?:٬\d{3})+)(?!\d)${FRACTION}`;
const SPACED = String.raw`\d{1,3}(?: \d{3})+(?!\d)${FRACTION}`;
const NUMBER = new RegExp(String.raw`${GROUPED}|\d+${FRACTION}`, 'yu');
const NUMBER_WITH_SPACES = new RegExp(String.raw`${GROUPED}|${SPACED}|\d+${FRACTION}`, 'yu');
/** Where thousands may be parted by a space like those between words. */
const WITH_SPACES = new Set(['es', 'it', 'ru']);

const TO = /\s?[-–—]\s?(?=\d)/y;
const BY = /\s?[x×хX*]\s?(?=\d)/y;
const LENGTHS = new Set(['mm', 'cm', 'm']);
const PER = /\s?\/\s?(?=\p{L})/uy;
const PER_WORD = /\/(?=\p{L}{2})/uy;
const UNTIL_DAY = /^ по \d{1,2} (\p{L}+)/u;
const YEAR = /[ \u00a0]?г(?:оду?|ода)?(?!\p{L})/uy;
const WORD = /[ \u00a0](\p{L}[\p{L}\p{M}'’\u200c]*)/uy;
/** Looked at for the word before a number. */
const LONGEST_WORD = 24;
const MAY_FOLLOW_A_WORD = /[\p{L}\s:]/u;
/** More digits without a mark between are read one by one. */
const MOST_TOGETHER = 6;

/** What a pattern finds right there. @param pattern sticky */
export function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const isLong = (written: string) =>
  /^\d+$/.test(written) && (written.length > MOST_TOGETHER || (written.length > 1 && written.startsWith('0')));

export type Amounts = ReturnType<typeof createAmounts>;

/** Reads numbers of one text. */
export function createAmounts(text: string, voice: Voice) {
  const { language, words } = voice;
  const numberAt = (at: number) => sticky(WITH_SPACES.has(language) ? NUMBER_WITH_SPACES : NUMBER, text, at)!;
  const alone = (written: string) =>
    isLong(written) ? digitByDigit(written, voice) : sayDecimal(numeralOf(written, language), voice);

  /** The sign right behind a number. */
  function signAt(at: number): { sign: Sign; end: number; written: string } | undefined {
    const { behind, meaning } = signsOf(voice);
    behind.lastIndex = at;
    const written = behind.exec(text)?.[1];
    const sign = written && meaning(written);
    return sign ? { sign, end: behind.lastIndex, written } : undefined;
  }

  /**
   * @param start where its digits begin.
   * @param at where what stands before them begins: a minus, a sign of money, or both.
   */
  function sayNumber(start: number, at = start, minus = '', before = ''): Said {
    const sign = before ? signsOf(voice).meaning(before) : undefined;
    const first = minus && `${words.minus} `;
    if (before && !sign) {
      const code = sticky(WHOLE_CODE, text, at + minus.length) ?? '';
      const end = at + minus.length + code.length;
      if (end > start) return { words: first + sayCode(code, voice), end };
    }
    const said = sayWith(start, sign);
    return { words: first + (sign ? '' : text.slice(at + minus.length, start)) + said.words, end: said.end };
  }

  function sayWith(start: number, sign: Sign | undefined): Said {
    const written = numberAt(start);
    const end = start + written.length;
    const to = isLong(written) ? undefined : rangeAt(end);
    if (to) {
      const rest = sayLast(to.written, to.start, sign);
      return { words: `${alone(written)} ${words.range} ${rest.words}`, end: rest.end };
    }
    const by = isLong(written) ? undefined : sticky(BY, text, end);
    if (by)
      return {
        words: `${alone(written)} ${isLength(end + by.length) ? words.by : words.times} `,
        end: end + by.length,
      };
    return sayLast(written, start, sign);
  }

  /** "10 x 20 cm" is a length by another, "2 x 500 mg" two of one. */
  function isLength(start: number): boolean {
    const sign = signAt(start + numberAt(start).length)?.sign;
    return sign === undefined || ('unit' in sign && LENGTHS.has(sign.unit));
  }

  function rangeAt(end: number): { start: number; written: string } | undefined {
    const to = sticky(TO, text, end);
    if (!to) return undefined;
    const start = end + to.length;
    const written = numberAt(start);
    const goesOn = /^[-–]\d|^[:/]/.test(text.slice(start + written.length, start + written.length + 2));
    return isLong(written) || goesOn ? undefined : { start, written };
  }

  function sayLast(written: string, start: number, before: Sign | undefined): Said {
    const end = start + written.length;
    const special = before ? undefined : (ordinalAt(written, end) ?? yearAt(written, start, end));
    if (special) return special;
    const behind = before ? undefined : signAt(end);
    const sign = before ?? behind?.sign;
    if (sign) {
      const value = numeralOf(written, language, 'currency' in sign ? sign.currency : undefined);
      const said = isGenitive(wordBefore(start), end)
        ? sayInGenitive(value, sign, voice)
        : saySigned(value, sign, voice);
      return priced(said, behind?.end ?? end, behind?.written ?? '');
    }
    const code = codeAt(start, end);
    if (code) return code;
    if (/^\d{4,}$/.test(written) && isCodeBehind(text.slice(Math.max(0, start - LONGEST_WORD), start)))
      return { words: digitByDigit(written, voice), end };
    return isLong(written) ? { words: digitByDigit(written, voice), end } : counted(written, start, end);
  }

  /** "5 €/kg": what it is the price of. A point that ends the sign may end the sentence as well. */
  function priced(said: string, end: number, written: string): Said {
    const isLast = written.endsWith('.') && /^(?:\s*$|\s*\n|\s+\p{Lu})/u.test(text.slice(end, end + 3));
    if (isLast) return { words: `${said}.`, end };
    const per = sticky(PER, text, end);
    if (!per) return { words: said, end };
    const unit = signAt(end + per.length);
    return unit
      ? { words: `${said} ${words.per} ${nameOf(unit.sign, voice)}`, end: unit.end }
      : { words: `${said} ${words.per} `, end: end + per.length };
  }

  function ordinalAt(written: string, end: number): Said | undefined {
    const pattern = ORDINALS[language];
    const ending = pattern && /^\d{1,4}$/.test(written) ? sticky(pattern, text, end) : undefined;
    const said = ending && sayOrdinal(Number(written), ending, voice);
    return said ? { words: said, end: end + ending.length } : undefined;
  }

  /** A number with letters, or with other digits, right behind it. */
  function codeAt(start: number, end: number): Said | undefined {
    if (!/^(?:[-_]?[A-Za-zА-Яа-яЁё]|-\d)/.test(text.slice(end, end + 2))) return undefined;
    const code = sticky(WHOLE_CODE, text, start) ?? '';
    return start + code.length > end ? { words: sayCode(code, voice), end: start + code.length } : undefined;
  }

  const wordBefore = (start: number): string =>
    MAY_FOLLOW_A_WORD.test(text[start - 1] ?? '')
      ? (/(\p{L}+)[\s:]*$/u.exec(text.slice(Math.max(0, start - LONGEST_WORD), start))?.[1] ?? '')
      : '';

  const isGenitive = (before: string, end: number): boolean =>
    language === 'ru' && wantsGenitive(before, text.slice(end, end + LONGEST_WORD));

  function counted(written: string, start: number, end: number): Said {
    WORD.lastIndex = end;
    const noun = WORD.exec(text)?.[1] ?? '';
    const before = noun !== '' || language === 'en' || language === 'ru' ? wordBefore(start) : '';
    const day = /^\d{1,2}$/.test(written) ? dayAt(Number(written), before, noun, end) : undefined;
    if (day) return { words: day, end };
    if (isGenitive(before, end)) return { words: inGenitive(alone(written)), end };
    const per = noun === '' ? sticky(PER_WORD, text, end) : undefined;
    if (per) return { words: `${alone(written)} ${words.per} `, end: end + per.length };
    const agreed = sayBefore(numeralOf(written, language), before, noun, voice);
    return { words: agreed.said, end: agreed.withNoun ? end + 1 + noun.length : end };
  }

  /** Of a month. */
  function dayAt(day: number, before: string, noun: string, end: number): string | undefined {
    const isOfMonth = isMonth(noun) || (language === 'en' && isMonth(before));
    if (language !== 'ru') return isOfMonth ? sayDayOfMonth(day, voice) : undefined;
    // "С 1 по 15 марта"
    const isFirst = noun === 'по' && isMonth(UNTIL_DAY.exec(text.slice(end, end + LONGEST_WORD))?.[1] ?? '');
    if (isOfMonth && before === 'по') return russianOrdinal(day, 'е', voice.speller);
    return isOfMonth || isFirst ? sayDayOfMonth(day, voice) : undefined;
  }

  const isMonth = (word: string) => word !== '' && ` ${words.months} ${words.solar ?? ''} `.includes(` ${word} `);

  /** "2026 г." is of that year, and "в 2026 г." in it. */
  function yearAt(written: string, start: number, end: number): Said | undefined {
    const noun = language === 'ru' && /^[12]\d{3}$/.test(written) ? (sticky(YEAR, text, end) ?? '') : '';
    if (noun === '') return undefined;
    const isIn = /^в$/iu.test(wordBefore(start)) || noun.endsWith('году');
    const said = russianOrdinal(Number(written), noun.endsWith('год') ? 'й' : isIn ? 'м' : 'го', voice.speller);
    const after = end + noun.length;
    if (!noun.endsWith('г')) return { words: said + noun, end: after };
    const isLast = /^\.(?:\s*$|\s+\p{Lu})/u.test(text.slice(after, after + 3));
    return { words: `${said} ${isIn ? 'году' : 'года'}`, end: text[after] === '.' && !isLast ? after + 1 : after };
  }

  return {
    sayNumber,
    wordBefore,
    /** Whether a sign stands there, so that what is before it is no phone. */
    isCounted: (end: number) => signAt(end) !== undefined,
  };
}

const ORDINALS: Record<string, RegExp> = {
  en: /(?:st|nd|rd|th)(?![\p{L}\p{N}])/uy,
  es: /\.?[ºª](?!\p{L})|(?:er|r[oa]|d[oa]|t[oa]|m[oa]|v[oa]|n[oa])(?!\p{L})/uy,
  it: /[º°ª](?!\s?C)(?!\p{L})/uy,
  ru: /-(?:ый|ий|ой|й|ая|я|ое|е|ого|го|ому|му|ом|м|ую|ю|ых|х)(?!\p{L})/uy,
  fa: /\u200c?(?:مین|امین|ام|م)(?!\p{L})/uy,
};
/** Of what is counted further, people say the number itself. */
const MOST_ORDINAL: Record<string, number> = { es: 20, it: 30 };

const MOST_FLOORS = 12;

function sayOrdinal(value: number, ending: string, voice: Voice): string | undefined {
  const { language, speller } = voice;
  if (value === 0) return undefined;
  // What is more with such a ring are degrees.
  if (ending === '°' && value > MOST_FLOORS) return undefined;
  if (value > (MOST_ORDINAL[language] ?? 9_999)) return speller.cardinal(value, false);
  if (language === 'ru') return russianOrdinal(value, ending, speller);
  const said = speller.ordinal(value);
  if (/ª|a$/.test(ending)) return said.replace(/o(?= |$)/g, 'a');
  if (ending === 'er') return said.slice(0, -1);
  return /ین$/u.test(ending) ? `${said}ین` : said;
}
