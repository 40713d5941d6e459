/** Somebody's file in an answer: pictures, sound and films as what they are, whatever they are called; all else only to be saved. */
import type { Response } from 'express';
import { HEAD, nameOfFile, typeOfFile } from '../../core/desk/files.ts';

/** What a browser shows runs nothing. */
const SHOWN = /^(?:image|audio|video)\/|^application\/ogg$/;

export function sendFile(response: Response, { bytes, name = '' }: { bytes: Uint8Array; name?: string }): void {
  const called = nameOfFile(name);
  const type = typeOfFile(bytes.subarray(0, HEAD), called);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  if (!SHOWN.test(type)) response.attachment(called);
  response.type(SHOWN.test(type) || type === 'application/pdf' ? type : 'application/octet-stream');
  response.send(Buffer.from(bytes));
}
