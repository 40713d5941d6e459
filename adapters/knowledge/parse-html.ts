/** HTML files: all that is there to be read, a section a heading. */
import { type DomElement, type DomNode, someBelow } from './dom.ts';
import { lineOf, oneLine, read } from './html-sections.ts';
import { parseTree } from './parse-tree.ts';
import type { Section } from './passages.ts';

/** Around the content, never in it. */
const NOT_CONTENT = 'nav, [role=navigation], [role=search]';
/** Around the content, and often the only place that says how to reach the business. */
const EDGES = 'body > header, [role=banner], footer, [role=contentinfo]';
/** Of an edge, never words for a reader. */
const NOT_OF_EDGE = `${NOT_CONTENT}, form, script, style`;
/** What they say is put under this, by the page's language. */
const CONTACT: Record<string, string> = {
  es: 'Contacto',
  it: 'Contatti',
  fa: 'تماس با ما',
  ar: 'اتصل بنا',
  ru: 'Контакты',
};
/** A number of a phone, a house or an hour, or a mail address. */
const REACHES = /[@\p{Nd}]/u;
const YEARS = /(?<!\p{Nd})(?:19|20|١٩|٢٠|۱۳|۱۴|۲۰)\p{Nd}{2}(?!\p{Nd})/gu;
const RIGHTS = /©|\(c\)|copyright|rights reserved|derechos reservados|diritti riservati|права защищены|حقوق/i;
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
  /** It says how to reach somebody, what something costs, or when. */
  reaches: boolean;
}

/** A list of branches or prices may be links as well. */
const isMenu = ({ nodeName }: DomElement, { links, linked, letters, reaches }: Measure) =>
  ['UL', 'OL', 'DIV'].includes(nodeName) && links >= MENU && linked === letters && !reaches;

/** Finds the blocks outside of the content that are nothing but links, inner ones first. */
function measure(node: DomNode, menus: DomElement[], isOne = isMenu): Measure {
  const own: Measure = { letters: 0, linked: 0, links: 0, reaches: false };
  if (node.nodeType === TEXT) {
    const words = node.textContent ?? '';
    own.letters = words.replace(/[^\p{L}\p{N}]/gu, '').length;
    // Numbers of pages alone lead to pages.
    own.reaches = reaches(words) && /\p{L}{2}/u.test(words);
  }
  const inside = isContent(node) ? [] : menus;
  for (const child of node.childNodes) {
    const below = measure(child, inside, isOne);
    own.letters += below.letters;
    own.linked += below.linked;
    own.links += below.links;
    own.reaches ||= below.reaches;
  }
  if (!isElement(node)) return own;
  const address = node.nodeName === 'A' ? node.getAttribute('href') : null;
  if (address && !/^(tel|mailto):/.test(address)) return { ...own, linked: own.letters, links: 1 };
  if (isOne(node, own)) menus.push(node);
  return own;
}

function removeNoise(page: DomElement): void {
  for (const icon of page.querySelectorAll(ICONS)) icon.remove();
  for (const element of page.querySelectorAll('[id], [class]')) {
    const names = `${element.getAttribute('id') ?? ''} ${element.getAttribute('class') ?? ''}`;
    if (COOKIES.test(names) && !someBelow(element, isContent)) element.remove();
  }
}

/** Whether it says more than whose page it is. */
const reaches = (text: string) => REACHES.test(text.replace(YEARS, ''));

/** Somewhere to reach, or a name of something and what it is: "Hours: weekdays, mornings". */
const tells = (text: string) => reaches(text) || /\p{L}{3}: +\p{L}/u.test(text);

/** A heading and a paragraph that are no links: written to be read, wherever it stands. */
function isWritten(node: DomElement): boolean {
  if (!someBelow(node, ({ nodeName }) => /^H[1-3]$/.test(nodeName))) return false;
  if (!someBelow(node, (below) => below.nodeName === 'P' && lineOf(below) !== '')) return false;
  const { letters, linked } = measure(node, []);
  return linked * 2 <= letters;
}

/** What an edge says beside its links and the rights in the page; nothing where it is mostly links, or leads to nobody. */
function contactIn(edge: DomElement, title: string): Section[] {
  for (const part of edge.querySelectorAll(NOT_OF_EDGE)) if (!isWritten(part)) part.remove();
  const menus: DomElement[] = [];
  const isList = (node: DomElement, { links, linked, letters }: Measure) =>
    node !== edge && links > 0 && linked === letters && !reaches(node.textContent ?? '');
  measure(edge, menus, isList);
  for (const menu of menus) menu.remove();
  const { letters, linked } = measure(edge, []);
  if (linked * 2 > letters) return [];
  const sections = read(edge, { title, titleLevel: 0, addresses: false });
  const isContact = isWritten(edge);
  const kept = sections.map((section) => ({
    ...section,
    text: section.text
      .split('\n')
      .filter((line) => !RIGHTS.test(line) || reaches(line))
      .join('\n')
      .trim(),
  }));
  return isContact || kept.some(({ text }) => tells(text)) ? kept.filter(({ text }) => text) : [];
}

function isBelow(page: DomNode, node: DomNode): boolean {
  for (let at = node.parentNode; at; at = at.parentNode) if (at === page) return true;
  return false;
}

/** Takes header and footer out. An article's footer is its own, and a header with the page's heading is content. */
function takeEdges(page: DomElement, title: string): Section[] {
  return [...page.querySelectorAll(EDGES)].flatMap((edge) => {
    // Out with the one around it.
    if (!isBelow(page, edge) || isInContent(edge)) return [];
    if (
      edge.nodeName === 'HEADER' &&
      edge.getAttribute('role') !== 'banner' &&
      (edge.querySelector('h1') || isWritten(edge))
    )
      return [];
    edge.remove();
    return contactIn(edge, title);
  });
}

function removeMenus(page: DomElement): void {
  for (const element of page.querySelectorAll(NOT_CONTENT)) {
    if ((!isInContent(element) || element.nodeName === 'NAV') && !isWritten(element)) element.remove();
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

/** The page's title is the outermost heading; how to reach the business, where its edges say it, comes last. */
export function parseHtml(content: string): Section[] {
  const page = parseTree(content);
  const tags = [page, page.querySelector('body')].flatMap((node) =>
    ['lang', 'xml:lang'].map((name) => node?.getAttribute(name)),
  );
  const language = tags.find(Boolean) ?? undefined;
  const title = titleOf(page);
  removeNoise(page);
  const contact = takeEdges(page, CONTACT[language?.slice(0, 2).toLowerCase() ?? ''] ?? 'Contact');
  removeMenus(page);
  const sections = read(page, { title, titleLevel: 0, addresses: false });
  return [...sections, ...contact].map((section) => ({ ...section, language }));
}
