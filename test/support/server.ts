/** Dragoman as its own process, started as a person starts it, so that it can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { engineEnv } from './engine.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

export interface Server {
  url: string;
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** `kill -9`. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/**
 * Starts it and waits until the flows run.
 * @param env PORT and DRAGOMAN_DATA at least
 * @param page what answers well once it has started
 */
export async function startServer(env: Record<string, string>, page = '/health/ready'): Promise<Server> {
  const child = spawn(process.execPath, ['start.mjs'], {
    cwd: PROJECT,
    env: { ...process.env, ADMIN_PASSWORD: 'test-password', ...engineEnv(env.DRAGOMAN_DATA ?? ''), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const gone = once(child, 'exit');
  const url = `http://${env.HOST || '127.0.0.1'}:${env.PORT}`;
  for (const end = Date.now() + 60_000; ; ) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`Dragoman did not start:\n${text}`);
    const ready = await fetch(url + page).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await gone;
  };
  return {
    url,
    child,
    output: () => text,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM').then(() => child.exitCode),
  };
}
