/** One knowledge file → passages. */
import { basename, extname } from 'node:path';
import type { PassageInput } from '../../core/ports.ts';
import { decode } from './decode.ts';
import { type Section, toPassages } from './passages.ts';

export type ParseFile = (file: string, content: Buffer, tell: (what: string) => void) => Promise<PassageInput[]>;

/** What a parser is given of a file. */
interface Given {
  content: Buffer;
  /** What the file's name says. */
  language: string | undefined;
  tell: (what: string) => void;
}

type Parse = (given: Given) => Section[] | Promise<Section[]>;

/** A kind of file that is text, in whatever encoding. */
const ofText =
  (parse: (text: string, tell: (what: string) => void) => Section[]): Parse =>
  ({ content, language, tell }) =>
    parse(decode(content, language, tell), tell);

const html = async () => ofText((await import('./parse-html.ts')).parseHtml);
/** Loaded when the first file of a kind is read: a start at which nothing changed needs none of them. */
const PARSERS: Record<string, () => Promise<Parse>> = {
  '.md': async () => ofText((await import('./parse-markdown.ts')).parseMarkdown),
  '.txt': async () => ofText((await import('./parse-text.ts')).parseText),
  '.csv': async () => ofText((await import('./parse-csv.ts')).parseCsv),
  '.html': html,
  '.htm': html,
  '.docx': async () => {
    const { parseDocx } = await import('./parse-docx.ts');
    return ({ content, tell }) => parseDocx(content, tell);
  },
  '.pdf': async () => {
    const { parsePdf } = await import('./parse-pdf.ts');
    return ({ content, tell }) => parsePdf(content, tell);
  },
};

/** Endings of the files that can be read. */
export const KINDS = Object.keys(PARSERS);

/**
 * The passages of one file.
 * @param file its name: says the kind, the language (`faq.es.md`) and, where the text has none, the title.
 * @param tell gets a sentence about each part that could not be read.
 * @throws where the content is not what the name says.
 */
export async function parseFile(file: string, content: Buffer, tell: (what: string) => void): Promise<PassageInput[]> {
  const kind = extname(file).toLowerCase();
  const stem = basename(file).slice(0, -kind.length);
  const language = /\.([a-z]{2})$/.exec(stem)?.[1];
  const title = (language ? stem.slice(0, -3) : stem).replace(/[-_]+/g, ' ');
  const parse = await PARSERS[kind]!();
  return toPassages(await parse({ content, language, tell }), { title, language });
}
