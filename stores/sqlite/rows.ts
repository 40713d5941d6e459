/** Rows ↔ records: snake case ↔ camel case, JSON columns, 0/1 ↔ booleans, null ↔ absent. One description a table. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

type Kind = 'plain' | 'json' | 'bool' | 'nullable';
type Row = Record<string, SQLInputValue>;

export interface Table<T> {
  name: string;
  read(row: unknown): T;
  insert(record: T): void;
  /** Changes the columns named in `patch` of the row with this id. */
  update(id: string, patch: Partial<T>): void;
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * @param columns property → kind. `nullable` keeps null as null; the others read null as absent.
 * @param generated columns that the database makes; not written.
 */
export function table<T extends object>(
  db: DatabaseSync,
  name: string,
  columns: Record<string, Kind>,
  generated: string[] = [],
): Table<T> {
  const all = Object.entries(columns).map(([property, kind]) => ({ property, kind, column: snake(property) }));
  const written = all.filter(({ property }) => !generated.includes(property));
  const insert = db.prepare(
    `insert into ${name}(${written.map((c) => c.column).join(', ')}) values(${written.map(() => '?').join(', ')})`,
  );
  const updates = new Map<string, StatementSync>();

  const toColumn = (kind: Kind, value: unknown): SQLInputValue => {
    if (value === undefined || value === null) return null;
    if (kind === 'json') return JSON.stringify(value);
    if (kind === 'bool') return value ? 1 : 0;
    return value as SQLInputValue;
  };

  return {
    name,
    read(row) {
      const source = row as Row;
      const record: Record<string, unknown> = {};
      for (const { property, kind, column } of all) {
        const value = source[column];
        if (value === null || value === undefined) {
          if (kind === 'nullable') record[property] = null;
        } else if (kind === 'json') record[property] = JSON.parse(value as string);
        else if (kind === 'bool') record[property] = value === 1;
        else record[property] = value;
      }
      return record as T;
    },
    insert(record) {
      const values = record as Record<string, unknown>;
      insert.run(...written.map(({ property, kind }) => toColumn(kind, values[property])));
    },
    update(id, patch) {
      const values = patch as Record<string, unknown>;
      const set = written.filter(({ property }) => property in values);
      if (set.length === 0) return;
      const key = set.map((c) => c.column).join();
      let statement = updates.get(key);
      if (!statement) {
        statement = db.prepare(`update ${name} set ${set.map((c) => `${c.column} = ?`).join(', ')} where id = ?`);
        updates.set(key, statement);
      }
      statement.run(...set.map(({ property, kind }) => toColumn(kind, values[property])), id);
    },
  };
}
