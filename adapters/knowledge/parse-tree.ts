/** HTML as a tree. */
import { parseHTML } from 'linkedom';
import type { DomElement } from './dom.ts';
import { keepFigures } from './figures.ts';

/** @returns the outermost element. @throws where elements stand in each other deeper than a program can go. */
export function parseTree(html: string): DomElement {
  const root = parseHTML(/<html[\s>]/i.test(html) ? html : `<!doctype html><html>${html}</html>`).document
    .documentElement as unknown as DomElement;
  keepFigures(root);
  return root;
}
