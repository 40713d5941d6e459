/** A reply in pieces that are spoken one after another, while the rest of it is still being written. */
import { ABBREVIATIONS } from './abbreviations.ts';

/** A piece has at most about so many UTF-16 units: the next one is made while it is heard. */
const LONGEST = 200;
/** A comma that comes earlier than this share of it parts too little. */
const EARLY = LONGEST / 3;
/** So much is enough for the first piece where a comma is: the caller waits for a sound. */
const FIRST = 40;
/** Looked at for the word before a point. */
const LONGEST_WORD = 24;

export interface Sentences {
  /** Takes the next part of the text. @returns the pieces that are complete with it */
  push(delta: string): string[];
  /** @returns what is left; the next text begins anew */
  end(): string[];
}

/** Pieces joined are the text again but for white space. None ends within a letter, a number, a link or a token of masking. */
export function createSentences(): Sentences {
  let rest = '';
  let isFirst = true;

  function take(isAll: boolean): string[] {
    const pieces: string[] = [];
    let from = 0;
    for (let end = pieceEnd(rest, from, isFirst, isAll); end > from; end = pieceEnd(rest, from, isFirst, isAll)) {
      const piece = rest.slice(from, end).trim();
      if (piece !== '') pieces.push(piece);
      isFirst &&= piece === '';
      from = end;
    }
    rest = rest.slice(from);
    return pieces;
  }

  return {
    push(delta) {
      rest += delta;
      return take(false);
    },
    end() {
      const pieces = take(true);
      isFirst = true;
      return pieces;
    },
  };
}

/** The same for a whole text. */
export function sentencesOf(text: string): string[] {
  const sentences = createSentences();
  return [...sentences.push(text), ...sentences.end()];
}

/** Letters that may end a piece. Most letters may not, and every part of a reply looks at all of them again. */
const MARKS = new Map<string, 'end' | 'space' | 'comma' | 'line' | 'bracket'>([
  ...[...'.!?…؟۔。؛！？'].map((mark) => [mark, 'end'] as const),
  ...[...',،;:、，'].map((mark) => [mark, 'comma'] as const),
  ...[...' \t\r\v\f\u00a0\u202f\u2003\u3000'].map((mark) => [mark, 'space'] as const),
  ['\n', 'line'],
  ['[', 'bracket'],
]);
/** The others want a space behind them: a point stands in numbers too, a question mark in addresses. */
const ENDS_ALONE = /[؟۔。؛！？]/u;
const CLOSES = /["'”’»)\]*_`]/u;
const SPACE = /\s/u;
const NOTHING_MORE = /^[^\S\n]*$/;
/** A token, or a link with its address. */
const WHOLE = /\[[^[\]\n]{0,200}\](?:\([^()\s]{0,1000}\))?/y;
/** What may become one. */
const BEGUN = /\[(?:[^[\]\n]{0,200}|[^[\]\n]{0,200}\](?:\([^()\s]{0,1000})?)$/y;

/**
 * Where the piece that begins at `from` ends, behind its last mark; `from` while nobody can tell.
 * @param isAll nothing follows the text
 */
function pieceEnd(text: string, from: number, isFirst: boolean, isAll: boolean): number {
  const { length } = text;
  let lineStart = from;
  /** The best places so far to cut a long one. */
  let comma = from;
  let space = from;
  for (let at = from; at < length; ) {
    if (at - from >= LONGEST) return comma - from >= EARLY ? comma : space > from ? space : wholeLetters(text, at);
    const next = text[at + 1];
    switch (MARKS.get(text[at]!)) {
      case 'bracket': {
        const end = wholeEnd(text, at);
        if (end === undefined && !isAll) return from;
        at = end ?? at + 1;
        continue;
      }
      case 'end': {
        const end = marksEnd(text, at);
        // What follows says whether a point ends an abbreviation.
        const mayGoOn = end === length || (text.slice(at, end) === '.' && NOTHING_MORE.test(text.slice(end, end + 4)));
        if (mayGoOn && !isAll && end - from < LONGEST) return from;
        if (endsThere(text, lineStart, at, end)) return end;
        at = end;
        continue;
      }
      case 'line': {
        const line = text.slice(lineStart, at).trim();
        // The head of a table says what its rows mean.
        const mayGoOn = line.startsWith('|') && (next === '|' || (next === undefined && !isAll));
        if (mayGoOn && next === undefined) return from;
        if (line !== '' && !mayGoOn) return at + 1;
        lineStart = at + 1;
        comma = at + 1;
        break;
      }
      case 'comma':
        if (!SPACE.test(next ?? '')) break;
        comma = at + 1;
        if (isFirst && comma - from >= FIRST) return comma;
        break;
      case 'space':
        if (!/\d/.test(text[at - 1] ?? '')) space = at + 1;
    }
    at++;
  }
  return isAll ? length : from;
}

/** Behind what is whole there; the bracket alone where it begins nothing; undefined while more of it may come. */
function wholeEnd(text: string, at: number): number | undefined {
  BEGUN.lastIndex = at;
  if (BEGUN.test(text)) return undefined;
  WHOLE.lastIndex = at;
  return WHOLE.test(text) ? WHOLE.lastIndex : at + 1;
}

const wholeLetters = (text: string, at: number): number => {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
};

/** Behind the marks that end a sentence together: `?!"`. */
function marksEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && MARKS.get(text[end]!) === 'end') end++;
  while (end < text.length && CLOSES.test(text[end]!)) end++;
  return end;
}

/** @param at of the first of the marks. @param end behind the last one */
function endsThere(text: string, lineStart: number, at: number, end: number): boolean {
  if (end < text.length && !SPACE.test(text[end]!)) return ENDS_ALONE.test(text.slice(at, end));
  return text.slice(at, end).trim() !== '.' || endsWithPoint(text, lineStart, at);
}

/** A point that is none of a number of a list, an initial or an abbreviation. */
function endsWithPoint(text: string, lineStart: number, at: number): boolean {
  const before = text.slice(Math.max(lineStart, at - LONGEST_WORD), at);
  if (at - lineStart < LONGEST_WORD && /^\s*(?:[-*>]\s*)?\d{1,3}$/.test(before)) return false;
  const word = /[\p{L}\p{M}.]*$/u.exec(before)![0].toLowerCase();
  const isLast = /^\s*(?:\n|$)/.test(text.slice(at + 1, at + 4));
  if (isLast || word === '') return true;
  if (ABBREVIATIONS.never.has(`${word}.`)) return false;
  const startsSentence = /^\s+\p{Lu}/u.test(text.slice(at + 1, at + 4));
  if (ABBREVIATIONS.maybe.has(`${word}.`) || /\.\p{L}$/u.test(word)) return startsSentence;
  return word.length > 1;
}
