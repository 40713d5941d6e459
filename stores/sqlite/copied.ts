/** The database file as one end of a copy. */
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';
import { STORE_FILE } from '../../core/folders.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import { type Batch, bare, type Copyable, type Kind, type Place, type Progress } from '../copy/kinds.ts';
import { lockFolder } from './lock.ts';
import { type Kind as Column, decode, encode, quoted, snake } from './rows.ts';
import { migrate } from './schema.ts';
import { COLUMNS } from './tables.ts';
import { copyProgress } from './whole.ts';

interface Shape {
  table: string;
  /** The columns by which it is read, in order. */
  key: string[];
  columns: Record<string, Column>;
}

const byId = (table: keyof typeof COLUMNS): Shape => ({ table, key: ['id'], columns: COLUMNS[table] });
const plain = (...names: string[]) => Object.fromEntries(names.map((name): [string, Column] => [name, 'plain']));

const SHAPES: Record<Exclude<Kind, 'receipt'>, Shape> = {
  forgetting: { table: 'forgetting', key: ['contact_id'], columns: plain('contactId', 'at') },
  contact: byId('contact'),
  identity: {
    table: 'identity',
    key: ['account_id', 'kind', 'value'],
    columns: plain('accountId', 'kind', 'value', 'contactId', 'rank'),
  },
  message: { ...byId('message'), key: ['seq'] },
  conversation: byId('conversation'),
  part: {
    table: 'part',
    key: ['account_id', 'platform_id'],
    columns: plain('accountId', 'platformId', 'messageId'),
  },
  turn: byId('turn'),
  trace: byId('trace'),
  toolRun: byId('tool_run'),
  note: byId('note'),
  savedAnswer: byId('saved_answer'),
  upload: byId('upload'),
  lead: byId('lead'),
  notice: byId('notice'),
  handover: byId('handover'),
  order: byId('shop_order'),
  followUp: byId('follow_up'),
  shop: byId('shop'),
  sender: byId('sender'),
  outreach: byId('outreach'),
  tally: byId('tally'),
  call: byId('call'),
  vault: { table: 'vault', key: ['contact_id', 'token'], columns: plain('contactId', 'token', 'value', 'original') },
  cap: { table: 'cap', key: ['cap'], columns: plain('cap', 'used', 'at') },
  usage: { table: 'usage', key: ['key'], columns: plain('key', 'tokens', 'cost', 'at') },
  providerResponse: {
    table: 'provider_response',
    key: ['id'],
    columns: { ...plain('id', 'endpoint', 'conversationId', 'at'), unwanted: 'bool' },
  },
  question: {
    table: 'open_question',
    key: ['id'],
    columns: plain('id', 'conversationId', 'accountId', 'base', 'text', 'language', 'why', 'at'),
  },
  quote: { table: 'quote', key: ['id'], columns: plain('id', 'base', 'source', 'title', 'count', 'at') },
  event: {
    table: 'event',
    key: ['seq'],
    columns: { ...plain('id', 'accountId', 'key', 'type', 'at'), body: 'json' },
  },
  webhook: { ...byId('webhook'), key: ['seq'] },
  remembered: { table: 'remembered', key: ['hash'], columns: plain('hash', 'kind', 'at') },
};
export const COPIED_TABLES = [...Object.values(SHAPES).map(({ table }) => table), 'receipt'];

type Row = Record<string, SQLInputValue>;

/**
 * @param file the database; where there is none, one is made if `make` says so
 * @throws DragomanError NOT_FOUND, DATA_IN_USE, DATA_NEWER, DATA_OLDER
 */
export function openCopied(file: string, make = false): Copyable {
  if (!make && !existsSync(file))
    throw new DragomanError('NOT_FOUND', `There is no database ${file}.`, 'Name its file, or the data folder.');
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  const name = path.join(realpathSync(folder), path.basename(file));
  // A file of another name has no server.
  const unlock = path.basename(file) === STORE_FILE ? lockFolder(folder) : () => {};
  try {
    return copied(name, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function copied(file: string, unlock: () => void): Copyable {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  chmodSync(file, 0o600);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');
  try {
    migrate(db, file, false);
  } catch (error) {
    db.close();
    throw error;
  }
  const keyFile = `${file}.key`;

  function step(work: () => void): void {
    db.exec('begin immediate');
    try {
      work();
      db.exec('commit');
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }

  function note(progress: Progress): void {
    db.prepare('update copying set progress = ?').run(JSON.stringify(progress));
  }

  function insert({ table, columns }: Shape, records: JsonObject[]): void {
    const all = Object.entries(columns);
    const names = all.map(([property]) => quoted(property)).join(', ');
    const statement = db.prepare(`insert into ${table}(${names}) values(${all.map(() => '?').join(', ')})`);
    for (const record of records) statement.run(...all.map(([property, column]) => encode(column, record[property])));
  }

  function insertReceipts(records: JsonObject[]): void {
    const statement = db.prepare(
      'insert into receipt(account_id, platform_id, state, error, at) values(?, ?, ?, ?, ?)',
    );
    for (const { accountId, platformId, receipts, at } of records as unknown as Receipts[])
      for (const { state, error } of receipts)
        statement.run(accountId, platformId, state, error ? JSON.stringify(error) : null, at);
  }

  return {
    name: file,
    key: async () => (existsSync(keyFile) ? readFileSync(keyFile) : null),
    async read(kind, after, limit) {
      if (kind === 'receipt') return readReceipts(db, after, limit);
      const { table, key, columns } = SHAPES[kind];
      const order = key.join(', ');
      const from = after ? `where (${order}) > (${key.map(() => '?').join(', ')})` : '';
      const rows = db
        .prepare(`select * from ${table} ${from} order by ${order} limit ?`)
        .all(...(after ?? []), limit) as Row[];
      return batchOf(rows, key, limit, (row) =>
        Object.fromEntries(
          Object.entries(columns).map(([property, column]) => [property, decode(column, row[snake(property)])]),
        ),
      );
    },
    progress: async () => copyProgress(db),
    isEmpty: async () => COPIED_TABLES.every((table) => !db.prepare(`select 1 from ${table} limit 1`).get()),
    async begin(progress, key) {
      if (key) keepKey(keyFile, key);
      step(() => {
        db.exec('create table copying(progress text not null) strict');
        db.prepare('insert into copying(progress) values(?)').run(JSON.stringify(progress));
      });
    },
    async write(kind, records, progress) {
      step(() => {
        if (kind === 'receipt') insertReceipts(records);
        else insert(SHAPES[kind], records);
        note(progress);
      });
    },
    async finish() {
      step(() => {
        // The next message comes after all that were ever taken, though they may be erased.
        db.exec(
          `delete from sqlite_sequence where name = 'message';
           insert into sqlite_sequence(name, seq) select 'message', max(coalesce((select max(seq) from message), 0),
             coalesce((select max(taken_seq) from conversation), 0));
           -- The search reads the newest messages first.
           update said_read set (low, high) = (select coalesce(max(seq), 0) + 1, coalesce(max(seq), 0) from message);
           drop table copying`,
        );
      });
      db.exec('pragma wal_checkpoint(truncate)');
    },
    async close() {
      db.close();
      unlock();
    },
  };
}

type Receipts = {
  accountId: string;
  platformId: string;
  at: number;
  receipts: { state: string; error?: Json }[];
};

/** All of one message at once. */
function readReceipts(db: DatabaseSync, after: Place | null, limit: number): Batch {
  const key = ['account_id', 'platform_id'];
  const rows = db
    .prepare(
      `select account_id, platform_id, max(at) as at, json_group_array(json_array(state, json(error))) as receipts from receipt
       ${after ? 'where (account_id, platform_id) > (?, ?)' : ''} group by 1, 2 order by 1, 2 limit ?`,
    )
    .all(...(after ?? []), limit) as Row[];
  return batchOf(rows, key, limit, ({ account_id, platform_id, at, receipts }) => ({
    accountId: account_id,
    platformId: platform_id,
    at,
    receipts: (JSON.parse(String(receipts)) as [string, Json][])
      .map(([state, error]) => bare({ state, error }))
      .sort((one, other) => (one.state! < other.state! ? -1 : 1)),
  }));
}

function batchOf(rows: Row[], key: string[], limit: number, read: (row: Row) => object): Batch {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    records: rows.map((row) => bare(read(row))),
    next: last ? key.map((column) => last[column] as string | number) : null,
  };
}

function keepKey(file: string, key: Buffer): void {
  if (!existsSync(file)) writeFileSync(file, key, { mode: 0o600, flag: 'wx' });
  else if (!readFileSync(file).equals(key))
    throw new DragomanError(
      'SETTING_INVALID',
      `${file} is not the key with which the source remembers who said STOP.`,
      'Copy into a new folder, or take that file away.',
    );
}
