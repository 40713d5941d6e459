/** Cutting text into passages: what every parser of knowledge files shares. */
import type { PassageInput } from '../../core/ports.ts';

/** Longest passage in UTF-16 units: one topic for the search, and an answer that fits in a chat. */
const PASSAGE_LENGTH = 900;

/** A part of a file under one heading. */
export interface Section {
  /** Headings from the outermost to its own. */
  headings: string[];
  /** Paragraphs parted by an empty line. */
  text: string;
  language?: string;
}

/** Joins neighbours as long as they fit; a piece that is too long stays alone. */
function pack(pieces: string[], glue: string): string[] {
  const packed: string[] = [];
  for (const piece of pieces) {
    const last = packed.at(-1);
    if (last !== undefined && last.length + glue.length + piece.length <= PASSAGE_LENGTH)
      packed[packed.length - 1] = last + glue + piece;
    else packed.push(piece);
  }
  return packed;
}

function cut(
  text: string,
  language: string | undefined,
  granularities: ('sentence' | 'word' | 'grapheme')[],
): string[] {
  const [granularity, ...finer] = granularities;
  if (text.length <= PASSAGE_LENGTH || !granularity) return [text];
  const pieces = [...new Intl.Segmenter(language, { granularity }).segment(text)].map(({ segment }) => segment);
  return pack(
    pieces.flatMap((piece) => cut(piece, language, finer)),
    '',
  ).map((piece) => piece.trim());
}

/** Parts at paragraphs, where one is too long at sentences, and only in need inside a sentence. Nothing is lost but white space. */
export function split(text: string, language?: string): string[] {
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean);
  return pack(
    paragraphs.flatMap((paragraph) => cut(paragraph, language, ['sentence', 'word', 'grapheme'])),
    '\n\n',
  );
}

/** One passage a section, several of one title where it is long; sections without text give none. */
export function toPassages(sections: Section[], fallbackTitle: string): PassageInput[] {
  return sections.flatMap(({ headings, text, language }) => {
    const title = headings.filter(Boolean).join(' › ') || fallbackTitle;
    return split(text, language).map((part) => ({ title, text: part, ...(language ? { language } : {}) }));
  });
}
