/** Text work that every channel needs: Markdown as models write it, and splitting without breaking a letter. */

/** What closing and opening a cut block costs. */
const FENCE_ROOM = 8;
/** Enough behind a limit to see where its last letter ends, in UTF-16 units. */
const NEXT_LETTER = 64;

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Length as the platform counts it. */
export function lengthIn(unit: 'utf16' | 'bytes', text: string): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : text.length;
}

/**
 * Cuts a long text into pieces of at most `limit`, at the best border near the end: blank line, line, sentence, word, letter (grapheme).
 * A text that fits comes back as it is; blank text gives no piece.
 */
export function split(text: string, limit: number, unit: 'utf16' | 'bytes' = 'utf16'): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > limit || lengthIn(unit, rest) > limit) {
    const head = prefix(rest, limit, unit);
    const cut = border(head);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest) pieces.push(rest);
  return pieces;
}

/**
 * `split` for Markdown: a fenced block that is cut is closed at the end of its piece and opened again in the next. WhatsApp's blocks look the same.
 */
export function splitMarkdown(text: string, limit: number, unit: 'utf16' | 'bytes' = 'utf16'): string[] {
  if (lengthIn(unit, text.trim()) <= limit) return split(text, limit, unit);
  let open = false;
  return split(text, limit - FENCE_ROOM, unit).map((piece) => {
    const start = open ? '```\n' : '';
    const fences = piece.match(/^[ \t]*```/gm)?.length ?? 0;
    if (fences % 2 === 1) open = !open;
    return start + piece + (open ? '\n```' : '');
  });
}

/** The start of `text` that fits; one that does not fit whole ends with `ellipsis`, which counts. */
export function shorten(text: string, limit: number, unit: 'utf16' | 'bytes' = 'utf16', ellipsis = ''): string {
  if (lengthIn(unit, text) <= limit) return text;
  return prefix(text, limit - lengthIn(unit, ellipsis), unit).trimEnd() + ellipsis;
}

/** The longest start of `text` that fits: whole graphemes, unless the first alone is longer than the limit; at least one code point. */
function prefix(text: string, limit: number, unit: 'utf16' | 'bytes'): string {
  // No more than can be taken: the segmenter copies all that it is given.
  const near = text.slice(0, Math.max(0, limit) + NEXT_LETTER);
  const whole = fitting(
    segmenter
      .segment(near)
      [Symbol.iterator]()
      .map(({ segment }) => segment),
    limit,
    unit,
  );
  if (whole) return whole;
  // A letter with hundreds of marks on it. The platform refuses what is too long, so its limit goes first.
  return fitting(near[Symbol.iterator](), limit, unit) || String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function fitting(pieces: IteratorObject<string>, limit: number, unit: 'utf16' | 'bytes'): string {
  let out = '';
  let used = 0;
  for (const piece of pieces) {
    used += lengthIn(unit, piece);
    if (used > limit) break;
    out += piece;
  }
  return out;
}

/** Where to cut: the last good border in the second half, else the end. */
function border(head: string): number {
  const half = head.length / 2;
  for (const mark of [/\n\s*\n/g, /\n/g, /[.!?؟。…]\s+/gu, /\s+/g]) {
    let best = -1;
    for (const match of head.matchAll(mark)) best = match.index + match[0].length;
    if (best > half) return best;
  }
  return head.length;
}

/** A piece of inline Markdown. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike' | 'code'; text: string }
  /** An address that stands alone is its own text. */
  | { kind: 'link'; text: string; url: string };

const INLINE = new RegExp(
  [
    /`([^`\n]+)`/,
    /\*{2,3}([^*\n]+)\*{2,3}/,
    /(?<![\p{L}\p{N}_])__([^_\n]+)__(?![\p{L}\p{N}_])/u,
    /~~([^~\n]+)~~/,
    /!?\[([^\][\n]{1,300})\]\((https?:\/\/[^\s)]+)\)/,
    // An address as it is: markup characters in it are its own.
    /(https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]*_~'"»`])/,
    /(?<![\p{L}\p{N}_*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\p{L}\p{N}_*])/u,
    /(?<![\p{L}\p{N}_])_([^_\s](?:[^_\n]*[^_\s])?)_(?![\p{L}\p{N}_])/u,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'gu',
);

/** Inline Markdown of one line; what is not clearly markup stays text (`2*3*4`, `snake_case`). */
export function inline(line: string): Inline[] {
  const pieces: Inline[] = [];
  let at = 0;
  for (const match of line.matchAll(INLINE)) {
    if (match.index > at) pieces.push({ kind: 'text', text: line.slice(at, match.index) });
    const [all, code, bold, bold2, strike, label, url, address, italic, italic2] = match;
    if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (bold ?? bold2) pieces.push({ kind: 'bold', text: (bold ?? bold2)! });
    else if (strike !== undefined) pieces.push({ kind: 'strike', text: strike });
    else if (label !== undefined) pieces.push({ kind: 'link', text: label, url: url! });
    else if (address !== undefined) pieces.push({ kind: 'link', text: address, url: address });
    else pieces.push({ kind: 'italic', text: (italic ?? italic2)! });
    at = match.index + all.length;
  }
  if (at < line.length) pieces.push({ kind: 'text', text: line.slice(at) });
  return pieces;
}

/** How a platform writes each piece. */
export interface Markup {
  text(text: string): string;
  bold(text: string): string;
  italic(text: string): string;
  strike(text: string): string;
  code(text: string): string;
  link(text: string, url: string): string;
  /** A fenced block, without its fences. */
  block(text: string): string;
}

/** No markup at all. */
export const PLAIN: Markup = {
  text: (text) => text,
  bold: (text) => text,
  italic: (text) => text,
  strike: (text) => text,
  code: (text) => text,
  link: (text, url) => (text === url ? url : `${text} (${url})`),
  block: (text) => text,
};

/** Markdown → the platform's markup: headings become bold lines, bullets `•`, everything else line by line. */
export function convert(markdown: string, markup: Markup): string {
  const out: string[] = [];
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (/^\s*```/.test(line)) {
      const body: string[] = [];
      while (++index < lines.length && !/^\s*```/.test(lines[index]!)) body.push(lines[index]!);
      out.push(markup.block(body.join('\n')));
      continue;
    }
    const heading = /^#{1,6}\s+(\S.*)$/.exec(line);
    if (heading) out.push(markup.bold(plain(heading[1]!.trimEnd().replace(/\s#+$/, ''))));
    else
      out.push(
        inline(line.replace(/^(\s*)[-*+]\s+/, '$1• '))
          .map((piece) => write(piece, markup))
          .join(''),
      );
  }
  return out.join('\n');
}

/** Whether anything is left of it when the markup is taken off; platforms refuse an empty text. */
export function readable(markdown: string): boolean {
  return convert(markdown, PLAIN).trim() !== '';
}

/** Inline Markdown without its markup. */
function plain(line: string): string {
  return inline(line)
    .map((piece) => write(piece, PLAIN))
    .join('');
}

function write(piece: Inline, markup: Markup): string {
  switch (piece.kind) {
    case 'link':
      return markup.link(piece.text, piece.url);
    case 'text':
      return markup.text(piece.text);
    default:
      return markup[piece.kind](piece.text);
  }
}
