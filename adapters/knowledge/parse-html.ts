/** HTML files: all that is there to be read, a section a heading. */
import { type DomElement, parseTree } from './dom.ts';
import { oneLine, read } from './html-sections.ts';
import type { Section } from './passages.ts';

/** Around the content, never in it. */
const NOT_CONTENT = 'nav, footer, [role=navigation], [role=banner], [role=contentinfo], [role=search]';
/** Their text is a name of a picture. */
const ICONS = 'i[aria-hidden=true], .material-icons, .material-symbols-outlined';
const COOKIES = /cookie[-_]?(bar|banner|consent|notice|law|popup|modal)/i;
const CONTENT = 'main, article, [role=main]';
/** Links, so many of them and nothing else, are a menu. */
const MENU = 3;
/** What stands between a page's own title and its site's. */
const SITE = /\s+[|–—·»-]\s+/;

function isMenu(list: DomElement): boolean {
  const links = [...list.querySelectorAll('a[href]')].filter(
    (link) => !/^(tel|mailto):/.test(link.getAttribute('href')!),
  );
  if (links.length < MENU) return false;
  const length = (text: string | null) => (text ?? '').replace(/[^\p{L}\p{N}]/gu, '').length;
  return links.reduce((sum, link) => sum + length(link.textContent), 0) === length(list.textContent);
}

function removeMenus(page: DomElement): void {
  for (const icon of page.querySelectorAll(ICONS)) icon.remove();
  for (const element of page.querySelectorAll(NOT_CONTENT)) {
    // An article's footer is its own.
    if (!element.closest(CONTENT) || element.nodeName === 'NAV') element.remove();
  }
  for (const header of page.querySelectorAll('body > header')) if (!header.querySelector('h1')) header.remove();
  for (const list of page.querySelectorAll('ul, ol, div')) {
    if (!list.closest(CONTENT) && isMenu(list)) list.remove();
  }
  for (const element of page.querySelectorAll('[id], [class]')) {
    const names = `${element.getAttribute('id') ?? ''} ${element.getAttribute('class') ?? ''}`;
    if (COOKIES.test(names) && !element.querySelector(CONTENT)) element.remove();
  }
}

/** A title often ends in the site's name, and often says what the first heading says. */
function titleOf(page: DomElement): string {
  const title = oneLine(page.querySelector('title')?.textContent);
  const heading = oneLine(page.querySelector('h1')?.textContent);
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
