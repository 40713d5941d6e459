/**
 * Files that colleagues send: what they really are, what they are called then, and which of them a channel takes as what. What a browser or a name
 * says of a file counts for nothing where its bytes say something else; of text nothing is ever called a page or a drawing that a browser would run.
 */
import { pictureType, soundType } from '../answering/files.ts';
import type { FileLimit, OutgoingKind } from '../ports/channel.ts';
import { cutText } from '../text/lengths.ts';

/** Bytes of one file: as base64 it fits into one document of MongoDB. */
export const LARGEST_UPLOAD = 10 * 1024 * 1024;
/** In one answer. */
export const MOST_UPLOADS = 10;
/** So many bytes of its beginning tell what it is. */
export const HEAD = 64 * 1024;
const LONGEST_NAME = 120;

const WORD = 'application/vnd.openxmlformats-officedocument';
/** By the ending of their names: what is in them begins alike. */
const IN_ZIP: Record<string, string> = {
  docx: `${WORD}.wordprocessingml.document`,
  xlsx: `${WORD}.spreadsheetml.sheet`,
  pptx: `${WORD}.presentationml.presentation`,
};
const IN_OLE: Record<string, string> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
};
export const OFFICE_TYPES: readonly string[] = [...Object.values(IN_ZIP), ...Object.values(IN_OLE)];
const UNKNOWN = 'application/octet-stream';
const SOUNDS = {
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  webm: 'video/webm',
  flac: 'audio/flac',
} as const;

/** @param head its first `HEAD` bytes. @returns a media type of those above; `application/octet-stream` for all else */
export function typeOfFile(head: Uint8Array, name: string): string {
  const ending = /\.([a-z\d]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const at = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  const picture = pictureType(head);
  if (picture) return picture;
  if (at(0, 5) === '%PDF-') return 'application/pdf';
  if (at(0, 4) === 'PK\x03\x04') return IN_ZIP[ending] ?? 'application/zip';
  if (at(0, 8) === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') return IN_OLE[ending] ?? UNKNOWN;
  if (at(4, 8) === 'ftyp') return filmType(at(8, 12), ending);
  const sound = soundType(head);
  // What platforms play of Ogg is Opus.
  if (sound === 'ogg') return at(28, 36) === 'OpusHead' ? SOUNDS.ogg : 'application/ogg';
  if (sound && sound !== 'm4a' && at(0, 2) !== '\xff\xfe') return SOUNDS[sound];
  return isText(head) ? 'text/plain' : UNKNOWN;
}

function filmType(brand: string, ending: string): string {
  if (/^(M4[AB] )/.test(brand) || ending === 'm4a') return 'audio/mp4';
  if (brand === 'qt  ') return 'video/quicktime';
  return brand.startsWith('3gp') ? 'video/3gpp' : 'video/mp4';
}

function isText(head: Uint8Array): boolean {
  if (head.length === 0 || head.includes(0)) return false;
  try {
    // It may end amid a letter.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Control marks, half letters, marks that turn the order around (not those that join letters), and what no folder takes. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"<>:|?*]/gu;

/** A name that leads nowhere, ends no header and reads in its own order. */
export function nameOfFile(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const plain = last
    .replace(UNWRITABLE, '')
    .replace(/^[.\s]+/, '')
    .trim();
  const dot = plain.lastIndexOf('.');
  const ending = dot > 0 && plain.length - dot <= 6 ? plain.slice(dot) : '';
  return cutText(plain.slice(0, plain.length - ending.length), LONGEST_NAME) + ending || 'file';
}

export type Limits = Partial<Record<OutgoingKind, FileLimit>>;

const ORDER: readonly OutgoingKind[] = ['image', 'video', 'audio', 'document'];

/** As what a channel takes it; `type`: not of this type, `size`: not so large. */
export function kindOfFile(
  limits: Limits,
  { type, size }: { type: string; size: number },
): OutgoingKind | 'type' | 'size' {
  const taking = ORDER.filter((kind) => limits[kind]?.types.some((one) => one === '*' || one === type));
  const kind = taking.find((one) => size <= Math.min(limits[one]!.most, LARGEST_UPLOAD));
  return kind ?? (taking.length > 0 ? 'size' : 'type');
}
