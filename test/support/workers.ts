/** Several processes of the product, each started as a person starts one, that can be killed, stopped in their tracks and started again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, type Server, startServer } from './server.ts';

export interface Worker {
  /** Stays the same over restarts, as behind a balancer. */
  url: string;
  /** Of this process and the ones before it. */
  output(): string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM: it drains. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Again, with its folder and its environment. */
  start(): Promise<void>;
  /** SIGSTOP: it does nothing and knows nothing of it, until `wake`. */
  pause(): void;
  /** SIGCONT. */
  wake(): void;
}

export interface Workers extends AsyncDisposable {
  all: Worker[];
  /** One after the other, as a balancer deals that knows nothing. */
  next(): Worker;
}

/**
 * Resolves when all are ready. Each has a data folder of its own, as each has in a container.
 * @param env what they share, the flows' folder at least
 */
export async function startWorkers(count: number, env: Record<string, string>): Promise<Workers> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-workers-'));
  const started = await Promise.allSettled(
    Array.from({ length: count }, (_, index) =>
      startWorker({ DRAGOMAN_DATA: path.join(folder, String(index)), ...env }),
    ),
  );
  const all = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const end = async () => {
    await Promise.all(all.map((worker) => worker.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await end();
    throw failed.reason;
  }
  let turn = 0;
  return { all, next: () => all[turn++ % all.length]!, [Symbol.asyncDispose]: end };
}

async function startWorker(shared: Record<string, string>): Promise<Worker> {
  const env = { ...shared, PORT: String(await freePort()) };
  let server: Server = await startServer(env);
  let before = '';
  return {
    url: server.url,
    output: () => before + server.output(),
    kill: () => server.kill(),
    stop: () => server.stop(),
    async start() {
      before += server.output();
      server = await startServer(env);
    },
    pause: () => void server.child.kill('SIGSTOP'),
    wake: () => void server.child.kill('SIGCONT'),
  };
}
