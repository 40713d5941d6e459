/** HTML as a tree. */
import { parseHTML } from 'linkedom';

/** What we read of a DOM. The libraries' own types need the browser's, which would then be there in all our server code. */
export interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
}

export interface DomElement extends DomNode {
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  closest(selector: string): DomElement | null;
  remove(): void;
}

/** @returns the outermost element. */
export const parseTree = (html: string) =>
  parseHTML(/<html[\s>]/i.test(html) ? html : `<!doctype html><html>${html}</html>`).document
    .documentElement as unknown as DomElement;
