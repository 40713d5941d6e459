/** What one turn has under way: messages between nodes, nodes at work, errors. Plain bookkeeping for the tracker, which watches the hooks. */
import type { TurnRun } from '../../app/host.ts';
import type { FlowNode } from '../red.ts';

export interface Turn {
  readonly id: string;
  /** Messages on their way and works that are open; the turn is over when it stays at 0 for a round of the event loop. */
  pending: number;
  /** Ids of the nodes it has been at. */
  readonly visited: Set<string>;
  /** How often each message is on its way. */
  readonly transit: Map<object, number>;
  /** By message: the nodes that have not finished with it. */
  readonly work: Map<object, FlowNode[]>;
  readonly errors: TurnRun['errors'];
  /** True during the first send, whose node the turn has not visited. */
  emitting: boolean;
  interrupted: boolean;
  /** Absent before it runs and once it has settled. */
  finish?: (status: TurnRun['status']) => void;
}

/** How long a node that reported an error may still call `done`; many never do. */
const ERROR_GRACE_MS = 200;

export function newTurn(id: string): Turn {
  return {
    id,
    pending: 0,
    visited: new Set(),
    transit: new Map(),
    work: new Map(),
    errors: [],
    emitting: false,
    interrupted: false,
  };
}

export function depart(turn: Turn, msg: object): void {
  turn.pending++;
  turn.transit.set(msg, (turn.transit.get(msg) ?? 0) + 1);
}

/** Opens a node's work with a message, which it was sent or (link, catch and complete nodes do so) handed directly. */
export function arrive(turn: Turn, msg: object, node: FlowNode): void {
  const count = turn.transit.get(msg);
  if (count === undefined) turn.pending++;
  else if (count === 1) turn.transit.delete(msg);
  else turn.transit.set(msg, count - 1);
  const nodes = turn.work.get(msg);
  if (nodes) nodes.push(node);
  else turn.work.set(msg, [node]);
}

/**
 * Ends a node's work with a message; harmless when it has ended.
 * @param lost the message, or what the node made of it, met a closed node
 */
export function finishWork(turn: Turn, msg: object, node: FlowNode, lost = false): void {
  const nodes = turn.work.get(msg);
  const index = nodes?.indexOf(node) ?? -1;
  if (!nodes || index < 0) return;
  if (nodes.length === 1) turn.work.delete(msg);
  else nodes.splice(index, 1);
  if (lost) turn.interrupted = true;
  release(turn);
}

/** Takes one off `pending`. The turn ends a round of the event loop later: a node may call `done` before it sends. */
export function release(turn: Turn): void {
  turn.pending--;
  if (turn.pending > 0) return;
  setImmediate(() => {
    if (turn.pending === 0) turn.finish?.(turn.interrupted ? 'interrupted' : 'settled');
  });
}

/** Ends the works of closed nodes as lost. */
export function cutWork(turn: Turn, isLive: (node: FlowNode) => boolean): void {
  for (const [msg, nodes] of turn.work)
    for (const node of [...nodes]) if (!isLive(node)) finishWork(turn, msg, node, true);
}

/**
 * Notes an error once, however often it is told. A node that threw, or called `node.error` and nothing more, has finished although it
 * never says so.
 * @param ended the node has called `done`
 */
export function noteError(
  turn: Turn,
  nodeId: string,
  error: unknown,
  how: { caught?: boolean; ended?: boolean },
): void {
  const message = textOf(error);
  const known = turn.errors.find((e) => e.node === nodeId && e.message === message);
  if (!known) turn.errors.push({ node: nodeId, message, caught: how.caught ?? false });
  else if (how.caught) known.caught = true;
  if (how.ended) return;
  for (const [msg, nodes] of turn.work)
    for (const node of nodes) if (node.id === nodeId) setTimeout(finishWork, ERROR_GRACE_MS, turn, msg, node).unref();
}

/** As a catch node is told it, so that the same error is recognised. Errors of function nodes come from another realm. */
function textOf(error: unknown): string {
  const text = String(error);
  return text === '[object Object]' ? String((error as { message?: unknown }).message ?? text) : text;
}
