/** Markdown files: a section a heading, as plain text, because channels show no Markdown. */
import { Marked, Tokenizer, type Tokens } from 'marked';
import { tableEnd } from '../../core/text/table-end.ts';
import { DEEPEST, shallow } from './depth.ts';
import { splitFrontMatter } from './front-matter.ts';
import { read } from './html-sections.ts';
import { ofLines } from './lines.ts';
import { parseTree } from './parse-tree.ts';
import type { Section } from './passages.ts';

const TAGS = new Set(
  'a abbr address article aside b bdi bdo blockquote body br button caption center cite code col colgroup data dd del details dfn dialog div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend li main mark menu nav ol p picture pre q s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr'.split(
    ' ',
  ),
);

/** Nothing to read in them, and an open one would take all that follows for its own. */
const UNREAD = /<(script|style|template)\b|<!--/gi;
const UNREAD_TAG = /<\/?(script|style|template|html|head|body|meta|link|base)\b[^<>]*>/gi;

/** Looks for each kind's end once where there is none: a text of beginnings must not cost the square of its length. */
function withoutUnread(html: string): string {
  const open = new Set<string>();
  let words = '';
  let from = 0;
  for (const { 1: name, index } of html.matchAll(UNREAD)) {
    const end = name ? `</${name.toLowerCase()}\\s{0,20}>` : '-->';
    if (index < from || open.has(end)) continue;
    const pattern = new RegExp(end, 'gi');
    pattern.lastIndex = index;
    if (pattern.test(html)) {
      words += html.slice(from, index);
      from = pattern.lastIndex;
    } else open.add(end);
  }
  return words + html.slice(from);
}

/** "<your number>" is what a person wrote, not a tag. */
const shown = (html: string) =>
  withoutUnread(html)
    .replace(UNREAD_TAG, '')
    .replace(/<\/?([^\s/<>]+)[^<>]*>/g, (tag, name: string) =>
      TAGS.has(name.toLowerCase()) ? tag : tag.replace('<', '&lt;'),
    );

const LOWERED = /^~([\p{L}\p{N}+-]{1,8})~(?!~)/u;

/** A line drawn under what was said; a title has another. */
function isRule({ text, raw }: Tokens.Heading): boolean {
  const line = raw.trimEnd().split('\n').at(-1)!.trim();
  if (!line.startsWith('-')) return false;
  return text.includes('\n') || /[.!…。！]$/.test(text) || (/[?؟？]$/.test(text) && line === '---');
}

const marked = new Marked({
  renderer: { html: ({ text }) => shown(text) },
  tokenizer: {
    lheading(src) {
      const token = Tokenizer.prototype.lheading.call(this, src);
      return token && isRule(token) ? ({ ...token, type: 'paragraph' } as unknown as Tokens.Heading) : token;
    },
    table(src) {
      const token = Tokenizer.prototype.table.call(this, src);
      const end = token && tableEnd(token.raw);
      return end === undefined ? token : Tokenizer.prototype.table.call(this, src.slice(0, end));
    },
    // One tilde means "about", or lowers a digit; what two strike out is not said.
    del(src, masked, before) {
      if (src.startsWith('~~')) return Tokenizer.prototype.del.call(this, src, masked, before);
      const [raw, low] = LOWERED.exec(src) ?? [];
      if (raw === undefined || !/[\p{L}\p{N}]/u.test(before ?? '')) return undefined;
      return { type: 'html', raw, text: `<sub>${low}</sub>`, block: false, pre: false } as unknown as Tokens.Del;
    },
  },
});

/** Of letters without a line break: the parser needs more than linear time for one line, and a text that people read has none so long. */
const LONGEST_LINE = 4_000;
/** A picture as letters: nothing to read, and as long as a book. */
const EMBEDDED = /data:[\w.+-]{1,100}\/[\w.+-]{1,100};base64,[\w+/=]+/g;

/** A line that is longer becomes several paragraphs, cut at blanks where it has some. */
function withShortLines(text: string): string {
  const pieces = (line: string) => line.match(/.{1,3900}(?:\S{0,100}(?=\s|$))?/g)!.join('\n\n');
  return text
    .replace(EMBEDDED, 'data:,')
    .split('\n')
    .map((line) => (line.length > LONGEST_LINE ? pieces(line) : line))
    .join('\n');
}

/**
 * Front matter may give `title` (stands for the first heading level where there is none) and `language`.
 * @param tell gets a sentence about the lines that stand in more quotations and lists than are read.
 */
export function parseMarkdown(content: string, tell: (what: string) => void): Section[] {
  const { text: whole, deep } = shallow(content.replaceAll(/\r\n?/g, '\n'));
  const { title = '', language, text } = splitFrontMatter(whole);
  const most = `more than ${DEEPEST} quotations and lists in each other and`;
  if (deep.length)
    tell(ofLines(deep, `stands in ${most} was read as less deep.`, `stand in ${most} were read as less deep.`));
  const page = parseTree(marked.parse(withShortLines(text), { async: false }));
  return read(page, { title, titleLevel: 1, addresses: true }).map((section) => ({ ...section, language }));
}
