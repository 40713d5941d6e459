/** Markdown as models write it → runs. Parsed once by `marked`; what only looks like markup (`2*3*4`, `snake_case`, `<your name>`) stays. */
import { Marked, type MarkedToken, type Token, Tokenizer, type Tokens } from 'marked';
import { addressOf, isOwnLabel, withoutTail } from './addresses.ts';
import { withoutDialects } from './dialects.ts';
import { decodeEntities, FORMATS, htmlTag, pairsOf } from './html.ts';
import { withLooseMarks } from './loose-marks.ts';
import { portions } from './portions.ts';
import { type Mark, type Run, shownAddress, spellLinks, textOf } from './runs.ts';

const WORD = /[\p{L}\p{N}_]/u;
const own = (tokens: Token[] | undefined) => (tokens ?? []) as MarkedToken[];

/** Links it does not know: a blank in the address or before it, a bracket too many. */
const LOOSE_LINK = /^!?\[([^\]\n]{1,300})\] ?\(\s*<?((?:https?:|mailto:|tel:)[^)\n<>]*)>?\)/i;

/** A link whose address was never given: its label is words, and says what it was called by. Two letters are rather an index. */
const LEFT_LINK = /^!?\[([^[\]\n]{3,300})\]\[([^[\]\n]{0,100})\]/;
const isLeft = ([, label = '', name = '']: RegExpExecArray) =>
  /^\d{0,3}$/.test(name) || label.toLowerCase().includes(name.toLowerCase());

/** A hash alone is a tag or a number. */
const LOOSE_HEADING = /^ {0,3}#{2,6}(?=[\p{L}¿¡*])([^\n]*)(?:\n|$)/u;

const parser = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: {
    // Indented text is a model's habit, not code; and tags are read inline, with the Markdown between them.
    code: () => undefined,
    html: () => undefined,
    heading(src) {
      const token = Tokenizer.prototype.heading.call(this, src);
      const loose = token ? null : LOOSE_HEADING.exec(src);
      if (!loose) return token;
      const [raw, text] = loose as unknown as [string, string];
      return { type: 'heading', raw, depth: 2, text, tokens: this.lexer.inline(text) };
    },
    lheading(src) {
      const token = Tokenizer.prototype.lheading.call(this, src);
      // A rule under several lines ends them; it makes no heading of them.
      return token?.text.includes('\n') ? ({ ...token, type: 'paragraph' } as unknown as Tokens.Heading) : token;
    },
    emStrong(src, masked, before = '') {
      const token = Tokenizer.prototype.emStrong.call(this, src, masked, before);
      return token?.type === 'em' && insideWord(token.raw, src, before) ? literal(src[0]!) : token;
    },
    // One tilde means "about".
    del(src, masked, before) {
      return src.startsWith('~~') ? Tokenizer.prototype.del.call(this, src, masked, before) : undefined;
    },
    link(src) {
      const token = Tokenizer.prototype.link.call(this, src);
      if (token) return token;
      const loose = LOOSE_LINK.exec(src);
      if (!loose) return undefined;
      const [raw, text, href] = loose as unknown as [string, string, string];
      return {
        type: 'link',
        raw,
        href: href.trim().replaceAll(' ', '%20'),
        title: null,
        text,
        tokens: this.lexer.inlineTokens(text),
      };
    },
    reflink(src, links) {
      const token = Tokenizer.prototype.reflink.call(this, src, links);
      const left = token?.type === 'link' || token?.type === 'image' ? null : LEFT_LINK.exec(src);
      if (!left || !isLeft(left)) return token;
      const [raw, text] = left as unknown as [string, string];
      return { type: 'link', raw, href: '', title: null, text, tokens: this.lexer.inlineTokens(text) };
    },
    url(src) {
      const token = Tokenizer.prototype.url.call(this, src);
      if (!token) return token;
      const text = withoutTail(token.text);
      return {
        ...token,
        raw: text,
        text,
        href: token.href.slice(0, token.href.length - token.text.length + text.length),
      };
    },
  },
});

/** `*` between letters is a multiplication sign or a mask. */
function insideWord(raw: string, src: string, before: string): boolean {
  return WORD.test(before) || WORD.test(String.fromCodePoint(src.codePointAt(raw.length) ?? 32));
}

function literal(text: string): Tokens.Em {
  return { type: 'text', raw: text, text } as unknown as Tokens.Em;
}

/** The runs of a whole text, without blank lines around it. Never throws. */
export function parseMarkdown(markdown: string): Run[] {
  const out: Run[] = [];
  for (const { gap, text } of portions(withoutDialects(markdown))) {
    const runs = parsed(text);
    if (textOf(runs).trim() === '') continue;
    if (out.length > 0 && gap) out.push({ text: gap, marks: [] });
    for (const run of runs) out.push(run);
  }
  return out;
}

/** What a person reads of it where there is no markup; links are written out. */
export function readMarkdown(markdown: string): string {
  return textOf(spellLinks(parseMarkdown(markdown))).trim();
}

/** Lists and quotes in each other, deeper than anybody writes; there is nothing to format in such a text. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){20}/m;

/** Marks in one paragraph: the parser pairs each with all before it, and so many format nothing that anybody could read. */
const MOST_MARKS = 1_000;
const MARKS = /[*_~]/g;

function parsed(markdown: string): Run[] {
  const crowded = markdown.split(/\n[ \t]*\n/).some((part) => (part.match(MARKS)?.length ?? 0) > MOST_MARKS);
  if (crowded || TOO_DEEP.test(markdown)) return [{ text: markdown, marks: [] }];
  try {
    const tokens = own(parser.lexer(markdown));
    const runs = blocks(tokens, []);
    // Footnotes that no link of the text uses would be lost.
    const used = new Set(runs.map(({ url }) => url).filter((url) => url !== undefined));
    const left = tokens.filter((token) => token.type === 'def').filter(({ href }) => !used.has(addressOf(href) ?? ''));
    const lines = left.map(({ tag, href }): Run[] => [
      { text: `\n${tag}: `, marks: [] },
      { text: href, marks: addressOf(href) === undefined ? [] : ['address'] },
    ]);
    return trimmed([...runs, ...lines.flat()]);
  } catch {
    // The parser's stack is not endless.
    return [{ text: markdown, marks: [] }];
  }
}

function blocks(tokens: MarkedToken[], marks: readonly Mark[]): Run[] {
  const out: Run[] = [];
  let gap = '';
  for (const token of tokens) {
    const runs = trimmed(block(token, marks));
    if (token.type === 'space' || token.type === 'hr') gap = '\n\n';
    if (runs.length === 0) continue;
    if (out.length > 0) out.push({ text: gap || '\n', marks: inside(marks) });
    out.push(...runs);
    gap = token.raw.slice(token.raw.trimEnd().length).split('\n').length > 2 ? '\n\n' : '';
  }
  return out;
}

const inside = (marks: readonly Mark[]) => marks.filter((mark) => mark === 'quote');

function block(token: MarkedToken, marks: readonly Mark[]): Run[] {
  switch (token.type) {
    case 'heading':
      return inline(own(token.tokens), [...marks, 'bold']);
    case 'paragraph':
      return inline(own(token.tokens), marks);
    case 'text':
      return inline(token.tokens ? own(token.tokens) : [token], marks);
    case 'blockquote':
      return blocks(own(token.tokens), marks.includes('quote') ? marks : [...marks, 'quote']);
    case 'code':
      // A model that fences its whole answer as Markdown means the answer.
      if (/^(?:markdown|md)\b/i.test(token.lang ?? '')) return blocks(own(parser.lexer(token.text)), marks);
      return [{ text: token.text, marks: [...marks, 'block'] }];
    case 'list':
      return token.items.flatMap((item, at) => [
        ...(at > 0 ? [{ text: token.loose ? '\n\n' : '\n', marks: inside(marks) }] : []),
        ...listItem(item, bullet(token, item, at), marks),
      ]);
    case 'table':
      return table(token, marks);
    default:
      return [];
  }
}

function bullet(list: Tokens.List, item: Tokens.ListItem, at: number): string {
  if (item.task) return item.checked ? '☑ ' : '☐ ';
  if (!list.ordered) return '• ';
  return `${Number(list.start || 0) + at}${/^\s*\d+\)/.test(item.raw) ? ')' : '.'} `;
}

function listItem(item: Tokens.ListItem, mark: string, marks: readonly Mark[]): Run[] {
  const runs = blocks(own(item.tokens), marks).map((run) =>
    run.marks.includes('block') ? run : { ...run, text: run.text.replace(/\n(?!\n)/g, '\n  ') },
  );
  return [{ text: mark, marks: inside(marks) }, ...runs];
}

/** A line a row: `• Plan: *Turbo* · Price: 39`. */
function table({ header, rows }: Tokens.Table, marks: readonly Mark[]): Run[] {
  const plain = (text: string): Run => ({ text, marks });
  const cellRuns = (cell: Tokens.TableCell, more: Mark[] = []) =>
    trimmed(inline(own(cell.tokens), [...marks, ...more]));
  const join = (cells: Run[][]) =>
    cells.filter((cell) => cell.length > 0).flatMap((cell, at) => (at > 0 ? [plain(' · '), ...cell] : cell));
  const heads = header.map((cell) => cellRuns(cell));
  if (rows.length === 0) return join(heads);
  return rows.flatMap((row, line) => {
    const cells = row.map((cell, at) => {
      const runs = cellRuns(cell, at === 0 ? ['bold'] : []);
      return runs.length > 0 && heads[at]?.length ? [...heads[at], plain(': '), ...runs] : runs;
    });
    return [plain(line > 0 ? '\n• ' : '• '), ...join(cells)];
  });
}

function inline(found: MarkedToken[], marks: readonly Mark[], url?: string): Run[] {
  const tokens = withLooseMarks(found);
  const pairs = pairsOf(tokens);
  const out: Run[] = [];
  let breaks = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const end = pairs.get(at);
    if (token.type === 'html' && end !== undefined) {
      out.push(...element(token.raw, tokens.slice(at + 1, end), marks, url));
      at = end;
    } else {
      const tag = token.type === 'html' ? htmlTag(token.raw) : undefined;
      breaks ||= tag?.line === true;
      const runs = one(token, marks, url);
      const before = out.at(-1)?.text;
      const needed = breaks && before !== undefined && !/\n$/.test(before) && !/^\s*$|^\n/.test(textOf(runs));
      if (needed) out.push({ text: '\n', marks: inside(marks) });
      if (runs.length > 0) breaks = false;
      out.push(...runs);
    }
  }
  return out;
}

/** What stands between two tags that mean a format or a link. */
function element(raw: string, tokens: MarkedToken[], marks: readonly Mark[], url: string | undefined): Run[] {
  const { name, href } = htmlTag(raw)!;
  if (name === 'a') return linked(inline(tokens, marks), addressOf(decodeEntities(href ?? '')), marks);
  return inline(tokens, [...marks, FORMATS.get(name)!], url);
}

function one(token: MarkedToken, marks: readonly Mark[], url: string | undefined): Run[] {
  const run = (text: string, ...more: Mark[]): Run[] => (text ? [{ text, marks: [...marks, ...more], url }] : []);
  switch (token.type) {
    case 'strong':
      return inline(own(token.tokens), [...marks, 'bold'], url);
    case 'em':
      return inline(own(token.tokens), [...marks, 'italic'], url);
    case 'del':
      return inline(own(token.tokens), [...marks, 'strike'], url);
    case 'codespan':
      // In code a backslash is itself, but models escape there as well.
      return run(token.text.replace(/\\([_*])/g, '$1'), 'code');
    case 'br':
      return run('\n');
    case 'html':
      return run(htmlTag(token.raw)?.text ?? token.raw);
    case 'link':
      if (url !== undefined) return inline(own(token.tokens), marks, url);
      if (token.autolink) return run(token.text, 'address');
      return link(token, inline(own(token.tokens), marks), marks);
    case 'image':
      return link(token, run(decodeEntities(token.text)), marks);
    case 'escape':
      return run(token.text);
    case 'text':
      return token.tokens ? inline(own(token.tokens), marks, url) : run(decodeEntities(token.text));
    default:
      return [];
  }
}

/** `[x](y)` without an address in it is no link but, say, mathematics; a longer label was meant as one. */
function link(token: Tokens.Link | Tokens.Image, label: Run[], marks: readonly Mark[]): Run[] {
  const href = decodeEntities(token.href);
  if (/^[\w-]+$/.test(href) && token.text.length <= 2) return [{ text: token.raw, marks }];
  return linked(label, addressOf(href), marks);
}

/** A label that is its own address is shown once; one whose address leads nowhere stays a word. */
function linked(label: Run[], url: string | undefined, marks: readonly Mark[]): Run[] {
  if (url === undefined) return label;
  const words = textOf(label).trim();
  if (words === '' || isOwnLabel(words, url)) return [{ text: shownAddress(url), marks: [...marks, 'address'] }];
  return label.map(({ text, marks }) => ({ text, marks: marks.filter((mark) => mark !== 'address'), url }));
}

/** Without blank room at both ends; empty where nothing is left. */
function trimmed(runs: Run[]): Run[] {
  const out = runs.filter(({ text }) => text !== '');
  while (out[0] && !out[0].marks.includes('block') && out[0].text.trim() === '') out.shift();
  while (out.length > 0 && out.at(-1)!.text.trim() === '') out.pop();
  const [first] = out;
  if (first && !first.marks.includes('block')) out[0] = { ...first, text: first.text.trimStart() };
  return out;
}
