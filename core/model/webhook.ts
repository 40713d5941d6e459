/** Calls of platforms. */

/** A webhook call as it came, whatever became of it. */
export interface WebhookRecord {
  id: string;
  at: number;
  channel: string;
  accountId: string | null;
  path: string;
  /** Comma-separated kinds of the events in it, e.g. `message.text`; `verify` for a handshake. */
  eventType: string;
  status: number;
  error?: string;
  /** The body as text, cut at 64 KiB; kept for the retention time only. */
  payload: string;
}
