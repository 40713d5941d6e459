/**
 * The editor's WebSocket, which anybody may open before a login: Node-RED's own lets each one send a hundred megabytes in a frame, for as long
 * as it likes, and logs what it does wrong. It needs a few hundred bytes; so it gets a small limit, and those that show no token are few and
 * soon gone. Nodes' own WebSockets, which are other servers of the same library, are left as they are.
 */
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { describe } from '../../core/errors.ts';
import { httpServer, type Red } from '../red.ts';
import { edgeRoutes } from './edge-routes.ts';

export interface EditorSocketOptions {
  /** The largest message, in bytes. */
  limitBytes?: number;
  /** Connections without a login at once; one more takes the place of the oldest. */
  most?: number;
  /** How long a connection may go without a login; milliseconds. */
  loginMs?: number;
}

/** What we touch of `ws`. */
interface Client {
  on(event: string, listener: (...args: never[]) => void): this;
  send(data: unknown, ...more: unknown[]): void;
  terminate(): void;
}
type Done = (client: Client, request: IncomingMessage) => void;
interface SocketServer {
  options: { maxPayload: number };
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: Done): void;
}

/** What Node-RED's server says when the token was right. */
const WELCOME = JSON.stringify({ auth: 'ok' });

/** Call it before the server listens. Does nothing where the editor's library is not found. @returns takes it out again. */
export function guardEditorSocket(RED: Red, options: EditorSocketOptions = {}): () => void {
  const { limitBytes = 256 * 1024, most = 32, loginMs = 10_000 } = options;
  const routes = edgeRoutes(RED);
  const Server = serverOfEditor(RED);
  if (!Server) return () => {};
  const original = Server.prototype.handleUpgrade;
  const strangers = new Map<Client, NodeJS.Timeout>();

  function forget(client: Client): void {
    clearTimeout(strangers.get(client));
    strangers.delete(client);
  }

  function watch(client: Client): void {
    const timer = setTimeout(() => client.terminate(), loginMs);
    timer.unref();
    strangers.set(client, timer);
    client.on('close', () => forget(client));
    const send = client.send;
    client.send = (data, ...more) => {
      if (data === WELCOME) {
        forget(client);
        client.send = send;
      }
      send.call(client, data, ...more);
    };
    if (strangers.size > most) {
      const [oldest] = strangers.keys();
      forget(oldest!);
      oldest!.terminate();
    }
  }

  Server.prototype.handleUpgrade = function (request, socket, head, done) {
    if (!routes.isAdmin(request.url ?? '')) return original.call(this, request, socket, head, done);
    this.options.maxPayload = limitBytes;
    return original.call(this, request, socket, head, (client, asked) => {
      // Node-RED would write a line for each frame that a stranger gets wrong; the connection is closed by the library.
      const on = client.on;
      client.on = (event, listener) => on.call(client, event, event === 'error' ? () => {} : listener);
      if (needsLogin(RED)) watch(client);
      done(client, asked);
    });
  };

  const server = httpServer(RED);
  /** An upgrade that nobody takes is held open by nobody. */
  const abandon = (_request: IncomingMessage, socket: Duplex) => {
    const timer = setTimeout(() => {
      if (socket.listenerCount('data') === 0) socket.destroy();
    }, loginMs);
    timer.unref();
  };
  server?.on('upgrade', abandon);
  return () => {
    Server.prototype.handleUpgrade = original;
    server?.off('upgrade', abandon);
    for (const client of strangers.keys()) forget(client);
  };
}

/** Nobody is let in without showing a token. */
function needsLogin({ settings }: Red): boolean {
  const { adminAuth } = settings as { adminAuth?: { default?: unknown; tokens?: unknown } };
  return adminAuth !== undefined && !adminAuth.default && !adminAuth.tokens;
}

/** The very class that Node-RED's editor makes its server of. */
function serverOfEditor(RED: Red): { prototype: SocketServer } | undefined {
  try {
    const nodeRed = createRequire(createRequire(import.meta.url).resolve('node-red/package.json'));
    const { Server } = createRequire(nodeRed.resolve('@node-red/editor-api'))('ws');
    if (typeof Server?.prototype?.handleUpgrade === 'function') return Server;
    throw new Error('it is another one than was expected');
  } catch (error) {
    RED.log.warn(`[dragoman] The editor's WebSocket has no limit of ours: ${describe(error)}`);
    return undefined;
  }
}
