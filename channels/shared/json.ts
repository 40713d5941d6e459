/** Reading unknown JSON without trusting its shape. */
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';

export function object(value: Json | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** Text of a string or number (platforms write ids as either); undefined otherwise. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** An id: as `text`, but an empty one is none. */
export function idOf(value: Json | undefined): string | undefined {
  return text(value) || undefined;
}

export function number(value: Json | undefined): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** Why a call that somebody made by hand is refused: a field that must be a text is there and is none. Platforms never write that. */
export function wrongText(fields: Record<string, Json | undefined>): string | undefined {
  const wrong = Object.entries(fields).find(
    ([, value]) => value !== undefined && value !== null && text(value) === undefined,
  );
  return wrong && `The field "${wrong[0]}" must be a text.`;
}

/** A platform's time, told in seconds or milliseconds, as UTC milliseconds; undefined where it is none. */
export function instant(value: Json | undefined): number | undefined {
  const read = number(value);
  if (read === undefined || read <= 0) return undefined;
  // Seconds reach this in the year 5138, milliseconds passed it in 1973.
  const ms = Math.round(read < 1e11 ? read * 1_000 : read);
  return ms <= 8.64e15 ? ms : undefined;
}

/** A platform's JSON answer; undefined where it is none (an HTML error page). */
export function parseJson(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}
