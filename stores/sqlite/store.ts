/** Dragoman's embedded store: one file, Node's own SQLite, WAL with full sync, group commit. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Contact, Conversation, Message } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { acceptor } from './accept.ts';
import { createCommitter } from './commit.ts';
import { migrate } from './schema.ts';
import { sendStore } from './sends.ts';
import { tables } from './tables.ts';
import { turnStore } from './turns.ts';

/** Opens or makes the database. Commands that read beside a running server open it as well; they wait up to 5 s for a lock. */
export function openStore(file: string): Store {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = off; pragma cache_size = -16000',
  );
  migrate(db, file);

  const t = tables(db);
  const { run, flush } = createCommitter(db);
  const accept = acceptor(t);
  const turns = turnStore(t);
  const sends = sendStore(t);

  const get = <T>(sql: string, read: (row: unknown) => T) => {
    const statement = db.prepare(sql);
    return async (...values: (string | number)[]): Promise<T | null> => {
      const row = statement.get(...values);
      return row ? read(row) : null;
    };
  };
  const conversationRow = db.prepare('select * from conversation where id = ?');
  const conversation = get('select * from conversation where id = ?', t.conversations.read);
  const message = get('select * from message where id = ?', t.messages.read);
  const webhooks = db.prepare('select * from webhook where at < ? order by at desc, id desc limit ?');
  const history = db.prepare('select * from message where conversation_id = ? and seq < ? order by seq desc limit ?');
  const repliesOf = db.prepare("select * from message where turn_id = ? and direction = 'out' order by seq");
  const inboundSince = db.prepare(
    "select count(*) as n from message where conversation_id = ? and direction = 'in' and at between ? and ?",
  );
  const contactRow = db.prepare('select * from contact where id = ?');
  const identities = db.prepare(
    'select account_id as accountId, kind, value from identity where contact_id = ? order by rank',
  );
  const setLanguage = db.prepare('update contact set language = ? where id = ?');
  const reserve = db.prepare(
    'insert into cap(cap, used, at) values(?1, 1, ?3) on conflict do update set used = used + 1 where used < ?2',
  );
  const release = db.prepare('update cap set used = used - 1 where cap = ? and used > 0');

  return {
    accept: (incoming, log) =>
      run(() => {
        t.webhooks.insert(log);
        return incoming.map(accept);
      }),
    logWebhook: (record) => run(() => t.webhooks.insert(record)),
    async webhooks({ limit, before }) {
      return webhooks.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(t.webhooks.read);
    },

    lanes: turns.lanes,
    turn: turns.turn,
    turns: turns.turns,
    beginTurn: (id, take) => run(() => turns.begin(id, take)),
    endTurn: (id, owner, end) => run(() => turns.end(id, owner, end)),
    failTurn: (id, owner, fail) => run(() => turns.fail(id, owner, fail)),
    requeue: (what, now) => run(() => turns.requeue(what, now)),

    conversation,
    async conversations({ status, accountId, limit, before }) {
      const where = ['c.updated_at < ?'];
      const values: (string | number)[] = [before ?? Number.MAX_SAFE_INTEGER];
      if (status) {
        where.push('c.status = ?');
        values.push(status);
      }
      if (accountId) {
        where.push('c.account_id = ?');
        values.push(accountId);
      }
      const rows = db
        .prepare(
          `select c.*, (select count(*) from message m where m.conversation_id = c.id) as messages, k.name as contact_name
           from conversation c left join contact k on k.id = c.contact_id
           where ${where.join(' and ')} order by c.updated_at desc limit ?`,
        )
        .all(...values, limit) as { messages: number; contact_name: string | null }[];
      return rows.map((row) => ({
        ...t.conversations.read(row),
        messages: row.messages,
        name: row.contact_name ?? undefined,
      }));
    },
    changeConversation: (id, change) =>
      run(() => {
        const row = conversationRow.get(id);
        if (!row) return null;
        const before: Conversation = t.conversations.read(row);
        const patch = change(before);
        if (!patch) return before;
        t.conversations.update(id, patch);
        return { ...before, ...patch };
      }),
    async contact(id) {
      const row = contactRow.get(id) as
        | { name: string | null; username: string | null; language: string | null; created_at: number }
        | undefined;
      if (!row) return null;
      return {
        id,
        identities: identities.all(id) as unknown as Contact['identities'],
        name: row.name ?? undefined,
        username: row.username ?? undefined,
        language: row.language ?? undefined,
        createdAt: row.created_at,
      };
    },
    setLanguage: (id, language) => run(() => void setLanguage.run(language, id)),

    message,
    async messages(conversationId, { limit, before }) {
      const rows = history.all(conversationId, before ?? Number.MAX_SAFE_INTEGER, limit);
      return rows.map(t.messages.read).reverse();
    },
    async countInbound(conversationId, since, until) {
      return (inboundSince.get(conversationId, since, until) as { n: number }).n;
    },

    addReply: (reply, check) => run(() => sends.add(reply, check)),
    markSending: (id, check) => run(() => sends.mark(id, check)),
    changeMessage: (id, change) => run(() => sends.change(id, change)),
    async sends({ states, limit, before }) {
      const marks = states.map(() => '?').join();
      const rows = db
        .prepare(
          `select * from message where state in (${marks}) and direction = 'out' and seq < ? order by seq limit ?`,
        )
        .all(...states, before ?? Number.MAX_SAFE_INTEGER, limit);
      return rows.map((row): Message => t.messages.read(row));
    },
    async replies(turnId) {
      return repliesOf.all(turnId).map(t.messages.read);
    },

    reserve: (cap, limit, at) => run(() => reserve.run(cap, limit, at).changes === 1),
    release: (cap) => run(() => void release.run(cap)),

    prune: ({ webhooks, events, caps }) =>
      run(() => {
        const gone = (sql: string, before: number) => Number(db.prepare(sql).run(before).changes);
        return (
          gone('delete from webhook where at < ?', webhooks) +
          gone('delete from event where at < ?', events) +
          gone('delete from receipt where at < ?', events) +
          gone('delete from cap where at < ?', caps)
        );
      }),
    async close() {
      flush();
      db.close();
    },
  };
}
