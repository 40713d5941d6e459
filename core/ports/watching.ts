/** How a process is watched: what holds it up, and traces of what it does for who collects them. */

export interface LoopLag {
  /** What so much of the looks waited for at most, since the last `reset`; milliseconds. @param share of 1 */
  within(share: number): number;
  /** The longest wait; milliseconds. */
  longest(): number;
  reset(): void;
  stop(): void;
}

export type SpanAttributes = Record<string, string | number | boolean | string[] | undefined>;

/** A stretch of time in which something was done. */
export interface Span {
  /** 32 hexadecimal digits, and 16. */
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: 'internal' | 'client' | 'consumer';
  /** UTC milliseconds. */
  from: number;
  until: number;
  attributes: SpanAttributes;
  events?: { name: string; at: number; attributes: SpanAttributes }[];
  /** Why it failed. */
  error?: string;
}

export interface SpanSink {
  add(...spans: Span[]): void;
  /** Sends what is left, once, and waits no longer than that takes. */
  stop(): Promise<void>;
}
