/** The store of a server that may be running beside, for commands that only read. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DragomanError } from '../core/errors.ts';
import { STORE_FILE } from '../core/folders.ts';
import type { Store } from '../core/ports.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { dataFolder, WHICH_FOLDER } from './project.ts';

/** @throws DragomanError NOT_FOUND where there is no store; DATA_NEWER, DATA_OLDER; STORE_UNAVAILABLE */
export async function withStore<T>(read: (store: Store) => Promise<T>): Promise<T> {
  const file = path.join(dataFolder(), STORE_FILE);
  if (!existsSync(file))
    throw new DragomanError(
      'NOT_FOUND',
      `Dragoman has written nothing to ${dataFolder()} yet.`,
      `Start it once with "npm start", or ${WHICH_FOLDER}.`,
    );
  let store: Store | undefined;
  try {
    store = openStore(file, { beside: true });
    return await read(store);
  } catch (cause) {
    if (DragomanError.is(cause)) throw cause;
    throw new DragomanError(
      'STORE_UNAVAILABLE',
      `${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`,
      'Run the command as the user that runs Dragoman.',
      { cause },
    );
  } finally {
    await store?.close();
  }
}
