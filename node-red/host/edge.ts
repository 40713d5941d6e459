/**
 * In front of everything that the server answers: a body over the limit is refused before it is read, whatever its path, and requests for
 * the flows wait while a deploy replaces the nodes that would take them.
 *
 * It wraps the server's `request` listeners instead of moving a layer to the top of the root Express app: so it stands before the
 * platform's own raw-body capture whatever loads when, is there from the first connection on (Node-RED listens after plugins have
 * loaded), needs no Express internals, and works under any host app. Node-RED plugins that bring a server of their own (Socket.IO)
 * wrap it in the same way and go on working.
 *
 * The limit asks for no route: a path that is written so that none fits (`//api`, `http://host/api`) is read by what stands before routing
 * all the same. The editor's uploads have a limit of their own: a path under `httpAdminRoot` is its, and where both share one root (the
 * default of a stock Node-RED) all that is no `http in` node's. Only requests for an `http in` node's path wait; with a shared root only
 * those with a literal first part, since `/:any` would take in the editor's.
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpServer, type Red, useHttpNode } from '../red.ts';
import { BODIES_BYTES, createBodyBudget } from './edge-budget.ts';
import { FILE_BYTES, refuseLarger, refuseUnreadable, takesFiles, WEBHOOK_BYTES } from './edge-refusals.ts';
import { edgeRoutes } from './edge-routes.ts';
import { rescueStranded } from './edge-stranded.ts';
import { createWaiting, type WaitingOptions } from './edge-waiting.ts';

export interface EdgeOptions extends WaitingOptions {
  /** The largest body of a webhook, or of anything that is neither the editor's nor a file of people of the business, in bytes. */
  limitBytes?: number;
  /** All bodies of webhooks that are in memory at once, in bytes; above it they are answered 503. */
  bodiesBytes?: number;
  /** The largest of the editor's own, which Node-RED limits further, in bytes. A package of nodes is one. */
  adminLimitBytes?: number;
}

export interface Edge {
  /** From now on every webhook is answered 503, so that its platform sends it again: before an exit, and where webhooks are others' business. */
  refuse(): void;
  /** Takes it out; requests that wait go on. */
  close(): void;
}

const ADMIN_BYTES = 48 * 1024 * 1024;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Call it while plugins load. Does nothing where Node-RED has no server or no `httpNodeRoot`. */
export function installEdge(RED: Red, options: EdgeOptions = {}): Edge {
  const { limitBytes = WEBHOOK_BYTES, adminLimitBytes = ADMIN_BYTES, bodiesBytes = BODIES_BYTES } = options;
  const server = httpServer(RED);
  if (!server || RED.settings.httpNodeRoot === false) return { refuse() {}, close() {} };

  const routes = edgeRoutes(RED);
  const waiting = createWaiting(RED, routes, options);
  /** Requests that were let in, by their response; what is in here has passed the first door. */
  const inside = new WeakSet<ServerResponse>();
  const bodies = createBodyBudget(bodiesBytes);
  // Of its own, so that a package that is installed costs no webhook its place, nor strangers the editor its.
  const adminBodies = createBodyBudget(2 * adminLimitBytes);
  let closed = false;

  const unwrap = wrapListeners(server, (request, response, pass) => {
    if (closed) return pass();
    if (refuseUnreadable(request, response)) return;
    const concerned = concerns(request);
    const admin = !concerned && routes.isAdmin(request.url ?? '/');
    const files = !concerned && takesFiles(request);
    const limit = admin ? adminLimitBytes : files ? Math.max(FILE_BYTES, limitBytes) : limitBytes;
    if (refuseLarger(request, response, limit, admin || files ? adminBodies : bodies)) return;
    if (!concerned) return pass();
    waiting.enter(response, () => {
      inside.add(response);
      pass();
    });
  });

  // The second door: a body that was still coming when the deploy began. Its bytes have been captured by now, its route is gone.
  useHttpNode(RED, (_request, response, next) => {
    if (closed || !inside.has(response)) next();
    else waiting.enter(response, next);
  });
  const leaveStranded = rescueStranded(RED, waiting);

  function concerns(request: IncomingMessage): boolean {
    const path = routes.nodePath(request.url ?? '/');
    if (path === undefined) return false;
    const method = request.method ?? 'GET';
    // Not even the paths are known: what only reads may fail as it would without us.
    if (waiting.state() === 'booting') return !routes.sharedRoot && !SAFE_METHODS.has(method);
    return routes.has(method, path);
  }

  return {
    refuse: waiting.refuse,
    close() {
      closed = true;
      unwrap();
      leaveStranded();
      waiting.close();
    },
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Puts `first` before the server's listeners. The returned function restores them unless somebody has wrapped ours meanwhile. */
function wrapListeners(
  server: EventEmitter,
  first: (request: IncomingMessage, response: ServerResponse, pass: () => void) => void,
): () => void {
  const wrapped = server.listeners('request') as Listener[];
  const ours: Listener = (request, response) =>
    first(request, response, () => {
      for (const listener of wrapped) listener.call(server, request, response);
    });
  server.removeAllListeners('request');
  server.on('request', ours);
  return () => {
    if (!server.listeners('request').includes(ours)) return;
    server.off('request', ours);
    for (const listener of wrapped) server.on('request', listener);
  };
}
