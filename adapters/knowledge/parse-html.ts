/** HTML files: all that is there to be read, a section a heading. */
import { type DomElement, type DomNode, parseTree, someBelow } from './dom.ts';
import { lineOf, oneLine, read } from './html-sections.ts';
import type { Section } from './passages.ts';

/** Around the content, never in it. */
const NOT_CONTENT = 'nav, footer, [role=navigation], [role=banner], [role=contentinfo], [role=search]';
/** Their text is a name of a picture. */
const ICONS = 'i[aria-hidden=true], .material-icons, .material-symbols-outlined';
const COOKIES = /cookie[-_]?(bar|banner|consent|notice|law|popup|modal)/i;
const TEXT = 3;
/** Links, so many of them and nothing else, are a menu. */
const MENU = 3;
/** What stands between a page's own title and its site's. */
const SITE = /\s+[|–—·»-]\s+/;

const isElement = (node: DomNode): node is DomElement => 'getAttribute' in node;
const isContent = (node: DomNode) =>
  ['MAIN', 'ARTICLE'].includes(node.nodeName) || (isElement(node) && node.getAttribute('role') === 'main');

function isInContent(node: DomNode): boolean {
  for (let at: DomNode | null = node; at; at = at.parentNode) if (isContent(at)) return true;
  return false;
}

interface Measure {
  letters: number;
  /** Of them, those of links to pages. */
  linked: number;
  links: number;
}

/** Finds the blocks outside of the content that are nothing but links, inner ones first. */
function measure(node: DomNode, menus: DomElement[]): Measure {
  const own: Measure = { letters: 0, linked: 0, links: 0 };
  if (node.nodeType === TEXT) own.letters = (node.textContent ?? '').replace(/[^\p{L}\p{N}]/gu, '').length;
  const inside = isContent(node) ? [] : menus;
  for (const child of node.childNodes) {
    const { letters, linked, links } = measure(child, inside);
    own.letters += letters;
    own.linked += linked;
    own.links += links;
  }
  if (!isElement(node)) return own;
  const address = node.nodeName === 'A' ? node.getAttribute('href') : null;
  if (address && !/^(tel|mailto):/.test(address)) return { letters: own.letters, linked: own.letters, links: 1 };
  if (['UL', 'OL', 'DIV'].includes(node.nodeName) && own.links >= MENU && own.linked === own.letters) menus.push(node);
  return own;
}

function removeMenus(page: DomElement): void {
  for (const icon of page.querySelectorAll(ICONS)) icon.remove();
  for (const element of page.querySelectorAll(NOT_CONTENT)) {
    // An article's footer is its own.
    if (!isInContent(element) || element.nodeName === 'NAV') element.remove();
  }
  for (const header of page.querySelectorAll('body > header')) if (!header.querySelector('h1')) header.remove();
  for (const element of page.querySelectorAll('[id], [class]')) {
    const names = `${element.getAttribute('id') ?? ''} ${element.getAttribute('class') ?? ''}`;
    if (COOKIES.test(names) && !someBelow(element, isContent)) element.remove();
  }
  const menus: DomElement[] = [];
  measure(page, menus);
  for (const menu of menus) menu.remove();
}

/** A title often ends in the site's name, and often says what the first heading says. */
function titleOf(page: DomElement): string {
  const title = oneLine(page.querySelector('title')?.textContent);
  const first = page.querySelector('h1');
  const heading = first ? lineOf(first) : '';
  if (heading && title.includes(heading)) return heading;
  return title.split(SITE)[0]!;
}

/** The page's title is the outermost heading. */
export function parseHtml(content: string): Section[] {
  const page = parseTree(content);
  const tags = [page, page.querySelector('body')].flatMap((node) =>
    ['lang', 'xml:lang'].map((name) => node?.getAttribute(name)),
  );
  const language = tags.find(Boolean) ?? undefined;
  const title = titleOf(page);
  removeMenus(page);
  return read(page, { title, titleLevel: 0, addresses: false }).map((section) => ({ ...section, language }));
}
