/** A turn's life in this process: what its nodes decided and said, and when it is over. The store has the truth by the turn's id. */
import type { Account } from '../core/accounts.ts';
import type { Answerer } from '../core/answering/budget.ts';
import { DragomanError, describe } from '../core/errors.ts';
import type {
  AnswerSource,
  Contact,
  Conversation,
  ConversationStatus,
  Decision,
  JsonObject,
  Media,
  MessageTemplate,
  Passage,
  ResponseHead,
  SendState,
} from '../core/model.ts';
import { because } from '../core/policy/reasons.ts';
import type { Clock, Http, Logger, Outgoing, Store } from '../core/ports.ts';
import { createRecent } from '../core/recent.ts';
import { cutText, LONGEST_LINE } from '../core/text/lengths.ts';
import type { BegunTurn, TurnEnd } from '../core/turns/lanes.ts';
import { createCutOff } from './cut-off.ts';
import type { TurnRun, TurnTracker } from './host.ts';
import { type About, aboutOrder, type OrderView } from './orders/about.ts';
import { judgeUnasked } from './orders/judge.ts';
import type { Entry, Registry } from './registry.ts';
import { NO_SHOWING, type Showing, showProgress } from './showing.ts';
import { type Noted, note } from './timeline/notes.ts';

/** The lane is free this long after the reply was stored, whatever the flow still does. */
const FREE_AFTER_REPLY_MS = 5_000;
/** Ended attempts that are remembered, of each kind. */
const MAX_ENDED = 2_000;
/** The tracker gives up a little after the turn did. */
const AFTER_DEADLINE_MS = 5_000;

/** What a flow sees as `msg.turn`: plain JSON, no address. */
export interface TurnView {
  id: string;
  attempt: number;
  channel: string;
  account: { id: string; name: string };
  conversation: { id: string; status: ConversationStatus };
  session: string;
  /** ISO 639-1. */
  language: string;
  messages: { id: string; text: string; at: number; media: Media[]; choice?: { id: string; title: string } }[];
  decisions: Decision[];
  passages: Passage[];
  /** The integrator's own small values of this conversation; saved when the turn settles. */
  vars: JsonObject;
}

/** What a turn's customer wrote or said, as `msg.payload` has it. */
export const textOf = ({ messages }: Pick<TurnView, 'messages'>): string =>
  messages
    .map((message) => message.text)
    .filter(Boolean)
    .join('\n');

export interface TurnMessage {
  payload?: unknown;
  turn?: TurnView;
  /** What an order's turn is about. */
  order?: OrderView;
  [property: string]: unknown;
}

/** A turn that is run again for who looks. */
export interface Rehearsal {
  /** Of the conversation it sees what came before this. */
  before: number;
  /** What it would have said, in order. */
  said: (Outgoing & { source?: AnswerSource })[];
}

export interface LiveTurn extends BegunTurn {
  /** `turn#n`: what travels on the messages of this attempt. */
  attempt: string;
  account: Account;
  contact: Contact | null;
  view: TurnView;
  /** The language that the model is told to answer in; absent: in the customer's, which it sees for itself. */
  answerIn?: string;
  /** When a model was asked, and when it had answered; UTC milliseconds. */
  asked?: { from: number; until: number };
  /** The order that it is about; absent where a customer wrote. */
  about?: About;
  /** Who wrote what is in the payload now; null: the flow itself. */
  source: AnswerSource | null;
  /** What says it where the platform takes no free text; for the first message about an order that the attempt says. */
  template?: MessageTemplate;
  /** What the provider keeps of the conversation, once these very words are its end; null: nothing. */
  head: { at: Omit<ResponseHead, 'seq'>; text: string } | null;
  /** The knowledge base that was asked last; absent: none was. */
  base?: string;
  /** Replies of this attempt that went through each channel-out, by the way they came there. */
  counts: Map<string, number>;
  /** Slots of an attempt of the version before, which had no way in them. */
  oldSlots: string[];
  /** UTC milliseconds. */
  begunAt: number;
  /** What happened so far; absent where nobody is to know later. */
  noted?: Noted[];
  /** It runs to show what would be said: what it says is kept here and not sent, and it changes nothing. */
  rehearsal?: Rehearsal;
  /** What the customer sees until the reply. */
  showing: Showing;
  /** Said where the customer gets a person and nobody else has words for it; absent: he gets none. */
  goodbye?: string;
  /** Whom its answer is asked of. */
  provider?: Answerer;
  /** A reply is stored. */
  replied: boolean;
  /** How the last reply stood after its first try; absent: none has ended. */
  sent?: SendState;
  /** What is stored waits for a person's approval. */
  drafted: boolean;
  onReply: () => void;
  /** Ends it: its customer is forgotten. */
  onForgotten: () => void;
  /** Aborts where the customer speaks into it: nobody waits for its answer any more. */
  stop: AbortController;
  /** A tool does, or did, something for it; as far as is known, of an attempt before this one too. */
  acted: boolean;
}

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
  /** Running attempts by turn: one each. */
  const live = new Map<string, LiveTurn>();
  /** Attempts whose turn has ended or waits, and whose flow goes on. */
  const flowing = new Map<string, LiveTurn>();
  /**
   * Attempts whose flow ended a short while ago, for late replies; oldest first. Those that have said something, or were not to, apart: however
   * many they are, they cost none its late answer.
   */
  const ended = { answered: new Map<string, LiveTurn>(), silent: new Map<string, LiveTurn>() };
  const cutOff = createCutOff({ store, clock, log });
  /** Why attempts are known no more, by their names. */
  const forgotten = createRecent<string>(1_000);
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
    const entry = about ? registry.starter(about.nodeId) : registry.entry(begun.turn.accountId);
    if (!account || !entry)
      return { kind: 'fail', cut: true, error: 'The node at which this turn begins is not there now.', decisions: [] };
    const turn = await open(begun, account, about);
    const { id } = turn.turn;
    // The customer took back all he had said.
    if (turn.view.messages.length === 0 && !about) {
      turn.showing.end();
      return { kind: 'end', outcome: 'silent', decisions: [], vars: turn.view.vars };
    }
    const { end, settled } = await attempt(turn, entry);
    turn.showing.end();
    live.delete(id);
    if (!forgotten.get(turn.attempt)) follow(turn, settled);
    const isOpen = end.kind === 'end' && end.openUntil !== undefined;
    if (isOpen) cutOff.watch(begun.turn, settled!);
    const over = isOpen ? settled!.then((result) => noteErrors(turn, result)) : undefined;
    for (const listener of listeners) tell(listener, turn, end, over);
    return end;
  }

  async function rehearse(begun: BegunTurn, before: number): Promise<{ live: LiveTurn; end: TurnEnd }> {
    const account = registry.account(begun.turn.accountId);
    const entry = registry.entry(begun.turn.accountId);
    if (!account || !entry)
      throw new DragomanError(
        'ACCOUNT_MISSING',
        `The flows have no account ${begun.turn.accountId} with a channel-in.`,
        'Deploy the flow that it came in through, then try again.',
      );
    const turn = await open(begun, account, undefined, { before, said: [] });
    const { end, settled } = await attempt(turn, entry, false);
    live.delete(begun.turn.id);
    follow(turn, settled);
    return { live: turn, end };
  }

  /** Sends a turn into its flow. */
  async function attempt(
    turn: LiveTurn,
    entry: Pick<Entry, 'send'>,
    hears = true,
  ): Promise<{ end: TurnEnd; settled?: Promise<TurnRun> }> {
    const { account, about } = turn;
    const { id } = turn.turn;
    live.set(id, turn);
    let settled: Promise<TurnRun> | undefined;
    try {
      const freed = timer(clock);
      turn.onReply = () => freed.start(FREE_AFTER_REPLY_MS);
      if (hears) await hear?.(turn);
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
      settled = tracker.run(turn.attempt, message, (msg) => entry.send(msg), limitMs);
      const result = await Promise.race([
        settled,
        gone,
        stopped,
        freed.done.then(() => null),
        deadline.done.then((): 'late' => 'late'),
      ]);
      freed.cancel();
      deadline.cancel();
      return { end: conclude(turn, result), settled };
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

  /** However many turns end meanwhile, one whose flow goes on stays known. */
  function follow(turn: LiveTurn, settled: Promise<unknown> = Promise.resolve()): void {
    flowing.set(turn.attempt, turn);
    const over = () => {
      if (flowing.delete(turn.attempt)) remember(turn);
    };
    settled.then(over, over);
  }

  function remember(turn: LiveTurn): void {
    const isOver = turn.replied || turn.view.decisions.some(({ result }) => result === 'block');
    const kept = isOver ? ended.answered : ended.silent;
    kept.set(turn.attempt, turn);
    if (kept.size > MAX_ENDED) kept.delete(kept.keys().next().value!);
  }

  return {
    run,
    rehearse,
    lookBack: cutOff.lookBack,
    of(msg) {
      const name = tracker.lateTurnOf(msg) ?? nameOf(msg.turn);
      const turn = name === undefined ? undefined : byName(name);
      const why = name === undefined ? undefined : forgotten.get(name);
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
    running: (turnId) => live.get(turnId),
    runningIn: (id) => [...live.values()].find(({ conversation, rehearsal }) => conversation.id === id && !rehearsal),
    forget(conversations) {
      const theirs = new Set(conversations);
      drop(({ conversation }) => theirs.has(conversation.id), 'The customer of this turn was forgotten.');
    },
    letGo: () => drop(() => true, 'This process was written off, and another one repeats this turn.'),
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function drop(isMeant: (turn: LiveTurn) => boolean, why: string): void {
    const { answered, silent } = ended;
    for (const turn of [live, flowing, answered, silent].flatMap((turns) => [...turns.values()])) {
      if (!isMeant(turn)) continue;
      forgotten.set(turn.attempt, why);
      flowing.delete(turn.attempt);
      answered.delete(turn.attempt);
      silent.delete(turn.attempt);
      turn.onForgotten();
    }
  }

  function byName(name: string): LiveTurn | undefined {
    const going = live.get(name.slice(0, name.lastIndexOf('#')));
    if (going?.attempt === name) return going;
    return flowing.get(name) ?? ended.silent.get(name) ?? ended.answered.get(name);
  }

  function noteErrors(turn: LiveTurn, { errors }: TurnRun): void {
    for (const { node, message, caught } of errors)
      note(turn, clock.now(), { kind: 'error', node, message: cutText(message, LONGEST_LINE), caught });
  }

  function conclude(turn: LiveTurn, result: TurnRun | null | 'late' | 'forgotten' | 'interrupt'): TurnEnd {
    const { decisions, vars } = turn.view;
    if (result !== null && typeof result === 'object') noteErrors(turn, result);
    const kept = Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== null && value !== undefined));
    // The lane is freed, and the flow goes on: what it has still to say counts until its time is over.
    const openUntil = result === null ? turn.begunAt + turn.account.timeoutMs : undefined;
    const end = (outcome: 'answered' | 'drafted' | 'blocked' | 'silent'): TurnEnd => ({
      kind: 'end',
      outcome,
      decisions,
      vars: kept,
      openUntil,
    });
    if (result === 'forgotten') return end('silent');
    if (result === 'interrupt') {
      const reason = because('interrupted');
      decisions.push({ gate: 'turn', result: 'block', rule: 'interrupted', reason, at: clock.now() });
      return end('blocked');
    }
    // Before what was said: it may have been "one moment". A repeat says nothing twice.
    if (result !== 'late' && result?.status === 'interrupted')
      return { kind: 'fail', cut: true, error: 'A deploy cut the flow.', decisions };
    if (turn.replied) return end(turn.drafted ? 'drafted' : 'answered');
    if (result === 'late')
      return {
        kind: 'fail',
        cut: false,
        error: `The flow did not finish in ${turn.account.timeoutMs / 1000} s.`,
        decisions,
      };
    const failure = result?.errors.find((error) => !error.caught);
    if (failure) return { kind: 'fail', cut: false, error: `${nodeName(failure.node)}: ${failure.message}`, decisions };
    if (decisions.some((decision) => decision.result === 'block')) return end('blocked');
    return end('silent');
  }
}

/** Of what a flow says in this turn. */
export const purposeOf = ({ about }: Pick<LiveTurn, 'about'>) => (about ? 'proactive' : 'reply');

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
