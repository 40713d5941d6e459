/**
 * A stand-in for an LLM service, with the shapes and the errors of OpenAI's API: /v1/responses and /v1/chat/completions (also streamed),
 * /v1/embeddings and /v1/models. It checks every request strictly, answers the same to the same, keeps a journal, and can be told to
 * fail. It keeps no state between requests: there is no `previous_response_id`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Asked,
  completionBody,
  completionChunks,
  type Ending,
  hashedVector,
  parrot,
  responseBody,
  responseEvents,
  understand,
} from './llm-bodies.ts';
import { isLlmPath, requestFault } from './llm-schemas.ts';

/** `openai`: as the original. `ollama`: takes calls without a key. `chat-only`: without key and without /v1/responses. */
export type LlmDialect = 'openai' | 'ollama' | 'chat-only';

export type LlmFault =
  /** Answers properly, but late. */
  | { kind: 'delay'; ms: number }
  | { kind: 'rate-limit'; retryAfterSeconds?: number }
  | { kind: 'quota' }
  /** Default status 500. */
  | { kind: 'error'; status?: number }
  | { kind: 'unauthorized' }
  /** Closes the connection: before the answer, or in the middle of it. */
  | { kind: 'reset' }
  | { kind: 'cut' }
  /** Never answers. */
  | { kind: 'hang' }
  | { kind: 'empty' }
  | { kind: 'bad-json' }
  /** A web page with status 200, as a captive portal gives. */
  | { kind: 'html' }
  /** Redirects to the same path elsewhere. */
  | { kind: 'redirect'; to: string }
  | { kind: 'incomplete' }
  | { kind: 'refusal' }
  | { kind: 'filter' };

/** One request, without its key. */
export interface LlmCall {
  path: string;
  body: unknown;
  headers: Record<string, string>;
  status: number;
  fault?: LlmFault['kind'];
}

export interface LlmOptions {
  dialect?: LlmDialect;
  /** The only key that is taken; without it, any. */
  key?: string;
  /** The only models there are; without it, any. */
  models?: string[];
}

export interface LlmStandIn {
  /** Answers one request. `path` is the part from `/v1` on, without query. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void>;
  /** The newest calls, oldest first. */
  journal: LlmCall[];
  /** Each is used for one request, in order. */
  faults: LlmFault[];
  /** Holds for every request while set. */
  fault: LlmFault | null;
  /** Writes the answers. At first it quotes the first passage, else repeats what was said. */
  brain: (asked: Asked) => string;
}

const JOURNAL_LENGTH = 1000;
const REFUSAL = "I'm sorry, but I can't help with that.";

export function createLlm({ dialect = 'openai', key, models }: LlmOptions = {}): LlmStandIn {
  let serial = 0;

  const standIn: LlmStandIn = { handle, journal: [], faults: [], fault: null, brain: parrot };
  return standIn;

  async function handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const raw = await readBody(req);
    const fault = standIn.faults.shift() ?? standIn.fault ?? undefined;
    const call: LlmCall = { path, body: parseJson(raw), headers: headersOf(req), status: 0, fault: fault?.kind };
    standIn.journal.push(call);
    if (standIn.journal.length > JOURNAL_LENGTH) standIn.journal.shift();
    const send = (status: number, body: object, headers: Record<string, string> = {}) => {
      call.status = status;
      res.writeHead(status, { 'content-type': 'application/json', 'x-request-id': `req_${++serial}`, ...headers });
      res.end(JSON.stringify(body));
    };

    if (fault && (await fail(fault, isStreamed(call.body), res, send))) return;
    if (!authorized(req.headers.authorization))
      return send(401, apiError('Incorrect API key provided.', 'invalid_api_key'));
    if (path === '/v1/models' && req.method === 'GET') return send(200, modelList(models));
    if (req.method !== 'POST' || !isLlmPath(path) || (path === '/v1/responses' && dialect === 'chat-only'))
      return send(404, apiError(`Invalid URL (${req.method} ${path})`, null));
    if (call.body === undefined) return send(400, apiError('We could not parse the JSON body of your request.', null));
    const wrong = requestFault(path, call.body);
    if (wrong) return send(400, apiError(wrong.message, wrong.code, wrong.param));

    const body = call.body as { model: string; stream?: boolean; store?: boolean; input: string | string[] };
    if (models && !models.includes(body.model))
      return send(
        404,
        apiError(`The model '${body.model}' does not exist or you do not have access to it.`, 'model_not_found'),
      );
    if (path === '/v1/embeddings') return send(200, embeddings(body.model, body.input));

    const asked = understand(call.body as Parameters<typeof understand>[0]);
    const ending = endingOf(fault);
    const text = fault?.kind === 'empty' ? '' : ending === 'refusal' ? REFUSAL : cutShort(standIn.brain(asked), ending);
    serial++;
    if (path === '/v1/responses') {
      const answer = responseBody(asked, text, ending, serial, body.store ?? true);
      if (!body.stream) return send(200, answer);
      call.status = 200;
      return stream(res, responseEvents(answer, text), fault);
    }
    const answer = completionBody(asked, text, ending, serial);
    if (!body.stream) return send(200, answer);
    call.status = 200;
    return stream(res, [...completionChunks(answer, text), '[DONE]'], fault);
  }

  function authorized(header: string | undefined): boolean {
    if (key !== undefined) return header === `Bearer ${key}`;
    return dialect !== 'openai' || /^Bearer \S+$/.test(header ?? '');
  }
}

/** A server of its own on loopback; `url` ends in `/v1`. */
export async function startLlm(
  options: LlmOptions & { port?: number } = {},
): Promise<LlmStandIn & { url: string; close(): Promise<void> }> {
  const standIn = createLlm(options);
  const server = createServer((req, res) => {
    standIn.handle(req, res, new URL(req.url ?? '/', 'http://stand-in').pathname).catch(() => res.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}

type Send = (status: number, body: object, headers?: Record<string, string>) => void;

/** True when the fault was the whole answer. */
async function fail(fault: LlmFault, streamed: boolean, res: ServerResponse, send: Send): Promise<boolean> {
  switch (fault.kind) {
    case 'delay':
      await wait(fault.ms);
      return false;
    case 'rate-limit': {
      const seconds = fault.retryAfterSeconds;
      send(
        429,
        apiError('Rate limit reached for requests.', 'rate_limit_exceeded', null, 'requests'),
        seconds === undefined ? {} : { 'retry-after': String(seconds) },
      );
      return true;
    }
    case 'quota':
      send(429, apiError('You exceeded your current quota.', 'insufficient_quota', null, 'insufficient_quota'));
      return true;
    case 'error':
      send(fault.status ?? 500, apiError('The server had an error.', null, null, 'server_error'));
      return true;
    case 'unauthorized':
      send(401, apiError('Incorrect API key provided.', 'invalid_api_key'));
      return true;
    case 'reset':
      res.socket?.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'redirect':
      send(307, {}, { location: fault.to });
      return true;
    case 'bad-json':
    case 'html':
      res.writeHead(200, { 'content-type': fault.kind === 'html' ? 'text/html' : 'application/json' });
      res.end(
        fault.kind === 'html' ? '<html><body>Sign in to the network</body></html>' : '{"id": "resp_1", "output": [',
      );
      return true;
    case 'cut':
      if (streamed) return false;
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      res.write('{"id": "resp_1"', () => res.destroy());
      return true;
    default:
      return false;
  }
}

/** Server-sent events; with the fault `cut`, only the first half of them. */
function stream(res: ServerResponse, events: (object | string)[], fault: LlmFault | undefined): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const sent = fault?.kind === 'cut' ? events.slice(0, events.length / 2) : events;
  for (const event of sent) {
    const name = typeof event === 'object' && 'type' in event ? `event: ${event.type}\n` : '';
    res.write(`${name}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  }
  if (fault?.kind === 'cut') res.write(': cut\n\n', () => res.destroy());
  else res.end();
}

const isStreamed = (body: unknown) =>
  typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;

const endingOf = (fault: LlmFault | undefined): Ending =>
  fault?.kind === 'incomplete' || fault?.kind === 'refusal' || fault?.kind === 'filter' ? fault.kind : 'stop';

/** As if the limit of tokens had been reached in the middle of the last word. */
const cutShort = (text: string, ending: Ending) =>
  ending === 'incomplete' || ending === 'filter' ? text.slice(0, Math.ceil(text.length * 0.8)) : text;

function embeddings(model: string, input: string | string[]) {
  const texts = typeof input === 'string' ? [input] : input;
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  return {
    object: 'list',
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: hashedVector(text) })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

const modelList = (models: string[] = ['stand-in']) => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1_767_225_600, owned_by: 'simulator' })),
});

const apiError = (
  message: string,
  code: string | null,
  param: string | null = null,
  type = 'invalid_request_error',
) => ({
  error: { message, type, param, code },
});

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { authorization: _, ...rest } = headers;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
}
