/** The numbering plans of all countries, from libphonenumber's full metadata. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { NumberingPlans } from './phones.ts';

/** Shorter than this, a number without the leading 0 that its country writes is more likely something else. */
const SHORTEST_WITHOUT_ZERO = 9;

export const numberingPlans: NumberingPlans = {
  valid(text, country) {
    if (country && !isSupportedCountry(country)) return undefined;
    const number = parsePhoneNumberFromString(text, { defaultCountry: country as CountryCode, extract: false });
    if (!number?.isValid() || (country && text.startsWith('+') && number.country !== country)) return undefined;
    const digits = text.replace(/\D/g, '');
    const zeroLess = country && digits.length < SHORTEST_WITHOUT_ZERO && !digits.startsWith('0');
    return zeroLess && number.formatNational().startsWith('0') ? undefined : number.number;
  },
};

/** The country of an international number, ISO 3166; undefined where it cannot be told. */
export function countryOf(number: string): string | undefined {
  return parsePhoneNumberFromString(`+${number.replace(/\D/g, '')}`, { extract: false })?.country;
}
