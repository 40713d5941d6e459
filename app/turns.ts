/** A turn's life in this process: what its nodes decided and said, and when it is over. The store has the truth by the turn's id. */
import type { Account } from '../core/accounts.ts';
import { DragomanError, describe } from '../core/errors.ts';
import type { Conversation, Decision } from '../core/model.ts';
import type { Clock, Http, Logger, Store } from '../core/ports.ts';
import type { BegunTurn, TurnEnd } from '../core/turns/lanes.ts';
import { createCutOff } from './cut-off.ts';
import type { TurnRun, TurnTracker } from './host.ts';
import { createKnownTurns } from './known-turns.ts';
import { aboutOrder } from './orders/about.ts';
import { judgeUnasked } from './orders/judge.ts';
import type { Entry, Registry } from './registry.ts';
import { NO_SHOWING, showProgress } from './showing.ts';
import { type LiveTurn, type Rehearsal, type TurnMessage, type TurnView, textOf } from './turn.ts';
import { conclude, noteErrors } from './turn-end.ts';

/** The lane is free this long after the reply was stored, whatever the flow still does. */
const FREE_AFTER_REPLY_MS = 5_000;
/** The tracker gives up a little after the turn did. */
const AFTER_DEADLINE_MS = 5_000;

/** @param over of a turn whose lane was freed while its flow goes on: resolves when that is over too, and all that happened in it is noted */
export type EndListener = (live: LiveTurn, end: TurnEnd, over?: Promise<void>) => void;

export interface Turns {
  run(begun: BegunTurn): Promise<TurnEnd>;
  /**
   * Runs a turn beside the conversation's lane, sending and changing nothing of ours: what would be said is kept on it. What nodes of a flow do that are not
   * ours, they do. @throws DragomanError ACCOUNT_MISSING where no flow would take it
   */
  rehearse(begun: BegunTurn, before: number): Promise<{ live: LiveTurn; end: TurnEnd }>;
  /** Lists the turns that the death of a process cut off after their first words; see `CutOff`. Never rejects. */
  lookBack(before?: number): Promise<void>;
  /**
   * The attempt of a turn that a message belongs to; puts `msg.turn` back where a function node lost it.
   * @throws DragomanError TURN_LOST when it belongs to none.
   */
  of(msg: TurnMessage): LiveTurn;
  /** The running attempt of a turn, whichever it is. */
  running(turnId: string): LiveTurn | undefined;
  /** The one that runs in a conversation. */
  runningIn(conversationId: string): LiveTurn | undefined;
  /** Ends the turns of these conversations, and remembers nothing of them. What their flows say from now on belongs to no turn. */
  forget(conversations: readonly string[]): void;
  /** This process was written off: others repeat its turns. What their flows say here from now on belongs to no turn. */
  letGo(): void;
  /** Told of every ended turn: for pages that show what happened. */
  onEnd(listener: EndListener): () => void;
}

export interface TurnOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  http: Http;
  registry: Registry;
  tracker: TurnTracker;
  /** What people call a node. */
  nodeName?(id: string): string;
  /** Puts what came without words into words, before the flow begins. Never rejects. */
  hear?(live: LiveTurn): Promise<unknown>;
  /** Whether is noted what happens. Not where absent. */
  traced?: boolean;
  /** The CPU has better to do than courtesies. Never where absent. */
  busy?(): boolean;
}

export function createTurns(options: TurnOptions): Turns {
  const {
    store,
    clock,
    log,
    http,
    registry,
    tracker,
    hear,
    busy = () => false,
    nodeName = (id) => id,
    traced,
  } = options;
  const known = createKnownTurns();
  const cutOff = createCutOff({ store, clock, log });
  const listeners = new Set<EndListener>();

  async function open(
    begun: BegunTurn,
    account: Account,
    about: LiveTurn['about'],
    rehearsal?: Rehearsal,
  ): Promise<LiveTurn> {
    const { turn, conversation, messages } = begun;
    const contact = conversation.contactId ? await store.contact(conversation.contactId) : null;
    const texts = messages.filter((message) => !message.deletedAt);
    const number = turn.attempts + turn.cuts + 1;
    const earlier = number > 1 ? await store.replies(turn.id) : [];
    const view: TurnView = {
      id: turn.id,
      attempt: number,
      channel: account.channel.id,
      account: { id: account.id, name: account.name },
      conversation: { id: conversation.id, status: conversation.status },
      session: conversation.session,
      language: contact?.language ?? account.language,
      // A flow may change what it is shown; the records are not its own.
      messages: copy(texts.map(({ id, text, at, media, choice }) => ({ id, text, at, media, choice }))),
      decisions: [],
      passages: [],
      vars: copy(conversation.vars),
    };
    const unasked =
      about &&
      ((current: Conversation) => judgeUnasked({ store, registry }, { turn, account, about }, current, clock.now()));
    return {
      ...begun,
      attempt: `${turn.id}#${number}`,
      account,
      contact,
      view,
      source: null,
      head: null,
      counts: new Map(),
      oldSlots: earlier.flatMap(({ slot }) => (slot && /^[^:]*:[^:]*:\d+$/.test(slot) ? slot : [])),
      begunAt: clock.now(),
      showing: rehearsal
        ? NO_SHOWING
        : showProgress({ store, clock, http, registry, busy, unasked }, account, conversation, messages.at(-1)),
      ...((traced || rehearsal) && { noted: [] }),
      rehearsal,
      about,
      replied: false,
      drafted: false,
      onReply: () => {},
      onForgotten: () => {},
      stop: new AbortController(),
      acted: number > 1,
    };
  }

  async function run(begun: BegunTurn): Promise<TurnEnd> {
    const account = registry.account(begun.turn.accountId);
    const about = begun.turn.followUp ? await aboutOrder(store, begun.turn.followUp) : undefined;
    const entry = () => (about ? registry.starter(about.nodeId) : registry.entry(begun.turn.accountId));
    if (!account || !entry()) return notThere();
    const turn = await open(begun, account, about);
    // The customer took back all he had said.
    if (turn.view.messages.length === 0 && !about) {
      turn.showing.end();
      return { kind: 'end', outcome: 'silent', decisions: [], vars: turn.view.vars };
    }
    const { end, settled } = await attempt(turn, entry);
    turn.showing.end();
    known.ended(turn, settled);
    const isOpen = end.kind === 'end' && end.openUntil !== undefined;
    if (isOpen) cutOff.watch(begun.turn, settled!);
    const over = isOpen ? settled!.then((result) => noteErrors(turn, result, clock.now())) : undefined;
    for (const listener of listeners) tell(listener, turn, end, over);
    return end;
  }

  async function rehearse(begun: BegunTurn, before: number): Promise<{ live: LiveTurn; end: TurnEnd }> {
    const account = registry.account(begun.turn.accountId);
    const entry = () => registry.entry(begun.turn.accountId);
    if (!account || !entry())
      throw new DragomanError(
        'ACCOUNT_MISSING',
        `The flows have no account ${begun.turn.accountId} with a channel-in.`,
        'Deploy the flow that it came in through, then try again.',
      );
    const turn = await open(begun, account, undefined, { before, said: [] });
    const { end, settled } = await attempt(turn, entry, false);
    known.ended(turn, settled);
    return { live: turn, end };
  }

  /** Sends a turn into its flow. @param entry where it begins: a deploy may bring another node while what was said is read or heard */
  async function attempt(
    turn: LiveTurn,
    entry: () => Pick<Entry, 'send'> | undefined,
    hears = true,
  ): Promise<{ end: TurnEnd; settled?: Promise<TurnRun> }> {
    const { account, about } = turn;
    const { id } = turn.turn;
    known.begun(turn);
    let settled: Promise<TurnRun> | undefined;
    try {
      const freed = timer(clock);
      turn.onReply = () => freed.start(FREE_AFTER_REPLY_MS);
      if (hears) await hear?.(turn);
      const begins = entry();
      if (!begins) return { end: notThere(turn.view.decisions) };
      const deadline = timer(clock);
      deadline.start(account.timeoutMs);
      const message: TurnMessage = {
        _msgid: id,
        payload: textOf(turn.view),
        turn: turn.view,
        ...(about && { order: about.view }),
      };
      const limitMs = account.timeoutMs + AFTER_DEADLINE_MS;
      const gone = new Promise<'forgotten'>((resolve) => (turn.onForgotten = () => resolve('forgotten')));
      const stopped = once(turn.stop.signal, 'interrupt' as const);
      settled = tracker.run(turn.attempt, message, (msg) => begins.send(msg), limitMs);
      const result = await Promise.race([
        settled,
        gone,
        stopped,
        freed.done.then(() => null),
        deadline.done.then((): 'late' => 'late'),
      ]);
      freed.cancel();
      deadline.cancel();
      return { end: conclude(turn, result, clock.now(), nodeName), settled };
    } catch (error) {
      return { end: { kind: 'fail', cut: false, error: describe(error), decisions: turn.view.decisions }, settled };
    }
  }

  /** Who only watches can do a turn no harm. */
  function tell(listener: EndListener, ...ended: Parameters<EndListener>): void {
    const [turn] = ended;
    try {
      listener(...ended);
    } catch (error) {
      log.error(`A listener failed at the end of turn ${turn.turn.id}: ${describe(error)}`);
    }
  }

  return {
    run,
    rehearse,
    lookBack: cutOff.lookBack,
    of(msg) {
      const name = tracker.lateTurnOf(msg) ?? nameOf(msg.turn);
      const turn = name === undefined ? undefined : known.byName(name);
      const why = name === undefined ? undefined : known.whyForgotten(name);
      if (why) throw new DragomanError('TURN_LOST', why, 'Nothing needs to be done.');
      if (!turn)
        throw new DragomanError(
          'TURN_LOST',
          'This message belongs to no turn.',
          'Start it at a channel-in node, and keep msg.turn in function nodes ("return msg").',
        );
      // The store and this record are the authority; only what a flow may change is taken from the message.
      if (msg.turn?.id === turn.view.id) {
        Object.assign(turn.view.vars, msg.turn.vars);
        if (Array.isArray(msg.turn.passages)) turn.view.passages = msg.turn.passages;
      }
      msg.turn = turn.view;
      return turn;
    },
    running: known.running,
    runningIn: (id) => known.findRunning(({ conversation, rehearsal }) => conversation.id === id && !rehearsal),
    forget(conversations) {
      const theirs = new Set(conversations);
      known.forget(({ conversation }) => theirs.has(conversation.id), 'The customer of this turn was forgotten.');
    },
    letGo: () => known.forget(() => true, 'This process was written off, and another one repeats this turn.'),
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const notThere = (decisions: Decision[] = []): TurnEnd => ({
  kind: 'fail',
  cut: true,
  error: 'The node at which this turn begins is not there now.',
  decisions,
});

const nameOf = (view: TurnView | undefined) => view && `${view.id}#${view.attempt}`;

const once = <T>(signal: AbortSignal, value: T) =>
  new Promise<T>((resolve) => signal.addEventListener('abort', () => resolve(value), { once: true }));

/** JSON is all that records hold, and several times as fast as `structuredClone`. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** A wait that can be started later, and once. */
function timer(clock: Clock): { start(ms: number): void; cancel(): void; done: Promise<void> } {
  let cancel: (() => void) | undefined;
  let finish = () => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  return {
    start(ms) {
      cancel ??= clock.at(clock.now() + ms, finish);
    },
    cancel: () => cancel?.(),
    done,
  };
}
