/** Servers on this machine that a contract plays a platform or an engine with. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../core/model.ts';

export interface Server extends AsyncDisposable {
  url: string;
}

type Answer<Body> = (req: IncomingMessage, res: ServerResponse, body: Body) => void;

/** `answer` is called once the whole request is there. */
export const serve = (answer: Answer<string>): Promise<Server> =>
  serveBytes((req, res, body) => answer(req, res, body.toString()));

export async function serveBytes(answer: Answer<Buffer>): Promise<Server> {
  const server = createServer((req, res) => {
    const body: Buffer[] = [];
    req.on('data', (piece: Buffer) => void body.push(piece)).once('end', () => answer(req, res, Buffer.concat(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export interface Body {
  status: number;
  headers?: Record<string, string>;
  json?: Json;
  /** Instead of `json`. */
  text?: string;
}

export interface AskedOf {
  path: string;
  /** Null when it was no JSON. */
  body: Json;
  headers: Record<string, string | string[] | undefined>;
  /** Resolves when the client lets go of the connection. */
  closed: Promise<void>;
}

/** Keeps what it was asked. `answer` gives undefined for none, ever. */
export async function serveJson(
  answer: (asked: AskedOf) => Body | undefined,
): Promise<Server & { asked: { path: string; body: Json }[] }> {
  const asked: AskedOf[] = [];
  const server = await serve((req, res, text) => {
    const closed = new Promise<void>((resolve) => res.once('close', resolve));
    const one = { path: req.url ?? '', body: jsonIn(text), headers: req.headers, closed };
    asked.push(one);
    const body = answer(one);
    if (!body) return;
    const type = body.text === undefined ? 'application/json' : 'text/html';
    res.writeHead(body.status, { 'content-type': type, ...body.headers });
    res.end(body.text ?? JSON.stringify(body.json));
  });
  return { ...server, asked };
}

function jsonIn(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
