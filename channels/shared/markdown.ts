/** Markdown as models write it → runs. Parsed once by `marked`; what only looks like markup (`2*3*4`, `snake_case`, `<your name>`) stays. */
import type { MarkedToken, Token, Tokens } from 'marked';
import { LONGEST_ANSWER } from '../../core/text/lengths.ts';
import { addressOf, isOwnLabel } from './addresses.ts';
import { withoutDialects } from './dialects.ts';
import { decodeEntities, FORMATS, htmlTag, pairsOf } from './html.ts';
import { withLooseMarks } from './loose-marks.ts';
import { parser } from './parser.ts';
import { portions } from './portions.ts';
import { type Mark, type Run, shownAddress, spellLinks, textOf } from './runs.ts';
import { shorten } from './text.ts';

const own = (tokens: Token[] | undefined) => (tokens ?? []) as MarkedToken[];

/** The runs of a whole text, without blank lines around it; of one that is longer than anybody reads, of its beginning. Never throws. */
export function parseMarkdown(markdown: string): Run[] {
  const out: Run[] = [];
  for (const { gap, text } of portions(withoutDialects(shorten(markdown, LONGEST_ANSWER, 'utf16', '…')))) {
    const runs = parsed(text);
    if (textOf(runs).trim() === '') continue;
    if (out.length > 0 && gap) out.push({ text: gap, marks: [] });
    for (const run of runs) out.push(run);
  }
  return out;
}

/** What a person reads of it where there is no markup; links are written out, and a price that was struck is not said as today's. */
export function readMarkdown(markdown: string): string {
  const runs = parseMarkdown(markdown);
  const said = runs.filter(({ text, marks }) => !(marks.includes('strike') && isAmount(text)));
  // What begins where such a price stood has its blank twice.
  const closed = said.map((run, at) => {
    const isSecond = /(^|\s)$/.test(said[at - 1]?.text ?? '') && said.length < runs.length;
    return isSecond ? { ...run, text: run.text.replace(/^ /, '') } : run;
  });
  return textOf(spellLinks(said.some(({ text }) => text.trim()) ? closed : runs)).trim();
}

/** A number with its currency, and no more than a short word. */
const AMOUNT = /^(?=[^\n]*\p{N})(?![^\n]*\p{L}{4})/u;
const CURRENCY =
  /(euros?|pesos?|d[oó]lar(es)?|dollars?|soles|reais|lire|рубл\p{L}*|تومان|ریال|ريال|درهم|دينار)(?!\p{L})/giu;
const isAmount = (text: string) => AMOUNT.test(text.replace(CURRENCY, ''));

/** Lists and quotes in each other, deeper than anybody writes; there is nothing to format in such a text. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){20}/m;

/** Marks in one paragraph: the parser pairs each with all before it, and so many format nothing that anybody could read. */
const MOST_MARKS = 1_000;
const MARKS = /[*_~]/g;

/** A bar in code in a table parts no cells. */
function withCells(markdown: string): string {
  if (!/^ *\|.*`/m.test(markdown)) return markdown;
  const cells = (part: string) =>
    part.replace(/^ *\|.*$/gm, (row) => row.replace(/`[^`]*`/g, (code) => code.replace(/(?<!\\)\|/g, '\\|')));
  return markdown
    .split(/(^ *```[\s\S]*?^ *```)/m)
    .map((part, at) => (at % 2 === 0 ? cells(part) : part))
    .join('');
}

function parsed(markdown: string): Run[] {
  const crowded = markdown.split(/\n[ \t]*\n/).some((part) => (part.match(MARKS)?.length ?? 0) > MOST_MARKS);
  if (crowded || TOO_DEEP.test(markdown)) return [{ text: markdown, marks: [] }];
  try {
    const tokens = own(parser.lexer(withCells(markdown)));
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
  const tokens = withLooseMarks(found, marks.includes('bold'));
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
      const runs = isForgotten(tokens, at) ? [] : one(token, marks, url);
      const before = out.at(-1)?.text;
      const needed = breaks && before !== undefined && !/\n$/.test(before) && !/^\s*$|^\n/.test(textOf(runs));
      if (needed) out.push({ text: '\n', marks: inside(marks) });
      else if (touches(tokens[at - 1], out.at(-1), token, runs)) out.push({ text: ' ', marks });
      if (runs.length > 0) breaks = false;
      out.push(...runs);
    }
  }
  return out;
}

/** Two bold ones are two words, and an address ends where the next word begins. */
function touches(before: MarkedToken | undefined, last: Run | undefined, token: MarkedToken, runs: Run[]): boolean {
  if (token.type === 'strong' && (before?.type === 'strong' || before?.raw === '</loosebold>')) return true;
  return last?.marks.includes('address') === true && /^[\p{L}\p{N}]/u.test(textOf(runs));
}

/** A tag that means a format, touches a word, and whose other half was never written. */
function isForgotten(tokens: MarkedToken[], at: number): boolean {
  const token = tokens[at]!;
  const tag = token.type === 'html' ? htmlTag(token.raw) : undefined;
  if (!tag || !FORMATS.has(tag.name)) return false;
  const beside = tokens[tag.closes ? at - 1 : at + 1];
  return beside !== undefined && beside.type !== 'br' && (tag.closes ? /\S$/ : /^\S/).test(beside.raw);
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
      return run(token.text.replace(/\\([_*|])/g, '$1'), 'code');
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
