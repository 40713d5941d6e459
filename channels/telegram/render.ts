/** What a flow says → Telegram requests. HTML, because only `& < >` need escaping in it. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { type Choice, choices, optionLines, optionsOf } from '../shared/buttons.ts';
import { convert, type Markup, PLAIN, readable, splitMarkdown } from '../shared/text.ts';

/** Of 4096 after parsing; the rest is room for bullets and the like. */
const TEXT_LIMIT = 4_000;
const CAPTION_LIMIT = 1_024;
const BUTTON_LIMITS = { title: 128, id: 64, idUnit: 'bytes' } as const;
const BUTTONS = 100;
/** Titles up to this length stand two in a row. */
const SHORT_TITLE = 14;

/** One request without its address. `text` is what the customer reads; `plain` is sent where Telegram refuses the markup. */
export interface TelegramPart {
  method: string;
  text: string;
  body: JsonObject;
  plain: JsonObject;
}

const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

const HTML: Markup = {
  text: escapeHtml,
  bold: (text) => `<b>${escapeHtml(text)}</b>`,
  italic: (text) => `<i>${escapeHtml(text)}</i>`,
  strike: (text) => `<s>${escapeHtml(text)}</s>`,
  code: (text) => `<code>${escapeHtml(text)}</code>`,
  link: (text, url) =>
    text === url ? escapeHtml(url) : `<a href="${escapeHtml(url).replace(/"/g, '&quot;')}">${escapeHtml(text)}</a>`,
  block: (text) => `<pre>${escapeHtml(text)}</pre>`,
};

const METHODS = { image: 'sendPhoto', audio: 'sendAudio', video: 'sendVideo', document: 'sendDocument' } as const;
const FIELDS = { image: 'photo', audio: 'audio', video: 'video', document: 'document' } as const;

export function render(content: Outgoing): Json[] {
  const options = optionsOf(content.buttons).slice(0, BUTTONS);
  const parts = (content.media ?? []).flatMap(mediumParts);
  // Buttons need something to hang on.
  const words = content.text.trim() || (parts.length === 0 ? optionLines(options) : '');
  parts.push(...splitMarkdown(words, TEXT_LIMIT).filter(readable).map(textPart));
  const last = parts.at(-1);
  if (last && options.length > 0) {
    const reply_markup = { inline_keyboard: rowsOf(choices(options, BUTTON_LIMITS)) };
    last.body = { ...last.body, reply_markup };
    last.plain = { ...last.plain, reply_markup };
  }
  return parts as unknown as Json[];
}

function textPart(piece: string): TelegramPart {
  const text = convert(piece, PLAIN);
  return { method: 'sendMessage', text, body: { text: convert(piece, HTML), parse_mode: 'HTML' }, plain: { text } };
}

/** The medium with its caption; what does not fit into the caption follows as text. */
function mediumParts(medium: NonNullable<Outgoing['media']>[number]): TelegramPart[] {
  const [caption, ...rest] = splitMarkdown(medium.caption ?? '', CAPTION_LIMIT);
  const method = METHODS[medium.kind];
  const bare = { [FIELDS[medium.kind]]: medium.url };
  if (!caption) return [{ method, text: '', body: bare, plain: bare }];
  const text = convert(caption, PLAIN);
  const body = { ...bare, caption: convert(caption, HTML), parse_mode: 'HTML' };
  return [{ method, text, body, plain: { ...bare, caption: text } }, ...rest.map(textPart)];
}

function rowsOf(options: Choice[]): JsonObject[][] {
  const rows: JsonObject[][] = [];
  for (const { id, title } of options) {
    const row = rows.at(-1);
    const fits = row && row.length < 2 && title.length <= SHORT_TITLE && String(row[0]!.text).length <= SHORT_TITLE;
    const button = { text: title, callback_data: id };
    if (fits) row.push(button);
    else rows.push([button]);
  }
  return rows;
}
