/**
 * Writing to somebody who did not ask: what an account allows itself, and what is known of the person and the order at the moment of judging. The
 * rules that look at it stand in the one list.
 */
import type { Decision, FollowUp, OrderRecord, Outreach } from '../model.ts';
import { ORDER_EVENTS } from '../model.ts';
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
  /** By the clocks where the customer may be. */
  hours: Hours;
  /** Without a known consent nothing is sent. */
  needsConsent: boolean;
  /** What happened longer ago is not written about any more; milliseconds. */
  maxAgeMs: number;
  /** Between two messages of the account, at least; milliseconds. Up to half as long again is added by chance. */
  paceMs: number;
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
  /** How many of the account's messages of this day are used; absent where they are counted elsewhere. */
  usedToday?: number;
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

export const withoutConsent = ({ settings, order, optedOutAt }: OutreachContext): Refusal | null => {
  if (optedOutAt) return `The person opted out on another account at ${iso(optedOutAt)}.`;
  return settings.needsConsent && !order.told?.consent ? 'No consent of the customer is known.' : null;
};

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

export function overDay({ settings, usedToday = 0 }: OutreachContext, now: number): Refusal | null {
  if (usedToday < settings.dailyLimit) return null;
  return lookAgain(`The account wrote ${usedToday} such messages today, the most is ${settings.dailyLimit}.`, now);
}

export function outOfHours({ settings, order }: OutreachContext, now: number): Refusal | null {
  const until = firstAllowed(now, order.zones, settings.hours);
  if (until === null) return 'The hours of this account never allow a message to where the customer may be.';
  return until === now ? null : { reason: `It is out of hours where the customer is; next at ${iso(until)}.`, until };
}

export const inTest = ({ settings }: OutreachContext): Refusal | null =>
  settings.testMode ? 'Test mode: nothing leaves.' : null;
