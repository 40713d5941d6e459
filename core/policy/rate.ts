/** How many messages of one contact are answered: protects budget and platform limits from floods and from two bots that talk to each other. */
import type { Decision } from '../model.ts';

export interface RateLimit {
  /** Messages that pass within `windowMs`. */
  count: number;
  windowMs: number;
}

/** Five in a second and twenty a minute are still a person. */
export const DEFAULT_RATE_LIMITS: readonly RateLimit[] = [
  { count: 5, windowMs: 1_000 },
  { count: 20, windowMs: 60_000 },
];

/** @param received messages of the contact within each limit's window, in the order of `limits`. */
export function judgeRate(
  gate: string,
  limits: readonly RateLimit[],
  received: readonly number[],
  now: number,
): Decision {
  const over = limits.findIndex((limit, index) => (received[index] ?? 0) > limit.count);
  const limit = limits[over];
  if (!limit) return { gate, result: 'pass', rule: 'rate', reason: 'Within the limits.', at: now };
  const reason = `${received[over]} messages in ${limit.windowMs / 1000} s, the limit is ${limit.count}.`;
  return { gate, result: 'block', rule: 'rate', reason, at: now };
}

/**
 * Messages received from `since` to `until`, both included, as far as the receipts that are kept tell.
 * @param arrivals the last receipts, oldest first
 * @param kept how many are kept at most
 * @returns undefined where more may have come than are kept
 */
export function receivedWithin(
  arrivals: readonly number[],
  since: number,
  until: number,
  kept: number,
): number | undefined {
  if (arrivals.length >= kept && arrivals[0]! >= since) return undefined;
  return arrivals.filter((at) => at >= since && at <= until).length;
}

/** Making a formatter costs a hundred times what it does. */
const calendars = new Map<string, Intl.DateTimeFormat>();

/** The account's day, as `2026-11-20`: the name of a daily cap or budget. `timezone` is an IANA name. */
export function dayOf(now: number, timezone: string): string {
  let calendar = calendars.get(timezone);
  if (!calendar) {
    calendar = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
    calendars.set(timezone, calendar);
  }
  return calendar.format(now);
}
