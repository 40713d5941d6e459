/** A text of a flow as a file of sound. */
import { DragomanError } from '../core/errors.ts';
import { isObject } from '../core/model/json.ts';
import type { Speaking } from '../core/ports.ts';
import { SPEECH_RATE, wavOf } from '../core/sound/wav.ts';
import { type Detectors, judgeLanguage } from '../core/text/language.ts';
import { LONGEST_MESSAGE } from '../core/text/lengths.ts';
import { languageIn } from './hear-sound.ts';
import type { Speech } from './speech.ts';

/** Of all of it; milliseconds. */
const SAYING_MS = 120_000;
/** That a text may be told to be in, where nobody says. */
const LANGUAGES = ['en', 'es', 'it', 'ru', 'ar', 'fa'];

/** As much of a message as is read. */
export interface TextMessage {
  /** The text, or `{ text, language }`. */
  payload?: unknown;
  language?: unknown;
}

/** @throws DragomanError BAD_REQUEST, TOO_LARGE */
export function textIn(msg: TextMessage): { text: string; language?: string } {
  const { payload } = msg;
  const text = isObject(payload) ? payload.text : payload;
  if (typeof text !== 'string' || !text.trim())
    throw new DragomanError(
      'BAD_REQUEST',
      'There is no text in this message.',
      'Put it into msg.payload, or into "text".',
    );
  if (text.length > LONGEST_MESSAGE)
    throw new DragomanError('TOO_LARGE', 'The text is too long.', `Send at most ${LONGEST_MESSAGE} letters at once.`);
  return { text, language: languageIn(msg) };
}

/** What a text is written in, else English. */
export async function writtenIn(text: string, detectors: () => Promise<Detectors>): Promise<string> {
  const { among } = await detectors();
  return judgeLanguage(text, LANGUAGES, among)?.language ?? 'en';
}

/**
 * @returns a WAV file, and how long it takes to say, in seconds
 * @throws DragomanError SPEECH_MISSING, PROVIDER_FAILED, SETTING_INVALID
 */
export async function sayText(
  speech: Speech,
  text: string,
  speaking: Pick<Speaking, 'language' | 'voice'>,
): Promise<{ file: Buffer; seconds: number }> {
  const { speak } = speech;
  if (!speak) throw speech.missing().tts;
  const pieces: Uint8Array[] = [];
  for await (const piece of speak(text, { ...speaking, signal: AbortSignal.timeout(SAYING_MS) })) pieces.push(piece);
  const pcm = Buffer.concat(pieces);
  return { file: Buffer.from(wavOf(pcm)), seconds: pcm.length / 2 / SPEECH_RATE };
}
