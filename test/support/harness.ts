/**
 * A real Node-RED in this process, set up as its own command does it: one root app, admin API under `/admin`, flows under `/`.
 * Node-RED is one per process, so one runtime per test file (vitest gives each file its own process) and a `stop()` at its end.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FlowNode, Red } from '../../node-red/red.ts';
import { engineEnv } from './engine.ts';

/** What every node of these tests is given by `registerType`. */
export interface TestNode extends FlowNode {
  on(event: 'input', handler: (msg: Msg, send: (msg: unknown) => void, done: (error?: unknown) => void) => void): void;
  on(event: 'close', handler: (done: () => void) => void): void;
  error(message: unknown, msg?: object): void;
}

export type Msg = Record<string, unknown> & { payload?: unknown };
export type FlowItem = { id: string; type: string; [property: string]: unknown };
export type DeployType = 'full' | 'nodes' | 'flows' | 'reload';

/** The embedded Node-RED: what plugins see, and the rest of it that a host needs. */
interface NodeRed extends Red {
  init(server: Server, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  httpAdmin: unknown;
  nodes: Red['nodes'] & {
    createNode(node: object, config: object): void;
    registerType(set: string, type: string, create: (this: TestNode, config: FlowItem) => void): void;
  };
  runtime: { flows: { setFlows(deploy: object): Promise<unknown> } };
}

interface App {
  (...args: unknown[]): void;
  use(path: string, app: unknown): void;
}

export interface RuntimeOptions {
  /** Over the harness's own settings. */
  settings?: Record<string, unknown>;
  /** Deployed at the start; nodes without `z` go to a tab `t`. */
  flows?: FlowItem[];
  credentials?: Record<string, object>;
  /** Environment while the runtime lives; restored by `stop`. */
  env?: Record<string, string | undefined>;
  /** Folders of palette packages: by default the project, whose `dist/` must be built. `[]`: Node-RED's own nodes only. */
  nodesDir?: string[];
  /** Called when Node-RED is initialised and nothing has loaded: where a plugin would do its work. */
  beforeStart?: (RED: Red) => void;
}

const require = createRequire(import.meta.url);
const PROJECT = path.resolve(import.meta.dirname, '../..');

export type Runtime = Awaited<ReturnType<typeof startRuntime>>;

/** Starts Node-RED on a free port with a user folder of its own; resolves when the flows run and the port listens. */
export async function startRuntime(options: RuntimeOptions = {}) {
  const RED: NodeRed = require('node-red');
  // The very registry that Node-RED uses: the embedded object does not show plugins.
  const registry: { getPlugin(id: string): unknown } = createRequire(require.resolve('node-red'))('@node-red/registry');
  const express: () => App = createRequire(require.resolve('node-red'))('express');
  const userDir = await mkdtemp(path.join(tmpdir(), 'dragoman-test-'));
  const engine = engineEnv(options.env?.DRAGOMAN_DATA ?? userDir);
  // The stand-in's voice is tones, which Silero takes for no speech.
  const restoreEnv = setEnv({ CALL_VOICE_ACTIVITY: 'loudness', ...engine, ...options.env });
  const app = express();
  const server = createServer((request, response) => app(request, response));
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    httpAdminRoot: '/admin/',
    httpNodeRoot: '/',
    nodesDir: options.nodesDir ?? [PROJECT],
    credentialSecret: 'test',
    telemetry: { enabled: false },
    disableEditor: true,
    logging: { console: { level: 'off' } },
    ...options.settings,
  });
  app.use('/admin/', RED.httpAdmin);
  app.use('/', RED.httpNode);
  options.beforeStart?.(RED);

  // `RED.start` and `setFlows` resolve before the flows run.
  const up = once(RED.events as never, 'flows:started');
  await RED.start();
  await up;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  /** Registers a node type of a test. `input` gets the node as `this`. */
  function registerNode(type: string, create: (this: TestNode, config: FlowItem) => void): void {
    RED.nodes.registerType(`test/${type}`, type, function (config) {
      RED.nodes.createNode(this, config);
      create.call(this, config);
    });
  }

  const taps = new Map<string, { messages: Msg[]; waiting: ((msg: Msg) => void)[] }>();
  const tapOf = (id: string) => {
    const tap = taps.get(id) ?? { messages: [], waiting: [] };
    taps.set(id, tap);
    return tap;
  };
  registerNode('tap', function (config) {
    this.on('input', (msg, _send, done) => {
      const tap = tapOf(config.id);
      const waiting = tap.waiting.shift();
      if (waiting) waiting(msg);
      else tap.messages.push(msg);
      done();
    });
  });

  /**
   * Deploys and resolves when the flows run. Nodes get a tab, a position and empty wires where they have none, without which Node-RED
   * would take them for configuration nodes; those are marked here with `config: true`.
   */
  async function deploy(
    flows: FlowItem[],
    credentials: Record<string, object> = {},
    type: DeployType = 'full',
  ): Promise<void> {
    const running = once(RED.events as never, 'flows:started');
    await RED.runtime.flows.setFlows({ flows: { flows: withTab(flows), credentials }, deploymentType: type });
    await running;
  }

  const runtime = {
    RED: RED as Red,
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    userDir,
    registerNode,
    deploy,
    plugin: (id: string) => registry.getPlugin(id),
    node(id: string): FlowNode {
      const node = RED.nodes.getNode(id) as FlowNode | null;
      if (!node) throw new Error(`No node ${id} runs.`);
      return node;
    },
    /** Hands `msg` to a node's input. */
    inject: (id: string, msg: object) => runtime.node(id).receive(msg),
    /** The next message at a `tap` node, which may have come already. */
    next(id: string, timeoutMs = 2000): Promise<Msg> {
      const tap = tapOf(id);
      const ready = tap.messages.shift();
      if (ready) return Promise.resolve(ready);
      return new Promise((resolve, reject) => {
        const arrive = (msg: Msg) => {
          clearTimeout(timer);
          resolve(msg);
        };
        const timer = setTimeout(() => {
          tap.waiting.splice(tap.waiting.indexOf(arrive), 1);
          reject(new Error(`No message at ${id} within ${timeoutMs} ms.`));
        }, timeoutMs);
        tap.waiting.push(arrive);
      });
    },
    /** Messages at a `tap` node that nobody has taken with `next`. */
    received: (id: string): Msg[] => [...tapOf(id).messages],
    async stop(): Promise<void> {
      await (registry.getPlugin('dragoman') as { engine?: { stop(): Promise<void> } } | undefined)?.engine?.stop();
      await RED.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await rm(userDir, { recursive: true, force: true });
      restoreEnv();
    },
  };
  if (options.flows) await deploy(options.flows, options.credentials);
  return runtime;
}

function withTab(flows: FlowItem[]): FlowItem[] {
  const items = flows.map((item, index): FlowItem => {
    if (item.type === 'tab' || item.type === 'subflow' || item.type === 'group') return item;
    const { config, ...node } = item;
    if (config === true) return node;
    return { z: 't', x: 100, y: 40 * (index + 1), wires: [], ...node };
  });
  return items.some((item) => item.id === 't') ? items : [{ id: 't', type: 'tab', label: 'test' }, ...items];
}

function setEnv(env: Record<string, string | undefined>): () => void {
  const before = new Map(Object.keys(env).map((name) => [name, process.env[name]]));
  const apply = (values: Iterable<[string, string | undefined]>) => {
    for (const [name, value] of values)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  apply(Object.entries(env));
  return () => apply(before);
}
