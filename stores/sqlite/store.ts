/** Dragoman's embedded store: one file, Node's own SQLite, WAL with full sync, group commit. */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Message, Notice, Said, Turn } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { callStore } from './calls.ts';
import { type Committer, createCommitter } from './commit.ts';
import { deskStore } from './desk.ts';
import { handoverStore } from './handovers.ts';
import { journalStore } from './journal.ts';
import { lackStore } from './lacks.ts';
import { orderStore } from './orders.ts';
import { personStore, scrubIfDue } from './person.ts';
import { pruning } from './prune.ts';
import { createRecords } from './records.ts';
import { rememberedStore } from './remembered.ts';
import { responseStore } from './responses.ts';
import { migrate } from './schema.ts';
import { searchStore } from './search.ts';
import { keepIndex } from './search-index.ts';
import { sessionStore } from './sessions.ts';
import { tables } from './tables.ts';
import { tallyStore } from './tallies.ts';
import { traceStore } from './traces.ts';
import { usageStore } from './usage.ts';
import { vaultStore } from './vault.ts';
import { checkWhole } from './whole.ts';

/** The last millisecond that is written with a year of four digits. */
const LATEST = Date.UTC(9999, 11, 31);

/**
 * Opens or makes the database.
 * @param options.beside for who reads beside a running server, which waits up to 5 s for a lock: nothing is brought up to date, and nothing is
 * remembered, for another process writes.
 * @param options.warn is told, as a sentence, what is amiss though the database opens.
 * @throws DragomanError DATA_NEWER, DATA_OLDER, DATA_INCOMPLETE
 */
export function openStore(
  file: string,
  { beside = false, warn }: { beside?: boolean; warn?: (sentence: string) => void } = {},
): Store {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: 5_000 });
  // Customers' words and numbers: nobody's but this user's. SQLite gives its side files the same mode.
  chmodSync(file, 0o600);
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = off; pragma cache_size = -16000; pragma wal_autocheckpoint = 4000; pragma secure_delete = on',
  );
  checkWhole(db, file);
  migrate(db, file, !beside);
  if (!beside) {
    scrubIfDue(db);
    // A takeover of the version before could end at a time that is no date, and SQLite's driver reads no row that holds such a number.
    db.exec(`update conversation set human_until = ${LATEST} where human_until > ${LATEST}`);
  }

  const t = tables(db, beside);
  const vaults = vaultStore(db);
  const records = createRecords(t, { beside, vaults, remembered: rememberedStore(db, `${file}.key`, warn) });
  const complete = () => {
    t.conversations.flush();
    index?.written();
  };
  const committer = createCommitter(db, complete, () => {
    for (const table of [t.contacts, t.conversations, t.messages, t.turns]) table.forget();
    records.forget();
    vaults.forget();
  });
  const { flush, catchUp } = committer;
  const run: Committer['run'] = (write) => committer.run(write);
  const index = beside ? null : keepIndex(db, committer.run);

  const webhooks = db.prepare('select * from webhook where at < ? order by seq desc limit ?');
  const webhooksAfter = db.prepare(
    'select * from webhook where seq < (select seq from webhook where id = ?) order by seq desc limit ?',
  );
  // Whether a message was answered is told by its turn; the column is that of the version before.
  const history = db.prepare(
    `select m.*, coalesce((select t.outcome = 'answered' from turn t where t.id = m.turn_id), 0) or m.answered as was_answered
     from message m where m.conversation_id = ? and m.seq < ? order by m.seq desc limit ?`,
  );
  const lately = db.prepare(
    `select seq, direction, author, text, media, at, state, pending, turn_id, edited_at, deleted_at,
       unheard, case when state = 'failed' then parts end as parts
     from message where conversation_id = ? order by seq desc limit ?`,
  );
  const byId = db.prepare(
    `select m.*, coalesce((select t.outcome = 'answered' from turn t where t.id = m.turn_id), 0) or m.answered as was_answered
     from message m where m.id = ?`,
  );
  // Receipt is in the order of `seq`, so only the messages since then are read, however long the conversation is.
  const inboundSince = db.prepare(
    `select count(*) as n from message where conversation_id = ?1 and direction = 'in' and at between ?2 and ?3 and seq >
       coalesce((select seq from message where conversation_id = ?1 and at < ?2 order by seq desc limit 1), 0)`,
  );
  const noticeCounts = db.prepare(
    'select kind, tell_at is not null as open, error is not null as failed, count(*) as count from notice group by 1, 2, 3',
  );
  const prune = pruning(t, records, vaults);
  const unsettled = db.prepare("select id from turn where open_until is not null and state = 'done' order by id");
  const reserve = db.prepare(
    'insert into cap(cap, used, at) values(?1, 1, ?3) on conflict do update set used = used + 1 where used < ?2',
  );
  const used = db.prepare('select used from cap where cap = ?');
  const release = db.prepare('update cap set used = used - 1 where cap = ? and used > 0');

  const message = (row: unknown): Message => {
    const { was_answered } = row as { was_answered: number };
    return {
      ...t.messages.read(row),
      answered: was_answered === 1 && (row as { direction: string }).direction === 'in',
    };
  };
  const open = (): Turn[] => records.due().flatMap(({ openTurn }) => openTurn ?? []);

  return {
    run: (plan, { lazy } = {}) => committer.run(() => plan(records), lazy),

    async webhooks({ limit, before, beforeId }) {
      if (beforeId !== undefined) return webhooksAfter.all(beforeId, limit).map(t.webhooks.read);
      return webhooks.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(t.webhooks.read);
    },
    async message(id) {
      catchUp();
      const row = byId.get(id);
      return row ? message(row) : null;
    },
    async messages(conversationId, { limit, before }) {
      catchUp();
      return history
        .all(conversationId, before ?? Number.MAX_SAFE_INTEGER, limit)
        .map(message)
        .reverse();
    },
    async history(conversationId, limit) {
      catchUp();
      return lately.all(conversationId, limit).map(said).reverse();
    },
    async countInbound(conversationId, since, until) {
      return (inboundSince.get(conversationId, since, until) as { n: number }).n;
    },

    conversation: async (id) => records.conversation(id),
    async conversations({ status, accountId, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      const where = [
        beforeId === undefined ? 'c.updated_at < ?' : '(c.updated_at, c.id) < (?, ?)',
        'not exists (select 1 from forgetting f where f.contact_id = c.contact_id)',
      ];
      const values: (string | number)[] = beforeId === undefined ? [before] : [before, beforeId];
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
           where ${where.join(' and ')} order by c.updated_at desc, c.id desc limit ?`,
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
        const before = records.conversation(id);
        const patch = before && change(before);
        if (!before || !patch) return before;
        records.updateConversation(id, patch);
        return { ...before, ...patch };
      }),
    async contact(id) {
      const contact = records.contact(id);
      return contact && { ...contact, identities: records.identities(id) };
    },
    ...searchStore(t, async () => {
      catchUp();
      await index?.catchUp();
    }),
    setLanguage: (id, language) => run(() => t.contacts.update(id, { language })),

    async lanes() {
      catchUp();
      return records
        .due()
        .filter(({ wakeAt, openTurn }) => wakeAt !== null || openTurn)
        .map(({ id, accountId, wakeAt, openTurn }) => ({
          conversationId: id,
          accountId,
          wakeAt: openTurn ? (openTurn.retryAt ?? 0) : wakeAt!,
        }));
    },
    async turn(id) {
      catchUp();
      return t.turns.get(id) ?? open().find((turn) => turn.id === id) ?? null;
    },
    async unsettled() {
      catchUp();
      return unsettled.all().map((row) => (row as { id: string }).id);
    },
    async turns({ state, accountId, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      // An id begins with the time that its turn began.
      const older = (turn: Turn) => (beforeId === undefined ? turn.startedAt < before : turn.id < beforeId);
      const where = [beforeId === undefined ? 'started_at < ?' : 'id < ?'];
      const values: (string | number)[] = [beforeId ?? before];
      if (state) where.push(`state = '${state}'`);
      if (accountId) {
        where.push('account_id = ?');
        values.push(accountId);
      }
      const ended = db
        .prepare(`select * from turn where ${where.join(' and ')} order by id desc limit ?`)
        .all(...values, limit)
        .map((row) => t.turns.read(row));
      const going = open().filter(
        (turn) => older(turn) && (!state || turn.state === state) && (!accountId || turn.accountId === accountId),
      );
      const newestFirst = (one: Turn, other: Turn) => other.startedAt - one.startedAt || (other.id < one.id ? -1 : 1);
      return [...ended, ...going].sort(newestFirst).slice(0, limit);
    },

    async outboxes() {
      catchUp();
      return records
        .due()
        .filter(({ sendAt, openSend }) => sendAt !== null || openSend !== null)
        .map(({ id, accountId, sendAt, openSend, sendOwner }) => ({
          conversationId: id,
          accountId,
          sendAt,
          openSend,
          sendOwner,
        }));
    },
    async sends({ states, limit, before }) {
      catchUp();
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
      catchUp();
      return records.repliesOf(turnId);
    },

    async notices({ open, untold, limit }) {
      catchUp();
      const where = open ? 'where tell_at is not null' : untold ? 'where tell_at is not null or error is not null' : '';
      return db.prepare(`select * from notice ${where} order by at, id limit ?`).all(limit).map(t.notices.read);
    },
    async noticeCounts() {
      catchUp();
      return noticeCounts.all().map((row) => {
        const { kind, open, failed, count } = row as {
          kind: Notice['kind'];
          open: number;
          failed: number;
          count: number;
        };
        return { kind, open: open === 1, failed: failed === 1, count };
      });
    },

    reserve: (cap, limit, at) => run(() => reserve.run(cap, limit, at).changes === 1),
    async used(cap) {
      catchUp();
      return (used.get(cap) as { used: number } | undefined)?.used ?? 0;
    },
    release: (cap) => run(() => void release.run(cap)),

    vault: async (contactId) => vaults.read(contactId),
    addToVault: (contactId, added) =>
      run(() => (records.isHidden(contactId) ? vaults.read(contactId) : vaults.add(contactId, added))),

    prune: (kind, before, after, limit) => run(() => prune(kind, before, after, limit)),
    ...orderStore(t, catchUp),
    ...callStore(t, records, catchUp),
    ...deskStore(t, records.isHidden, run, catchUp),
    ...handoverStore(t, records, catchUp),
    ...traceStore(t, catchUp),
    ...personStore({ t, records, vaults, run, flush }),
    ...responseStore(db, records, run),
    ...lackStore(db, records, committer.run),
    ...journalStore(t, run, records),
    ...usageStore(db, run),
    ...sessionStore(db, run),
    ...tallyStore(t, catchUp),
    async close() {
      index?.stop();
      flush();
      db.close();
    },
  };
}

type SaidRow = Pick<Said, 'seq' | 'direction' | 'author' | 'text' | 'at'> & {
  media: string;
  state: Said['state'] | null;
  pending: number;
  turn_id: string | null;
  edited_at: number | null;
  deleted_at: number | null;
  unheard: string | null;
  parts: string | null;
};

function said(row: unknown): Said {
  const { seq, direction, author, text, at, media, state, pending, turn_id, edited_at, deleted_at, unheard, parts } =
    row as SaidRow;
  return {
    ...{ seq, direction, author, text, at },
    media: media === '[]' ? [] : JSON.parse(media),
    state: state ?? undefined,
    pending: pending === 1,
    turnId: turn_id,
    editedAt: edited_at ?? undefined,
    deletedAt: deleted_at ?? undefined,
    unheard: unheard ?? undefined,
    ...(parts && { parts: JSON.parse(parts) }),
  };
}
