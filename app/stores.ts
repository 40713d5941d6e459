/**
 * Where all that is remembered lies, and who else works on it: alone, a file in the data folder; among many, MongoDB, and Redis beside it. What many
 * need is loaded only where it was set up.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { keepPrivate } from '../adapters/files/private.ts';
import { systemClock } from '../adapters/net/clock.ts';
import { MARKS } from '../core/desk/marks.ts';
import { DragomanError } from '../core/errors.ts';
import { alone } from '../core/fleet/alone.ts';
import { join } from '../core/fleet/member.ts';
import { type Door, doorHere, doorOfAll } from '../core/fleet/tickets.ts';
import { KNOWLEDGE_FILE, STORE_FILE } from '../core/folders.ts';
import { newId } from '../core/ids.ts';
import { createGenerations, type Generations } from '../core/orders/generations.ts';
import type { Clock, Fleet, Hints, Limits, Logger, Rollouts, Store, Unmarked } from '../core/ports.ts';
import { keyOfSecret } from '../core/privacy/remembering.ts';
import type { Duties } from '../core/role.ts';
import { type Environment, setting } from '../core/settings.ts';
import { LOCK_FILE, lockFolder } from '../stores/sqlite/lock.ts';
import { openStore } from '../stores/sqlite/store.ts';

export interface Stores {
  store: Store;
  fleet: Fleet;
  duties: Duties;
  door: Door;
  /** What models wrote before. */
  generations: Generations;
  /** Of several processes only. */
  many?: Many;
  /** Others take what is left here, and all lines are closed. */
  close(): Promise<void>;
}

export interface Many {
  hints: Hints;
  rollouts: Rollouts;
  unmarked: Unmarked;
  /** Absent where each process counts for itself. */
  limits?: Limits;
}

export interface StoresOptions {
  dataFolder: string;
  /** The system's own when absent. */
  clock?: Clock | undefined;
  log: Logger;
  duties: Duties;
  /** Of the package. */
  version(): string;
  /** By which Node-RED seals what is typed into the editor: the same in all processes. */
  secret: string | undefined;
  environment?: Environment;
}

/**
 * At once where this process is alone.
 * @throws DragomanError DATA_IN_USE, DATA_NEWER, DATA_INCOMPLETE, SETTING_INVALID, STORE_UNAVAILABLE
 */
export function openStores(options: StoresOptions): Stores | Promise<Stores> {
  const { dataFolder, log, environment = process.env } = options;
  const url = setting('mongoUrl', environment);
  const redisUrl = setting('redisUrl', environment);
  keepPrivate(dataFolder, [LOCK_FILE, STORE_FILE, KNOWLEDGE_FILE]);
  const unlock = lockFolder(dataFolder);
  try {
    if (!url && redisUrl)
      log.warn('REDIS_URL is not used: it is for several processes, which need MONGODB_URL as well.');
    if (!url) return inFile(options, unlock);
    return inMongo(options, { url, redisUrl }, unlock).catch((error) => {
      unlock();
      throw error;
    });
  } catch (error) {
    unlock();
    throw error;
  }
}

function inFile({ dataFolder, clock = systemClock, log, duties }: StoresOptions, unlock: () => void): Stores {
  const store = openStore(path.join(dataFolder, STORE_FILE), { warn: (sentence) => log.warn(sentence) });
  return {
    ...{ store, duties, fleet: alone(newId(clock.now())), door: doorHere(clock), generations: createGenerations() },
    async close() {
      await store.close();
      unlock();
    },
  };
}

async function inMongo(
  options: StoresOptions,
  { url, redisUrl }: { url: string; redisUrl: string },
  unlock: () => void,
): Promise<Stores> {
  const { dataFolder, clock = systemClock, log, duties, version, secret } = options;
  const [{ openMongo }, { connect }, { mongoWorkers }, { mongoRollouts }, { mongoUnmarked }, redis] = await Promise.all(
    [
      import('../stores/mongodb/store.ts'),
      import('../stores/mongodb/connection.ts'),
      import('../stores/mongodb/workers.ts'),
      import('../stores/mongodb/rollouts.ts'),
      import('../stores/mongodb/marked.ts'),
      redisUrl ? import('../stores/redis/hints.ts') : undefined,
    ],
  );
  const store = await openMongo(url, { key: keyOf(dataFolder, secret) });
  // Of its own: a pulse does not wait behind the work.
  const line = await connect(url).catch(closing(store));
  const shared = redis?.openRedis(redisUrl, installationOf(url), { clock, log });
  const hints = shared?.hints ?? NO_HINTS;
  const fleet = await join({
    ...{
      workers: mongoWorkers(line.db),
      away: () => shared?.hints.away(),
      // A pulse is of this machine, whatever time it is for the conversations.
      clock: systemClock,
      log,
      role: duties.role,
      takesDuties: duties.duties,
    },
    version: version(),
    marks: MARKS,
    elapsed: () => performance.now(),
    newId: () => newId(clock.now()),
  }).catch(closing(store, line, hints));
  return {
    ...{ store, fleet, duties, door: doorOfAll(store, clock) },
    generations: shared?.generations ?? createGenerations(),
    many: {
      ...{ hints, rollouts: mongoRollouts(line.db), unmarked: mongoUnmarked(line) },
      ...(shared && { limits: shared.limits }),
    },
    async close() {
      await fleet.leave();
      await hints.close();
      await line.close();
      await store.close();
      unlock();
    },
  };
}

/** What cannot begin leaves nothing open. */
const closing = (...opened: { close(): Promise<void> }[]) => {
  return async (error: unknown): Promise<never> => {
    await Promise.all(opened.map((each) => each.close()));
    throw error;
  };
};

/** No Redis was set up: the store is asked instead, and nothing is amiss. */
const NO_HINTS: Hints = {
  wake: () => false,
  tell() {},
  listen() {},
  away: () => 'There is none.',
  async deafen() {},
  async close() {},
};

/** What parts installations on one Redis: servers and database, whoever asks. */
export function installationOf(url: string): string {
  const [, place = url] = /^[^/]*\/\/(?:[^@/]*@)?([^?]*)/.exec(url) ?? [];
  return place;
}

/**
 * By which the forgotten are known who said STOP: the same in all processes. A file in the data folder goes first, for it came with a store that was
 * copied; else it is made of the secret that all of them share.
 * @throws DragomanError SETTING_INVALID where there is neither
 */
export function keyOf(dataFolder: string, secret: string | undefined): Buffer {
  const file = path.join(dataFolder, `${STORE_FILE}.key`);
  if (existsSync(file)) return readFileSync(file);
  if (secret) return keyOfSecret(secret);
  throw new DragomanError(
    'SETTING_INVALID',
    'MONGODB_URL is set, and CREDENTIAL_SECRET is not.',
    'Set CREDENTIAL_SECRET, the same for all processes that share the store.',
  );
}
