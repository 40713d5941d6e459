/**
 * One turn at a time a conversation. The store holds what waits and for how long; here are only timers that can be lost: a sweep finds
 * everything again after a crash. A turn's own failures and the cuts of crashes and deploys are counted apart.
 */
import { describe } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Conversation, Decision, JsonObject, Message, Turn } from '../model.ts';
import type { Clock, Logger, Store } from '../ports.ts';

/** How long one attempt of a turn may take. */
export const TURN_DEADLINE_MS = 180_000;
const LEASE_MS = TURN_DEADLINE_MS + 30_000;
const MAX_ATTEMPTS = 3;
const MAX_CUTS = 10;
const RETRY_DELAYS_MS = [1_000, 5_000];
const SWEEP_MS = 30_000;

export interface BegunTurn {
  turn: Turn;
  conversation: Conversation;
  messages: Message[];
}

export type TurnEnd =
  | { kind: 'end'; outcome: NonNullable<Turn['outcome']>; decisions: Decision[]; vars: JsonObject; answered: boolean }
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
}

export interface LaneOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  /** This process. */
  owner: string;
  /** Turns that run at once in one queue; the rest wait, in order of waking. */
  maxRunning?: number;
  /** The queue of an account: a slow one takes no places from another. One for all when absent. */
  queueOf?(accountId: string): string;
  /** Whether the account's entry is there; without it its conversations wait. */
  ready(accountId: string): boolean;
  /** Runs one attempt. Must not reject. */
  run(begun: BegunTurn): Promise<TurnEnd>;
  /** A turn became a dead letter. */
  onDead?(turn: Turn, error: string): void;
}

export function createLanes(options: LaneOptions): Lanes {
  const { store, clock, log, owner, ready, run } = options;
  const maxRunning = options.maxRunning ?? 256;
  const timers = new Map<string, { at: number; cancel: () => void }>();
  const queueOf = options.queueOf ?? (() => '');
  const due = new Map<string, { id: string; accountId: string }[]>();
  const running = new Map<string, number>();
  const queued = new Set<string>();
  const active = new Map<string, { again: boolean; accountId: string; queue: string }>();
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
    if (queued.has(id) || !ready(accountId)) return;
    const queue = queueOf(accountId);
    queued.add(id);
    const waiting = due.get(queue) ?? [];
    due.set(queue, waiting);
    waiting.push({ id, accountId });
    pump(queue);
  }

  function pump(queue: string): void {
    const waiting = due.get(queue) ?? [];
    while (!stopped && (running.get(queue) ?? 0) < maxRunning && waiting.length > 0) {
      const { id, accountId } = waiting.shift()!;
      queued.delete(id);
      if (active.has(id)) continue;
      active.set(id, { again: false, accountId, queue });
      running.set(queue, (running.get(queue) ?? 0) + 1);
      drain(id)
        .catch((error) => log.error(`Lane of conversation ${id} stopped: ${describe(error)}`))
        .finally(() => leave(id));
    }
  }

  function leave(id: string): void {
    const lane = active.get(id);
    active.delete(id);
    if (!lane) return;
    running.set(lane.queue, running.get(lane.queue)! - 1);
    if (lane.again) wake(id, lane.accountId, clock.now());
    if (stopped && active.size === 0) idle?.();
    pump(lane.queue);
  }

  /** Runs the conversation's turns until nothing is due. */
  async function drain(id: string): Promise<void> {
    const lane = active.get(id)!;
    while (!stopped && ready(lane.accountId)) {
      lane.again = false;
      const now = clock.now();
      const begun = await store.beginTurn(id, { now, leaseUntil: now + LEASE_MS, owner, turnId: newId(now) });
      if (begun.kind === 'idle') return;
      if (begun.kind === 'wait') {
        later(id, lane.accountId, begun.until);
        return;
      }
      const retryAt = await attempt(begun);
      if (retryAt !== undefined) {
        later(id, lane.accountId, retryAt);
        return;
      }
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
  async function attempt(begun: BegunTurn): Promise<number | undefined> {
    const { turn } = begun;
    if (turn.cuts > MAX_CUTS) {
      await bury(turn, `The process stopped ${turn.cuts} times while this turn ran.`, turn.decisions);
      return undefined;
    }
    const end = await run(begun);
    const now = clock.now();
    if (end.kind === 'end') {
      const { outcome, decisions, vars, answered } = end;
      await store.endTurn(turn.id, owner, { now, outcome, decisions, vars, answered });
      return undefined;
    }
    const failures = turn.attempts + (end.cut ? 0 : 1);
    if (failures >= MAX_ATTEMPTS) {
      await bury(turn, end.error, end.decisions);
      return undefined;
    }
    const retryAt = end.cut ? now : now + (RETRY_DELAYS_MS[failures - 1] ?? 0);
    log.warn(`Turn ${turn.id} ${end.cut ? 'was cut' : `failed (attempt ${failures})`}: ${end.error}`);
    await store.failTurn(turn.id, owner, { now, retryAt, cut: end.cut, error: end.error, decisions: end.decisions });
    return retryAt;
  }

  async function bury(turn: Turn, error: string, decisions: Decision[]): Promise<void> {
    log.error(`Turn ${turn.id} is a dead letter: ${error}`);
    await store.failTurn(turn.id, owner, { now: clock.now(), retryAt: null, cut: false, error, decisions });
    options.onDead?.(turn, error);
  }

  async function sweep(): Promise<void> {
    for (const lane of await store.lanes())
      if (!active.has(lane.conversationId) && !timers.has(lane.conversationId))
        wake(lane.conversationId, lane.accountId, lane.wakeAt);
  }

  let cancelSweep = () => {};
  function scheduleSweep(): void {
    cancelSweep = clock.at(clock.now() + SWEEP_MS, () => {
      sweep().catch((error) => log.warn(`The sweep of waiting conversations failed: ${describe(error)}`));
      scheduleSweep();
    });
  }
  scheduleSweep();

  return {
    wake,
    sweep,
    running: () => active.size,
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
