/**
 * The engine on which the products of tests keep their data: a file, or, where `TEST_ENGINE=mongodb` asks for it, a database and a Redis that
 * test/support/engine-servers.ts started. What is told here is by data folder: one that is started again finds what it had.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { keyOf } from '../../app/stores.ts';
import { STORE_FILE } from '../../core/folders.ts';
import type { Store } from '../../core/ports.ts';
import { openMongo } from '../../stores/mongodb/store.ts';
import { openStore } from '../../stores/sqlite/store.ts';

/** Where the servers are, for the processes of the tests. */
export const ENGINE = { mongodb: 'TEST_ENGINE_MONGODB', redis: 'TEST_ENGINE_REDIS' };
const CREDENTIAL_SECRET = 'test';

/** What a product is started with beside its data folder; nothing where its data are in a file. */
export function engineEnv(dataFolder: string): Record<string, string> {
  const { [ENGINE.mongodb]: mongo, [ENGINE.redis]: redis } = process.env;
  if (!mongo || !redis) return {};
  const url = new URL(mongo);
  url.pathname += `-${createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 12)}`;
  return { MONGODB_URL: url.href, REDIS_URL: redis, CREDENTIAL_SECRET };
}

/** Of a product that does not run, or beside one that does. */
export async function openStoreOf(dataFolder: string): Promise<Store> {
  const { MONGODB_URL: url } = engineEnv(dataFolder);
  if (!url) return openStore(path.join(dataFolder, STORE_FILE));
  return openMongo(url, { key: keyOf(dataFolder, CREDENTIAL_SECRET) });
}

/** The collections of a product's database that hold one of these texts; none where its data are in a file. */
export async function collectionsWith(dataFolder: string, texts: string[]): Promise<string[]> {
  const { MONGODB_URL: url } = engineEnv(dataFolder);
  if (!url) return [];
  await using client = new MongoClient(url);
  const found: string[] = [];
  for (const collection of await client.db().collections()) {
    const documents = JSON.stringify(await collection.find().toArray());
    if (texts.some((text) => documents.includes(text))) found.push(collection.collectionName);
  }
  return found;
}
