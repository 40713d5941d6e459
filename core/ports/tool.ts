/** What a model may call, and what the tools themselves need of the store. */
import type { Json, JsonObject } from '../model.ts';
import type { ToolSchema } from './provider.ts';
import type { CustomerRecords } from './store.ts';

/** Who the call is for, from the store. Nothing of it comes from the model, and nothing of it is shown to one. */
export interface ToolContext {
  /** The conversation's anonymous key. */
  session: string;
  /** The contact's own phone, international with `+`; absent where the platform tells none. */
  phoneFrom?: string;
  contactId: string | null;
  conversationId: string;
  accountId: string;
  /** What the account calls the agent that answers, for a backend that notes who acted: `AI_AGENT_NAME`. */
  agentName: string;
  turnId: string;
  /** ISO 639-1. */
  language: string;
  /** What the flow keeps of the conversation (`msg.turn.vars`), as it is now; of a call also what its starter told of the caller. */
  vars: JsonObject;
  /** The same when the same call is made again after a crash or in a repeated turn. */
  idempotencyKey: string;
  /** UTC milliseconds. */
  now: number;
  /** Fires when the result is no longer waited for. */
  signal: AbortSignal;
  records: CustomerRecords;
  /**
   * After this turn's answer the conversation is a person's, and people are told why.
   * @returns what to tell the customer, in their language
   */
  handOver(reason: string): Promise<string>;
}

/** Something that a model may have done. Tools get checked arguments of their schema, without any phone in them. */
export interface Tool extends ToolSchema {
  /** Changes something: it is journalled, and not run twice. */
  sideEffect: boolean;
  /** The customer must agree in a later message. Implies `sideEffect`. */
  confirm?: boolean;
  /** Its backend knows `idempotencyKey`, so that an interrupted run may be repeated. */
  idempotent?: boolean;
  /** One run a turn, whatever the arguments: a model asked again words them otherwise. */
  oncePerTurn?: boolean;
  /** Default 20 s. */
  timeoutMs?: number;
  /**
   * Resolves with what the model is told. Rejecting with a `DragomanError`, or an `HttpError` that was not sent, says that nothing happened;
   * any other error of a side effect leaves that open. Their sentences are shown to the model; other errors' are not.
   */
  run(args: JsonObject, context: ToolContext): Promise<Json | undefined>;
}

/** A file of a tools folder. */
export interface ToolModule {
  schema: Omit<Tool, 'run'>;
  run: Tool['run'];
}

/** What a `dragoman-tool` plugin offers, as its `tools` property. */
export type ToolPlugin = readonly Tool[];
