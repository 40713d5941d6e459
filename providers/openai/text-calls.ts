/** Calls of tools that a model wrote as text, because its server did not read them: found in every form that open models write. */

import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';

export interface TextCall {
  name: string;
  /** JSON of an object. */
  arguments: string;
}

const TAG = '(?:[a-z]+:)?(?:tool_?calls?|function_?calls?|tool_use|use_tool|tool_code|tools|invoke)';
const OPEN = new RegExp(
  `<${TAG}(?:\\s[^<>]*)?>|<function=[^<>]*>|<\\|(?:python_tag|tool_calls?|tool_calls?(?:_section)?_(?:begin|start)|START_ACTION|action_start)\\|>|` +
    '<\\|tool_call>|<start_function_call>|✿FUNCTION✿:?|(?<![^\\n])Action:[ \\t]{0,9}(?=[\\w.-]{1,80}\\s{1,9}Action Input:)|^>>>(?!all\\n)(?=[\\w.-]{1,80}\\n\\s{0,9}\\{)|' +
    '<｜tool▁calls?▁begin｜>|\\[TOOL_CALLS?\\]|(?<!\\w)functools(?=\\[)|```(?:tool_code|tool_calls?)\\b',
  'i',
);
const CLOSE = new RegExp(
  `</${TAG}>|</function>|<\\|(?:tool_calls?(?:_section)?_end|END_ACTION|action_end|eom_id)\\|>|<｜tool▁calls?▁end｜>|<tool_call\\|>|<end_function_call>`,
  'gi',
);
/** What a model that waits for nobody makes up as the tool's answer. */
const RESULT = /<tool_(?:response|result|output)s?>[\s\S]*?(?:<\/tool_(?:response|result|output)s?>|$)/gi;

/**
 * The words of a text, and the calls in it that name one of `tools` and have readable arguments; others are dropped. Behind such a call no
 * word counts: the model did not know the result.
 */
export function callsIn(text: string, tools: readonly string[]): { words: string; calls: TextCall[] } {
  // What is looked for at either end expects no blank room there.
  const plain = text.replace(RESULT, '').trim();
  const marked = markedPart(plain);
  const part = marked ?? barePart(plain, tools);
  if (!part) return { words: plain, calls: [] };
  const calls = marked ? readCalls(plain.slice(part.start, part.end), tools) : part.calls;
  const known = calls.filter((call) => tools.includes(call.name) && isObject(parsed(call.arguments)));
  const before = plain.slice(0, part.start).replace(/```\w{0,20}\s{0,9}$/, '');
  return { words: known.length ? before : callsIn(before + plain.slice(part.end), tools).words, calls: known };
}

interface Part {
  start: number;
  end: number;
  calls: TextCall[];
}

/** From the first mark of a call to the last. */
function markedPart(text: string): Part | undefined {
  const open = OPEN.exec(text);
  if (!open) return undefined;
  const from = open.index + open[0].length;
  const close = [...text.slice(from).matchAll(open[0].startsWith('`') ? /```/g : CLOSE)].at(-1);
  return { start: open.index, end: close ? from + close.index + close[0].length : text.length, calls: [] };
}

/** Calls as bare JSON, also fenced, or as a line of Python: in the middle of words only where they name one of `tools`. */
function barePart(text: string, tools: readonly string[]): Part | undefined {
  const spans = jsonIn(text).flatMap(({ start, end, value }) => {
    const calls = shapedCalls(value, tools);
    return calls.length ? [{ ...fenced(text, start, end), calls }] : [];
  });
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return brokenPart(text) ?? pythonPart(text, tools);
  const calls = spans.flatMap((span) => span.calls);
  const rest = spans.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
  if (/[\p{L}\p{N}]/u.test(rest) && !calls.some(({ name }) => tools.includes(name))) return undefined;
  return { start: first.start, end: last.end, calls };
}

/** A whole text that wants to be a call and is no JSON, mostly because the last brackets are missing. */
function brokenPart(text: string): Part | undefined {
  if (!BROKEN.test(text)) return undefined;
  const json = text.slice(text.indexOf('{')).replace(/```$/, '');
  const whole = ['}', '}}'].map((rest) => parsed(json + rest)).find((value) => value !== undefined);
  return { start: 0, end: text.length, calls: whole === undefined ? [] : shapedCalls(whole) };
}

function pythonPart(text: string, tools: readonly string[]): Part | undefined {
  const calls = pythonCalls(text, tools);
  const alone = () => /^(?:```\w*\s*)?(?:\[\s*)?[\w.]{1,80}\([\s\S]*\)(?:\s*\])?(?:\s*```)?$/.test(text);
  return calls.length && alone() ? { start: 0, end: text.length, calls } : undefined;
}

/** The fence around a piece belongs to it. */
function fenced(text: string, start: number, end: number): { start: number; end: number } {
  const open = /```\w*\s*$/.exec(text.slice(0, start));
  const close = /^\s*```/.exec(text.slice(end));
  return open && close ? { start: open.index, end: end + close[0].length } : { start, end };
}

/** What stands between the marks. */
function readCalls(text: string, tools: readonly string[]): TextCall[] {
  const tagged = taggedCalls(text);
  if (tagged.length) return tagged;
  let from = 0;
  const calls = jsonIn(text).flatMap(({ start, end, value }): TextCall[] => {
    const gap = text.slice(from, start);
    from = end;
    const shaped = shapedCalls(value);
    if (shaped.length || !isObject(value)) return shaped;
    // The name stands before the arguments.
    const name = gap
      .match(/[\w.-]+/g)
      ?.map(plainName)
      .findLast((word) => tools.includes(word));
    return name ? [{ name, arguments: JSON.stringify(value) }] : [];
  });
  return calls.length ? calls : pythonCalls(text, tools);
}

const PARAMETER =
  /<parameter(?:=|\s+name=)["']?([\w.-]+)["']?[^<>]*>([\s\S]*?)<\/parameter>|<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)<\/arg_value>/g;

/** Calls whose arguments are tags. */
function taggedCalls(text: string): TextCall[] {
  return text.split(/(?=<function=|<invoke\b|<tool_call>)/).flatMap((piece) => {
    const name = /<function=([^<>]+)>|\sname=["']([^"']+)["']|<tool_call>\s*([\w.-]+)/.exec(piece);
    const given = Array.from(piece.matchAll(PARAMETER), ([, key, value, other, its]): [string, Json] => [
      (key ?? other ?? '').trim(),
      literal((value ?? its ?? '').trim()),
    ]);
    if (!name || !given.length) return [];
    return [{ name: plainName(name[1] ?? name[2] ?? name[3]!), arguments: JSON.stringify(Object.fromEntries(given)) }];
  });
}

const KEYWORD = /(\w+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\{[^}]*\}|[\w.+-]+)/g;

/** `name(key="value", …)` of a tool that there is. */
function pythonCalls(text: string, tools: readonly string[]): TextCall[] {
  return Array.from(
    text.matchAll(/(?<![\w.])([\w.]{1,80})\(((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^()"'])*)\)/g),
    ([, name, given]) => ({ name: plainName(name!), arguments: JSON.stringify(pythonArguments(given!)) }),
  ).filter(({ name }) => tools.includes(name));
}

/** Keywords, or one object of all. */
function pythonArguments(given: string): Json {
  // What a failed try costs counts in a text full of calls.
  const whole = given.trimStart().startsWith('{') ? parsed(given) : undefined;
  if (isObject(whole)) return whole;
  return Object.fromEntries(Array.from(given.matchAll(KEYWORD), ([, key, value]) => [key!, literal(value!)]));
}

const PYTHON: Record<string, Json> = { True: true, False: false, None: null };

function literal(text: string): Json {
  if (text in PYTHON) return PYTHON[text]!;
  const quoted = /^'([\s\S]*)'$/.exec(text);
  if (quoted) return quoted[1]!.replace(/\\(['\\])/g, '$1');
  return parsed(text) ?? text;
}

const NAMES = ['name', 'function', 'function_name', 'tool', 'tool_name', 'action', 'recipient_name'];
const ARGUMENTS = ['arguments', 'parameters', 'args', 'input', 'tool_input', 'action_input', 'kwargs'];

const BROKEN = new RegExp(
  `^(?:\`\`\`\\w*\\s*)?(?:\\[\\s*)?\\{(?=[\\s\\S]*["'](?:${NAMES.join('|')})["']\\s*:\\s*["'])(?=[\\s\\S]*["'](?:${ARGUMENTS.join('|')})["']\\s*:)`,
);

/** The calls that a JSON value is. */
function shapedCalls(value: Json, tools: readonly string[] = []): TextCall[] {
  if (Array.isArray(value)) return value.flatMap((item) => shapedCalls(item, tools));
  if (!isObject(value)) return [];
  const [[only, its] = [], ...others] = Object.entries(value);
  if (only !== undefined && !others.length && tools.includes(only) && isObject(its))
    return [{ name: only, arguments: JSON.stringify(its) }];
  const list = value.tool_calls ?? value.function_calls ?? value.tool_call ?? value.function_call;
  if (typeof list === 'object' && list !== null) return shapedCalls(list);
  if (isObject(value.function)) return shapedCalls(value.function);
  const name = NAMES.map((key) => value[key]).find((word) => typeof word === 'string');
  const key = ARGUMENTS.find((word) => word in value);
  if (typeof name !== 'string' || key === undefined) return [];
  return [{ name: plainName(name), arguments: argumentsText(value[key]) }];
}

/** Arguments as servers and models give them: a JSON text, the object itself, or nothing. */
export function argumentsText(given: unknown): string {
  if (typeof given === 'string') return given;
  return given === undefined || given === null ? '{}' : JSON.stringify(given);
}

/** `functions.price:0` is `price`. */
const plainName = (name: string) =>
  name
    .trim()
    .replace(/^(?:functions|default_api|tools)\./, '')
    .replace(/:\d+$/, '');

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** JSON, or what Python and Gemma make of it: other quotes, keys without any. */
function loosely(text: string): Json | undefined {
  const strict = parsed(text);
  if (strict !== undefined) return strict;
  const quoted = text.replace(/<escape>|<\|"\|>/g, '"');
  const double = quoted.includes('"') ? quoted : quoted.replaceAll("'", '"');
  return parsed(double.replace(/([{,]\s{0,9})([A-Za-z_]\w{0,80})\s{0,9}:/g, '$1"$2":'));
}

/** No text has that many calls; bounds the time that a text full of brackets takes. */
const MOST_VALUES = 50;

/** The objects and arrays in a text, the outermost ones. */
function jsonIn(text: string): { start: number; end: number; value: JsonObject | Json[] }[] {
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
