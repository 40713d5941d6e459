/** What a model wrote as arguments, made safe: parsed, bounded, without phones, keys, and names that reach into objects. Pure. */
import { isObject } from '../model/json.ts';
import type { Json, JsonObject } from '../model.ts';
import { isPhoneKey } from '../privacy/phone-keys.ts';

const MAX_LENGTH = 16_384;
const MAX_DEPTH = 12;
/** Names that lead from an object to its class. */
const UNSAFE = new Set(['__proto__', 'constructor', 'prototype']);

/** A refusal in words for the model; repeats nothing that it wrote. */
export class ArgumentsError extends Error {}

export interface Cleaning {
  /** Takes phones, and what has the shape of a key or a password, out of a text; the rest stays. */
  strip(text: string): string;
  /** Puts the customer's values back where the model wrote our stand-ins for them. */
  restore?(text: string): string;
}

/** @throws ArgumentsError for what is no JSON object, is too long, or too deep. */
export function parseArguments(text: string): JsonObject {
  if (text.length > MAX_LENGTH) throw new ArgumentsError(`The arguments are longer than ${MAX_LENGTH} characters.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.trim() || '{}');
  } catch {
    throw new ArgumentsError('The arguments are not valid JSON.');
  }
  if (!isObject(parsed)) throw new ArgumentsError('The arguments must be a JSON object.');
  return parsed;
}

/**
 * Phones go whatever their place: a phone-like name with all that is below it, a phone used as a name, a phone inside a text; keys go from
 * texts and names as well. A value that was nothing else goes whole, so that a required argument is missing and not a remainder of punctuation.
 * @param exact top-level names whose values are taken as they are: long numbers that the integrator declared to be something else.
 * @param notes top-level names of texts that people of the business read: a number that the customer gave in his words comes back in them; one
 * that the model wrote goes all the same.
 * @throws ArgumentsError
 */
export function cleanArguments(
  args: JsonObject,
  cleaning: Cleaning,
  exact: ReadonlySet<string> = new Set(),
  notes: ReadonlySet<string> = new Set(),
): JsonObject {
  const { restore = same, strip } = cleaning;
  return cleanObject(args, cleaning, 0, (key) => {
    if (exact.has(key)) return { restore, strip: same };
    return notes.has(key) ? { restore: (text) => restore(strip(text)), strip: same } : cleaning;
  });
}

const same = (text: string) => text;

function cleanObject(
  value: JsonObject,
  cleaning: Cleaning,
  depth: number,
  below: (key: string) => Cleaning = () => cleaning,
): JsonObject {
  const kept = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    if (UNSAFE.has(key) || isPhoneKey(key) || cleaning.strip(key) !== key) return [];
    const cleaned = clean(item, below(key), depth + 1);
    return cleaned === undefined ? [] : [[key, cleaned]];
  });
  return Object.fromEntries(kept);
}

function clean(value: Json, cleaning: Cleaning, depth: number): Json | undefined {
  if (depth > MAX_DEPTH) throw new ArgumentsError(`The arguments are nested deeper than ${MAX_DEPTH} levels.`);
  if (typeof value === 'string') return cleanText(value, cleaning);
  if (typeof value === 'number') return cleaning.strip(String(value)) === String(value) ? value : undefined;
  if (Array.isArray(value))
    return value.map((item) => clean(item, cleaning, depth + 1)).filter((item) => item !== undefined);
  return isObject(value) ? cleanObject(value, cleaning, depth) : value;
}

function cleanText(text: string, { strip, restore }: Cleaning): string | undefined {
  const whole = restore ? restore(text) : text;
  const left = strip(whole);
  return left !== whole && !/[\p{L}\p{N}]/u.test(left) ? undefined : left;
}

/** The same text for the same value, however its keys are ordered. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join()}}`;
}

/** The first property of a schema, at any depth, that no argument can ever have: a phone or an unsafe name. Undefined: all can be given. */
export function forbiddenProperty(schema: Json, depth = 0): string | undefined {
  if (depth > 4 * MAX_DEPTH) return undefined;
  if (Array.isArray(schema)) return firstOf(schema, (part) => forbiddenProperty(part, depth + 1));
  if (!isObject(schema)) return undefined;
  const { properties } = schema;
  const wrong = isObject(properties) && Object.keys(properties).find((key) => UNSAFE.has(key) || isPhoneKey(key));
  return wrong || firstOf(Object.values(schema), (part) => forbiddenProperty(part, depth + 1));
}

function firstOf<T>(items: Json[], look: (item: Json) => T | undefined): T | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
