/** Marks of other dialects of Markdown, and of what models cite with: none of them is anything in a chat. Code stays as it is. */
import { withoutFormulas } from './formulas.ts';

/** A fence, also one that never closes, or a span of code. */
const CODE = /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`/g;
/** A model that fences its whole answer as Markdown means the answer. */
const ANSWER = /^(?:```|~~~)(?:markdown|md)\b/i;

const NOTE = '\\[\\^([^\\s[\\]^\\\\]{1,40})\\^?\\]';
const NOTE_TEXT = new RegExp(`^ {0,3}${NOTE}:[ \\t]{0,9}`, 'gm');
const NOTE_LINK = new RegExp(`${NOTE}(?=\\()`, 'g');
const NOTE_MARK = new RegExp(`[ \\t]?${NOTE}`, 'g');
/** A note inside the sentence: `word^[what it means]`. */
const INNER_NOTE = /[ \t]?\^\[([^[\]\n]{1,300})\](?!\()/g;
/** What reads as a mark also where its note is missing; `[^a-z]` is none. */
const SURELY_NOTE = /^(?:\d{1,3}|[\p{L}\p{N}_]{3,})$/u;

/** `【4:0†faq.md】`, and the same in other dress. */
const CITATION =
  / ?(?:【[^【】\n]{0,120}†[^【】\n]{0,120}】|\uE200[^\uE200\uE201\n]{0,200}\uE201|:contentReference\[oaicite:\d{1,4}\](?:\{index=\d{1,4}\})?)/g;
const CITED_LINK = /\[oai_citation(?::\d{1,4})?‡/g;

/** `> [!NOTE]` */
const KIND = /^([ \t]{0,9}>[ \t>]{0,40})\[![A-Za-z]{2,20}\][+-]?[ \t]{0,9}/gm;
const HIGHLIGHT = /(?<![=\p{L}\p{N}/?&])==(?=[^\s=])([^=\n]{1,300})(?<=\S)==(?![=\p{L}\p{N}])/gu;
const RAISED = /(?<=[\p{L}\p{N})])\^([^\s^[\]]{1,20})\^(?![\p{L}\p{N}^])/gu;
const LOWERED = /(?<=\p{L})~(\d{1,3})~/gu;

/** What is hidden until it is tapped, where a platform can. */
const SPOILER = /(?<![|\p{L}\p{N})\]])\|\|(?=[^\s|])([^|\n]{1,300})(?<=\S)\|\|(?![|\p{L}\p{N}(])/gu;
/** `:::tip A title`, and its end. */
const BOX =
  /^[ \t]{0,9}:{3,9}[ \t]{0,9}(?:(?:tip|note|info|warning|danger|caution|important|success|details|question|example|abstract|hint|error|aside)\b[ \t]{0,9}(?:\[([^\]\n]{1,200})\]|([^\n{]{1,200}))?(?:\{[^}\n]{0,200}\})?)?[ \t]{0,9}$\n?/gim;

const digits = (text: string, shapes: string) => text.replace(/\d/g, (digit) => shapes[Number(digit)]!);

/** A text without them: notes are numbered in brackets, what was raised or lowered is written so as far as there are signs for it. */
export function withoutDialects(markdown: string): string {
  const notes = new Set(Array.from(markdown.matchAll(NOTE_TEXT), ([, id]) => id));
  let out = '';
  let from = 0;
  for (const { 0: code, index } of markdown.matchAll(CODE)) {
    out += plainly(markdown.slice(from, index), notes) + (ANSWER.test(code) ? plainly(code, notes) : code);
    from = index + code.length;
  }
  return out + plainly(markdown.slice(from), notes);
}

function plainly(text: string, notes: ReadonlySet<string | undefined>): string {
  return withoutFormulas(text)
    .replace(BOX, (_, bracketed, title) => {
      const head: string = (bracketed ?? title ?? '').trim();
      return head && `${head}\n`;
    })
    .replace(SPOILER, '$1')
    .replace(CITATION, '')
    .replace(CITED_LINK, '[')
    .replace(KIND, '$1')
    .replace(NOTE_TEXT, '($1) ')
    .replace(NOTE_LINK, '[$1]')
    .replace(NOTE_MARK, (mark, id: string, at: number, all: string) => {
      if (all[at + mark.length] === '(') return mark;
      if (notes.has(id)) return ` (${id})`;
      return SURELY_NOTE.test(id) ? '' : mark;
    })
    .replace(INNER_NOTE, ' ($1)')
    .replace(HIGHLIGHT, '$1')
    .replace(RAISED, (_, raised: string) => (/^\d+$/.test(raised) ? digits(raised, '⁰¹²³⁴⁵⁶⁷⁸⁹') : raised))
    .replace(LOWERED, (_, lowered: string) => digits(lowered, '₀₁₂₃₄₅₆₇₈₉'));
}
