/** The parser of Markdown, taught what models write that is none by the book, and what is markup by the book and not by them. */
import { Marked, Tokenizer, type Tokens } from 'marked';
import { tableEnd } from '../../core/text/table-end.ts';
import { withoutTail } from './addresses.ts';

const WORD = /[\p{L}\p{N}_]/u;

/** Links it does not know: a blank in the address or before it, a bracket too many. */
const LOOSE_LINK = /^!?\[([^\]\n]{1,300})\] ?\(\s*<?((?:https?:|mailto:|tel:)[^)\n<>]*)>?\)/i;

/** Whether the label ends before an address: a look that is quick, where there are thousands of brackets. */
function closes(src: string): boolean {
  const end = src.slice(0, LONGEST_LABEL).indexOf(']');
  return end > 0 && /[ (]/.test(src[end + 1] ?? '');
}
/** `![`, 300 letters, `]` */
const LONGEST_LABEL = 303;

/** An answer that was cut off inside a link. */
const CUT_LINK = /^!?\[([^\]\n]{1,300})\]\(<?([^\s()<>]{0,2000})$/;

/** A link whose address was never given: its label is words, and says what it was called by. Two letters are rather an index. */
const LEFT_LINK = /^!?\[([^[\]\n]{3,300})\]\[([^[\]\n]{0,100})\]/;
const isLeft = ([, label = '', name = '']: RegExpExecArray) =>
  /^\d{0,3}$/.test(name) || label.toLowerCase().includes(name.toLowerCase());

/** Marks of two signs, and the punctuation of scripts that put no blank behind it or none before it. */
const NEVER_IN_ADDRESS = /\*\*|~~|[。，、；！？（）「」『』【】،؛؟]/;

/** A hash alone is a tag or a number. */
const LOOSE_HEADING = /^ {0,3}#{2,6}(?=[\p{L}¿¡*])([^\n]*)(?:\n|$)/u;

export const parser = new Marked({
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
    table(src) {
      const token = Tokenizer.prototype.table.call(this, src);
      const end = token && tableEnd(token.raw);
      return end === undefined ? token : Tokenizer.prototype.table.call(this, src.slice(0, end));
    },
    // One tilde means "about".
    del(src, masked, before) {
      return src.startsWith('~~') ? Tokenizer.prototype.del.call(this, src, masked, before) : undefined;
    },
    link(src) {
      const token = Tokenizer.prototype.link.call(this, src);
      if (token) return token;
      const loose = closes(src) ? (LOOSE_LINK.exec(src) ?? CUT_LINK.exec(src)) : null;
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
      const text = withoutTail(token.text.split(NEVER_IN_ADDRESS, 1)[0]!);
      return {
        ...token,
        raw: text,
        text,
        href: token.href.slice(0, token.href.length - token.text.length + text.length),
      };
    },
  },
});

/** `*` between letters is a multiplication sign or a mask; one that opens a word may close before another. */
function insideWord(raw: string, src: string, before: string): boolean {
  if (WORD.test(before)) return true;
  const after = String.fromCodePoint(src.codePointAt(raw.length) ?? 32);
  return WORD.test(after) && (/\p{N}/u.test(after) || !/\p{L}{2}/u.test(raw));
}

function literal(text: string): Tokens.Em {
  return { type: 'text', raw: text, text } as unknown as Tokens.Em;
}
