/**
 * Tools that are a request to somebody's API. The integrator writes where to and with what; the model gives arguments only; who asks is put
 * in here, at the edge, where neither the flow nor the model sees it.
 */
import type { AxiosResponse } from 'axios';
import { DragomanError, HttpError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Tool } from '../../core/ports.ts';
import { agentsFor } from './address.ts';
import {
  fill,
  filled,
  isInjected,
  KNOWN_NAMES,
  namesIn,
  needed,
  refused,
  unknownIn,
  type Values,
  valuesOf,
} from './placeholders.ts';

/** `{name}` in URL, query, headers and body: the argument of that name, or one of `KNOWN_NAMES`. */
export interface HttpToolSpec {
  name: string;
  description: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Origin and port are literal; each placeholder is one piece of the path, or a value of the query. One that begins with `/` is of this server. */
  url: string;
  /** Where this server answers, without a slash at the end; undefined while it does not. Asked at each call. */
  own?(): string | undefined;
  parameters: JsonObject;
  /** Left out where the value is a placeholder without an argument. */
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** A JSON value in whose texts placeholders stand; a text that is only one becomes the value itself. Absent: see `bodyOf`. */
  body?: Json;
  sideEffect: boolean;
  confirm?: boolean;
  idempotent?: boolean;
  oncePerTurn?: boolean;
  timeoutMs?: number;
}

const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_REDIRECTS = 3;
/** Answers after which the same request may be made again: the server did nothing. */
const NOT_NOW = [408, 425, 429];
/** Failures before the first byte of the request left. */
const NEVER_SENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
  'ADDRESS_REFUSED',
];

/** @throws DragomanError TOOL_INVALID */
export function httpTool(spec: HttpToolSpec): Tool {
  const place = placeOf(spec);
  checkPlaceholders(spec);
  const { name, description, parameters, sideEffect, confirm, idempotent, oncePerTurn, timeoutMs } = spec;
  return {
    ...{ name, description, parameters, sideEffect, confirm, idempotent, oncePerTurn, timeoutMs },
    async run(args, context) {
      const values = valuesOf(args, context);
      const { origin, agents, base } = place();
      const { url, used } = urlOf(spec, values, base);
      if (url.origin !== origin.origin) throw refused('The address would lead to another server.');
      const body = bodyOf(spec, values, args, used);
      if (spec.body === undefined && body === undefined) addQuery(url, args, used);
      const headers = Object.entries(spec.headers ?? {}).map(([key, value]) => [key, filled(value, values)]);
      // A start without tools, as most are, does not load it.
      const { default: axios } = await import('axios');
      try {
        const response: AxiosResponse<string> = await axios.request({
          ...agents,
          method: spec.method,
          url: url.href,
          data: body === undefined ? undefined : JSON.stringify(body),
          headers: {
            accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(sideEffect ? { 'idempotency-key': context.idempotencyKey } : {}),
            ...Object.fromEntries(headers),
          },
          responseType: 'text',
          transformResponse: (text: string) => text,
          validateStatus: () => true,
          maxContentLength: MAX_ANSWER_BYTES,
          maxRedirects: MAX_REDIRECTS,
          beforeRedirect: ({ href }: { href?: string }) => staysAt(origin, href),
          proxy: false,
          signal: context.signal,
        });
        return resultOf(response);
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

/** @param base in front of a URL of this server */
function urlOf(spec: HttpToolSpec, values: Values, base: string): { url: URL; used: Set<string> } {
  const [path, ...query] = spec.url.split('?');
  const piece = (value: string) => {
    // A parser would walk up the path, or drop an empty piece's meaning.
    if (/^\.{0,2}$/.test(value)) throw refused('An argument that is a part of the address is empty or not allowed.');
    return encodeURIComponent(value);
  };
  const asked = query.length ? `?${filled(query.join('?'), values, encodeURIComponent)}` : '';
  const url = new URL(base + filled(path!, values, piece) + asked);
  for (const [key, template] of Object.entries(spec.query ?? {})) {
    const [name] = namesIn(template);
    append(url, key, name && template === `{${name}}` ? needed(name, values) : filled(template, values));
  }
  return { url, used: new Set([...namesIn(spec.url), ...Object.values(spec.query ?? {}).flatMap(namesIn)]) };
}

function append(url: URL, key: string, value: Json | undefined): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) for (const item of value) append(url, key, item);
  else url.searchParams.append(key, typeof value === 'object' ? JSON.stringify(value) : String(value));
}

const hasBody = ({ method }: HttpToolSpec) => method !== 'GET' && method !== 'DELETE';

/** The template filled; without one, for methods that have a body, the arguments that are not in the URL. */
function bodyOf(spec: HttpToolSpec, values: Values, args: JsonObject, used: Set<string>): Json | undefined {
  if (spec.body !== undefined) return fill(spec.body, values);
  if (!hasBody(spec)) return undefined;
  return Object.fromEntries(Object.entries(args).filter(([name]) => !used.has(name)));
}

function addQuery(url: URL, args: JsonObject, used: Set<string>): void {
  for (const [name, value] of Object.entries(args)) if (!used.has(name)) append(url, name, value);
}

/** A refusal with words for the model; a server that cannot cope says nothing of what it did. */
function resultOf({ status, data }: AxiosResponse<string>): Json {
  if (status >= 500) throw new HttpError(`The server failed (${status}).`, true);
  if (NOT_NOW.includes(status)) throw new HttpError(`The server does not answer this now (${status}).`, false);
  return status < 300 ? data : { status, answer: data };
}

/** Never quotes address, headers or answer: they may hold the phone or the secret. */
function failureOf(error: unknown): Error {
  if (DragomanError.is(error) || error instanceof HttpError) return error;
  const code = (error as { code?: string } | null)?.code ?? 'UNKNOWN';
  if (code === 'ERR_FR_REDIRECTION_FAILURE') return new HttpError('The server redirects to another one.', true);
  const sent = !NEVER_SENT.includes(code);
  return new HttpError(sent ? `The connection broke (${code}).` : `The server could not be reached (${code}).`, sent);
}

function staysAt(origin: URL, href: string | undefined): void {
  if (!href || new URL(href).origin !== origin.origin) throw new Error('Another server.');
}

interface Place {
  origin: URL;
  agents: ReturnType<typeof agentsFor>;
  base: string;
}

/** @returns where its requests go now; throws where this server does not listen yet. @throws DragomanError TOOL_INVALID */
function placeOf(spec: HttpToolSpec): () => Place {
  if (!isOwnPath(spec.url)) {
    const origin = originOf(spec);
    const place = { origin, agents: agentsFor(origin.hostname), base: '' };
    return () => place;
  }
  return () => {
    const base = spec.own?.();
    if (base === undefined) throw refused('This server does not listen yet.');
    const origin = new URL(base);
    return { origin, agents: agentsFor(origin.hostname), base };
  };
}

/** `//other.example` would be another server's. */
const isOwnPath = (url: string) => /^\/(?!\/)/.test(url);

/** @throws DragomanError TOOL_INVALID */
function originOf({ name, url }: HttpToolSpec): URL {
  const start = /^https?:\/\/[^/?#{}@]+(?=[/?#]|$)/i.exec(url)?.[0];
  if (!start || !URL.canParse(start))
    throw invalid(
      name,
      'its URL must begin with http:// or https:// and a server without placeholders or password, or with / for this server',
    );
  return new URL(start);
}

function checkPlaceholders({ name, url, query = {}, headers = {}, body = null, parameters }: HttpToolSpec): void {
  const own = isObject(parameters.properties) ? Object.keys(parameters.properties) : [];
  const clash = own.find(isInjected);
  if (clash) throw invalid(name, `its parameter "${clash}" has a name that is filled in by itself`);
  const missing = unknownIn([url, query, headers, body], own);
  if (missing) throw invalid(name, `"{${missing}}" is neither one of its parameters nor one of ${KNOWN_NAMES}`);
}

const invalid = (name: string, wrong: string) =>
  new DragomanError(
    'TOOL_INVALID',
    `The tool "${name}" cannot be used: ${wrong}.`,
    'Correct it in its node and deploy.',
  );
