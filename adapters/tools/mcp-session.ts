/** One session with an MCP server, from its greeting to its end. The library is loaded with the first one. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Tool as McpTool, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { DragomanError, describe, HttpError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Logger } from '../../core/ports.ts';
import { maskLine } from '../personal-data/mask-log.ts';
import { lookupFor } from './address.ts';
import { type Definition, definitionOf, resultOf } from './mcp-definition.ts';
import type { McpPlace } from './mcp-place.ts';

/** Until the server has greeted, or told its tools. A program may have to be fetched first. */
const OPEN_MS = 30_000;
/** Until a server that knows the newest protocol says so; older ones may not answer that question. */
const PROBE_MS = 5_000;
const CONNECT_MS = 5_000;
/** Of one message, or of all that comes in answer to one request. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 8;
const GOODBYE_MS = 1_000;
/** From the last word that the tools are others to asking for them. */
const SETTLE_MS = 1_000;
/** Our own time-out ends a call; the library's stands behind it. */
const SPARE_MS = 5_000;

/** Failures before the first byte of the request left. */
const NEVER_SENT = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'EACCES'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'ADDRESS_REFUSED'],
];
/** Of JSON-RPC: the server did not begin: no JSON, no request, no such method, arguments that do not fit. */
const NOT_BEGUN = [-32700, -32600, -32601, -32602];
/** An HTTP server that does not know the session says 404; some say 400. */
const NO_SESSION = [400, 404];

export interface CallOptions {
  /** Sent along with calls that change something. */
  idempotencyKey?: string;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface Session {
  /** What the server has now, by name. */
  tools: ReadonlyMap<string, Definition>;
  /** @throws HttpError that says whether the server may have begun */
  call(name: string, args: JsonObject, options: CallOptions): Promise<Json>;
  /** Ends it as soon as no call runs any more. */
  retire(): void;
  close(): Promise<void>;
}

export interface SessionEvents {
  /** The server has other tools now. */
  onTools(): void;
  /** It is over, whoever ended it. Told once, and only of a session that was opened. */
  onEnd(): void;
}

/**
 * @param signal ends the opening, and nothing later
 * @throws DragomanError TOOL_SERVER_AWAY
 */
export async function openSession(
  place: McpPlace,
  log: Pick<Logger, 'debug'>,
  events: SessionEvents,
  signal?: AbortSignal,
): Promise<Session> {
  const { Client } = await import('@modelcontextprotocol/client');
  let open = false;
  let running = 0;
  let retired = false;
  let tools = new Map<string, Definition>();
  /** As the library wants them for a call; without the schema of results, which are text to us. */
  let raw = new Map<string, McpTool>();
  const take = (found: McpTool[]) => {
    raw = new Map(found.map((tool) => [tool.name, { ...tool, outputSchema: undefined }]));
    tools = new Map(found.flatMap((tool) => definedIn(tool, log)));
  };
  // Nothing is offered to the server: no sampling, no elicitation, no roots.
  const client = new Client(
    { name: 'dragoman', version: '1' },
    {
      capabilities: {},
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: PROBE_MS } },
      listMaxPages: MAX_PAGES,
      listChanged: {
        tools: {
          debounceMs: SETTLE_MS,
          onChanged(_error, found) {
            if (!found || !open) return;
            take(found);
            events.onTools();
          },
        },
      },
    },
  );
  const way = await wayTo(place, log);
  const close = async () => {
    await client.close().catch(() => {});
    await way.release();
  };
  client.onerror = (error) => {
    log.debug(`An MCP server: ${maskLine(describe(error))}`);
    // Nobody listens there any more: what waits for an answer would wait in vain. After the library has told the call itself.
    if (NEVER_SENT.includes(codeOf(error))) setImmediate(() => void close());
  };
  client.onclose = () => {
    if (!open) return;
    open = false;
    void way.release();
    events.onEnd();
  };
  try {
    const limits = { timeout: OPEN_MS, signal };
    await client.connect(way.transport, limits);
    if (client.getServerCapabilities()?.tools) take((await client.listTools(undefined, limits)).tools);
  } catch (error) {
    await close();
    throw away(error);
  }
  open = true;
  return {
    get tools() {
      return tools;
    },
    async call(name, args, { idempotencyKey, timeoutMs, signal }) {
      if (!open) throw new HttpError('The server is away.', false);
      const meta = idempotencyKey === undefined ? {} : { _meta: { 'dragoman/idempotency-key': idempotencyKey } };
      running++;
      try {
        const options = { signal, timeout: timeoutMs + SPARE_MS, toolDefinition: raw.get(name) };
        return resultOf(await client.callTool({ name, arguments: args, ...meta }, options));
      } catch (error) {
        throw failureOf(error, way.hasSession());
      } finally {
        running--;
        if (retired && running === 0) void close();
      }
    },
    retire() {
      retired = true;
      if (running === 0) void close();
    },
    async close() {
      if (open) await Promise.race([way.goodbye(), sleep(GOODBYE_MS, undefined, { ref: false })]).catch(() => {});
      await close();
    },
  };
}

function definedIn(tool: McpTool, log: Pick<Logger, 'debug'>): [string, Definition][] {
  try {
    return [[tool.name, definitionOf(tool)]];
  } catch (error) {
    log.debug(`A tool of an MCP server is left out: ${describe(error)}`);
    return [];
  }
}

interface Way {
  transport: Parameters<Client['connect']>[0];
  /** The server keeps something of it, and can forget it. */
  hasSession(): boolean;
  /** Tells the server that the session ends. */
  goodbye(): Promise<void>;
  release(): Promise<void>;
}

function wayTo(place: McpPlace, log: Pick<Logger, 'debug'>): Promise<Way> {
  return place.kind === 'http' ? httpWay(place) : programWay(place, log);
}

async function httpWay({ url, headers }: McpPlace & { kind: 'http' }): Promise<Way> {
  const [{ StreamableHTTPClientTransport }, { Agent, fetch }] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('undici'),
  ]);
  const dispatcher = new Agent({
    connect: { timeout: CONNECT_MS, ...lookupFor(url.hostname) },
    // Calls have time limits of their own, and the stream of news may be silent for long.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_BYTES,
  });
  // Redirects are the library's: it follows none to another origin.
  const send = (to: string | URL, init?: RequestInit) =>
    fetch(to, { ...init, dispatcher } as Parameters<typeof fetch>[1]);
  const transport: StreamableHTTPClientTransport = new StreamableHTTPClientTransport(url, {
    fetch: send as unknown as typeof globalThis.fetch,
    requestInit: { headers },
  });
  return {
    transport,
    hasSession: () => transport.sessionId !== undefined,
    goodbye: () => transport.terminateSession(),
    release: () => dispatcher.destroy(),
  };
}

/** The library gives the program what was declared, and of ours only where to find programs and whose home it is: no secret. */
async function programWay(
  { command, args, env }: McpPlace & { kind: 'program' },
  log: Pick<Logger, 'debug'>,
): Promise<Way> {
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe', maxBufferSize: MAX_BYTES });
  const lines = createInterface({ input: transport.stderr as Readable });
  lines.on('line', (line) => log.debug(`An MCP server writes: ${maskLine(line)}`));
  return { transport, hasSession: () => false, goodbye: async () => {}, release: async () => lines.close() };
}

/** Whether the same call may be made again in a new session, because the server did not know this one. */
export const isForgotten = (error: unknown): boolean => error instanceof Forgotten;

class Forgotten extends HttpError {}

/** Never quotes what an HTTP server answered: that may name addresses. What it says of the arguments is for the model. */
function failureOf(error: unknown, hasSession: boolean): HttpError {
  const { code, status, message } = error as { code?: unknown; status?: unknown; message?: string };
  if (typeof status === 'number') {
    if (hasSession && NO_SESSION.includes(status))
      return new Forgotten(`The server refused the call (${status}).`, false);
    return new HttpError(`The server ${status < 500 ? 'refused the call' : 'failed'} (${status}).`, status >= 500);
  }
  if (typeof code === 'number') {
    if (NOT_BEGUN.includes(code)) return new HttpError(`The server refused the call: ${message?.slice(0, 300)}`, false);
    return new HttpError(`The server failed (${code}).`, true);
  }
  const found = codeOf(error);
  if (NEVER_SENT.includes(found)) return new Forgotten('The server is away.', false);
  return new HttpError(`The connection broke (${found}).`, true);
}

function away(error: unknown): DragomanError {
  const { status } = error as { status?: unknown };
  const why = typeof status === 'number' ? `it answered ${status}` : codeOf(error);
  return new DragomanError(
    'TOOL_SERVER_AWAY',
    `The MCP server cannot be reached (${why}).`,
    'Start it, or look at its address, its secret or its program; it is tried again by itself.',
    { cause: error, retryable: true },
  );
}

/** The innermost code: the library wraps what happened, in two ways. */
function codeOf(error: unknown, depth = 0): string {
  const { code, cause, data } = (error ?? {}) as { code?: unknown; cause?: unknown; data?: { cause?: unknown } };
  const inner = cause ?? data?.cause;
  const found = inner && depth < 5 ? codeOf(inner, depth + 1) : UNKNOWN;
  return found === UNKNOWN && typeof code === 'string' ? code : found;
}

const UNKNOWN = 'UNKNOWN';
