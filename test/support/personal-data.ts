/**
 * Messages as people write them (`test/fixtures/personal-data.json`), with what must be masked between ‹ and ›: `‹KIND words›`. Written for
 * these tests; people, numbers and addresses are made up.
 */
import type { MaskHints } from '../../core/privacy/masking.ts';
import data from '../fixtures/personal-data.json' with { type: 'json' };

export interface Labelled {
  hints: Partial<MaskHints>;
  texts: string[];
}

/** Every text holds at least one thing to be masked, and nothing else may be. */
export const PERSONAL: Labelled[] = data.personal;
/** Nothing here may be masked. */
export const PLAIN: Labelled[] = data.plain;

const MARK = /‹([A-Z]+) ([^›]*)›/g;

/** A labelled text as it is sent, and the pieces of it that must be found. */
export function unlabel(text: string): { text: string; wanted: { start: number; end: number; kind: string }[] } {
  const wanted: { start: number; end: number; kind: string }[] = [];
  let plain = '';
  let from = 0;
  for (const { 0: whole, 1: kind = '', 2: words = '', index } of text.matchAll(MARK)) {
    plain += text.slice(from, index);
    wanted.push({ start: plain.length, end: plain.length + words.length, kind });
    plain += words;
    from = index + whole.length;
  }
  return { text: plain + text.slice(from), wanted };
}
