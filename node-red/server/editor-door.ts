/**
 * In front of the editor: what no browser of its own would send is refused as plainly as possible. Node-RED answers much of it with an error
 * of its own and its stack in the log, for everybody who asks; and some of it stays with it.
 */
import type { NextFunction, Request, Response } from 'express';

const PATH = /^\/auth\/token\/?$/i;
const LIMIT = 64 * 1024;
/** Names are kept for ten minutes, with each attempt. */
const LONGEST = 1_000;
const NEEDED = ['client_id', 'username', 'password'];

/** Middleware of the editor's root: a path that leads upwards or to what every object has, and a query of lists, are nobody's. */
export function plainRequest(request: Request, response: Response, next: NextFunction): void {
  if (isPlain(request)) next();
  else response.status(400).json({ error: 'The request cannot be read.' });
}

function isPlain({ query, path }: Request): boolean {
  if (!Object.values(query).every((value) => typeof value === 'string')) return false;
  try {
    const parts = decodeURIComponent(path).split(/[\\/]/);
    return !parts.some((part) => part === '..' || part in {});
  } catch {
    return false;
  }
}

/**
 * Middleware of the editor's root: a login goes on as plain texts, or is refused with 400. Node-RED takes whatever a body
 * holds: a name that is an object stays among its attempts, and from then on it can compare no name with it and lets nobody in.
 */
export function plainLogin(request: Request, response: Response, next: NextFunction): void {
  if (request.method !== 'POST' || !PATH.test(request.path)) {
    next();
    return;
  }
  const refuse = () => void response.status(400).json({ error: 'invalid_request' });
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= LIMIT) chunks.push(chunk);
  });
  request.on('error', () => {});
  request.on('end', () => {
    const fields = length > LIMIT ? undefined : fieldsOf(Buffer.concat(chunks), request);
    if (!fields) return refuse();
    // The mark by which body parsers know that there is nothing left to read.
    Object.assign(request, { body: fields, _body: true });
    next();
  });
}

/** Undefined where a field is no text, or too long to be one, or where one that is needed is missing. */
function fieldsOf(body: Buffer, { headers }: Request): Record<string, string> | undefined {
  const [type = '', ...more] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = more.find((part) => part.includes('charset')) ?? 'utf-8';
  if (!/\butf-?8\b/.test(charset) || (headers['content-encoding'] ?? 'identity') !== 'identity') return undefined;
  const fields = read(body.toString('utf8'), type.trim());
  const isText = (value: unknown) => typeof value === 'string' && value.length <= LONGEST;
  if (!fields || !Object.values(fields).every(isText)) return undefined;
  const texts = fields as Record<string, string>;
  // After a login by another page the editor sends nothing but a code.
  const needed = Object.keys(texts).join() === 'code' ? ['code'] : NEEDED;
  // Node-RED looks names up in an object, where these are found and are no users.
  return needed.every((name) => Object.hasOwn(texts, name) && !(texts[name]! in {})) ? texts : undefined;
}

function read(text: string, type: string): object | undefined {
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  if (type !== 'application/json') return undefined;
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Error middleware of the editor's root: a body that cannot be read is its sender's fault, and worth no stack in answer or log. */
export function plainRefusal(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499 || response.headersSent) next(error);
  else response.status(status).json({ error: 'The request cannot be read.' });
}
