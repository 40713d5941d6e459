/** The store of a server that may be running beside, for commands that only read. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DragomanError } from '../core/errors.ts';
import { STORE_FILE } from '../core/folders.ts';
import type { Store } from '../core/ports.ts';
import { setting } from '../core/settings.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { dataFolder, WHICH_FOLDER } from './project.ts';

/** @throws DragomanError NOT_FOUND where there is no store; DATA_NEWER, DATA_OLDER, DATA_INCOMPLETE; STORE_UNAVAILABLE */
export async function withStore<T>(read: (store: Store) => Promise<T>): Promise<T> {
  const url = setting('mongoUrl');
  return url ? inMongo(url, read) : inFile(read);
}

async function inMongo<T>(url: string, read: (store: Store) => Promise<T>): Promise<T> {
  const { openMongo } = await import('../stores/mongodb/store.ts');
  const store = await openMongo(url);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

async function inFile<T>(read: (store: Store) => Promise<T>): Promise<T> {
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
