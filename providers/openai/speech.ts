/** Sound of a text, by any endpoint that has `/audio/speech`. */
import { DragomanError } from '../../core/errors.ts';
import type { Speak } from '../../core/ports.ts';
import { speechParts } from '../../core/sound/parts.ts';
import { awaited, createPatience } from '../../core/sound/patience.ts';
import { type RawFormat, speechSamples } from '../../core/sound/samples.ts';
import { SPEECH_RATE } from '../../core/sound/wav.ts';
import { errorIn, failedInside, jsonOf, piecesOf, post, refusalOf } from './audio.ts';
import { type Connection, checkConnection } from './client.ts';
import { explainFailure, providerFailed } from './errors.ts';
import { memoryOf } from './memory.ts';
import { TTS } from './names.ts';

/** Letters that are taken at once. */
const LONGEST_INPUT = 4096;
/** A slow server begins within this; milliseconds. */
const FIRST_MS = 20_000;
/** Longest silence in the middle. */
const IDLE_MS = 10_000;
/** Ten minutes of sound: more than the longest input takes. */
const MOST_BYTES = 2 * SPEECH_RATE * 600;
/** Where no voice is chosen: every voice has a name there, and compatible servers know this one. */
const VOICE = 'alloy';

export interface SpeakerLimits {
  firstMs?: number;
  idleMs?: number;
}

/**
 * A text that is too long for one request is spoken in several, one after the other.
 * @throws DragomanError SETTING_INVALID.
 */
export function createOpenAiSpeaker(
  config: Connection,
  { firstMs = FIRST_MS, idleMs = IDLE_MS }: SpeakerLimits = {},
): Speak {
  const host = checkConnection(config, TTS);
  // Piper's voices have rates of their own, which bare samples do not tell.
  const bare = !/piper/i.test(config.model);
  const memory = memoryOf(`speech ${config.baseUrl} ${config.model}`);

  /** The endpoint's sound, bare where it gives that, else as a WAV file. */
  async function ask(input: string, voice: string, signal: AbortSignal): Promise<Sound> {
    let why: unknown;
    for (const format of bare && !memory.dialect().has('no pcm') ? ['pcm', 'wav'] : ['wav']) {
      const body = Buffer.from(JSON.stringify({ model: config.model, voice, input, response_format: format }));
      const response = await post(config, { path: '/audio/speech', type: 'application/json', body, signal });
      if (response.status === 200) {
        const sound = await soundOf(response);
        if (sound && format === 'wav') memory.speaks('no pcm');
        if (sound) return sound;
        why = noSound(host);
      } else {
        why = await refusalOf(response);
        if (![400, 415, 422].includes(response.status)) break;
      }
    }
    throw why;
  }

  async function* speak(input: string, voice: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const patience = createPatience(signal);
    const silent = `${host} fell silent in the middle for too long.`;
    let spoken = 0;
    try {
      patience.within(firstMs, `${host} did not begin to speak within ${Math.ceil(firstMs / 1000)} s.`);
      const { pieces, raw } = await ask(input, voice, patience.signal);
      for await (const samples of speechSamples(awaited(pieces, patience, idleMs, silent), raw)) {
        spoken += samples.length;
        if (spoken > MOST_BYTES) throw endless(host);
        yield samples;
        // What is buffered is not spoken any more.
        patience.signal.throwIfAborted();
      }
      if (spoken === 0) throw noSound(host);
    } catch (error) {
      const asked = { host, model: config.model, timeoutMs: firstMs, deadline: patience.signal, signal, names: TTS };
      const broke = spoken > 0 && !signal.aborted && !DragomanError.is(error);
      const late = patience.late();
      if (late !== undefined) throw providerFailed(late, 'See whether the endpoint is overloaded.', true);
      throw broke ? brokenOff(host, error) : explainFailure(error, asked);
    } finally {
      patience.end();
    }
  }

  return async function* (text, { voice = VOICE, signal }) {
    for (const input of speechParts(text, LONGEST_INPUT)) yield* speak(input, voice, signal);
  };
}

interface Sound {
  pieces: AsyncIterable<Uint8Array>;
  /** What bare samples are, where the server tells. */
  raw?: RawFormat;
}

/**
 * A body that may be samples or a WAV file; undefined for a compressed sound, which the server gives whatever it is asked for.
 * @throws what it says instead
 */
async function soundOf(response: Response): Promise<Sound | undefined> {
  const type = response.headers.get('content-type') ?? '';
  if (/^(?:text|application\/(?:json|problem))/i.test(type)) {
    const said = errorIn(jsonOf(await response.text()));
    throw said ? failedInside(said) : new Error('a page');
  }
  if (/mpeg|mp3|mp4|ogg|opus|aac|flac|webm/i.test(type)) {
    // The connection is let go of.
    for await (const _ of piecesOf(response)) break;
    return undefined;
  }
  const told = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`, 'i').exec(type)?.[1]);
  const raw = told('rate') ? { rate: told('rate'), channels: told('channels') || 1 } : undefined;
  return { pieces: piecesOf(response), raw };
}

const noSound = (host: string) =>
  providerFailed(
    `${host} gave no sound that can be used.`,
    'See whether TTS_BASE_URL and TTS_MODEL belong to a server that gives pcm or wav.',
    false,
  );

const endless = (host: string) =>
  providerFailed(`${host} did not stop speaking.`, 'See whether TTS_MODEL is a model that speaks.', false);

function brokenOff(host: string, cause: unknown) {
  const failure = providerFailed(`${host} broke off in the middle.`, 'It is asked again by itself.', true);
  return Object.assign(failure, { cause });
}
