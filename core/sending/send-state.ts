/** How the state of an outbound message moves: never back, failed is final but for proof that it arrived. */

import type { Message, SendError, SendNote, SendPart, SendState } from '../model.ts';
import { cutText } from '../text/lengths.ts';

/** A message that is sent again and again by hand keeps the newest. */
const MOST_NOTES = 50;

const RANK: Record<SendState, number> = {
  discarded: 0,
  draft: 0,
  queued: 0,
  sending: 1,
  unknown: 2,
  failed: 3,
  sent: 3,
  delivered: 4,
  read: 5,
};

/** Whether a platform's receipt may replace the state: late and out-of-order ones may not. */
function advances(from: SendState, to: SendState): boolean {
  if (from === to) return false;
  if (from === 'failed') return to === 'delivered' || to === 'read';
  if (to === 'failed') return RANK[from] < RANK.delivered;
  return RANK[to] > RANK[from];
}

/** The state of a message of several parts: its worst part while any is open, the least advanced otherwise. */
export function stateOf(parts: SendPart[]): SendState {
  for (const state of ['sending', 'unknown', 'failed', 'queued'] as const)
    if (parts.some((part) => part.state === state)) return state;
  return parts.reduce<SendState>((least, part) => (RANK[part.state] < RANK[least] ? part.state : least), 'read');
}

/** Some of it is at the customer's, or may be. */
export const begun = ({ parts = [] }: Pick<Message, 'parts'>): boolean =>
  parts.some(({ state }) => RANK[state] >= RANK.unknown && state !== 'failed');

/** It is not sent for sure. A draft, and what waits, may be. */
export const isGone = (message: Pick<Message, 'state' | 'parts'>): boolean =>
  message.state === 'discarded' || (message.state === 'failed' && !begun(message));

const LEFT: readonly (SendState | undefined)[] = ['sent', 'delivered', 'read', 'unknown'];

/** All of it has left, or may have. */
export const hasLeft = ({ state }: Pick<Message, 'state'>): boolean => LEFT.includes(state);

/** What a rule that forbids a message makes of it: what has left is said and counts, so it is not taken for one that was never sent. */
export function stopped(message: Message, error: SendError): Partial<Message> {
  if (!begun(message)) return { state: 'discarded', error };
  const parts = message.parts!.map(
    (part): SendPart =>
      part.state === 'queued' || part.state === 'sending' ? { ...part, state: 'failed', error } : part,
  );
  return { parts, state: 'failed', error, nextTryAt: undefined };
}

/**
 * What parts that a receipt or an echo moved make of their message. What was discarded stays so; what had stopped and goes on is tried anew.
 */
export function moved(message: Message, parts: SendPart[]): Partial<Message> {
  if (message.state === 'discarded') return { parts };
  const state = stateOf(parts);
  const error = parts.find((part) => part.error)?.error;
  return { parts, state, error, ...(goesOn(message, state) && { tries: 0, nextTryAt: undefined }) };
}

/** A message of several parts had stopped at one that arrived after all: the others are to follow. */
export const goesOn = (before: Message, state: SendState | undefined): boolean =>
  state === 'queued' && before.state !== 'queued';

/** Of errors' words so much is kept of each try. */
const NOTE_LENGTH = 200;

/** A message's way so far, and how it is now. */
export function noted(
  { course = [] }: Pick<Message, 'course'>,
  { state, error }: Pick<Message, 'state' | 'error'>,
  at: number,
): SendNote[] {
  const why = error && { code: error.code, message: cutText(error.message, NOTE_LENGTH) };
  return [...course.slice(1 - MOST_NOTES), { at, state: state ?? 'queued', ...why }];
}

/** When a queue is to be looked at. */
export const sooner = (one: number | null, other: number): number => (one === null ? other : Math.min(one, other));

/** Applies a receipt to the part it is about; null when it changes nothing. */
export function applyReceipt(
  message: Message,
  platformId: string,
  state: 'sent' | 'delivered' | 'read' | 'failed',
  error?: SendError,
): Partial<Message> | null {
  let changed = false;
  const parts = (message.parts ?? []).map((part) => {
    if (part.platformId !== platformId || !advances(part.state, state)) return part;
    changed = true;
    return state === 'failed' ? { ...part, state, error } : { ...part, state, error: undefined };
  });
  if (!changed) return null;
  return moved(message, parts);
}
