/** When a human has a conversation: from his first message until some time after his last one, bounded. */
import type { Conversation } from '../model.ts';

/** A year. Longer is a slip of the keyboard, and at some length no date any more. */
export const LONGEST_SILENCE_S = 31_536_000;

export interface TakeoverTimes {
  /** How long the bot is silent after each message of a human; milliseconds. */
  cooldownMs: number;
  /** The longest that one takeover lasts without a new one beginning; milliseconds. */
  ceilingMs: number;
}

/** What a human's message (or his taking over) at `now` changes. An earlier end than the present one is never set. */
export function takeOver(
  conversation: Pick<Conversation, 'humanSince' | 'humanUntil'>,
  now: number,
  { cooldownMs, ceilingMs }: TakeoverTimes,
): Pick<Conversation, 'humanSince' | 'humanUntil'> {
  const going = conversation.humanUntil > now;
  const humanSince = going ? conversation.humanSince : now;
  const until = Math.min(now + cooldownMs, humanSince + ceilingMs);
  return { humanSince, humanUntil: Math.max(going ? conversation.humanUntil : 0, until) };
}

/** A takeover that is over and of which the customer was not told yet. */
export const handedBack = (conversation: Pick<Conversation, 'humanSince' | 'humanUntil'>, now: number) =>
  conversation.humanSince > 0 && conversation.humanUntil <= now;
