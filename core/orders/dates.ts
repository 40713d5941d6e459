/** Reading the dates of shops. */
import type { Json } from '../model.ts';
import { westernDigits } from '../text/fold.ts';

/** No shop of today has older orders, and a year of another calendar is told by it. */
const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2100, 0, 1);
const LONGEST = 40;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?$/i;
/** Seconds reach this in the year 5138, milliseconds passed it in 1973. */
const MILLISECONDS_FROM = 1e11;

/**
 * ISO 8601, or seconds or milliseconds since 1970, as a number or a text. A time without a zone is UTC.
 * @returns UTC milliseconds; undefined where it is none, or none of this century
 */
export function instantOf(value: Json | undefined): number | undefined {
  const at = typeof value === 'string' ? ofText(value) : typeof value === 'number' ? ofNumber(value) : undefined;
  return at !== undefined && at >= FIRST && at < LAST ? at : undefined;
}

const ofNumber = (value: number) => Math.round(value < MILLISECONDS_FROM ? value * 1_000 : value);

function ofText(value: string): number | undefined {
  if (value.length > LONGEST) return undefined;
  const text = westernDigits(value).trim();
  if (/^\d{9,14}(?:\.\d+)?$/.test(text)) return ofNumber(Number(text));
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  // 31 February would become a day in March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1_000);
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + ms - offsetMs(match[8]);
}

function offsetMs(zone: string | undefined): number {
  if (!zone || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
