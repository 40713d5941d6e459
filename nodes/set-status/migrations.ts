import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // At once was the only way.
    (config) => ({ when: 'now', ...config }),
  ],
};
