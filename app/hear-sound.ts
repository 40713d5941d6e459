/** A sound that came into a flow by itself, not as somebody's message: as bytes, as JSON, or as a file that was sent. */
import { type SoundType, soundType } from '../core/answering/files.ts';
import { DragomanError } from '../core/errors.ts';
import { isObject } from '../core/model/json.ts';
import type { Heard } from '../core/ports.ts';
import { LARGEST_SOUND, type Wishes } from './media.ts';
import type { Speech } from './speech.ts';

const HEARING_MS = 60_000;
/** What base64 is made of, in either alphabet. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const LANGUAGE = /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i;

/** As much of a message as is read. */
export interface SoundMessage {
  /** The bytes of a file, or `{ audio_base64, language }`. */
  payload?: unknown;
  /** Node-RED's, where an `http in` took files. */
  req?: object;
  language?: unknown;
}

export interface SoundIn {
  sound: Uint8Array;
  type: SoundType;
  language?: string;
}

/** @throws DragomanError BAD_REQUEST, TOO_LARGE */
export function soundIn(msg: SoundMessage): SoundIn {
  const sound = fileIn(msg) ?? bytesIn(msg.payload);
  if (!sound?.length)
    throw new DragomanError(
      'BAD_REQUEST',
      'There is no sound in this message.',
      'Send a file, or JSON with "audio_base64", or hand its bytes over in msg.payload.',
    );
  if (sound.length > LARGEST_SOUND)
    throw new DragomanError('TOO_LARGE', 'The sound is too large.', 'Send at most 16 MB, an hour of speech.');
  const type = soundType(sound);
  if (!type)
    throw new DragomanError(
      'BAD_REQUEST',
      'The sound is in no format that is known.',
      'Send ogg, mp3, wav, m4a, webm or flac; bare samples need the header of a WAV file.',
    );
  return { sound, type, language: languageIn(msg) };
}

/**
 * @param wishes what the flow knows; a language that the message names goes before it.
 * @throws DragomanError SPEECH_MISSING, PROVIDER_FAILED, SETTING_INVALID
 */
export function hearSound(speech: Speech, { sound, type, language }: SoundIn, wishes: Wishes): Promise<Heard> {
  const { transcribe } = speech;
  if (!transcribe) throw speech.missing().stt;
  const signal = AbortSignal.timeout(HEARING_MS);
  return transcribe(sound, { ...wishes, ...(language ? { language } : {}), type, signal });
}

/** The first file of a form. */
function fileIn({ req }: SoundMessage): Uint8Array | undefined {
  const files: unknown = req && Reflect.get(req, 'files');
  const [file] = Array.isArray(files) ? files : [];
  const bytes: unknown = isObject(file) ? file.buffer : undefined;
  return bytes instanceof Uint8Array ? bytes : undefined;
}

function bytesIn(payload: unknown): Uint8Array | undefined {
  if (payload instanceof Uint8Array) return payload;
  const text = isObject(payload) ? payload.audio_base64 : undefined;
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw noBase64();
  // As pages write it: `data:audio/webm;base64,…`.
  const start = text.startsWith('data:') ? text.indexOf(',') + 1 : 0;
  const plain = text.slice(start).replace(/\s+/g, '');
  if (!BASE64.test(plain)) throw noBase64();
  return Buffer.from(plain, 'base64');
}

const noBase64 = () =>
  new DragomanError('BAD_REQUEST', '"audio_base64" is no base64.', 'Send the file’s bytes in base64.');

/** Of the JSON, of the form, or of the message. @throws DragomanError BAD_REQUEST */
export function languageIn({ payload, language }: SoundMessage): string | undefined {
  const own = isObject(payload) && !(payload instanceof Uint8Array) ? payload.language : undefined;
  const told = own ?? language;
  if (told === undefined || told === null || told === '') return undefined;
  if (typeof told === 'string' && LANGUAGE.test(told)) return told;
  throw new DragomanError(
    'BAD_REQUEST',
    'The language is none.',
    'Send a code of two letters, such as es, or nothing.',
  );
}
