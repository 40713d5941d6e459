/** What a person reads of structured content: forms, cards, places. */
import type { Json, JsonObject, Media } from '../../core/model.ts';
import { list, object, text } from './json.ts';

/** No form has more levels, and none needs more lines. */
const DEPTH = 5;
const LINES = 60;
/** Told by the platform for programs. Whatever else ends in "id" may be the number of an order. */
const TECHNICAL = /^(?:flow_?token|saved_address_id|wa_flow_response_params|version|screen)$/i;

/** The words that are there, in order, one of each. */
export function joined(parts: (Json | undefined)[], separator = ', '): string {
  const words = parts.map((part) => text(part)?.trim()).filter((part) => part !== undefined && part !== '');
  return [...new Set(words)].join(separator);
}

/** The fields of a filled form, `name: value` a line; empty where it holds nothing to read. */
export function fieldLines(form: Json | undefined): string {
  const lines: string[] = [];
  collect(form, '', lines, DEPTH);
  return lines.slice(0, LINES).join('\n');
}

/** A file that was put into a form: its keys say nothing to a reader. */
const isFile = (value: Json) => {
  const file = object(value);
  return text(file?.mime_type) !== undefined && (file?.sha256 ?? file?.file_name ?? file?.id) !== undefined;
};

function collect(value: Json | undefined, name: string, lines: string[], depth: number): void {
  if (depth === 0 || value === undefined || value === null || value === '') return;
  if (typeof value !== 'object') {
    lines.push(name ? `${name}: ${shown(value)}` : shown(value));
    return;
  }
  if (Array.isArray(value) ? value.length > 0 && value.every(isFile) : isFile(value)) {
    lines.push(name ? `${name}: ✓` : '✓');
    return;
  }
  if (Array.isArray(value)) {
    const simple = value.filter((item) => typeof item !== 'object');
    if (simple.length > 0) lines.push(`${name ? `${name}: ` : ''}${simple.map(shown).join(', ')}`);
    for (const item of value) if (object(item)) collect(item, name, lines, depth - 1);
    return;
  }
  for (const [key, inner] of Object.entries(value))
    if (!TECHNICAL.test(key)) collect(inner, labelOf(key), lines, depth - 1);
}

/** `screen_0_Postal_code_2` is how a form builder calls "Postal code"; an option `0_Monthly` is "Monthly". */
function labelOf(key: string): string {
  return key
    .replace(/^screen_\d+_(.+?)(?:_\d+)?$/, '$1')
    .replace(/_+/g, ' ')
    .trim();
}

function shown(value: Json): string {
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  return String(value)
    .replace(/^\d+_(?=\D)/, '')
    .trim();
}

/** The words of a kind of content that is not known: what such things call their words. */
export function anyWords(content: JsonObject | undefined): string {
  return joined(
    ['title', 'text', 'body', 'caption', 'question', 'name', 'description'].map((key) => content?.[key]),
    '\n',
  );
}

/** Something that came and that nobody but the app can open. @param type as the platform calls it */
export function unreadable(type: string | undefined): Media {
  return { kind: 'document', data: { type: type ?? 'unknown' } };
}

/** Name and numbers of a contact card: the words of it that may be masked. */
export function cardWords(name: Json | undefined, phones: Json | undefined, mails?: Json): string {
  const of = (value: Json | undefined, key: string) => list(value).map((item) => object(item)?.[key] ?? text(item));
  return joined([name, ...of(phones, 'phone'), ...of(mails, 'email')]);
}
