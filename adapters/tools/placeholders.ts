/** Texts and JSON in which `{name}` stands for an argument, or for something that only the context knows. */
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { ToolContext } from '../../core/ports.ts';

/** What `{…}` may name besides a tool's own parameters, and `{vars.…}`. */
export const INJECTED = ['phone_from', 'session', 'language', 'idempotency_key'] as const;
/** In front of the names of `msg.turn.vars`. */
const VARS = 'vars.';
/** As people are told which names there are. */
export const KNOWN_NAMES = `${INJECTED.join(', ')}, ${VARS}…`;

export type Values = Map<string, Json>;

/** The arguments, and over them what the context knows. */
export function valuesOf(
  args: JsonObject,
  { phoneFrom, session, language, idempotencyKey, vars }: ToolContext,
): Values {
  const injected: Record<(typeof INJECTED)[number], string | undefined> = {
    phone_from: phoneFrom,
    session,
    language,
    idempotency_key: idempotencyKey,
  };
  const values = new Map(Object.entries(args).filter(([name]) => !isInjected(name)));
  for (const [name, value] of Object.entries(injected)) if (value !== undefined) values.set(name, value);
  for (const [name, value] of Object.entries(vars)) if (value !== null) values.set(VARS + name, value);
  return values;
}

/** Nothing that an argument may be called. */
export const isInjected = (name: string) => INJECTED.some((one) => one === name) || name.startsWith(VARS);

const PLACEHOLDER = /\{((?:vars\.)?[A-Za-z_][\w-]*)\}/g;

/** The names that stand in a text. */
export const namesIn = (text: string) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1]!);

/** A text with its placeholders filled. @throws as `needed` */
export function filled(text: string, values: Values, encode: (value: string) => string = (value) => value): string {
  return text.replace(PLACEHOLDER, (_, name: string) => encode(wanted(name, values)));
}

/** The value of one name; undefined for an argument that was not given. @throws DragomanError TOOL_FAILED for what only the flow or the platform can tell, and nobody told. */
export function needed(name: string, values: Values): Json | undefined {
  const value = values.get(name);
  if (value !== undefined) return value;
  if (name === 'phone_from') throw refused('The phone of this customer is not known.');
  if (name.startsWith(VARS))
    throw new DragomanError(
      'TOOL_FAILED',
      `Nobody told the "${name.slice(VARS.length)}" of this customer.`,
      `Tell it where a call is begun, or set msg.turn.${name} in the flow.`,
    );
  return undefined;
}

function wanted(name: string, values: Values): string {
  const value = needed(name, values);
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * A JSON value with its placeholders filled: a text that is only one becomes the value itself, and is left out where there is none.
 * @throws as `needed`
 */
export function fill(template: Json, values: Values): Json | undefined {
  if (typeof template === 'string') {
    const [name] = namesIn(template);
    if (!name || template !== `{${name}}`) return filled(template, values);
    return needed(name, values);
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, values)).filter((item) => item !== undefined);
  if (!isObject(template)) return template;
  const entries = Object.entries(template).flatMap(([key, item]): [string, Json][] => {
    const value = fill(item, values);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** The first placeholder in any text of a template that names nothing known. @param known names of arguments */
export function unknownIn(template: Json, known: readonly string[] = []): string | undefined {
  return textsIn(template)
    .flatMap(namesIn)
    .find((name) => !isInjected(name) && !known.includes(name));
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

/** Nothing happened, and the model is told why. */
export const refused = (message: string) => new DragomanError('TOOL_FAILED', message, 'Look at the tool in its node.');
