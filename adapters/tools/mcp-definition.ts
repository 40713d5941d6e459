/** What an MCP server says of its tools and answers with, as our gate wants it. All of it is a stranger's. */
import { createHash } from 'node:crypto';
import type { CallToolResult, Tool as McpTool } from '@modelcontextprotocol/client';
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import { canonical } from '../../core/tool-gate/arguments.ts';

/** Of description and schema together. */
const MAX_LENGTH = 32_768;

/** One tool of a server. */
export interface Definition {
  name: string;
  /** For the model. */
  description: string;
  /** As the server has it; see `shownSchema`. */
  schema: JsonObject;
  /** The server says that it changes nothing; nobody has checked that. */
  readOnly: boolean;
  /** Another one when name, description or schema are others. */
  pin: string;
}

/** @throws DragomanError TOOL_INVALID for one that is too large to be shown to a model. */
export function definitionOf(tool: McpTool): Definition {
  const schema = tool.inputSchema as JsonObject;
  const described = canonical([tool.name, tool.description ?? null, schema]);
  if (described.length > MAX_LENGTH)
    throw new DragomanError(
      'TOOL_INVALID',
      `A tool of the MCP server is described in more than ${MAX_LENGTH} characters.`,
      'Shorten it on its server.',
    );
  return {
    name: tool.name,
    description: tool.description?.trim() || tool.title?.trim() || tool.name,
    schema,
    readOnly: tool.annotations?.readOnlyHint === true,
    pin: createHash('sha256').update(described).digest('base64url'),
  };
}

/** The name by which a model calls it: at most 64 of the letters that endpoints allow. */
export const shownName = (prefix: string, name: string): string =>
  `${prefix}__${name.replace(/[^A-Za-z0-9_-]+/g, '_')}`.slice(0, 64);

/** The parameters that a schema names at its top. */
export const parametersOf = ({ properties }: JsonObject): string[] =>
  Object.keys(isObject(properties) ? properties : {});

/**
 * The schema without some parameters, without our own words, which would let phones through, and without regular expressions: a server
 * could write one that never ends. It checks them itself.
 */
export function shownSchema(schema: JsonObject, hidden: readonly string[]): JsonObject {
  const { properties, required, ...rest } = withoutForeign(schema) as JsonObject;
  const shown = Object.entries(isObject(properties) ? properties : {}).filter(([name]) => !hidden.includes(name));
  const wanted = Array.isArray(required) ? required.filter((name) => !hidden.includes(String(name))) : [];
  return { ...rest, properties: Object.fromEntries(shown), ...(wanted.length > 0 && { required: wanted }) };
}

/** What a schema of a stranger may not say here. */
const FOREIGN = ['pattern', 'patternProperties', 'x-exact', 'x-note', '$schema', '$id'];
/** Below these stand names and not words of a schema; below those, values. */
const NAMES = ['properties', '$defs', 'definitions', 'dependentSchemas'];
const VALUES = ['enum', 'const', 'default', 'examples', 'required'];

function withoutForeign(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutForeign);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([word]) => !FOREIGN.includes(word));
  return Object.fromEntries(
    kept.map(([word, value]): [string, Json] => {
      if (VALUES.includes(word)) return [word, value];
      if (!NAMES.includes(word) || !isObject(value)) return [word, withoutForeign(value)];
      return [word, Object.fromEntries(Object.entries(value).map(([name, of]) => [name, withoutForeign(of)]))];
    }),
  );
}

/**
 * What the model is told: the structured content where there is some, else the texts, with a word for what is none. A server's own error is
 * an answer too: it tells what it did not like, and the same call is not made again.
 */
export function resultOf({ content, structuredContent, isError }: CallToolResult): Json {
  const text = content.map(wordsOf).join('\n');
  if (isError) return { error: text || 'The tool failed.' };
  return structuredContent === undefined ? text : (structuredContent as Json);
}

function wordsOf(part: CallToolResult['content'][number]): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'resource') return `[resource ${part.resource.uri}]`;
  if (part.type === 'resource_link') return `[resource ${part.uri}]`;
  return `[${part.type} ${part.mimeType}]`;
}
