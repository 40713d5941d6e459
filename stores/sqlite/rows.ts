/**
 * Rows ↔ records: snake case ↔ camel case, JSON columns, 0/1 ↔ booleans, null ↔ absent. One description a table. Records that were used a
 * short while ago are remembered: one process writes the file, and all its writes go through here, so what is remembered is what is stored.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

type Kind = 'plain' | 'json' | 'jsonOrNull' | 'bool' | 'nullable';
type Row = Record<string, SQLInputValue>;

/** A record is a value: nobody changes one in place. What is written is remembered as it would be read, and shares nothing with what was given. */
export interface Table<T> {
  read(row: unknown): T;
  get(id: string): T | null;
  /** @returns the record as it is stored. */
  insert(record: T): T;
  /** Changes the columns named in `patch` of the row with this id. */
  update(id: string, patch: Partial<T>): void;
  remove(id: string): void;
  /** To be called when writes were undone. */
  forget(): void;
}

export interface TableOptions<T> {
  /** The integer column that the database makes: it is the order of insertion. */
  sequence?: keyof T & string;
  /** How many records to remember. */
  remember?: number;
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * @param columns property → kind. `nullable` and `jsonOrNull` keep null as null; the others read null as absent.
 */
export function table<T extends { id: string }>(
  db: DatabaseSync,
  name: string,
  columns: Record<keyof T & string, Kind>,
  { sequence, remember = 0 }: TableOptions<T> = {},
): Table<T> {
  const all = Object.entries<Kind>(columns).map(([property, kind]) => ({ property, kind, column: snake(property) }));
  const written = all.filter(({ property }) => property !== sequence);
  const kinds = new Map(written.map(({ property, kind }) => [property, kind]));
  const select = db.prepare(`select * from ${name} where id = ?`);
  const insert = db.prepare(
    `insert into ${name}(${written.map((c) => c.column).join(', ')}) values(${written.map(() => '?').join(', ')})`,
  );
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
      const set = properties.map((property) => `${snake(property)} = ?`).join(', ');
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
      const { lastInsertRowid } = insert.run(...row);
      const stored: Record<string, unknown> = sequence ? { [sequence]: Number(lastInsertRowid) } : {};
      for (const [index, { property, kind }] of written.entries()) stored[property] = decode(kind, row[index]);
      recent.set(record.id, stored as T);
      return stored as T;
    },
    update(id, patch) {
      const values = patch as Record<string, unknown>;
      const properties = Object.keys(patch).filter((property) => kinds.has(property));
      if (properties.length === 0) return;
      const row = properties.map((property) => encode(kinds.get(property)!, values[property]));
      updateOf(properties).run(...row, id);
      const known = recent.get(id);
      if (!known) return;
      const stored: Record<string, unknown> = { ...known };
      for (const [index, property] of properties.entries()) stored[property] = decode(kinds.get(property)!, row[index]);
      recent.set(id, stored as T);
    },
    remove(id) {
      remove.run(id);
      recent.delete(id);
    },
    forget: recent.clear,
  };
}

function encode(kind: Kind, value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (kind === 'json' || kind === 'jsonOrNull') return JSON.stringify(value);
  if (kind === 'bool') return value ? 1 : 0;
  return value as SQLInputValue;
}

function decode(kind: Kind, value: SQLInputValue | undefined): unknown {
  if (value === null || value === undefined) return kind === 'nullable' || kind === 'jsonOrNull' ? null : undefined;
  if (kind === 'json' || kind === 'jsonOrNull') return JSON.parse(value as string);
  return kind === 'bool' ? value === 1 : value;
}

/** Some `limit` to twice `limit` of the newest entries, in two generations: the older one is dropped as a whole when the younger one is full. */
function createRecent<T>(limit: number) {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return {
    get: (id: string): T | undefined => young.get(id) ?? old.get(id),
    set(id: string, entry: T): void {
      if (limit === 0) return;
      if (young.size >= limit) {
        old = young;
        young = new Map();
      }
      young.set(id, entry);
    },
    delete(id: string): void {
      young.delete(id);
      old.delete(id);
    },
    clear(): void {
      young.clear();
      old.clear();
    },
  };
}
