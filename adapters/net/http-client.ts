/** The one HTTP client of the channels, on undici: keep-alive, and an error that says whether the request had left. */
import { HttpError } from '../../core/errors.ts';
import type { Clock, Http } from '../../core/ports.ts';
import { systemClock } from './clock.ts';
import { lazyClient } from './lazy-client.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Of a file. */
const MAX_FILE_BYTES = 24 * 1024 * 1024;

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
  const shared = { pipelining: 1, connect: { timeout: CONNECT_TIMEOUT_MS } };
  const client = lazyClient({ ...shared, connections: 64, maxResponseSize: MAX_ANSWER_BYTES });
  const files = lazyClient({ ...shared, connections: 8, maxResponseSize: MAX_FILE_BYTES });
  const http: Http = async ({ method, url, headers, body, timeoutMs = DEFAULT_TIMEOUT_MS, signal, limit }) => {
    const deadline = new AbortController();
    const cancelDeadline = clock.at(clock.now() + timeoutMs, () => deadline.abort());
    try {
      const response = await (limit === undefined ? client : files).request(url, {
        method: method as 'POST',
        headers,
        body,
        signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal,
      });
      const answer = { status: response.statusCode, headers: flat(response.headers) };
      if (limit === undefined) return { ...answer, text: await response.body.text() };
      return { ...answer, text: '', bytes: await atMost(limit, response.body) };
    } catch (error) {
      throw failure(error, deadline.signal.aborted);
    } finally {
      cancelDeadline();
    }
  };
  const close = async () => {
    await Promise.all([client.close(), files.close()]);
  };
  return Object.assign(http, { close });
}

/** No more than that is ever held. */
async function atMost(limit: number, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > limit) throw new HttpError(`The file has more than ${limit} bytes.`, true);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** Never quotes the URL: a platform's may hold the token. */
function failure(error: unknown, timedOut: boolean): HttpError {
  if (error instanceof HttpError) return error;
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
