import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DragomanError } from '../core/errors.ts';
import { STORE_FILE } from '../core/folders.ts';
import { setting } from '../core/settings.ts';
import { copyDatabase } from '../stores/sqlite/backup.ts';
import type { Command } from './command.ts';
import { dataFolder, WHICH_FOLDER } from './project.ts';

export const backup: Command = {
  usage: '<file>',
  summary: 'Copies the database into a new file while the server goes on; it holds what customers wrote',
  takes: ['file'],
  options: {},
  async run({ words }) {
    if (setting('mongoUrl'))
      throw new DragomanError(
        'BAD_REQUEST',
        'The records are in MongoDB (MONGODB_URL).',
        'Use mongodump, or the backups of your provider. "dragoman store copy" makes a file of them while no server runs.',
      );
    const target = path.resolve(words[0]!);
    const file = path.join(dataFolder(), STORE_FILE);
    if (!existsSync(file))
      throw new DragomanError(
        'NOT_FOUND',
        `There is no database in ${dataFolder()}.`,
        `If it is elsewhere, ${WHICH_FOLDER}.`,
      );
    try {
      copyDatabase(file, target);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
        throw new DragomanError('BAD_REQUEST', `${target} is there already.`, 'Name a file that is not there yet.', {
          cause,
        });
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new DragomanError(
        'STORE_UNAVAILABLE',
        `The copy was not made (${why}).`,
        'Look at the folder of the new file, its room and its permissions.',
        { cause },
      );
    }
    const bytes = statSync(target).size;
    return {
      data: { file: target, bytes },
      lines: [
        `${target}  ${Math.ceil(bytes / 1024)} KiB`,
        'Not in it: dragoman.db.key beside the database (without it nobody who said STOP and was forgotten is known), secrets.json, users.json and flows_cred.json.',
      ],
    };
  },
};
