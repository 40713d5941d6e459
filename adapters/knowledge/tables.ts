/** Tables with a row of headings: each row says them again, so that it can be understood alone. */
import type { DomElement, DomNode } from './dom.ts';

const isCell = ({ nodeName }: DomNode) => nodeName === 'TD' || nodeName === 'TH';

/** Those of this table, not of one in a cell. */
function rowsOf(table: DomNode): DomNode[][] {
  return [...table.childNodes].flatMap((part) => {
    if (part.nodeName === 'TR') return [[...part.childNodes].filter(isCell)];
    return /^T(HEAD|BODY|FOOT)$/.test(part.nodeName) ? rowsOf(part) : [];
  });
}

/** A row reads "Plan: Turbo; Price: 39". @returns undefined for a table without a row of headings. */
export function tableLines(table: DomElement, textOf: (cell: DomNode) => string): string[] | undefined {
  const [header, ...rows] = rowsOf(table).filter((cells) => cells.length > 0);
  if (!header || rows.length === 0 || header.length < 2 || header.some(({ nodeName }) => nodeName !== 'TH')) return;
  const names = header.map(textOf);
  const caption = [...table.childNodes].filter(({ nodeName }) => nodeName === 'CAPTION').map(textOf);
  const lines = rows.map((cells) => {
    const words = cells.map(textOf);
    // Cells that span others: which heading is whose cannot be told by counting.
    if (words.length !== names.length) return words.filter(Boolean).join(' | ');
    return words.flatMap((word, at) => (word ? [names[at] ? `${names[at]}: ${word}` : word] : [])).join('; ');
  });
  return [...caption, ...lines].filter(Boolean);
}
