/** Telegram's `parse_mode: HTML`, as strict as the Bot API's own parser. Entity offsets are UTF-16 units, error offsets UTF-8 bytes. */
import type { JsonObject } from '../../core/model.ts';

export type Parsed = { ok: true; text: string; entities: JsonObject[] } | { ok: false; error: string };

interface OpenTag {
  name: string;
  /** Where its text begins, UTF-16 units. */
  offset: number;
  /** Link, emoji id, language or the mark of an expandable quote. */
  argument: string;
}

interface StartTag {
  tag: Omit<OpenTag, 'offset'>;
  /** Index after `>`. */
  end: number;
}

const ENTITY_OF: Record<string, string> = {
  a: 'text_link',
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  u: 'underline',
  ins: 'underline',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  blockquote: 'blockquote',
  code: 'code',
  pre: 'pre',
};

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** Only four names and the numbers are known; everything else stays as it is written. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

class MarkupError extends Error {}

function readStart(source: string, begin: number, at: string): StartTag {
  const name = /[^\s>]*/y;
  name.lastIndex = begin + 1;
  const tagName = (name.exec(source)?.[0] ?? '').toLowerCase();
  let i = name.lastIndex;
  if (i >= source.length) throw new MarkupError(`Unclosed start tag ${at}`);
  if (!Object.hasOwn(ENTITY_OF, tagName)) throw new MarkupError(`Unsupported start tag "${tagName}" ${at}`);
  const unclosed = `Unclosed start tag "${tagName}" ${at}`;
  let argument = '';
  for (;;) {
    while (/\s/.test(source[i] ?? '')) i += 1;
    if (i >= source.length) throw new MarkupError(unclosed);
    if (source[i] === '>') break;
    const attribute = /([^\s=>]*)\s*(=\s*)?/y;
    attribute.lastIndex = i;
    const found = attribute.exec(source);
    const key = (found?.[1] ?? '').toLowerCase();
    if (key === '') throw new MarkupError(`Empty attribute name in the tag "${tagName}" ${at}`);
    i = attribute.lastIndex;
    let value = '';
    if (found?.[2] !== undefined) {
      const quoted = /"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]*)(?=[\s>]|$)/y;
      quoted.lastIndex = i;
      const match = quoted.exec(source);
      if (!match) throw new MarkupError(/["']/.test(source[i] ?? '') ? unclosed : `Unexpected end of name token ${at}`);
      i = quoted.lastIndex;
      value = decode(match[1] ?? match[2] ?? match[3]?.toLowerCase() ?? '');
    }
    if (tagName === 'a' && key === 'href') argument = value;
    if (tagName === 'code' && key === 'class' && value.startsWith('language-')) argument = value.slice(9);
    if (tagName === 'span' && key === 'class' && value === 'tg-spoiler') argument = '1';
    if (tagName === 'tg-emoji' && key === 'emoji-id') argument = value;
    if (tagName === 'blockquote' && key === 'expandable') argument = '1';
  }
  if (tagName === 'span' && argument === '') throw new MarkupError(`Tag "span" must have class "tg-spoiler" ${at}`);
  if (tagName === 'tg-emoji' && !/^\d+$/.test(argument))
    throw new MarkupError(`Invalid custom emoji identifier specified ${at}`);
  return { tag: { name: tagName, argument }, end: i + 1 };
}

function entityOf(tag: OpenTag, text: string): JsonObject | null {
  const entity: JsonObject = {
    type: ENTITY_OF[tag.name] ?? tag.name,
    offset: tag.offset,
    length: text.length - tag.offset,
  };
  if (entity.length === 0) return null;
  if (tag.name === 'a') {
    const url = tag.argument || text.slice(tag.offset);
    // An address that is none costs only the link.
    return /^(?:[a-z][a-z0-9+.-]*:|[^\s/]+\.[^\s/]+)/i.test(url) ? { ...entity, url } : null;
  }
  if (tag.name === 'tg-emoji') return { ...entity, custom_emoji_id: tag.argument };
  if (tag.name === 'blockquote' && tag.argument) return { ...entity, type: 'expandable_blockquote' };
  if (tag.name === 'code' && tag.argument) return { ...entity, language: tag.argument };
  return entity;
}

/** `<pre><code class="language-x">` is one entity. */
function joinCodeBlocks(entities: JsonObject[]): JsonObject[] {
  const spot = (entity: JsonObject) => `${entity.offset}:${entity.length}`;
  const blocks = new Map(entities.filter((entity) => entity.type === 'pre').map((entity) => [spot(entity), entity]));
  return entities.filter((entity) => {
    if (entity.type !== 'code') return true;
    const block = blocks.get(spot(entity));
    if (block && entity.language !== undefined) block.language = entity.language;
    delete entity.language;
    return !block;
  });
}

/** White space around a message is cut off by the platform. */
function trim(text: string, entities: JsonObject[]): Parsed {
  const lead = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const kept: JsonObject[] = [];
  for (const entity of entities) {
    const from = Math.max(0, Number(entity.offset) - lead);
    const to = Math.min(trimmed.length, Number(entity.offset) + Number(entity.length) - lead);
    if (to > from) kept.push({ ...entity, offset: from, length: to - from });
  }
  return { ok: true, text: trimmed, entities: kept.sort((a, b) => Number(a.offset) - Number(b.offset)) };
}

/** A text without markup. */
export const parsePlain = (source: string): Parsed => trim(source, []);

/** @returns the text that the customer sees, or the platform's words on what is wrong with the markup. */
export function parseHtml(source: string): Parsed {
  const open: OpenTag[] = [];
  const entities: JsonObject[] = [];
  let text = '';
  let i = 0;
  try {
    while (i < source.length) {
      const begin = source.indexOf('<', i);
      text += decode(source.slice(i, begin === -1 ? source.length : begin));
      if (begin === -1) break;
      const at = `at byte offset ${Buffer.byteLength(source.slice(0, begin))}`;
      if (source[begin + 1] !== '/') {
        const { tag, end } = readStart(source, begin, at);
        open.push({ ...tag, offset: text.length });
        i = end;
        continue;
      }
      const tag = open.pop();
      if (!tag) throw new MarkupError(`Unexpected end tag ${at}`);
      const closing = /<\/([^\s>]*)\s*>/y;
      closing.lastIndex = begin;
      const found = closing.exec(source);
      if (!found) throw new MarkupError(`Unclosed end tag ${at}`);
      const name = (found[1] ?? '').toLowerCase();
      if (name !== '' && name !== tag.name)
        throw new MarkupError(`Unmatched end tag ${at}, expected "</${tag.name}>", found "</${name}>"`);
      const entity = entityOf(tag, text);
      if (entity) entities.push(entity);
      i = closing.lastIndex;
    }
    const left = open.at(-1);
    if (left) throw new MarkupError(`Can't find end tag corresponding to start tag "${left.name}"`);
  } catch (error) {
    if (error instanceof MarkupError) return { ok: false, error: error.message };
    throw error;
  }
  return trim(text, joinCodeBlocks(entities));
}
