/** PDF files: a section a heading, as the size and the weight of the letters tell. */
import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';
import type { PDFDocumentProxy } from 'unpdf/pdfjs';
import { describe } from '../../core/errors.ts';
import { read } from './html-sections.ts';
import { parseTree } from './parse-tree.ts';
import type { Section } from './passages.ts';
import { htmlOf } from './pdf/html.ts';
import { columnsOfView } from './pdf/layout.ts';
import { isReadable } from './pdf/letters.ts';
import { type ReadPage, readPage, type Steps } from './pdf/page.ts';
import { blocksOf } from './pdf/paragraphs.ts';
import { type LaidPage, withoutRepeats } from './pdf/repeats.ts';

/** Pictures are not unpacked: one of some kilobytes can hold gigabytes. @param strict ends a page where it comes to a picture. */
function open(content: Buffer, strict = false): Promise<PDFDocumentProxy> {
  return getDocumentProxy(new Uint8Array(content), {
    maxImageSize: 0,
    stopAtErrors: strict,
    verbosity: 0,
  });
}

async function opened(content: Buffer): Promise<PDFDocumentProxy> {
  try {
    return await open(content);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'PasswordException')
      throw new Error('A password protects it. Save it without one, or print it into a new PDF.', { cause: error });
    throw new Error(`It is damaged or no PDF (${describe(error)}). Save it again, or copy it here once more.`, {
      cause: error,
    });
  }
}

/** "2–5, 9" */
export function rangesOf(numbers: number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** @returns undefined for a page that is damaged. */
async function pageOf(pdf: PDFDocumentProxy, number: number, steps: Steps): Promise<ReadPage | undefined> {
  try {
    const page = await pdf.getPage(number);
    const read = await readPage(page, steps);
    page.cleanup();
    return read;
  } catch {
    return undefined;
  }
}

/** Which of these pages show a picture. @param steps of the pages, as they are read without pictures. */
async function picturesOf(content: Buffer, pages: number[], steps: Map<number, number>): Promise<number[]> {
  if (pages.length === 0) return [];
  const pdf = await open(content, true);
  const { OPS } = await getResolvedPDFJS();
  const pictures: number[] = [];
  for (const number of pages) {
    const page = await pageOf(pdf, number, OPS as Steps);
    if ((page?.steps ?? 0) < steps.get(number)!) pictures.push(number);
  }
  await pdf.loadingTask.destroy();
  return pictures;
}

interface Found {
  pages: LaidPage[];
  /** Numbers of those that are damaged, and of those whose letters are unknown. */
  broken: number[];
  garbled: number[];
  /** Those on which something is drawn, and the steps by which each is drawn. */
  drawn: number[];
  steps: Map<number, number>;
}

async function pagesOf(pdf: PDFDocumentProxy): Promise<Found> {
  const { OPS } = await getResolvedPDFJS();
  const found: Found = { pages: [], broken: [], garbled: [], drawn: [], steps: new Map() };
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pageOf(pdf, number, OPS as Steps);
    if (!page) {
      found.broken.push(number);
      continue;
    }
    const { views, isDrawn, steps } = page;
    const isWords = isReadable(views.flatMap(({ glyphs }) => glyphs.map(({ text }) => text)));
    if (isDrawn) found.drawn.push(number);
    if (!isWords) found.garbled.push(number);
    found.steps.set(number, steps);
    const columns = isWords ? views.flatMap(columnsOfView) : [];
    found.pages.push({ number, height: views[0]?.height ?? 0, columns });
  }
  return found;
}

const TODO = 'Have their text recognised (OCR) and put that file here, or write down what matters.';
const UNKNOWN = `cannot be read: the fonts do not say which letters they draw. ${TODO}`;

/**
 * Columns are read one after the other, tables row by row, and what is repeated on most pages is left out.
 * @param tell gets a sentence about pages that have no text, or cannot be read.
 * @throws with what to do, where it is no such file, is damaged or protected.
 */
export async function parsePdf(content: Buffer, tell: (what: string) => void): Promise<Section[]> {
  const pdf = await opened(content);
  const count = pdf.numPages;
  const found = await pagesOf(pdf);
  await pdf.loadingTask.destroy();
  const pages = withoutRepeats(found.pages);
  const empty = pages
    .filter(({ number, columns }) => columns.length === 0 && !found.garbled.includes(number))
    .map(({ number }) => number);
  const pictures = new Set([...(await picturesOf(content, empty, found.steps)), ...found.drawn]);
  const say = (numbers: number[], one: string, many: string) => {
    if (numbers.length === 1) tell(`page ${numbers[0]} of ${count} ${one}`);
    else if (numbers.length > 0) tell(`the pages ${rangesOf(numbers)} of ${count} ${many}`);
  };
  const silent = empty.filter((number) => pictures.has(number));
  say(silent, `has no text: it is a picture. ${TODO}`, `have no text: they are pictures. ${TODO}`);
  say(found.garbled, UNKNOWN, UNKNOWN);
  say(found.broken, 'cannot be read: it is damaged.', 'cannot be read: they are damaged.');
  const tree = parseTree(`<body>${htmlOf(blocksOf(pages))}</body>`);
  return read(tree.querySelector('body')!, { title: '', titleLevel: 0, addresses: true });
}
