/** Personal data that can be told by its shape alone: e-mail, IBAN, card numbers, platform ids. All work on folded text, in linear time. */
import type { Finding } from '../../core/privacy/masking.ts';
import { oneForm } from '../../core/text/fold.ts';
import { contextOf } from './context.ts';

const LOCAL = /[\p{L}\p{N}\p{M}._%+'-]/u;
const LABEL = '[\\p{L}\\p{N}\\p{M}-]{1,63}';
const DOMAIN = new RegExp(`${LABEL}(?:\\.${LABEL}){1,8}`, 'uy');
const LONGEST_LOCAL = 64;

export function emails(text: string): Finding[] {
  const found: Finding[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1]!)) start--;
    while (start < at && /[.'%-]/.test(text[start]!)) start++;
    if (start === at) continue;
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text)?.[0].replace(/-+$/, '');
    if (!domain || !/\.(?=[^.]*\p{L})[^.]{2,}$/u.test(domain)) continue;
    const end = at + 1 + domain.length;
    found.push({ start, end, kind: 'EMAIL', value: oneForm(text.slice(start, end)).toLowerCase() });
  }
  return found;
}

const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/giu;
/** How long the numbers of each country are. */
const IBAN_LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 ' +
    'MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 ' +
    'SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

export function ibans(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: candidate, index } of text.matchAll(IBAN)) {
    // Of a country's length, also when mistyped. The words after it look like a part of it.
    const length = IBAN_LENGTHS.get(candidate.slice(0, 2).toUpperCase());
    for (let end = 15; end <= candidate.length; end++) {
      if (/[A-Z0-9]/i.test(text[index + end] ?? '') || !/[A-Z0-9]/i.test(candidate[end - 1]!)) continue;
      const value = candidate.slice(0, end).replace(/[ -]/g, '').toUpperCase();
      if (length ? value.length !== length : value.length < 15 || !hasIbanCheck(value)) continue;
      found.push({ start: index, end: index + end, kind: 'IBAN', value });
      break;
    }
  }
  return found;
}

/** ISO 13616: the first four characters to the end, letters as numbers from 10 on, modulo 97 gives 1. */
function hasIbanCheck(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4))
    rest = Number(`${rest}${Number.parseInt(character, 36)}`) % 97;
  return rest === 1;
}

const CARD = /(?<![\d+][ -]?)\d(?:[ -]?\d){13,18}(?![ -]?\d)/g;
/** Lengths and first digits that payment schemes give out. */
const SCHEMES: Record<number, RegExp> = {
  14: /^3[068]/,
  15: /^3[47]/,
  16: /^(?:2[02-7]|35|4|5|6|81|9[279])/,
  17: /^(?:5[06-8]|6)/,
  18: /^(?:5[06-8]|6)/,
  19: /^(?:4|5[06-8]|6)/,
};

export function cards(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: candidate, index } of text.matchAll(CARD)) {
    const value = candidate.replace(/[ -]/g, '');
    const grouped = /^\d{4}([ -])\d{4}\1\d{4}\1\d{4}$/.test(candidate);
    const known = SCHEMES[value.length]?.test(value) && hasLuhnCheck(value);
    // Four times four digits are a card to whoever reads them, mistyped or not.
    if (!known && !grouped) continue;
    if (!grouped && contextOf(text, index).about === 'other') continue;
    found.push({ start: index, end: index + candidate.length, kind: 'CARD', value });
  }
  return found;
}

function hasLuhnCheck(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = Number(digits[at]) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** WhatsApp message ids (the phone in base64), business-scoped user ids, and WhatsApp's inner addresses. */
const PLATFORM_IDS = [
  /wamid\.[A-Za-z0-9+/=_-]{8,}/gi,
  /(?<![\p{L}\p{N}.])[A-Z]{2}\.(?=\w{0,124}\d\w{0,124}\d)[A-Za-z0-9]{12,128}(?![\p{L}\p{N}])/gu,
  /(?<!\d)\d{5,}(?::\d+)?@(?:lid|c\.us|g\.us|s\.whatsapp\.net|newsletter)\b/gi,
];
const SHORTEST_ID = 5;

/** @param ids what the platform calls this very contact. */
export function platformIds(text: string, ids: string[]): Finding[] {
  const found: Finding[] = [];
  for (const pattern of PLATFORM_IDS)
    for (const { 0: id, index } of text.matchAll(pattern))
      found.push({ start: index, end: index + id.length, kind: 'ID', value: id });
  for (const id of ids) {
    if (id.length < SHORTEST_ID) continue;
    for (let start = text.indexOf(id); start >= 0; start = text.indexOf(id, start + id.length)) {
      const end = start + id.length;
      const whole = !/[\p{L}\p{N}]/u.test(text[start - 1] ?? '') && !/[\p{L}\p{N}]/u.test(text[end] ?? '');
      if (whole) found.push({ start, end, kind: 'ID', value: id });
    }
  }
  return found;
}
