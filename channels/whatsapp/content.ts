/** What one WhatsApp message holds, whichever way it travelled: inbound, echo, or the new form of an edited one. */
import type { Json, JsonObject, Media, MediaKind } from '../../core/model.ts';
import { idOf, list, object, parseJson, text } from '../shared/json.ts';
import { anyWords, cardWords, fieldLines, joined, unreadable } from '../shared/words.ts';

const FILES: readonly MediaKind[] = ['image', 'video', 'audio', 'document', 'sticker'];

/** In hand-made calls the type may be missing; then what is there tells it. */
export function typeOf(message: JsonObject): string {
  return idOf(message.type) ?? (message.text === undefined ? 'unknown' : 'text');
}

/** Told by the platform, not said by a person. */
const WORDLESS = new Set(['system', 'reaction', 'errors', 'request_welcome', 'edit', 'revoke']);

export function contentOf(message: JsonObject, type: string): { text: string; media: Media[] } {
  if (type === 'text') return { text: text(object(message.text)?.body) ?? '', media: [] };
  if (type === 'location') {
    const place = object(message.location);
    return { text: joined([place?.name, place?.address]), media: data('location', message.location) };
  }
  if (type === 'contacts') {
    const cards = list(message.contacts).map((card) => object(card) ?? {});
    const words = cards.map(({ name, phones, emails }) => cardWords(nameOf(name), phones, emails));
    return { text: joined(words, '\n'), media: cards.flatMap((card) => data('contact', card)) };
  }
  if (type === 'interactive') return { text: interactiveWords(object(message.interactive)), media: [] };
  // The API cannot show it; who sent it waits for an answer all the same.
  if (type === 'unsupported') return { text: '', media: [unreadable(text(object(message.unsupported)?.type))] };
  if (type === 'order') return { text: cart(object(message.order)), media: [] };
  const kind = FILES.find((name) => name === type);
  const file = kind && object(message[kind]);
  if (!kind || !file) return { text: WORDLESS.has(type) ? '' : anyWords(object(message[type])), media: [] };
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

function nameOf(name: Json | undefined): string | undefined {
  const parts = object(name);
  return text(parts?.formatted_name) || joined([parts?.first_name, parts?.last_name], ' ');
}

/** A form's answer is JSON in a text: longer than what a person fills in it is not read, for it costs more than its bytes say. */
const LONGEST_FORM = 32 * 1024;

/** A filled form (a "flow" or an address); of what the business itself sends with buttons, its text. */
function interactiveWords(interactive: JsonObject | undefined): string {
  const form = object(interactive?.nfm_reply);
  if (form) {
    const written = text(form.response_json) ?? '';
    const filled = object(form.response_json) ?? (written.length <= LONGEST_FORM ? parseJson(written) : undefined);
    return fieldLines(filled) || text(form.body) || text(form.name) || '';
  }
  const kind = text(interactive?.type);
  return anyWords(object(interactive?.body)) || anyWords(kind ? object(interactive?.[kind]) : undefined);
}

/** A cart from the catalogue: what was typed with it, then a line an article. */
function cart(order: JsonObject | undefined): string {
  const articles = list(order?.product_items).map((item) => {
    const { quantity, product_retailer_id, item_price, currency } = object(item) ?? {};
    const price = joined([item_price, currency], ' ');
    return `${text(quantity) ?? '1'} × ${text(product_retailer_id) ?? '?'}${price && ` (${price})`}`;
  });
  return [text(order?.text)?.trim(), ...articles].filter(Boolean).join('\n');
}

function data(kind: MediaKind, value: Json | undefined): Media[] {
  const found = object(value);
  return found ? [{ kind, data: found }] : [];
}
