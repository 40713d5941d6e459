/** What was recorded of a call, as a file that a player may ask for in parts. */
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { recordingFile } from '../../app/calls/recordings.ts';
import { DragomanError } from '../../core/errors.ts';
import { partOf } from './byte-range.ts';

/** Answers by itself, bit by bit: a long call has more bytes than should be in memory. */
export type Sent = (response: ServerResponse) => Promise<void>;

/**
 * @param asked the request's method and headers
 * @throws DragomanError NOT_FOUND where there is none
 */
export async function sendRecording(
  dataFolder: string,
  callId: string,
  asked: { method: string; headers: IncomingHttpHeaders },
): Promise<Sent> {
  const file = await open(recordingFile(dataFolder, callId)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new DragomanError(
      'NOT_FOUND',
      'There is no recording of this call.',
      'Recordings are made where the account says so, and kept for DRAGOMAN_KEEP_RECORDINGS_DAYS.',
    );
  });
  return async (response) => {
    try {
      await send(file, response, asked);
    } finally {
      await file.close();
    }
  };
}

async function send(
  file: FileHandle,
  response: ServerResponse,
  { method, headers }: Parameters<typeof sendRecording>[2],
): Promise<void> {
  const { size, mtimeMs } = await file.stat();
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const part = partOf(isSame ? headers.range : undefined, size);
  const shared = { 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'cache-control': 'private, no-store', etag };
  if (part === 'none')
    return void response.writeHead(416, { ...shared, 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
  const { from, to } = part === 'all' ? { from: 0, to: size - 1 } : part;
  response.writeHead(part === 'all' ? 200 : 206, {
    ...shared,
    'content-length': to - from + 1,
    ...(part !== 'all' && { 'content-range': `bytes ${from}-${to}/${size}` }),
  });
  if (method === 'HEAD' || size === 0) return void response.end();
  // A player that has heard enough hangs up.
  await pipeline(file.createReadStream({ start: from, end: to, autoClose: false }), response).catch((error) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
