/** The one HTTP client of the channels, on undici: keep-alive, and an error that says whether the request had left. */
import { HttpError } from '../../core/errors.ts';
import type { Clock, Http } from '../../core/ports.ts';
import { systemClock } from './clock.ts';
import { lazyClient } from './lazy-client.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Failures before the first byte of the request left. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** @param clock by which requests time out */
export function createHttp(clock: Clock = systemClock): Http & { close(): Promise<void> } {
  const client = lazyClient({
    connections: 64,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const http: Http = async ({ method, url, headers, body, timeoutMs = DEFAULT_TIMEOUT_MS, signal }) => {
    const deadline = new AbortController();
    const cancelDeadline = clock.at(clock.now() + timeoutMs, () => deadline.abort());
    try {
      const response = await client.request(url, {
        method: method as 'POST',
        headers,
        body,
        signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal,
      });
      const text = await response.body.text();
      return { status: response.statusCode, headers: flat(response.headers), text };
    } catch (error) {
      throw failure(error, deadline.signal.aborted);
    } finally {
      cancelDeadline();
    }
  };
  return Object.assign(http, { close: client.close });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** Never quotes the URL: a platform's may hold the token. */
function failure(error: unknown, timedOut: boolean): HttpError {
  const code = codeOf(error);
  if (timedOut && code !== 'UND_ERR_CONNECT_TIMEOUT')
    return new HttpError('The server did not answer in time.', true, error);
  const sent = !NEVER_SENT.has(code);
  return new HttpError(
    sent ? `The connection broke (${code}).` : `The server could not be reached (${code}).`,
    sent,
    error,
  );
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code) return code;
  return error instanceof Error && error.cause ? codeOf(error.cause) : 'UNKNOWN';
}
