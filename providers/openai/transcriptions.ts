/** Words of a sound, by any endpoint that has `/audio/transcriptions`. */
import type { SoundType } from '../../core/answering/files.ts';
import { newId } from '../../core/ids.ts';
import type { Heard, Hearing, Transcribe } from '../../core/ports.ts';
import { type AudioError, post, refusalOf } from './audio.ts';
import { type Connection, checkConnection, limits } from './client.ts';
import { explainFailure } from './errors.ts';
import { heardIn } from './heard-sound.ts';
import { memoryOf } from './memory.ts';
import { STT } from './names.ts';

/** For the longest voice notes on a slow server; who asks mostly has a shorter limit. */
const TIMEOUT_MS = 120_000;
/** Tokens of a prompt that Whisper reads; of a longer one it reads the end. */
const MOST_PROMPT = 224;

const CONTENT_TYPES: Record<SoundType, string> = {
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  webm: 'audio/webm',
  flac: 'audio/flac',
};

/** What not every server takes, in the order of doing without it. */
const EXTRAS = ['verbose_json', 'stream', 'prompt'] as const;
type Extra = (typeof EXTRAS)[number];
/** How a refusal names it. */
const NAMED: Record<Extra, RegExp> = { verbose_json: /response_format|verbose/i, stream: /stream/i, prompt: /prompt/i };

/**
 * Asks for the language only where none is given, and for a stream only where somebody listens to it. A server that refuses either, or the hints,
 * is asked without, at once and for a day.
 * @throws DragomanError SETTING_INVALID.
 */
export function createOpenAiTranscriber(config: Connection): Transcribe {
  const host = checkConnection(config, STT);
  const memory = memoryOf(`transcriptions ${config.baseUrl} ${config.model}`);

  async function ask(sound: Uint8Array, hearing: Hearing, signal: AbortSignal): Promise<Heard> {
    const lacks = memory.dialect();
    const extras = new Set(wanted(hearing).filter((extra) => !lacks.has(`no ${extra}`)));
    const dropped: Extra[] = [];
    for (;;) {
      const boundary = `dragoman-${newId(Date.now())}`;
      const response = await post(config, {
        path: '/audio/transcriptions',
        type: `multipart/form-data; boundary=${boundary}`,
        body: form(boundary, fieldsOf(config.model, hearing, extras), sound, hearing.type),
        signal,
      });
      if (response.status === 200) {
        const heard = await heardIn(response, hearing.onPartial);
        for (const extra of dropped) memory.speaks(`no ${extra}`);
        return heard;
      }
      const refusal = await refusalOf(response);
      const extra = toDrop(refusal, extras);
      if (!extra) throw refusal;
      extras.delete(extra);
      dropped.push(extra);
    }
  }

  return async (sound, hearing) => {
    const { deadline, end } = limits(TIMEOUT_MS, hearing.signal);
    try {
      const { text, language } = await ask(sound, hearing, deadline);
      return { text, language: codeOf(hearing.language) ?? language };
    } catch (error) {
      const { signal } = hearing;
      throw explainFailure(error, { host, model: config.model, timeoutMs: TIMEOUT_MS, deadline, signal, names: STT });
    } finally {
      end();
    }
  };
}

function wanted({ language, hints, onPartial }: Hearing): Extra[] {
  const extras: [Extra, boolean][] = [
    ['verbose_json', codeOf(language) === undefined],
    ['stream', onPartial !== undefined],
    ['prompt', promptOf(hints) !== ''],
  ];
  return extras.flatMap(([extra, wants]) => (wants ? [extra] : []));
}

/** What a refusal is about; else the first that may be. Undefined where it is about the sound, or nothing is left. */
function toDrop({ status, message, param, code }: AudioError, extras: ReadonlySet<Extra>): Extra | undefined {
  if (status !== 400 && status !== 422) return undefined;
  const told = `${message} ${param}`;
  const left = EXTRAS.filter((extra) => extras.has(extra));
  const named = left.find((extra) => NAMED[extra].test(told));
  const isSound = /\b(audio|file|sound)\b/i.test(told) || code === 'audio_too_short';
  return named ?? (isSound ? undefined : left[0]);
}

function fieldsOf(model: string, { language, hints }: Hearing, extras: ReadonlySet<Extra>): Record<string, string> {
  const code = codeOf(language);
  return {
    model,
    response_format: extras.has('verbose_json') ? 'verbose_json' : 'json',
    ...(code === undefined ? {} : { language: code }),
    ...(extras.has('prompt') ? { prompt: promptOf(hints) } : {}),
    ...(extras.has('stream') ? { stream: 'true' } : {}),
  };
}

/** `es` of `es`, `es-MX`, `es_MX`; undefined for what is none. */
const codeOf = (language: string | undefined) => /^([a-z]{2,3})(?:[-_]|$)/i.exec(language ?? '')?.[1]?.toLowerCase();

/** The hints as a sentence, as many as are read. */
function promptOf(hints: readonly string[] = []): string {
  const kept: string[] = [];
  let tokens = 1;
  for (const hint of hints) {
    const plain = hint.toWellFormed().replace(/\s+/g, ' ').trim();
    tokens += tokensOf(plain) + 1;
    if (tokens > MOST_PROMPT) break;
    if (plain) kept.push(plain);
  }
  return kept.length ? `${kept.join(', ')}.` : '';
}

/** At most so many, by experience: four letters of English make one, a letter of others is one. */
function tokensOf(text: string): number {
  if (text.length > 4 * MOST_PROMPT) return text.length;
  const others = text.match(/[^\x20-\x7e]/g)?.length ?? 0;
  return others + Math.ceil((text.length - others) / 3);
}

function form(boundary: string, fields: Record<string, string>, sound: Uint8Array, type: SoundType): Buffer {
  const head = (rest: string) => `--${boundary}\r\ncontent-disposition: form-data; ${rest}\r\n\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => `${head(`name="${name}"`)}${value}\r\n`);
  const file = `name="file"; filename="voice.${type}"\r\ncontent-type: ${CONTENT_TYPES[type]}`;
  return Buffer.concat([
    Buffer.from(texts.join('') + head(file)),
    Buffer.from(sound),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}
