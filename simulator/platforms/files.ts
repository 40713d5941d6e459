/** Files that the stand-ins serve: what a customer sent is one of these, whatever its webhook says. */
import type { Answer } from './platform.ts';

/** Two by two pixels. */
const PHOTO = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8DAAMZAwAAAI+oF+0PDCq0AAAAASUVORK5CYII=';

export const sampleOf = (mime: string): Uint8Array =>
  mime.startsWith('image/') ? Buffer.from(PHOTO, 'base64') : Buffer.from('OggS\0\x02 a few words, spoken');

export const fileAnswer = (mime: string): Answer => ({
  status: 200,
  body: {},
  bytes: sampleOf(mime),
  headers: { 'content-type': mime },
});
