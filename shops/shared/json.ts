/** Reading unknown JSON without trusting its shape. */
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';

/** An object as it is; an empty one for anything else. */
export const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Text of a string or number; undefined where there is none, or more than `limit` characters. */
export function text(value: Json | undefined, limit: number): string | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written !== '' && written.length <= limit ? written : undefined;
}
