/**
 * Writing to somebody who did not ask: what an account allows itself, and what is known of the person and the order at the moment of judging. The
 * rules that look at it stand in the one list.
 */
import type { Consent, Decision, FollowUp, OrderRecord, Outreach } from '../model.ts';
import { ORDER_EVENTS } from '../model.ts';
import { cutText } from '../text/lengths.ts';
import { plural } from '../text/plural.ts';
import { firstAllowed, type Hours } from './hours.ts';

/** What an account allows itself. */
export interface OutreachSettings {
  /** Off: nothing proactive leaves. */
  enabled: boolean;
  /** Everything runs, and nothing leaves; what would have been sent is listed. */
  testMode: boolean;
  /** Messages to one person, for ever and over all accounts; 0: none. */
  maxMessages: number;
  /** Between two messages to one person, over all accounts; milliseconds. */
  pauseMs: number;
  /** Messages of this account in a day of its zone. */
  dailyLimit: number;
  /** Days of writing in which a new number grows to that limit; 0: it has it at once. */
  warmUpDays: number;
  /** People who may be sent the same words in `ALIKE_MS`; 0: any number. */
  sameTexts: number;
  /** By the clocks where the customer may be. */
  hours: Hours;
  /** Without a known consent nothing is sent. */
  needsConsent: boolean;
  /** What happened longer ago is not written about any more; milliseconds. */
  maxAgeMs: number;
  /** Between two messages of the account, at least; milliseconds. Up to half as long again is added by chance. */
  paceMs: number;
}

/** Of a channel that writes as a phone does: so many people may be sent the same words in so long. */
export const SAME_TEXTS = 5;
export const ALIKE_MS = 24 * 3_600_000;

/** A day of an account's zone. */
export interface DayUse {
  /** Messages that were written unasked. */
  used: number;
  /** The most of them on this day. */
  limit: number;
  /** While its number is new: the day of writing that this is, of so many; the first is 1. */
  warmUp?: { day: number; of: number };
}

/** What the rules see of one follow-up. */
export interface OutreachContext {
  settings: OutreachSettings;
  followUp: Pick<FollowUp, 'event' | 'at'>;
  order: Pick<OrderRecord, 'told' | 'zones' | 'fault'>;
  /** What the person had; null: nothing yet. */
  outreach: Outreach | null;
  /** Until then what was counted last may be a message that is about to be stored; after it, it was none. Absent: it is stored. */
  uncertainUntil?: number;
  /** Already counted for the message that is judged: its own reservation does not stand in its way. */
  counted?: boolean;
  /** When he opted out on any other account; 0 when not. */
  optedOutAt: number;
  /** What shows that he agreed; null: nothing does. */
  proof: Consent | null;
  /** The account's day; absent where it is counted elsewhere. */
  today?: DayUse;
  /** When others were last sent the same words within `ALIKE_MS`, the latest first, one a person; absent: the words are not known yet. */
  alike?: number[];
  /** When somebody switched off everything proactive; 0: nobody did. */
  stoppedAt: number;
}

/** Why not, and the first moment at which that may be over. */
export type Refusal = string | { reason: string; until: number };

/** A refusal as the decision of whoever asked. */
export function blocked(gate: string, rule: string, refusal: Refusal, at: number): Decision {
  const why = typeof refusal === 'string' ? { reason: refusal } : refusal;
  return { gate, result: 'block', rule, at, ...why };
}

const HOUR_MS = 3_600_000;
const iso = (at: number) => new Date(Math.min(at, 8.64e15)).toISOString();

/** What only a person changes is looked at again after so long. */
export const LOOK_AGAIN_MS = HOUR_MS;
export const lookAgain = (reason: string, now: number) => ({ reason, until: now + LOOK_AGAIN_MS });

export const switchedOff = ({ settings, stoppedAt }: OutreachContext, now: number): Refusal | null => {
  if (stoppedAt) return lookAgain(`Everything that nobody asked for was stopped at ${iso(stoppedAt)}.`, now);
  return settings.enabled ? null : lookAgain('This account writes to nobody without being asked.', now);
};

/** What is no news any more: a later event of the order is known, it was cancelled, or it is long ago. */
export function overtaken({ settings, followUp, order }: OutreachContext, now: number): Refusal | null {
  const { told, fault } = order;
  if (!told) return 'The order is not known any more.';
  // It may be cancelled by now: the shop said something since that could not be read.
  if (fault) return lookAgain(`What the shop said of the order last cannot be read: ${fault.message}`, now);
  if (told.state === 'cancelled') return 'The order was cancelled.';
  if (ORDER_EVENTS.indexOf(followUp.event) < ORDER_EVENTS.indexOf('ORDER_DELIVERED') && told.state === 'delivered')
    return 'The order was delivered meanwhile.';
  return now - followUp.at > settings.maxAgeMs
    ? `It happened at ${iso(followUp.at)}, more than ${Math.round(settings.maxAgeMs / HOUR_MS)} hours ago.`
    : null;
}

export const withoutConsent = ({ settings, proof, optedOutAt }: OutreachContext): Refusal | null => {
  if (optedOutAt) return `The person opted out on another account at ${iso(optedOutAt)}.`;
  return settings.needsConsent && !proof ? 'No consent of the customer is known.' : null;
};

/** So much of a proof's words is shown. */
const SHOWN_WORDS = 80;

/** A proof as a sentence. */
export const agreed = ({ at, where, words }: Consent): string =>
  `He agreed at ${iso(at)} (${cutText(where, SHOWN_WORDS)}): "${cutText(words, SHOWN_WORDS)}".`;

/** A reservation of its own is not counted against the message that made it. */
export function overCap(
  of: Pick<OutreachContext, 'settings' | 'outreach' | 'uncertainUntil' | 'counted'>,
  now: number,
): Refusal | null {
  const { settings, outreach, uncertainUntil, counted } = of;
  const { sent = 0, lastAt = 0 } = counted ? {} : (outreach ?? {});
  const until = lastAt + settings.pauseMs;
  const over = sent >= settings.maxMessages;
  if (uncertainUntil !== undefined && (over || now < until))
    return { reason: 'A message to the person is being written.', until: Math.max(uncertainUntil, now + 1) };
  if (over) return `The person had ${plural(sent, 'message')}, the most is ${settings.maxMessages}.`;
  if (lastAt > 0 && now < until)
    return { reason: `The person was written to at ${iso(lastAt)}; the next may be at ${iso(until)}.`, until };
  return null;
}

export function overDay({ today }: Pick<OutreachContext, 'today'>, now: number): Refusal | null {
  if (!today || today.used < today.limit) return null;
  const { used, limit, warmUp } = today;
  const why = warmUp ? `, because its number is new (day ${warmUp.day} of ${warmUp.of} of its warm-up)` : '';
  return lookAgain(`The account wrote ${used} such messages today, the most is ${limit}${why}.`, now);
}

export function tooAlike({ settings, alike = [] }: OutreachContext): Refusal | null {
  const most = settings.sameTexts;
  if (most === 0 || alike.length < most) return null;
  const reason = `${alike.length} others were sent the same words within a day, and the most is ${most}, for numbers that repeat themselves are banned. Put a field into the text that differs, as {name} or {number}, or add a variant.`;
  return { reason, until: alike[most - 1]! + ALIKE_MS };
}

export function outOfHours({ settings, order }: OutreachContext, now: number): Refusal | null {
  const until = firstAllowed(now, order.zones, settings.hours);
  if (until === null) return 'The hours of this account never allow a message to where the customer may be.';
  return until === now ? null : { reason: `It is out of hours where the customer is; next at ${iso(until)}.`, until };
}

export const inTest = ({ settings }: OutreachContext): Refusal | null =>
  settings.testMode ? 'Test mode: nothing leaves.' : null;
