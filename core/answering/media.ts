/** Media in words, for a model that cannot open them. */
import { isObject } from '../model/json.ts';
import type { Json, Media, MediaKind } from '../model.ts';

const NAMES: Record<MediaKind, string> = {
  image: 'photo',
  audio: 'audio',
  voice: 'voice message',
  video: 'video',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  contact: 'contact card',
};

/** The words by which kinds of media are told. */
export const MEDIA_WORDS: readonly string[] = Object.values(NAMES);

const LONGEST_NAME = 80;

/** A voice note whose words are said needs no telling; the others are told such as `[photo]`, `[document "prices.pdf"]` or `[location "Plaza Mayor", near 40.42, -3.71]`. */
export function toldOf({ kind, name, data, heard }: Media): string {
  if (heard) return '';
  const details = kind === 'location' ? placeOf(data) : kind === 'contact' ? [] : [quoted(name)];
  return `[${[NAMES[kind], details.filter(Boolean).join(', ')].filter(Boolean).join(' ')}]`;
}

/** Its name and address; the coordinates to about a kilometre, which is enough for "which shop is near me". */
function placeOf(data: Json | undefined): string[] {
  const place = recordOf(data);
  const venue = recordOf(place.venue);
  const [latitude, longitude] = [
    [place.latitude, place.degreesLatitude],
    [place.longitude, place.degreesLongitude],
  ].map((values) => values.map(numberOf).find((value) => value !== undefined));
  return [
    quoted(place.name ?? venue.title),
    quoted(place.address ?? venue.address),
    latitude === undefined || longitude === undefined ? '' : `near ${latitude.toFixed(2)}, ${longitude.toFixed(2)}`,
  ];
}

/** A name that somebody chose; it must not be able to close the brackets. */
function quoted(name: Json | undefined): string {
  if (typeof name !== 'string') return '';
  const plain = name.replace(/[\s\p{C}"[\]<>]+/gu, ' ').trim();
  return plain && `"${plain.slice(0, LONGEST_NAME).toWellFormed()}"`;
}

const recordOf = (value: Json | undefined) => (isObject(value) ? value : {});

const numberOf = (value: Json | undefined) => {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};
