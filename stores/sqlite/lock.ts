/** One server process a data folder. The operating system lets go of the lock when the process dies, however it dies. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';

export const LOCK_FILE = 'lock.db';

/**
 * Takes the folder's lock for the life of this process.
 * @returns gives it back.
 * @throws DragomanError DATA_IN_USE when another process has it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(path.join(folder, LOCK_FILE), { timeout: 0 });
  try {
    db.exec('begin exclusive');
  } catch (cause) {
    db.close();
    throw new DragomanError(
      'DATA_IN_USE',
      `Another Dragoman process works on ${folder}.`,
      'Stop it first, or give this one its own folder with DRAGOMAN_DATA.',
      { cause },
    );
  }
  return () => db.close();
}
