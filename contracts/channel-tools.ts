/** What the channel contract is made with: bodies gone wrong, and what to look for. */
import type { Json, JsonObject } from '../core/model.ts';
import type { Channel, ChannelSettings } from '../core/ports.ts';

/** Names of the account's secrets that stand in a text. */
export function secretsIn(text: string, plugin: Pick<Channel, 'fields'>, settings: ChannelSettings): string[] {
  return Object.entries(plugin.fields)
    .filter(([name, field]) => field.secret && settings[name] && text.includes(settings[name]))
    .map(([name]) => name);
}

/** Survives JSON unchanged. An absent value may be written as `undefined`. */
export function isPlain(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((item) => item !== undefined && isPlain(item));
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/** All texts in it, at whatever depth. */
export function stringsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : [];
}

const WRONG: Json[] = [null, 7, 'constructor', '', [], [null], {}, { id: {} }, false];

/** The body with each of its places in turn left out, or holding something else. */
export function* mutants(body: Json): Generator<Json> {
  for (const path of paths(body)) {
    for (const wrong of WRONG) yield changed(body, path, wrong);
    yield changed(body, path);
  }
}

function* paths(value: Json, at: string[] = []): Generator<string[]> {
  if (at.length > 0) yield at;
  if (value !== null && typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) yield* paths(inner, [...at, key]);
}

function changed(body: Json, path: string[], value?: Json): Json {
  const copy = structuredClone(body);
  const last = path.at(-1)!;
  let place = copy as JsonObject;
  for (const key of path.slice(0, -1)) place = place[key] as JsonObject;
  if (value !== undefined) place[last] = value;
  else if (Array.isArray(place)) place.splice(Number(last), 1);
  else delete place[last];
  return copy;
}
