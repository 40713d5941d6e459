/**
 * Node-RED with our built plugins, in this process. Node-RED is one a process and not made to start twice, so each start loads its modules
 * anew, which costs a fifth of a second; what it added to the process is taken off again.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Engine } from '../app/engine.ts';
import type { Stores } from '../app/stores.ts';
import { DragomanError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { FlowNode as Saved } from '../node-red/flow-files/canonical.ts';
import { addHook, callsDone, type Red } from '../node-red/red.ts';
import { PROJECT } from './flows.ts';

export interface Host {
  engine: Engine;
  /** Without a slash at the end. */
  url: string;
  /** Whether a node of other makers has a message that it has not finished. */
  foreignWork(): boolean;
  giveUp(): void;
  /** Ends Node-RED; the engine must have stopped. */
  stop(): Promise<void>;
}

export interface HostOptions {
  folder: string;
  /** Data folder of the user's own server, for the palette that he installed into it. */
  own: string;
  nodes: Saved[];
  clock: Clock;
  stores(opened: Stores): Stores;
  log(line: LogLine): void;
}

export interface LogLine {
  level: 'error' | 'warn' | 'info';
  /** A node or Dragoman says it, not Node-RED itself. */
  ours: boolean;
  text: string;
}

interface NodeRed extends Red {
  init(server: unknown, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  httpAdmin: unknown;
}

interface App {
  (...args: unknown[]): void;
  use(path: string, app: unknown): void;
}

const MODULES = /[\\/]node_modules[\\/](@node-red|node-red)[\\/]/;
const ADDED = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'SIGHUP', 'exit'] as const;
const START_MS = 30_000;
const LEVELS: Record<number, LogLine['level']> = { 10: 'error', 20: 'error', 30: 'warn', 40: 'info' };

export const DATA = 'data';

/** Starts on a free port, with the user folder and the data under `folder`, which may hold those of a start before. */
export async function startHost({ folder, own, nodes, clock, stores, log }: HostOptions): Promise<Host> {
  if (!existsSync(path.join(PROJECT, 'dist', 'node-red', 'plugin.js')))
    throw new DragomanError('NOT_FOUND', 'Dragoman is not built.', 'Run "npm run build" first.');
  const require = createRequire(import.meta.url);
  const restore = rememberListeners();
  for (const file of Object.keys(require.cache)) if (MODULES.test(file)) delete require.cache[file];
  const RED: NodeRed = require('node-red');
  const inner = createRequire(require.resolve('node-red'));
  const registry: { getPlugin(id: string): { engine: Engine } | undefined } = inner('@node-red/registry');
  const express: () => App = inner('express');

  const userDir = path.join(folder, 'user');
  await prepare(userDir, own, nodes);
  const app = express();
  const server = createServer((request, response) => app(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    httpAdminRoot: '/editor',
    httpNodeRoot: '/',
    nodesDir: [PROJECT],
    credentialSecret: 'scenarios',
    telemetry: { enabled: false, updateNotification: false },
    disableEditor: true,
    externalModules: { autoInstall: false, palette: { allowInstall: false }, modules: { allowInstall: false } },
    logging: {
      console: { level: 'off' },
      scenarios: {
        level: 'info',
        handler: () => (entry: { level: number; id?: string; msg: unknown }) => {
          const text = textOf(entry.msg);
          const ours = entry.id !== undefined || text.startsWith('[dragoman]');
          log({ level: LEVELS[entry.level] ?? 'info', ours, text: text.replace('[dragoman] ', '') });
        },
      },
    },
    dragoman: { clock, stores, alone: true },
  });
  app.use('/editor', RED.httpAdmin);
  app.use('/', RED.httpNode);

  const close = async () => {
    await RED.stop();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    restore();
  };
  const work = foreignWorkOf(RED);
  try {
    const up = flowsStarted(RED);
    await RED.start();
    await up;
    const engine = registry.getPlugin('dragoman')?.engine;
    if (!engine) throw new DragomanError('NOT_FOUND', 'The engine did not start.', 'The lines of the log say why.');
    return { engine, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...work, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The flows, and the palette that the user installed into his data folder. */
async function prepare(userDir: string, own: string, nodes: Saved[]): Promise<void> {
  await mkdir(userDir, { recursive: true });
  await writeFile(path.join(userDir, 'flows.json'), JSON.stringify(nodes));
  const palette = path.join(own, 'node_modules');
  if (!existsSync(palette) || existsSync(path.join(userDir, 'node_modules'))) return;
  await symlink(palette, path.join(userDir, 'node_modules'), 'junction');
  if (existsSync(path.join(own, 'package.json')))
    await cp(path.join(own, 'package.json'), path.join(userDir, 'package.json'));
}

function flowsStarted(RED: Red): Promise<void> {
  const missing = Promise.withResolvers<never>();
  RED.events.on('runtime-event', ((event: { id: string; payload?: { error?: string; types?: string[] } }) => {
    if (event.id === 'runtime-state' && event.payload?.error === 'missing-types')
      missing.reject(
        new DragomanError(
          'NOT_FOUND',
          `The flows have nodes that are not installed: ${event.payload.types?.join(', ')}.`,
          'Install them first.',
        ),
      );
  }) as never);
  const started = once(RED.events as never, 'flows:started', { signal: AbortSignal.timeout(START_MS) });
  return Promise.race([started.then(() => undefined), missing.promise]);
}

/** Counts what nodes that are not ours have in hand: a delay, a call to somewhere. */
function foreignWorkOf(RED: NodeRed): Pick<Host, 'foreignWork' | 'giveUp'> {
  const open = new Map<string, number>();
  const count = (id: string, by: number) => {
    const left = (open.get(id) ?? 0) + by;
    if (left > 0) open.set(id, left);
    else open.delete(id);
  };
  addHook(RED, 'onReceive', 'scenarios', ({ destination: { node } }) => {
    if (!node.type.startsWith('dragoman-') && callsDone(node)) count(node.id, 1);
  });
  addHook(RED, 'onComplete', 'scenarios', ({ node: { node } }) => count(node.id, -1));
  return { foreignWork: () => open.size > 0, giveUp: () => open.clear() };
}

function rememberListeners(): () => void {
  const before = ADDED.map((event) => [event, process.rawListeners(event)] as const);
  return () => {
    for (const [event, listeners] of before) {
      for (const listener of process.rawListeners(event))
        if (!listeners.includes(listener)) process.off(event, listener as () => void);
      for (const listener of listeners)
        if (!process.rawListeners(event).includes(listener)) process.on(event, listener as () => void);
    }
  };
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message.trim();
  if (message instanceof Error) return message.message;
  return JSON.stringify(message);
}
