/** What is known of a contact that helps to find their data in a text. */
import type { Account } from '../../core/accounts.ts';
import type { Contact } from '../../core/model.ts';
import type { MaskHints } from '../../core/privacy/masking.ts';

/** Each country is tried with each number; more find little more. */
const MOST_COUNTRIES = 5;
/** Where most people who write a language live. */
const HOMES: Record<string, string[]> = {
  ar: ['SA', 'EG', 'AE'],
  de: ['DE'],
  en: ['US', 'GB'],
  es: ['ES', 'MX', 'AR'],
  fa: ['IR'],
  fr: ['FR'],
  hi: ['IN'],
  it: ['IT'],
  pt: ['BR', 'PT'],
  ru: ['RU', 'KZ'],
  tr: ['TR'],
};

/**
 * Countries by the contact's own phone and business-scoped id, then the account's time zone, then the language.
 * @param countryOf ISO 3166 of an international number, with or without its `+`; undefined where it cannot be told.
 */
export function hintsOf(
  contact: Contact | null,
  account: Pick<Account, 'timezone' | 'language'>,
  countryOf: (number: string) => string | undefined,
): MaskHints {
  const identities = contact?.identities ?? [];
  const own = identities.map(({ kind, value }) =>
    kind === 'phone' ? countryOf(value) : /^[A-Z]{2}(?=\.)/.exec(value)?.[0],
  );
  const countries = [
    ...own,
    zoneCountry(account.timezone),
    ...(HOMES[contact?.language ?? ''] ?? []),
    ...(HOMES[account.language] ?? []),
  ].filter((country) => country !== undefined);
  const { firstName, lastName } = contact?.profile ?? {};
  return {
    countries: [...new Set(countries)].slice(0, MOST_COUNTRIES),
    names: [contact?.name, contact?.username, firstName, lastName].filter((name) => name !== undefined),
    phones: identities.filter(({ kind }) => kind === 'phone').map(({ value }) => `+${value.replace(/\D/g, '')}`),
    ids: identities.filter(({ kind }) => kind !== 'phone').map(({ value }) => value),
  };
}

const zones = new Map<string, string | undefined>();

/** The country of an IANA time zone, by the platform's own data. */
function zoneCountry(zone: string): string | undefined {
  if (!zones.has(zone))
    zones.set(
      zone,
      regions().find((region) => zonesOf(region).includes(zone)),
    );
  return zones.get(zone);
}

const zonesOf = (region: string): string[] =>
  (new Intl.Locale(`und-${region}`) as Intl.Locale & { getTimeZones?(): string[] }).getTimeZones?.() ?? [];

/** Every two letters that are a country. Looked for with the first zone: it takes as long as a small module's loading. */
function regions(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  known ??= letters.flatMap((first) => letters.map((second) => first + second).filter((code) => names.of(code)));
  return known;
}
let known: string[] | undefined;
