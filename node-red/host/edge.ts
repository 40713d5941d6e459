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
import { addHook, httpServer, isClosed, leadsNowhere, liveNode, type Red, removeHooks, useHttpNode } from '../red.ts';
import { refuseLarger, refuseLater, WEBHOOK_BYTES } from './edge-refusals.ts';
import { type EdgeRoutes, edgeRoutes } from './edge-routes.ts';

export interface EdgeOptions {
  /** The largest body of a webhook, or of anything that is not the editor's, in bytes. */
  limitBytes?: number;
  /** The largest of the editor's own, which Node-RED limits further, in bytes. A package of nodes is one. */
  adminLimitBytes?: number;
  /** How many requests may wait for a deploy at a time; more are answered 503. */
  maxHeld?: number;
  /** How long one may wait, in milliseconds, before it is answered 503. */
  holdMs?: number;
}

export interface Edge {
  /** From now on every webhook is answered 503, so that its platform sends it again: for the time before an exit. */
  refuse(): void;
  /** Takes it out; requests that wait go on. */
  close(): void;
}

/**
 * `booting`: nothing is known of the flows yet. `changing`: between `flows:stopping` and `flows:started`.
 * `down`: flows do not run and will not by themselves (stopped, safe mode, missing nodes), or the process is about to end.
 */
type State = 'booting' | 'changing' | 'running' | 'down';

interface Held {
  go(): void;
  giveUp(): void;
}

/** A request's message that met no node, kept for the one that comes. */
interface Stranded {
  nodeId: string;
  msg: object;
  response: ServerResponse;
  /** A node had it and was closed; else it may have been a wire to a disabled node, and another one answers. */
  taken: boolean;
}

const LABEL = 'dragoman-edge';
const ADMIN_BYTES = 48 * 1024 * 1024;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Call it while plugins load. Does nothing where Node-RED has no server or no `httpNodeRoot`. */
export function installEdge(RED: Red, options: EdgeOptions = {}): Edge {
  const { limitBytes = WEBHOOK_BYTES, adminLimitBytes = ADMIN_BYTES, maxHeld = 1000, holdMs = 15_000 } = options;
  const server = httpServer(RED);
  if (!server || RED.settings.httpNodeRoot === false) return { refuse() {}, close() {} };

  const routes: EdgeRoutes = edgeRoutes(RED);
  const held = new Set<Held>();
  /** Requests that were let in, by their response; what is in here has passed the first door. */
  const inside = new WeakSet<ServerResponse>();
  let stranded: Stranded[] = [];
  // Installed from the palette into flows that run already, the first connection is long past.
  routes.replace();
  let state: State = routes.alive() ? 'running' : 'booting';
  let leaving = false;
  let closed = false;

  const unwrap = wrapListeners(server, (request, response, pass) => {
    if (closed) return pass();
    const concerned = concerns(request);
    const limit = !concerned && routes.isAdmin(request.url ?? '/') ? adminLimitBytes : limitBytes;
    if (refuseLarger(request, response, limit)) return;
    if (!concerned) return pass();
    enter(response, () => {
      inside.add(response);
      pass();
    });
  });

  // The second door: a body that was still coming when the deploy began. Its bytes have been captured by now, its route is gone.
  useHttpNode(RED, (_request, response, next) => {
    if (closed || !inside.has(response)) next();
    else enter(response, next);
  });

  function concerns(request: IncomingMessage): boolean {
    const path = routes.nodePath(request.url ?? '/');
    if (path === undefined) return false;
    const method = request.method ?? 'GET';
    // Not even the paths are known: what only reads may fail as it would without us.
    if (state === 'booting') return !routes.sharedRoot && !SAFE_METHODS.has(method);
    return routes.has(method, path);
  }

  function enter(response: ServerResponse, go: () => void): void {
    if (state === 'running') go();
    else if (state === 'down' || held.size >= maxHeld) refuseLater(response);
    else hold(response, go);
  }

  function hold(response: ServerResponse, go: () => void): void {
    const entry: Held = {
      go() {
        leave();
        if (!response.destroyed && !response.headersSent) go();
      },
      giveUp() {
        leave();
        refuseLater(response);
      },
    };
    const leave = () => {
      clearTimeout(timer);
      held.delete(entry);
      response.off('close', leave);
    };
    const timer = setTimeout(entry.giveUp, holdMs);
    response.on('close', leave);
    held.add(entry);
  }

  function changing(): void {
    routes.add();
    if (!leaving) state = 'changing';
  }

  function running(): void {
    if (leaving) return;
    routes.replace();
    state = 'running';
    for (const entry of [...held]) entry.go();
    deliverStranded();
  }

  function down(): void {
    routes.add();
    state = 'down';
    for (const entry of [...held]) entry.giveUp();
    deliverStranded();
  }

  /** Node-RED tells in this way only that flows will not start: `stop` without a deploy, or with an error. */
  function runtimeEvent(event: { id?: string; payload?: { state?: string; error?: unknown; deploy?: boolean } }): void {
    if (event.id !== 'runtime-state' || !event.payload) return;
    const { state: flows, error, deploy } = event.payload;
    if ((flows === 'stop' || flows === 'safe') && (error || !deploy)) down();
  }

  /** A message that a deploy would lose, and its caller wait in vain, goes to the node that replaced its destination. */
  function strand(msg: object, nodeId: string, taken: boolean): void {
    const response = (msg as { res?: { _res?: ServerResponse } }).res?._res;
    if (!response || response.headersSent) return;
    stranded.push({ nodeId, msg, response, taken });
    if (state === 'running') setImmediate(deliverStranded);
  }

  function deliverStranded(): void {
    if (state === 'changing') return;
    const again = stranded;
    stranded = [];
    for (const { nodeId, msg, response, taken } of again) {
      const node = state === 'running' ? liveNode(RED, nodeId) : undefined;
      if (node) node.receive(msg);
      else if (taken) refuseLater(response);
    }
  }

  addHook(RED, 'onReceive', LABEL, ({ msg, destination }) => {
    if ('res' in msg && isClosed(destination.node)) strand(msg, destination.id, true);
  });
  addHook(RED, 'preRoute', LABEL, (event) => {
    if ('res' in event.msg && leadsNowhere(event)) strand(event.msg, event.destination.id, false);
  });
  RED.events.on('flows:starting', changing);
  RED.events.on('flows:stopping', changing);
  RED.events.on('flows:started', running);
  RED.events.on('runtime-event', runtimeEvent);

  return {
    refuse() {
      leaving = true;
      down();
    },
    close() {
      closed = true;
      unwrap();
      removeHooks(RED, LABEL);
      RED.events.off('flows:starting', changing);
      RED.events.off('flows:stopping', changing);
      RED.events.off('flows:started', running);
      RED.events.off('runtime-event', runtimeEvent);
      for (const entry of [...held]) entry.go();
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
