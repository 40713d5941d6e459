import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { redisMissing } from './test/support/redis.ts';
import { mongoMissing } from './test/support/wire.ts';

// A server that the machine's environment names is for the tests that ask for it (test/support/wire.ts), not for every product they start.
process.env.TEST_MONGODB_URL ??= process.env.MONGODB_URL ?? '';
// Workers, and the processes that tests start, load the same code hundreds of times: it is compiled once.
process.env.NODE_COMPILE_CACHE ??= path.join(import.meta.dirname, 'node_modules/.cache/tests');
const env = { MONGODB_URL: '', REDIS_URL: '', TEST_MONGODB_URL: process.env.TEST_MONGODB_URL };
/** What runs on a file does so also while the servers of the others are there. */
const onFile = { ...env, TEST_ENGINE_MONGODB: '', TEST_ENGINE_REDIS: '' };
const include = ['**/*.test.ts'];
/** Rules hold nothing of a process: what one file has loaded serves the next. */
const RULES = ['core/**/*.test.ts'];
const exclude = ['node_modules/**', 'dist/**'];
const onServers = { globalSetup: 'test/support/engine-servers.ts', env };

/** What runs on MongoDB and Redis as well, where they can be had: pipelines, and whatever a person of the business takes over. */
const AGAIN = ['test/pipelines.test.ts', 'test/runtime/{takeover,human-wins,promises}.test.ts'];

// `TEST_ENGINE=mongodb vitest run …` runs whatever it is asked for on these servers only.
const isChosen = process.env.TEST_ENGINE === 'mongodb';
/** Whole products first, whatever runs on: none of them is left to one worker at the end, while the others have nothing to do. */
class ProductsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isProduct = ({ moduleId }: TestSpecification) =>
      /^(?:test|stores)\//.test(path.relative(import.meta.dirname, moduleId));
    const sorted = await super.sort(files);
    return [...sorted.filter(isProduct), ...sorted.filter((file) => !isProduct(file))];
  }
}

const missing = mongoMissing() ?? redisMissing();

export default defineConfig({
  test: {
    exclude,
    sequence: { sequencer: ProductsFirst },
    // Real runtimes, real browsers: a slow machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests of servers and browsers wait a third of their time: one more than the two cores of a small machine.
    maxWorkers: 3,
    projects: isChosen
      ? [{ extends: true, test: { name: 'mongodb', include, ...onServers } }]
      : [
          { extends: true, test: { name: 'file', include, exclude: [...exclude, ...RULES], env: onFile } },
          { extends: true, test: { name: 'rules', include: RULES, isolate: false, env: onFile } },
          ...(missing ? [] : [{ extends: true as const, test: { name: 'mongodb', include: AGAIN, ...onServers } }]),
        ],
  },
});
