import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = { steps: [] };
