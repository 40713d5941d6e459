/** What one WhatsApp message holds, whichever way it travelled: inbound, echo, or the new form of an edited one. */
import type { Json, JsonObject, Media, MediaKind } from '../../core/model.ts';
import { idOf, list, object, text } from '../shared/json.ts';

const FILES: readonly MediaKind[] = ['image', 'video', 'audio', 'document', 'sticker'];

/** In hand-made calls the type may be missing; then what is there tells it. */
export function typeOf(message: JsonObject): string {
  return idOf(message.type) ?? (message.text === undefined ? 'unknown' : 'text');
}

export function contentOf(message: JsonObject, type: string): { text: string; media: Media[] } {
  if (type === 'text') return { text: text(object(message.text)?.body) ?? '', media: [] };
  if (type === 'location') return { text: '', media: data('location', message.location) };
  if (type === 'contacts') return { text: '', media: list(message.contacts).flatMap((card) => data('contact', card)) };
  const kind = FILES.find((name) => name === type);
  const file = kind && object(message[kind]);
  if (!kind || !file) return { text: '', media: [] };
  const caption = text(file.caption);
  const medium: Media = {
    kind: file.voice === true ? 'voice' : kind,
    ref: idOf(file.id),
    mime: text(file.mime_type),
    name: text(file.filename),
    caption,
  };
  return { text: caption ?? '', media: [medium] };
}

/** A tapped reply button, list row or quick reply of a template. */
export function choiceOf(message: JsonObject, type: string): { id: string; title: string } | undefined {
  const interactive = object(message.interactive);
  const reply =
    type === 'button' ? object(message.button) : (object(interactive?.button_reply) ?? object(interactive?.list_reply));
  const title = idOf(reply?.title) ?? idOf(reply?.text);
  const payload = idOf(reply?.id) ?? idOf(reply?.payload) ?? title;
  return title && payload ? { id: payload, title } : undefined;
}

function data(kind: MediaKind, value: Json | undefined): Media[] {
  const found = object(value);
  return found ? [{ kind, data: found }] : [];
}
