/** Marks that CommonMark leaves as they are, and that models mean: `** with air **`, `**Price: **39`, and one that was never closed. */
import type { MarkedToken } from 'marked';

const NAMES = new Map([
  ['**', 'loosebold'],
  ['~~', 'loosestrike'],
]);
/** Exactly two; more are a masked number. */
const MARK = /(?<!\*)\*\*(?!\*)|(?<!~)~~(?!~)/g;
/** What ends in a full stop and touches the next word is by the book not closed: `*Offer!*Now`. */
const TOUCHING = /(?<![\p{L}\p{N}_*/])(\*{3}|\*|_)(?=[\p{L}\p{N}¿¡«"“])([^*_\n]{1,300}[.!?:;…)»”"؟])\1(?=[\p{L}¿¡])/gu;
/** Two bold ones side by side. */
const BETWEEN = /(?<=[\p{L}.:!?)»”])\*{4}(?=[\p{L}¿¡])(?![\p{L}\p{N}.*_-]{0,64}@)/gu;

interface Found {
  token: number;
  at: number;
  /** As a tag, or nothing where it is only dropped. */
  tag?: string;
}

const tagToken = (tag: string): MarkedToken => ({ type: 'html', raw: tag, text: tag, block: false, pre: false });

function withTouching(token: MarkedToken): MarkedToken[] {
  if (!isText(token)) return [token];
  const out: MarkedToken[] = [];
  let from = 0;
  const text = (words: string) => {
    if (words) out.push({ ...token, raw: words, text: words });
  };
  for (const { 0: all, 1: sign, 2: words, index } of token.text.matchAll(TOUCHING)) {
    const tags = sign === '***' ? ['loosebold', 'looseitalic'] : ['looseitalic'];
    text(token.text.slice(from, index));
    out.push(...tags.map((tag) => tagToken(`<${tag}>`)));
    text(words!);
    out.push(...tags.toReversed().map((tag) => tagToken(`</${tag}>`)));
    from = index + all.length;
  }
  text(token.text.slice(from));
  return out;
}

/**
 * The tokens with such marks as tags, in pairs within a line; one that opens or closes a word and has no other is left out.
 * @param isBold whether all of them are.
 */
export function withLooseMarks(all: MarkedToken[], isBold: boolean): MarkedToken[] {
  if (!all.some((token) => isText(token) && /[*_~]/.test(token.text))) return all;
  const tokens = all
    .map((token) => (isBold && isText(token) ? { ...token, text: token.text.replace(BETWEEN, ' ') } : token))
    .flatMap(withTouching);
  const found = tokens.flatMap((token, index) =>
    isText(token)
      ? [...token.text.matchAll(MARK)].map((match) => ({ token: index, at: match.index, sign: match[0] }))
      : [],
  );
  if (found.length === 0) return tokens;
  const taken: Found[] = [];
  const open = new Map<string, Found & { drop: boolean }>();
  let line = 0;
  for (const { token, at, sign } of found) {
    const [before, after] = neighbours(tokens, token, at);
    if (isPower(tokens[token] as Text, at)) continue;
    for (; line < token; line++) if (tokens[line]!.type === 'br') close(open, taken);
    const start = open.get(sign);
    if (start) {
      open.delete(sign);
      taken.push({ ...start, tag: `<${NAMES.get(sign)}>` }, { token, at, tag: `</${NAMES.get(sign)}>` });
    } else open.set(sign, { token, at, drop: isLeft(before, after) || isAlone(tokens, token) });
  }
  close(open, taken);
  return replaced(tokens, taken);
}

function close(open: Map<string, Found & { drop: boolean }>, taken: Found[]): void {
  for (const { token, at, drop } of open.values()) if (drop) taken.push({ token, at });
  open.clear();
}

/** Nothing else in its line. */
function isAlone(tokens: MarkedToken[], index: number): boolean {
  const isEdge = (token: MarkedToken | undefined) => token === undefined || token.type === 'br';
  return (tokens[index] as Text).text.trim().length === 2 && isEdge(tokens[index - 1]) && isEdge(tokens[index + 1]);
}

/** The model broke off before it closed it, or forgot to open it. */
function isLeft(before: string, after: string): boolean {
  const opens = !/[\p{L}\p{N}_]/u.test(before) && /[\p{L}¿¡«"“(]/u.test(after);
  return opens || (/[\p{L}.:!?)»”"]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after));
}

/** `2 ** 3` */
function isPower({ text }: Text, at: number): boolean {
  return /\d\s+$/.test(text.slice(Math.max(0, at - 4), at)) && /^\s+\d/.test(text.slice(at + 2, at + 6));
}

type Text = MarkedToken & { type: 'text'; text: string };

function isText(token: MarkedToken): token is Text {
  return token.type === 'text' && !('tokens' in token && token.tokens);
}

/** The letters at both sides; an edge of the line is a blank, another token a letter like any sign. */
function neighbours(tokens: MarkedToken[], index: number, at: number): [string, string] {
  const text = (tokens[index] as Text).text;
  const edge = (token: MarkedToken | undefined) => (token === undefined || token.type === 'br' ? ' ' : '.');
  return [text[at - 1] ?? edge(tokens[index - 1]), text[at + 2] ?? edge(tokens[index + 1])];
}

function replaced(tokens: MarkedToken[], taken: Found[]): MarkedToken[] {
  const byToken = Map.groupBy(taken, ({ token }) => token);
  return tokens.flatMap((token, index) => {
    const marks = byToken.get(index)?.toSorted((one, other) => one.at - other.at);
    if (!marks || !isText(token)) return [token];
    const out: MarkedToken[] = [];
    const text = (from: number, to: number) => {
      if (to > from) out.push({ ...token, raw: token.text.slice(from, to), text: token.text.slice(from, to) });
    };
    let from = 0;
    for (const { at, tag } of marks) {
      text(from, at);
      if (tag) out.push(tagToken(tag));
      from = at + 2;
    }
    text(from, token.text.length);
    return out;
  });
}
