/** What one message holds. WAHA names no type: what is there tells it. */
import type { Json, JsonObject, Media, MediaKind } from '../../core/model.ts';
import { list, number, object, text } from '../shared/json.ts';
import { cardWords, joined } from '../shared/words.ts';
import { mediaKind, pollWords } from './engine.ts';
import type { MessageId } from './ids.ts';

export interface Content {
  /** For the log: `text`, `image`, `location`, `contacts`, `poll`. */
  type: string;
  text: string;
  media: Media[];
}

export function contentOf(payload: JsonObject, id: MessageId): Content {
  const body = text(payload.body) ?? '';
  const data = object(payload._data);
  const place = object(payload.location);
  // With WEBJS the body of a place or a card is no text.
  if (place) return { type: 'location', text: joined([place.name, place.address]), media: [placeOf(place)] };
  const cards = list(payload.vCards).flatMap((card) => text(card) ?? []);
  if (cards.length > 0) {
    const read = cards.map(cardOf);
    return {
      type: 'contacts',
      text: joined(
        read.map(({ name, phones }) => cardWords(name, phones)),
        '\n',
      ),
      media: read.map((card): Media => ({ kind: 'contact', data: { ...card } })),
    };
  }
  if (payload.hasMedia === true || object(payload.media)) {
    const medium = mediumOf(payload, id, body);
    return { type: medium.kind, text: body, media: [medium] };
  }
  const poll = pollWords(data);
  return poll ? { type: 'poll', text: poll, media: [] } : { type: 'text', text: body, media: [] };
}

/** Coordinates come as text. */
function placeOf({ latitude, longitude, name, address, url }: JsonObject): Media {
  const told = { latitude: number(latitude), longitude: number(longitude), name, address, url };
  const data = Object.entries(told).filter(([, value]) => value !== undefined && value !== null);
  return { kind: 'location', data: Object.fromEntries(data) as Json };
}

/** A file that WAHA has on its disk, or one that it must be asked to fetch: not downloaded, or it failed. */
function mediumOf(payload: JsonObject, { whole }: MessageId, body: string): Media {
  const file = object(payload.media);
  const mime = text(file?.mimetype);
  return {
    kind: mediaKind(object(payload._data)) ?? kindOf(mime),
    ref: filePath(file?.url) ?? whole,
    mime,
    name: text(file?.filename),
    caption: body || undefined,
  };
}

function kindOf(mime = ''): MediaKind {
  if (mime.startsWith('image/')) return mime === 'image/webp' ? 'sticker' : 'image';
  if (mime.startsWith('video/')) return 'video';
  if (mime.startsWith('audio/')) return mime.startsWith('audio/ogg') ? 'voice' : 'audio';
  return 'document';
}

/** WAHA names itself by an address that is right on its own machine only, so what counts is the path. */
export function filePath(url: Json | undefined): string | undefined {
  const address = text(url);
  if (!address || !URL.canParse(address)) return undefined;
  const { pathname } = new URL(address);
  const at = pathname.indexOf('/api/files/');
  return at < 0 ? undefined : pathname.slice(at);
}

function cardOf(vcard: string): { name: string; phones: string[] } {
  const lines = vcard.split(/\r?\n/);
  const values = (key: RegExp) =>
    lines.filter((line) => key.test(line)).map((line) => line.slice(line.indexOf(':') + 1));
  return {
    name: values(/^FN[;:]/i)[0]?.trim() ?? '',
    phones: values(/^(?:[\w-]{1,20}\.)?TEL[;:]/i).map((one) => one.trim()),
  };
}
