/** The balancer that is shipped (deploy/haproxy.cfg), as a process, before workers that a name server of the test's own names. */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './server.ts';

const SHIPPED = path.resolve(import.meta.dirname, '../../deploy/haproxy.cfg');
const NAME = 'workers.test';

/** Why a test that needs HAProxy cannot run here; undefined where it can. Such a test is skipped with it, and is no pass. */
export function balancerMissing(): string | undefined {
  try {
    execFileSync('haproxy', ['-v'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'not run: .ci/engines has not installed haproxy here';
  }
}

export interface Balancer extends AsyncDisposable {
  /** Its three doors: for the world, for one's own systems, for monitoring. */
  world: string;
  inside: string;
  self: string;
  /** Requests that each worker was sent since the start, by the balancer's own name for it; without those that were sent none. */
  sent(): Promise<Map<string, number>>;
}

/**
 * The file as it is shipped, but for the ports and for where names are asked.
 * @param addresses of the workers, of this machine
 * @param port on which each of them listens
 */
export async function startBalancer(addresses: string[], port: number): Promise<Balancer> {
  const names = await startNames(addresses);
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-balancer-'));
  const changes: [string, string][] = [
    ...ports.map((own, index): [string, string] => [`bind :${8080 + index}\n`, `bind 127.0.0.1:${own}\n`]),
    ['parse-resolv-conf', `nameserver test 127.0.0.1:${names.port}`],
    [':1880', `:${port}`],
  ];
  let text = await readFile(SHIPPED, 'utf8');
  for (const [shipped, ours] of changes) {
    if (text.split(shipped).length !== 2) throw new Error(`deploy/haproxy.cfg does not have "${shipped}" once.`);
    text = text.replace(shipped, () => ours);
  }
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(file, text);
  const child = spawn('haproxy', ['-f', file, '-db'], {
    env: { ...process.env, WORKERS: NAME },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [world, inside, self] = ports.map((own) => `http://127.0.0.1:${own}`) as [string, string, string];
  const stop = async () => {
    if (child.exitCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    names.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const isUp = () =>
    fetch(`${self}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isUp())) {
    if (child.exitCode !== null) {
      await stop();
      throw new Error('haproxy did not start.');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    ...{ world, inside, self },
    sent: () => served(`${self}/metrics`),
    [Symbol.asyncDispose]: stop,
  };
}

async function served(metrics: string): Promise<Map<string, number>> {
  const text = await (await fetch(metrics)).text();
  const lines = text.matchAll(/^haproxy_server_sessions_total\{proxy="workers",server="([^"]+)"\} (\d+)/gm);
  return new Map(
    [...lines].map(([, server, count]): [string, number] => [server!, Number(count)]).filter(([, count]) => count > 0),
  );
}

/** Tells the addresses, whatever name it is asked for. */
async function startNames(addresses: string[]): Promise<{ port: number; stop(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { address, port }) => {
    const end = question.indexOf(0, 12) + 5;
    const isV4 = question.readUInt16BE(end - 4) === 1;
    const told = isV4 ? addresses : [];
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(told.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = told.map((one) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...one.split('.').map(Number)]),
    );
    socket.send(Buffer.concat([header, question.subarray(12, end), ...answers]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, stop: () => socket.close() };
}
