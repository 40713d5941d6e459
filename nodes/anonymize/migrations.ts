import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // 2: what is masked can be chosen; until then it was everything.
    (config) => ({ ...config, kinds: ['PHONE', 'EMAIL', 'IBAN', 'CARD', 'NAME', 'ID'] }),
  ],
};
