/** What a transcription endpoint answered: JSON, a text, or events, whatever it was asked for. */
import { isObject } from '../../core/model/json.ts';
import type { Heard } from '../../core/ports.ts';
import { errorIn, failedInside, jsonOf, piecesOf } from './audio.ts';
import { providerFailed } from './errors.ts';

/** No event is longer, in letters. */
const LONGEST_EVENT = 1024 * 1024;

/** @param onPartial told of all words so far, each time there are more. */
export async function heardIn(response: Response, onPartial?: (text: string) => void): Promise<Heard> {
  const type = response.headers.get('content-type') ?? '';
  if (/event-stream/i.test(type)) return heardInEvents(piecesOf(response), onPartial);
  const text = await response.text();
  if (/^\s*(?:data|event|id|retry):/.test(text)) return heardInEvents(once(Buffer.from(text)), onPartial);
  const value = jsonOf(text);
  const error = errorIn(value);
  if (error) throw failedInside(error);
  if (isObject(value) && typeof value.text === 'string')
    return { text: value.text.trim(), language: languageIn(value) };
  if (typeof value === 'string') return { text: value.trim() };
  // A page of a proxy is no text that was asked for.
  if (value === undefined && /^text\/plain/i.test(type) && !/^\s*</.test(text)) return { text: text.trim() };
  throw noTranscription();
}

const noTranscription = () =>
  providerFailed(
    'The answer of the transcription endpoint is no transcription.',
    'See whether STT_BASE_URL is right (most end in /v1) and no proxy answers in its place.',
    false,
  );

async function* once(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

async function heardInEvents(pieces: AsyncIterable<Uint8Array>, onPartial?: (text: string) => void): Promise<Heard> {
  let said = '';
  let done: Heard | undefined;
  /** Its words come with a last event that has all of them. */
  let tellsEnd = false;
  const more = (text: string) => {
    said = text;
    onPartial?.(said.trim());
  };
  for await (const data of dataOf(pieces)) {
    if (data === '[DONE]') break;
    const event = jsonOf(data);
    const error = errorIn(event);
    if (error) throw failedInside(error);
    if (!isObject(event)) throw noTranscription();
    if (event.type === 'transcript.text.delta' && typeof event.delta === 'string') {
      tellsEnd = true;
      more(said + event.delta);
    } else if (event.type === 'transcript.text.done' && typeof event.text === 'string') {
      done = { text: event.text.trim(), language: languageIn(event) };
      break;
    } else if (event.type === undefined && typeof event.text === 'string') {
      // A sentence an event, without a last one.
      more([said.trimEnd(), event.text.trim()].filter(Boolean).join(' '));
    }
  }
  if (tellsEnd && !done)
    throw providerFailed('The transcription broke off before its end.', 'It is asked again by itself.', true);
  return done ?? { text: said.trim() };
}

/** The data of server-sent events, one line each. */
async function* dataOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_EVENT) throw noTranscription();
    for (const line of lines) if (line.startsWith('data:')) yield line.slice('data:'.length).trim();
  }
  if (rest.startsWith('data:')) yield rest.slice('data:'.length).trim();
}

/** ISO 639-1; servers give the code, its name in English, or a list of codes. */
function languageIn({ language, languages }: Record<string, unknown>): string | undefined {
  const [first] = Array.isArray(languages) ? languages : [];
  const told = typeof language === 'string' ? language : isObject(first) ? first.code : undefined;
  if (typeof told !== 'string') return undefined;
  const plain = told.trim().toLowerCase();
  const [, code] = /^([a-z]{2})(?:[-_]|$)/.exec(plain) ?? [];
  return code ?? codesByName().get(plain);
}

let known: Map<string, string> | undefined;

/** Made with the first name. */
function codesByName(): Map<string, string> {
  if (known) return known;
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  // Not those that were renamed, as `iw`.
  const codes = letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => Intl.getCanonicalLocales(code)[0] === code);
  known = new Map(codes.map((code) => [names.of(code)?.toLowerCase() ?? code, code]));
  return known;
}
