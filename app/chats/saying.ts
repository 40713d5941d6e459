/** What a customer says in a chat becomes a message of his conversation, by the way of all that comes in; the same words again are the same message. */
import type { Account } from '../../core/accounts.ts';
import { type JustLeft, shownOf, wordsId } from '../../core/chats/mailbox.ts';
import type { Pace } from '../../core/chats/pace.ts';
import { GUEST, VISITOR } from '../../core/chats/plans.ts';
import type { Contact, Identity } from '../../core/model.ts';
import type { ChatInput, ChatRefusal, ChatWords, ShownMessage } from '../../core/ports.ts';
import type { ChatParts } from './parts.ts';

export type Words = Extract<ChatInput, { kind: 'message' | 'button' }>;

export interface Refusal {
  code: ChatRefusal;
  message: string;
  retryAfterMs?: number;
}

/** `gone`: nobody is known any more whose chat it is. */
export type Said = { stored: ShownMessage } | { refused: Refusal } | { gone: true };

export interface Saying extends Pick<ChatParts, 'store' | 'receive'> {
  chat: string;
  accountId: string;
  account(): Account | undefined;
  /** How fast one person may write. */
  pace: Pace;
  /** The place behind all others. */
  next(): Promise<number>;
  justLeft(): JustLeft | undefined;
}

/** A store, or an account, that is away for a moment. */
const AWAY: Refusal = { code: 'not-stored', message: 'It could not be stored: send it again.', retryAfterMs: 3_000 };
const OFF: Refusal = { code: 'off', message: 'Nobody answers here now.' };
const NOT_OFFERED: Refusal = { code: 'not-offered', message: 'There is no such button in this chat.' };

/** One after another, in the order of the chat. Rejects where the store fails. */
export function createSaying({ store, receive, chat, accountId, account, pace, next, justLeft }: Saying) {
  const known = async (id: string): Promise<ShownMessage | null> => {
    const found = await store.run((records) => records.byPlatformId(accountId, wordsId(chat, id)));
    const own = found.find(({ direction }) => direction === 'in');
    return own ? shownOf(own) : null;
  };

  async function offered({ channel }: Account, { of, button }: Extract<Words, { kind: 'button' }>) {
    const message = await store.message(of);
    const shown = message?.conversationId === chat ? shownOf(message, justLeft()) : null;
    return shown?.parts.flatMap((part) => channel.chat!.buttons(part)).find(({ id }) => id === button);
  }

  /** Resolves once it is stored, whatever becomes of it. */
  async function handIn(words: ChatWords, host: Account): Promise<void> {
    const body = Buffer.from(JSON.stringify(words));
    const request = { method: host.channel.chat!.method, path: `/chat/${chat}`, query: {}, headers: {}, body };
    await receive({ ...host, inline: false }, request);
  }

  return async (said: Words): Promise<Said> => {
    const before = await known(said.id);
    if (before) return { stored: before };
    const visitor = visitorOf(await contactOf(), accountId);
    if (!visitor) return { gone: true };
    const host = account();
    if (!host) return { refused: AWAY };
    if (!host.enabled) return { refused: OFF };
    const choice = said.kind === 'button' ? await offered(host, said) : undefined;
    if (said.kind === 'button' && !choice) return { refused: NOT_OFFERED };
    const retryAfterMs = pace.take();
    if (retryAfterMs > 0)
      return { refused: { code: 'too-fast', message: 'So much at once is not taken.', retryAfterMs } };
    const text = said.kind === 'message' ? said.text : choice!.title;
    await handIn({ chat, visitor, id: said.id, cursor: await next(), text, ...(choice && { choice }) }, host);
    const stored = await known(said.id);
    // Switched off between the look and the words.
    return stored ? { stored } : { refused: OFF };
  };

  async function contactOf(): Promise<Contact | null> {
    const conversation = await store.conversation(chat);
    return conversation?.contactId ? store.contact(conversation.contactId) : null;
  }
}

/** How an account knows somebody who chats. */
export function visitorOf(contact: Pick<Contact, 'identities'> | null, accountId: string): Identity | undefined {
  const mine = contact?.identities.filter((identity) => identity.accountId === accountId) ?? [];
  const found = mine.find(({ kind }) => kind === VISITOR) ?? mine.find(({ kind }) => kind === GUEST);
  return found && { kind: found.kind, value: found.value };
}
