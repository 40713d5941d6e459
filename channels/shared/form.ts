/** A form with a file, as platforms take uploads. */
import { randomUUID } from 'node:crypto';
import type { FileToSend } from '../../core/ports.ts';

export const MB = 1024 * 1024;

export interface Form {
  fields: Record<string, string>;
  /** `field` and `type` are words of ours. */
  file: FileToSend & { field: string };
}

/** What customers get as a voice note. */
export const VOICE = { name: 'voice.ogg', type: 'audio/ogg' } as const;

/** As browsers write it. */
const quoted = (name: string) => name.replace(/["\r\n]/g, encodeURIComponent);

export function multipart({ fields, file }: Form): { type: string; body: Uint8Array } {
  const boundary = `dragoman-${randomUUID()}`;
  const head = (rest: string) => `--${boundary}\r\ncontent-disposition: form-data; ${rest}\r\n\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => `${head(`name="${name}"`)}${value}\r\n`);
  const about = `name="${file.field}"; filename="${quoted(file.name)}"\r\ncontent-type: ${file.type}`;
  const body = Buffer.concat([
    Buffer.from(texts.join('') + head(about)),
    file.bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}
