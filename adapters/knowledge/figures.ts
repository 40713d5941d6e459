/** Numbers of a page that mean another number once the page's drawing is gone: a price in small raised digits, a struck one. */
import type { DomElement, DomNode } from './dom.ts';

const TEXT = 3;
const ELEMENT = 1;
const STRUCK = new Set(['DEL', 'S', 'STRIKE']);
const STRUCK_STYLE = /line-through/i;
const STRUCK_CLASS = /(^|\s)(line-through|strikethrough|(old|was|before)[-_]?price|price[-_]?(old|was|before))(\s|$)/i;
/** Elements that stand in a line, whose words a page may show apart without a space between them. */
const INLINE = new Set(
  'SPAN B STRONG I EM SMALL BIG U A FONT LABEL MARK BDI DATA TIME INS CODE SUB SUP WBR'.split(' '),
);
/** What stands in them stands there as it is. */
const VERBATIM = new Set(['PRE', 'CODE', 'KBD', 'SAMP', 'SCRIPT', 'STYLE']);

/** Tags that nobody closed stand in each other, some thousand at most; each list in a list costs more than the one around it. */
const DEEPEST = 10_000;

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const LOWERED = '₀₁₂₃₄₅₆₇₈₉';
const digits = (text: string, shown: string) => text.replace(/[0-9]/g, (digit) => shown[Number(digit)]!);
/** "99" as "⁹⁹". */
export const raised = (text: string): string => digits(text, RAISED);

/** `39` and `99`, `Turbo` and `39`, `39 €` and `Turbo`; two letters may be one word. */
const isSeam = (before: string, after: string) =>
  (/\p{N}/u.test(before) && /[\p{L}\p{N}]/u.test(after)) ||
  (/\p{L}/u.test(before) && /\p{N}/u.test(after)) ||
  (/\p{Sc}/u.test(before) && /\p{L}/u.test(after));

function isStruck(node: DomElement): boolean {
  if (STRUCK.has(node.nodeName)) return true;
  return STRUCK_STYLE.test(node.getAttribute('style') ?? '') || STRUCK_CLASS.test(node.getAttribute('class') ?? '');
}

/** Takes struck words out of the tree, raises and lowers digits, and parts the numbers of neighbours in a line. @throws where it is too deep. */
export function keepFigures(root: DomNode): void {
  let last = ' ';
  let touches: 'links' | 'elements' | undefined;

  function text(node: DomNode, script: string): void {
    const words = node.textContent ?? '';
    if (words === '') return;
    const isParted = touches === 'links' ? /\S/.test(last) : touches && isSeam(last, words[0]!);
    const isLowered = script === 'SUB' && /\p{N}/u.test(last);
    if (script === 'SUP') node.textContent = raised(words);
    else if (isLowered) node.textContent = digits(words, LOWERED);
    else if (isParted) node.textContent = ` ${words}`;
    last = words.at(-1)!;
    touches = undefined;
  }

  function walk(node: DomNode, script: string, depth: number): void {
    if (depth > DEEPEST) throw new Error(`Its elements stand in each other more than ${DEEPEST} deep.`);
    let before: DomNode | undefined;
    for (const child of [...node.childNodes]) {
      if (child.nodeType !== TEXT && child.nodeType !== ELEMENT) continue;
      if (child.nodeType === TEXT) text(child, script);
      else {
        const element = child as DomElement;
        if (isStruck(element)) element.remove();
        else {
          const { nodeName: name } = element;
          if (!INLINE.has(name)) last = ' ';
          if (before?.nodeType === ELEMENT) touches = name === 'A' && before.nodeName === 'A' ? 'links' : 'elements';
          if (VERBATIM.has(name)) touches = undefined;
          else walk(element, name === 'SUP' || name === 'SUB' ? name : script, depth + 1);
          if (!INLINE.has(name)) last = ' ';
        }
      }
      before = child;
    }
  }

  walk(root, '', 0);
}
