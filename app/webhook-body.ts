/** The body of a webhook call before anything is made of it: how much stands in it, and its JSON. */
import type { Json } from '../core/model.ts';

/** Events of one call that nobody signed. Meta puts at most 1,000 updates into one. */
export const MOST_EVENTS = 1_000;
/** Values in it, forty an event: what is read costs time by their number, not by the bytes. */
const MOST_VALUES = 40 * MOST_EVENTS;
const DEEPEST = 1_000;

const [QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('",[\\]{}');
const utf8 = new TextDecoder();

/** Why a body is more than a platform sends, without reading it; undefined where it is not. Takes time by its length alone. */
export function tooMuch(body: Uint8Array): string | undefined {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      for (at++; at < body.length && body[at] !== QUOTE; at++) if (body[at] === BACKSLASH) at++;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values++;
      if (++depth > DEEPEST) return `The body is nested deeper than ${DEEPEST} levels.`;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    else if (byte === COMMA) values++;
    if (values > MOST_VALUES) return `The body holds more than ${MOST_VALUES} values.`;
  }
  return undefined;
}

/** @returns undefined where it is no JSON. */
export function readJson(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(utf8.decode(body)) as Json;
  } catch {
    return undefined;
  }
}
