/**
 * Flows as tools: a call goes out of a start node as a message of the customer's turn, and comes back at a return node. The call is found
 * again by a symbol on the message, which clones and spreads copy, by `msg.tool`, or, where a function node made a new object, by the turn.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { HttpError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { ToolContext } from '../../core/ports.ts';
import { TURN } from '../host.ts';
import type { TurnMessage } from '../turn.ts';
import type { Turns } from '../turns.ts';

const CALL = Symbol.for('dragoman.call');

/** The node that a tool's flow starts at. */
export interface StartNode {
  id: string;
  name: string;
  send(msg: TurnMessage): void;
}

export interface FlowCalls {
  /** Sends the arguments into the flow; resolves with what the return node was given, rejects when nobody waits any more. */
  run(node: StartNode, args: JsonObject, context: ToolContext): Promise<Json | undefined>;
  /**
   * Ends the message's call with its payload. `late`: the call has ended before, or was never made; nothing happens.
   * @throws DragomanError TURN_LOST for a message of no turn.
   */
  finish(msg: TurnMessage): 'done' | 'late';
  /** Ends the calls of a start node that is taken away. */
  cut(nodeId: string): void;
}

interface OpenCall {
  nodeId: string;
  turnId: string;
  resolve(value: Json | undefined): void;
  reject(error: Error): void;
}

export function createFlowCalls(turns: Pick<Turns, 'of' | 'running'>): FlowCalls {
  const open = new Map<string, OpenCall>();
  const context = new AsyncLocalStorage<string>();

  /** The id of the message's call, open or not; undefined where nothing tells. */
  function callOf(msg: TurnMessage, turnId: string): string | undefined {
    const said = Reflect.get(msg, CALL) ?? (msg.tool as { callId?: unknown } | undefined)?.callId;
    if (typeof said === 'string') return said;
    const here = context.getStore();
    if (here !== undefined && open.get(here)?.turnId === turnId) return here;
    const ofTurn = [...open].filter(([, call]) => call.turnId === turnId);
    return ofTurn.length === 1 ? ofTurn[0]![0] : undefined;
  }

  return {
    run(node, args, { turnId, signal }) {
      const callId = randomUUID();
      const msg: TurnMessage = { payload: args, tool: { callId, name: node.name } };
      Reflect.set(msg, TURN, turns.running(turnId)?.attempt ?? turnId);
      Reflect.set(msg, CALL, callId);
      turns.of(msg);
      return new Promise<Json | undefined>((resolve, reject) => {
        open.set(callId, { nodeId: node.id, turnId, resolve, reject });
        signal.addEventListener('abort', () => reject(new HttpError('The flow gave no answer in time.', true)));
        context.run(callId, () => node.send(msg));
      }).finally(() => open.delete(callId));
    },
    finish(msg) {
      const turnId = turns.of(msg).turn.id;
      const id = callOf(msg, turnId);
      const call = id === undefined ? undefined : open.get(id);
      if (!id || !call || call.turnId !== turnId) return 'late';
      open.delete(id);
      call.resolve(jsonOf(msg.payload));
      return 'done';
    },
    cut(nodeId) {
      for (const call of open.values())
        if (call.nodeId === nodeId) call.reject(new HttpError('A deploy cut the flow.', true));
    },
  };
}

/** What JSON can say of a payload. */
function jsonOf(payload: unknown): Json | undefined {
  if (Buffer.isBuffer(payload)) return payload.toString();
  const text = JSON.stringify(payload);
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}
