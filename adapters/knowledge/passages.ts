/** Cutting text into passages: what every parser of knowledge files shares. */
import type { PassageInput } from '../../core/ports.ts';
import { cutText } from '../../core/text/lengths.ts';

/** Longest passage in UTF-16 units: one topic for the search, and an answer that fits in a chat. */
const PASSAGE_LENGTH = 900;

/** A part of a file under one heading. */
export interface Section {
  /** Headings from the outermost to its own. */
  headings: string[];
  /** Paragraphs parted by an empty line. */
  text: string;
  /** As the file has it. */
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

/** "es_MX" and "pt-BR" by their language alone; undefined for what names none. */
const languageOf = (tag: string | undefined) => /^\s*([a-z]{2,3})(?![a-z])/i.exec(tag ?? '')?.[1]?.toLowerCase();

/** One passage a section, several of one title where it is long; sections without text give none. @param file what counts for those that do not say it. */
export function toPassages(sections: Section[], file: { title: string; language?: string }): PassageInput[] {
  return sections.flatMap((section) => {
    // Each passage of a section has it: a heading, or a cell, of megabytes would be there thousands of times.
    const title = cutText(section.headings.filter(Boolean).join(' › ') || file.title, PASSAGE_LENGTH);
    const language = languageOf(section.language) ?? file.language;
    return split(section.text, language).map((text) => ({ title, text, ...(language ? { language } : {}) }));
  });
}
