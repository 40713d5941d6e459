/** What a flow says → what is said. Buttons become words, and nobody sees a picture in a call: its caption and its name are told. */
import type { Json } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { optionLines, optionsOf } from '../shared/buttons.ts';
import { readMarkdown } from '../shared/markdown.ts';
import { split } from '../shared/text.ts';

/** @param limit UTF-16 units of one part. */
export function render({ text, buttons, media = [] }: Outgoing, limit: number): Json[] {
  const told = media.map(({ caption, name = '' }) => (caption ? readMarkdown(caption) : name));
  const words = [readMarkdown(text), ...told, optionLines(optionsOf(buttons))].filter((part) => part.trim());
  return split(words.join('\n'), limit).map((part) => ({ text: part }));
}
