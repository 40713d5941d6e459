/** One unit of answering. */

/** What a gate, or the gateway, said. */
export interface Decision {
  gate: string;
  result: 'pass' | 'block';
  /** Machine-readable rule, e.g. `status`, `takeover`, `consent`, `window`, `rate`. */
  rule: string;
  /** A sentence a person understands. */
  reason: string;
  at: number;
  /** A block that passes: the first moment at which it does not hold any more, as far as is known now. */
  until?: number;
  /** The node that decided; absent where no node did. */
  node?: string;
}

/** `retried`: it was dead, and a person had its messages answered by a new turn. */
export type TurnState = 'running' | 'waiting' | 'done' | 'dead' | 'retried';

/** One unit of answering. Its set of messages never changes once it exists. */
export interface Turn {
  id: string;
  conversationId: string;
  accountId: string;
  messageIds: string[];
  /** The follow-up that it is about: nobody wrote, an order did. */
  followUp?: string;
  state: TurnState;
  /** Attempts that failed by themselves (limit 3), and that a crash or a deploy cut off (limit 10). */
  attempts: number;
  cuts: number;
  retryAt?: number;
  decisions: Decision[];
  outcome?: 'answered' | 'drafted' | 'blocked' | 'silent' | 'failed';
  error?: string;
  startedAt: number;
  /**
   * Set where the lane was freed while the flow still ran, until that is over too: until then it may go on talking, whatever the customer says
   * meanwhile. One that is found at a start was cut off by a crash.
   */
  openUntil?: number;
  finishedAt?: number;
}
