/** What all stand-in platforms stand on: their surroundings, and how they read bodies that may be anything. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { Ids } from '../ids.ts';
import type { Template } from '../types.ts';

/** What a platform needs from the simulator. */
export interface Context {
  /** UTC milliseconds. */
  now(): number;
  ids: Ids;
  /** Types of the files that customers sent, by id. */
  files: Map<string, string>;
  /** WhatsApp's, by name and language; while there is none, each that is named is taken. */
  templates: Map<string, Template>;
}

/** How many messages or people a platform remembers. */
const REMEMBERED = 20_000;

/** `map.set`, which makes the map forget its oldest entry when it is full. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** The object at `value`, or an empty one: for reading bodies that may be anything. */
export const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
/** Text or number as text; undefined for anything else. */
export const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
