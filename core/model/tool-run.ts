/** Side effects of tools. */
import type { JsonObject } from './json.ts';

/**
 * One side effect of a tool. `started` and nothing after it: the process stopped in it. `unknown`: nobody knows whether it happened, a person
 * must look. `asked`: the customer must agree first; `confirmed`: they did.
 */
export type ToolRunState = 'started' | 'done' | 'failed' | 'unknown' | 'asked' | 'confirmed';

export interface ToolRun {
  /** The idempotency key; of a question to the customer, the conversation and the tool. */
  id: string;
  conversationId: string;
  accountId: string;
  /** The first message that the turn answers: the same in each attempt, and when the turn is repeated under a new id. */
  occasion: string;
  turnId: string;
  tool: string;
  args: JsonObject;
  state: ToolRunState;
  /** As the tool gave it, before masking. */
  result?: string;
  at: number;
  endedAt?: number;
}
