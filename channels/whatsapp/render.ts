/** What a flow says → Cloud API messages. WhatsApp's own markup has no escape character. */
import type { Json, JsonObject, MessageTemplate } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { type Choice, choices, type Option, optionLines, optionsOf } from '../shared/buttons.ts';
import { parseMarkdown } from '../shared/markdown.ts';
import { pack, plainRun, type Run, spellLinks } from '../shared/runs.ts';
import { shorten } from '../shared/text.ts';
import { markup } from '../shared/whatsapp-markup.ts';

export const TEXT_LIMIT = 4_096;
const CAPTION_LIMIT = 1_024;
/** Of a message with buttons. Sources disagree on lists (1024 or 4096); the lower one is always right. */
const BODY_LIMIT = 1_024;
const BUTTONS = 3;
const BUTTON_LIMITS = { title: 20, id: 256 };
const ROWS = 10;
const ROW_LIMITS = { title: 24, id: 200 };
const DESCRIPTION_LIMIT = 72;
/** Opens the list, and heads its one section. A sign, because the customer's language is not known here. */
const MENU = '☰';

/** One message without its address. `text` is what the customer reads. */
export interface WhatsappPart {
  text: string;
  body: JsonObject;
}

const written = (markdown: string) => spellLinks(parseMarkdown(markdown));

export function render(content: Outgoing): Json[] {
  const parts = (content.media ?? []).flatMap(mediumParts);
  const options = optionsOf(content.buttons);
  const words = written(content.text);
  parts.push(...(options.length > 0 ? optionParts(words, options) : textParts(words)));
  return parts as unknown as Json[];
}

/** `text` is what the customer reads: the request names the template and brings only what its variables stand for. */
export function renderTemplate({ name, language, parameters, text }: MessageTemplate): Json {
  const values = parameters.map(
    (parameter): JsonObject => ({
      type: 'text',
      ...(parameter.name !== undefined && { parameter_name: parameter.name }),
      text: parameter.text,
    }),
  );
  const template: JsonObject = { name, language: { code: language } };
  if (values.length > 0) template.components = [{ type: 'body', parameters: values }];
  return { text, body: { type: 'template', template } };
}

function textParts(words: Run[]): WhatsappPart[] {
  return pack(words, TEXT_LIMIT, markup).map((text) => ({ text, body: { type: 'text', text: { body: text } } }));
}

/** The medium with its caption; what a caption cannot hold follows as text. */
function mediumParts({ kind, url, caption, name }: NonNullable<Outgoing['media']>[number]): WhatsappPart[] {
  const words = written(caption ?? '');
  const own = kind === 'audio' ? [] : pack(words, CAPTION_LIMIT, markup);
  const fits = own.length === 1 || words.length === 0;
  const medium: JsonObject = { link: url };
  if (own[0] && fits) medium.caption = own[0];
  if (kind === 'document' && name) medium.filename = name;
  const part = { text: fits ? (own[0] ?? '') : '', body: { type: kind, [kind]: medium } };
  return fits ? [part] : [part, ...textParts(words)];
}

/** The text with its buttons; one that is too long for that goes ahead, and the buttons follow on a message of their own. */
function optionParts(words: Run[], options: Option[]): WhatsappPart[] {
  // What does not fit into a list can still be read and typed.
  const left = optionLines(options.slice(ROWS));
  const all = left ? [...words, plainRun(words.length > 0 ? `\n\n${left}` : left)] : words;
  const [first, second] = pack(all, BODY_LIMIT, markup);
  if (first && second === undefined) return [interactive(first, options)];
  return [...textParts(all), interactive(shorten(optionLines(options), BODY_LIMIT, 'utf16', '…'), options)];
}

/** Up to three short titles are buttons; more, or longer ones, are a list, which has room for them. */
function interactive(text: string, options: Option[]): WhatsappPart {
  const buttons = choices(options, BUTTON_LIMITS);
  const short = buttons.length <= BUTTONS && buttons.every((button) => button.title === button.full);
  const replies = buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } }));
  const rows = choices(options.slice(0, ROWS), ROW_LIMITS).map(rowOf);
  const shape: JsonObject = short
    ? { type: 'button', action: { buttons: replies } }
    : { type: 'list', action: { button: MENU, sections: [{ title: MENU, rows }] } };
  return { text, body: { type: 'interactive', interactive: { ...shape, body: { text } } } };
}

function rowOf({ id, title, full }: Choice): JsonObject {
  return title === full ? { id, title } : { id, title, description: shorten(full, DESCRIPTION_LIMIT, 'utf16', '…') };
}
