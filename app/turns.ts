/** A turn's life in this process: what its nodes decided and said, and when it is over. The store has the truth by the turn's id. */
import type { Account } from '../core/accounts.ts';
import { DragomanError, describe } from '../core/errors.ts';
import type {
  AnswerSource,
  Contact,
  ConversationStatus,
  Decision,
  JsonObject,
  Media,
  Passage,
  ResponseHead,
} from '../core/model.ts';
import type { Clock, Http, Logger, Store } from '../core/ports.ts';
import type { BegunTurn, TurnEnd } from '../core/turns/lanes.ts';
import type { TurnRun, TurnTracker } from './host.ts';
import type { Registry } from './registry.ts';

/** The lane is free this long after the reply was stored, whatever the flow still does. */
const FREE_AFTER_REPLY_MS = 5_000;
/** The tracker gives up a little after the turn did. */
const AFTER_DEADLINE_MS = 5_000;
/** An answer that takes longer shows as typing; platforms show it for some 5 s. */
const TYPING_AFTER_MS = 700;
const TYPING_EVERY_MS = 4_500;

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

export interface TurnMessage {
  payload?: unknown;
  turn?: TurnView;
  [property: string]: unknown;
}

export interface LiveTurn extends BegunTurn {
  account: Account;
  contact: Contact | null;
  view: TurnView;
  /** Who wrote what is in the payload now; null: the flow itself. */
  source: AnswerSource | null;
  /** What the provider keeps of the conversation, once these very words are its end; null: nothing. */
  head: { at: Omit<ResponseHead, 'seq'>; text: string } | null;
  /** Replies that went through each channel-out in this attempt. */
  counts: Map<string, number>;
  /** A reply is stored. */
  replied: boolean;
  /** What is stored waits for a person's approval. */
  drafted: boolean;
  onReply: () => void;
}

export interface Turns {
  run(begun: BegunTurn): Promise<TurnEnd>;
  /**
   * The turn a message belongs to; puts `msg.turn` back where a function node lost it.
   * @throws DragomanError TURN_LOST when it belongs to none.
   */
  of(msg: TurnMessage): LiveTurn;
  /** Told of every ended turn: for pages that show what happened. */
  onEnd(listener: (live: LiveTurn, end: TurnEnd) => void): () => void;
}

export interface TurnOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  http: Http;
  registry: Registry;
  tracker: TurnTracker;
}

export function createTurns({ store, clock, log, http, registry, tracker }: TurnOptions): Turns {
  const live = new Map<string, LiveTurn>();
  /** Turns that ended a short while ago, for late replies; oldest first. */
  const ended = new Map<string, LiveTurn>();
  const listeners = new Set<(live: LiveTurn, end: TurnEnd) => void>();

  async function open(begun: BegunTurn, account: Account): Promise<LiveTurn> {
    const { turn, conversation, messages } = begun;
    const contact = conversation.contactId ? await store.contact(conversation.contactId) : null;
    const texts = messages.filter((message) => !message.deletedAt);
    const view: TurnView = {
      id: turn.id,
      attempt: turn.attempts + turn.cuts + 1,
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
    return {
      ...begun,
      account,
      contact,
      view,
      source: null,
      head: null,
      counts: new Map(),
      replied: false,
      drafted: false,
      onReply: () => {},
    };
  }

  async function run(begun: BegunTurn): Promise<TurnEnd> {
    const account = registry.account(begun.turn.accountId);
    const entry = registry.entry(begun.turn.accountId);
    if (!account || !entry)
      return { kind: 'fail', cut: true, error: 'The account has no channel-in now.', decisions: [] };
    const turn = await open(begun, account);
    const { id } = turn.turn;
    // The customer took back all he had said.
    if (turn.view.messages.length === 0)
      return { kind: 'end', outcome: 'silent', decisions: [], vars: turn.view.vars, answered: false };
    live.set(id, turn);
    const stopTyping = showTyping(turn);
    let end: TurnEnd;
    try {
      const freed = timer(clock);
      turn.onReply = () => freed.start(FREE_AFTER_REPLY_MS);
      const deadline = timer(clock);
      deadline.start(account.timeoutMs);
      const payload = turn.view.messages
        .map((message) => message.text)
        .filter(Boolean)
        .join('\n');
      const message: TurnMessage = { _msgid: id, payload, turn: turn.view };
      const settled = tracker.run(id, message, (msg) => entry.send(msg), account.timeoutMs + AFTER_DEADLINE_MS);
      const result = await Promise.race([
        settled,
        freed.done.then(() => null),
        deadline.done.then((): 'late' => 'late'),
      ]);
      freed.cancel();
      deadline.cancel();
      end = conclude(turn, result);
    } catch (error) {
      end = { kind: 'fail', cut: false, error: describe(error), decisions: turn.view.decisions };
    }
    stopTyping();
    live.delete(id);
    remember(turn);
    for (const listener of listeners) listener(turn, end);
    return end;
  }

  function remember(turn: LiveTurn): void {
    ended.set(turn.turn.id, turn);
    if (ended.size > 2_000) ended.delete(ended.keys().next().value!);
  }

  /** Shows the customer that an answer is being written, once it takes longer than a moment. */
  function showTyping(turn: LiveTurn): () => void {
    const { channel, settings } = turn.account;
    if (!channel.typing) return () => {};
    const last = turn.messages.at(-1);
    const show = () => {
      channel.typing!(turn.conversation.address, last?.platformId, settings, http).catch(() => {});
      if (!turn.replied) cancel = clock.at(clock.now() + TYPING_EVERY_MS, show);
    };
    // A tapped button spins until it is answered.
    let cancel = clock.at(clock.now() + (last?.choice ? 0 : TYPING_AFTER_MS), () => {
      if (!turn.replied && judgeable(turn)) show();
    });
    return () => cancel();
  }

  /** A conversation the bot may not answer shows no typing either. */
  const judgeable = ({ conversation }: LiveTurn) =>
    conversation.status === 'active' && conversation.humanUntil <= clock.now() && !conversation.optedOutAt;

  return {
    run,
    of(msg) {
      const id = tracker.lateTurnOf(msg) ?? msg.turn?.id;
      const turn = id === undefined ? undefined : (live.get(id) ?? ended.get(id));
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
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function conclude(turn: LiveTurn, result: TurnRun | null | 'late'): TurnEnd {
    const { decisions, vars } = turn.view;
    const kept = Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== null && value !== undefined));
    const end = (outcome: 'answered' | 'drafted' | 'blocked' | 'silent'): TurnEnd => ({
      kind: 'end',
      outcome,
      decisions,
      vars: kept,
      answered: outcome === 'answered',
    });
    if (turn.replied) return end(turn.drafted ? 'drafted' : 'answered');
    if (result === 'late')
      return {
        kind: 'fail',
        cut: false,
        error: `The flow did not finish in ${turn.account.timeoutMs / 1000} s.`,
        decisions,
      };
    if (result?.status === 'interrupted')
      return { kind: 'fail', cut: true, error: 'A deploy cut the flow.', decisions };
    const failure = result?.errors.find((error) => !error.caught);
    if (failure) return { kind: 'fail', cut: false, error: `${failure.node}: ${failure.message}`, decisions };
    if (decisions.some((decision) => decision.result === 'block')) return end('blocked');
    log.info(`Turn ${turn.turn.id} settled without a reply.`);
    return end('silent');
  }
}

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
