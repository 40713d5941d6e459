/** What a flow says → what is said. Buttons become words, and nobody sees a picture in a call: its caption and its name are told. */
import type { Outgoing } from '../../core/ports.ts';
import { optionLines, optionsOf } from '../shared/buttons.ts';
import { readMarkdown } from '../shared/markdown.ts';
import { split } from '../shared/text.ts';

/** One request to say something. */
export interface Saying {
  /** As it is read, without marks. */
  text: string;
  /** What of it stands behind the reply's own words: captions, and buttons as lines. */
  more?: string;
}

/** @param limit UTF-16 units of one part. */
export function render({ text, buttons, media = [] }: Outgoing, limit: number): Saying[] {
  const told = media.map(({ caption, name = '' }) => (caption === undefined ? name : readMarkdown(caption)));
  const more = [...told, optionLines(optionsOf(buttons))].filter((part) => part.trim()).join('\n');
  const words = [readMarkdown(text), more].filter((part) => part.trim()).join('\n');
  const parts = split(words, limit).filter((part) => part.trim());
  return parts.length === 1 && more ? [{ text: parts[0]!, more }] : parts.map((part) => ({ text: part }));
}
