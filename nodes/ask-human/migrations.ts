import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // Nobody wrote a summary, and nothing else was said while nobody was there.
    (config) => ({ goodbyeClosed: '', provider: '', ...config }),
  ],
};
