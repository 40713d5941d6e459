/** Dragoman's embedded store: one file, Node's own SQLite, WAL with full sync, group commit. */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Contact, Message } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { acceptor } from './accept.ts';
import { createCommitter } from './commit.ts';
import { journalStore } from './journal.ts';
import { migrate } from './schema.ts';
import { sendStore } from './sends.ts';
import { tables } from './tables.ts';
import { turnStore } from './turns.ts';
import { usageStore } from './usage.ts';
import { vaultStore } from './vault.ts';

/** Opens or makes the database. Commands that read beside a running server open it as well; they wait up to 5 s for a lock. */
export function openStore(file: string): Store {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: 5_000 });
  // Customers' words and numbers: nobody's but this user's. SQLite gives its side files the same mode.
  chmodSync(file, 0o600);
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = off; pragma cache_size = -16000; pragma wal_autocheckpoint = 4000',
  );
  migrate(db, file);

  const t = tables(db);
  const { run, flush } = createCommitter(db, () => {
    for (const table of [t.contacts, t.conversations, t.messages, t.turns]) table.forget();
  });
  const accept = acceptor(t);
  const turns = turnStore(t);
  const sends = sendStore(t);
  const vaults = vaultStore(db);

  const webhooks = db.prepare('select * from webhook where at < ? order by at desc, rowid desc limit ?');
  const history = db.prepare('select * from message where conversation_id = ? and seq < ? order by seq desc limit ?');
  const repliesOf = db.prepare("select * from message where turn_id = ? and direction = 'out' order by seq");
  // Receipt is in the order of `seq`, so only the messages since then are read, however long the conversation is.
  const inboundSince = db.prepare(
    `select count(*) as n from message where conversation_id = ?1 and direction = 'in' and at between ?2 and ?3 and seq >
       coalesce((select seq from message where conversation_id = ?1 and at < ?2 order by seq desc limit 1), 0)`,
  );
  const identities = db.prepare(
    'select account_id as accountId, kind, value from identity where contact_id = ? order by rank',
  );
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
    logWebhook: (record) => run(() => void t.webhooks.insert(record)),
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

    conversation: async (id) => t.conversations.get(id),
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
        const before = t.conversations.get(id);
        const patch = before && change(before);
        if (!before || !patch) return before;
        t.conversations.update(id, patch);
        return { ...before, ...patch };
      }),
    async contact(id) {
      const contact = t.contacts.get(id);
      return contact && { ...contact, identities: identities.all(id) as unknown as Contact['identities'] };
    },
    setLanguage: (id, language) => run(() => t.contacts.update(id, { language })),

    message: async (id) => t.messages.get(id),
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
      // Literals, because an index that holds these states only is not used for bound values.
      const listed = states.map((state) => `'${state}'`).join();
      const rows = db
        .prepare(
          `select * from message where state in (${listed}) and direction = 'out' and seq < ? order by seq desc limit ?`,
        )
        .all(before ?? Number.MAX_SAFE_INTEGER, limit);
      return rows.reverse().map((row): Message => t.messages.read(row));
    },
    async replies(turnId) {
      return repliesOf.all(turnId).map(t.messages.read);
    },

    reserve: (cap, limit, at) => run(() => reserve.run(cap, limit, at).changes === 1),
    release: (cap) => run(() => void release.run(cap)),

    vault: async (contactId) => vaults.read(contactId),
    addToVault: (contactId, added) => run(() => vaults.add(contactId, added)),

    prune: ({ webhooks, events, caps }) =>
      run(() => {
        const gone = (sql: string, before: number) => Number(db.prepare(sql).run(before).changes);
        return (
          gone('delete from webhook where at < ?', webhooks) +
          gone('delete from event where at < ?', events) +
          gone('delete from receipt where at < ?', events) +
          gone('delete from cap where at < ?', caps) +
          gone('delete from usage where at < ?', caps) +
          gone("delete from tool_run where at < ? and state not in ('started', 'unknown')", events)
        );
      }),
    ...journalStore(t, run),
    ...usageStore(db, run),
    async close() {
      flush();
      db.close();
    },
  };
}
