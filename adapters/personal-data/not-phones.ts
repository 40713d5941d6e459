/** Numbers that must reach the model as they are: dates, times, prices, addresses of machines, bar codes, order numbers. */

const FILL = '\u0001';

const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
/** Gregorian, Persian and Islamic years. */
const YEAR = '(?:19|20|13|14)\\d{2}';
const TIME = '(?:[01]?\\d|2[0-4])[.:h][0-5]\\d';
const NOT_BEFORE = '(?<![\\d+]|\\d[-./])';
/** Not the end of a longer number either, such as `+34 (600) 11-22-33`. */
const ALONE = '(?<![\\d+]|\\d[-./ ()]|\\d[ )][ (-])';
const NOT_AFTER = '(?![-./]?\\d)';
/** Of at most so many groups: one that could be of any number would be tried at each of them, to the text's end. */
const AMOUNT = "\\d{1,3}(?:[ .,'’]\\d{2,3}){0,6}[ .,'’]\\d{3}(?:[.,]\\d{1,2})?|\\d{1,15}(?:[.,]\\d{1,2})?";
const SIGN =
  '[$€£¥₹₽₺₸﷼₪₩₦₫฿₴]|(?<!\\p{L})(?:USD|EUR|GBP|RUB|IRR|IRT|SAR|AED|EGP|INR|BRL|KZT|MXN|ARS|COP|CLP|PEN|TRY|CHF|JPY|CNY|R\\$|Rs\\.?)(?!\\p{L})';
const MONEY =
  `${SIGN}|(?<!\\p{L})(?:kr|zł|Kč|lei|` +
  'euros?|dollars?|d[oó]lares|pesos|soles|reais|rupees|pounds|rubles|руб(?:\\.|л\\p{L}*)?|р\\.|тенге|тг|грн|تومان|ریال|ريال|درهم|جنيه|دينار|دولار|يورو|یورو|دلار|रुपये|रु)(?!\\p{L})';

const PLAIN = [
  // UUIDs and other hexadecimal ids in groups.
  /(?<![\p{L}\p{N}])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\p{L}\p{N}])/giu,
  // Machine time.
  /(?<![\d+])\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/g,
  // An order number that begins with its day or year.
  /(?<![\d+]|\d[-./ ])20[1-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[-/_]\d{1,6}){1,3}(?![-./ ]?\d)/g,
  /(?<![\d+]|\d[-./ ])20[1-4]\d[-/]\d{3,8}(?![-./ ]?\d)/g,
  // Days.
  new RegExp(`${NOT_BEFORE}${YEAR}([-./])${MONTH}\\1${DAY}${NOT_AFTER}`, 'g'),
  new RegExp(`${NOT_BEFORE}${DAY}([-./])${MONTH}\\1${YEAR}${NOT_AFTER}`, 'g'),
  new RegExp(`${NOT_BEFORE}${MONTH}([-./])${DAY}\\1${YEAR}${NOT_AFTER}`, 'g'),
  new RegExp(`${ALONE}${DAY}([-./])${MONTH}\\1\\d{2}${NOT_AFTER}`, 'g'),
  new RegExp(`${ALONE}${MONTH}([-./])${DAY}\\1\\d{2}${NOT_AFTER}`, 'g'),
  new RegExp(`(?<![\\d+]|\\d[-./ ])${DAY} ${MONTH} 20\\d{2}(?![-./ ]?\\d)`, 'g'),
  // Hours.
  new RegExp(`(?<![\\d.+])${TIME} ?- ?${TIME}(?![\\d.])`, 'g'),
  /(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?!\d)/g,
  // Machines' addresses, and places on the map.
  /(?<![\d.]|\b(?:tel|tlf|phone|m[oó]vil|cel)\w*[.:]? ?)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:[:/]\d{1,5})?(?![\d.])/g,
  /(?<![\d.+])-?(?:\d{1,2}\.\d{5,}|1\d\d\.(?:\d{5,6}|\d{8,}))(?![\d.])/g,
  // Amounts.
  new RegExp(`(?:${SIGN}) ?(?<![\\d+]|\\d[ .,'’-])(?:${AMOUNT})(?![\\d-])`, 'giu'),
  new RegExp(`(?<![\\d+]|\\d[ .,'’-]|\\) ?)(?:${AMOUNT}) ?(?:${MONEY})`, 'giu'),
  /(?<![\d+]|\d[ .,-])\d{1,3}(?:,\d{2,3})+(?:\.\d{1,2})?(?![\d,])/g,
  /(?<![\d+(]|\d[ .-])[1-9]\d?(?:([.'])\d{3})(?:\1\d{3}){0,3}(?:,\d{1,2})?(?![\d-]|[ .]\d)/g,
];

/** The same text, of the same length, with such numbers crossed out. */
export function withoutPlainNumbers(text: string): string {
  let rest = text;
  for (const pattern of PLAIN) rest = rest.replace(pattern, (found) => FILL.repeat(found.length));
  return rest;
}

/** @param pieces in order. */
export function crossOut(text: string, pieces: { start: number; end: number }[]): string {
  let rest = '';
  let from = 0;
  for (const { start, end } of pieces) {
    rest += text.slice(from, start) + FILL.repeat(end - start);
    from = end;
  }
  return rest + text.slice(from);
}

/** Digits without any separator that are a day, a moment in time or a bar code. */
export function isPlainNumber(digits: string): boolean {
  return isLocalTime(digits) || isDayFirst(digits) || isUnixTime(digits) || isBarCode(digits);
}

const COMPACT_DAY = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
const DAY_AND_HOUR = new RegExp(`^20(?:1[6-9]|[2-4]\\d)${COMPACT_DAY}(?:[01]\\d|2[0-3])[0-5]\\d(?:[0-5]\\d)?$`);
const YEAR_FIRST = new RegExp(`^(?:19|20)\\d\\d${COMPACT_DAY}$`);
const YEAR_LAST = /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20[0-4]\d$/;
const DAY_FIRST = new RegExp(`^20(?:1[6-9]|[2-4]\\d)${COMPACT_DAY}\\d{1,6}$`);

/** A day, or a day with its hour. */
export function isLocalTime(digits: string): boolean {
  return YEAR_FIRST.test(digits) || YEAR_LAST.test(digits) || DAY_AND_HOUR.test(digits);
}

/** An order number that begins with its day. */
const isDayFirst = (digits: string) => DAY_FIRST.test(digits);

/** From 2014 on in seconds; in milliseconds or microseconds. */
const isUnixTime = (digits: string) => /^1[4-9]\d{8}$|^1\d{12}$|^1[4-9]\d{14}$/.test(digits);

/** EAN-8 and EAN-13 by their check digit. */
export function isBarCode(digits: string): boolean {
  if (digits.length !== 8 && digits.length !== 13) return false;
  let sum = 0;
  for (let at = digits.length - 1, weight = 1; at >= 0; at--, weight = 4 - weight) sum += Number(digits[at]) * weight;
  return sum % 10 === 0;
}
