/** A long Markdown text in portions, each of which the parser reads fast. */
import { ranges } from './text.ts';

/** The parser needs more than linear time for some texts, so it gets a long one in portions: whole blocks, and of one block no more than `BLOCK`. */
const PORTION = 4_000;
const BLOCK = 8_000;

export interface Portion {
  text: string;
  /** What stood between it and the one before. */
  gap: string;
}

/** Whole blocks, fenced ones too, in portions that the parser reads fast. */
export function portions(markdown: string): Portion[] {
  if (markdown.length <= PORTION) return [{ text: markdown, gap: '' }];
  const out: string[] = [];
  let now = '';
  let fence = '';
  for (const block of markdown.split(/(?<=\n[ \t]*\n)(?![ \t]*\n)/)) {
    if (now && !fence && now.length + block.length > PORTION) {
      out.push(now);
      now = '';
    }
    now += block;
    for (const [, mark] of block.matchAll(/^[ \t]*(```|~~~)/gm))
      fence = fence === '' ? mark! : fence === mark ? '' : fence;
  }
  out.push(now);
  return out.flatMap((text) => (text.length <= BLOCK ? [{ text, gap: '\n\n' }] : hard(text)));
}

/** Nobody writes such a block; a fence in it is closed and opened again. */
function hard(block: string): Portion[] {
  let open = false;
  let before = 0;
  return ranges(block, BLOCK).map(([start, end]) => {
    const text = block.slice(start, end);
    const gap = before === 0 ? '\n\n' : block.slice(before, start);
    const head = open ? '```\n' : '';
    const fences = text.match(/^[ \t]*```/gm)?.length ?? 0;
    if (fences % 2 === 1) open = !open;
    before = end;
    return { text: head + text + (open ? '\n```' : ''), gap };
  });
}
