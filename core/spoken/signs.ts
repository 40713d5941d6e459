/** Signs of money and of measures, before and behind a number. */
import { CURRENCIES } from '../orders/currencies.ts';
import { createRecent } from '../recent.ts';
import { inGenitive } from './russian.ts';
import { formFor, SIGNS, sayCounted, sayDecimal, UNITS, type Voice } from './voice.ts';

/** What a sign behind or before a number stands for. */
export type Sign = { currency: string } | { unit: string };

interface Signs {
  /** Sticky: a sign or a code behind a number. */
  behind: RegExp;
  /** Source of a pattern for a sign or a code before one. */
  before: string;
  meaning(written: string): Sign | undefined;
}

/** Also words, where they are written large. */
const WORDS = new Set(['ALL', 'TOP', 'CUP', 'GEL']);
const isCode = (written: string) => CURRENCIES.has(written) && !WORDS.has(written);

const escaped = (text: string) => text.replace(/[.$+*?^()[\]{}|\\/]/g, '\\$&');
const known = createRecent<Signs>(20);

export function signsOf(voice: Voice): Signs {
  let signs = known.get(voice.language);
  if (!signs) {
    signs = read(voice);
    known.set(voice.language, signs);
  }
  return signs;
}

function read({ words }: Voice): Signs {
  const money = new Map<string, Sign>();
  for (const [currency, written] of [...Object.entries(SIGNS), ...Object.entries(words.signs)])
    for (const sign of written.split('|')) money.set(sign, { currency });
  const all = new Map<string, Sign>([['%', { unit: 'percent' }]]);
  for (const [unit, written] of Object.entries(UNITS)) {
    for (const sign of written.split('|')) all.set(sign, { unit });
    // "500 MG", "1 Kg"; a single letter is another unit when it is large.
    for (const sign of written.split('|').filter((each) => /^\p{Ll}{2,}$/u.test(each)))
      for (const large of [sign.toUpperCase(), sign[0]!.toUpperCase() + sign.slice(1)])
        if (!all.has(large)) all.set(large, { unit });
  }
  for (const [sign, meaning] of money) all.set(sign, meaning);
  const pattern = (signs: Iterable<string>) =>
    [...signs]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|');
  return {
    behind: new RegExp(String.raw`[\s\u200c]?(${pattern(all.keys())}|[A-Z]{3})(?![\p{L}\p{N}])`, 'yu'),
    before: `(?:${pattern(money.keys())}|[A-Z]{3})`,
    meaning: (written) => all.get(written) ?? (isCode(written) ? { currency: written } : undefined),
  };
}

/** A number with its sign: "twelve euros and fifty cents", "five percent". @param value digits, and a point before the fraction */
export function saySigned(value: string, sign: Sign, voice: Voice): string {
  if ('currency' in sign) return sayPrice(value, sign.currency, voice);
  if (sign.unit !== 'percent') return sayCounted(value, voice.words.units[sign.unit]!, voice);
  // "One" in Arabic would change places with it.
  return `${sayDecimal(value, voice)} ${formFor(voice.words.percent, Number(value), voice.language)}`;
}

/** The same behind a Russian word that wants it: "до ста рублей". What has a fraction stays as it is. */
export function sayInGenitive(value: string, sign: Sign, voice: Voice): string {
  const { currencies, percent, units } = voice.words;
  const forms = 'currency' in sign ? currencies[sign.currency] : sign.unit === 'percent' ? percent : units[sign.unit];
  if (value.includes('.') || !forms) return saySigned(value, sign, voice);
  const [singular = '', ofOne = singular, ofMany = singular] = forms.split('|');
  const isOne = formFor(forms, Number(value), 'ru') === singular;
  const number = sayCounted(value, singular, voice).slice(0, -singular.length - 1);
  return `${inGenitive(number)} ${isOne ? ofOne : ofMany}`;
}

/** The sign alone, for one of it: "per kilo". */
export const nameOf = (sign: Sign, voice: Voice): string =>
  'currency' in sign ? nameOfMoney(sign.currency, 1, voice) : (voice.words.units[sign.unit] ?? '').split('|')[0]!;

function sayPrice(value: string, currency: string, voice: Voice): string {
  const { currencies, cents, withCents } = voice.words;
  const [whole = '', fraction] = value.split('.');
  const coins = cents[currency];
  if (fraction && fraction.length <= 2 && coins) {
    const small = sayCounted(String(Number(fraction.padEnd(2, '0'))), coins, voice);
    return Number(whole) === 0 ? small : sayPrice(whole, currency, voice) + withCents + small;
  }
  const forms = currencies[currency];
  return forms
    ? sayCounted(value, forms, voice)
    : `${sayDecimal(value, voice)} ${nameOfMoney(currency, Number(value), voice)}`;
}

const names = createRecent<Intl.NumberFormat>(50);

/** What the language calls a currency that has no words of ours. */
function nameOfMoney(currency: string, count: number, { language, words }: Voice): string {
  const forms = words.currencies[currency];
  if (forms) return formFor(forms, count, language);
  const key = `${language} ${currency}`;
  let format = names.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'name' });
    names.set(key, format);
  }
  return format.formatToParts(count).find(({ type }) => type === 'currency')?.value ?? currency;
}
