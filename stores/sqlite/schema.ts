/** The database's shape, as steps that only go forward. A step that has shipped is never changed. */
import { copyFileSync, existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { DragomanError } from '../../core/errors.ts';

const STEPS: readonly string[] = [
  `
  create table webhook(
    id text primary key, at integer not null, channel text not null, account_id text, path text not null,
    event_type text not null, status integer not null, error text, payload text not null) strict;
  create index webhook_at on webhook(at);

  create table event(
    seq integer primary key, id text not null, account_id text not null, key text, type text not null,
    at integer not null, conversation_id text, body text, unique(account_id, key)) strict;
  create index event_at on event(at);

  create table contact(id text primary key, name text, username text, language text, profile text, created_at integer not null) strict;
  create table identity(
    account_id text not null, kind text not null, value text not null, contact_id text not null, rank integer not null,
    primary key(account_id, kind, value)) strict, without rowid;
  create index identity_contact on identity(contact_id);

  create table conversation(
    id text primary key, account_id text not null, channel text not null, thread_key text not null, kind text not null,
    contact_id text, session text not null unique, address text not null, vars text not null, head text,
    status text not null, human_until integer not null, human_since integer not null, opted_out_at integer not null, blocked_at integer not null,
    last_inbound_at integer not null, open_send text,
    wake_at integer, burst_since integer, lease_owner text, lease_until integer not null, open_turn text, last_turn text,
    created_at integer not null, updated_at integer not null,
    unique(account_id, thread_key)) strict, without rowid;
  create index conversation_wake on conversation(wake_at) where wake_at is not null;
  create index conversation_turn on conversation(open_turn) where open_turn is not null;
  create index conversation_contact on conversation(contact_id);
  create index conversation_updated on conversation(updated_at);

  create table message(
    seq integer primary key autoincrement, id text not null unique, conversation_id text not null, account_id text not null,
    direction text not null, author text not null, text text not null, media text not null, at integer not null,
    platform_at integer, platform_id text, choice text, consent text, pending integer not null, answered integer not null,
    turn_id text, edited_at integer, deleted_at integer, reaction text, takeover text,
    slot text unique, purpose text, state text, parts text, tries integer, next_try_at integer, error text, source text) strict;
  create index message_conversation on message(conversation_id, seq, at, direction);
  create index message_pending on message(conversation_id, seq) where pending = 1;
  create index message_turn on message(turn_id) where direction = 'out' and turn_id is not null;
  create index message_platform on message(account_id, platform_id) where platform_id is not null;
  create index message_state on message(state, seq) where state in ('draft', 'queued', 'sending', 'failed', 'unknown');

  create table part(
    account_id text not null, platform_id text not null, message_id text not null,
    primary key(account_id, platform_id)) strict, without rowid;
  create table receipt(
    account_id text not null, platform_id text not null, state text not null, error text, at integer not null,
    primary key(account_id, platform_id, state)) strict, without rowid;

  create table turn(
    id text primary key, conversation_id text not null, account_id text not null, message_ids text not null, state text not null,
    attempts integer not null, cuts integer not null, retry_at integer, decisions text not null, outcome text, error text,
    started_at integer not null, finished_at integer) strict, without rowid;
  create index turn_state on turn(state, started_at);

  create table tool_run(
    id text primary key, conversation_id text not null, account_id text not null, occasion text not null, turn_id text not null,
    tool text not null, args text not null, state text not null, result text, at integer not null, ended_at integer) strict, without rowid;
  create index tool_run_state on tool_run(state, at);
  create table lead(
    id text primary key, contact_id text, conversation_id text not null, account_id text not null, phone text, first_name text,
    last_name text, email text, organization text, notes text, at integer not null) strict, without rowid;
  create index lead_at on lead(at);

  create table vault(
    contact_id text not null, token text not null, value text not null, original text not null,
    primary key(contact_id, token), unique(contact_id, value)) strict, without rowid;

  create table cap(cap text primary key, used integer not null, at integer not null) strict, without rowid;
  create table usage(
    key text primary key, tokens integer not null, cost real not null, at integer not null) strict, without rowid;
  `,
];

/**
 * Brings the database to this version. A copy of the file is kept before an existing one is changed.
 * @throws DragomanError DATA_NEWER when a later Dragoman wrote it.
 */
export function migrate(db: DatabaseSync, file: string): void {
  const version = (db.prepare('pragma user_version').get() as { user_version: number }).user_version;
  if (version > STEPS.length)
    throw new DragomanError(
      'DATA_NEWER',
      `The database ${file} was written by a newer Dragoman (version ${version}, this one knows ${STEPS.length}).`,
      'Start the newer Dragoman, or restore the copy made before its upgrade.',
    );
  if (version === STEPS.length) return;
  if (version > 0 && existsSync(file)) {
    db.exec('pragma wal_checkpoint(truncate)');
    copyFileSync(file, `${file}.before-${STEPS.length}`);
  }
  for (let step = version; step < STEPS.length; step++) {
    db.exec('begin immediate');
    db.exec(STEPS[step]!);
    db.exec(`pragma user_version = ${step + 1}`);
    db.exec('commit');
  }
}
