/**
 * The parts of Node-RED that the runtime layer touches, as types and a few look-ups. Its published types leave out the private fields
 * of nodes that a turn's end can be read from; they are named here and nowhere else, so that an upgrade has one place to check
 * (Node-RED is pinned, and `test/runtime/turn-tracker.test.ts` fails when one of them changes its meaning).
 */
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A live node. The fields with an underscore are Node-RED's own. */
export interface FlowNode {
  id: string;
  type: string;
  url?: unknown;
  receive(msg?: object): void;
  send(msg?: object): void;
  _flow?: { activeNodes?: Record<string, unknown>; getNode?(id: string): unknown };
  _inputCallback?: ((...args: never[]) => unknown) | null;
  _inputCallbacks?: unknown[] | null;
  _expectedDoneCount?: number;
  /** Of an `inject` node that repeats, once it has made its start. */
  interval_id?: unknown;
  /** The same for one with days and hours. */
  cronjob?: unknown;
}

/** Hooks `preRoute` and `preDeliver`; `destination.node` is there from `preDeliver` on. */
export interface SendEvent {
  msg: object;
  source: { id: string; node: FlowNode };
  destination: { id: string; node?: FlowNode };
}

/** Hooks `onReceive` and `postReceive`: both get the same object. */
export interface ReceiveEvent {
  msg: object;
  destination: { id: string; node: FlowNode };
}

/** Hook `onComplete`. */
export interface CompleteEvent {
  msg: object;
  error?: unknown;
  node: { id: string; node: FlowNode };
}

export interface LogEntry {
  level: number;
  /** The node that logged; absent for Node-RED's own lines. */
  id?: string;
  msg?: unknown;
}

/** A node as it is configured, running or not. */
export interface NodeConfig {
  id: string;
  type: string;
  url?: unknown;
  method?: unknown;
  wires?: unknown;
  /** Of a `link out`. */
  links?: unknown;
  /** Disabled. */
  d?: boolean;
}

export type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

interface HookEvents {
  preRoute: SendEvent;
  preDeliver: SendEvent;
  onReceive: ReceiveEvent;
  postReceive: ReceiveEvent;
  onComplete: CompleteEvent;
}

/**
 * What plugins and nodes get as `RED`, as far as the runtime layer needs it. Structural: the object given to plugins fits, and so does
 * the embedded `require('node-red')` in tests.
 */
export interface Red {
  events: Pick<EventEmitter, 'on' | 'once' | 'off' | 'emit'>;
  hooks: {
    /** A callback must take one argument, run synchronously and return nothing: `false` halts the message. */
    add(name: string, callback: (event: never) => void): void;
    remove(name: string): void;
  };
  log: {
    addHandler(handler: never): void;
    removeHandler(handler: never): void;
    debug(message: string): void;
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  };
  nodes: { getNode(id: string): unknown; eachNode(visit: (config: never) => void): void };
  settings: { httpAdminRoot?: string | boolean | undefined; httpNodeRoot?: string | boolean | undefined };
  server: unknown;
  httpNode: unknown;
  httpAdmin?: unknown;
}

/** Registers one callback of ours under `label`; see `removeHooks`. */
export function addHook<Name extends keyof HookEvents>(
  RED: Red,
  name: Name,
  label: string,
  callback: (event: HookEvents[Name]) => void,
): void {
  RED.hooks.add(`${name}.${label}`, (event: HookEvents[Name]) => {
    callback(event);
  });
}

/** Removes the callbacks of `label`, or the one of `name`; harmless when there is none. */
export function removeHooks(RED: Red, label: string, name: keyof HookEvents | '*' = '*'): void {
  RED.hooks.remove(`${name}.${label}`);
}

/** Calls `listener` for everything that is logged. The returned function ends it. */
export function onLog(RED: Red, listener: (entry: LogEntry) => void): () => void {
  // Node-RED only ever calls `emit` on a log handler.
  const handler = { emit: (_event: 'log', entry: LogEntry) => listener(entry) };
  RED.log.addHandler(handler as never);
  return () => RED.log.removeHandler(handler as never);
}

export function liveNode(RED: Red, id: string): FlowNode | undefined {
  return (RED.nodes.getNode(id) ?? undefined) as FlowNode | undefined;
}

/** Every configured node of a type, also where flows do not run; none before they are loaded. */
export const nodesOfType = (RED: Red, type: string): NodeConfig[] =>
  configuredNodes(RED).filter((config) => config.type === type);

/** Every configured node, as above. */
export function configuredNodes(RED: Red): NodeConfig[] {
  const found: NodeConfig[] = [];
  try {
    RED.nodes.eachNode((config: NodeConfig) => void found.push(config));
  } catch {
    // Node-RED reads its flow configuration unchecked, and has none yet.
  }
  return found;
}

/** The HTTP server that Node-RED was given, if any. */
export function httpServer(RED: Red): EventEmitter | undefined {
  const server = RED.server as EventEmitter | null | undefined;
  return typeof server?.listeners === 'function' ? server : undefined;
}

/** Adds a middleware to the app of the `http in` nodes; in front of their routes if called while plugins load. */
export function useHttpNode(RED: Red, middleware: Middleware): void {
  (RED.httpNode as { use(middleware: Middleware): void }).use(middleware);
}

interface App {
  use(middleware: Middleware): void;
  /** The app that this one is mounted in. */
  parent?: App;
  _router?: { stack: { handle: unknown }[] };
}

/**
 * Adds a middleware in front of all others of the outermost app, as Node-RED's own `http in` does with what captures raw bodies; call it
 * when nodes have loaded, or that one comes to stand before it. Without an Express app it does nothing.
 */
export function useFirst(RED: Red, middleware: Middleware): void {
  let app = RED.httpNode as App;
  while (app.parent) app = app.parent;
  app.use(middleware);
  const stack = app._router?.stack ?? [];
  const at = stack.findIndex(({ handle }) => handle === middleware);
  if (at > 0) stack.unshift(...stack.splice(at, 1));
}

/** Adds an error handler behind all of the editor's own; the app that plugins are given is mounted in the one that reads bodies. */
export function useAdminRoot(RED: Red, handler: (error: unknown, ...more: never[]) => void): void {
  const app = RED.httpAdmin as App | undefined;
  (app?.parent ?? app)?.use(handler as never);
}

/** True where the node's input handler calls `done`; handlers with fewer than three arguments never do. */
export function callsDone(node: FlowNode): boolean {
  if (node._inputCallback) return node._inputCallback.length >= 3;
  return Boolean(node._inputCallbacks) && (node._expectedDoneCount ?? 0) > 0;
}

/** True while the node is part of the running flows: false as soon as a deploy has begun to close it. */
export function isLive(node: FlowNode): boolean {
  return node._flow?.activeNodes?.[node.id] === node;
}

/** True for a node that a deploy has closed: what it is given now is lost. */
export function isClosed(node: FlowNode): boolean {
  return !node._inputCallback && !node._inputCallbacks && !isLive(node);
}

/** True if a message on its way would find no node, as happens while a deploy replaces the destination. */
export function leadsNowhere(event: SendEvent): boolean {
  return !event.source.node._flow?.getNode?.(event.destination.id);
}
