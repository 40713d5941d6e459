/** What a flow says → WAHA's requests. Buttons are lines of the text: WhatsApp Web's own are shown to some customers and not to others. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { optionLines, optionsOf } from '../shared/buttons.ts';
import { parseMarkdown } from '../shared/markdown.ts';
import { pack, plainRun, type Run, spellLinks } from '../shared/runs.ts';
import { markup } from '../shared/whatsapp-markup.ts';

export const TEXT_LIMIT = 4_096;
const CAPTION_LIMIT = 1_024;

/** One request without session and address. `text` is what the customer reads, and what comes back in the message's echo. */
export interface WahaPart {
  /** Below `/api/`. */
  method: string;
  text: string;
  body: JsonObject;
}

type Medium = NonNullable<Outgoing['media']>[number];

const METHODS = { image: 'sendImage', audio: 'sendVoice', video: 'sendVideo', document: 'sendFile' } as const;
/** What WhatsApp plays as a voice note. */
export const VOICE = 'audio/ogg; codecs=opus';
export const VIDEO = 'video/mp4';
/** Where the address does not tell. */
const USUAL = { image: 'image/jpeg', audio: VOICE, video: VIDEO, document: 'application/octet-stream' } as const;
const TYPES: Record<string, string> = {
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  ogg: VOICE,
  oga: VOICE,
  opus: VOICE,
  mp4: VIDEO,
  mov: 'video/quicktime',
  webm: 'video/webm',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
};

const written = (markdown: string) => spellLinks(parseMarkdown(markdown));

export function render(content: Outgoing): Json[] {
  const parts = (content.media ?? []).flatMap(mediumParts);
  const words = written(content.text);
  const options = optionLines(optionsOf(content.buttons));
  parts.push(...textParts(options ? [...words, plainRun(words.length > 0 ? `\n\n${options}` : options)] : words));
  return parts as unknown as Json[];
}

function textParts(words: Run[]): WahaPart[] {
  return pack(words, TEXT_LIMIT, markup).map((text) => ({ method: 'sendText', text, body: { text } }));
}

/** The medium with its caption; what a caption cannot hold follows as text. */
function mediumParts(medium: Medium): WahaPart[] {
  const words = written(medium.caption ?? '');
  const own = medium.kind === 'audio' ? [] : pack(words, CAPTION_LIMIT, markup);
  const fits = own.length === 1 || words.length === 0;
  const caption = fits ? own[0] : undefined;
  const part = {
    method: METHODS[medium.kind],
    text: caption ?? '',
    body: { ...fileOf(medium), ...(caption && { caption }) },
  };
  return fits ? [part] : [part, ...textParts(words)];
}

/** WAHA fetches the file itself. What is not in the format that WhatsApp plays, it converts. */
function fileOf({ kind, url, name }: Medium): JsonObject {
  const mimetype = (kind !== 'document' && typeOf(url)) || typeOf(name ?? '') || typeOf(url) || USUAL[kind];
  if (kind === 'audio') return { file: { url, mimetype }, convert: mimetype !== VOICE };
  if (kind === 'video') return { file: { url, mimetype, filename: name ?? 'video.mp4' }, convert: mimetype !== VIDEO };
  return { file: { url, mimetype, ...(name && { filename: name }) } };
}

function typeOf(file: string): string | undefined {
  const [, ending = ''] = /\.([a-z\d]{2,5})$/i.exec(URL.canParse(file) ? new URL(file).pathname : file) ?? [];
  const known = ending.toLowerCase();
  return Object.hasOwn(TYPES, known) ? TYPES[known] : undefined;
}
