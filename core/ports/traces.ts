/** What happened on turns' ways, and the calls of platforms around it: for who asks why. */
import type { Trace, WebhookRecord } from '../model.ts';

export interface CallsAround {
  accountId: string;
  conversationId: string;
  /** Both included; UTC milliseconds. */
  since: number;
  until: number;
  limit: number;
}

export interface Traces {
  /** The attempts of a turn, in their order. */
  traces(turnId: string): Promise<Trace[]>;
  /** Attempts in a conversation that began before then, newest first. */
  tracesOf(conversationId: string, page: { before: number; limit: number }): Promise<Trace[]>;
  /**
   * Calls that brought something of a conversation, and those of its account that brought nothing of anybody because they were refused, or came to a closed
   * door. The newest `limit`, oldest first.
   */
  callsAround(around: CallsAround): Promise<WebhookRecord[]>;
}
