/** Files that go with an answer: which of them the channel takes, told before anything is sent, and how that reads. */
import { HEAD, kindOfFile, LARGEST_UPLOAD, MOST_UPLOADS, nameOfFile, typeOfFile } from '../../../core/desk/files.ts';
import type { Detail } from './api.ts';
import { comma, language, t, type Word } from './words.ts';

export type Takes = Detail['takes'];

export interface Attached {
  file: File;
  name: string;
  type: string;
  /** Why it cannot be sent. */
  problem: string;
  /** Of the upload, once the server has it. */
  upload?: string;
}

const megabytes = new Intl.NumberFormat(language, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
const kilobytes = new Intl.NumberFormat(language, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
const MB = 1024 * 1024;

/** A number and its unit, in one line. */
export const sizeOf = (bytes: number): string =>
  (bytes < MB / 10 ? kilobytes.format(Math.max(1, bytes / 1024)) : megabytes.format(bytes / MB)).replace(' ', '\u00a0');

/** Looks into it: what a browser says of a file is its name's word. */
export async function attach(file: File, takes: Takes, place: number): Promise<Attached> {
  const name = nameOfFile(file.name);
  const head = await file
    .slice(0, HEAD)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0));
  const type = typeOfFile(new Uint8Array(head), name);
  return { file, name, type, problem: problemOf({ type, size: file.size }, takes, place) };
}

function problemOf(file: { type: string; size: number }, { limits, why }: Takes, place: number): string {
  if (why) return t(`file.${why}`);
  if (place >= MOST_UPLOADS) return t('file.many', { n: MOST_UPLOADS });
  // A folder as well.
  if (file.size === 0) return t('file.empty');
  const kind = kindOfFile(limits, file);
  if (kind === 'type') return t('file.type');
  const most = Math.max(...Object.values(limits).map((limit) => limit.most));
  return kind === 'size' ? t('file.size', { most: sizeOf(Math.min(most, LARGEST_UPLOAD)) }) : '';
}

/** As people call them. */
const CALLED: Record<string, string> = {
  ...{ 'image/jpeg': 'JPEG', 'image/png': 'PNG', 'image/webp': 'WebP', 'image/gif': 'GIF' },
  ...{ 'video/mp4': 'MP4', 'video/3gpp': '3GP', 'video/quicktime': 'MOV', 'video/webm': 'WebM' },
  ...{ 'audio/mpeg': 'MP3', 'audio/mp4': 'M4A', 'audio/ogg': 'Opus', 'application/ogg': 'OGG', 'audio/wav': 'WAV' },
  ...{ 'application/pdf': 'PDF', 'text/plain': 'TXT' },
};
const calledOf = (type: string) => CALLED[type] ?? 'Office';

/** What may be sent, in a line. */
export function limitsInWords({ limits, why }: Takes): string {
  if (why) return t(`file.${why}`);
  return Object.entries(limits)
    .map(([kind, { most, types }]) => {
      const named = [...new Set(types.filter((type) => type !== '*').map(calledOf))];
      const what = t(`media.${kind}` as Word) + (named.length > 0 ? ` (${named.join(comma)})` : '');
      return t('file.upTo', { what, most: sizeOf(Math.min(most, LARGEST_UPLOAD)) });
    })
    .join(' · ');
}
