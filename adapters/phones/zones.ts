/** The time zones of countries, from what Node.js knows of the world. */

/** A method since the proposal was finished, a property before. */
type Zoned = Intl.Locale & { getTimeZones?(): string[] | undefined; timeZones?: string[] };

/** Places with phone numbers of their own that the Unicode data gives no zone. */
const OTHERS: Record<string, string[]> = {
  AC: ['Atlantic/St_Helena'],
  TA: ['Atlantic/St_Helena'],
  XK: ['Europe/Belgrade'],
};

const known = new Map<string, string[]>();

/** @param country ISO 3166, two letters. @returns IANA names; none where there is no such country */
export function zonesOfCountry(country: string): string[] {
  if (!/^[A-Z]{2}$/.test(country)) return [];
  const before = known.get(country);
  if (before) return before;
  const locale: Zoned = new Intl.Locale(`und-${country}`);
  const zones = locale.getTimeZones?.() ?? locale.timeZones ?? [];
  const all = zones.length > 0 ? zones : (OTHERS[country] ?? []);
  known.set(country, all);
  return all;
}
