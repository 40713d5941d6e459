/** Calls of tools that a model wrote as text, because its server did not read them: found in every form that open models write. */

import { isObject } from '../../core/model/json.ts';
import type { Json } from '../../core/model.ts';
import { jsonIn, literal, objectText, parsed } from './loose-json.ts';

export interface TextCall {
  name: string;
  /** JSON of an object. */
  arguments: string;
}

const TAG =
  '(?:[a-z]+:)?(?:tool_?calls?|function_?calls?|tool_use|(?:use|execute|call|run|invoke)_(?:mcp_)?tool|tool_code|tools|invoke)';
const OPEN = new RegExp(
  `<${TAG}(?:\\s[^<>]*)?>|<function=[^<>{]*>|<function[=(]\\s?(?=[\\w.-]{1,80}[()]{0,2}\\s{0,9}\\{)|<(?:tool|function)\\sname=[^<>]{1,80}>|<(?:tool|action|function|api_call)>(?=\\s{0,9}(?:[{[]|<name>))|<(?:tool|action)>(?=\\s{0,9}[\\w.-]{1,80}\\s{0,9}</(?:tool|action)>)|<\\|(?:python_tag|tool_calls?|function_calls?|tool_calls?(?:_section)?_(?:begin|start)|START_ACTION|action_start)\\|>|` +
    '<\\|tool_call>|<start_function_call>|✿FUNCTION✿:?|(?<![^\\n])Action:[ \\t]{0,9}(?=[\\w.-]{1,80}\\s{1,9}Action Input:)|^>>>(?!all\\n)(?=[\\w.-]{1,80}\\n\\s{0,9}\\{)|' +
    '<[|｜]tool▁calls?▁begin[|｜]>|\\[TOOL_(?:CALLS?|REQUEST)\\]|(?<![^\\n])call:(?=[\\w.-]{1,80}\\{)|(?<!\\w)functools(?=\\[)|```(?:tool_code|tool_calls?)\\b',
  'i',
);
const CLOSE = new RegExp(
  `</${TAG}>|</(?:function|tool|action|api_call)>|</tool_input>|\\[END_TOOL_REQUEST\\]|<\\|(?:tool_calls?(?:_section)?_end|END_ACTION|action_end|eom_id)\\|>|<[|｜]tool▁calls?▁end[|｜]>|<tool_call\\|>|<end_function_call>`,
  'gi',
);
/** What a model that waits for nobody makes up as the tool's answer. */
const RESULT =
  /<\|?tool_(?:response|result|output)s?>[\s\S]*?(?:<\/tool_(?:response|result|output)s?>|<tool_response\|>|$)|<[|｜]tool▁outputs?▁begin[|｜]>[\s\S]*?(?:<[|｜]tool▁outputs?▁end[|｜]>|$)|\[(TOOL_RESULTS|AVAILABLE_TOOLS|TOOL_CONTENT)\][\s\S]*?(?:\[\/\1\]|$)/gi;

/**
 * The words of a text, and the calls in it that name one of `tools` and have readable arguments; others are dropped. Behind such a call no
 * word counts: the model did not know the result.
 */
export function callsIn(text: string, tools: readonly string[]): { words: string; calls: TextCall[] } {
  // What is looked for at either end expects no blank room there.
  const plain = toolTags(text.replace(RESULT, ''), tools).trim();
  const marked = markedPart(plain);
  const part = marked ?? barePart(plain, tools);
  if (!part) return { words: plain, calls: [] };
  const calls = marked ? readCalls(plain.slice(part.start, part.end), tools) : part.calls;
  const known = calls
    .map(({ name, arguments: given }) => ({ name, arguments: objectText(given) }))
    .filter((call) => tools.includes(call.name) && isObject(parsed(call.arguments)));
  const before = plain.slice(0, part.start).replace(/```\w{0,20}\s{0,9}$/, '');
  return { words: known.length ? before : callsIn(before + plain.slice(part.end), tools).words, calls: known };
}

/** Tags that are called like a tool, in the form that others write. */
const toolTags = (text: string, tools: readonly string[]): string =>
  tools
    .filter((name) => name.length > 2 && text.includes(`<${name}>`))
    .reduce(
      (left, name) => left.replaceAll(`<${name}>`, `<function=${name}>`).replaceAll(`</${name}>`, '</function>'),
      text,
    );

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
    return calls.length ? [{ ...fenced(text, start, end), calls }] : (announced(text, start, end, value, tools) ?? []);
  });
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return brokenPart(text, tools) ?? pythonPart(text, tools);
  const calls = spans.flatMap((span) => span.calls);
  const rest = spans.reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
  const isWritten = calls.some(({ name }) => tools.includes(name)) || isFencedEnd(text, last);
  if (/[\p{L}\p{N}]/u.test(rest) && !isWritten) return undefined;
  return { start: first.start, end: last.end, calls };
}

/** A call in a fence that ends the text, though no such tool is there: an interface that is explained has words behind it, or more in it. */
const isFencedEnd = (text: string, { start, end, calls }: Part): boolean =>
  end === text.length && text.startsWith('```', start) && calls.every(({ name }) => /^[a-z]\w*$/i.test(name));

const LABEL = '(?:\\*\\*)?(?:tool|function|action)(?: ?name| ?call)?:(?:\\*\\*)?\\s{1,9}';
const ANNOUNCED = new RegExp(
  `(?<![^\\n])(?:[@/[]|(?:calling|using|call:?)\\s|${LABEL})?\`?([\\w.-]{1,80}(?::\\d{1,3})?)\`?` +
    '(?:\\s{1,9}(?:with|(?:\\*\\*)?(?:action )?(?:arguments?|args|input|parameters?):?(?:\\*\\*)?)){0,2}:?\\s{0,9}$',
  'i',
);
/** Nothing but a tool's name, behind a label or as no word is spelt. */
const NAME_ALONE = new RegExp(`^["'({[*\`\\s]{0,9}(${LABEL})?\`?([\\w.-]{1,80})["')}*\\]\`.;\\s]{0,9}$`, 'iu');

/** Arguments behind a tool's name that begins the line: `@price {…}`, `[price: {…}]`. */
function announced(text: string, start: number, end: number, value: Json, tools: readonly string[]): Part | undefined {
  const before = isObject(value) ? ANNOUNCED.exec(text.slice(Math.max(0, start - 200), start)) : null;
  const name = before ? plainName(before[1]!) : '';
  if (!before || !tools.includes(name)) return undefined;
  const closes = before[0].startsWith('[') && text[end] === ']';
  const calls = [{ name, arguments: JSON.stringify(value) }];
  return { start: start - before[0].length, end: closes ? end + 1 : end, calls };
}

/** A whole text that wants to be a call and is no JSON, mostly because the last brackets are missing. */
function brokenPart(text: string, tools: readonly string[]): Part | undefined {
  if (!BROKEN.test(text)) return undefined;
  const json = text.slice(text.indexOf('{')).replace(/```$/, '');
  const whole = ['}', '}}'].map((rest) => parsed(json + rest)).find((value) => value !== undefined);
  return { start: 0, end: text.length, calls: whole === undefined ? [] : shapedCalls(whole, tools) };
}

function pythonPart(text: string, tools: readonly string[]): Part | undefined {
  // With words before, only as the last paragraph.
  const start = text.lastIndexOf('\n\n') + 1;
  const last = text.slice(start).trimStart();
  const named = last.length < 200 ? NAME_ALONE.exec(last) : null;
  const name = named ? plainName(named[2]!) : '';
  if (tools.includes(name) && (named?.[1] || name.includes('_')))
    return { start, end: text.length, calls: [{ name, arguments: '{}' }] };
  const calls = pythonCalls(last, tools);
  const alone = () => /^(?:```\w*\s*|tool_code\s+)?(?:\[\s*)?[\w.]{1,80}\([\s\S]*\)(?:\s*\])?(?:\s*```)?$/.test(last);
  return calls.length && alone() ? { start, end: text.length, calls } : undefined;
}

/** The fence around a piece belongs to it, the brackets that a template doubles, and a label in front. */
function fenced(text: string, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to];
  while (text[start - 1] === '{' && text[end] === '}') {
    start--;
    end++;
  }
  const open = /```\w*\s*$/.exec(text.slice(0, start));
  const close = /^\s*```/.exec(text.slice(end));
  if (open && close) [start, end] = [open.index, end + close[0].length];
  // Whatever the tag is called.
  const tag = /<([\w:-]{1,40})>\s{0,9}$/.exec(text.slice(Math.max(0, start - 60), start));
  const closing = tag && new RegExp(`^\\s{0,9}</${tag[1]}>`).exec(text.slice(end, end + 60));
  if (tag) start -= tag[0].length;
  if (closing) end += closing[0].length;
  const label = /(?<![^\n])(?:Action|Tool[ _]?call|Function[ _]?call):\s{0,9}$/i.exec(
    text.slice(Math.max(0, start - 40), start),
  );
  return { start: start - (label?.[0].length ?? 0), end };
}

/** What stands between the marks. */
function readCalls(text: string, tools: readonly string[]): TextCall[] {
  return text.split(/(?=<function[=(\s]|<invoke\b|<tool_call>)/).flatMap((piece) => {
    const call = taggedCall(piece);
    if (call) return [call];
    const calls = namedCalls(piece, tools);
    if (calls.length) return calls;
    const called = pythonCalls(piece, tools);
    return called.length ? called : bareCall(piece, tools);
  });
}

/** Calls as JSON: the name inside, or before the arguments. */
function namedCalls(text: string, tools: readonly string[]): TextCall[] {
  let from = 0;
  return jsonIn(text).flatMap(({ start, end, value }): TextCall[] => {
    const gap = text.slice(from, start);
    from = end;
    const shaped = shapedCalls(value, tools);
    if (shaped.length || !isObject(value)) return shaped;
    const name = gap
      .match(/[\w.-]+/g)
      ?.map(plainName)
      .findLast((word) => tools.includes(word));
    return name ? [{ name, arguments: JSON.stringify(value) }] : [];
  });
}

/** A tool's name and nothing else: it takes no arguments. */
function bareCall(text: string, tools: readonly string[]): TextCall[] {
  const named = /^<(?:function=|(?:function|tool|invoke)\s+name=)["']?([\w.:-]+)["']?>/.exec(text)?.[1];
  const left = text.replace(/<[^<>]{0,80}>|\[\/?[A-Z_]{2,20}\]|[`✿]/g, ' ').trim();
  const name = plainName(left || (named ?? ''));
  return tools.includes(name) ? [{ name, arguments: '{}' }] : [];
}

const PARAMETER =
  /<parameter(?:=|\s+name=)["']?([\w.-]+)["']?[^<>]*>([\s\S]*?)<\/parameter>|<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)<\/arg_value>/g;

/** A call whose arguments are tags. */
function taggedCall(piece: string): TextCall | undefined {
  const name = /<function=([^<>]+)>|\sname=["']([^"']+)["']|<tool_call>\s*([\w.-]+)/.exec(piece);
  const given = Array.from(piece.matchAll(PARAMETER), ([, key, value, other, its]): [string, Json] => [
    (key ?? other ?? '').trim(),
    literal((value ?? its ?? '').trim()),
  ]);
  if (!name || !given.length) return undefined;
  return { name: plainName(name[1] ?? name[2] ?? name[3]!), arguments: JSON.stringify(Object.fromEntries(given)) };
}

const KEYWORD = /(\w+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\{[^}]*\}|[\w.+-]+)/g;

/** `name(key="value", …)` of a tool that there is. */
function pythonCalls(text: string, tools: readonly string[]): TextCall[] {
  return Array.from(
    text.matchAll(/(?<![\w.])([\w.]{1,80})\(((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^()"'])*)\)/g),
    ([, name, given]) => ({ name: plainName(name!), arguments: JSON.stringify(pythonArguments(given!)) }),
  ).filter(({ name }) => tools.includes(name));
}

/** Keywords, or one object of all; a text where they are neither. */
function pythonArguments(given: string): Json {
  // What a failed try costs counts in a text full of calls.
  const whole = given.trimStart().startsWith('{') ? parsed(given) : undefined;
  if (isObject(whole)) return whole;
  const named = Array.from(given.matchAll(KEYWORD), ([, key, value]): [string, Json] => [key!, literal(value!)]);
  // What a value without a name is for, nobody can tell: no arguments would be other ones.
  return named.length || !given.trim() ? Object.fromEntries(named) : given;
}

const NAMES = ['name', 'function', 'function_name', 'tool', 'tool_name', 'action', 'recipient_name'];
/** Those beside which the arguments may stand themselves. */
const NAMED_TOOL = ['function_name', 'tool', 'tool_name', 'recipient_name'];
const ARGUMENTS = ['arguments', 'parameters', 'args', 'input', 'tool_input', 'action_input', 'kwargs'];

const BROKEN = new RegExp(
  `^(?:\`\`\`\\w*\\s*)?(?:\\[\\s*)?\\{(?=[\\s\\S]*["'](?:${NAMES.join('|')})["']\\s*:\\s*["'])(?=[\\s\\S]*["'](?:${ARGUMENTS.join('|')})["']\\s*:)`,
);

/** The calls that a JSON value is. */
function shapedCalls(value: Json, tools: readonly string[]): TextCall[] {
  if (Array.isArray(value)) return value.flatMap((item) => shapedCalls(item, tools));
  if (!isObject(value)) return [];
  const [[only, its] = [], ...others] = Object.entries(value);
  if (only !== undefined && !others.length && tools.includes(only) && isObject(its))
    return [{ name: only, arguments: JSON.stringify(its) }];
  const list = value.tool_calls ?? value.function_calls ?? value.tool_call ?? value.function_call;
  if (typeof list === 'object' && list !== null) return shapedCalls(list, tools);
  if (isObject(value.function)) return shapedCalls(value.function, tools);
  const name = NAMES.map((key) => value[key]).find((word) => typeof word === 'string');
  const key = ARGUMENTS.find((word) => word in value);
  if (typeof name !== 'string') return [];
  if (key !== undefined) return [{ name: plainName(name), arguments: argumentsText(value[key]) }];
  const bare = Object.keys(value).every((word) => NAMES.includes(word) || word === 'id' || word === 'type');
  if (bare) return tools.includes(plainName(name)) ? [{ name: plainName(name), arguments: '{}' }] : [];
  const tool = NAMED_TOOL.find((word) => tools.includes(plainName(String(value[word]))));
  if (tool === undefined) return [];
  const { [tool]: called, ...given } = value;
  return [{ name: plainName(String(called)), arguments: JSON.stringify(given) }];
}

/** Arguments as servers and models give them: a JSON text, the object itself, or nothing. */
export function argumentsText(given: unknown): string {
  if (typeof given === 'string') return given;
  return given === undefined || given === null ? '{}' : JSON.stringify(given);
}

/** ` functions.price:0` is `price`, and so is `price<|channel|>commentary`. */
export const plainName = (name: string): string =>
  name
    .replace(/<\|[\s\S]*$/, '')
    .trim()
    .replace(/\(\)$/, '')
    .replace(/^(?:functions|default_api|tools)\./, '')
    .replace(/:\d+$/, '');
