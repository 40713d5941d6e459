/**
 * How a wish for a person goes on: it is noted with the end of its turn, somebody comes or the customer hears that nobody has, and it is over. The
 * conversation knows since when its customer waits, so that lists have who waits longest on top. Parts of plans, and plans for the store.
 */
import { noteTime } from '../figures/tallies.ts';
import type { Conversation, Handover, HandoverBy, HandoverEnd, HandoverTerms, Message } from '../model.ts';
import { PEOPLES } from '../model.ts';
import { addNotice, noticeId } from '../notices/notices.ts';
import type { Plan, Records } from '../ports.ts';
import { cutText } from '../text/lengths.ts';
import { wantsAssistant } from './texts.ts';

/** A model has so long for the summary; then people are told without it. Milliseconds. */
export const SUMMARY_MS = 20_000;
export const SUMMARY_LINES = 5;
const LINE_LENGTH = 240;

/** Of turns from before there were terms. */
const NO_TERMS: HandoverTerms = { language: 'en', opensAt: null, patienceMs: 0 };

/** What of a conversation tells that somebody waits in it. */
type Waiting = Pick<Conversation, 'waitingSince' | 'handover'>;
export const NOBODY_WAITS: Waiting = { waitingSince: null, handover: null };

/** Notes the wish, and the notice of it, which is told once there is a summary. @returns what it changes in its conversation */
export function beginHandover(
  records: Records,
  { id: conversationId, accountId }: Pick<Conversation, 'id' | 'accountId'>,
  wish: { turnId: string; by: HandoverBy; reason: string; terms?: HandoverTerms },
  now: number,
): Waiting {
  const { turnId: id, by, reason, terms: { patienceMs, ...terms } = NO_TERMS } = wish;
  const tellAt = patienceMs > 0 ? Math.max(now, terms.opensAt ?? now) + patienceMs : null;
  const dueAt = now + SUMMARY_MS;
  records.insertHandover({
    ...{ id, accountId, conversationId, by, reason, ...terms, at: now },
    ...{ state: 'open', summary: null, tellAt, dueAt },
  });
  const about = { by, ...(terms.opensAt !== null && { opensAt: terms.opensAt }) };
  addNotice(records, { kind: 'handover', of: id, accountId, conversationId, reason, about }, now, dueAt);
  return { waitingSince: now, handover: id };
}

/**
 * Stores the lines that say what it is about, once, and has people told.
 * @returns whether it was stored now
 */
export const noteSummary =
  (id: string, lines: string[], by: NonNullable<Handover['summaryBy']>, now: number): Plan<boolean> =>
  (records) => {
    const handover = records.handover(id);
    if (!handover || handover.summary) return false;
    const summary = shortened(lines);
    records.updateHandover(id, { summary, summaryBy: by, dueAt: handover.tellAt });
    const notice = records.notice(noticeId({ kind: 'handover', of: id }));
    if (notice?.tries === 0 && notice.tellAt !== null)
      records.updateNotice(notice.id, { tellAt: now, about: { ...notice.about, summary } });
    return true;
  };

/** At most five lines, each short, none empty. */
export const shortened = (lines: string[]): string[] =>
  lines
    .map((line) => cutText(line.replace(/\s+/gu, ' ').trim(), LINE_LENGTH))
    .filter(Boolean)
    .slice(0, SUMMARY_LINES);

/**
 * The customer was told that nobody has come, or is not to be told. A repeat changes nothing.
 * @param told false: he does not hear of it, but people do
 */
export const noteLate =
  (id: string, told: boolean, now: number): Plan<boolean> =>
  (records) => {
    const handover = records.handover(id);
    if (!handover || handover.tellAt === null) return false;
    records.updateHandover(id, { tellAt: null, dueAt: null, ...(told && { toldAt: now }) });
    const { accountId, conversationId, at, reason } = handover;
    const about = { since: at, ...(handover.summary && { summary: handover.summary }) };
    return addNotice(records, { kind: 'handover-late', of: id, accountId, conversationId, reason, about }, now);
  };

/** It is not the time to say that nobody has come: a person took the conversation over though he wrote nothing yet, or the account is away. */
export const putOffLate =
  (id: string, until: number): Plan<void> =>
  (records) => {
    const { tellAt = null } = records.handover(id) ?? {};
    if (tellAt !== null) records.updateHandover(id, { tellAt: until, dueAt: until });
  };

/** A person's words have left: his own, or a draft that he let go out. @returns what that changes in the conversation */
export function personCame(
  records: Records,
  conversation: Conversation | null,
  { author, purpose }: Pick<Message, 'author' | 'purpose'>,
  now: number,
): Partial<Waiting> {
  if (!conversation?.handover || (author !== 'human' && purpose !== 'approved')) return {};
  const handover = records.handover(conversation.handover);
  if (handover && handover.repliedAt === undefined) {
    records.updateHandover(handover.id, { repliedAt: now, tellAt: null, dueAt: null });
    noteTime(records, handover.accountId, now, 'firstHuman', now - handover.at);
  }
  return { waitingSince: null };
}

/** The conversation has a status in which nobody need come any more. @returns what that changes in it beside */
export function handoverOver(
  records: Records,
  conversation: Conversation,
  status: Conversation['status'],
  now: number,
  end: HandoverEnd = status === 'closed' ? 'closed' : 'handed-back',
): Partial<Waiting> {
  if (PEOPLES.includes(status)) return {};
  const handover = conversation.handover ? records.handover(conversation.handover) : null;
  if (handover) {
    records.updateHandover(handover.id, { state: 'over', endedAt: now, end, tellAt: null, dueAt: null });
    if (end !== 'assistant') noteTime(records, handover.accountId, now, 'humanDone', now - handover.at);
  }
  return NOBODY_WAITS;
}

/** A message of somebody who still waits that takes the assistant again. @returns what that changes in its conversation */
export function backToAssistant(
  records: Records,
  conversation: Conversation,
  message: Pick<Message, 'choice' | 'text' | 'at'>,
): Partial<Conversation> {
  if (conversation.waitingSince === null || !wantsAssistant(message)) return {};
  const over = handoverOver(records, conversation, 'active', message.at, 'assistant');
  return { status: 'active', statusNote: null, ...over };
}

/** Two conversations turn out to be one. @returns what that changes in the other, which had no wish of its own */
export function moveHandover(records: Records, from: Conversation, to: string): Waiting {
  if (from.handover) records.updateHandover(from.handover, { conversationId: to });
  return { waitingSince: from.waitingSince, handover: from.handover };
}

/** The conversation has another status, by a person or a flow. @returns the conversation as it is then; null: there is none */
export const changeStatus =
  (id: string, change: (conversation: Conversation) => Partial<Conversation>, now: number): Plan<Conversation | null> =>
  (records) => {
    const conversation = records.conversation(id);
    if (!conversation) return null;
    const patch = { ...change(conversation), updatedAt: now };
    const status = patch.status ?? conversation.status;
    records.updateConversation(id, { ...patch, ...handoverOver(records, conversation, status, now) });
    return records.conversation(id);
  };
