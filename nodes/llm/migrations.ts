import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // Words were shown only when they were sent. A flow of then may do something with them in between.
    (config) => ({ ...config, showsWords: false }),
    // An answer was always a text.
    (config) => ({ offersPerson: false, ...config }),
  ],
};
