/** Numbers, money, dates and lists as a language writes them. */
import { createRecent } from '../recent.ts';
import { isZone } from '../text/zones.ts';
import { CURRENCIES } from './currencies.ts';

export interface Formatters {
  number(value: number): string;
  /** Of a decimal number as text, with the digits that it has. Undefined for a currency that nobody knows. */
  money(amount: string, currency: string): string | undefined;
  /** @param zones IANA names: the first that exists holds. Undefined for what is no time. */
  date(at: number, zones: readonly (string | undefined)[]): string | undefined;
  list(texts: readonly string[]): string;
  /** Between marks of its own where a text goes in another direction than the language: else it mixes up the words beside it. */
  isolated(text: string): string;
}

/** Making them costs a hundred times what they do. */
const known = createRecent<Formatters>(50);

/** @param language ISO 639-1; English for what is no language. */
export function formatters(language: string): Formatters {
  let made = known.get(language);
  if (!made) {
    made = make(localeOf(language));
    known.set(language, made);
  }
  return made;
}

/** Stands for one currency: "$" and "£" are those of many. */
const OWN_SIGN = /^[^\p{L}$£¥]+$/u;
const FROM_THE_RIGHT = new Set(['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo']);

function make(locale: Intl.Locale): Formatters {
  const tag = locale.toString();
  const numbers = new Intl.NumberFormat(tag, { maximumFractionDigits: 3 });
  const lists = new Intl.ListFormat(tag, { type: 'conjunction' });
  const dates = createRecent<Intl.DateTimeFormat>(50);
  const against = FROM_THE_RIGHT.has(locale.maximize().script ?? '')
    ? /[\p{Script=Latn}\p{Nd}]/u
    : /[\p{Script=Arab}\p{Script=Hebr}]/u;
  return {
    number: (value) => numbers.format(value),
    money(amount, currency) {
      if (!CURRENCIES.has(currency)) return undefined;
      const narrow = new Intl.NumberFormat(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
      const usual = narrow.resolvedOptions().maximumFractionDigits ?? 2;
      const sign = narrow.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? '';
      const given = amount.split('.')[1]?.length ?? 0;
      const digits = given === 0 ? 0 : Math.max(given, usual);
      return new Intl.NumberFormat(tag, {
        style: 'currency',
        currency,
        currencyDisplay: OWN_SIGN.test(sign) ? 'narrowSymbol' : 'symbol',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(amount as Intl.StringNumericLiteral);
    },
    date(at, zones) {
      if (Number.isNaN(new Date(at).getTime())) return undefined;
      const timeZone = zones.find((zone) => zone !== undefined && isZone(zone)) ?? 'UTC';
      let format = dates.get(timeZone);
      if (!format) {
        format = new Intl.DateTimeFormat(tag, { timeZone, dateStyle: 'long' });
        dates.set(timeZone, format);
      }
      // Russian ends with an abbreviated "year", whose point would stand beside the sentence's.
      return format.format(at).replace(/\s*г\.$/u, '');
    },
    list: (texts) => lists.format(texts),
    isolated: (text) => (against.test(text) ? `\u2068${text}\u2069` : text),
  };
}

function localeOf(language: string): Intl.Locale {
  try {
    return new Intl.Locale(language);
  } catch {
    return new Intl.Locale('en');
  }
}
