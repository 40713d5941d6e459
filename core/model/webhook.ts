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
  /** The body as text, cut at 16 KiB, and empty once a day's calls have filled what is kept of them; kept for the retention time only. */
  payload: string;
  /** Whether its signature was checked and right; absent of what was refused before that was known. */
  signed?: boolean;
  /** How many of its events had come before. */
  duplicates?: number;
  /** The conversations that its events are of; absent where they are of none. */
  conversations?: string[];
}
