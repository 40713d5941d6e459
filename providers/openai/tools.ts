/** What a model may call, and its calls run: each gets exactly one result, whatever happens. */
import { isObject } from '../../core/model/json.ts';
import type { Json } from '../../core/model.ts';
import type { AnswerRequest, MadeCall, ToolCall } from '../../core/ports.ts';
import type { CallItem } from './items.ts';

/** Part of the time left that a tool may take, so that the model can still say something about it. */
const TOOL_SHARE = 0.6;

/** Keywords that a strict schema may have. */
const STRICT_KEYWORDS = new Set([
  'type',
  'description',
  'enum',
  'properties',
  'required',
  'additionalProperties',
  'items',
]);

/** Whether a server can hold a model to the schema: every property required, nothing else allowed, at any depth. */
export function isStrict(schema: Json | undefined): boolean {
  if (!isObject(schema) || !Object.keys(schema).every((keyword) => STRICT_KEYWORDS.has(keyword))) return false;
  const { type, properties, required, additionalProperties, items } = schema;
  if (type === 'array') return isStrict(items);
  if (type !== 'object') return typeof type === 'string';
  if (!isObject(properties) || additionalProperties !== false || !Array.isArray(required)) return false;
  const names = Object.keys(properties);
  return names.every((name) => required.includes(name)) && names.every((name) => isStrict(properties[name]));
}

const problem = (error: string, advice?: string) => JSON.stringify(advice ? { error, advice } : { error });

/** What the model is told of a call of an earlier attempt that was not over when the attempt ended. */
export const UNKNOWN_RESULT: string = problem('result_unknown', 'It may have taken effect. Do not repeat it.');

/**
 * Runs all calls of one answer at once; adds them to `request.calls`. Never rejects.
 * @param msLeft for the rest of the whole answer.
 */
export function runCalls(request: AnswerRequest, calls: CallItem[], msLeft: number): Promise<MadeCall[]> {
  const distinct = new Map(calls.map((item) => [item.call.id, item]));
  return Promise.all(
    Array.from(distinct.values(), async ({ call, extra }) => {
      const made: MadeCall = { call, result: null, ...(extra === undefined ? {} : { extra }) };
      request.calls?.push(made);
      made.result = await resultOf(request, call, msLeft * TOOL_SHARE);
      return made;
    }),
  );
}

async function resultOf({ tools, callTool }: AnswerRequest, call: ToolCall, limitMs: number): Promise<string> {
  if (!callTool || !tools?.some(({ name }) => name === call.name)) return problem('unknown_tool');
  const given = call.arguments.trim() || '{}';
  try {
    if (!isObject(JSON.parse(given))) return problem('arguments_are_no_object');
  } catch {
    return problem('arguments_are_no_json');
  }
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(problem('timeout', 'It may still take effect. Do not repeat it.')), limitMs);
  try {
    return await Promise.race([late, callTool({ ...call, arguments: given })]);
  } catch {
    return problem('failed');
  } finally {
    clearTimeout(timer);
  }
}
