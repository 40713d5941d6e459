/** One chat as its customer's pages have it open: what they say is stored, what is said to them is shown, to each from where it left off. */
import type { Account } from '../../core/accounts.ts';
import { type JustLeft, mailbox, partId, readUpTo, shownOf, unseen } from '../../core/chats/mailbox.ts';
import type { Pace } from '../../core/chats/pace.ts';
import { GUEST, noteSeen } from '../../core/chats/plans.ts';
import { describe } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { type Conversation, type Message, PEOPLES } from '../../core/model.ts';
import type { ChatInput, ChatOutput, Chatting, SendResult, ShownMessage, Wire } from '../../core/ports.ts';
import { rendered } from '../../core/sending/rendered.ts';
import type { ChatParts } from './parts.ts';
import { createSaying, visitorOf, type Words } from './saying.ts';

export const HEARTBEAT_MS = 25_000;
/** Messages that are told at once, to a page that is new and to one that comes back. */
const MOST_TOLD = { first: 100, again: 500 };
/** Where the place of the last one is looked for, and what was not seen yet: seldom is it further back. */
const NEAR = 50;
/** What was shown is in the store by then. */
const STORED_MS = 400;

export interface Chat {
  /** A page is there. @param cursor what it has already; 0: nothing */
  attach(wire: Wire, cursor: number): void;
  /** Of a page that is there. */
  take(wire: Wire, input: ChatInput): void;
  detach(wire: Wire): void;
  /** Pages that are there. */
  lines(): number;
  /** Nobody is there, and nothing is done. */
  isIdle(): boolean;
  /** The part of the open send that is on its way. Never rejects. */
  post(): Promise<SendResult>;
  typing(): void;
  /** @returns whether somebody sees it */
  draft(text: string): boolean;
  /** Another process has said, or stored, something here. */
  catchUp(): void;
  /** A turn of it has ended. */
  turnEnded(): void;
  /** Lets all pages go. Resolves when nothing is done any more. */
  close(code: number, reason: string): Promise<void>;
}

export interface ChatOptions extends ChatParts {
  id: string;
  accountId: string;
  channel: Chatting;
  pace: Pace;
}

interface Line {
  /** What it was shown. */
  cursor: number;
  isOpen: boolean;
}

const GONE: SendResult = {
  ok: false,
  failure: 'recipient',
  error: { code: 'chat-gone', message: 'The chat is no longer there.' },
};

export function createChat(options: ChatOptions): Chat {
  const { id, accountId, channel, pace, store, clock, log, registry, receive, gateway, others } = options;
  const lines = new Map<Wire, Line>();
  const account = (): Account | undefined => registry.account(accountId);
  const saying = createSaying({
    ...{ store, receive, chat: id, accountId, account, pace, next, justLeft: () => justLeft },
  });
  /** The last place in the chat; undefined until it was looked for. */
  let last: number | undefined;
  let justLeft: JustLeft | undefined;
  let mode: 'bot' | 'human' = 'bot';
  let isTyping = false;
  let isGreeted = false;
  let closing: { code: number; reason: string } | undefined;
  let work: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** One after another: what is shown has its place in the order in which it is shown. */
  function inOrder(step: () => Promise<void>, failed: (why: string) => void = trouble): void {
    waiting++;
    work = work
      .then(step)
      .catch((error) => failed(describe(error)))
      .finally(() => waiting--);
  }

  function trouble(why: string): void {
    log.warn(`Chat ${id}: ${why}`);
  }

  const send = (wire: Wire, output: ChatOutput) => wire.send(channel.write(output));

  function all(output: ChatOutput): void {
    for (const [wire, line] of lines) if (line.isOpen) send(wire, output);
  }

  async function next(): Promise<number> {
    // Somebody else may have said something meanwhile.
    if (others) last = undefined;
    last ??= mailbox(await store.messages(id, { limit: NEAR })).at(-1)?.cursor ?? 0;
    last = Math.max(last + 1, clock.now());
    return last;
  }

  /** @param sayer the page whose words they are: it knows them */
  function show(message: ShownMessage, sayer?: Wire): void {
    for (const [wire, line] of lines) {
      if (!line.isOpen || line.cursor >= message.cursor) continue;
      line.cursor = message.cursor;
      if (wire !== sayer) send(wire, { kind: 'message', message });
    }
  }

  async function open(wire: Wire, line: Line): Promise<void> {
    const conversation = await store.conversation(id);
    if (!conversation) return gone(wire);
    const host = account();
    if (!host) return leave(wire, 1013, 'The account is not there now: come back.');
    const limit = line.cursor > 0 ? MOST_TOLD.again : MOST_TOLD.first;
    const page = await store.messages(id, { limit });
    forgetSettled(page);
    const told = mailbox(page, justLeft);
    const messages = told.filter(({ cursor }) => cursor > line.cursor);
    const more = page.length === limit && messages.length === told.length;
    const contact = conversation.contactId ? await store.contact(conversation.contactId) : null;
    mode = modeOf(conversation);
    line.cursor = messages.at(-1)?.cursor ?? line.cursor;
    line.isOpen = true;
    const opening = {
      ...{ chat: id, title: host.settings.title || host.name, language: contact?.language || host.language },
      ...{ guest: visitorOf(contact, accountId)?.kind === GUEST, mode, cursor: line.cursor, messages, more },
      ...{ read: readUpTo(page), heartbeatMs: HEARTBEAT_MS },
    };
    send(wire, { kind: 'open', opening });
    if (isTyping) send(wire, { kind: 'typing', on: true });
    if (page.length === 0 && !isGreeted) greet(host).catch((error) => trouble(describe(error)));
  }

  /** Not in order: the gateway hands it back as any other message. */
  async function greet(host: Account): Promise<void> {
    const text = host.settings.greeting?.trim();
    if (!text) return;
    isGreeted = true;
    const at = clock.now();
    await gateway.deliver({
      ...{ id: newId(at), conversationId: id, accountId, turnId: null, slot: `${id}:greeting`, at },
      ...{ author: 'system', purpose: 'reply', text, media: [], parts: rendered(host.channel, { text }) },
    });
  }

  /** The store knows by now what had just left. */
  function forgetSettled(messages: readonly Message[]): void {
    const message = messages.find((one) => one.id === justLeft?.messageId);
    if (message && message.parts?.[justLeft!.part]?.state !== 'sending') justLeft = undefined;
  }

  async function say(wire: Wire, words: Words): Promise<void> {
    const said = await saying(words);
    if ('gone' in said) return gone(wire);
    if ('refused' in said) return send(wire, { kind: 'error', id: words.id, ...said.refused });
    const { stored } = said;
    show(stored, wire);
    send(wire, { kind: 'stored', id: stored.id, cursor: stored.cursor });
    tellOthers();
  }

  /** Pages that are at other processes, once the store knows. */
  function tellOthers(): void {
    if (others) clock.at(clock.now() + STORED_MS, () => others.tell({ kind: 'chat', conversationId: id }));
  }

  async function catchUp(): Promise<void> {
    const page = await store.messages(id, { limit: NEAR });
    forgetSettled(page);
    for (const message of mailbox(page, justLeft)) show(message);
    await look();
  }

  async function seen(state: 'delivered' | 'read', cursor: number): Promise<void> {
    for (const limit of [NEAR, MOST_TOLD.again]) {
      const page = await store.messages(id, { limit });
      const names = unseen(page, state, cursor, justLeft);
      if (names.length > 0) await store.run(noteSeen(accountId, names, state, clock.now()), { lazy: true });
      // What nobody had seen may have begun before these.
      const oldest = page.filter(({ direction }) => direction === 'out').slice(0, 1);
      if (page.length < limit || !unseen(oldest, state, cursor).some((name) => names.includes(name))) return;
    }
  }

  async function look(): Promise<void> {
    const conversation = await store.conversation(id);
    if (!conversation) {
      for (const wire of lines.keys()) gone(wire);
      return;
    }
    const now = modeOf(conversation);
    if (now !== mode) all({ kind: 'state', mode: now });
    mode = now;
    if (conversation.openTurn === null) typed();
  }

  const modeOf = ({ status, humanUntil }: Conversation) =>
    PEOPLES.includes(status) || humanUntil > clock.now() ? 'human' : 'bot';

  /** Nobody writes any more. */
  function typed(): void {
    if (isTyping) all({ kind: 'typing', on: false });
    isTyping = false;
  }

  async function post(): Promise<SendResult> {
    const sending = (await store.conversation(id))?.openSend;
    const message = sending ? await store.message(sending) : null;
    const part = message?.parts?.findIndex(({ state }) => state === 'sending') ?? -1;
    if (!message || part < 0) return GONE;
    justLeft = { messageId: message.id, part, cursor: await next() };
    typed();
    const shown = shownOf(message, justLeft);
    if (shown) show(shown);
    tellOthers();
    if (message.author === 'human') inOrder(look);
    return { ok: true, platformId: partId(id, justLeft.cursor) };
  }

  function leave(wire: Wire, code: number, reason: string): void {
    lines.delete(wire);
    wire.close(code, reason);
  }

  const gone = (wire: Wire) => leave(wire, 4404, 'The chat is no longer there.');

  return {
    attach(wire, cursor) {
      if (closing) return wire.close(closing.code, closing.reason);
      const line = { cursor, isOpen: false };
      lines.set(wire, line);
      inOrder(
        async () => {
          if (lines.has(wire)) await open(wire, line);
        },
        (why) => {
          trouble(why);
          leave(wire, 1013, 'The chat cannot be read now: come back.');
        },
      );
    },
    take(wire, input) {
      if (input.kind === 'wrong') {
        const { code, message, id: of } = input;
        send(wire, { kind: 'error', code, message, ...(of !== undefined && { id: of }) });
      } else if (input.kind === 'ping') {
        send(wire, { kind: 'pong', n: input.n });
        inOrder(others ? catchUp : look);
      } else if (input.kind === 'seen') inOrder(() => seen(input.state, input.cursor));
      else
        inOrder(
          () => say(wire, input),
          (why) => {
            trouble(why);
            const message = 'It could not be stored: send it again.';
            send(wire, { kind: 'error', id: input.id, code: 'not-stored', message, retryAfterMs: 1_000 });
          },
        );
    },
    detach: (wire) => void lines.delete(wire),
    lines: () => lines.size,
    isIdle: () => lines.size === 0 && waiting === 0,
    post: () =>
      new Promise((resolve) =>
        inOrder(
          async () => resolve(await post()),
          (why) => resolve({ ok: false, failure: 'retry', error: { code: 'mailbox', message: why } }),
        ),
      ),
    typing() {
      if (!isTyping) all({ kind: 'typing', on: true });
      isTyping = true;
    },
    draft(text) {
      all({ kind: 'draft', text });
      return [...lines.values()].some(({ isOpen }) => isOpen);
    },
    catchUp: () => inOrder(catchUp),
    turnEnded() {
      typed();
      inOrder(look);
    },
    async close(code, reason) {
      closing = { code, reason };
      for (const wire of lines.keys()) leave(wire, code, reason);
      await work;
    },
  };
}
