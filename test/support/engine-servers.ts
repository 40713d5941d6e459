/** The servers of a run on another engine: one of each for all test files. vitest.config.ts starts them only where they can be had. */
import { ENGINE } from './engine.ts';
import { startRedis } from './redis.ts';
import { startMongo } from './wire.ts';

export async function setup() {
  await using starting = new AsyncDisposableStack();
  const mongo = starting.use(await startMongo());
  const redis = starting.use(await startRedis());
  process.env[ENGINE.mongodb] = mongo.database();
  process.env[ENGINE.redis] = redis.url;
  const started = starting.move();
  return () => started.disposeAsync();
}
