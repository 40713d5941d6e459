/** How many messages of one contact are answered: protects budget and platform limits from floods and from two bots that talk to each other. */
import type { Conversation, Decision, Message } from '../model.ts';
import type { Store } from '../ports.ts';
import { because } from './reasons.ts';

/** Messages of one contact that are answered. */
export interface RateLimits {
  perSecond: number;
  perMinute: number;
}

/** Still a person. */
export const DEFAULT_RATE_LIMITS: RateLimits = { perSecond: 5, perMinute: 20 };

/** So many receipts are kept with a conversation, and for so long; where more may pass, the messages are counted. */
export const ARRIVALS = 24;
export const ARRIVALS_MS = 60_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * Whether a turn's messages came at a rate that is answered. Counted up to its newest: what came while it waited is the next turn's matter.
 * @param now UTC milliseconds
 * @param store is asked where the conversation does not keep as many receipts as may have come
 */
export async function judgeRate(
  gate: string,
  { perSecond, perMinute }: RateLimits,
  { conversation, messages, now }: { conversation: Conversation; messages: readonly Message[]; now: number },
  store: Pick<Store, 'countInbound'>,
): Promise<Decision> {
  const until = messages.at(-1)?.at ?? now;
  const count = (windowMs: number) =>
    receivedWithin(conversation.arrivals, until - windowMs + 1, until) ??
    store.countInbound(conversation.id, until - windowMs + 1, until);
  // A burst counts once, but one of more texts than a minute may have is a flood.
  const texts = messages.filter(({ media }) => media.length === 0).length;
  const counted = await count(MINUTE_MS);
  const minute = texts > perMinute ? Math.max(texts, counted) : counted;
  // A second holds no more than its minute.
  const second = minute > perSecond ? await count(SECOND_MS) : minute;
  const block = (received: number, seconds: number, limit: number): Decision => ({
    ...{ gate, result: 'block', rule: 'rate', at: now },
    reason: because('rate', { n: received, seconds, limit }),
  });
  if (second > perSecond) return block(second, 1, perSecond);
  if (minute > perMinute) return block(minute, 60, perMinute);
  return { gate, result: 'pass', rule: 'rate', reason: 'Within the limits.', at: now };
}

/**
 * Messages received from `since` to `until`, both included, as far as the receipts that are kept tell.
 * @param arrivals the last receipts, oldest first
 * @returns undefined where more may have come than are kept
 */
function receivedWithin(arrivals: readonly number[], since: number, until: number): number | undefined {
  if (arrivals.length >= ARRIVALS && arrivals[0]! >= since) return undefined;
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
