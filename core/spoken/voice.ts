/** How a language says what is no word: its table of signs, and numbers that agree with what they count. */
import { createRecent } from '../recent.ts';
import { normalise } from '../text/words.ts';
import nouns from './noun-words.json' with { type: 'json' };
import { beforeRussian, russianFraction } from './russian.ts';
import sayWords from './say-words.json' with { type: 'json' };
import type { Speller } from './speller.ts';

/** What a language calls what stands in texts as a sign. Words in their forms are parted by bars: `ruble|rubles`. */
interface Table {
  decimal: string;
  minus: string;
  /** Before the number of a country's phones. */
  plus: string;
  /** Between two numbers of which the first is the least. */
  range: string;
  /** Between a price and what it is for. */
  per: string;
  /** Between two lengths, and between a number of things and what each has. */
  by: string;
  times: string;
  /** A half and quarters, alone and behind a whole number. */
  fractions: Record<string, string>;
  /** In an address of the web. */
  dot: string;
  at: string;
  about: string;
  less: string;
  more: string;
  and: string;
  percent: string;
  months: string;
  /** Months of the Persian calendar. */
  solar?: string;
  /** Days of the week, and how they and the months are cut, in the order of theirs; with commas, in several ways. */
  days?: string;
  shortDays?: string;
  shortMonths?: string;
  /** By currency, how it is written in this language besides the signs of all. */
  signs: Record<string, string>;
  currencies: Record<string, string>;
  cents: Record<string, string>;
  withCents: string;
  units: Record<string, string>;
  /** Abbreviations that never end a sentence, those that may, and those that stand before a number only. */
  titles: Record<string, string>;
  short: Record<string, string>;
  numbered: Record<string, string>;
}

/** A language that numbers can be said in. */
export interface Voice {
  language: string;
  words: Table;
  speller: Speller;
}

export const { signs: SIGNS, units: UNITS, ...languages } = sayWords;
export const TABLES: Record<string, Table> = languages;

/** Undefined where there is no table for the language, or no words for numbers. */
export function voiceOf(language: string, speller: Speller | undefined): Voice | undefined {
  const words = Object.hasOwn(TABLES, language) ? TABLES[language] : undefined;
  return words && speller && { language, words, speller };
}

/** More digits are read one by one. */
const MOST_DIGITS = 12;
/** Nobody listens to more of them; they stay as they are. */
const MOST_DICTATED = 40;

const DIGITS_OF_A_GROUP = 3;

/** A comma, as the language writes it. */
export const pauseOf = ({ language }: Voice): string => (language === 'ar' || language === 'fa' ? '، ' : ', ');

/** One by one, in groups such as people make when they dictate; groups that are there already stay. */
export function digitByDigit(digits: string, voice: Voice): string {
  if (digits.length > MOST_DICTATED) return digits;
  return digits
    .split(/\D+/)
    .flatMap(groupsOf)
    .map((group) => eachDigit(group, voice))
    .join(pauseOf(voice));
}

const eachDigit = (digits: string, { speller }: Voice) =>
  [...digits].map((digit) => speller.cardinal(Number(digit), false)).join(' ');

function groupsOf(digits: string): string[] {
  if (digits.length <= DIGITS_OF_A_GROUP + 1) return digits ? [digits] : [];
  const groups = digits.match(/\d{1,3}/g)!;
  if (groups.at(-1)!.length === 1) groups.push(groups.splice(-2).join(''));
  return groups;
}

/** A decimal number as `1250.5`. */
export function sayDecimal(value: string, voice: Voice, feminine = false): string {
  const [whole = '', fraction] = value.split('.');
  if (whole.length > MOST_DIGITS || (whole.length > 1 && whole.startsWith('0'))) return digitByDigit(whole, voice);
  const { language, words, speller } = voice;
  if (!fraction) return speller.cardinal(Number(whole), feminine);
  if (fraction === '5' && (language === 'ar' || language === 'fa')) return withHalf(Number(whole), voice);
  const russian = language === 'ru' ? russianFraction(whole, fraction, speller) : undefined;
  if (russian) return russian;
  const areDigits = language === 'en' || fraction.length > 2 || fraction.startsWith('0');
  const parts = areDigits ? eachDigit(fraction, voice) : speller.cardinal(Number(fraction), false);
  return `${speller.cardinal(Number(whole), false)} ${words.decimal} ${parts}`;
}

function withHalf(whole: number, { language, speller }: Voice): string {
  if (language === 'ar') return whole === 0 ? 'نصف' : `${speller.cardinal(whole, false)} ونصف`;
  return whole === 0 ? 'نیم' : `${speller.cardinal(whole, false)} و نیم`;
}

const rules = createRecent<Intl.PluralRules>(20);

/** How many forms a word has, and for which counts. */
const FORMS: Record<string, string[]> = { ru: ['one', 'few', 'many'], ar: ['one', 'two', 'few', 'many', 'other'] };

/** Which form of `one|few|many` a count wants; a word with one form has it always. */
export function formFor(forms: string, value: number, language: string): string {
  const all = forms.split('|');
  if (all.length === 1) return forms;
  let rule = rules.get(language);
  if (!rule) {
    rule = new Intl.PluralRules(language);
    rules.set(language, rule);
  }
  const category = rule.select(value);
  const at = (FORMS[language] ?? ['one']).indexOf(category);
  if (at >= 0) return all[at]!;
  // Russian fractions take the form of two.
  return language === 'ru' ? all[1]! : all.at(-1)!;
}

/** A count with a word that we know in its forms: "five hundred milligrams". */
export function sayCounted(value: string, forms: string, voice: Voice): string {
  const { language } = voice;
  const count = Number(value);
  const noun = formFor(forms, count, language);
  const singular = forms.split('|')[0]!;
  if (language === 'ar' && count === 1) return `${noun} ${voice.speller.cardinal(1, isFeminine(noun, language))}`;
  if (language === 'ar' && count === 2 && noun !== singular) return noun;
  return `${sayWhole(value, singular, voice)} ${noun}`;
}

/** A number as it stands before a noun. */
function sayWhole(value: string, noun: string, voice: Voice): string {
  const feminine = isFeminine(noun, voice.language);
  const said = sayDecimal(value, voice, feminine);
  if (value.includes('.')) return said;
  if (voice.language === 'es') return beforeSpanish(said, feminine);
  if (voice.language === 'it' && said === 'uno') return feminine ? 'una' : 'un';
  return /(?:millón|millones|milion[ei])$/u.test(said) ? `${said} di` : said;
}

function beforeSpanish(said: string, feminine: boolean): string {
  if (/mill(?:ón|ones)$/u.test(said)) return `${said} de`;
  return feminine ? said : said.replace(/veintiuno$/u, 'veintiún').replace(/uno$/u, 'un');
}

/** A noun of a text behind a number, as much of it as the number takes with it. */
export interface Agreed {
  said: string;
  /** Whether the noun is in what is said. */
  withNoun: boolean;
}

const CODES = new Set(normalise(nouns.codes).split(' '));
/** Whether somebody reads a number digit by digit behind these words. @param before the last words before it */
export const isCodeBehind = (before: string): boolean =>
  normalise(before)
    .split(' ')
    .slice(-2)
    .some((word) => CODES.has(word));

const LABELS = new Set(normalise(nouns.labels).split(' '));
/** Words behind a number that it counts none of. */
const SMALL = new Set(normalise(nouns.small).split(' '));
/** "Option 1 is free" counts no "is free". */
const isLabel = (word: string) => LABELS.has(normalise(word)) || word.startsWith('ال');

/** A number before a word of the text: "خمس علب", "две упаковки", "una caja". @param before the word before it, or none */
export function sayBefore(value: string, before: string, noun: string, voice: Voice): Agreed {
  const { language, speller } = voice;
  // "حبة 1": the noun stands before it.
  const isBehind = language === 'ar' && value === '1' && isFeminine(before, language);
  const alone = { said: sayDecimal(value, voice, isBehind), withNoun: false };
  if (noun === '' || value.length > MOST_DIGITS || value.includes('.') || SMALL.has(normalise(noun)) || isLabel(before))
    return alone;
  if (language === 'ar') {
    if (value === '1') return { said: `${noun} ${speller.cardinal(1, isFeminine(noun, 'ar'))}`, withNoun: true };
    if (value === '2' && noun.endsWith('ة')) return { said: `${noun.slice(0, -1)}تين`, withNoun: true };
  }
  if (language === 'ru') return { said: beforeRussian(Number(value), before, noun, speller), withNoun: false };
  if (language === 'en' || language === 'fa') return alone;
  return { said: sayWhole(value, noun, voice), withNoun: false };
}

const FEMININE = new Set(normalise(nouns.feminine).split(' '));
const MASCULINE = new Set(normalise(nouns.masculine).split(' '));
const FEMININE_ENDINGS: Record<string, RegExp> = {
  ar: /(?:ة|ات)$/u,
  es: /(?:as?|ci[oó]n(?:es)?|dad(?:es)?)$/u,
  it: /(?:a|zione)$/u,
  ru: /[ая]$/u,
};

function isFeminine(noun: string, language: string): boolean {
  const first = noun.split(' ')[0]!;
  const plain = normalise(first);
  if (MASCULINE.has(plain)) return false;
  return FEMININE.has(plain) || (FEMININE_ENDINGS[language]?.test(first) ?? false);
}
