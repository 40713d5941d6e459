/** Child processes of a benchmark: started, asked, measured, and ended whatever happens. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 120_000;
const children = new Set<ChildProcess>();

/** A helper of this folder, and what it sends first: `{ port }`, once it listens. */
export async function startHelper<T = { port: number }>(
  file: string,
  args: string[] = [],
  limitMs = START_MS,
): Promise<T & { child: ChildProcess }> {
  const child = keep(fork(path.join(import.meta.dirname, file), args));
  const [told] = (await once(child, 'message', { signal: AbortSignal.timeout(limitMs) })) as [T];
  return { ...told, child };
}

/** A Node-RED command; resolves when `ready` answers 200. */
export async function startServer(args: string[], env: NodeJS.ProcessEnv, ready: Request): Promise<ChildProcess> {
  const child = keep(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  let said = '';
  for (const output of [child.stdout!, child.stderr!])
    output.on('data', (chunk) => (said = (said + chunk).slice(-2_000)));
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(20)) {
    if (child.exitCode !== null) break;
    if (
      await fetch(ready.clone()).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return child;
  }
  throw new Error(`${args[0]} did not start. ${said}`);
}

/** Below those that the system gives to whoever asks for any: between now and when its server listens much may start. */
export async function freePort(): Promise<number> {
  const port = 10_000 + Math.floor(Math.random() * 20_000);
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return isFree ? port : freePort();
}

/** Resident memory in MB; NaN where the system has no `ps`. */
export function memoryOf({ pid }: ChildProcess): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** User and system time of a process so far, in microseconds; NaN where there is no /proc. Resolution: 10 ms. */
export function cpuOf({ pid }: { pid?: number | undefined }): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
}

/** A child of this process that runs this program, whoever started it; one that was not found costs nothing. */
export function namedChild(program: string): { pid?: number } {
  const found = execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const pid = Number(new RegExp(`^ *(\\d+) ${program}$`, 'm').exec(found)?.[1]);
  return pid ? { pid } : {};
}

/** Ends a child: politely, so that a profiler writes its file, and after 5 s for good. */
export async function endOne(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(late);
}

export async function endAll(): Promise<void> {
  await Promise.all([...children].map(endOne));
}

function keep(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}
