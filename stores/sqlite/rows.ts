/**
 * Rows ↔ records: snake case ↔ camel case, JSON columns, 0/1 ↔ booleans, null ↔ absent. One description a table. Records that were used a
 * short while ago are remembered: one process writes the file, and all its writes go through here, so what is remembered is what is stored.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { createRecent } from '../../core/recent.ts';

export type Kind = 'plain' | 'json' | 'jsonOrNull' | 'bool' | 'nullable';
type Row = Record<string, SQLInputValue>;
/** Property → kind. `nullable` and `jsonOrNull` keep null as null; the others read null as absent. */
export type Columns<T> = Record<keyof T & string, Kind>;

/** A record is a value: nobody changes one in place. What is written is remembered as it would be read, and shares nothing with what was given. */
export interface Table<T> {
  read(row: unknown): T;
  get(id: string): T | null;
  /** @returns the record as it is stored; null when a unique column's value is taken. */
  insert(record: T): T | null;
  /** Changes the columns named in `patch` of the row with this id. */
  update(id: string, patch: Partial<T>): void;
  remove(id: string): void;
  /** Takes note of a record that was read or written by another statement. */
  remember(record: T): void;
  /** Writes what `behind` holds back. To be called before any other statement reads the table, and before a commit. */
  flush(): void;
  /** To be called when writes were undone. */
  forget(): void;
}

export interface TableOptions<T> {
  /** The integer column that the database makes: it is the order of insertion. */
  sequence?: keyof T & string;
  /** How many records to remember. */
  remember?: number;
  /** Changes of one record within a transaction are written as one. */
  behind?: boolean;
}

/** What a property's column is called. */
export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A column in a statement: some have a name that is a word of SQL. */
export const quoted = (name: string) => `"${snake(name)}"`;

/** SQL that is true where one of these properties has a value. @param of the table's name in the statement, with its point */
export const anySet = (properties: readonly string[], of = ''): string =>
  properties.map((property) => `${of}${snake(property)} is not null`).join(' or ');

export function table<T extends { id: string }>(
  db: DatabaseSync,
  name: string,
  columns: Columns<T>,
  { sequence, remember = 0, behind = false }: TableOptions<T> = {},
): Table<T> {
  const all = Object.entries<Kind>(columns).map(([property, kind]) => ({ property, kind, column: snake(property) }));
  const written = all.filter(({ property }) => property !== sequence);
  const kinds = new Map(written.map(({ property, kind }) => [property, kind]));
  const select = db.prepare(`select * from ${name} where id = ?`);
  const insert = db.prepare(
    `insert into ${name}(${written.map(({ property }) => quoted(property)).join(', ')}) values(${written.map(() => '?').join(', ')}) on conflict do nothing`,
  );
  const held = new Map<string, Record<string, unknown>>();
  const remove = db.prepare(`delete from ${name} where id = ?`);
  const updates = new Map<string, StatementSync>();
  const recent = createRecent<T>(remember);

  function read(row: unknown): T {
    const source = row as Row;
    const record: Record<string, unknown> = {};
    for (const { property, kind, column } of all) {
      const value = decode(kind, source[column]);
      if (value !== undefined) record[property] = value;
    }
    return record as T;
  }

  /** The statement that sets these properties; one for each set that is ever changed together. */
  function updateOf(properties: string[]): StatementSync {
    const key = properties.join();
    let statement = updates.get(key);
    if (!statement) {
      const set = properties.map((property) => `${quoted(property)} = ?`).join(', ');
      statement = db.prepare(`update ${name} set ${set} where id = ?`);
      updates.set(key, statement);
    }
    return statement;
  }

  return {
    read,
    get(id) {
      const known = recent.get(id);
      if (known) return known;
      const row = select.get(id);
      if (!row) return null;
      const record = read(row);
      recent.set(id, record);
      return record;
    },
    insert(record) {
      const values = record as Record<string, unknown>;
      const row = written.map(({ property, kind }) => encode(kind, values[property]));
      const { changes, lastInsertRowid } = insert.run(...row);
      if (changes === 0) return null;
      const stored: Record<string, unknown> = sequence ? { [sequence]: Number(lastInsertRowid) } : {};
      for (const [index, { property, kind }] of written.entries()) {
        const value = decode(kind, row[index]);
        if (value !== undefined) stored[property] = value;
      }
      // As a copy, for what was made property by property is copied slowly.
      recent.set(record.id, { ...stored } as T);
      return stored as T;
    },
    update(id, patch) {
      const values = patch as Record<string, unknown>;
      const properties = Object.keys(patch).filter((property) => kinds.has(property));
      if (properties.length === 0) return;
      const known = recent.get(id);
      if (behind && known) hold(id, properties, values);
      else write(id, properties, values);
      if (!known) return;
      const stored: Record<string, unknown> = { ...known };
      for (const property of properties) {
        const value = copied(kinds.get(property)!, values[property]);
        if (value === undefined) delete stored[property];
        else stored[property] = value;
      }
      // An object that lost a property is copied some fifty times as slowly as its copy is, and a turn changes a conversation many times.
      const lost = properties.some((property) => property in known && !(property in stored));
      recent.set(id, (lost ? { ...stored } : stored) as T);
    },
    flush,
    remember: (record) => recent.set(record.id, record),
    remove(id) {
      held.delete(id);
      remove.run(id);
      recent.delete(id);
    },
    forget() {
      held.clear();
      recent.clear();
    },
  };

  function write(id: string, properties: string[], values: Record<string, unknown>): void {
    updateOf(properties).run(...properties.map((property) => encode(kinds.get(property)!, values[property])), id);
  }

  function hold(id: string, properties: string[], values: Record<string, unknown>): void {
    const patch = held.get(id) ?? {};
    for (const property of properties) patch[property] = values[property];
    held.set(id, patch);
  }

  function flush(): void {
    if (held.size === 0) return;
    for (const [id, patch] of held) write(id, Object.keys(patch).sort(), patch);
    held.clear();
  }
}

/** A value as it would be read, sharing nothing with what was given. */
function copied(kind: Kind, value: unknown): unknown {
  if (value !== null && typeof value === 'object') return structuredCopy(value);
  if (value === undefined || value === null) return kind === 'nullable' || kind === 'jsonOrNull' ? null : undefined;
  return value;
}

const structuredCopy = (value: object): unknown => JSON.parse(JSON.stringify(value));

export function encode(kind: Kind, value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (kind === 'json' || kind === 'jsonOrNull') return JSON.stringify(value);
  if (kind === 'bool') return value ? 1 : 0;
  return value as SQLInputValue;
}

export function decode(kind: Kind, value: SQLInputValue | undefined): unknown {
  if (value === null || value === undefined) return kind === 'nullable' || kind === 'jsonOrNull' ? null : undefined;
  if (kind === 'json' || kind === 'jsonOrNull') return value === '[]' ? [] : JSON.parse(value as string);
  return kind === 'bool' ? value === 1 : value;
}
