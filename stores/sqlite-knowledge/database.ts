/** The file of the knowledge index. All of it can be made again from the knowledge files, so a damaged one or one of another schema starts anew. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';

/** Another value makes the index anew, e.g. after a change of the tables or of the normaliser. */
const SCHEMA_VERSION = 3;

const TABLES = `
  create table base (number integer primary key, name text not null unique);
  create table source (
    base text not null, source text not null, hash text not null, notes text not null, primary key (base, source)
  ) without rowid;
  create table passage (
    id integer primary key autoincrement, base text not null, source text not null, position integer not null,
    title text not null, text text not null, language text, embedded integer not null default 0
  );
  create index passage_source on passage (base, source, position);
  pragma user_version = ${SCHEMA_VERSION};
`;

/**
 * Tables of their own for each base, so that one base's size and words cost the others nothing. They hold normalised words: letters of any
 * script parted by spaces, which is what the tokenizer "ascii" cuts at.
 */
export const baseTables = (number: number) => `
  create virtual table words_${number} using fts5(title, text, tokenize='ascii');
  create virtual table vocabulary_${number} using fts5vocab(words_${number}, row);
`;

function connect(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { allowExtension: true, timeout: 5000 });
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = normal');
    if (db.prepare('pragma user_version').get()?.user_version === 0) db.exec(`begin; ${TABLES} commit`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite's result codes for a file that is damaged or is no database. */
const isBroken = (error: unknown) =>
  error instanceof Error && 'errcode' in error && [11, 26].includes(Number(error.errcode) & 0xff);

function connectAnew(file: string): DatabaseSync {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  return connect(file);
}

/**
 * Opens the index, making it anew where it is missing, damaged or of another format.
 * @param read what is read of it at once, which may show a damage as well.
 */
export function openDatabase<T>(
  file: string,
  log: Logger,
  read: (db: DatabaseSync) => T,
): { db: DatabaseSync; content: T } {
  let db: DatabaseSync | undefined;
  try {
    db = connect(file);
    if (db.prepare('pragma user_version').get()?.user_version === SCHEMA_VERSION) return { db, content: read(db) };
    log.info('The knowledge index has another format; it is made anew.');
  } catch (error) {
    if (!isBroken(error)) {
      db?.close();
      throw error;
    }
    log.warn('The knowledge index is damaged; it is made anew.');
  }
  db?.close();
  db = connectAnew(file);
  return { db, content: read(db) };
}

/** @throws DragomanError STORE_UNAVAILABLE for whatever the database refuses. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new DragomanError(
      'STORE_UNAVAILABLE',
      'The knowledge index cannot be read or written.',
      'Check the space and the rights of the data folder; deleting knowledge.db is safe, it is made again at the next start.',
      { cause: error, retryable: true },
    );
  }
}

/** All or nothing. */
export function transaction(db: DatabaseSync, work: () => void): void {
  db.exec('begin immediate');
  try {
    work();
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}
