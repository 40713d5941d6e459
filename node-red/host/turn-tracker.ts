/**
 * Tells when everything that a message caused in the flows is over. Node-RED has no such notion, but its hooks show each delivery and
 * each `done()`: a turn counts what is on its way and what is being worked on, and has settled when that is nothing.
 *
 * The turn's id travels as a symbol property, which clones and spreads copy. A node that sends a brand-new object instead is recognised
 * by its asynchronous context, but only where the turn has been at that node: pooled sockets and shared timers run in the context of
 * whoever made them, and a reply must rather lose its turn than reach another customer.
 *
 * What cannot be seen: work that goes on after `done()` (or after the handler of a node that never calls it) is late; a node that
 * neither calls `done` nor reports an error holds its turn until the deadline, as does one that keeps a message (batch).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { FROM, TURN, type TurnRun, type TurnTracker } from '../../app/host.ts';
import {
  addHook,
  type CompleteEvent,
  callsDone,
  type FlowNode,
  isClosed,
  isLive,
  leadsNowhere,
  onLog,
  type ReceiveEvent,
  type Red,
  removeHooks,
  type SendEvent,
} from '../red.ts';
import { arrive, cutWork, depart, finishWork, newTurn, noteError, release, type Turn } from './turn-ledger.ts';

const LABEL = 'dragoman';
/** On a receive event: the asynchronous context to return to when the node's handler has returned. */
const BEFORE = Symbol('dragoman.before');
/** The mark of a message that is in no turn, whatever the context says. */
const NONE = '';
/** Node-RED's log level for errors. */
const ERROR_LEVEL = 20;
const REMEMBER_MS = 10 * 60_000;
const REMEMBER_MAX = 10_000;

type Marked = object & { [TURN]?: string };
type Receive = ReceiveEvent & { [BEFORE]?: { context: Turn | undefined } };

/** One a process: hooks are Node-RED's own, so a second one would take over from the first. */
export function createTurnTracker(RED: Red): TurnTracker {
  const turns = new Map<string, Turn>();
  /** Turns that are over and until when they are remembered, oldest first. Those that were given up apart: they are the ones that speak late. */
  const settled = new Map<string, number>();
  const givenUp = new Map<string, number>();
  const context = new AsyncLocalStorage<Turn | undefined>();

  /** The id a message carries, else that of the context, which the message then carries too. */
  function idOf(msg: Marked, source?: FlowNode): string | undefined {
    const id = msg[TURN];
    if (id !== undefined) return id;
    const current = context.getStore();
    if (!current) return undefined;
    const own = !source || current.emitting || current.visited.has(source.id);
    const adopted = own ? current.id : NONE;
    Reflect.set(msg, TURN, adopted);
    return adopted;
  }

  function openTurnOf(msg: Marked, source?: FlowNode): Turn | undefined {
    const id = idOf(msg, source);
    return id === undefined ? undefined : turns.get(id);
  }

  function preDeliver({ msg, source }: SendEvent): void {
    const id = idOf(msg, source.node);
    if (!id) return;
    // Also of an attempt that is over: what it says late must find the slot of the one after it.
    Reflect.set(msg, FROM, source.node.id);
    const turn = turns.get(id);
    if (turn) depart(turn, msg);
  }

  function onReceive(event: Receive): void {
    const { msg } = event;
    const { node } = event.destination;
    const id = idOf(msg);
    const before = context.getStore();
    if (id === undefined && !before) return;
    const turn = id === undefined ? undefined : turns.get(id);
    const after = turn ?? (id ? (before?.id === id ? before : newTurn(id)) : undefined);
    if (after !== before) {
      event[BEFORE] = { context: before };
      context.enterWith(after);
    }
    after?.visited.add(node.id);
    if (!turn) return;
    arrive(turn, msg, node);
    if (node.type === 'catch') noteCaught(turn, msg);
  }

  function noteCaught(turn: Turn, msg: { error?: { message?: unknown; source?: { id?: string } } }): void {
    const source = msg.error?.source?.id;
    if (source) noteError(turn, source, msg.error?.message, { caught: true });
  }

  function postReceive(event: Receive): void {
    const { node } = event.destination;
    const turn = openTurnOf(event.msg);
    const before = event[BEFORE];
    // A direct hand-over returns into the sender's handler, which must find its own turn again.
    if (before) context.enterWith(before.context);
    if (turn && !callsDone(node)) finishWork(turn, event.msg, node, isClosed(node));
  }

  function onComplete({ msg, error, node: { node } }: CompleteEvent): void {
    const turn = openTurnOf(msg);
    if (!turn) return;
    if (error) noteError(turn, node.id, error, { ended: true });
    // Taken out by a deploy that still waits for other nodes: what it sent last may have met no node.
    finishWork(turn, msg, node, changing && !isLive(node));
  }

  /** Between `flows:stopping` and `flows:started`. */
  let changing = false;

  function stopping(): void {
    if (changing) return;
    changing = true;
    addHook(RED, 'preRoute', LABEL, (event) => {
      const turn = openTurnOf(event.msg, event.source.node);
      if (turn && leadsNowhere(event)) turn.interrupted = true;
    });
  }

  function stopped(): void {
    for (const turn of turns.values()) cutWork(turn, isLive);
  }

  function started(): void {
    changing = false;
    removeHooks(RED, LABEL, 'preRoute');
  }

  function remember(id: string, ended: Map<string, number>): void {
    const now = performance.now();
    ended.delete(id);
    ended.set(id, now + REMEMBER_MS);
    for (const [old, until] of ended) {
      if (ended.size <= REMEMBER_MAX && until > now) break;
      ended.delete(old);
    }
  }

  removeHooks(RED, LABEL);
  addHook(RED, 'preDeliver', LABEL, preDeliver);
  addHook(RED, 'onReceive', LABEL, onReceive);
  addHook(RED, 'postReceive', LABEL, postReceive);
  addHook(RED, 'onComplete', LABEL, onComplete);
  const endLog = onLog(RED, (entry) => {
    if (entry.level !== ERROR_LEVEL || entry.id === undefined) return;
    const current = context.getStore();
    if (current?.finish) noteError(current, entry.id, entry.msg, {});
  });
  RED.events.on('flows:stopping', stopping);
  RED.events.on('flows:stopped', stopped);
  RED.events.on('flows:started', started);

  return {
    run(turnId, msg, emit, deadlineMs) {
      turns.get(turnId)?.finish?.('interrupted');
      const turn = newTurn(turnId);
      const { promise, resolve, reject } = Promise.withResolvers<TurnRun>();
      const deadline = setTimeout(() => turn.finish?.('timeout'), deadlineMs);
      turn.finish = (status) => {
        turn.finish = undefined;
        clearTimeout(deadline);
        turns.delete(turnId);
        remember(turnId, status === 'timeout' ? givenUp : settled);
        resolve({ status, errors: turn.errors });
        turn.transit.clear();
        turn.work.clear();
      };
      turns.set(turnId, turn);
      Reflect.set(msg, TURN, turnId);
      turn.pending = 1;
      turn.emitting = true;
      try {
        context.run(turn, emit, msg);
      } catch (error) {
        reject(error);
        turn.finish('interrupted');
      }
      turn.emitting = false;
      release(turn);
      return promise;
    },
    lateTurnOf(msg: Marked) {
      const id = msg[TURN] ?? context.getStore()?.id;
      if (id === undefined) return undefined;
      return turns.has(id) || (givenUp.get(id) ?? settled.get(id) ?? 0) > performance.now() ? id : undefined;
    },
    close() {
      removeHooks(RED, LABEL);
      endLog();
      RED.events.off('flows:stopping', stopping);
      RED.events.off('flows:stopped', stopped);
      RED.events.off('flows:started', started);
      for (const turn of turns.values()) turn.finish?.('interrupted');
    },
  };
}
