/** What core needs of the world around it: the time, a log, outbound HTTP. */

/** Virtual in tests. Nothing in core reads the time or waits in any other way. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Calls `wake` once, not before `at`. The returned function cancels it. */
  at(at: number, wake: () => void): () => void;
}

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Until the whole answer is there; milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** The answer is wanted as bytes, and only if it has at most so many; one that has more rejects. */
  limit?: number;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** The body as text; empty where it was wanted as bytes. */
  text: string;
  bytes?: Uint8Array;
}

/**
 * The outbound HTTP client of channels. Rejects with an `HttpError`, whose `sent` says whether the platform may have seen the request:
 * `false` for refused connections and unresolved names, `true` when the connection broke or timed out after the request left.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;
