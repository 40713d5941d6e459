/**
 * One turn at a time a conversation. The store holds what waits and for how long; here are only timers that can be lost: a sweep finds
 * everything again after a crash. A turn's own failures and the cuts of crashes and deploys are counted apart. Turns that wait for somebody
 * else take no place: what is bounded is how many begin while this CPU has other work.
 */
import { describe } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Conversation, Decision, Message, OpenTurn } from '../model.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import { beginTurn, type Ending, endTurn, failTurn } from './plans.ts';

/** How long one attempt of a turn may take where nobody says otherwise. */
export const TURN_DEADLINE_MS = 180_000;
/** What an attempt may take beyond its limit, until it is known to be over. */
export const SLACK_MS = 30_000;
const MAX_ATTEMPTS = 3;
const MAX_CUTS = 10;
const RETRY_DELAYS_MS = [1_000, 5_000];
/** The first cut is over when the lane is ready again; one that comes again and again waits so much longer each time, up to a limit. */
const CUT_DELAY_MS = 1_000;
const MAX_CUT_DELAY_MS = 5_000;
export const SWEEP_MS = 30_000;
/** A store that failed is asked again after so long. */
const AGAIN_MS = 1_000;

export interface BegunTurn {
  turn: OpenTurn;
  conversation: Conversation;
  messages: Message[];
}

export type TurnEnd =
  | ({ kind: 'end' } & Omit<Ending, 'now'>)
  /** `cut`: not the turn's own fault (a deploy, a shutdown). */
  | { kind: 'fail'; cut: boolean; error: string; decisions: Decision[] };

export interface Lanes {
  /** Something waits in this conversation from `at` on. */
  wake(conversationId: string, accountId: string, at: number): void;
  /** Looks for all waiting conversations in the store: at start, after a deploy, and now and then. */
  sweep(): Promise<void>;
  /** No new turns from now on; resolves when the running ones have ended. */
  stop(): Promise<void>;
  running(): number;
  /** Conversations that wait for this CPU to begin their turn. */
  queued(): number;
}

export interface LaneOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  /** This process, as it is called now: read whenever it takes a turn. */
  readonly owner: string;
  /** Whether what another process holds may be taken. Whatever it is, where absent: there is no other. */
  isGone?(owner: string): boolean;
  /** How long from one sweep to the next; milliseconds. `SWEEP_MS` when absent. */
  sweepMs?(): number;
  /** Resolves when this CPU has room for another turn to begin. Each queue has its turn then. At once when absent. */
  admit?(): Promise<void>;
  /** The queue of an account: a flood of one holds up no other. One for all when absent. */
  queueOf?(accountId: string): string;
  /** How long one attempt of this account's turns may take; milliseconds. `TURN_DEADLINE_MS` when absent. */
  limitOf?(accountId: string): number;
  /** Whether the account's entry is there, and this process may run the conversation's turns; without it they wait. */
  ready(accountId: string, conversationId: string): boolean;
  /** Whether a node at which turns about orders begin is there; without it none begins. Always when absent. */
  starts?(nodeId: string): boolean;
  /** Runs one attempt. Must not reject. */
  run(begun: BegunTurn): Promise<TurnEnd>;
  /** A turn's end is stored. */
  onStored?(turn: OpenTurn): void;
}

export function createLanes(options: LaneOptions): Lanes {
  const { store, clock, log, ready, run, isGone, starts, sweepMs = () => SWEEP_MS } = options;
  const timers = new Map<string, { at: number; cancel: () => void }>();
  const queueOf = options.queueOf ?? (() => '');
  const limitOf = options.limitOf ?? (() => TURN_DEADLINE_MS);
  const due = new Map<string, { id: string; accountId: string }[]>();
  const queued = new Set<string>();
  const active = new Map<string, { again: boolean; accountId: string }>();
  let pumping = false;
  let stopped = false;
  let idle: (() => void) | undefined;

  function wake(id: string, accountId: string, at: number): void {
    if (stopped) return;
    const lane = active.get(id);
    if (lane) {
      lane.again = true;
      return;
    }
    const timer = timers.get(id);
    timer?.cancel();
    if (at <= clock.now()) {
      timers.delete(id);
      enqueue(id, accountId);
      return;
    }
    const cancel = clock.at(at, () => {
      timers.delete(id);
      enqueue(id, accountId);
    });
    timers.set(id, { at, cancel });
  }

  function enqueue(id: string, accountId: string): void {
    if (queued.has(id) || !ready(accountId, id)) return;
    const queue = queueOf(accountId);
    queued.add(id);
    const waiting = due.get(queue) ?? [];
    due.set(queue, waiting);
    waiting.push({ id, accountId });
    if (!pumping) pump();
  }

  /** Begins what is due, one of each queue in turn, as fast as the CPU lets it. */
  async function pump(): Promise<void> {
    pumping = true;
    while (!stopped && due.size > 0)
      for (const [queue, waiting] of due) {
        const { id, accountId } = waiting.shift()!;
        if (waiting.length === 0) due.delete(queue);
        queued.delete(id);
        if (!active.has(id)) enter(id, accountId);
        if (options.admit) await options.admit();
        if (stopped) break;
      }
    pumping = false;
  }

  function enter(id: string, accountId: string): void {
    active.set(id, { again: false, accountId });
    drain(id)
      .catch((error) => {
        log.error(`Lane of conversation ${id} stopped: ${describe(error)}`);
        later(id, accountId, clock.now() + AGAIN_MS);
      })
      .finally(() => leave(id));
  }

  function leave(id: string): void {
    const lane = active.get(id);
    active.delete(id);
    if (lane?.again) wake(id, lane.accountId, clock.now());
    if (stopped && active.size === 0) idle?.();
  }

  /** Runs the conversation's turns until nothing is due. */
  async function drain(id: string): Promise<void> {
    const lane = active.get(id)!;
    while (!stopped && ready(lane.accountId, id)) {
      lane.again = false;
      const now = clock.now();
      const leaseUntil = now + limitOf(lane.accountId) + SLACK_MS;
      const { owner } = options;
      const begun = await store.run(beginTurn(id, { now, leaseUntil, owner, turnId: newId(now), starts, isGone }));
      if (begun.kind === 'idle' || begun.kind === 'elsewhere') return;
      if (begun.kind === 'wait') {
        later(id, lane.accountId, begun.until);
        return;
      }
      const retryAt = await attempt(begun, owner);
      if (retryAt !== undefined) {
        later(id, lane.accountId, retryAt);
        return;
      }
      // Nothing came meanwhile, as is the rule: the store need not be asked for a turn.
      if (!lane.again && (await store.conversation(id))?.wakeAt === null) return;
    }
  }

  /** A timer beside the lane's own life: `wake` would only note that there is more. */
  function later(id: string, accountId: string, at: number): void {
    timers.get(id)?.cancel();
    const cancel = clock.at(at, () => {
      timers.delete(id);
      wake(id, accountId, at);
    });
    timers.set(id, { at, cancel });
  }

  /** One attempt of one turn; returns when to try again, if so. */
  async function attempt(begun: BegunTurn, owner: string): Promise<number | undefined> {
    const { turn } = begun;
    if (turn.cuts > MAX_CUTS) {
      await bury(turn, owner, `The process stopped ${turn.cuts} times while this turn ran.`, turn.decisions);
      return undefined;
    }
    const end = await run(begun);
    const now = clock.now();
    const { id: turnId, conversationId } = turn;
    if (end.kind === 'end') {
      await store.run(endTurn({ turnId, conversationId, owner }, { ...end, now }));
      options.onStored?.(turn);
      return undefined;
    }
    const failures = turn.attempts + (end.cut ? 0 : 1);
    if (failures >= MAX_ATTEMPTS) {
      await bury(turn, owner, end.error, end.decisions);
      return undefined;
    }
    const wait = end.cut ? Math.min(turn.cuts * CUT_DELAY_MS, MAX_CUT_DELAY_MS) : (RETRY_DELAYS_MS[failures - 1] ?? 0);
    const retryAt = now + wait;
    log.warn(`Turn ${turn.id} ${end.cut ? 'was cut' : `failed (attempt ${failures})`}: ${end.error}`);
    const { cut, error, decisions } = end;
    await store.run(failTurn({ turnId, conversationId, owner }, { now, retryAt, cut, error, decisions }));
    return retryAt;
  }

  async function bury(turn: OpenTurn, owner: string, error: string, decisions: Decision[]): Promise<void> {
    const { id: turnId, conversationId } = turn;
    const given = { now: clock.now(), retryAt: null, cut: false, error, decisions };
    await store.run(failTurn({ turnId, conversationId, owner }, given));
    options.onStored?.(turn);
    log.error(`Turn ${turn.id} is a dead letter: ${error}`);
  }

  async function sweep(): Promise<void> {
    for (const lane of await store.lanes())
      if (!active.has(lane.conversationId) && !timers.has(lane.conversationId))
        wake(lane.conversationId, lane.accountId, lane.wakeAt);
  }

  let cancelSweep = () => {};
  function scheduleSweep(): void {
    cancelSweep = clock.at(clock.now() + sweepMs(), () => {
      sweep().catch((error) => log.warn(`The sweep of waiting conversations failed: ${describe(error)}`));
      scheduleSweep();
    });
  }
  scheduleSweep();

  return {
    wake,
    sweep,
    running: () => active.size,
    queued: () => queued.size,
    stop() {
      stopped = true;
      cancelSweep();
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
      due.clear();
      queued.clear();
      return active.size === 0 ? Promise.resolve() : new Promise((resolve) => (idle = resolve));
    },
  };
}
