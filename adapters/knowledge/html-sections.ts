/** A tree of HTML as sections of plain text: what pages and Markdown files share. */
import { type DomElement, type DomNode, isWithin, someBelow } from './dom.ts';
import type { Section } from './passages.ts';
import { tableLines } from './tables.ts';

export interface Reading {
  /** The outermost heading; empty: none. */
  title: string;
  /** Its level: a heading of the same level takes its place. */
  titleLevel: 0 | 1;
  /** Whether links give their addresses and images their words. */
  addresses: boolean;
}

interface State extends Reading {
  /** `levels` of the headings, of which the last `isHeaded` is its own; the text in pieces, because a long one must not be gone through again and again. */
  sections: { headings: string[]; levels: number[]; pieces: string[]; isHeaded: boolean }[];
  /** The last letters of the last section. */
  tail: string;
  /** What lines of a list in a list begin with. */
  indent: string;
}

const TEXT = 3;
const ELEMENT = 1;
/** Never words for a reader. What a page hides until it is clicked is none of them: that is where answers stand. */
const SKIPPED = new Set(
  'SCRIPT STYLE TEMPLATE NOSCRIPT SVG MATH IFRAME OBJECT CANVAS SELECT TEXTAREA DATALIST HEAD TITLE'.split(' '),
);
const BLOCKS = new Set(
  'P DIV SECTION ARTICLE MAIN ASIDE UL OL DL TABLE BLOCKQUOTE PRE FIGURE FIGCAPTION CAPTION DETAILS HEADER FOOTER ADDRESS FORM FIELDSET LEGEND LABEL CENTER HR BUTTON DIALOG HGROUP NAV'.split(
    ' ',
  ),
);
const PARTS = new Set([...BLOCKS, 'LI', 'DT', 'DD', 'TR', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6']);
/** Letters of a section's end that say how it goes on. */
const TAIL = 20;
/** The level of a heading that is none by its element: the question of an expandable answer, or one drawn with a `div`. */
const DRAWN = 7;
/** Letters; a longer line is a text. */
const HEADING_LENGTH = 200;
const HEADING_CLASS =
  /(^|[\s_-])(title|titulo|heading|question|pregunta|domanda|accordion-?(header|button|toggle))($|[\s_-])/i;
const EXPANDS = ['aria-expanded', 'aria-controls', 'data-toggle', 'data-bs-toggle'];
/** One question and nothing else. */
const QUESTION = /^[^.!?؟;]{3,}[?؟]$/;
/** A button that opens something else than an answer. */
const OPENS_MENU = /^(men[uúù]|меню|منو|القائمة|navigation|buscar|search|cerca|filtr(o|i|os|er|ers))$/i;
/** A term's meaning that is more than one more fact of a thing: a sentence, or so many letters. */
const TOLD = /[.!?؟…]$|^.{60}/s;

export const oneLine = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();

/** Soft hyphens and marks of no width would part words for the search. */
const wordsOf = (node: DomNode) => (node.textContent ?? '').replace(/[\u00ad\u200b\ufeff]/g, '');

/** All words below a node as one line, those that a break parts with a space. */
export function lineOf(node: DomNode): string {
  const pieces: string[] = [];
  const gather = (each: DomNode) => {
    if (each.nodeType === TEXT) pieces.push(wordsOf(each));
    else if (!SKIPPED.has(each.nodeName)) {
      if (each.nodeName === 'BR' || PARTS.has(each.nodeName)) pieces.push(' ');
      for (const child of each.childNodes) gather(child);
    }
  };
  for (const child of node.childNodes) gather(child);
  return oneLine(pieces.join(''));
}

/** Spaces at ends of lines, marks of items without words and more than one empty line go. */
const tidy = (text: string) =>
  text
    .replace(/[^\S\n]+$/gm, '')
    .replace(/^ *(-|\d+\.)$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Whether a line without blocks in it reads as a heading, whatever its element. */
function isDrawn(node: DomElement): boolean {
  const expands = EXPANDS.some((name) => node.hasAttribute(name));
  const isLine = BLOCKS.has(node.nodeName) || node.nodeName === 'DT' || expands;
  if (!isLine || someBelow(node, ({ nodeName }) => PARTS.has(nodeName))) return false;
  if (!expands && isWithin(node, ['TABLE', 'A'])) return false;
  const text = lineOf(node);
  if (!text || text.length > HEADING_LENGTH) return false;
  if (HEADING_CLASS.test(node.getAttribute('class') ?? '')) return true;
  if (expands) return !OPENS_MENU.test(text);
  if (node.nodeName === 'DT' && node.nextElementSibling?.nodeName === 'DD')
    return QUESTION.test(text) || TOLD.test(lineOf(node.nextElementSibling));
  return text.includes(' ') && QUESTION.test(text);
}

function levelOf(node: DomElement): number {
  const number = /^H([1-6])$/.exec(node.nodeName)?.[1];
  if (number) return Number(number);
  if (node.getAttribute('role') === 'heading') return Number(node.getAttribute('aria-level')) || 2;
  return node.nodeName === 'SUMMARY' || isDrawn(node) ? DRAWN : 0;
}

/** Begins a section below those headings that are of a higher level than this one. */
function begin(state: State, level: number, heading?: string): void {
  const { headings, levels } = state.sections.at(-1)!;
  const outer = levels.filter((each) => each < level).length;
  state.sections.push({
    headings: [...headings.slice(0, outer), ...(heading === undefined ? [] : [heading])],
    levels: [...levels.slice(0, outer), ...(heading === undefined ? [] : [level])],
    pieces: [],
    isHeaded: heading !== undefined,
  });
  state.tail = '';
}

function put(state: State, words: string): void {
  state.sections.at(-1)!.pieces.push(words);
  state.tail = (state.tail + words).slice(-TAIL);
}

function say(state: State, words: string): void {
  // Two elements of one line that a page shows as two.
  const isGlued = /[.?!:;؟]$/.test(state.tail) && /^[\p{Lu}¿¡]/u.test(words);
  put(state, /(^|\s)$/.test(state.tail) ? words.trimStart() : isGlued ? ` ${words}` : words);
}

function newLine(state: State): void {
  if (!/(^|\n) *$/.test(state.tail)) put(state, '\n');
}

/** Between paragraphs; those of a list's item stay together. */
function newBlock(state: State): void {
  if (state.indent) newLine(state);
  else put(state, '\n\n');
}

function children(node: DomNode, state: State): void {
  for (const child of node.childNodes) walk(child, state);
}

function item(node: DomElement, state: State, mark: string): void {
  newLine(state);
  put(state, `${state.indent}${mark}`);
  const { indent } = state;
  state.indent += '  ';
  children(node, state);
  state.indent = indent;
}

function list(node: DomElement, state: State): void {
  let number = Number(node.getAttribute('start') ?? 1) || 1;
  newBlock(state);
  for (const child of node.childNodes) {
    if (child.nodeName !== 'LI') walk(child, state);
    else item(child as DomElement, state, node.nodeName === 'OL' ? `${number++}. ` : '- ');
  }
  newBlock(state);
}

function link(node: DomElement, state: State): void {
  children(node, state);
  const address = node.getAttribute('href');
  const label = oneLine(node.textContent);
  if (state.addresses && address && ![label, `mailto:${label}`, `tel:${label}`].includes(address))
    put(state, label ? ` (${address})` : address);
}

/** What stands in a cell, as one line. */
function cellText(node: DomNode, { addresses }: State): string {
  const sections = read(node, { title: '', titleLevel: 0, addresses });
  return oneLine(sections.map(({ headings, text }) => [headings.at(-1), text].filter(Boolean).join(': ')).join(' '));
}

function element(node: DomElement, state: State): void {
  const name = node.nodeName;
  const level = levelOf(node);
  const lines = name === 'TABLE' ? tableLines(node, (cell) => cellText(cell, state)) : undefined;
  if (level) begin(state, level, lineOf(node));
  else if (lines) put(state, `\n\n${lines.join('\n')}\n\n`);
  else if (name === 'BR') put(state, '\n');
  else if (name === 'PRE') put(state, `\n\n${(node.textContent ?? '').trimEnd()}\n\n`);
  else if (name === 'UL' || name === 'OL') list(node, state);
  else if (name === 'LI') item(node, state, '- ');
  else if (name === 'A') link(node, state);
  else if (name === 'IMG') say(state, state.addresses ? (node.getAttribute('alt') ?? '') : '');
  else {
    const isBlock = BLOCKS.has(name) || name.includes('-');
    // The block that an item begins with stands behind its mark.
    if (isBlock && !/(^|\n) *(-|\d+\.) $/.test(state.tail)) newBlock(state);
    else if (name === 'TR' || name === 'DT' || name === 'DD') newLine(state);
    else if ((name === 'TD' || name === 'TH') && !/(^|\n)$/.test(state.tail)) put(state, ' | ');
    children(node, state);
    if (isBlock) newBlock(state);
    if (name === 'DETAILS') begin(state, DRAWN);
  }
}

function walk(node: DomNode, state: State): void {
  if (node.nodeType === TEXT) say(state, wordsOf(node).replace(/\s+/g, ' '));
  else if (node.nodeType === ELEMENT && !SKIPPED.has(node.nodeName)) element(node as DomElement, state);
}

const pathOf = (headings: string[]) => headings.filter((heading, at) => heading && heading !== headings[at - 1]);

/** A heading that was none: what only looked like one goes on with the text before it, wherever that stands. */
function keep(found: Section[], heading: string, headings: string[], isDrawn: boolean): void {
  const before = found.at(-1);
  if (before && (isDrawn || before.headings.join('\n') === headings.join('\n')))
    before.text = `${before.text}\n\n${heading}`;
  else if (heading !== headings.at(-1)) found.push({ headings, text: heading });
}

/** The words below a node, a section a heading; one with nothing under it, no other heading either, is text of the section above. */
export function read(node: DomNode, reading: Reading): Section[] {
  const first = { headings: [reading.title], levels: [reading.titleLevel], pieces: [], isHeaded: false };
  const state: State = { ...reading, sections: [first], tail: '', indent: '' };
  children(node, state);
  const found: Section[] = [];
  for (const [at, { headings, levels, pieces, isHeaded }] of state.sections.entries()) {
    const words = tidy(pieces.join(''));
    const holds = (state.sections[at + 1]?.levels.length ?? 0) > levels.length;
    if (words) found.push({ headings: pathOf(headings), text: words });
    else if (isHeaded && !holds) keep(found, headings.at(-1)!, pathOf(headings.slice(0, -1)), levels.at(-1) === DRAWN);
  }
  return found;
}
