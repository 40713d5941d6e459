import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // Every parameter was the model's, every operation but GET changed something, and the secret was typed in.
    (config) => ({ fixed: '', lookup: false, secretVariable: '', ...config }),
  ],
};
