/** A grown installation as an operator has it: an editor that hands out the flows, workers, Redis, and MongoDB behind a line that can break. */
import { tmpdir } from 'node:os';
import { keyOf } from '../../app/stores.ts';
import type { Store } from '../../core/ports.ts';
import { openMongo } from '../../stores/mongodb/store.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import type { RedisServer } from './redis.ts';
import { redisMissing, startRedis } from './redis.ts';
import { mongoMissing, startMongo } from './wire.ts';
import { startWorkers, type Workers } from './workers.ts';

const CREDENTIAL_SECRET = 'of all processes';

/** Why it cannot be had here; undefined where it can. */
export const installationMissing = (): string | undefined => mongoMissing() ?? redisMissing();

export interface Installation extends AsyncDisposable {
  /** For the test itself, past the line that breaks. */
  openStore(): Promise<Store>;
  /** As all processes have it. */
  mongoUrl: string;
  /** Between the processes and MongoDB. */
  line: TcpProxy;
  redis: RedisServer;
  workers: Workers;
  /** The one process with the editor. */
  editor: Workers;
}

/**
 * Resolves when all workers run the flows.
 * @param env what all processes share; `DRAGOMAN_FLOWS` is the editor's only, so the workers can have them from nowhere else
 */
export async function startInstallation(
  count: number,
  { DRAGOMAN_FLOWS, ...env }: Record<string, string> & { DRAGOMAN_FLOWS: string },
): Promise<Installation> {
  await using starting = new AsyncDisposableStack();
  const mongo = starting.use(await startMongo());
  const line = starting.use(await startProxy(mongo));
  const redis = starting.use(await startRedis());
  const mongoUrl = mongo.database();
  // One address for all: it is by that that they know each other on Redis.
  const MONGODB_URL = mongo.through(mongoUrl, line.port);
  const shared = { CREDENTIAL_SECRET, REDIS_URL: redis.url, MONGODB_URL, ...env };
  const editor = starting.use(await startWorkers(1, { ...shared, DRAGOMAN_ROLE: 'editor', DRAGOMAN_FLOWS }));
  const workers = starting.use(await startWorkers(count, { ...shared, DRAGOMAN_ROLE: 'worker' }));
  const started = starting.move();
  const openStore = () => openMongo(mongoUrl, { key: keyOf(tmpdir(), CREDENTIAL_SECRET) });
  return {
    openStore,
    mongoUrl: MONGODB_URL,
    line,
    redis,
    workers,
    editor,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
