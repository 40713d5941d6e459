/**
 * The line to MongoDB. Every write waits until a majority of the servers has it in its journal, and every read asks the primary: what a caller was
 * told is never rolled back, and who reads after a write sees it.
 */
import { type Collection, type Db, MongoClient, MongoError, MongoServerError } from 'mongodb';
import { DragomanError } from '../../core/errors.ts';
import type { Kept, Name } from './collections.ts';

/** A line that is cut, or freezes, is given up after so long: whoever waits gets an error that may be tried again. */
const LINE_MS = 5_000;

export interface Connection {
  client: MongoClient;
  db: Db;
  /** Servers and database, without user and password. */
  name: string;
  c(name: Name): Collection<Kept>;
  close(): Promise<void>;
}

/**
 * @param url `mongodb://…/database`; without a database it is `dragoman`
 * @throws DragomanError STORE_UNAVAILABLE, SETTING_INVALID where the address cannot be read
 */
export async function connect(url: string): Promise<Connection> {
  let client: MongoClient;
  try {
    client = new MongoClient(url, {
      appName: 'dragoman',
      serverSelectionTimeoutMS: LINE_MS,
      connectTimeoutMS: LINE_MS,
      socketTimeoutMS: LINE_MS,
      waitQueueTimeoutMS: LINE_MS,
      maxPoolSize: 32,
      // The driver would try once more by itself; a step that is tried again looks first at what is there.
      retryWrites: false,
      retryReads: true,
      readPreference: 'primary',
      readConcern: { level: 'local' },
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: LINE_MS },
      ignoreUndefined: true,
      promoteValues: true,
    });
  } catch (error) {
    throw new DragomanError(
      'SETTING_INVALID',
      'MONGODB_URL is no address of a MongoDB.',
      'Write it as mongodb://server:27017/dragoman, or as your provider gives it.',
      { cause: error },
    );
  }
  await guarded(() => client.connect());
  const db = client.db(databaseIn(url));
  const made = new Map<Name, Collection<Kept>>();
  return {
    client,
    db,
    name: `mongodb://${client.options.srvHost ?? client.options.hosts.join()}/${db.databaseName}`,
    c(name) {
      const collection = made.get(name) ?? db.collection<Kept>(name);
      made.set(name, collection);
      return collection;
    },
    close: () => client.close(),
  };
}

/** The driver's own default is `test`. */
function databaseIn(url: string): string {
  const path = /^[^/]*\/\/[^/]*\/([^?]*)/.exec(url)?.[1];
  return path ? decodeURIComponent(path) : 'dragoman';
}

const DUPLICATE = 11_000;

/** A unique value is there already. */
export const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === DUPLICATE;

/** The driver's, or one of the socket below that it lets through. */
export const isOfLine = (error: unknown): boolean =>
  (error instanceof MongoError && !isDuplicate(error)) || (error instanceof Error && 'syscall' in error);

/** Errors of the driver as ours; that a unique value is there, and what is thrown by others, stays as it is. */
export async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isOfLine(error) ? unavailable(error) : error;
  }
}

/** @param reason in a few words; never the driver's own, which have the address in them, and that a password */
export function unavailable(error: unknown, reason = nameOf(error)): DragomanError {
  return new DragomanError(
    'STORE_UNAVAILABLE',
    `The database could not be asked (${reason}).`,
    'Check that MongoDB runs and can be reached at MONGODB_URL.',
    { cause: error, retryable: true },
  );
}

/** Of the system's errors, whose name says nothing, the code: `ECONNRESET`. */
const nameOf = (error: unknown): string =>
  error instanceof Error ? ('syscall' in error && 'code' in error ? String(error.code) : error.name) : 'unknown error';
