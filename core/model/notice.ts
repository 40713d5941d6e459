/** What people of the business should know. */
import type { JsonObject } from './json.ts';

/** What a customer did that a CRM wants to know: he answered an unasked message, complained after one, or wants no more messages at all. */
export const ANSWER_KINDS = ['order-reply', 'complaint', 'opt-out'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** `handover`: a customer asks for a person. `handover-late`: nobody came for too long. `account-error`: an account cannot work. `send-failed`: a message did not reach its customer. */
export type NoticeKind = 'handover' | 'handover-late' | 'lead' | 'account-error' | 'send-failed' | AnswerKind;
export const NOTICE_KINDS: readonly NoticeKind[] = [
  'handover',
  'handover-late',
  'lead',
  'account-error',
  'send-failed',
  ...ANSWER_KINDS,
];

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
  /** Times that it was told and somebody failed. */
  tries: number;
  /** Who has it already, while others failed: nodes by their id, and the CRM. */
  taken?: string[];
  /** Why it was not told last, in a sentence; with `tellAt` null: it is given up. */
  error?: string;
  /** When it is to be told; null once it was, or once it is too old. */
  tellAt: number | null;
}
