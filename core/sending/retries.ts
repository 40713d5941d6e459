/** What one answer of a platform makes of a message: sent, to be tried again, failed, or unknown. */
import type { Message } from '../model.ts';
import type { SendFailure, SendResult } from '../ports.ts';
import { begun, stateOf } from './send-state.ts';
import { asWords } from './spoken-form.ts';

/** Waits between tries of one message, some 20 s in all; a platform's own `retry-after` is kept when it is longer. */
const BACKOFF_MS = [1_000, 4_000, 15_000];
/** Up to so much of a wait is added by chance, so that sends that failed together do not come back together; also to what a platform asks for. */
const JITTER = 0.25;
const MAX_JITTER_MS = 30_000;
const MAX_RETRY_AFTER_MS = 6 * 3_600_000;
const RETRYABLE: readonly SendFailure[] = ['retry'];

/** What became of one part; `inWords`: it was to be said, and its words were sent. */
export type Outcome = SendResult & { inWords?: true };

/**
 * The message after one part's answer.
 * @param chance 0 to 1, for the jitter
 */
export function settle(
  sent: Message,
  index: number,
  result: Outcome,
  now: number,
  chance = Math.random(),
): Partial<Message> & Pick<Message, 'parts'> {
  if (!result.inWords) return moved(sent, index, result, now, chance);
  const { parts, media } = asWords(sent);
  return { media, ...moved({ ...sent, parts }, index, result, now, chance) };
}

function moved(
  message: Message,
  index: number,
  result: SendResult,
  now: number,
  chance: number,
): Partial<Message> & Pick<Message, 'parts'> {
  const parts = (message.parts ?? []).slice();
  const part = parts[index]!;
  const tries = (message.tries ?? 0) + 1;
  // An echo has told its id already: it arrived, whatever became of the answer.
  if (result.ok || part.platformId) {
    const platformId = (result.ok && result.platformId) || part.platformId;
    parts[index] = { ...part, state: 'sent', platformId, error: undefined };
    const next = parts[index + 1];
    if (next?.state === 'queued') parts[index + 1] = { ...next, state: 'sending' };
    return { parts, state: stateOf(parts), tries: 0, nextTryAt: undefined, error: undefined };
  }
  if (
    RETRYABLE.includes(result.failure) &&
    tries <= BACKOFF_MS.length &&
    (result.retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS
  ) {
    const least = Math.max(BACKOFF_MS[tries - 1]!, result.retryAfterMs ?? 0);
    const wait = least + Math.min(least * JITTER, MAX_JITTER_MS) * chance;
    parts[index] = { ...part, state: 'queued', error: result.error };
    return {
      parts,
      state: 'queued',
      tries,
      nextTryAt: now + Math.round(wait),
      error: result.error,
    };
  }
  const state = result.failure === 'unknown' ? 'unknown' : 'failed';
  const named = state === 'unknown' && result.platformId ? { platformId: result.platformId } : {};
  parts[index] = { ...part, ...named, state, error: result.error, ...(state === 'unknown' && { unknownSince: now }) };
  // What it was counted against is given back, unless some of it has left; who sends it once more counts it anew.
  return {
    parts,
    state,
    tries,
    nextTryAt: undefined,
    error: result.error,
    ...(state === 'failed' && !begun({ parts }) && { cap: undefined }),
  };
}
