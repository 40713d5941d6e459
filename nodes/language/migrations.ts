import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // The list was the only choice; now it is the default, and an integrator may say that it is the only choice.
    (config) => ({ pinned: false, ...config }),
  ],
};
