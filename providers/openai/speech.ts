/** Sound of a text, by any endpoint that has `/audio/speech`. */
import { DragomanError } from '../../core/errors.ts';
import type { Speak } from '../../core/ports.ts';
import { type RawFormat, speechSamples } from '../../core/sound/samples.ts';
import { SPEECH_RATE } from '../../core/sound/wav.ts';
import { cutText } from '../../core/text/lengths.ts';
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
  const memory = memoryOf(`speech ${config.baseUrl} ${config.model}`);

  /** The endpoint's sound, bare where it gives that, else as a WAV file. */
  async function ask(input: string, voice: string, signal: AbortSignal): Promise<Sound> {
    let why: unknown;
    for (const format of memory.dialect().has('no pcm') ? ['wav'] : ['pcm', 'wav']) {
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
    const watch = watchFor(signal);
    let spoken = 0;
    try {
      watch.within(firstMs, `${host} did not begin to speak within ${Math.ceil(firstMs / 1000)} s.`);
      const { pieces, raw } = await ask(input, voice, watch.signal);
      for await (const samples of speechSamples(awaited(pieces), raw)) {
        spoken += samples.length;
        if (spoken > MOST_BYTES) throw endless(host);
        yield samples;
        // What is buffered is not spoken any more.
        watch.signal.throwIfAborted();
      }
      if (spoken === 0) throw noSound(host);
    } catch (error) {
      const asked = { host, model: config.model, timeoutMs: firstMs, deadline: watch.signal, signal, names: TTS };
      const broke = spoken > 0 && !signal.aborted && !DragomanError.is(error);
      throw watch.failure() ?? (broke ? brokenOff(host, error) : explainFailure(error, asked));
    } finally {
      watch.end();
    }

    /** Time counts only while we wait, not while whoever listens does. */
    async function* awaited(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        watch.rest();
        yield piece;
        watch.within(idleMs, `${host} fell silent in the middle for too long.`);
      }
      watch.rest();
    }
  }

  return async function* (text, { voice = VOICE, signal }) {
    for (const input of partsOf(text)) yield* speak(input, voice, signal);
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

/** A time limit that is set anew for each wait. */
function watchFor(outer: AbortSignal) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let late: string | undefined;
  const leave = () => controller.abort(outer.reason);
  if (outer.aborted) leave();
  outer.addEventListener('abort', leave, { once: true });
  return {
    signal: controller.signal,
    within(ms: number, sentence: string) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        late = sentence;
        controller.abort(new DOMException(sentence, 'TimeoutError'));
      }, ms);
    },
    rest: () => clearTimeout(timer),
    failure: () =>
      late === undefined ? undefined : providerFailed(late, 'See whether the endpoint is overloaded.', true),
    /** Also where nobody reads on: the connection is let go of. */
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', leave);
      controller.abort();
    },
  };
}

/** In parts that are taken at once, between sentences where that can be, else between words. */
function* partsOf(text: string): Generator<string> {
  let rest = text.toWellFormed().trim();
  while (rest.length > LONGEST_INPUT) {
    const start = cutText(rest, LONGEST_INPUT);
    const sentence = Math.max(...['. ', '! ', '? ', '؟ ', '。', '\n'].map((end) => start.lastIndexOf(end))) + 1;
    const word = start.lastIndexOf(' ');
    const at = sentence > LONGEST_INPUT / 2 ? sentence : word > 0 ? word : start.length;
    yield start.slice(0, at).trim();
    rest = rest.slice(at).trimStart();
  }
  if (rest) yield rest;
}
