import type { ToolContext } from '../ports.ts';
import type { Cleaning } from './arguments.ts';

/** Who calls, and what it answers. All of it from the store. */
export interface CallContext
  extends Omit<ToolContext, 'idempotencyKey' | 'signal' | 'now' | 'records' | 'handOver'>,
    Cleaning {
  /** Names of the tools that this model may call. */
  allowed: readonly string[];
  /** See `ToolRun`. */
  occasion: string;
  /** Receipt of the newest message that the turn answers; UTC milliseconds. */
  heardAt: number;
  /**
   * What the customer said, where he says it aloud: then only a clear yes agrees to what he was asked, for words are heard wrongly, and calls of tools that
   * change nothing are written down as well.
   */
  aloud?: string;
  /** Asked just before something is done: false where nobody wants this turn's answer any more. From now on somebody does. */
  begin(): boolean;
}
