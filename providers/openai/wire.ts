/** What goes over the wire, put right on either side of the SDK, which reads OpenAI's own shapes only. */
import { isObject } from '../../core/model/json.ts';
import { wholeOf } from './events.ts';

/** Half a surrogate pair, as JSON writes it; strict parsers refuse the whole request for it. */
const HALF_PAIR = /(?<=(?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/** A request's JSON that every parser takes. */
export const wellFormed = (body: string): string =>
  body.includes('\\ud') ? body.replace(HALF_PAIR, String.raw`\ufffd`) : body;

/** What is used of a server's error, whatever its shape. */
interface ServerError {
  message: string;
  code?: unknown;
  type?: unknown;
  param?: unknown;
  status?: unknown;
}

/** Whether a request asks for a stream. */
export const asksForStream = (body: unknown): boolean => Buffer.isBuffer(body) && body.includes('"stream":true');

/**
 * The answer as the SDK reads it: JSON is JSON whatever its type says and whatever comments are before it, an error is one whatever its status
 * and shape say. A stream passes as it is where one was asked for, and is put together otherwise.
 */
export async function readable(response: Response, streams: boolean): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 204 || response.status === 304) return response;
  if (response.ok && streams && /event-stream/i.test(type)) return response;
  const sent = await response.text();
  const text = sent.replace(COMMENTS, '');
  let value = jsonOf(text);
  // A stream that is not named one.
  if (response.ok && streams && value === undefined) return again(response, sent, type);
  const whole = value === undefined ? wholeOf(text) : undefined;
  value ??= whole;
  if (response.ok && value === undefined) return again(response, text, type);
  if (response.ok && !isFailure(value))
    return again(response, whole === undefined ? text : JSON.stringify(whole), JSON_TYPE);
  const error = errorIn(value) ?? { message: text.slice(0, LONGEST_ERROR) };
  const status = response.ok ? statusOf(error) : response.status;
  return again(response, JSON.stringify({ error }), JSON_TYPE, status);
}

/** Lines by which a server keeps the connection open. */
const COMMENTS = /^\uFEFF?(?:\s*:[^\n]*\n)+/;
const JSON_TYPE = 'application/json';

/** A body that was read, as much of a `Response` as the SDK looks at: a real one would be a web stream, which costs as much as the request. */
function again(response: Response, text: string, type: string, status = response.status): Response {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
  headers.set('content-type', type);
  const answer = {
    url: response.url,
    status,
    ok: status >= 200 && status < 300,
    headers,
    body: pieces(text),
    text: async () => text,
    json: async () => JSON.parse(text),
  };
  return answer as unknown as Response;
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const LONGEST_ERROR = 4_000;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** An error that came with a good status. A response that failed has its own `error`, and its output beside it. */
function isFailure(value: unknown): boolean {
  const body = Array.isArray(value) ? value[0] : value;
  if (!isObject(body) || ['choices', 'output', 'data'].some((part) => Array.isArray(body[part]))) return false;
  return Boolean(body.error) || body.object === 'error';
}

function errorIn(value: unknown): ServerError | undefined {
  const body = Array.isArray(value) ? value[0] : value;
  if (!isObject(body)) return undefined;
  const { error = body.errors, detail } = body;
  if (Array.isArray(error)) return errorIn({ error: error[0] });
  if (typeof error === 'string') return { ...body, message: error };
  if (isObject(error)) return { ...error, message: [error.message, metadataOf(error)].filter(Boolean).join(' ') };
  if (detail !== undefined) return { message: typeof detail === 'string' ? detail : JSON.stringify(detail) };
  return typeof body.message === 'string' ? { ...body, message: body.message } : undefined;
}

/** A router repeats there what the server behind it said. */
const metadataOf = ({ metadata }: Record<string, unknown>): string =>
  isObject(metadata) && typeof metadata.raw === 'string' ? metadata.raw.slice(0, LONGEST_ERROR) : '';

/** What an error's status would have been. */
function statusOf({ code, type, status }: ServerError): number {
  const told = [code, status, type].map(Number).find((number) => number >= 400 && number < 600);
  if (told) return told;
  const words = `${code} ${type} ${status}`;
  if (/rate_?limit|quota|too_many|exhausted/i.test(words)) return 429;
  if (/auth|api_?key/i.test(words)) return 401;
  return /invalid|context_length|bad_?request|unsupported/i.test(words) ? 400 : 502;
}
