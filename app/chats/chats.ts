/** All chats of this process: begun for whoever the shop sends, opened with a ticket, come back to with a word. */
import type { Account } from '../../core/accounts.ts';
import { mayOpen, type Origin } from '../../core/chats/origin.ts';
import { createPace, type Pace } from '../../core/chats/pace.ts';
import { pageOf } from '../../core/chats/page.ts';
import { GUEST, guestOf, mayComeBack, openChat, VISITOR } from '../../core/chats/plans.ts';
import { newResume, resumeKey } from '../../core/chats/resume.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { newId, newSession } from '../../core/ids.ts';
import type { ChatDesk, Chatting, Wire } from '../../core/ports.ts';
import { createRecent } from '../../core/recent.ts';
import { cutText, LONGEST_NAME } from '../../core/text/lengths.ts';
import { type Chat, createChat } from './chat.ts';
import type { ChatParts } from './parts.ts';

/** Lines that are open at once, of all chats and of one: so many pages of it. */
const MOST_LINES = 1_000;
const MOST_PAGES = 10;
/** What one person says, and opens, whatever the number of his pages. */
const WORDS = { perSecond: 0.5, atOnce: 15 };
const OPENINGS = { perSecond: 0.5, atOnce: 20 };
/** People whose pace is remembered. */
const PACES = 5_000;
/** The shop's name of a person. */
const LONGEST_VISITOR = 128;
/** Messages whose fate nobody knew when a process died. */
const MOST_UNKNOWN = 1_000;

/** Of whom the shop tells. */
export interface Visitor {
  /** The shop's own name of him, always the same; absent: a guest. */
  visitor?: string;
  name?: string;
  /** ISO 639-1. */
  language?: string;
  /** Address of the page. */
  page?: string;
  /** A guest's word, from his page: he is the one of before. */
  resume?: string;
}

export interface StartedChat {
  chat: string;
  /** Opens the line, once, within a minute. */
  ticket: string;
  /** By which the page comes back, any time. */
  resume: string;
  /** Nobody but this page knows who he is. */
  guest: boolean;
}

/** Why a line was not opened; `status` as HTTP has it. */
export interface RefusedChat {
  status: 401 | 403 | 404 | 429 | 503;
  reason: string;
}

export interface ChatKnock extends Origin {
  chat: string;
  ticket?: string;
  resume?: string;
}

export interface Chats {
  /** @param accountId absent: the only one. @throws DragomanError NOT_FOUND, BAD_REQUEST, ACCOUNT_DISABLED */
  start(accountId: string | undefined, visitor: Visitor): Promise<StartedChat>;
  /** Whether a line may be opened. A ticket is used up by it. */
  admit(knock: ChatKnock): Promise<{ channel: Chatting; attach(wire: Wire, cursor: number): Chat } | RefusedChat>;
  /** Lines that are open. */
  open(): number;
  /** Lets go of the pages of these conversations: they are forgotten. */
  drop(conversations: readonly string[]): Promise<void>;
  /** The flows run: from now on messages are taken into mailboxes. */
  serve(): void;
  /** What a process that died may have shown, or not, is in the mailbox now. */
  recover(): Promise<void>;
  /** Another process has something new in a chat. */
  hear(conversationId: string, typing?: boolean): void;
  /** Whether pages of it are here. */
  isHere(conversationId: string): boolean;
  stop(): Promise<void>;
}

export function createChats(options: ChatParts): Chats {
  const { store, clock, log, registry, turns, gateway, door, limits } = options;
  const chats = new Map<string, Chat>();
  const paces = createRecent<{ words: Pace; openings: Pace }>(PACES);
  const served = new Map<Chatting, () => void>();
  let stopped = false;

  const stopFollowing = turns.onEnd(({ conversation }) => chats.get(conversation.id)?.turnEnded());

  function paceOf(chat: string) {
    const pace = paces.get(chat) ?? { words: createPace(clock, WORDS), openings: createPace(clock, OPENINGS) };
    paces.set(chat, pace);
    return pace;
  }

  /** The chat, while somebody is there or something is done. */
  function follow(id: string, accountId: string, channel: Chatting): Chat {
    for (const [key, chat] of chats) if (key !== id && chat.isIdle()) chats.delete(key);
    const chat = chats.get(id) ?? createChat({ ...options, id, accountId, channel, pace: paceOf(id).words });
    chats.set(id, chat);
    return chat;
  }

  const deskOf = (channel: Chatting): ChatDesk => ({
    async post(id) {
      try {
        const accountId = (await store.conversation(id))?.accountId;
        if (accountId !== undefined) return await follow(id, accountId, channel).post();
      } catch (error) {
        return { ok: false, failure: 'retry', error: { code: 'mailbox', message: describe(error) } };
      }
      return { ok: false, failure: 'recipient', error: { code: 'chat-gone', message: 'The chat is not there.' } };
    },
    typing(id) {
      chats.get(id)?.typing();
      options.others?.tell({ kind: 'chat', conversationId: id, typing: true });
    },
    draft: (id, text) => chats.get(id)?.draft(text) ?? false,
  });

  function serve(): void {
    for (const { channel } of registry.accounts())
      if (channel.chat && !served.has(channel.chat)) served.set(channel.chat, channel.chat.serve(deskOf(channel.chat)));
  }

  function accountOf(id: string | undefined): Account & { channel: { chat: Chatting } } {
    const all = registry.accounts().filter(({ channel }) => channel.chat);
    const [account, other] = id === undefined ? all : all.filter((one) => one.id === id);
    if (!account || other)
      throw new DragomanError(
        'NOT_FOUND',
        other ? 'There are several accounts for web chats.' : 'There is no such account for web chats.',
        'Name an account of the channel Web chat that is deployed.',
      );
    if (!account.enabled)
      throw new DragomanError(
        'ACCOUNT_DISABLED',
        `Account "${account.name}" is switched off.`,
        'Switch it on in its config node.',
      );
    return account as Account & { channel: { chat: Chatting } };
  }

  return {
    async start(accountId, { visitor, name, language, page, resume: word }) {
      const account = accountOf(accountId);
      if (stopped)
        throw new DragomanError('STORE_UNAVAILABLE', 'The server stops.', 'Begin the chat in a moment.', {
          retryable: true,
        });
      serve();
      const at = clock.now();
      const known = visitor === undefined ? await guest(account.id, word) : null;
      const resume = known && word ? word : newResume(at);
      const conversation = await store.run(
        openChat({
          ...{ accountId: account.id, channel: account.channel.id, at },
          visitor:
            visitor === undefined
              ? (known ?? { kind: GUEST, value: newId(at) })
              : { kind: VISITOR, value: visitorIn(visitor) },
          ...(name?.trim() && { name: cutText(name.trim(), LONGEST_NAME) }),
          ...(language && { language: languageIn(language) }),
          ...(page && { page: pageOf(page) }),
          ...(!known && { resume: resumeKey(resume)! }),
          ids: { contactId: newId(at), conversationId: newId(at), session: newSession() },
        }),
      );
      const { id } = conversation;
      return { chat: id, resume, ticket: await door.issue(id), guest: visitor === undefined };
    },
    async admit(knock) {
      const id = knock.chat;
      const key = knock.resume === undefined ? undefined : resumeKey(knock.resume);
      const isKnown = knock.ticket
        ? await door.redeem(knock.ticket, id)
        : key !== undefined && (await store.run(mayComeBack(id, key)));
      const conversation = isKnown ? await store.conversation(id) : null;
      if (!conversation) return { status: 401, reason: 'The ticket is missing, used, or too old.' };
      const account = registry.account(conversation.accountId);
      const channel = account?.channel.chat;
      if (!account?.enabled || !channel) return { status: 503, reason: 'Nobody answers here now.' };
      if (!mayOpen(knock, account.settings.origins ?? ''))
        return { status: 403, reason: 'This page may not open a line here.' };
      const tooOften = limits
        ? await limits.take('openings', id, { most: OPENINGS.atOnce, seconds: OPENINGS.atOnce / OPENINGS.perSecond })
        : paceOf(id).openings.take();
      if (tooOften > 0 || (chats.get(id)?.lines() ?? 0) >= MOST_PAGES)
        return { status: 429, reason: 'It is opened too often.' };
      if (stopped || openLines() >= MOST_LINES) return { status: 503, reason: 'There are too many chats now.' };
      serve();
      return {
        channel,
        attach(wire, cursor) {
          const chat = follow(id, account.id, channel);
          chat.attach(wire, cursor);
          return chat;
        },
      };
    },
    open: openLines,
    async drop(conversations) {
      await Promise.all(conversations.map((id) => chats.get(id)?.close(4404, 'The chat is no longer there.')));
      for (const id of conversations) chats.delete(id);
    },
    serve,
    async recover() {
      const isOurs = (accountId: string) => registry.account(accountId)?.channel.chat !== undefined;
      for (const { id, accountId } of await store.sends({ states: ['unknown'], limit: MOST_UNKNOWN }))
        if (isOurs(accountId))
          await gateway.resend(id).catch((error) => log.info(`Message ${id} stays as it is: ${describe(error)}`));
    },
    hear(id, typing) {
      if (typing) chats.get(id)?.typing();
      else chats.get(id)?.catchUp();
    },
    isHere: (id) => (chats.get(id)?.lines() ?? 0) > 0,
    async stop() {
      stopped = true;
      stopFollowing();
      await Promise.all([...chats.values()].map((chat) => chat.close(1001, 'The server stops: come back.')));
    },
  };

  async function guest(accountId: string, word: string | undefined) {
    const key = word === undefined ? undefined : resumeKey(word);
    return key === undefined ? null : store.run(guestOf(accountId, key));
  }

  function openLines(): number {
    return [...chats.values()].reduce((sum, chat) => sum + chat.lines(), 0);
  }
}

/** @throws DragomanError BAD_REQUEST for what cannot be told from another: an id is never cut */
function visitorIn(visitor: string): string {
  const value = visitor.trim();
  if (value && value.length <= LONGEST_VISITOR) return value;
  throw new DragomanError(
    'BAD_REQUEST',
    `The visitor is blank, or longer than ${LONGEST_VISITOR} letters.`,
    'Send the id that the shop knows its customer by, or nothing for a guest.',
  );
}

/** @throws DragomanError BAD_REQUEST */
function languageIn(language: string): string {
  const [code = ''] = language.toLowerCase().split('-');
  if (/^[a-z]{2}$/.test(code)) return code;
  throw new DragomanError('BAD_REQUEST', 'The language is no code of two letters.', 'Send for example "ar".');
}
