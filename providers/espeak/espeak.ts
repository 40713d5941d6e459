/** Sound of a text by `espeak-ng`, a program on this machine: robotic, understood in some hundred languages, and nothing leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { DragomanError } from '../../core/errors.ts';
import type { Speak } from '../../core/ports.ts';
import { speechParts } from '../../core/sound/parts.ts';
import { awaited, createPatience } from '../../core/sound/patience.ts';
import { speechSamples } from '../../core/sound/samples.ts';
import { bareEnvironment, isInstalled, PROGRAM } from './program.ts';
import { createTurnstile } from './turnstile.ts';
import { voiceOf } from './voices.ts';

/** Letters that one process is given: a minute of its work at most, and some minutes of sound. */
const LONGEST_PART = 4096;
/** Processes at once, of all who speak: a sentence takes one some 20 ms. */
const MOST_PROCESSES = 4;
/** A process that is silent for this long hangs; milliseconds. */
const SILENCE_MS = 10_000;
/** What a voice may be called, also with a variant: `en-us+f3`. */
const VOICE = /^[a-z0-9][a-z0-9_+-]{0,39}$/i;

const turnstile = createTurnstile(MOST_PROCESSES);

/** @throws DragomanError SPEECH_MISSING where the program is not installed. */
export function createEspeakSpeaker(): Speak {
  if (!isInstalled()) throw missing();
  return async function* (text, { language, voice, signal }) {
    if (voice !== undefined && !VOICE.test(voice)) throw noVoice(voice);
    for (const part of speechParts(plain(text), LONGEST_PART))
      yield* speak(part, voice ?? (await voiceOf(language)), signal);
  };
}

async function* speak(part: string, voice: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const patience = createPatience(signal);
  let leave = () => {};
  try {
    const silent = `${PROGRAM} was silent for too long.`;
    patience.within(SILENCE_MS, silent);
    leave = await turnstile.enter(patience.signal);
    const child = start(part, voice, patience.signal, leave);
    // It is let go of as soon as it is done, however slowly somebody listens.
    const sound = child.stdout!.pipe(new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER }));
    const ended = endOf(child);
    for await (const samples of speechSamples(awaited(sound, patience, SILENCE_MS, silent))) {
      yield samples;
      patience.signal.throwIfAborted();
    }
    const problem = await ended;
    if (problem) throw problem;
  } catch (error) {
    throw explain(error, voice, patience.late(), signal);
  } finally {
    // The process is killed by the signal, where it still runs.
    patience.end();
    leave();
  }
}

/** The text goes in as its input: an argument could be read as an option. */
function start(part: string, voice: string, signal: AbortSignal, leave: () => void): ChildProcess {
  const child = spawn(PROGRAM, ['-v', voice, '-b', '1', '--stdin', '--stdout'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: bareEnvironment(),
    signal,
    killSignal: 'SIGKILL',
  });
  child.once('close', leave);
  // Told by its end.
  child.stdin!.on('error', () => {});
  child.stdin!.end(part);
  return child;
}

/** What became of it; undefined: all was said. */
function endOf(child: ChildProcess): Promise<Error | undefined> {
  return new Promise((resolve) => {
    child.on('error', resolve);
    child.once('close', (code) => resolve(code === 0 ? undefined : new Error(`it ended with ${code}`)));
  });
}

function explain(error: unknown, voice: string, late: string | undefined, signal: AbortSignal): DragomanError {
  if (DragomanError.is(error)) return error;
  const failed = (message: string, action: string, retryable: boolean) =>
    new DragomanError('PROVIDER_FAILED', message, action, { retryable, cause: error });
  if (signal.aborted) return failed('The speech was cancelled.', 'Nothing needs to be done.', true);
  if (late !== undefined) return failed(late, 'See whether this machine is overloaded.', true);
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing();
  return noVoice(voice, error);
}

const missing = () =>
  new DragomanError(
    'SPEECH_MISSING',
    `${PROGRAM} is not installed on this machine.`,
    `Install it ("apt-get install ${PROGRAM}"), or set TTS_BASE_URL to an endpoint that speaks.`,
  );

const noVoice = (voice: string, cause?: unknown) =>
  new DragomanError(
    'PROVIDER_FAILED',
    `${PROGRAM} did not speak with the voice "${voice.slice(0, 40)}".`,
    `Correct TTS_VOICE: "${PROGRAM} --voices" lists the names; unset, each language has its own.`,
    { cause },
  );

/** Marks that it takes for commands and phonemes, and what nobody can say. */
const plain = (text: string) => text.replace(/\p{Cc}+/gu, ' ').replaceAll('[[', '[ [');
