/**
 * A conversation's sends as a stored queue: what is stored, what goes next, what an answer of the platform changes. Plans for the store; the
 * gateway runs them. A send waits as a row with its wake-up; `sendAt` of the conversation is when the queue is to be looked at again.
 */
import { personCame } from '../handovers/plans.ts';
import { undoTakeover } from '../inbox/echo.ts';
import type { Conversation, Decision, Json, Message, SendError, SendPart, Turn } from '../model.ts';
import { addNotice, hourOf } from '../notices/notices.ts';
import { noteFate, noteLeft } from '../orders/answers.ts';
import { outreachSent } from '../orders/outreach.ts';
import { because } from '../policy/reasons.ts';
import type { NewReply, Plan, Records, SendResult } from '../ports.ts';
import { bringAbout } from '../turns/afterwards.ts';
import { freeLane } from '../turns/plans.ts';
import { refuseAnswered } from './answered.ts';
import { type Outcome, settle } from './retries.ts';
import { applyReceipt, hasLeft, isGone, noted, sooner, stopped } from './send-state.ts';
import { asVoice, asWords, type Form, saidIn } from './spoken-form.ts';
import { toldLate } from './stored.ts';

/** What the rules say of a send, and in which form it may leave. */
export interface Verdict extends Decision {
  /** The platform's window is closed, and the message has a template for that. */
  byTemplate?: boolean;
}

/** Looks at a conversation at the moment of the send. */
export type SendCheck = (
  conversation: Conversation,
  message: Pick<Message, 'id' | 'purpose' | 'followUp' | 'wording' | 'template' | 'parts'> & { turnId?: string | null },
  records: Records,
) => Verdict;

export interface Marked {
  message: Message;
  address: Json;
  /** The process that marked it, as it was called then: under no other name may it be sent. */
  owner: string;
}

export interface Added {
  message: Message;
  /** False: its slot was filled before; the message is the stored one. */
  created: boolean;
  /** It may be sent now. */
  marked?: Marked;
  blocked?: Decision;
  /** The turn had waited for its next attempt and is answered now: the lane is free. When it is due again; null when nothing waits. */
  freed?: { wakeAt: number | null };
}

/**
 * Stores a reply and, where nothing of its conversation is before it, marks it as on its way. What a turn says too late is stored as discarded,
 * a draft as a draft.
 * @param owner this process; null: it sends nothing any more, and the reply waits for the next one
 */
export const addReply =
  (reply: NewReply, check: SendCheck, owner: string | null): Plan<Added> =>
  (records) => {
    // Nothing that has no part may become the open send: it would never end.
    if (reply.parts.length === 0) throw new Error('A reply without a part.');
    const conversation = records.conversation(reply.conversationId);
    if (!conversation) return { message: unsent(reply, GONE), created: false };
    const { seen, drafts } = reply;
    if (seen !== undefined) refuseAnswered(records, reply.conversationId, { seen, drafts });
    const late = reply.turnId ? lateness(records, reply.turnId, conversation, reply.at) : 'in-time';
    if (late === 'too-late') return stored(records, unsent(reply, LATE));
    const state = reply.draft ? 'draft' : 'queued';
    const decision = check(conversation, reply, records);
    const message = inForm({ ...plain(reply), state }, decision);
    // Of a draft only the form is asked for, so that a person approves what will leave.
    if (decision.result === 'block' && !reply.draft) {
      const held = stored(records, withheld(message, decision));
      // A repeat of what was said before a rule forbade it: it is said.
      return held.created ? { ...held, blocked: decision } : held;
    }
    const freed = reply.turnId ? answered(records, reply.turnId, conversation, state === 'draft', reply.at) : undefined;
    if (reply.draft) return { ...stored(records, message), freed };
    // What is to be said is made first.
    const ready = !reply.nextTryAt && saidIn(message) === undefined && conversation.openSend === null;
    const free = owner !== null && ready && nothingBefore(records, conversation, message);
    const added = stored(records, free ? onItsWay(message) : message);
    if (!added.created) return added;
    if (!free) {
      records.updateConversation(conversation.id, {
        sendAt: sooner(conversation.sendAt, reply.nextTryAt ?? reply.at),
      });
      return { ...added, freed };
    }
    records.updateConversation(conversation.id, { openSend: message.id, sendOwner: owner });
    return { ...added, freed, marked: { message: added.message, address: conversation.address, owner } };
  };

const LATE: SendError = { code: 'late', message: because('late') };
const GONE: SendError = { code: 'gone', message: because('gone') };

const plain = ({ draft: _draft, seen: _seen, drafts: _drafts, ...reply }: NewReply): Message => ({
  ...reply,
  seq: 0,
  direction: 'out',
  pending: false,
  answered: false,
  tries: 0,
});

const unsent = (reply: NewReply, error: SendError): Message => ({ ...plain(reply), state: 'discarded', error });

const withheld = <T extends Message>(message: T, decision: Decision): T => ({
  ...message,
  state: 'discarded',
  error: refusal(decision),
});

/** Whether a template may say it all: nothing of it is known to have arrived, in whatever words. */
export const mayBeTemplate = ({ template, parts }: Pick<Message, 'template' | 'parts'>): boolean =>
  template !== undefined &&
  (parts ?? []).every(({ state }) => state === 'queued' || state === 'failed' || state === 'unknown');

/** What leaves where only the template may, with the words that the customer reads then. */
const inForm = (message: Message, { byTemplate }: Verdict): Message => {
  const { template } = message;
  if (!byTemplate || !template) return message;
  return { ...message, text: template.text, media: [], parts: [{ request: template.request, state: 'queued' }] };
};

const refusal = ({ rule, reason, until }: Decision): SendError => ({
  code: rule,
  message: reason,
  ...(until !== undefined && { until }),
});

function stored(records: Records, message: Message): Added {
  const inserted = records.insertMessage(message);
  // The slot was filled by another attempt since it was looked for.
  return inserted ? { message: inserted, created: true } : { message: records.bySlot(message.slot!)!, created: false };
}

/** The message with its first part that has not left as the one that is sent now. */
function onItsWay(message: Message): Message {
  const next = message.parts!.findIndex((part) => part.state === 'queued');
  const parts = message.parts!.map((part, index): SendPart => (index === next ? { ...part, state: 'sending' } : part));
  return { ...message, state: 'sending', parts };
}

const byPerson = ({ purpose }: Message) => purpose === 'human' || purpose === 'approved';

/** People's words pass what the bot has waiting; otherwise each waits for the one before. */
function nothingBefore(records: Records, conversation: Conversation, message: Message): boolean {
  if (conversation.sendAt === null) return true;
  return byPerson(message) && !records.queued(conversation.id).some(byPerson);
}

/**
 * Whether what a turn says may still be sent. While its flow runs it may, also when the customer wrote in between; once it has settled, its
 * first late reply counts until a newer turn begins.
 */
function lateness(records: Records, turnId: string, conversation: Conversation, now: number): 'in-time' | 'too-late' {
  if (conversation.openTurn?.id === turnId) return 'in-time';
  const turn = records.turn(turnId);
  // A person had its messages answered by a new turn.
  if (turn?.state === 'retried') return 'too-late';
  if (turn?.openUntil !== undefined && turn.openUntil > now) return 'in-time';
  return conversation.lastTurn === turnId && conversation.openTurn === null ? 'in-time' : 'too-late';
}

/** A turn that had given up, settled in silence, or waits for its next attempt is answered by its own late reply. */
function answered(records: Records, turnId: string, conversation: Conversation, draft: boolean, now: number) {
  const outcome = draft ? 'drafted' : 'answered';
  const open = conversation.openTurn;
  if (open?.id === turnId) {
    if (open.state !== 'waiting') return undefined;
    const turn: Turn = { ...open, state: 'done', outcome, finishedAt: now, retryAt: undefined, error: undefined };
    records.insertTurn(turn);
    const wakeAt = freeLane(records, conversation);
    bringAbout(records, conversation, open, now);
    return { wakeAt };
  }
  const turn = records.turn(turnId);
  if (turn && turn.outcome !== 'answered' && turn.outcome !== outcome)
    records.updateTurn(turnId, { state: 'done', outcome, error: undefined });
  return undefined;
}

export type NextSend = (
  | ({ kind: 'marked' } & Marked)
  | { kind: 'wait'; until: number }
  /** It is to be said, and its sound is still to be made. */
  | { kind: 'unmade'; message: Message }
  /** Another process, or one that died, has a send of this conversation open. */
  | { kind: 'busy' }
  | { kind: 'idle' }
) & {
  /** What a rule held back; absent where it was nothing. */
  refused?: Refused[];
};

export interface Refused {
  message: Message;
  decision: Decision;
}

/**
 * Marks what goes next: people's words first, then the bot's in their order. What a rule forbids by now is discarded; where a part has left,
 * the rest has failed.
 * @param formOf what is to be said: how it may leave; undefined while that is not known. Nothing can be said where it is absent.
 */
export const nextSend =
  (
    conversationId: string,
    now: number,
    check: SendCheck,
    owner: string,
    formOf: (message: Message) => Form | undefined = () => 'words',
  ): Plan<NextSend> =>
  (records) => {
    const held: Refused[] = [];
    const refused = () => (held.length ? { refused: held } : {});
    const conversation = records.conversation(conversationId);
    if (!conversation) return { kind: 'idle' };
    if (conversation.openSend !== null) return { kind: 'busy' };
    let queue = records.queued(conversationId);
    for (;;) {
      const person = queue.find(byPerson);
      const bot = queue.find((message) => !byPerson(message));
      const next = [person, bot].find((message) => message && (message.nextTryAt ?? 0) <= now);
      if (!next) {
        const until = Math.min(...[person, bot].flatMap((message) => message?.nextTryAt ?? []));
        const sendAt = queue.length === 0 ? null : until;
        if (sendAt !== conversation.sendAt) records.updateConversation(conversationId, { sendAt });
        return { ...(sendAt === null ? { kind: 'idle' } : { kind: 'wait', until: sendAt }), ...refused() };
      }
      queue = queue.filter((message) => message !== next);
      if (!next.parts?.length) {
        records.updateMessage(next.id, { state: 'failed', error: EMPTY });
        continue;
      }
      const decision = check(conversation, next, records);
      if (decision.result === 'block') {
        const end = stopped(next, refusal(decision));
        const patch = { ...end, course: noted(next, end, now) };
        held.push({ message: { ...next, ...patch }, decision });
        records.updateMessage(next.id, patch);
        noteFate(records, { ...next, ...patch }, now);
        continue;
      }
      const chosen = inForm(next, decision);
      const form = saidIn(chosen) === undefined ? 'written' : formOf(chosen);
      if (form === undefined) return { kind: 'unmade', message: chosen, ...refused() };
      const message = onItsWay(form === 'written' ? chosen : form === 'voice' ? asVoice(chosen) : asWords(chosen));
      records.updateMessage(next.id, changed(next, message));
      records.updateConversation(conversationId, {
        openSend: next.id,
        sendOwner: owner,
        sendAt: queue.length === 0 ? null : Math.min(...queue.map((other) => other.nextTryAt ?? now)),
      });
      return { kind: 'marked', message, address: conversation.address, owner, ...refused() };
    }
  };

/** Written by a version that let it pass. */
const EMPTY: SendError = { code: 'EMPTY', message: 'There was nothing in it that could be sent.' };

/**
 * What the platform's answer to one part changes. The next part is marked only while no rule forbids it.
 * @param owner who sent it. Of what others hold since, his answer changes no more than `toldLate` does. Absent: whoever has it.
 * @returns the message as it is then; null when it is gone.
 */
export const settleSend =
  (
    messageId: string,
    index: number,
    result: Outcome,
    now: number,
    check: SendCheck,
    owner?: string,
  ): Plan<Message | null> =>
  (records) => {
    const before = records.message(messageId);
    const holding = before && records.conversation(before.conversationId);
    // The customer was forgotten meanwhile: no further part leaves.
    if (!before || !holding) return null;
    // Whoever had it was written off while it was on its way.
    if (owner !== undefined && (holding.openSend !== messageId || holding.sendOwner !== owner))
      return toldLate(records, before, index, { result, owner, now });
    const patch: Partial<Message> = settle(before, index, result, now);
    const { platformId } = patch.parts![index]!;
    if (index === 0 && platformId) patch.platformId = platformId;
    // What a caller did not hear stays unsaid, whatever the answer.
    const unsaid = before.state === 'discarded' && { state: before.state, error: before.error };
    let message: Message = { ...before, ...patch, ...unsaid };
    const conversation = records.conversation(before.conversationId);
    if (platformId && platformId !== before.parts?.[index]?.platformId) {
      if (index > 0) records.namePart(before.accountId, platformId, messageId);
      // A human seems to have come while this was on its way; it may be this very send, seen from the platform's app.
      if (conversation && conversation.humanUntil > before.at) undoTakeover(records, message, platformId);
      message = received(records, message, platformId);
    }
    if (message.wording && message.state !== 'failed') message = { ...message, wordingAt: now };
    if (message.state === 'sending') {
      const decision = check(records.conversation(before.conversationId)!, message, records);
      if (decision.result === 'block') message = { ...message, ...stopped(message, refusal(decision)) };
    }
    if (message.state !== 'sending') message = { ...message, course: noted(message, message, now) };
    records.updateMessage(messageId, changed(before, message));
    const blocked = !result.ok && result.failure === 'blocked' ? { blockedAt: now } : {};
    // It may have arrived, if its fate is unknown.
    if (message.followUp && !isGone(message) && conversation?.contactId)
      outreachSent(records, conversation.contactId, messageId, now);
    if (message.state === 'sending') return message;
    if (!result.ok) tellFailure(records, message, result, now);
    records.updateConversation(before.conversationId, {
      ...blocked,
      ...(conversation?.openSend === messageId && { openSend: null, sendOwner: null }),
      ...(message.state === 'queued' && { sendAt: sooner(conversation?.sendAt ?? null, message.nextTryAt ?? now) }),
      ...noteLeft(records, conversation, message, now),
      ...(hasLeft(message) && personCame(records, conversation, message, now)),
    });
    return message;
  };

/** One notice an hour and account: a platform that is away fails thousands. Who blocked us is nobody's work. */
function tellFailure(
  records: Records,
  message: Message,
  result: Extract<SendResult, { ok: false }>,
  now: number,
): void {
  if ((message.state !== 'failed' && message.state !== 'unknown') || result.failure === 'blocked') return;
  const { id: messageId, accountId, conversationId } = message;
  const kind = result.failure === 'account' ? 'account-error' : 'send-failed';
  const { code, message: words, action } = result.error;
  const reason = [words, action].filter(Boolean).join(' ');
  addNotice(
    records,
    { kind, of: hourOf(accountId, now), accountId, conversationId, reason, about: { messageId, code } },
    now,
  );
}

/** Applies the receipts that were faster than the platform's answer. */
function received(records: Records, message: Message, platformId: string): Message {
  let after = message;
  for (const { state, error } of records.takeReceipts(message.accountId, platformId))
    after = { ...after, ...applyReceipt(after, platformId, state, error) };
  return after;
}

/** The properties that differ: what did not change is not written. */
function changed(before: Message, after: Message): Partial<Message> {
  const entries = Object.entries(after).filter(([name, value]) => before[name as keyof Message] !== value);
  return Object.fromEntries(entries) as Partial<Message>;
}
