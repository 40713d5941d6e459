/** The one shape of a stand-in platform. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Ids } from '../ids.ts';
import type { Actions, Call, Fault, PlatformId, RefusalKind, WebhookOptions, WebhookRequest } from '../types.ts';

/** What a platform needs from the simulator. */
export interface Context {
  /** UTC milliseconds. */
  now(): number;
  ids: Ids;
}

/** A request to the platform's API. */
export interface ApiRequest {
  method: string;
  /** What follows the platform's name, without query; still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Undefined where it could not be read; `bodyError` says why. */
  body: Json | undefined;
  bodyError?: string;
  /** The body is a form or the query, where every value is text. */
  form: boolean;
}

export interface Answer {
  status: number;
  body: JsonObject;
  headers?: Record<string, string>;
  messageId?: string;
}

/** A request understood: what is recorded of it, and the platform's objection if it has one. Nothing happened yet. */
export interface ApiCall
  extends Pick<Call, 'account' | 'method' | 'thread' | 'send' | 'body' | 'text' | 'buttons' | 'media'> {
  schemaErrors: string[];
  refusal?: Answer;
  /** Does what was asked; only called without a refusal. */
  accept(): Answer;
}

export interface Platform<P extends PlatformId = PlatformId> {
  id: P;
  read(request: ApiRequest): ApiCall;
  /** The platform's answer under a fault; null where such a call is not met by it. */
  refuse(call: ApiCall, kind: RefusalKind, fault: Fault): Answer | null;
  /** One POST with all these actions. */
  webhook(actions: Actions[P][], options: WebhookOptions): WebhookRequest;
  /** The one name of a thread, whichever way it was written. */
  thread(name: string): string;
  reset(): void;
}

/** How many messages or people a platform remembers. */
const REMEMBERED = 20_000;

/** `map.set`, which makes the map forget its oldest entry when it is full. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** The object at `value`, or an empty one: for reading bodies that may be anything. */
export const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
/** Text or number as text; undefined for anything else. */
export const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
