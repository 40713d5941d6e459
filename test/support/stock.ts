/**
 * A stock Node-RED as anybody runs it: its own command in a process of its own, a fresh user folder, none of our settings.
 * Code under test goes in as a plugin of a package in that folder.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FlowItem } from './harness.ts';

const RED_JS = createRequire(import.meta.url).resolve('node-red/red.js');

export interface StockOptions {
  /** ESM source of a plugin: `export default (RED) => …`. Imports need absolute file URLs. */
  plugin?: string;
  /** ESM source of node types, likewise. */
  nodes?: string;
  flows?: FlowItem[];
  /** Puts more into the fresh user folder before Node-RED starts. */
  prepare?: (userDir: string) => Promise<void>;
  /** Over this process's environment; `undefined` takes a variable out. */
  env?: Record<string, string | undefined>;
  /** Further arguments of the command. */
  args?: string[];
  port?: number;
}

export interface Stock {
  url: string;
  userDir: string;
  pid: number;
  /** Everything it has printed. */
  output(): string;
  /** Resolves when it has printed `text`; rejects when it ends or 45 s pass before. */
  printed(text: string): Promise<void>;
  /** How it ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads what it prints any more. */
  unread(): void;
  /** Ends it if it runs, and removes its folder. */
  stop(): Promise<void>;
}

/** Spawns it; resolves at once. Wait with `printed('Started flows')`, or `listening` for its address. */
export async function spawnStock(options: StockOptions): Promise<Stock> {
  const userDir = await mkdtemp(path.join(tmpdir(), 'dragoman-stock-'));
  const plugin = path.join(userDir, 'node_modules', 'under-test');
  await mkdir(plugin, { recursive: true });
  const manifest = {
    name: 'under-test',
    version: '1.0.0',
    type: 'module',
    'node-red': {
      plugins: options.plugin ? { plugin: 'plugin.js' } : {},
      nodes: options.nodes ? { nodes: 'nodes.js' } : {},
    },
  };
  const files: Record<string, string> = { 'package.json': JSON.stringify(manifest) };
  if (options.plugin) files['plugin.js'] = options.plugin;
  if (options.nodes) {
    files['nodes.js'] = options.nodes;
    files['nodes.html'] = '';
  }
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(plugin, name), content);
  await writeFile(path.join(userDir, 'package.json'), JSON.stringify({ dependencies: { 'under-test': '1.0.0' } }));
  await writeFile(path.join(userDir, 'flows.json'), JSON.stringify(options.flows ?? []));
  await options.prepare?.(userDir);

  const args = ['-u', userDir, '-p', String(options.port ?? 0), '--no-telemetry', '-D', 'uiHost=127.0.0.1'];
  const child = spawn(process.execPath, [RED_JS, ...args, ...(options.args ?? [])], {
    cwd: userDir,
    env: { ...process.env, ...options.env },
  });
  let output = '';
  const watchers = new Set<() => void>();
  const read = (chunk: Buffer) => {
    output += chunk.toString();
    for (const watch of watchers) watch();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );

  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why} before it printed "${text}":\n${output}`));
      const timer = setTimeout(fail, 45_000, '45 s passed');
      const watch = () => {
        if (!output.includes(text)) return;
        clearTimeout(timer);
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      ended.then(() => fail('It ended'));
      watch();
    });

  return {
    get url() {
      return /now running at (http:\/\/[\d.:]+)/.exec(output)?.[1] ?? '';
    },
    userDir,
    pid: child.pid ?? 0,
    output: () => output,
    printed,
    ended,
    kill: (signal) => child.kill(signal),
    unread() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(userDir, { recursive: true, force: true });
    },
  };
}

/** As `spawnStock`, when it listens and its flows run. */
export async function startStock(options: StockOptions): Promise<Stock> {
  const stock = await spawnStock(options);
  try {
    await Promise.all([stock.printed('now running at'), stock.printed('Started flows')]);
  } catch (error) {
    await stock.stop();
    throw error;
  }
  return stock;
}
