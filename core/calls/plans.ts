/** A call begins, is there, ends, and hears only a part of what is said to it. Plans for the store. */
import { conversationOf } from '../inbox/fold.ts';
import type { Call, CallEnd, CallState, Conversation, Message, SendError } from '../model.ts';
import { because } from '../policy/reasons.ts';
import type { Incoming, ParsedThread, Plan } from '../ports.ts';
import { isGone } from '../sending/send-state.ts';

export interface OpenCall extends Pick<Incoming, 'accountId' | 'channel' | 'at'> {
  call: Omit<Call, 'conversationId' | 'contactId'>;
  /** Whose call it is, and what the channel needs to speak to him. A call has a thread of its own: its key is the call's id, whatever it says. */
  thread: ParsedThread;
  /** To use where contact and conversation are new. */
  ids: Pick<Incoming, 'contactId' | 'conversationId' | 'session'>;
}

/**
 * Makes a call with a conversation of its own, and its contact where nobody is known by these identities. What its starter told of the caller is in the
 * conversation's `vars`, where flows and tools find it. @returns null where its id is taken
 */
export const openCall =
  ({ call, thread, ids, ...incoming }: OpenCall): Plan<{ call: Call; conversation: Conversation } | null> =>
  (records) => {
    if (records.call(call.id)) return null;
    const own: ParsedThread = { ...thread, kind: 'private', key: call.id };
    const conversation = conversationOf(records, { ...incoming, ...ids }, own);
    const opened: Call = { ...call, conversationId: conversation.id, contactId: conversation.contactId! };
    if (!records.insertCall(opened)) return null;
    const told = { vars: call.about };
    records.updateConversation(conversation.id, told);
    return { call: opened, conversation: { ...conversation, ...told } };
  };

export interface EndedCall {
  end: CallEnd;
  state: Exclude<CallState, 'active'>;
  summary: string;
  at: number;
}

/** @returns the call as it is then; null where none such goes on. */
export const endCall =
  (id: string, { end, state, summary, at }: EndedCall): Plan<Call | null> =>
  (records) => {
    const call = records.call(id);
    if (call?.state !== 'active') return null;
    const patch = { end, state, summary, endedAt: at };
    records.updateCall(id, patch);
    return { ...call, ...patch };
  };

/** Its line is there. Nothing changes of one that has ended, and time goes forward only. */
export const seeCall =
  (id: string, at: number): Plan<void> =>
  (records) => {
    const call = records.call(id);
    if (call?.state === 'active' && call.seenAt < at) records.updateCall(id, { seenAt: at });
  };

const INTERRUPTED: SendError = { code: 'interrupted', message: because('caller') };

/**
 * The caller of a call interrupted what the bot said: he heard its beginning only. What stays unsaid is no part of the history any more; where
 * the provider keeps the conversation, it believes that all was said, so that is given up.
 * @param heard the beginning of the message's text as it is stored; anything else changes nothing. Blank: nothing was heard, and it is discarded.
 * @returns the message as it is then; null where that did not change it: it may only become shorter.
 */
export const cutToHeard =
  (messageId: string, heard: string, at: number): Plan<Message | null> =>
  (records) => {
    const message = records.message(messageId);
    if (message?.author !== 'bot' || message.state === 'draft' || isGone(message)) return null;
    if (!records.callOf(message.conversationId)) return null;
    const text = heard.trimEnd();
    if (!message.text.startsWith(text) || text === message.text.trimEnd()) return null;
    const whole = message.text + (message.unheard ?? '');
    const patch: Partial<Message> = text
      ? { text, unheard: whole.slice(text.length) }
      : { text: whole, unheard: undefined, state: 'discarded', error: INTERRUPTED, nextTryAt: undefined };
    records.updateMessage(messageId, patch);
    records.updateConversation(message.conversationId, { head: null, updatedAt: at });
    return { ...message, ...patch };
  };
