/** The chosen operations of an OpenAPI 3 document as HTTP tools. References inside the document are followed; others are refused. */
import { createRequire } from 'node:module';
import type { parse } from 'yaml';
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import { isPhoneKey } from '../../core/privacy/phone-keys.ts';
import type { HttpToolSpec } from './http.ts';

export interface Operation {
  /** Its `operationId` made a tool's name. */
  name: string;
  method: HttpToolSpec['method'];
  path: string;
  summary: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** Loaded with the first document: most flows have none, and every start would wait for it. */
const yaml = () => createRequire(import.meta.url)('yaml') as { parse: typeof parse };
/** References that lead to references. */
const MAX_CHAIN = 16;
const MAX_PARTS = 20_000;

/** @param text JSON or YAML. @throws DragomanError TOOL_INVALID */
export function readDocument(text: string): JsonObject {
  let document: unknown;
  try {
    document = yaml().parse(text, { maxAliasCount: 100 });
  } catch {
    throw invalid('the document is neither JSON nor YAML');
  }
  if (!isObject(document) || !String(document.openapi ?? '').startsWith('3.'))
    throw invalid('the document is no OpenAPI 3');
  return document;
}

/** Every operation that can be a tool: those with an `operationId`. */
export function operationsIn(document: JsonObject): Operation[] {
  return entries(document).map(({ name, method, path, operation }) => ({
    name,
    method: method.toUpperCase() as HttpToolSpec['method'],
    path,
    summary: textOf(operation.summary) || textOf(operation.description),
  }));
}

export interface ToolChoices {
  /** Instead of the document's first server. One that is only a path is of this server. */
  server?: string;
  /** Values of parameters by name, perhaps with placeholders: the model neither gives nor sees them. */
  fixed?: JsonObject;
  /** They change nothing, whatever their method. */
  lookup?: boolean;
}

/**
 * A parameter named like a phone is filled with the customer's own, and is not in the schema that the model sees.
 * @param chosen names of operations; no others become tools.
 * @throws DragomanError TOOL_INVALID for an operation that is not there, or that cannot be called.
 */
export function toolsOf(document: JsonObject, chosen: readonly string[], choices: ToolChoices = {}): HttpToolSpec[] {
  const all = entries(document);
  return chosen.map((name) => {
    const entry = all.find((each) => each.name === name);
    if (!entry) throw invalid(`the document has no operation "${name}"`);
    return toolOf(document, entry, choices);
  });
}

interface Entry {
  name: string;
  method: (typeof METHODS)[number];
  path: string;
  item: JsonObject;
  operation: JsonObject;
}

function entries(document: JsonObject): Entry[] {
  return Object.entries(objectOf(document.paths)).flatMap(([path, raw]) => {
    const item = objectOf(resolved(document, raw));
    return METHODS.flatMap((method) => {
      const operation = item[method];
      if (!isObject(operation) || typeof operation.operationId !== 'string') return [];
      const name = operation.operationId.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64);
      return [{ name, method, path, item, operation }];
    });
  });
}

function toolOf(
  document: JsonObject,
  { name, method, path, item, operation }: Entry,
  { server = '', fixed = {}, lookup = false }: ToolChoices,
): HttpToolSpec {
  const properties: JsonObject = {};
  const required: string[] = [];
  const query: Record<string, string> = {};
  const headers: Record<string, string> = {};
  /** Takes a parameter in and gives what stands for it: a placeholder, or what is fixed. */
  const take = (key: string, schema: Json | undefined, wanted: boolean, description?: Json): Json => {
    if (Object.hasOwn(fixed, key)) return fixed[key]!;
    if (isPhoneKey(key)) return '{phone_from}';
    const free = `${/^[A-Za-z_]/.test(key) ? '' : '_'}${key.replace(/[^\w-]+/g, '_')}`;
    const property = free in properties ? `body_${free}` : free;
    const inner = objectOf(expand(document, schema ?? {}));
    properties[property] = withoutPhoneKeys(typeof description === 'string' ? { description, ...inner } : inner);
    if (wanted) required.push(property);
    return `{${property}}`;
  };

  let url = (server || serverOf(document)).replace(/\/$/, '') + path;
  for (const raw of [...parametersOf(document, item, operation).values()]) {
    const { name: key, in: place, schema, required: wanted, description } = raw;
    if (typeof key !== 'string' || place === 'cookie') continue;
    const taken = take(key, schema, wanted === true || place === 'path', description);
    const placeholder = typeof taken === 'string' ? taken : JSON.stringify(taken);
    if (place === 'path') url = url.replaceAll(`{${key}}`, placeholder);
    else if (place === 'query') query[key] = placeholder;
    else if (place === 'header') headers[key] = placeholder;
  }

  const body = bodyOf(document, operation, take);
  return {
    name,
    description: [textOf(operation.summary), textOf(operation.description)].filter(Boolean).join('\n') || name,
    method: method.toUpperCase() as HttpToolSpec['method'],
    url,
    query,
    headers,
    ...(body === undefined ? {} : { body }),
    parameters: { type: 'object', properties, required, additionalProperties: false },
    sideEffect: method !== 'get' && !lookup,
  };
}

/** The operation's own win over those of its path. */
function parametersOf(document: JsonObject, item: JsonObject, operation: JsonObject): Map<string, JsonObject> {
  const all = [item.parameters, operation.parameters].flatMap((list) => (Array.isArray(list) ? list : []));
  const known = all.map((raw) => objectOf(resolved(document, raw)));
  return new Map(known.map((parameter) => [`${parameter.in}:${parameter.name}`, parameter]));
}

function bodyOf(
  document: JsonObject,
  operation: JsonObject,
  take: (key: string, schema: Json | undefined, wanted: boolean) => Json,
): Json | undefined {
  const request = objectOf(resolved(document, operation.requestBody));
  const content = Object.entries(objectOf(request.content)).find(([type]) =>
    /^application\/(?:\S+\+)?json\b/.test(type),
  );
  if (!content) return undefined;
  const schema = objectOf(expand(document, objectOf(content[1]).schema ?? {}));
  if (!isObject(schema.properties)) return take('body', schema, request.required === true);
  const wanted = Array.isArray(schema.required) ? schema.required : [];
  const given = Object.entries(schema.properties).filter(([, inner]) => objectOf(inner).readOnly !== true);
  return Object.fromEntries(given.map(([key, inner]) => [key, take(key, inner, wanted.includes(key))]));
}

function serverOf(document: JsonObject): string {
  const first = Array.isArray(document.servers) ? objectOf(document.servers[0]) : {};
  const variables = objectOf(first.variables);
  return textOf(first.url).replace(/\{([^}]+)\}/g, (_, name: string) => textOf(objectOf(variables[name]).default));
}

/** What a reference, or a chain of them, stands for. */
function resolved(document: JsonObject, value: Json | undefined): Json | undefined {
  let now = value;
  for (let step = 0; isObject(now) && typeof now.$ref === 'string'; step++) {
    if (step > MAX_CHAIN || !now.$ref.startsWith('#/')) throw invalid(`the reference ${now.$ref} cannot be followed`);
    const keys = now.$ref.slice(2).split('/').map(unescapeKey);
    let target: Json | undefined = document;
    for (const key of keys)
      target =
        (isObject(target) || Array.isArray(target)) && Object.hasOwn(target, key)
          ? (target as JsonObject)[key]
          : undefined;
    if (target === undefined) throw invalid(`the reference ${now.$ref} leads nowhere`);
    now = target;
  }
  return now;
}

const unescapeKey = (key: string) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * A schema with its references put in. One that holds itself ends as "anything" where it repeats.
 * @param open the references that this is inside of.
 * @param budget what may still be copied: small documents can describe very large schemas.
 */
function expand(document: JsonObject, schema: Json, open: readonly string[] = [], budget = { left: MAX_PARTS }): Json {
  if (--budget.left < 0) throw invalid('the schema of an operation is too large');
  if (Array.isArray(schema)) return schema.map((item) => expand(document, item, open, budget));
  if (!isObject(schema)) return schema;
  const { $ref } = schema;
  if (typeof $ref === 'string') {
    if (open.includes($ref)) return {};
    return expand(document, resolved(document, schema) ?? {}, [...open, $ref], budget);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, expand(document, inner, open, budget)]));
}

/** Phones further inside a body are nobody's to give. */
function withoutPhoneKeys(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutPhoneKeys);
  if (!isObject(schema)) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, withoutPhoneKeys(inner)]));
  if (isObject(copy.properties))
    copy.properties = Object.fromEntries(Object.entries(copy.properties).filter(([key]) => !isPhoneKey(key)));
  if (Array.isArray(copy.required)) copy.required = copy.required.filter((key) => !isPhoneKey(String(key)));
  return copy;
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value.trim() : '');

const invalid = (wrong: string) =>
  new DragomanError('TOOL_INVALID', `The OpenAPI tools cannot be used: ${wrong}.`, 'Correct the node and deploy.');
