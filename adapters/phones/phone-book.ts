/** The numbering plans of the world, from libphonenumber's full metadata: only that tells a landline from a number that is none. */
import {
  type CountryCode,
  isSupportedCountry,
  type NumberType,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { orderFault } from '../../core/orders/faults.ts';
import type { PhoneBook } from '../../core/ports.ts';
import { westernDigits } from '../../core/text/fold.ts';
import { zonesOfCountry } from './zones.ts';

const LONGEST = 64;
/** Fewer digits without a plus could be a number of any country's own. */
const FEWEST_ABROAD = 11;

/** Nobody reads messages there. What may be either is let pass. */
const NOT_MOBILE: NumberType[] = [
  'FIXED_LINE',
  'TOLL_FREE',
  'PREMIUM_RATE',
  'SHARED_COST',
  'UAN',
  'PAGER',
  'VOICEMAIL',
];

export const phoneBook: PhoneBook = {
  readPhone(text, country) {
    const number = text.length <= LONGEST ? validOf(plain(text), country) : undefined;
    if (!number) return { fault: malformed() };
    return NOT_MOBILE.includes(number.type) ? { fault: landline() } : { e164: number.e164 };
  },
  zonesOf(e164) {
    const number = e164.length <= LONGEST ? parsePhoneNumberFromString(e164, { extract: false }) : undefined;
    const countries = number?.country ? [number.country] : (number?.getPossibleCountries() ?? []);
    return [...new Set(countries.flatMap(zonesOfCountry))];
  },
};

/** Western digits, nothing hidden, and a plus for the zeros that stand for it. */
const plain = (text: string) =>
  westernDigits(text.replace(/\p{Cf}/gu, ''))
    .trim()
    .replace(/^(?:＋|00(?=\s?[1-9]))/, '+');

function validOf(text: string, country: string) {
  const parsed = (written: string, home?: CountryCode) => {
    const number = parsePhoneNumberFromString(written, { defaultCountry: home, extract: false });
    // Of the full metadata every valid number has one, and it is dear to find.
    const type = number?.getType();
    return number && type && { e164: number.number, type };
  };
  if (/^\(?\+/.test(text)) return parsed(text);
  const home = isSupportedCountry(country) ? parsed(text, country as CountryCode) : undefined;
  if (home || !/^[\d\s()./-]*$/.test(text)) return home;
  const digits = text.replace(/\D/g, '');
  return digits.length >= FEWEST_ABROAD ? parsed(`+${digits}`) : undefined;
}

const malformed = () =>
  orderFault(
    'ORDER_PHONE_INVALID',
    "The customer's phone number is not a valid one.",
    'Correct it in the shop. A number without "+" and the code of its country is read as one of ORDERS_COUNTRY.',
  );

const landline = () =>
  orderFault(
    'ORDER_PHONE_LANDLINE',
    "The customer's phone number is a landline or a service number, which gets no WhatsApp messages.",
    'Ask the customer for a mobile number and put it into the order.',
  );
