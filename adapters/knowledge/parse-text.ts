/** Plain text files. */
import type { Section } from './passages.ts';

/** Each paragraph is a section without a heading. */
export function parseText(content: string): Section[] {
  return content.split(/\r?\n\s*\n/).map((text) => ({ headings: [], text }));
}
