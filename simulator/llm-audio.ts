/** The LLM stand-in's endpoints of sound: what they take, as strictly as the real service, and what they answer. */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { readForm, toldOf } from './form.ts';
import { words } from './llm-bodies.ts';
import { apiError, type LlmFault, type SendJson, stream } from './llm-faults.ts';
import type { Voice } from './llm-voice.ts';

/** A form as the journal has it: its fields, and of the file what it is called and how long it is. */
export interface AudioForm {
  fields: Record<string, string>;
  file?: { name: string; type: string; bytes: number };
  content?: Buffer;
}

/** Undefined for what is no form. */
export async function formIn(raw: Buffer, type: string): Promise<AudioForm | undefined> {
  const form = await readForm(raw, type);
  const file = form?.files.file;
  return form && { fields: form.fields, ...(file && { file: toldOf(file), content: file.content }) };
}

interface ApiFault {
  message: string;
  param: string | null;
  code: string | null;
}

const FILES = ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'];
const FIELDS = ['model', 'language', 'prompt', 'response_format', 'temperature', 'stream'];
const FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt'];
/** Of the service, in bytes. */
const LARGEST_FILE = 25 * 1024 * 1024;
/** A tenth of a second of 16-bit samples, 8,000 a second: nothing shorter is taken. */
const SHORTEST_FILE = 1_600;
const VOICES = [
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'fable',
  'onyx',
  'nova',
  'sage',
  'shimmer',
  'verse',
  'marin',
  'cedar',
];

const oneOf = (list: readonly string[]) => list.map((each) => `'${each}'`).join(', ');

/** What is wrong with a form, in the words of OpenAI's API; null where nothing is. */
export function transcriptionFault({ fields, file, content }: AudioForm): ApiFault | null {
  const invalid = (message: string, param: string | null, code: string | null = 'invalid_value') => ({
    message,
    param,
    code,
  });
  const missing = (param: string) =>
    invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
  if (!file || !content) return missing('file');
  if (!fields.model) return missing('model');
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown) return invalid(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
  if (!FILES.includes(/\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? ''))
    return invalid(`Unrecognized file format. Supported formats: ${oneOf(FILES)}`, null, null);
  if (content.length > LARGEST_FILE)
    return invalid(`Maximum content size limit (26214400) exceeded (${content.length} bytes read)`, null, null);
  if (!isSound(content))
    return invalid('The audio file could not be decoded or its format is not supported.', 'file', null);
  if (content.length < SHORTEST_FILE && content.toString('latin1', 0, 4) === 'RIFF')
    return invalid('Audio file is too short. Minimum audio length is 0.1 seconds.', 'file', 'audio_too_short');
  const { language, response_format: format = 'json', stream: streamed, model } = fields;
  if (language !== undefined && !/^[a-z]{2,3}$/.test(language))
    return invalid(`Language '${language}' is not supported.`, 'language', 'unsupported_language');
  if (!FORMATS.includes(format))
    return invalid(`Invalid value: '${format}'. Supported values are: ${oneOf(FORMATS)}.`, 'response_format');
  if (!/whisper/.test(model) && format !== 'json' && format !== 'text')
    return invalid(
      `response_format '${format}' is not compatible with model '${model}'. Use 'json' or 'text' instead.`,
      'response_format',
      'unsupported_value',
    );
  if (streamed !== undefined && !['true', 'false'].includes(streamed))
    return invalid(`Invalid value for 'stream': expected a boolean.`, 'stream');
  return null;
}

/** By the first bytes: what a file is called is its sender's word. */
const isSound = (bytes: Buffer) =>
  /^(RIFF....WAVE|OggS|ID3|fLaC|....ftyp|.E\xdf\xa3|\xff[\xe0-\xff])/s.test(bytes.toString('latin1', 0, 12));

export async function transcribe(
  { fields, content }: AudioForm,
  text: string,
  { res, send, fault }: { res: ServerResponse; send: SendJson; fault?: LlmFault },
): Promise<void> {
  const said = fault?.kind === 'empty' ? '' : text;
  const seconds = Math.round((content?.length ?? 0) / 320) / 100;
  const usage = { type: 'duration', seconds: Math.ceil(seconds) };
  // Whisper does not stream, whatever it is asked for.
  if (fields.stream === 'true' && !/whisper/.test(fields.model!) && fault?.kind !== 'no-stream')
    return stream(
      res,
      [
        ...words(said).map((delta) => ({ type: 'transcript.text.delta', delta })),
        { type: 'transcript.text.done', text: said, usage },
      ],
      fault,
    );
  switch (fields.response_format) {
    case 'text':
    case 'srt':
    case 'vtt':
      res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(`${said}\n`);
      return;
    case 'verbose_json':
      return send(200, {
        task: 'transcribe',
        language: languageOf(fields, said),
        duration: seconds,
        text: said,
        segments: [],
        usage,
      });
    default:
      return send(200, { text: said, usage });
  }
}

/** What the service calls it: not its code. */
function languageOf({ language }: Record<string, string>, text: string): string {
  if (language) return new Intl.DisplayNames('en', { type: 'language' }).of(language)!.toLowerCase();
  if (/[پچژگی]/.test(text)) return 'persian';
  if (/\p{Script=Arabic}/u.test(text)) return 'arabic';
  if (/\p{Script=Cyrillic}/u.test(text)) return 'russian';
  return /[¿¡ñáéíóú]/i.test(text) ? 'spanish' : 'english';
}

export interface SpeechBody {
  model: string;
  input: string;
  voice: string;
  response_format?: string;
}

/** What the schema does not say; null where nothing is wrong. */
export function speechFault({ voice, response_format: format = 'mp3' }: SpeechBody, strict: boolean): ApiFault | null {
  if (strict && !VOICES.includes(voice))
    return {
      message: `Invalid value: '${voice}'. Supported values are: ${oneOf(VOICES)}.`,
      param: 'voice',
      code: 'invalid_value',
    };
  if (format === 'pcm' || format === 'wav') return null;
  return { message: `The stand-in speaks 'pcm' and 'wav', not '${format}'.`, param: 'response_format', code: null };
}

const HALF: readonly LlmFault['kind'][] = ['cut', 'eof', 'stall'];
/** A tenth of a second. */
const PIECE = 4_800;

/** Sound in pieces of a tenth of a second. */
export async function speak(
  { input, response_format: format }: SpeechBody,
  voice: Voice,
  res: ServerResponse,
  fault?: LlmFault,
): Promise<void> {
  const pcm = fault?.kind === 'empty' ? Buffer.alloc(0) : voice.say(input);
  const whole = format === 'wav' ? Buffer.concat([streamedHeader(), pcm]) : pcm;
  res.writeHead(200, { 'content-type': format === 'wav' ? 'audio/wav' : 'audio/pcm' });
  const end = fault && HALF.includes(fault.kind) ? Math.ceil(whole.length / 2) : whole.length;
  for (let at = 0; at < end; at += PIECE) {
    res.write(whole.subarray(at, Math.min(end, at + PIECE)));
    if (fault?.kind === 'slow') await wait(fault.ms);
    if (res.destroyed) return;
  }
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'cut') return void res.write(Buffer.alloc(0), () => res.destroy());
  while (fault?.kind === 'endless' && !res.destroyed) {
    res.write(whole.subarray(0, PIECE));
    await wait(fault.ms);
  }
  res.end();
}

/** As one who does not know yet how long it gets. */
function streamedHeader(): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF\xff\xff\xff\xffWAVEfmt ', 0, 'latin1');
  for (const [at, value] of [
    [16, 16],
    [24, 24_000],
    [28, 48_000],
    [40, 0xffff_ffff],
  ] as const)
    header.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, at);
  header.write('data', 36, 'latin1');
  return header;
}

export const faultBody = ({ message, code, param }: ApiFault) => apiError(message, code, param);
