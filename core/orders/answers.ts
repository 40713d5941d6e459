/**
 * What customers do after a message that nobody asked for: they answer, complain, want no more, order once more. Noted on the follow-up, and told to
 * people and to a CRM, in the step that stores what they did. Parts of plans.
 */
import type { AnswerKind, Conversation, FollowUp, FollowUpState, JsonObject, Message, Unasked } from '../model.ts';
import { addNotice } from '../notices/notices.ts';
import type { Records } from '../ports.ts';
import { hasLeft } from '../sending/send-state.ts';
import { cutText } from '../text/lengths.ts';
import { complains } from './complaints.ts';

const DAY_MS = 86_400_000;
/** What is written to us later than that is hardly about a message of ours. */
export const ANSWER_MS = 7 * DAY_MS;
/** An order later than that has other reasons. */
export const ORDERED_AGAIN_MS = 30 * DAY_MS;
/** Platforms tell seconds, and their clocks are not ours. */
const CLOCKS_APART_MS = 60_000;
/** Of the customer's words, for reading in a list. */
const REASON_LENGTH = 300;

/**
 * A message was answered by its platform, or never will be. Where it was unasked and has left, or may have, the customer may answer it from now on.
 * @returns what that changes in its conversation
 */
export function noteLeft(
  records: Records,
  conversation: Conversation | null,
  message: Message,
  now: number,
): Partial<Conversation> {
  const { followUp: id } = message;
  if (!id) return {};
  noteFate(records, message, now);
  return !hasLeft(message) || conversation?.unasked?.followUp === id ? {} : { unasked: { followUp: id, at: now } };
}

/** States of a follow-up whose message is there: they follow it, however late a receipt comes or a person sends it again. */
const WITH_MESSAGE: readonly FollowUpState[] = ['sent', 'failed', 'unknown', 'drafted'];

/** What a message that was tried makes of its follow-up; null where it was not, or is on its way. */
export function fateOf(message: Message, now: number): Partial<FollowUp> | null {
  const { id: messageId, state, error } = message;
  if (state === 'failed' || state === 'unknown')
    return { state, messageId, rule: error?.code, reason: error?.message, endedAt: now };
  if (!hasLeft(message)) return null;
  return { state: 'sent', messageId, rule: undefined, reason: undefined, endedAt: now };
}

/** What became of a message, as far as is known now: how far it came, that it failed after all, that a draft was let go out. */
export function noteFate(records: Records, message: Message, now: number): void {
  const { followUp: id, state } = message;
  const followUp = id ? records.followUp(id) : null;
  if (!followUp) return;
  const arrived = state === 'delivered' || state === 'read';
  const fate = fateOf(message, now);
  const isNew = followUp.messageId === message.id && WITH_MESSAGE.includes(followUp.state);
  const patch: Partial<FollowUp> = {
    ...(isNew && fate?.state !== followUp.state && fate),
    ...(arrived && !followUp.deliveredAt && { deliveredAt: now }),
    ...(state === 'read' && !followUp.readAt && { readAt: now }),
  };
  if (Object.keys(patch).length > 0) records.updateFollowUp(followUp.id, patch);
}

/** What a customer's message is to the unasked message before it. */
export interface Answered {
  /** What it changes in the conversation. */
  patch: Partial<Conversation>;
  /** People are to be told. */
  noticed: boolean;
}

/**
 * A customer's message that was just stored, or a voice note whose words are known now. One message is one thing to tell, the gravest: an opt-out,
 * the first complaint, or the first answer.
 * @param automated a program wrote it: it is no answer
 */
export function noteAnswer(
  records: Records,
  conversation: Conversation,
  message: Message,
  automated = false,
): Answered {
  const unasked = automated ? null : answeredBy(records, conversation, message);
  const optedOut = message.consent === 'out';
  if (!unasked) {
    if (optedOut) tell(records, 'opt-out', message.id, conversation, message);
    return { patch: {}, noticed: optedOut };
  }
  const first = !unasked.replied;
  const complaint = !unasked.complained && complains(message.text);
  const kind = optedOut ? 'opt-out' : complaint ? 'complaint' : first ? 'order-reply' : undefined;
  if (!kind) return { patch: {}, noticed: false };
  const followUp = records.followUp(unasked.followUp);
  if (followUp)
    records.updateFollowUp(followUp.id, {
      repliedAt: followUp.repliedAt ?? message.at,
      ...(optedOut && { optedOutAt: followUp.optedOutAt ?? message.at }),
    });
  tell(records, kind, message.id, conversation, message, followUp);
  return {
    patch: { unasked: { ...unasked, replied: true, ...(complaint && { complained: true }) } },
    noticed: true,
  };
}

/** A customer told the platform itself that he wants no more. @param of the event's id */
export function noteOptOut(records: Records, conversation: Conversation, of: string, at: number): void {
  const unasked = answeredBy(records, conversation, { at });
  const followUp = unasked && records.followUp(unasked.followUp);
  if (followUp) records.updateFollowUp(followUp.id, { optedOutAt: followUp.optedOutAt ?? at });
  tell(records, 'opt-out', of, conversation, { at, text: '', media: [] }, followUp);
}

/** An order is known from now on. @param placedAt by our clock */
export function noteOrderedAgain(records: Records, orderId: string, phone: string, placedAt: number): void {
  for (const followUp of records.writtenTo(phone, placedAt - ORDERED_AGAIN_MS)) {
    const { id, orderId: about, endedAt = placedAt, orderedAgainAt } = followUp;
    if (about !== orderId && endedAt < placedAt && !orderedAgainAt)
      records.updateFollowUp(id, { orderedAgainAt: placedAt });
  }
}

/** The unasked message that somebody who does something now has before him; null where that is none, or long ago. */
function answeredBy(
  records: Records,
  { unasked, openSend }: Conversation,
  { at, platformAt = at }: Pick<Message, 'at' | 'platformAt'>,
): Unasked | null {
  // Faster than the platform's answer to us.
  const going = openSend ? records.message(openSend) : null;
  const last =
    going?.followUp && going.followUp !== unasked?.followUp ? { followUp: going.followUp, at: going.at } : unasked;
  return last && at <= last.at + ANSWER_MS && platformAt >= last.at - CLOCKS_APART_MS ? last : null;
}

function tell(
  records: Records,
  kind: AnswerKind,
  of: string,
  { id: conversationId, accountId }: Conversation,
  { at, text, media }: Pick<Message, 'at' | 'text' | 'media'>,
  followUp?: FollowUp | null,
): void {
  const order = followUp && records.order(followUp.orderId);
  const about: JsonObject = {
    ...(order && { shop: order.shop, order: order.number }),
    ...(followUp && { event: followUp.event, followUp: followUp.id }),
    ...(media.length > 0 && { media: media.map(({ kind: medium }) => medium) }),
  };
  addNotice(records, { kind, of, accountId, conversationId, reason: withoutAddresses(text), about }, at);
}

/** A customer's words without what may be a number to call or an e-mail address. Ids in them go as well. */
const withoutAddresses = (text: string) =>
  cutText(text, REASON_LENGTH)
    .replace(/\+?\p{Nd}(?:[\s()./-]{0,3}\p{Nd}){6,}/gu, '…')
    .replace(/[^\s@]{1,64}@[^\s@]+/g, '…');
