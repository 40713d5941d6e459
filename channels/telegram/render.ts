/** What a flow says → Telegram requests. HTML, because only `& < >` need escaping in it. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { type Choice, choices, optionLines, optionsOf } from '../shared/buttons.ts';
import { parseMarkdown } from '../shared/markdown.ts';
import { cut, groups, type Mark, plainRun, type Run, spellLinks, textOf } from '../shared/runs.ts';

/** Both count what is left after parsing. */
export const TEXT_LIMIT = 4_096;
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

/** An `&` that begins no entity is one to Telegram; written as one it would stand in logs and in the page's look at the request. */
const escapeHtml = (text: string) =>
  text
    .replace(/&(?=[#\w])/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');

/** From the outside in. Telegram takes nothing inside code, and no address but these as a link. */
const TAGS: [Mark, string][] = [
  ['quote', 'blockquote'],
  ['block', 'pre'],
  ['bold', 'b'],
  ['italic', 'i'],
  ['strike', 's'],
  ['code', 'code'],
];
const LINKS = /^(?:https?|tg):/i;

const runsOf = (markdown: string) => spellLinks(parseMarkdown(markdown), (url) => LINKS.test(url));

function html(runs: readonly Run[], depth = 0): string {
  const [mark, tag] = TAGS[depth] ?? [];
  if (!mark || !tag)
    return groups(runs, ({ url }) => url)
      .map(linked)
      .join('');
  return groups(runs, ({ marks }) => marks.includes(mark) && !(isFormat(mark) && isCode(marks)))
    .map(({ key, runs }) => (key ? `<${tag}>${html(runs, depth + 1)}</${tag}>` : html(runs, depth + 1)))
    .join('');
}

const isFormat = (mark: Mark) => mark === 'bold' || mark === 'italic' || mark === 'strike';
const isCode = (marks: readonly Mark[]) => marks.includes('code') || marks.includes('block');

function linked({ key: url, runs }: { key: string | undefined; runs: Run[] }): string {
  const label = escapeHtml(textOf(runs));
  return url === undefined ? label : `<a href="${escapeHtml(url).replace(/"/g, '&quot;')}">${label}</a>`;
}

const METHODS = { image: 'sendPhoto', audio: 'sendAudio', video: 'sendVideo', document: 'sendDocument' } as const;
const FIELDS = { image: 'photo', audio: 'audio', video: 'video', document: 'document' } as const;

/** In which field of a method's form the file is. */
export const fileField = (method: string): string =>
  FIELDS[(Object.keys(METHODS) as (keyof typeof METHODS)[]).find((kind) => METHODS[kind] === method) ?? 'document'];

export function render(content: Outgoing): Json[] {
  const options = optionsOf(content.buttons).slice(0, BUTTONS);
  const parts = (content.media ?? []).flatMap(mediumParts);
  // Buttons need something to hang on.
  const said = runsOf(content.text);
  const words = said.length > 0 || parts.length > 0 ? said : [plainRun(optionLines(options))];
  parts.push(...cut(words, TEXT_LIMIT).map(textPart));
  const last = parts.at(-1);
  if (last && options.length > 0) {
    const reply_markup = { inline_keyboard: rowsOf(choices(options, BUTTON_LIMITS)) };
    last.body = { ...last.body, reply_markup };
    last.plain = { ...last.plain, reply_markup };
  }
  return parts as unknown as Json[];
}

function textPart(runs: Run[]): TelegramPart {
  const text = plainOf(runs);
  return { method: 'sendMessage', text, body: { text: html(runs), parse_mode: 'HTML' }, plain: { text } };
}

/** Addresses do not count in a text with markup, but they do in a plain one. */
function plainOf(runs: Run[], limit = TEXT_LIMIT): string {
  const spelled = textOf(spellLinks(runs));
  return spelled.length <= limit ? spelled : textOf(runs);
}

/** The medium with its caption; what does not fit into the caption follows as text. */
function mediumParts(medium: NonNullable<Outgoing['media']>[number]): TelegramPart[] {
  const [caption, ...rest] = cut(runsOf(medium.caption ?? ''), CAPTION_LIMIT);
  const method = METHODS[medium.kind];
  const bare = { [FIELDS[medium.kind]]: medium.url };
  if (!caption) return [{ method, text: '', body: bare, plain: bare }];
  const text = plainOf(caption, CAPTION_LIMIT);
  const body = { ...bare, caption: html(caption), parse_mode: 'HTML' };
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
