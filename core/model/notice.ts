/** What people of the business should know. */
import type { JsonObject } from './json.ts';

/** `handover`: a customer asks for a person. `account-error`: an account cannot work. `send-failed`: a message did not reach its customer. */
export type NoticeKind = 'handover' | 'lead' | 'account-error' | 'send-failed';
export const NOTICE_KINDS: readonly NoticeKind[] = ['handover', 'lead', 'account-error', 'send-failed'];

/** Stored in the step that made it true; told by the flows that have a `notice` node, at least once. */
export interface Notice {
  /** Made of what happened (`handover:<turn>`), so that it is stored once, and who is told twice can tell. */
  id: string;
  kind: NoticeKind;
  accountId: string;
  conversationId: string | null;
  /** Why, in the words of whoever caused it. */
  reason: string;
  /** Ids and small values of the thing itself. */
  about: JsonObject;
  at: number;
  /** Times that a flow was told and failed. */
  tries: number;
  /** When it is to be told; null once it was, or once it is too old. */
  tellAt: number | null;
}
