/** Everything that is there of a person: read for an export, and erased. Which rows are his is said once, for both. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { JsonObject } from '../../core/model.ts';
import { FORGOTTEN } from '../../core/orders/plans.ts';
import { identityKey, mentionsOf, type Place, type Who } from '../../core/people/places.ts';
import { WAITING } from '../../core/people/retention.ts';
import type { Cursor, PersonStore, Scrubbed } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { SqliteRecords } from './records.ts';
import type { ResponseStore } from './responses.ts';
import { anySet } from './rows.ts';
import { mergeWords } from './search-index.ts';
import type { Tables } from './tables.ts';
import type { vaultStore } from './vault.ts';

/** The tables that hold something of a person, by place; each other one is named with the reason why it holds nothing. */
export const TABLES: Record<Place, string[]> = {
  event: ['event'],
  webhook: ['webhook'],
  receipt: ['receipt'],
  message: ['message', 'part', 'said_words', 'said_words_content', 'said_words_data', 'said_words_idx', 'said_unread'],
  turn: ['turn'],
  trace: ['trace'],
  toolRun: ['tool_run'],
  note: ['note'],
  upload: ['upload'],
  lead: ['lead'],
  notice: ['notice'],
  handover: ['handover'],
  vault: ['vault'],
  followUp: ['follow_up'],
  order: ['shop_order'],
  outreach: ['outreach'],
  cap: ['cap'],
  usage: ['usage'],
  providerResponse: ['provider_response'],
  question: ['open_question'],
  call: ['call'],
  conversation: ['conversation'],
  identity: ['identity'],
  contact: ['contact', 'forgetting', 'name_words', 'name_unread'],
};
export const IMPERSONAL: Record<string, string> = {
  said_read: 'up to where the search has read',
  said_words_config: 'how its words are kept',
  remembered: 'hashes with a key that is not in the database',
  scrub: 'one number',
  session: 'people of the business who are signed in',
  shop: 'where the polls of shops are',
  sender: 'numbers of the business, by hashes',
  saved_answer: 'words of the business',
  tally: 'sums that name nobody',
  quote: 'how often the passages of the business served an answer',
  sqlite_sequence: 'the number of the newest message',
};

const CONVERSATIONS = 'select value from json_each(:conversations)';
const CONTACTS = 'select value from json_each(:contacts)';
/** Orders of customers who were written to, and of those who are known by the same number. */
const ORDERS = `(contact_id in (${CONTACTS})
  or replace(json_extract(told, '$.customer.phone'), '+', '') in (select value from json_each(:phones)))`;
/** A name that has one of the ids in it. */
const HOLDS = (column: string) => `exists (select 1 from json_each(:ids) where instr(${column}, value))`;

/** Rows that are found by a condition, and the column that orders them. */
const FOUND: Partial<Record<Place, { table: string; key: string; where: string; columns?: string }>> = {
  message: {
    table: 'message',
    key: 'seq',
    where: `(conversation_id in (${CONVERSATIONS}) or (account_id, sender) in
      (select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(:senders)))`,
  },
  turn: { table: 'turn', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  trace: { table: 'trace', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  toolRun: { table: 'tool_run', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  note: { table: 'note', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  upload: {
    table: 'upload',
    key: 'id',
    where: `conversation_id in (${CONVERSATIONS})`,
    // Not what is in them: hundreds are read at once.
    columns: 'id, conversation_id, name, type, size, public, at',
  },
  lead: { table: 'lead', key: 'id', where: `(contact_id in (${CONTACTS}) or conversation_id in (${CONVERSATIONS}))` },
  notice: { table: 'notice', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  handover: { table: 'handover', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  vault: { table: 'vault', key: "contact_id || ' ' || token", where: `contact_id in (${CONTACTS})` },
  followUp: {
    table: 'follow_up',
    key: 'id',
    where: `(conversation_id in (${CONVERSATIONS}) or order_id in (select id from shop_order where ${ORDERS}))`,
  },
  order: { table: 'shop_order', key: 'id', where: ORDERS },
  outreach: { table: 'outreach', key: 'id', where: `id in (${CONTACTS})` },
  cap: { table: 'cap', key: 'cap', where: HOLDS('cap.cap') },
  usage: { table: 'usage', key: 'key', where: HOLDS('usage.key') },
  providerResponse: { table: 'provider_response', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  question: { table: 'open_question', key: 'id', where: `conversation_id in (${CONVERSATIONS})` },
  call: {
    table: 'call',
    key: 'id',
    where: `(contact_id in (${CONTACTS}) or conversation_id in (${CONVERSATIONS}))`,
  },
  conversation: { table: 'conversation', key: 'id', where: `contact_id in (${CONTACTS})` },
  identity: {
    table: 'identity',
    key: "account_id || ' ' || kind || ' ' || value",
    where: `contact_id in (${CONTACTS})`,
  },
  contact: { table: 'contact', key: 'id', where: `id in (${CONTACTS})` },
};

/** Elsewhere a column of this name holds a plain text. */
const JSON_OF: Partial<Record<Place, string>> = { handover: 'summary', trace: 'end' };

/** Columns that hold JSON of ours. */
const JSON_COLUMNS = new Set(
  'address vars head open_turn arrivals exchange status_note about media choice takeover parts template source args message_ids decisions profile body conversations told fault omitted zones counted unasked taken consents proof recording labels course steps'.split(
    ' ',
  ),
);
/** A file of up to so many bytes is written anew at once; a larger one would hold up what else there is to do. */
const REWRITTEN_AT_ONCE = 64 * 1024 * 1024;

export interface Parts {
  t: Tables;
  records: SqliteRecords;
  vaults: ReturnType<typeof vaultStore>;
  run: Committer['run'];
  flush: Committer['flush'];
}

export function personStore({ t, records, vaults, run, flush }: Parts): Omit<PersonStore, keyof ResponseStore> {
  const { db } = t;
  const parameters = ({ contacts, conversations, identities }: Who) => ({
    contacts: JSON.stringify(contacts),
    conversations: JSON.stringify(conversations),
    ids: JSON.stringify([...contacts, ...conversations]),
    phones: JSON.stringify(identities.map(({ value }) => value.replace(/^\+/, ''))),
    senders: JSON.stringify(identities.map((identity) => [identity.accountId, identityKey(identity)])),
  });

  function select(place: Place, who: Who, after: Cursor, limit: number): { rows: Row[]; next: Cursor } {
    if (place === 'event' || place === 'webhook') return scan(place, who, after, limit);
    if (place === 'receipt') return receipts(who, after, limit);
    const { table, key, where, columns = '*' } = FOUND[place]!;
    const statement = db.prepare(
      `select ${columns}, ${key} as cursor from ${table} where ${where} ${after === null ? '' : `and ${key} > :after`} order by ${key} limit :limit`,
    );
    statement.setAllowUnknownNamedParameters(true);
    const rows = statement.all({ ...parameters(who), limit, ...(after === null ? {} : { after }) }) as Row[];
    return { rows, next: rows.length < limit ? null : (rows.at(-1)!.cursor as string | number) };
  }

  /** Logs are looked through row by row: what stands in them is the platform's. */
  function scan(table: 'event' | 'webhook', who: Who, after: Cursor, limit: number): { rows: Row[]; next: Cursor } {
    const mentions = mentionsOf(who);
    const mine = new Set(who.conversations);
    const rows = db
      .prepare(`select *, seq as cursor from ${table} where seq > ? order by seq limit ?`)
      .all(Number(after ?? 0), limit) as Row[];
    const isMine = (row: Row) => {
      if (table === 'webhook')
        return (
          (JSON.parse(String(row.conversations ?? '[]')) as string[]).some((id) => mine.has(id)) ||
          mentions(`${row.payload} ${row.path}`)
        );
      const body = String(row.body ?? '');
      return mentions(body) || isAbout(String(row.account_id), body, mine);
    };
    return { rows: rows.filter(isMine), next: rows.length < limit ? null : (rows.at(-1)!.cursor as number) };
  }

  /** Whether an edit, a reaction or a receipt is of one of these conversations' messages. */
  function isAbout(accountId: string, body: string, conversations: Set<string>): boolean {
    const { platformId } = (body ? JSON.parse(body) : {}) as { platformId?: string };
    if (platformId === undefined) return false;
    return records.byPlatformId(accountId, platformId).some(({ conversationId }) => conversations.has(conversationId));
  }

  /** Receipts of sends that we know nothing of: they are told by the calls that brought them. */
  function receipts(who: Who, after: Cursor, limit: number): { rows: Row[]; next: Cursor } {
    const mentions = mentionsOf(who);
    const calls = db
      .prepare('select seq as cursor, payload from webhook where seq > ? order by seq limit ?')
      .all(Number(after ?? 0), limit) as Row[];
    const named = db.prepare('select * from receipt where instr(?, platform_id)');
    const rows = calls
      .filter(({ payload }) => mentions(String(payload)))
      .flatMap(({ payload }) => named.all(payload as string) as Row[]);
    return { rows, next: calls.length < limit ? null : (calls.at(-1)!.cursor as number) };
  }

  const blank = db.prepare(
    "update webhook set payload = '', path = '', error = null, conversations = null where seq = ?",
  );
  const dropEvent = db.prepare('delete from event where seq = ?');
  const dropReceipt = db.prepare('delete from receipt where account_id = ? and platform_id = ?');
  const dropIdentity = db.prepare('delete from identity where account_id = ? and kind = ? and value = ?');
  const dropFrom = (table: string, column: string) => db.prepare(`delete from ${table} where ${column} = ?`);
  const [dropRun, dropLead, dropCap, dropUsage, dropForgetting] = [
    dropFrom('tool_run', 'id'),
    dropFrom('lead', 'id'),
    dropFrom('cap', 'cap'),
    dropFrom('usage', 'key'),
    dropFrom('forgetting', 'contact_id'),
  ];
  const dropResponse = dropFrom('provider_response', 'id');
  const dropQuestion = dropFrom('open_question', 'id');

  const ERASE: Record<Place, (row: Row) => void> = {
    event(row) {
      if (typeof row.key === 'string') records.rememberErased(String(row.account_id), row.key, Number(row.at));
      dropEvent.run(row.seq!);
    },
    webhook: ({ seq }) => void blank.run(seq!),
    receipt: (row) => void dropReceipt.run(row.account_id!, row.platform_id!),
    message(row) {
      const message = t.messages.read(row);
      if (message.key !== undefined) records.rememberErased(message.accountId, message.key, message.at);
      records.eraseMessage(message);
    },
    turn: ({ id }) => t.turns.remove(String(id)),
    trace: ({ id }) => t.traces.remove(String(id)),
    toolRun: ({ id }) => void dropRun.run(id!),
    note: ({ id }) => t.notes.remove(String(id)),
    upload: ({ id }) => t.uploads.remove(String(id)),
    lead: ({ id }) => void dropLead.run(id!),
    notice: ({ id }) => t.notices.remove(String(id)),
    handover: ({ id }) => t.handovers.remove(String(id)),
    vault: ({ contact_id }) => vaults.erase(String(contact_id)),
    // What an order is and that it was written about stays known, by its number: it would be told and written about once more.
    followUp: ({ id, ended_at }) =>
      t.followUps.update(String(id), {
        ...{ conversationId: null, messageId: null, turnId: null, dueAt: null, rule: 'forgotten', reason: undefined },
        proof: undefined,
        ...(ended_at === null && { state: 'refused', endedAt: 0 }),
      }),
    order: ({ id }) =>
      t.orders.update(String(id), {
        ...{ told: null, fault: null, omitted: null, zones: [], contactId: null, digest: FORGOTTEN },
      }),
    outreach: ({ id }) => t.outreach.remove(String(id)),
    cap: ({ cap }) => void dropCap.run(cap!),
    usage: ({ key }) => void dropUsage.run(key!),
    providerResponse: ({ id }) => void dropResponse.run(id!),
    question: ({ id }) => void dropQuestion.run(id!),
    call: ({ id }) => t.calls.remove(String(id)),
    conversation: ({ id }) => records.eraseConversation(String(id)),
    identity: (row) => void dropIdentity.run(row.account_id!, row.kind!, row.value!),
    contact({ id }) {
      t.contacts.remove(String(id));
      dropForgetting.run(id!);
    },
  };

  const idle = db.prepare(
    `select c.id, not exists (select 1 from conversation v where v.contact_id = c.id and (v.updated_at >= :since
         or ${anySet(WAITING, 'v.')}))
       and c.created_at < :since and not exists (select 1 from lead l where l.contact_id = c.id) as idle
     from contact c where c.id > :after order by c.id limit :limit`,
  );

  return {
    async held(place, who, after, limit) {
      flush();
      const { rows, next } = select(place, who, after, limit);
      return { rows: rows.map((row) => shown(place, row, who)), next };
    },
    erase: (place, who, after, limit) =>
      run(() => {
        // What is behind in memory is written, or it would come back.
        t.conversations.flush();
        const { rows, next } = select(place, who, after, limit);
        for (const row of rows) ERASE[place](row);
        if (place === 'contact' || place === 'identity') records.forget();
        return { erased: rows.length, next };
      }),
    async unfinished() {
      const rows = db.prepare('select contact_id as id from forgetting').all() as { id: string }[];
      return rows.map(({ id }) => id);
    },
    async scrub() {
      flush();
      return scrub(db);
    },
    async idlePeople(since, after, limit) {
      flush();
      const rows = idle.all({ since, after: String(after ?? ''), limit }) as { id: string; idle: number }[];
      return {
        contacts: rows.flatMap(({ id, idle }) => (idle ? id : [])),
        next: rows.length < limit ? null : rows.at(-1)!.id,
      };
    },
  };
}

type Row = Record<string, SQLInputValue>;

/** A row as an export has it. */
function shown(place: Place, { cursor: _cursor, ...row }: Row, who: Who): JsonObject {
  const mine = new Set(who.conversations);
  const entries = Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([column, value]) => [
      column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      JSON_COLUMNS.has(column) || JSON_OF[place] === column ? JSON.parse(String(value)) : value,
    ]);
  const record = Object.fromEntries(entries) as JsonObject;
  // A call may bring several people's words: only who is alone in it gets it whole.
  const conversations = (record.conversations ?? []) as string[];
  if (place === 'webhook' && !(conversations.length && conversations.every((id) => mine.has(id))))
    delete record.payload;
  // What lets somebody into a call is nothing of whom it tells.
  if (place === 'call') delete record.secret;
  return record;
}

/** Frees nothing by itself: what was erased is overwritten as it goes, and copies that SQLite left in its pages go with this. */
export function scrub(db: DatabaseSync, whole = false): Scrubbed {
  const size = (name: string) => Number(Object.values(db.prepare(`pragma ${name}`).get() as object)[0]);
  const now = whole || size('page_count') * size('page_size') <= REWRITTEN_AT_ONCE;
  db.exec('delete from scrub');
  if (now) {
    mergeWords(db);
    db.exec('vacuum');
  } else db.exec('insert into scrub(due) values(1)');
  db.exec('pragma wal_checkpoint(truncate)');
  return now ? 'now' : 'next start';
}

/** To be called at the start: what could not be done while others waited. */
export function scrubIfDue(db: DatabaseSync): void {
  if (db.prepare('select 1 from scrub').get()) scrub(db, true);
}
