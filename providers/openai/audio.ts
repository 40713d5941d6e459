/** What hearing and speaking share: one request to an endpoint of sound, and what it says where it refuses. */
import { isObject } from '../../core/model/json.ts';
import type { Connection } from './client.ts';

/** As much of a server's error as is read, in bytes. */
const LONGEST_ERROR = 16 * 1024;

export interface AudioRequest {
  /** After the base URL. */
  path: string;
  type: string;
  body: Buffer;
  signal: AbortSignal;
}

export function post(
  { baseUrl, apiKey, fetch: send = fetch }: Connection,
  { path, type, body, signal }: AudioRequest,
): Promise<Response> {
  return send(baseUrl.replace(/\/+$/, '') + path, {
    method: 'POST',
    headers: {
      'content-type': type,
      'user-agent': 'dragoman',
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    },
    body: body as unknown as string,
    redirect: 'manual',
    signal,
  });
}

/** A server's refusal as it is thrown: of the shape of the SDK's errors, which `explainFailure` reads. Its words are for us alone. */
export interface AudioError extends Error {
  status: number;
  headers?: Headers;
  code?: unknown;
  type?: unknown;
  param?: unknown;
}

export async function refusalOf(response: Response): Promise<AudioError> {
  const said = errorIn(jsonOf(await beginningOf(response)));
  return Object.assign(new Error(said?.message ?? ''), { ...said, status: response.status, headers: response.headers });
}

/** An error that came with a good status, or as an event of a stream; undefined where there is none. */
export function errorIn(
  body: unknown,
): { message: string; code?: unknown; type?: unknown; param?: unknown } | undefined {
  if (!isObject(body)) return undefined;
  const { error, detail } = body;
  if (isObject(error)) {
    const { message, code, type, param } = error;
    return { message: typeof message === 'string' ? message : '', code, type, param };
  }
  if (typeof error === 'string') return { message: error };
  if (detail !== undefined) return { message: typeof detail === 'string' ? detail : JSON.stringify(detail) };
  return body.type === 'error'
    ? { message: typeof body.message === 'string' ? body.message : '', code: body.code }
    : undefined;
}

/** An error's status where the server gave none. */
export const failedInside = (said: ReturnType<typeof errorIn>): AudioError =>
  Object.assign(new Error(said?.message ?? ''), { ...said, status: 502 });

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Pieces of a body as they come; what is left is let go of where nobody reads on. */
export const piecesOf = (response: Response): AsyncIterable<Uint8Array> =>
  (response.body ?? []) as unknown as AsyncIterable<Uint8Array>;

async function beginningOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(response)) {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_ERROR) break;
  }
  return Buffer.concat(pieces).toString();
}
