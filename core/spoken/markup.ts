/**
 * A written reply without what stands in it for the eye: marks of Markdown, HTML, emoji, addresses. Lines become sentences, and rows of tables
 * "name: value". Time grows with the text's length.
 */
import { isDelimiter, isRow, rowsOf } from './table-rows.ts';

/** A token of masking, which stands for what is put in its place later. */
export const TOKEN = String.raw`\[[A-Z]{2,8}(?:_\d{1,6})?\]`;

const SPACES = /([^\S\n\r])[^\S\n\r]+/g;
const ENDS_A_LINE = /<\/?(?:br|p|div|li|ul|ol|tr|table|h[1-6]|hr|blockquote)(?:\s[^<>]*)?\/?>/gi;
const TAG = /<\/?[a-z][^<>]*>/gi;
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  euro: '€',
  pound: '£',
  '#39': "'",
};
const ENTITY = /&(#?\w{2,5});/g;

/** What cannot be said: pictures, and marks that cannot be seen. Persian's joiner parts a word's pieces and stays. */
const PICTURES =
  /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\p{Variation_Selector}|\u20e3|(?!\u200c)\p{Cf}/gu;
const SMILEYS = /(?<!\S)[:;]['’]?-?[()DP](?![^\s.,!?])/g;

const IMAGE_OR_LINK = /!?\[([^[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"\n]*")?\)/g;
const REFERENCE = /!?\[([^[\]\n]+)\]\[[^[\]\n]*\]/g;
const FENCE = /^\s*(?:```|~~~)/;
const RULE = /^\s*(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|(?:=\s*){3,})$/;
const QUOTE = /^\s*(?:>\s?)+/;
const HEADING = /^\s*#{1,6}\s+/;
const BULLET = /^\s*(?:[-*+•◦‣▪▫●○·–—✓✔]\s+)(?:\[[ xX]\]\s+)?/;
const NUMBERED = /^\s*(\d{1,3})[.)]\s+/;

/** The lines that say something, without marks of blocks, links and pictures. Numbers, signs and addresses are as they were. */
export function plainLines(text: string): string[] {
  const shown = withoutComments(text)
    .replace(SPACES, '$1')
    .replace(ENDS_A_LINE, '\n')
    .replace(TAG, '')
    .replace(ENTITY, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(IMAGE_OR_LINK, '$1')
    .replace(REFERENCE, '$1')
    .replace(PICTURES, '')
    .replace(SMILEYS, '');
  const lines = shown.split(/\r?\n|\r|\u2028|\u2029/);
  const said: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    if (isRow(line, lines[at + 1])) {
      const { rows, next } = rowsOf(lines, at);
      said.push(...rows);
      at = next;
      continue;
    }
    at++;
    if (!FENCE.test(line) && !RULE.test(line) && !isDelimiter(line)) said.push(withoutMarks(line));
  }
  return said.map((line) => line.trim()).filter((line) => line !== '');
}

function withoutComments(text: string): string {
  let shown = '';
  let from = 0;
  for (let start = text.indexOf('<!--'); start >= 0; start = text.indexOf('<!--', from)) {
    const end = text.indexOf('-->', start);
    if (end < 0) break;
    shown += text.slice(from, start);
    from = end + 3;
  }
  return shown + text.slice(from);
}

function withoutMarks(line: string): string {
  return line.replace(QUOTE, '').replace(HEADING, '').replace(BULLET, '').replace(NUMBERED, '$1, ');
}

const ENDED = /[.!?…:;,؟،؛۔。！？、](?:["'”’»)\]*_`]*)$/u;

/** One text for a voice, with a pause where a line ends. */
export const joinedLines = (lines: readonly string[]): string =>
  lines.reduce((all, line, at) => (at === 0 ? line : `${all}${ENDED.test(lines[at - 1]!) ? ' ' : '. '}${line}`), '');
