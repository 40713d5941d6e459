/** What became of one request to a platform. */
import type { SendError } from '../model.ts';

/**
 * How a failed send is to be treated. `blocked`: the person shut us out, so nothing is sent until he writes again. `recipient`: this one cannot
 * be reached now, whatever the reason; a person may try again. `unknown`: the platform may have done it, so never again by itself.
 */
export type SendFailure = 'retry' | 'blocked' | 'recipient' | 'window' | 'request' | 'account' | 'unknown';

export type SendResult =
  | { ok: true; platformId?: string }
  /** `platformId`: with `unknown`, the id that it has there if it arrived, so that a receipt or an echo can tell. */
  | { ok: false; failure: SendFailure; error: SendError; retryAfterMs?: number; platformId?: string };
