/**
 * MongoDB for tests: the server that `MONGODB_URL` names, else a peer of its wire in memory (test/peers/Wire.java), which `.ci/engines` sets
 * up. What only a real server can show asks `isRealMongo` and says "not run" elsewhere.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';

const WIRE = path.join(
  process.env.DRAGOMAN_PEERS ??
    path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'dragoman-peers'),
  'wire',
);
// Under another name (vitest.config.ts), or every product that a test starts would take that database.
const real = process.env.TEST_MONGODB_URL;

export const isRealMongo = Boolean(real);

/** Why a test that needs MongoDB cannot run here; undefined where it can. Such a test is skipped with it, and is no pass. */
export function mongoMissing(): string | undefined {
  // Copied there last, so the rest is there too.
  return real || existsSync(path.join(WIRE, 'Wire.java'))
    ? undefined
    : "not run: .ci/engines has not set up the peer of MongoDB's wire here, and MONGODB_URL names no server";
}

export interface MongoServer extends AsyncDisposable {
  host: string;
  port: number;
  /** The URL of a database that nobody else has; on a real server it is dropped afterwards, and all whose names begin with its own. */
  database(): string;
  /** The same database by another way: through a proxy on this machine. */
  through(url: string, port: number): string;
}

/** A peer of this test's own, up in half a second; or a connection to the real server. */
export async function startMongo(): Promise<MongoServer> {
  const { base, stop } = real ? { base: new URL(real), stop: async () => {} } : await startPeer();
  const made: string[] = [];
  return {
    host: base.hostname,
    port: Number(base.port || 27_017),
    database() {
      const url = new URL(base);
      url.pathname = `/dragoman-test-${randomUUID().slice(0, 8)}`;
      made.push(url.href);
      return url.href;
    },
    through(url, port) {
      const other = new URL(url);
      other.host = `127.0.0.1:${port}`;
      // Or the driver would go around the proxy, to the members that the server names.
      other.searchParams.set('directConnection', 'true');
      return other.href;
    },
    async [Symbol.asyncDispose]() {
      if (real) for (const url of made) await drop(url);
      await stop();
    },
  };
}

async function startPeer(): Promise<{ base: URL; stop(): Promise<void> }> {
  const child = spawn(
    'java',
    [
      // No more memory than a test's records need.
      ...['-XX:+UseSerialGC', '-Xmx512m', '-Dslf4j.internal.verbosity=ERROR'],
      ...['-cp', `${WIRE}/classes:${WIRE}/lib/*`, 'Wire', '0'],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  for await (const line of createInterface(child.stdout)) {
    const [, port] = /^listening (\d+)$/.exec(line) ?? [];
    if (port) return { base: new URL(`mongodb://127.0.0.1:${port}`), stop };
  }
  throw new Error("The peer of MongoDB's wire did not start.");
}

async function drop(url: string): Promise<void> {
  const client = new MongoClient(url);
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
  const ours = databases.filter(({ name }) => name.startsWith(client.db().databaseName));
  for (const { name } of ours) await client.db(name).dropDatabase();
  await client.close();
}
