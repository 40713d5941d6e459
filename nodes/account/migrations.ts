import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // Replies could not be kept as drafts, and were made in the background.
    (config) => ({
      autoReply: 'on',
      processing: 'background',
      queue: '',
      timeoutSeconds: '',
      takeoverCeilingSeconds: 28_800,
      handBackText: '',
      ...config,
    }),
  ],
};
