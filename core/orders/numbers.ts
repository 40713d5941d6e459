/** Numbers in a text, however its language writes them. */
import { oneForm, westernDigits } from '../text/fold.ts';
import { CURRENCIES } from './currencies.ts';

const HIDDEN = /\p{Cf}|\p{Me}|\p{Variation_Selector}/gu;
const TIMES = /(?<=\d) ?(?:[×*✕✖]|[xXхХ](?=[ \d])) ?(?=[\p{L}\p{N}])/gu;

/** One spelling of digits, spaces and signs, nothing hidden. Letters and their marks stay; only for comparing. */
export function plain(text: string): string {
  return westernDigits(oneForm(text.replace(/№/g, ' # ')).replace(HIDDEN, ''))
    .replace(/٪/g, '%')
    .replace(/\s+/g, ' ')
    .replace(TIMES, ' × ')
    .trim();
}

const SIGN = String.raw`[\ue000-\uf8ff]`;
/** A day or an hour; a code such as `SALE10`. Neither is a number that could be written otherwise. */
const DAY = String.raw`\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)|\d{1,2}:\d{2}`;
const CODE = String.raw`\p{L}[\p{L}-]{0,20}\d[\p{L}\d-]{0,20}`;
/** Nine digits or more, or those after a plus; spaces and brackets between say nothing. */
const PHONE = String.raw`\+\(?\d(?:[ ()-]{0,2}\d){5,14}|\(?\d(?:[ ()-]{0,2}\d){8,14}(?![ ()-]{0,2}\d|[.,٫٬]\d)`;
const NUMBER = String.raw`\d+(?: \d{3}(?!\d)|[.,'’٫٬،]\d+)*`;
const TOKEN = new RegExp(`${SIGN}|${DAY}|${CODE}|(?<phone>${PHONE})|(?<number>${NUMBER})`, 'gu');

/**
 * The different numbers of a plain text in their order, each in one spelling: `1.234,50`, `1,234.50` and `1234.5` are `1234.5`.
 * @param exact the order's amount: of it alone three digits behind a point may be a fraction (1.500 dinars).
 */
export function numbersIn(text: string, exact: string): string[] {
  const all = text.matchAll(TOKEN).map(({ 0: token, groups }) => {
    if (groups?.phone) return token.replace(/\D/g, '');
    return groups?.number ? canonical(token, exact) : token;
  });
  return [...new Set(all)];
}

const POINTS = '.,،';
/** By thousands, or as in India by hundreds above those. */
const GROUPS = /^\d{1,3}(?:\D\d{3})+$|^\d{1,2}(?:,\d{2})+,\d{3}$/;
const decimal = (whole: string, fraction: string) => {
  let end = fraction.length;
  while (end > 0 && fraction[end - 1] === '0') end--;
  return end > 0 ? `${whole}.${fraction.slice(0, end)}` : whole;
};

function canonical(token: string, exact: string): string {
  const marks = token.replace(/\d/g, '');
  const last = marks.at(-1);
  if (last === undefined) return token;
  const cut = token.lastIndexOf(last);
  const whole = token.slice(0, cut).replace(/\D/g, '');
  const fraction = token.slice(cut + 1);
  const once = marks.indexOf(last) === marks.length - 1;
  if (last === '٫' && once) return decimal(whole, fraction);
  const grouped = GROUPS.test(token) && new Set(marks).size === 1;
  if (!POINTS.includes(last)) return grouped ? token.replace(/\D/g, '') : token;
  if (marks.length > 1) {
    if (once) return decimal(whole, fraction);
    return grouped ? token.replace(/\D/g, '') : token;
  }
  const [units = '', given = ''] = exact.split('.');
  const isExact = decimal(whole, fraction) === decimal(units, given);
  return grouped && whole !== '0' && !isExact ? whole + fraction : decimal(whole, fraction);
}

/** Signs of money in a plain text, and codes such as `USD`. */
export const currencySigns = (text: string): string[] => [
  ...new Set(
    text.match(/\p{Sc}|(?<!\p{L})[a-z]{3}(?!\p{L})/gu)?.filter((sign) => sign.length === 1 || CODES.has(sign)),
  ),
];

/** What are words of a language as well, such as `ALL`, is none here. */
const WORDS = new Set([
  'all',
  'top',
  'try',
  'gel',
  'mad',
  'bam',
  'cup',
  'sos',
  'lak',
  'ron',
  'sek',
  'mop',
  'pen',
  'sit',
  'std',
  'din',
  'dem',
  'ves',
  'bob',
]);
const CODES = new Set([...CURRENCIES].map((code) => code.toLowerCase()).filter((code) => !WORDS.has(code)));
