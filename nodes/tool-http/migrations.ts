import type { Migrations } from '../../runtime/migrate.ts';

export const migrations: Migrations = { steps: [] };
