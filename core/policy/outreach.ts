/**
 * Writing to somebody who did not ask: what an account allows itself, and what is known of the person and the order at the moment of judging. The
 * rules that look at it stand in the one list.
 */
import type { Consent, Decision, FollowUp, OrderRecord, Outreach } from '../model.ts';
import { ORDER_EVENTS } from '../model.ts';
import { cutText } from '../text/lengths.ts';
import { firstAllowed, type Hours } from './hours.ts';
import { because } from './reasons.ts';

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
  if (stoppedAt) return lookAgain(because('switch.stopped', { sinceAt: stoppedAt }), now);
  return settings.enabled ? null : lookAgain(because('switch.off'), now);
};

/** What is no news any more: a later event of the order is known, it was cancelled, or it is long ago. */
export function overtaken({ settings, followUp, order }: OutreachContext, now: number): Refusal | null {
  const { told, fault } = order;
  if (!told) return because('order.gone');
  // It may be cancelled by now: the shop said something since that could not be read.
  if (fault) return lookAgain(because('order.unread', { message: fault.message }), now);
  if (told.state === 'cancelled') return because('order.cancelled');
  if (ORDER_EVENTS.indexOf(followUp.event) < ORDER_EVENTS.indexOf('ORDER_DELIVERED') && told.state === 'delivered')
    return because('order.delivered');
  return now - followUp.at > settings.maxAgeMs
    ? because('order.old', { sinceAt: followUp.at, hours: Math.round(settings.maxAgeMs / HOUR_MS) })
    : null;
}

export const withoutConsent = ({ settings, proof, optedOutAt }: OutreachContext): Refusal | null => {
  if (optedOutAt) return because('consent.elsewhere', { sinceAt: optedOutAt });
  return settings.needsConsent && !proof ? because('proof') : null;
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
    return { reason: because('customer.writing'), until: Math.max(uncertainUntil, now + 1) };
  if (over) return because(sent === 1 ? 'customer.one' : 'customer', { n: sent, most: settings.maxMessages });
  if (lastAt > 0 && now < until) return { reason: because('customer.pause', { lastAt, nextAt: until }), until };
  return null;
}

export function overDay({ today }: Pick<OutreachContext, 'today'>, now: number): Refusal | null {
  if (!today || today.used < today.limit) return null;
  const { used, limit, warmUp } = today;
  const counted = { n: used, most: limit };
  const why = warmUp ? because('day.new', { ...counted, day: warmUp.day, days: warmUp.of }) : because('day', counted);
  return lookAgain(why, now);
}

export function tooAlike({ settings, alike = [] }: OutreachContext): Refusal | null {
  const most = settings.sameTexts;
  if (most === 0 || alike.length < most) return null;
  return { reason: because('same', { n: alike.length, most }), until: alike[most - 1]! + ALIKE_MS };
}

export function outOfHours({ settings, order }: OutreachContext, now: number): Refusal | null {
  const until = firstAllowed(now, order.zones, settings.hours);
  if (until === null) return because('hours.never');
  return until === now ? null : { reason: because('hours', { nextAt: until }), until };
}

export const inTest = ({ settings }: OutreachContext): Refusal | null => (settings.testMode ? because('test') : null);
