/** JSON in and out of our own pages and interfaces. */
import type { Request, Response } from 'express';
import { DragomanError, describe } from '../../core/errors.ts';

const BODY_LIMIT = 64 * 1024;

const STATUS: Partial<Record<DragomanError['code'], number>> = {
  NOT_FOUND: 404,
  KNOWLEDGE_MISSING: 404,
  KNOWLEDGE_UNWRITABLE: 409,
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  TOO_MANY_TRIES: 429,
  ACCOUNT_MISSING: 409,
  ACCOUNT_DISABLED: 409,
  ANSWERED: 409,
  PROVIDER_FAILED: 502,
  SPEECH_MISSING: 503,
  STORE_UNAVAILABLE: 503,
  TOO_LARGE: 413,
};

/** An error as a call is answered with it. */
export function errorAnswer(error: unknown) {
  const known = DragomanError.is(error);
  const code = known ? error.code : 'INTERNAL';
  const body = known
    ? { code, message: error.message, action: error.action }
    : { code, message: describe(error), action: 'Look at the log.' };
  return { status: (known && STATUS[error.code]) || 500, body: { error: body } };
}

/** @param status where the error's own would be wrong */
export function sendError(response: Response, error: unknown, status?: number): void {
  const answer = errorAnswer(error);
  response.status(status ?? answer.status).json(answer.body);
}

/** Runs an interface's work and answers its JSON, or its error. */
export const answerJson =
  (work: (request: Request) => Promise<unknown>) =>
  (request: Request, response: Response): void => {
    // What it finds wrong before its first wait is answered as well.
    const answer = async () => work(request);
    answer().then(
      (body) => void (body === undefined ? response.status(204).end() : response.json(body)),
      (error) => sendError(response, error),
    );
  };

/**
 * A field of a body or a query; empty where it is absent.
 * @throws DragomanError BAD_REQUEST where it is there and is no text: an object, which has no text of its own.
 */
export function textField(fields: object, name: string): string {
  const value: unknown = Object.hasOwn(fields, name) ? Reflect.get(fields, name) : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new DragomanError('BAD_REQUEST', `The field "${name}" must be a text.`, 'Send it in quotes.');
}

/** @throws DragomanError BAD_REQUEST */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new DragomanError('BAD_REQUEST', 'The body is too large.', 'Send at most 64 KiB.');
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {}
  throw new DragomanError('BAD_REQUEST', 'The body is not a JSON object.', 'Send application/json.');
}

/** A file as a request's whole body. @param most bytes. @throws DragomanError TOO_LARGE, BAD_REQUEST where it breaks off */
export async function readBytes(request: Request, most: number): Promise<Buffer> {
  const tooLarge = () =>
    new DragomanError('TOO_LARGE', `The file has more than ${most} bytes.`, 'Part it: no larger file is read.');
  if (Number(request.headers['content-length']) > most) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (DragomanError.is(error)) throw error;
    throw new DragomanError('BAD_REQUEST', 'The file did not come whole.', 'Send it again.', { cause: error });
  }
  return Buffer.concat(chunks);
}
