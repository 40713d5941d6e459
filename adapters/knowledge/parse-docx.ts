/** Word files (.docx): a section a heading. */
import mammoth from 'mammoth';
import { describe } from '../../core/errors.ts';
import { type DocxParts, docxParts } from './docx-parts.ts';
import type { DomElement, DomNode } from './dom.ts';
import { lineOf, read } from './html-sections.ts';
import { parseTree } from './parse-tree.ts';
import type { Section } from './passages.ts';

/** What its styles are; a table of contents says nothing that its headings do not. */
const STYLES = [
  "p[style-name='Title'] => h1.title:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name^='toc '] => !",
  "p[style-name='TOC Heading'] => !",
  "p[style-name^='Contents '] => !",
  "p[style-name='table of figures'] => !",
];
/** A paragraph in bold letters and nothing else, no sentence: what people write who know of no styles. */
const BOLD_LINE = /<p>(<strong>[^<]{1,120}(?<![.,;…])<\/strong>)<\/p>/g;
/** A table whose first row is in bold letters, and the others are not. */
const BOLD_CELLS = '(?:<td[^<>]*>(?:<p>(?:<strong>[^<]*</strong>)?</p>)*</td>)+';
const BOLD_ROW = new RegExp(`<table><tr>${BOLD_CELLS}</tr>(?!(?:<tr>${BOLD_CELLS}</tr>)*</table>)`, 'g');
const NOTE = /^#((?:foot|end)note)-(\d+)$/;

const marked = (html: string) =>
  html
    .replace(BOLD_ROW, (row) => row.replaceAll('<td', '<th').replaceAll('</td>', '</th>'))
    .replace(BOLD_LINE, '<p class="heading">$1</p>');

/** What stands on the page itself and holds the node. */
function blockOf(node: DomNode, page: DomNode): DomElement {
  let at = node;
  while (at.parentNode && at.parentNode !== page) at = at.parentNode;
  return at as DomElement;
}

/** The first words below a node. */
function firstText(node: DomNode): DomNode | undefined {
  for (const child of node.childNodes) {
    const found = child.nodeType === 3 ? child : firstText(child);
    if (found?.textContent?.trim()) return found;
  }
  return undefined;
}

/** Paragraphs of a cell stand in one line. */
function joinCells(page: DomElement): void {
  for (const paragraph of [...page.querySelectorAll('p')]) {
    if (!/^T[DH]$/.test(paragraph.parentNode!.nodeName)) continue;
    paragraph.after(' ', ...paragraph.childNodes);
    paragraph.remove();
  }
}

/** Notes stand at the end; they belong under what they are a note of. */
function moveNotes(page: DomElement): void {
  const notes = new Map([...page.querySelectorAll('li[id]')].map((note) => [note.getAttribute('id'), note]));
  const last = new Map<DomElement, DomElement>();
  let number = 0;
  for (const link of [...page.querySelectorAll('a[href]')]) {
    const address = link.getAttribute('href')!;
    if (address.startsWith('#')) link.removeAttribute('href');
    const [, kind, id] = NOTE.exec(address) ?? [];
    const note = notes.get(`${kind}-${id}`);
    if (!kind || !note) continue;
    number++;
    link.textContent = `[${number}]`;
    note.querySelector(`a[href="#${kind}-ref-${id}"]`)?.remove();
    const words = firstText(note);
    if (words) words.textContent = `[${number}] ${words.textContent!.trimStart()}`;
    const block = blockOf(link, page);
    const paragraphs = [...note.childNodes] as DomElement[];
    (last.get(block) ?? block).after(...paragraphs);
    last.set(block, paragraphs.at(-1) ?? block);
    note.remove();
  }
}

/** Names as a rule of the library has them; XML writes some letters in its own way. */
const quoted = (name: string) =>
  name.replaceAll('&apos;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&').replace(/['\\]/g, '\\$&');

/** @throws with what to do, where it cannot be read. */
async function htmlOf({ parts, headings }: DocxParts): Promise<{ html: string; pictures: number }> {
  let pictures = 0;
  // Its types name the other ways only to give it a file; they unpack whatever there is.
  const file = { exists: (name: string) => parts.has(name), read: async (name: string) => parts.get(name) };
  const own = [...headings].map(([name, level]) => `p[style-name='${quoted(name)}'] => h${Math.min(level, 6)}:fresh`);
  try {
    const { value } = await mammoth.convertToHtml({ file } as never, {
      styleMap: [...STYLES, ...own],
      includeEmbeddedStyleMap: false,
      convertImage: mammoth.images.imgElement(async () => {
        pictures++;
        return { src: '' };
      }),
    });
    return { html: value, pictures };
  } catch (error) {
    if (error instanceof RangeError) throw new Error('Its parts stand in each other too deep.', { cause: error });
    throw new Error(`It is damaged (${describe(error)}). Save it again, or copy it here once more.`, { cause: error });
  }
}

/**
 * Notes stand under what they belong to. What was deleted while changes were tracked, comments, headers and footers are not read.
 * @param tell gets a sentence where there are pictures and no words.
 * @throws with what to do, where it is no such file, is damaged or protected.
 */
export async function parseDocx(content: Buffer, tell: (what: string) => void): Promise<Section[]> {
  const { html, pictures } = await htmlOf(docxParts(content));
  const page = parseTree(`<body>${marked(html)}</body>`);
  const body = page.querySelector('body')!;
  for (const picture of body.querySelectorAll('img')) picture.remove();
  moveNotes(body);
  joinCells(body);
  const title = body.querySelector('h1.title');
  title?.remove();
  const sections = read(body, { title: title ? lineOf(title) : '', titleLevel: 0, addresses: true });
  if (sections.length === 0 && pictures > 0)
    tell('it has no text: it is pictures. Have their text recognised (OCR), or write down what matters.');
  return sections;
}
