/** A real Redis of a test's own, on a free port, in a folder that is gone afterwards. `.ci/engines` installs it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'redis';
import { freePort } from './server.ts';

/** Why a test that needs Redis cannot run here; undefined where it can. Such a test is skipped with it, and is no pass. */
export function redisMissing(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'not run: .ci/engines has not installed redis-server here';
  }
}

export interface RedisServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Empties it, as a cache may be emptied at any time. */
  flush(): Promise<void>;
  /** SIGTERM: it writes what it has, and is away. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on its port, with the data that are in its folder. */
  start(): Promise<void>;
}

/** Every write is on the disk before it is answered, so that what it said it has is there after a kill. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    const options = { port, dir: folder, bind: '127.0.0.1', save: '', appendonly: 'yes', appendfsync: 'always' };
    const started = spawn(
      'redis-server',
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child = started;
    let said = '';
    started.stdout.on('data', (chunk) => (said += chunk));
    while (!(await answers(port))) {
      if (started.exitCode !== null) throw new Error(`redis-server did not start:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    child = undefined;
  };
  const url = `redis://127.0.0.1:${port}`;
  await start();
  return {
    url,
    port,
    async flush() {
      const client = createClient({ url });
      await client.connect();
      await client.flushAll();
      await client.close();
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether it is up and has read its data. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
