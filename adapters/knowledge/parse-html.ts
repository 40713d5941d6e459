/** HTML files: the readable part, a section a heading. */
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import type { Section } from './passages.ts';

/** What we read of a DOM node. The libraries' own types need the browser's, which would then be there in all our server code. */
interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
}

const TEXT = 3;
const HEADING = /^H([1-6])$/;
const NOT_CONTENT = 'script, style, template, noscript, nav, footer, body > header';
/** What stands before an element's text; absent: it is inside a line. */
const BREAKS: Record<string, string> = { BR: '\n', TR: '\n', LI: '\n- ', DT: '\n', DD: '\n', TD: ' | ', TH: ' | ' };
const BLOCKS = new Set(
  'P DIV SECTION ARTICLE MAIN ASIDE UL OL DL TABLE BLOCKQUOTE PRE FIGURE FIGCAPTION DETAILS HEADER ADDRESS'.split(' '),
);

const tidy = (text: string) =>
  text
    .replace(/ *\n */g, '\n')
    .replace(/(^|\n)\| /g, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

const oneLine = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();

/** The question of an expandable answer counts as the innermost heading. */
function level(node: DomNode): number {
  return node.nodeName === 'SUMMARY' ? 6 : Number(HEADING.exec(node.nodeName)?.[1] ?? 0);
}

function walk(node: DomNode, sections: Section[]): void {
  const last = sections.at(-1)!;
  const depth = level(node);
  if (depth) {
    const outer = last.headings.slice(0, Math.max(1, depth - 1));
    sections.push({ ...last, headings: [...outer, oneLine(node.textContent)], text: '' });
  } else if (node.nodeType === TEXT) {
    last.text += (node.textContent ?? '').replace(/\s+/g, ' ');
  } else {
    const block = BLOCKS.has(node.nodeName) ? '\n\n' : '';
    last.text += BREAKS[node.nodeName] ?? block;
    for (const child of node.childNodes) walk(child, sections);
    sections.at(-1)!.text += block;
  }
}

const documentOf = (html: string) =>
  parseHTML(/<(html|body)[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`).document;

/** The page's title is the outermost heading; its `lang` goes before the file name's. */
export function parseHtml(content: string, fileLanguage?: string): Section[] {
  const page = documentOf(content);
  const language = page.documentElement.getAttribute('lang')?.split('-')[0] || fileLanguage;
  const title = oneLine(page.querySelector('title')?.textContent);
  for (const element of page.querySelectorAll(NOT_CONTENT)) element.remove();
  // Readability changes the page, and finds nothing on very short ones.
  const whole = page.body.innerHTML;
  const article = new Readability(page, { charThreshold: 0 }).parse();
  const readable = documentOf(article?.content ?? whole);
  const sections: Section[] = [{ headings: [oneLine(article?.title) || title], text: '', language }];
  walk(readable.body as unknown as DomNode, sections);
  return sections.map((section) => ({
    ...section,
    headings: section.headings.filter((heading, at) => heading && heading !== section.headings[at - 1]),
    text: tidy(section.text),
  }));
}
