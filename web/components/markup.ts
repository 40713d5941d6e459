/**
 * The markup of platforms as a tree of plain data: Telegram's HTML subset, WhatsApp's signs, and links in plain text.
 * Nothing here is ever given to an HTML parser: what is not understood stays the text that it is.
 */

export type MarkupTag = 'b' | 'i' | 'u' | 's' | 'code' | 'pre' | 'quote' | 'spoiler' | 'a';

export type MarkupNode = string | { tag: MarkupTag; href?: string; children: MarkupNode[] };

/** `markdown`: as a model and colleagues write, before a platform's own markup is made of it; its simple signs are understood. */
export type MarkupFormat = 'html' | 'whatsapp' | 'markdown' | 'plain';

export function parseMarkup(text: string, format: MarkupFormat): MarkupNode[] {
  if (format === 'html') return parseHtml(text);
  if (format === 'whatsapp') return parseWhatsapp(text);
  if (format === 'markdown') return parseWhatsapp(text.replaceAll(/\*\*|__/g, '*').replaceAll('~~', '~'));
  return linkify(text);
}

/** The words without the markup, for an excerpt. */
export function plainText(nodes: readonly MarkupNode[]): string {
  return nodes.map((node) => (typeof node === 'string' ? node : plainText(node.children))).join('');
}

/** Only these lead somewhere a reader expects; `javascript:` and the like do not become links. */
function safeHref(href: string): string | undefined {
  try {
    return ['http:', 'https:', 'tg:', 'mailto:', 'tel:'].includes(new URL(href).protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}

// ---------------------------------------------------------------- plain

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'»]/g;

function linkify(text: string): MarkupNode[] {
  const nodes: MarkupNode[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const href = safeHref(match[0]);
    if (!href) continue;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    nodes.push({ tag: 'a', href, children: [match[0]] });
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

// ---------------------------------------------------------------- Telegram

const TELEGRAM_TAGS: Record<string, MarkupTag> = {
  b: 'b',
  strong: 'b',
  i: 'i',
  em: 'i',
  u: 'u',
  ins: 'u',
  s: 's',
  strike: 's',
  del: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'quote',
  'tg-spoiler': 'spoiler',
  a: 'a',
};
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const TOKEN = /<(\/?)([a-z-]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>|&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;

interface Open {
  name: string;
  children: MarkupNode[];
}

function parseHtml(text: string): MarkupNode[] {
  const root: Open = { name: '', children: [] };
  const stack: Open[] = [root];
  const top = () => stack.at(-1) ?? root;
  const say = (words: string) => {
    const { children } = top();
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + words;
    else if (words) children.push(words);
  };
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    say(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [whole, slash, rawName, attributes = '', entity, decimal, hex] = match;
    const name = rawName?.toLowerCase();
    if (name === undefined) say(character(whole, entity, decimal, hex));
    else if (slash) {
      if (top().name === name && stack.length > 1) stack.pop();
      else say(whole);
    } else {
      const node = element(name, attributes);
      if (!node) say(whole);
      else {
        top().children.push(node);
        stack.push({ name, children: node.children });
      }
    }
  }
  say(text.slice(from));
  return links(root.children);
}

function character(whole: string, entity?: string, decimal?: string, hex?: string): string {
  if (entity) return ENTITIES[entity.toLowerCase()] ?? whole;
  const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex ?? '', 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function element(name: string, attributes: string): Exclude<MarkupNode, string> | undefined {
  if (name === 'span') return /class="tg-spoiler"/i.test(attributes) ? { tag: 'spoiler', children: [] } : undefined;
  const tag = TELEGRAM_TAGS[name];
  if (!tag) return undefined;
  if (tag !== 'a') return { tag, children: [] };
  const raw = /href="([^"]*)"/i.exec(attributes)?.[1] ?? '';
  const href = safeHref(raw.replace(/&(lt|gt|amp|quot);/g, (whole, entity: string) => ENTITIES[entity] ?? whole));
  return href ? { tag, href, children: [] } : undefined;
}

/** Telegram links bare addresses too, but not inside links and code. */
function links(nodes: MarkupNode[]): MarkupNode[] {
  return nodes.flatMap((node): MarkupNode[] => {
    if (typeof node === 'string') return linkify(node);
    if (node.tag === 'a' || node.tag === 'code' || node.tag === 'pre') return [node];
    return [{ ...node, children: links(node.children) }];
  });
}

// ---------------------------------------------------------------- WhatsApp

const WHATSAPP_SIGNS: Record<string, MarkupTag> = { '*': 'b', _: 'i', '~': 's', '`': 'code' };
/** A sign opens after a non-letter and closes before one, with no space on its inside; never over a line's end. */
const SIGNED = /(?<![\p{L}\p{N}])([*_~`])(?!\s)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;

function parseWhatsapp(text: string): MarkupNode[] {
  return text.split(/```([\s\S]+?)```/).flatMap((piece, i): MarkupNode[] => {
    if (i % 2 === 1) return [{ tag: 'pre', children: [piece.replace(/^\n|\n$/g, '')] }];
    return quotes(piece);
  });
}

/** Lines that begin with `> ` are a quotation; the line break beside one is the block's own. */
function quotes(text: string): MarkupNode[] {
  return text.split(/((?:^> ?.*(?:\n|$))+)/m).flatMap((piece, i): MarkupNode[] => {
    if (i % 2 === 0) return signs(piece);
    return [{ tag: 'quote', children: signs(piece.replace(/\n$/, '').replace(/^> ?/gm, '')) }];
  });
}

function signs(text: string): MarkupNode[] {
  const match = SIGNED.exec(text);
  const tag = match && WHATSAPP_SIGNS[match[1] ?? ''];
  if (!match || !tag) return linkify(text);
  const inner = match[2] ?? '';
  return [
    ...linkify(text.slice(0, match.index)),
    { tag, children: tag === 'code' ? [inner] : signs(inner) },
    ...signs(text.slice(match.index + match[0].length)),
  ];
}
