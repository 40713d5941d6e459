/**
 * The one client for requests to LLM, embedding and speech hosts. It follows no redirect, so that nothing is sent to a host that nobody
 * configured, and tells the log how much left for where; never what.
 */
import type { Dispatcher } from 'undici';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';
import { lazyClient } from './lazy-client.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export type Egress = typeof fetch & { close(): Promise<void> };

/**
 * @returns as much of `fetch` as the SDKs use: a URL, a method, headers, a text or bytes as body, a signal. Its answers have no web stream inside,
 *   which costs a request more than all the rest; `body` is read by iterating. Rejects as `fetch` does, and with `SETTING_INVALID` for
 *   anything but http and https.
 */
export function createEgress(log: Pick<Logger, 'debug'>): Egress {
  // Who asks has a time limit for the whole answer; a slow model may be silent for as long as that.
  const client = lazyClient({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const send: typeof fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new DragomanError(
        'SETTING_INVALID',
        'An LLM, embedding or speech endpoint is neither http nor https.',
        'Correct its base URL.',
      );
    const where = `${url.host}${url.pathname}`;
    const size =
      typeof init.body === 'string' || Buffer.isBuffer(init.body) ? `${Buffer.byteLength(init.body)} bytes` : 'a body';
    const started = performance.now();
    const took = () => `${Math.round(performance.now() - started)} ms`;
    try {
      const answer = await client.request(url, {
        method: (init.method ?? 'GET') as Dispatcher.HttpMethod,
        headers: headersOf(init.headers),
        body: init.body as string | Buffer | undefined,
        signal: init.signal,
      });
      log.debug(`${where}: sent ${size}, ${answer.statusCode} after ${took()}.`);
      return toResponse(url, answer);
    } catch (error) {
      log.debug(`${where}: sent ${size}, failed after ${took()}: ${describe(error)}`);
      throw error;
    }
  };
  return Object.assign(send, { close: client.close });
}

const headersOf = (headers: RequestInit['headers']) =>
  headers instanceof Headers || Array.isArray(headers) ? Object.fromEntries(headers) : headers;

function toResponse(url: URL, { statusCode, headers, body }: Dispatcher.ResponseData<unknown>): Response {
  const answer = {
    url: url.href,
    status: statusCode,
    ok: statusCode >= 200 && statusCode < 300,
    headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body,
    text: () => body.text(),
    json: () => body.json(),
  };
  return answer as unknown as Response;
}
