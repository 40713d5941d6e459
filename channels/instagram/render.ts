/** What a flow says → Instagram messages. There is no markup, and a text is counted in bytes. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { choices, optionLines, optionsOf } from '../shared/buttons.ts';
import { readMarkdown } from '../shared/markdown.ts';
import { split } from '../shared/text.ts';

export const TEXT_BYTES = 1_000;
const BUTTONS = 13;
const BUTTON_LIMITS = { title: 20, id: 1_000 };
const ATTACHMENTS = { image: 'image', audio: 'audio', video: 'video', document: 'file' } as const;

/** One message without its recipient. `text` is what the customer reads, and what comes back in the message's echo. */
export interface InstagramPart {
  text: string;
  message: JsonObject;
}

export function render(content: Outgoing): Json[] {
  const parts = (content.media ?? []).flatMap(mediumParts);
  const options = optionsOf(content.buttons);
  // Quick replies are seen in the mobile apps only, hence the options stand in the text as well.
  const words = [readMarkdown(content.text), optionLines(options)].filter(Boolean).join('\n\n');
  parts.push(...textParts(words));
  const last = parts.at(-1);
  if (last && options.length > 0)
    last.message.quick_replies = choices(options.slice(0, BUTTONS), BUTTON_LIMITS).map(quickReply);
  return parts as unknown as Json[];
}

function textParts(words: string): InstagramPart[] {
  return split(words, TEXT_BYTES, 'bytes').map((text) => ({ text, message: { text } }));
}

/** Attachments have no caption; it goes out as a text behind its medium. */
function mediumParts({ kind, url, caption }: NonNullable<Outgoing['media']>[number]): InstagramPart[] {
  const attachment = { type: ATTACHMENTS[kind], payload: { url } };
  return [{ text: '', message: { attachment } }, ...textParts(readMarkdown(caption ?? ''))];
}

function quickReply({ id, title }: { id: string; title: string }): JsonObject {
  return { content_type: 'text', title, payload: id };
}
