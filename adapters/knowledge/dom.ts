/** What we read of a tree of HTML. */

/** What we read of a DOM. The libraries' own types need the browser's, which would then be there in all our server code. */
export interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
  parentNode: DomNode | null;
}

export interface DomElement extends DomNode {
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  nextElementSibling: DomElement | null;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  removeAttribute(name: string): void;
  remove(): void;
  /** Puts nodes and words behind this one. */
  after(...nodes: (DomNode | string)[]): void;
}

/** Whether any node below this one is such. Selectors would be parsed anew for each element of a page. */
export function someBelow(node: DomNode, isSuch: (node: DomNode) => boolean): boolean {
  for (const child of node.childNodes) if (isSuch(child) || someBelow(child, isSuch)) return true;
  return false;
}

/** Whether it is, or is in, an element of one of these names. */
export function isWithin(node: DomNode, names: string[]): boolean {
  for (let at: DomNode | null = node; at; at = at.parentNode) if (names.includes(at.nodeName)) return true;
  return false;
}
