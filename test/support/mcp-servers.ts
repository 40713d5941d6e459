/** MCP servers for tests: the protocol's own reference server, as a program or over HTTP, and one that does what a test wants. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Json, JsonObject } from '../../core/model.ts';

const EVERYTHING = path.resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

/** As `mcp.json` declares a program. */
export const everythingProgram = (env: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [EVERYTHING, 'stdio'],
  env,
});

export interface ServerProcess {
  url: string;
  port: number;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

/** The reference server over Streamable HTTP, listening. */
export async function everythingOverHttp(port: number): Promise<ServerProcess> {
  const child: ChildProcess = spawn(process.execPath, [EVERYTHING, 'streamableHttp'], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // A test that fails before its end leaves none behind.
  process.once('exit', () => child.kill('SIGKILL'));
  await new Promise<void>((listening, failed) => {
    child.once('exit', (code) => failed(new Error(`The reference server ended with ${code}.`)));
    child.stderr!.on('data', (line) => String(line).includes('listening') && listening());
  });
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

export interface Recorder {
  url: string;
  /** The bodies that came through. */
  seen: string[];
  stop(): void;
}

/** Stands before a server, hands everything on as it is, and remembers it. */
export async function recorderBefore(target: string): Promise<Recorder> {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    const onward = httpRequest(target, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers).flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => seen.push(body));
    request.pipe(onward);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const { pathname } = new URL(target);
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`,
    seen,
    stop: () => proxy.close().closeAllConnections(),
  };
}

interface Request {
  id?: number;
  method: string;
  params?: JsonObject & { name?: string; arguments?: JsonObject; _meta?: JsonObject };
}

export interface OddServer {
  url: string;
  /** What came in, in order. */
  seen: { headers: IncomingHttpHeaders; body: Request }[];
  /** The calls among it. */
  calls(): NonNullable<Request['params']>[];
  tools: JsonObject[];
  /** The result of a call; or answers the request itself, and gives nothing. */
  answer(params: NonNullable<Request['params']>, response: ServerResponse): Json | undefined;
  /** Tells all that the tools are others now. */
  announce(): void;
  /** As after a restart: no session is known. */
  forget(): void;
  stop(): Promise<void>;
}

/** A server of the protocol's sessions, JSON answers and one stream of news. */
export async function oddServer(): Promise<OddServer> {
  const sessions = new Set<string>();
  const streams = new Set<ServerResponse>();
  let count = 0;
  const http: Server = createServer(async (request, response) => {
    const session = request.headers['mcp-session-id'] as string | undefined;
    if (session && !sessions.has(session)) return void response.writeHead(404).end();
    if (request.method === 'DELETE') return void response.end(String(sessions.delete(session!)));
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.add(response);
      return;
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text) as Request;
    server.seen.push({ headers: request.headers, body });
    if (body.id === undefined) return void response.writeHead(202).end();
    const reply = (part: JsonObject) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id: body.id, ...part }));
    };
    if (body.method === 'initialize') {
      const id = `session-${++count}`;
      sessions.add(id);
      response.setHeader('mcp-session-id', id);
      const serverInfo = { name: 'odd', version: '1' };
      const capabilities = { tools: { listChanged: true } };
      return reply({ result: { protocolVersion: '2025-11-25', capabilities, serverInfo } });
    }
    if (body.method === 'tools/list') return reply({ result: { tools: server.tools } });
    if (body.method !== 'tools/call') return reply({ error: { code: -32601, message: 'Method not found' } });
    const result = server.answer(body.params!, response);
    if (result !== undefined) reply({ result });
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const server: OddServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    seen: [],
    calls: () => server.seen.filter(({ body }) => body.method === 'tools/call').map(({ body }) => body.params!),
    tools: [],
    answer: () => ({ content: [{ type: 'text', text: 'done' }] }),
    announce() {
      const news = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
      for (const stream of streams) stream.write(`event: message\ndata: ${JSON.stringify(news)}\n\n`);
    },
    forget() {
      sessions.clear();
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    async stop() {
      http.close().closeAllConnections();
    },
  };
  return server;
}
