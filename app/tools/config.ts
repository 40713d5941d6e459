/** What tool nodes keep as text, read. */
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';

/** A JSON Schema of an object; empty: no parameters. @throws DragomanError TOOL_INVALID */
export function parametersFrom(text: string): JsonObject {
  if (!text.trim()) return { type: 'object', properties: {} };
  const schema = jsonFrom(text, 'parameters');
  if (!isObject(schema)) throw invalid('Its parameters are no JSON Schema of an object.');
  return schema;
}

/** Arguments as a JSON object; empty: none. @throws DragomanError TOOL_INVALID */
export function argumentsFrom(text: string): JsonObject {
  if (!text.trim()) return {};
  const given = jsonFrom(text, 'fixed arguments');
  if (!isObject(given)) throw invalid('Its fixed arguments are no JSON object.');
  return given;
}

/** A JSON value; undefined where the text is empty. @throws DragomanError TOOL_INVALID */
export function templateFrom(text: string): Json | undefined {
  return text.trim() ? jsonFrom(text, 'body') : undefined;
}

/** Lines of `Name: value`. @throws DragomanError TOOL_INVALID */
export function headersFrom(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim());
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
      if (!name) throw invalid('A line of its headers is not "Name: value".');
      return [name, value!];
    }),
  );
}

function jsonFrom(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(`Its ${what} are not valid JSON.`);
  }
}

const invalid = (message: string) => new DragomanError('TOOL_INVALID', message, 'Correct it in the node and deploy.');
