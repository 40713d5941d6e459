/** Reads a platform API request off the wire. */
import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../core/model.ts';
import type { SentForm } from './form.ts';
import type { ApiRequest } from './platforms/platform.ts';

/** A file of 10 MB, and the same as base64. */
export const BODY_LIMIT = 16 * 1024 * 1024;

/** @returns the bytes, or null for more than `BODY_LIMIT`; the rest is then not read. Rejects when the client goes away. */
export async function readBody(req: IncomingMessage): Promise<Buffer | null> {
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > BODY_LIMIT) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * @param path what follows the platform's name, query included.
 * @param form what the bytes are, where they are one with files
 */
export function toRequest(
  req: Pick<IncomingMessage, 'method' | 'headers'>,
  path: string,
  bytes: Buffer,
  form?: SentForm,
): ApiRequest {
  const [bare = '', search = ''] = path.split('?', 2);
  const query = new URLSearchParams(search);
  const base = { method: req.method ?? 'GET', path: bare, query, headers: req.headers };
  if (form) return { ...base, body: form.fields, files: form.files, form: true };
  const type = req.headers['content-type'] ?? '';
  if (bytes.length === 0) {
    const body: JsonObject = Object.fromEntries(query);
    return { ...base, body, form: true };
  }
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { ...base, body: Object.fromEntries(new URLSearchParams(bytes.toString())), form: true };
  if (!/^application\/json\b/i.test(type))
    return {
      ...base,
      body: undefined,
      bodyError: `the simulator does not read ${type || 'a body without type'}`,
      form: false,
    };
  try {
    return { ...base, body: JSON.parse(bytes.toString()), form: false };
  } catch {
    return { ...base, body: undefined, bodyError: 'the body is no JSON', form: false };
  }
}
