/** `msg.payload` as something to say. */
import { DragomanError } from '../../core/errors.ts';
import type { Outgoing } from '../../core/ports.ts';

const MEDIA_KINDS = ['image', 'audio', 'video', 'document'] as const;

/**
 * @param payload a text, a number, or `{ text, buttons?, media? }`. Buttons may be plain titles.
 * @throws DragomanError BAD_REQUEST when there is nothing in it that can be said.
 */
export function outgoing(payload: unknown): Outgoing {
  if (typeof payload === 'number' || typeof payload === 'boolean') return { text: String(payload) };
  if (typeof payload === 'string') return checked({ text: payload });
  if (payload === null || typeof payload !== 'object') return checked({ text: '' });
  const { text, buttons, media } = payload as Record<string, unknown>;
  return checked({
    text: typeof text === 'string' ? text : '',
    buttons: Array.isArray(buttons) ? buttons.map(button) : undefined,
    media: Array.isArray(media) ? media.map(medium) : undefined,
  });
}

function checked(content: Outgoing): Outgoing {
  if (content.text.trim() || content.media?.length) return content;
  throw new DragomanError(
    'BAD_REQUEST',
    'The payload has nothing to say.',
    'Put a text into msg.payload, or an object with text, buttons or media.',
  );
}

function button(value: unknown): { id: string; title: string } {
  const { id, title } = (typeof value === 'object' && value !== null ? value : { title: value }) as Record<
    string,
    unknown
  >;
  return { id: String(id ?? title), title: String(title ?? id) };
}

function medium(value: unknown): NonNullable<Outgoing['media']>[number] {
  const { kind, url, caption, name } = (value ?? {}) as Record<string, unknown>;
  const known = MEDIA_KINDS.find((candidate) => candidate === kind);
  if (!known || typeof url !== 'string' || !/^https?:\/\//.test(url))
    throw new DragomanError(
      'BAD_REQUEST',
      'A medium needs a kind (image, audio, video, document) and a URL.',
      'Write it as { kind: "image", url: "https://…" }.',
    );
  return {
    kind: known,
    url,
    caption: typeof caption === 'string' ? caption : undefined,
    name: typeof name === 'string' ? name : undefined,
  };
}
