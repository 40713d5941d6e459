/** Words of a sound, by an endpoint of the shape of OpenAI's `/audio/transcriptions`. */
import type { SoundType } from '../../core/answering/files.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { isObject } from '../../core/model/json.ts';
import type { Transcribe } from '../../core/ports.ts';
import type { Connection } from './client.ts';

const CONTENT_TYPES: Record<SoundType, string> = {
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  webm: 'audio/webm',
  flac: 'audio/flac',
};

export function createOpenAiTranscriber({ baseUrl, apiKey, model, fetch: send = fetch }: Connection): Transcribe {
  const url = `${baseUrl.replace(/\/+$/, '')}/audio/transcriptions`;
  return async (sound, { type, signal }) => {
    const boundary = `dragoman-${newId(Date.now())}`;
    try {
      const response = await send(url, {
        method: 'POST',
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        },
        body: form(boundary, { model, response_format: 'json' }, sound, type) as unknown as string,
        signal,
      });
      const text = await response.text();
      if (response.status !== 200) throw failed(`it answered ${response.status}.`, response.status >= 429);
      return { text: wordsIn(text) };
    } catch (error) {
      throw DragomanError.is(error) ? error : failed(signal.aborted ? 'it took too long.' : describe(error), true);
    }
  };
}

const failed = (why: string, retryable: boolean) =>
  new DragomanError(
    'PROVIDER_FAILED',
    `The transcription endpoint did not put a voice note into words: ${why}`,
    'Check STT_BASE_URL, STT_API_KEY and STT_MODEL.',
    { retryable },
  );

function wordsIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (isObject(answer) && typeof answer.text === 'string') return answer.text.trim();
  } catch {
    // Told below.
  }
  throw failed('its answer is no transcription.', false);
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
