import { defineConfig } from 'vitest/config';
import { redisMissing } from './test/support/redis.ts';
import { mongoMissing } from './test/support/wire.ts';

// A server that the machine's environment names is for the tests that ask for it (test/support/wire.ts), not for every product they start.
process.env.TEST_MONGODB_URL ??= process.env.MONGODB_URL ?? '';
const env = { MONGODB_URL: '', REDIS_URL: '', TEST_MONGODB_URL: process.env.TEST_MONGODB_URL };
/** What runs on a file does so also while the servers of the others are there. */
const onFile = { ...env, TEST_ENGINE_MONGODB: '', TEST_ENGINE_REDIS: '' };
const include = ['**/*.test.ts'];
const onServers = { globalSetup: 'test/support/engine-servers.ts', env };

/** What runs on MongoDB and Redis as well, where they can be had: pipelines, and whatever a person of the business takes over. */
const AGAIN = ['test/pipelines.test.ts', 'test/runtime/{takeover,human-wins,promises}.test.ts'];

// `TEST_ENGINE=mongodb vitest run …` runs whatever it is asked for on these servers only.
const isChosen = process.env.TEST_ENGINE === 'mongodb';
const missing = mongoMissing() ?? redisMissing();

export default defineConfig({
  test: {
    exclude: ['node_modules/**', 'dist/**'],
    // Real runtimes, real browsers: a slow machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests of servers and browsers wait a third of their time: one more than the two cores of a small machine.
    maxWorkers: 3,
    projects: isChosen
      ? [{ extends: true, test: { name: 'mongodb', include, ...onServers } }]
      : [
          { extends: true, test: { name: 'file', include, env: onFile } },
          ...(missing ? [] : [{ extends: true as const, test: { name: 'mongodb', include: AGAIN, ...onServers } }]),
        ],
  },
});
