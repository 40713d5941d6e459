/** What becomes of sends that are stored already: cut off by a crash, approved or dropped by a person, sent once more. Plans for the store. */
import { update } from '../inbox/echo.ts';
import type { Conversation, Message, SendError, SendPart } from '../model.ts';
import { noteLeft } from '../orders/answers.ts';
import { because } from '../policy/reasons.ts';
import type { NewReply, Plan, Records, SendResult } from '../ports.ts';
import { refuseAnswered } from './answered.ts';
import { hasLeft, moved, noted, sooner } from './send-state.ts';

const CUT_OFF: SendError = {
  code: 'CUT_OFF',
  message: 'The process stopped between the request and its answer.',
  action: 'Look whether the customer has it; resend it if not.',
};

/**
 * A send that nobody sees to any more: what the platform did is unknown, and the queue goes on. Nothing happens where another is open by now.
 * @param owner who had it, and may still tell what became of it; nothing happens where somebody else has it by now. Absent: whoever has it.
 */
export const cutOff =
  (conversationId: string, messageId: string, now: number, owner?: string | null): Plan<void> =>
  (records) => {
    const conversation = records.conversation(conversationId);
    if (conversation?.openSend !== messageId) return;
    if (owner !== undefined && conversation.sendOwner !== owner) return;
    const from = owner ? { cutFrom: owner } : {};
    const message = records.message(messageId);
    let left: Partial<Conversation> = {};
    if (message?.state === 'sending') {
      const parts = (message.parts ?? []).map(
        (part): SendPart =>
          part.state === 'sending' ? { ...part, state: 'unknown', error: CUT_OFF, unknownSince: now, ...from } : part,
      );
      const cut = { parts, state: 'unknown', error: CUT_OFF } as const;
      const patch = { ...cut, course: noted(message, cut, now) };
      records.updateMessage(message.id, patch);
      left = noteLeft(records, conversation, { ...message, ...patch }, now);
    }
    records.updateConversation(conversationId, { openSend: null, sendOwner: null, ...left });
  };

const OVERTAKEN: SendError = {
  code: 'OVERTAKEN',
  message: 'The process stalled before the request left, and later words were answered meanwhile.',
  action: 'Resend it if the customer still needs it.',
};

const SETTLED = { unknownSince: undefined, cutFrom: undefined };

/**
 * What a process that was written off learns of a send that was given up since: that it arrived, or that it never left. What never left goes now, but not
 * behind a later answer: in a chat it would be taken for the answer to that. Of anything else, and of what somebody has sent once more meanwhile, it knows
 * nothing. @returns the message as it is then
 */
export function toldLate(
  records: Records,
  before: Message,
  index: number,
  { result, owner, now }: { result: SendResult; owner: string; now: number },
): Message {
  const part = before.parts?.[index];
  const isUnsent = !result.ok && result.failure === 'retry';
  if (part?.state !== 'unknown' || part.cutFrom !== owner || !(result.ok || isUnsent)) return before;
  const platformId = result.ok ? (result.platformId ?? part.platformId) : undefined;
  const late = isOvertaken(records, before);
  const rest = late
    ? ({ state: 'failed', error: OVERTAKEN } as const)
    : ({ state: 'queued', error: undefined } as const);
  const told = isUnsent ? rest : ({ state: 'sent', error: undefined } as const);
  const parts = before.parts!.map((other, at): SendPart => {
    if (at === index) return { ...part, platformId, ...told, ...SETTLED };
    return late && other.state === 'queued' ? { ...other, ...rest } : other;
  });
  const end = moved(before, parts);
  const patch = { ...(index === 0 && platformId && { platformId }), ...end, course: noted(before, end, now) };
  update(records, before, patch, now);
  if (index > 0 && platformId) records.namePart(before.accountId, platformId, before.id);
  return { ...before, ...patch };
}

/** Something that the bot said later has left, or is on its way. */
const isOvertaken = (records: Records, { seq, author, conversationId }: Message): boolean =>
  author === 'bot' &&
  records
    .recentOut(conversationId)
    .some((other) => other.author === 'bot' && other.seq > seq && (hasLeft(other) || other.state === 'sending'));

/** Whether it is ready to be sent now, and as it is; null where there is none such. */
export interface Queued {
  message: Message | null;
  queued: boolean;
}

/** Who lets a draft go out, what he has seen as of a reply, and in which words where those are others than the bot's. */
export interface Approval extends Pick<NewReply, 'writer' | 'seen'> {
  changed?: Pick<Message, 'text' | 'parts'>;
}

/**
 * A draft that a person lets go out: it is his word from then on. `message` is null when it is a draft no more.
 * @throws DragomanError ANSWERED as a reply is refused
 */
export const approveDraft =
  (messageId: string, now: number, cap?: string, { writer, seen, changed }: Approval = {}): Plan<Queued> =>
  (records) => {
    const draft = records.message(messageId);
    if (draft?.state !== 'draft') return { message: null, queued: false };
    if (seen !== undefined) refuseAnswered(records, draft.conversationId, { seen });
    const patch = {
      ...({ state: 'queued', purpose: 'approved' } as const),
      ...(cap && { cap }),
      ...(writer && { writer }),
      // Said by template, it would say the bot's words.
      ...(changed && { ...changed, drafted: draft.text, template: undefined }),
    };
    return { message: queue(records, draft, patch, now), queued: true };
  };

/** A draft that a person drops. Null when it is a draft no more. */
export const discardDraft =
  (messageId: string): Plan<Message | null> =>
  (records) => {
    const draft = records.message(messageId);
    if (draft?.state !== 'draft') return null;
    const patch = {
      state: 'discarded',
      error: { code: 'rejected', message: because('rejected') },
    } as const;
    records.updateMessage(messageId, patch);
    return { ...draft, ...patch };
  };

/**
 * A person's words that wait for their time still: they were never said. What is gone already stays.
 * @returns what was taken back; null where it is too late
 */
export const takeBack =
  (messageId: string, now: number): Plan<Message | null> =>
  (records) => {
    const message = records.message(messageId);
    const waits = message?.state === 'queued' && message.purpose === 'human' && !message.tries;
    if (!message || !waits || (message.nextTryAt ?? 0) <= now) return null;
    records.removeMessage(messageId);
    return message;
  };

/**
 * What did not arrive is ready to be sent again; parts that did stay as they are. Left as it is in any other state.
 * @param cap what it is counted against from now on; absent: what it was
 */
export const requeueSend =
  (messageId: string, now: number, cap?: string): Plan<Queued> =>
  (records) => {
    const message = records.message(messageId);
    if (message?.state !== 'failed' && message?.state !== 'unknown') return { message, queued: false };
    const parts = (message.parts ?? []).map(
      (part): SendPart =>
        part.state === 'failed' || part.state === 'unknown'
          ? { ...part, state: 'queued', platformId: undefined, error: undefined, ...SETTLED }
          : part,
    );
    const fresh = { tries: 0, nextTryAt: undefined, error: undefined, ...(cap && { cap }) };
    return { message: queue(records, message, { parts, state: 'queued', ...fresh }, now), queued: true };
  };

function queue(records: Records, message: Message, change: Partial<Message>, now: number): Message {
  const patch = { ...change, course: noted(message, change, now) };
  records.updateMessage(message.id, patch);
  const conversation = records.conversation(message.conversationId);
  if (conversation) {
    records.updateConversation(conversation.id, { sendAt: sooner(conversation.sendAt, now) });
    // Its turn had settled with a draft: this is its answer.
    const turn = message.state === 'draft' && message.turnId ? records.turn(message.turnId) : null;
    if (turn?.state === 'done') records.updateTurn(turn.id, { outcome: 'answered' });
  }
  return { ...message, ...patch };
}
