/** Ways to turn a request away whose body is still on the wire. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { BodyBudget } from './edge-budget.ts';

/** How long the rest of a refused body is taken and thrown away: a connection closed at once may lose the answer on its way. */
const DRAIN_MS = 1000;
const RETRY_AFTER = '5';
/** The largest body of a webhook. */
export const WEBHOOK_BYTES = 4 * 1024 * 1024;

/** Where people of the business send files: knowledge, and what goes to a customer. */
const FILES: Record<string, RegExp> = {
  PUT: /^[^?#]*\/dragoman\/api\/v1\/knowledge\/bases\/[^/?#]+\/files(?:[?#]|$)/,
  POST: /^[^?#]*\/dragoman\/api\/v1\/inbox\/conversations\/[^/?#]+\/uploads(?:[?#]|$)/,
};
/** The largest file that is taken there; what is read of it is limited further. */
export const FILE_BYTES = 16 * 1024 * 1024;

export const takesFiles = ({ method = '', url = '' }: IncomingMessage): boolean => FILES[method]?.test(url) ?? false;

/** 503 with `Retry-After`; nothing where an answer has begun. */
export function refuseLater(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  const text = 'Nothing is taken here at the moment. Send it again.';
  response.writeHead(503, { 'retry-after': RETRY_AFTER, ...textHeaders(text) }).end(text);
}

/**
 * Refuses a path that cannot be decoded: Express answers it with an error of its own, and a stack in the log.
 * @returns whether it did.
 */
export function refuseUnreadable(request: IncomingMessage, response: ServerResponse): boolean {
  try {
    decodeURIComponent((request.url ?? '/').split(/[?#]/, 1)[0]!);
    return false;
  } catch {
    answerAndDrain(request, response, 400, 'The path cannot be read.');
    return true;
  }
}

/**
 * Refuses a body over `limit` bytes with 413, by what it declares or else by what comes, and with 503 one for which there is no room beside
 * those of the others.
 * @returns whether that was done at once; otherwise the request goes on, and may still be cut off.
 */
export function refuseLarger(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
  budget: BodyBudget,
): boolean {
  const refuse = () => answerAndDrain(request, response, 413, `The body is larger than ${limit} bytes.`);
  if (Number(request.headers['content-length']) > limit) {
    refuse();
    return true;
  }
  const share = budget.open(request, response);
  let count = 0;
  countBytes(request, (bytes) => {
    count += bytes;
    if (count <= limit && share.take(bytes)) return true;
    share.release();
    if (count > limit) refuse();
    else
      answerAndDrain(request, response, 503, 'Too much comes at once. Send it again.', { 'retry-after': RETRY_AFTER });
    return false;
  });
  return false;
}

/**
 * Tells `takes` of the bytes that come, until it refuses some: those and what follows do not reach the reader. Counts what arrives from the
 * wire instead of listening for `data`, which would make the stream flow before its reader is there.
 */
function countBytes(request: IncomingMessage, takes: (bytes: number) => boolean): void {
  const push = request.push;
  request.push = (chunk, encoding) => {
    if (!chunk) return push.call(request, chunk, encoding);
    // Put back first: a refusal brings a `push` of its own.
    request.push = push;
    if (!takes(chunk.length)) return true;
    request.push = counting;
    return push.call(request, chunk, encoding);
  };
  const counting = request.push;
}

/**
 * Answers at once and in full, then throws away what still comes of the body, and closes the connection. A reader that waits for the
 * body is cut off without a word: it would otherwise report "request aborted", which is no fault of the flow.
 */
function answerAndDrain(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  for (const event of ['data', 'end', 'readable', 'aborted', 'error', 'close']) request.removeAllListeners(event);
  request.unpipe();
  if (response.headersSent) {
    request.destroy();
    return;
  }
  const finish = response.end.bind(response);
  const end = () => {
    clearTimeout(timer);
    finish();
  };
  const timer = setTimeout(end, DRAIN_MS);
  response.on('close', () => clearTimeout(timer));
  request.push = (chunk) => {
    if (chunk === null) end();
    return true;
  };
  request.resume();
  response.writeHead(status, { connection: 'close', ...headers, ...textHeaders(text) });
  response.write(text);
  silence(response);
}

/**
 * Whoever was waiting for the end of the body to answer, as Express does before its 404, comes too late: what they say goes nowhere, and
 * does not throw where nobody catches it.
 */
function silence(response: ServerResponse): void {
  const nothing = () => response;
  Object.assign(response, {
    setHeader: nothing,
    removeHeader: nothing,
    writeHead: nothing,
    write: nothing,
    end: nothing,
  });
}

function textHeaders(text: string): OutgoingHttpHeaders {
  return { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) };
}
