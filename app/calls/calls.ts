/** All calls of this process: begun by whoever has the right to, opened with a ticket, ended, and told of. */
import type { Account } from '../../core/accounts.ts';
import { endCall, openCall } from '../../core/calls/plans.ts';
import { summaryOf } from '../../core/calls/summary.ts';
import { hashOf, isSecret, newSecret } from '../../core/calls/tickets.ts';
import { mayOpen } from '../../core/chats/origin.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Door } from '../../core/fleet/tickets.ts';
import { newId, newSession } from '../../core/ids.ts';
import type { Call, CallEnd, CallState, JsonObject, Message, ToolRun, Turn } from '../../core/model.ts';
import type { Fleet, Hints, Page } from '../../core/ports.ts';
import type { Registry } from '../registry.ts';
import { callerOf } from './caller.ts';
import type { TalkParts } from './parts.ts';
import { createTalk, type Talk } from './talk.ts';

/** Lines that are open at once. */
export const MOST_LINES = 20;
/** Lines of a transcript, and actions, that are told of a call. */
const MOST_TOLD = 1_000;
/** What a starter may tell of a caller. */
const MOST_ABOUT = { fields: 20, characters: 500 };

export interface StartedCall {
  call: Call;
  /** Opens the line, once, within a minute. */
  ticket: string;
  /** By which the line comes back. */
  resume: string;
}

export interface CallDetail {
  call: Call;
  messages: Message[];
  actions: ToolRun[];
}

/** Why a line was not opened; `status` of HTTP. */
export interface Refused {
  status: 401 | 403 | 404 | 503;
  reason: string;
}

export interface Knock {
  call: string;
  ticket?: string;
  resume?: string;
  /** Of the page that asks; undefined: no browser does. */
  origin?: string;
  /** The host by which it reached us. */
  host?: string;
}

export interface Processed {
  call: Call;
  replies: string[];
  actions: ToolRun[];
}

export interface Calls {
  /** @param about see `Call`. @throws DragomanError NOT_FOUND, BAD_REQUEST, ACCOUNT_DISABLED */
  start(accountId: string, about: JsonObject, language?: string): Promise<StartedCall>;
  /** Whether a line may be opened. A ticket is used up by it. */
  admit(knock: Knock): Promise<{ talk: Talk } | Refused>;
  /** @throws DragomanError NOT_FOUND */
  end(id: string, reason?: CallEnd): Promise<Call>;
  /** @throws DragomanError NOT_FOUND */
  read(id: string): Promise<CallDetail>;
  list(filter: { state?: CallState; accountId?: string } & Page): Promise<Call[]>;
  /** Typed words of a call, and what was answered to them. A call that is not there is begun with this id, on the account. @throws as `start` */
  process(accountId: string, query: string, id?: string): Promise<Processed>;
  /** A turn has ended, and the store knows. */
  turnStored(turn: Pick<Turn, 'id' | 'conversationId'>): void;
  /** Lines that are open. */
  open(): number;
  /** Ends the calls of these conversations, and closes what is recorded of them. */
  drop(conversations: readonly string[]): Promise<void>;
  /** The flows run, or a process is gone: calls that nobody has may go on. */
  restore(): Promise<void>;
  /** Another process has the call by now: it is let go here. */
  lost(callId: string): void;
  /** Whether the call of this conversation is at this process. */
  isHere(conversationId: string): boolean;
  stop(): Promise<void>;
}

export interface CallsOptions extends TalkParts {
  registry: Pick<Registry, 'account' | 'accounts'>;
  /** Of whom a caller asks to be let in. */
  door: Door;
  /** Each call is at one process of many: where its line is. */
  fleet: Pick<Fleet, 'id' | 'alone' | 'seize' | 'holds' | 'release'>;
  others?: Pick<Hints, 'tell'>;
}

export function createCalls(options: CallsOptions): Calls {
  const { store, clock, log, registry, turns, door, fleet, others } = options;
  const talks = new Map<string, { talk: Talk; close: () => void }>();
  const waiting = new Map<string, (() => void)[]>();
  const stopFollowing = turns.onEnd((live) => {
    for (const done of waiting.get(live.conversation.id) ?? []) done();
  });
  let stopped = false;

  const missing = (id: string) =>
    new DragomanError('NOT_FOUND', `There is no call ${id.slice(0, 80)}.`, 'List them with "dragoman calls".');

  function accountOf(id: string): Account {
    const account = registry.account(id);
    if (!account?.channel.live)
      throw new DragomanError(
        'NOT_FOUND',
        'There is no such account for calls.',
        'Take an account of the channel Call that is deployed.',
      );
    if (!account.enabled)
      throw new DragomanError(
        'ACCOUNT_DISABLED',
        `Account "${account.name}" is switched off.`,
        'Switch it on in its config node.',
      );
    return account;
  }

  /** @param isRestored it began in a process before this one */
  function follow(call: Call, isRestored = true): Talk {
    const known = talks.get(call.id);
    if (known) return known.talk;
    const { live } = accountOf(call.accountId).channel;
    const talk = createTalk({
      ...{ ...options, call, isRestored },
      account: () => accountOf(call.accountId),
      async onEnd(reason, recording) {
        const { talk, close } = talks.get(call.id) ?? {};
        close?.();
        if (talk) talks.delete(call.id);
        // Its line came back at another process, which goes on with it.
        if (reason === 'lost' && !(await fleet.holds(dutyOf(call.id)))) return;
        void fleet.release(dutyOf(call.id));
        const { actions } = await detail(call);
        const state = reason === 'lost' ? 'failed' : 'completed';
        await store.run((records) => {
          if (recording) records.updateCall(call.id, { recording });
          endCall(call.id, { end: reason, state, summary: summaryOf(actions), at: clock.now() })(records);
        });
        log.info(`Call ${call.id} ended (${reason}) after ${Math.round((clock.now() - call.startedAt) / 1000)} s.`);
      },
    });
    talks.set(call.id, { talk, close: live!.open(call.id, talk.say) });
    return talk;
  }

  /** It is at this process from now on, wherever it was. */
  async function seize({ id }: Call): Promise<void> {
    if (fleet.alone) return;
    await fleet.seize(dutyOf(id));
    others?.tell({ kind: 'call', callId: id, owner: fleet.id });
  }

  async function detail(call: Call): Promise<CallDetail> {
    const [messages, actions] = await Promise.all([
      store.messages(call.conversationId, { limit: MOST_TOLD }),
      store.toolRunsOf(call.conversationId, MOST_TOLD),
    ]);
    return { call, messages, actions };
  }

  async function begin(
    account: Account,
    { id, about, language, typed }: { id: string; about: JsonObject; language?: string; typed?: true },
  ) {
    const at = clock.now();
    const resume = newSecret();
    const fresh = { id, accountId: account.id, state: 'active' as const, about, language, typed, startedAt: at };
    const call = { ...fresh, endedAt: null, seenAt: at, secret: hashOf(resume), recording: null, summary: '' };
    const opened = await store.run(
      openCall({
        ...{ accountId: account.id, channel: account.channel.id, at, call },
        thread: {
          ...{ kind: 'private', identities: [{ kind: 'caller', value: callerOf(call) }] },
          address: { call: id },
        },
        ids: { contactId: newId(at), conversationId: newId(at), session: newSession() },
      }),
    );
    if (!opened)
      throw new DragomanError('BAD_REQUEST', 'There is a call with this id already.', 'Leave the id out to begin one.');
    await seize(opened.call);
    follow(opened.call, false);
    return { call: opened.call, resume };
  }

  return {
    async start(accountId, about, language) {
      const account = accountOf(accountId);
      if (stopped)
        throw new DragomanError('STORE_UNAVAILABLE', 'The server stops.', 'Begin the call in a moment.', {
          retryable: true,
        });
      const { call, resume } = await begin(account, {
        ...{ id: newId(clock.now()), about: checked(about) },
        ...(language && { language: languageIn(language) }),
      });
      return { call, resume, ticket: await door.issue(call.id) };
    },
    async admit(knock) {
      const call = await store.call(knock.call);
      const isKnown = knock.ticket
        ? await door.redeem(knock.ticket, knock.call)
        : knock.resume !== undefined && call !== null && isSecret(knock.resume, call.secret);
      if (!isKnown || !call) return { status: 401, reason: 'The ticket is missing, used, or too old.' };
      if (call.state !== 'active') return { status: 404, reason: 'The call is over.' };
      const account = registry.account(call.accountId);
      if (!account) return { status: 503, reason: 'The account of the call is not there now.' };
      if (!mayOpen(knock, account.settings.origins ?? ''))
        return { status: 403, reason: 'This page may not open a line here.' };
      const isNew = !talks.get(call.id)?.talk.isAttached();
      if (stopped || (isNew && openLines() >= MOST_LINES))
        return { status: 503, reason: 'There are too many calls now.' };
      await seize(call);
      return { talk: follow(call) };
    },
    async end(id, reason = 'agent') {
      const call = await store.call(id);
      if (!call) throw missing(id);
      if (call.state !== 'active') return call;
      await seize(call);
      await follow(call).end(reason);
      return (await store.call(id))!;
    },
    async read(id) {
      const call = await store.call(id);
      if (!call) throw missing(id);
      return detail(call);
    },
    list: (filter) => store.calls(filter),
    async process(accountId, query, id) {
      const account = accountOf(accountId);
      const found = id === undefined ? null : await store.call(id);
      if (found && (found.accountId !== accountId || found.state !== 'active')) throw missing(id!);
      const call = found ?? (await begin(account, { id: id ?? newId(clock.now()), about: {}, typed: true })).call;
      const turn = ended(call.conversationId, account.timeoutMs);
      await seize(call);
      const messageId = await follow(call).typed(query);
      await turn.done;
      const message = await store.message(messageId);
      const replies = message?.turnId ? await store.replies(message.turnId) : [];
      const actions = (await store.toolRunsOf(call.conversationId, MOST_TOLD)).filter(
        (run) => run.turnId === message?.turnId,
      );
      return { call, replies: replies.filter(({ state }) => state !== 'discarded').map(({ text }) => text), actions };
    },
    turnStored({ id, conversationId }) {
      for (const { talk } of talks.values()) if (talk.call.conversationId === conversationId) talk.turnStored(id);
    },
    open: () => openLines(),
    async drop(conversations) {
      const theirs = [...talks.values()].filter(({ talk }) => conversations.includes(talk.call.conversationId));
      await Promise.all(theirs.map(({ talk }) => talk.end('agent')));
    },
    async restore() {
      for (const call of await store.calls({ state: 'active', limit: 1_000 }))
        try {
          // Another process that lives has it.
          if (!(await fleet.holds(dutyOf(call.id)))) continue;
          await seize(call);
          follow(call);
        } catch (error) {
          log.warn(`Call ${call.id} cannot go on: ${describe(error)}`);
        }
    },
    lost(callId) {
      const { talk, close } = talks.get(callId) ?? {};
      talks.delete(callId);
      close?.();
      void talk?.suspend();
    },
    isHere: (id) => [...talks.values()].some(({ talk }) => talk.call.conversationId === id),
    async stop() {
      stopped = true;
      stopFollowing();
      await Promise.all([...talks.values()].map(({ talk }) => talk.suspend()));
    },
  };

  function openLines(): number {
    return [...talks.values()].filter(({ talk }) => talk.isAttached()).length;
  }

  /** Resolves when the next turn of a conversation has ended, or its time is over. */
  function ended(conversationId: string, ms: number): { done: Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const all = waiting.get(conversationId) ?? [];
    const cancel = clock.at(clock.now() + ms, finish);
    function finish(): void {
      cancel();
      waiting.set(
        conversationId,
        (waiting.get(conversationId) ?? []).filter((one) => one !== finish),
      );
      if (waiting.get(conversationId)!.length === 0) waiting.delete(conversationId);
      resolve();
    }
    waiting.set(conversationId, [...all, finish]);
    return { done: promise };
  }
}

/** A process of many has a call as it has a duty. */
const dutyOf = (callId: string) => `call ${callId}`;

/** @throws DragomanError BAD_REQUEST for what is no small record of texts and numbers */
function checked(about: JsonObject): JsonObject {
  const entries = Object.entries(about);
  const isSmall = entries.length <= MOST_ABOUT.fields && JSON.stringify(about).length <= MOST_ABOUT.characters;
  if (isSmall && entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))) return about;
  throw new DragomanError(
    'BAD_REQUEST',
    'What is told of the caller is too much, or no texts and numbers.',
    'Send a few fields such as {"pharmacy_id": 1, "user_id": 1}.',
  );
}

/** @throws DragomanError BAD_REQUEST */
function languageIn(language: string): string {
  if (/^[a-z]{2}$/.test(language)) return language;
  throw new DragomanError('BAD_REQUEST', 'The language is no code of two letters.', 'Send for example "ar".');
}
