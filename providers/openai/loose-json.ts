/** JSON as models write it: with what Python, Gemma or haste make of it. All in time by the text's length. */
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';

/** What JSON says; undefined where it is none. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const PYTHON: Record<string, Json> = { True: true, False: false, None: null };

/** One value as Python or a tag has it: another word is a text. */
export function literal(text: string): Json {
  if (Object.hasOwn(PYTHON, text)) return PYTHON[text]!;
  const quoted = /^'([\s\S]*)'$/.exec(text);
  if (quoted) return quoted[1]!.replace(/\\(['\\])/g, '$1');
  return parsed(text) ?? text;
}

/** JSON with other quotes, keys without any, Python's words, a comma too many, or line breaks inside texts. */
export function loosely(text: string): Json | undefined {
  return parsed(text) ?? parsed(repaired(text.replace(/<escape>|<\|"\|>/g, '"')));
}

/** A text in double quotes, one in single quotes up to a quote that something follows or the end (looked for once), a word, a comma behind which all ends. */
const TOKEN =
  /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S]|'(?!\s{0,20}(?:[,:}\]]|$)))*)(?:'|$)|([A-Za-z_][\w-]*)(\s{0,9}:)?|,(?=\s{0,20}[}\]])/g;

function repaired(text: string): string {
  return text.replace(TOKEN, (all, double?: string, single?: string, word?: string, colon?: string) => {
    if (double !== undefined) return `"${onOneLine(double)}"`;
    if (single !== undefined) return `"${onOneLine(single.replaceAll("\\'", "'").replace(/\\[\s\S]|"/g, escaped))}"`;
    if (word === undefined) return '';
    if (colon) return `"${word}"${colon}`;
    return Object.hasOwn(PYTHON, word) ? String(PYTHON[word]) : all;
  });
}

const escaped = (piece: string) => (piece === '"' ? '\\"' : piece);
const onOneLine = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON takes none of them inside a text.
  text.replace(/[\u0000-\u001f]/g, (control) => JSON.stringify(control).slice(1, -1));

/** Arguments as an object's JSON, where they are one in other dress: written twice, in a fence, or loosely; `{}` of nothing. */
export function objectText(given: string): string {
  const value = given.trim() ? parsed(given) : null;
  if (isObject(value)) return given;
  if (value === null) return '{}';
  const inner = typeof value === 'string' ? loosely(value) : value;
  const [first] = inner === undefined ? jsonIn(given) : [];
  const found = first?.value ?? inner;
  return isObject(found) ? JSON.stringify(found) : given;
}

/** No text has that many calls; bounds the time that a text full of brackets takes. */
const MOST_VALUES = 50;

/** The objects and arrays in a text, the outermost ones. */
export function jsonIn(text: string): { start: number; end: number; value: JsonObject | Json[] }[] {
  const found: { start: number; end: number; value: JsonObject | Json[] }[] = [];
  let tries = 0;
  for (let start = text.search(/[[{]/); start >= 0 && tries < MOST_VALUES; tries++) {
    const end = endOfValue(text, start);
    const value = end === undefined ? undefined : loosely(text.slice(start, end));
    const next = value === undefined ? start + 1 : end!;
    if (value !== undefined) found.push({ start, end: end!, value: value as JsonObject | Json[] });
    const more = text.slice(next).search(/[[{]/);
    start = more < 0 ? -1 : next + more;
  }
  return found;
}

/** Where the bracket at `start` is closed. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!;
    if (inString) {
      if (letter === '\\') at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') depth++;
    else if ((letter === '}' || letter === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}
