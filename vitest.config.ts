import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    // Real runtimes, real browsers, two cores: a slow machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A server that the machine's environment names is for the tests that ask for it (test/support/wire.ts), not for every product they start.
    env: { MONGODB_URL: '', REDIS_URL: '', TEST_MONGODB_URL: process.env.MONGODB_URL ?? '' },
  },
});
