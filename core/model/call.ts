/** Somebody who talks to us over a line of his own: what is kept of it beside its conversation. */
import type { JsonObject } from './json.ts';

/** `failed`: the line was lost and nobody came back, or it could not go on here. */
export type CallState = 'active' | 'completed' | 'failed';

/**
 * Who or what ended a call: `caller` hung up; `agent`: people or a flow did; `silence`: nothing was said any more; `limit`: it was too long; `lost`: the line broke, and
 * nobody came back in time.
 */
export type CallEnd = 'caller' | 'agent' | 'silence' | 'limit' | 'lost';

/**
 * One call. Its lines are the messages of its conversation, which is its own; its actions are what tools did in that conversation.
 */
export interface Call {
  /** What others know it by: the seed's `session_id`. */
  id: string;
  accountId: string;
  conversationId: string;
  contactId: string;
  state: CallState;
  end?: CallEnd;
  /** Of which no line was ever open: it was typed, through the API. */
  typed?: true;
  /** ISO 639-1, where whoever started it said so. */
  language?: string;
  /** What whoever started it told of the caller: small, of numbers and texts (`pharmacy_id`, `user_id`). Never from the caller. */
  about: JsonObject;
  startedAt: number;
  /** Null while it goes on. */
  endedAt: number | null;
  /** When its line was last known to be there. */
  seenAt: number;
  /** A hash of the word by which its caller may come back to it. */
  secret: string;
  /** What was recorded; null: nothing, or it is past its time. Milliseconds, bytes. */
  recording: { ms: number; bytes: number } | null;
  /** In a sentence or two, what came of it; empty until it has ended. */
  summary: string;
}
