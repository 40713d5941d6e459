/**
 * The SDK's client, without what it would take from the process: OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS are meant
 * for one endpoint and would be sent to whichever is configured. It neither retries nor logs; that is ours.
 */
import type { OpenAI } from 'openai';
import { DragomanError } from '../../core/errors.ts';
import { LLM } from './names.ts';
import { asksForStream, readable, wellFormed } from './wire.ts';

export interface Connection {
  /** Empty for servers that need none. */
  apiKey: string;
  /** Ends in `/v1` or as the server wants it, with or without a last slash. */
  baseUrl: string;
  model: string;
  /** OpenAI's own service alone is told of them. */
  organization?: string;
  project?: string;
  /** The client that every request leaves by; default: Node's. */
  fetch?: typeof fetch;
}

/** @throws DragomanError SETTING_INVALID. @returns the endpoint's host, for messages. */
export function checkConnection({ apiKey, baseUrl, model }: Connection, names = LLM): string {
  const url = URL.parse(baseUrl);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new DragomanError(
      'SETTING_INVALID',
      `The base URL of ${names.short} is not a plain http or https address.`,
      `Set ${names.baseUrl} to an address like https://api.openai.com/v1.`,
    );
  if (!/^[\x21-\x7e]*$/.test(apiKey))
    throw new DragomanError(
      'SETTING_INVALID',
      'The API key holds characters that no key has (a space, a line break, or letters that are not ASCII).',
      `Copy the key again into ${names.key}.`,
    );
  if (!model.trim()) throw new DragomanError('SETTING_INVALID', 'No model is set.', `Name one in ${names.model}.`);
  return url.host;
}

/** Loads the SDK only when an endpoint is first asked: without one, it costs the process nothing. */
export async function openClient(connection: Connection): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  const { apiKey, baseUrl, fetch: send = fetch } = connection;
  const headers = headersFor(connection);
  /** Its own headers, and the body as a string, would be held beside what is sent for as long as an answer is waited for. */
  class Client extends OpenAI {
    protected override async prepareRequest(request: RequestInit): Promise<void> {
      request.headers = headers;
      if (typeof request.body === 'string') request.body = Buffer.from(wellFormed(request.body));
    }
  }
  return new Client({
    apiKey: apiKey || 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl.replace(/\/+$/, ''),
    maxRetries: 0,
    logLevel: 'off',
    fetch: async (url, init) => readable(await send(url, { ...init, redirect: 'manual' }), asksForStream(init?.body)),
  });
}

/** Everything that is sent; the SDK's own headers tell the machine's system and version, and those of the environment come on top. */
function headersFor({ apiKey, organization, project }: Connection): Record<string, string> {
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'dragoman',
    ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    ...(organization ? { 'openai-organization': organization } : {}),
    ...(project ? { 'openai-project': project } : {}),
  };
}

/**
 * One time limit for the whole answer, headers and body. `end` is to be called when it is there: a timer that runs on would hold the whole request in
 * memory until its time is over.
 */
export function limits(wantedMs: number, signal?: AbortSignal) {
  // Timers and SDK refuse fractions and what is below 1.
  const timeoutMs = Math.max(1, Math.round(wantedMs));
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException('The time limit is over.', 'TimeoutError')),
    timeoutMs,
  );
  // Not `AbortSignal.any`: what it keeps is 2 kB a waiting answer.
  const leave = () => controller.abort(signal!.reason);
  if (signal?.aborted) leave();
  signal?.addEventListener('abort', leave, { once: true });
  return {
    deadline: controller.signal,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    },
    // The SDK's own timer ends with the headers, so it must not be the one that rules.
    options: { signal: controller.signal, timeout: timeoutMs + 1000 },
  };
}
