/** Reading prices as shops write them: numbers, and texts with the signs, separators and digits of their country. */

import { isObject } from '../model/json.ts';
import type { Json, Money, OrderFault } from '../model.ts';
import { westernDigits } from '../text/fold.ts';
import { CURRENCIES } from './currencies.ts';
import { orderFault } from './faults.ts';
import { line } from './untrusted.ts';

const LONGEST = 60;
/** As many as a number holds exactly, with two decimals. */
const MOST_DIGITS = 13;
/** Their smallest coin is a thousandth. */
const WITH_THREE_DECIMALS = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/** Signs and words of one currency, without dots and spaces. */
const SIGNS: Record<string, string> = {
  ...{ '₸': 'KZT', тг: 'KZT', тнг: 'KZT', тенге: 'KZT', теңге: 'KZT', '₽': 'RUB', р: 'RUB', руб: 'RUB', рублей: 'RUB' },
  ...{ '€': 'EUR', euro: 'EUR', euros: 'EUR', евро: 'EUR', r$: 'BRL', us$: 'USD', '₴': 'UAH', грн: 'UAH', сум: 'UZS' },
  ...{ '₺': 'TRY', '₹': 'INR', '₾': 'GEL', '₼': 'AZN', '֏': 'AMD', '₪': 'ILS', zł: 'PLN', '₩': 'KRW', '₫': 'VND' },
  ...{ ریال: 'IRR', دإ: 'AED', رس: 'SAR', جم: 'EGP' },
};
/** Several currencies are written so; which one must stand elsewhere. */
const SHARED = new Set(['$', '£', '¥', 'kr', 'rs', '﷼', 'ريال', 'درهم', 'دينار', 'جنيه']);

/**
 * @param told a number, a text, or `{amount, currency}`
 * @param currency beside it
 * @param fallback the source's own currency; empty: none
 * @returns undefined where no price is told
 */
export function moneyOf(
  told: Json | undefined,
  currency: Json | undefined,
  fallback: string,
): Money | OrderFault | undefined {
  const [value, named] = isObject(told) ? [told.amount, told.currency ?? currency] : [told, currency];
  if (value === undefined || value === null || value === '') return undefined;
  const written = typeof value === 'number' ? { mark: '', number: value } : writtenOf(value);
  if (!written) return unreadable();
  const codes = [named ?? '', written.mark].map((each) => (each === '' ? '' : codeOf(each)));
  if (codes.includes(undefined)) return unknown('is in a currency that is not known');
  const [beside, inside] = codes.map((code) => (code === 'shared' ? '' : code));
  if (beside && inside && beside !== inside) return unreadable();
  const code = beside || inside || fallback;
  if (!code) return unknown('has a price without a currency');
  const amount =
    typeof written.number === 'number' ? exact(written.number, code) : decimalOf(written.number, placesOf(code));
  return amount === undefined ? unreadable() : { amount, currency: code };
}

/** An ISO 4217 code; `shared` where the sign is of several; undefined where it is no currency. */
export function codeOf(value: Json): string | 'shared' | undefined {
  const text = line(value, LONGEST)?.replace(/[.\s]/g, '') ?? '';
  if (CURRENCIES.has(text.toUpperCase())) return text.toUpperCase();
  const sign = text.toLowerCase();
  return SHARED.has(sign) ? 'shared' : Object.hasOwn(SIGNS, sign) ? SIGNS[sign] : undefined;
}

/** The number in a text, and what stands around it. */
function writtenOf(value: Json): { mark: string; number: string } | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  const text = westernDigits(value.replace(/\p{Cf}/gu, '')).trim();
  const start = text.search(/\d/);
  if (start < 0) return undefined;
  const end = text.replace(/\D+$/, '').length;
  const [before, number] = [text.slice(0, start).trim(), text.slice(start, end)];
  // "1234,-"
  const after = text
    .slice(end)
    .replace(/^[.,]?[-–—]+/, '')
    .trim();
  return before && after ? undefined : { mark: before || after, number };
}

const placesOf = (code: string) => (WITH_THREE_DECIMALS.has(code) ? 3 : 2);

/** A number's decimals, without the noise of its binary form. */
function exact(value: number, code: string): string | undefined {
  const rounded = Number(value.toFixed(placesOf(code)));
  const whole = value >= 0 && value < 10 ** MOST_DIGITS && Math.abs(rounded - value) < 1e-6;
  return whole ? String(rounded) : undefined;
}

/** `1 234,50`, `1.234,50`, `1'234.50`, `1,23,456` and `١٬٢٣٤٫٥٠` with a point; undefined where it could mean two things, or nothing. */
function decimalOf(written: string, places: number): string | undefined {
  const groups = written.split(/\D+/);
  const separators = [...written.matchAll(/\D+/g)].map(([found]) => separatorOf(found));
  if (separators.includes(undefined)) return undefined;
  const last = separators.at(-1);
  const before = separators.slice(0, -1);
  if (last !== undefined && isDecimal(last, before, groups)) {
    const decimals = groups.at(-1)!;
    if (/[^0]/.test(decimals.slice(places))) return undefined;
    const whole = grouped(groups.slice(0, -1), before);
    return whole && `${whole}.${decimals.slice(0, places)}`;
  }
  // One separator before three digits would be a fraction where a coin is a thousandth.
  if (places === 3 && separators.length === 1 && /[.,]/.test(last!)) return undefined;
  return grouped(groups, separators);
}

function separatorOf(found: string): string | undefined {
  if (/^\s$/.test(found)) return ' ';
  if (/^['’`]$/.test(found)) return "'";
  if (found === '،') return ',';
  return /^[.,٫٬]$/.test(found) ? found : undefined;
}

/** Whether the last separator begins the decimals. */
function isDecimal(last: string, before: (string | undefined)[], groups: string[]): boolean {
  if (last === '٫') return true;
  if (last !== '.' && last !== ',') return false;
  if (before.length > 0) return !before.includes(last);
  return groups[1]!.length !== 3 || groups[0]!.length > 3 || groups[0]!.startsWith('0');
}

/** Digits whose groups are as people write thousands. */
function grouped(groups: string[], separators: (string | undefined)[]): string | undefined {
  const digits = groups.join('').replace(/^0+(?=\d)/, '');
  if (digits.length > MOST_DIGITS || new Set(separators).size > 1) return undefined;
  if (groups.length === 1) return digits;
  const [first, ...rest] = groups.map(({ length }) => length);
  const fits = first! <= 3 && rest.at(-1) === 3 && rest.every((length) => length === 3 || length === 2);
  return fits ? digits : undefined;
}

const unreadable = () =>
  orderFault(
    'ORDER_PRICE_UNREADABLE',
    'The price of the order cannot be read for certain, so messages leave it out.',
    'Let the shop give it as a number, or as a text with a point before the decimals, with its currency.',
  );

const unknown = (what: string) =>
  orderFault(
    'ORDER_CURRENCY_UNKNOWN',
    `The order ${what}, so messages leave the price out.`,
    'Let the shop give its code of three letters (ISO 4217), or set ORDERS_CURRENCY.',
  );
