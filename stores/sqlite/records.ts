/** The records that plans see, over the tables. Runs inside a transaction; one process writes the file, so what is remembered is what is stored. */
import type { Conversation, Identity, Message, Trace } from '../../core/model.ts';
import { identityKey as keyOf } from '../../core/people/places.ts';
import { WAITING } from '../../core/people/retention.ts';
import type { KnownIdentity, Receipt, Records } from '../../core/ports.ts';
import { createRecent } from '../../core/recent.ts';
import { callRecords } from './calls.ts';
import { deskRecords } from './desk.ts';
import { handoverRecords } from './handovers.ts';
import { orderRecords } from './orders.ts';
import type { Remembered } from './remembered.ts';
import { anySet } from './rows.ts';
import type { Tables } from './tables.ts';
import { tallyRecords } from './tallies.ts';
import type { vaultStore } from './vault.ts';

/** People who are likely to write again, as in `tables.ts`. */
const PEOPLE = 5_000;

export interface SqliteRecords extends Records {
  /** A contact's identities on all accounts, the strongest first. */
  identities(contactId: string): (Identity & { accountId: string })[];
  /** The conversations in which something waits, runs or is on its way. */
  due(): Conversation[];
  /** To be called when writes were undone. */
  forget(): void;
  /** Whether a contact or a conversation is forgotten, since this process began or before and not to the end. */
  isHidden(id: string): boolean;
  /** A message, with what its parts are called on the platform. */
  eraseMessage(message: Message): void;
  eraseConversation(id: string): void;
  rememberErased(accountId: string, key: string, at: number): void;
}

type Holder = { contactId: string; rank: number };

export interface RecordsOptions {
  /** Another process writes: nothing is remembered. */
  beside?: boolean;
  vaults: ReturnType<typeof vaultStore>;
  remembered: Remembered;
}

export function createRecords(t: Tables, { beside = false, vaults, remembered }: RecordsOptions): SqliteRecords {
  const people = beside ? 0 : PEOPLE;
  const { db, contacts, conversations, leads, messages, notices, turns, webhooks } = t;
  const holders = createRecent<Holder>(people);
  const known = createRecent<(Identity & { accountId: string })[]>(people);
  const threads = createRecent<string>(people);
  const all = <T>(sql: string) => {
    const statement = db.prepare(sql);
    return (...values: (string | number | null)[]) => statement.all(...values) as T[];
  };

  const findHolder = db.prepare(
    'select contact_id as contactId, rank from identity where account_id = ? and kind = ? and value = ?',
  );
  const identitiesHere = all<KnownIdentity>(
    'select kind, value, rank from identity where account_id = ? and contact_id = ?',
  );
  const identities = all<Identity & { accountId: string }>(
    'select account_id as accountId, kind, value from identity where contact_id = ? order by rank',
  );
  const point = db.prepare(
    `insert into identity(account_id, kind, value, contact_id, rank) values(?,?,?,?,?)
       on conflict do update set contact_id = excluded.contact_id, rank = excluded.rank`,
  );
  const unpoint = db.prepare('delete from identity where account_id = ? and kind = ? and value = ?');
  const pointAll = db.prepare('update identity set contact_id = ? where contact_id = ?');
  const giveLeads = db.prepare('update lead set contact_id = ? where contact_id = ?');
  const giveCalls = db.prepare('update call set contact_id = ? where contact_id = ?');

  const conversationAt = db.prepare('select id from conversation where account_id = ? and thread_key = ?');
  const conversationsOf = all<{ id: string }>('select id from conversation where contact_id = ?');
  const messagesIn = all<{ id: string }>('select id from message where conversation_id = ?');
  const placesOf = (rows: number) => Array(rows).fill('(?, ?, ?, ?, ?, ?, ?, ?)').join();
  const insertRows = (rows: number) => db.prepare(`insert into trace values${placesOf(rows)} on conflict do nothing`);
  const insertTrace = insertRows(1);
  const insertTenTraces = insertRows(10);
  const traceRow = ({ id, turnId, conversationId, accountId, at, endedAt, end, steps }: Trace) => [
    ...[id, turnId, conversationId, accountId, at, endedAt],
    ...[JSON.stringify(end), JSON.stringify(steps)],
  ];
  const moveTraces = db.prepare('update trace set conversation_id = ? where conversation_id = ?');
  const turnsIn = all<{ id: string }>(
    'select distinct turn_id as id from message where conversation_id = ? and turn_id is not null',
  );

  const moveNotes = db.prepare('update note set conversation_id = ? where conversation_id = ?');

  const insertEvent = db.prepare(
    'insert into event(id, account_id, key, type, at, body) values(?,?,?,?,?,?) on conflict do nothing',
  );
  // Messages of the version before had their keys here. Once they are past their retention nothing needs to be looked for.
  const oldKeys = db.prepare("select 1 from event where type like 'message%' and body is null limit 1").get();
  const findOldKey = db.prepare('select 1 from event where account_id = ? and key = ?');
  const byPlatformId = all('select * from message where account_id = ? and platform_id = ? order by seq');
  const byPart = all(
    'select m.* from part p join message m on m.id = p.message_id where p.account_id = ? and p.platform_id = ?',
  );
  const takePending = all(
    'update message set pending = 0, turn_id = ? where conversation_id = ? and seq > ? and pending = 1 returning *',
  );
  const anyPending = db.prepare('select 1 from message where conversation_id = ? and seq > ? and pending = 1 limit 1');

  const bySlot = db.prepare('select * from message where slot = ?');
  const replies = all("select * from message where slot >= ? || ':' and slot < ? || ';' order by seq");
  const queued = all("select * from message where conversation_id = ? and state = 'queued' order by seq");
  const recentOut = all(
    "select * from message where conversation_id = ? and direction = 'out' order by seq desc limit 20",
  );
  const saidAlike = all(
    `select * from message where account_id = ? and wording = ? and wording_at > ?
       and state not in ('draft', 'discarded', 'failed') order by wording_at desc limit 1000`,
  );
  const nextHuman = db.prepare(
    "select * from message where conversation_id = ? and seq > ? and author = 'human' order by seq limit 1",
  );
  const namePart = db.prepare(
    'insert into part(account_id, platform_id, message_id) values(?,?,?) on conflict do nothing',
  );
  const keepReceipt = db.prepare(
    'insert into receipt(account_id, platform_id, state, error, at) values(?,?,?,?,?) on conflict do nothing',
  );
  // Nearly always none: then nothing is asked.
  let receipts = (db.prepare('select count(*) as n from receipt').get() as { n: number }).n;
  const takeReceipts = all<{ state: Receipt['state']; error: string | null }>(
    'delete from receipt where account_id = ? and platform_id = ? returning state, error',
  );

  // Kept in memory, for an index of them would change with every step of a turn. Found by a look at all conversations at the start.
  let due: Set<string> | undefined;
  const findDue = db.prepare(`select id from conversation where ${anySet(WAITING)}`);
  function noteDue(conversation: Conversation): void {
    if (WAITING.some((field) => conversation[field] !== null)) due?.add(conversation.id);
    else due?.delete(conversation.id);
  }

  const hidden = new Set<string>();
  const isHidden = ({ id, contactId }: { id: string; contactId?: string | null }) =>
    hidden.size > 0 && (hidden.has(id) || (contactId != null && hidden.has(contactId)));
  const seen = <T extends { id: string; contactId?: string | null }>(record: T | null): T | null =>
    record && isHidden(record) ? null : record;
  for (const { id } of db.prepare('select contact_id as id from forgetting').all() as { id: string }[]) {
    hidden.add(id);
    for (const conversation of conversationsOf(id)) hidden.add(conversation.id);
  }
  const hide = db.prepare('insert into forgetting(contact_id, at) values(?, ?) on conflict do nothing');
  const holders_ = all<{ id: string }>('select contact_id as id from identity where kind = ? and value = ?');
  const holdersOf = all<{ id: string }>(
    'select contact_id as id from identity where account_id = ? and value in (select value from json_each(?))',
  );
  const byUsername = all<{ id: string }>(
    `select c.id from contact c where c.username = ? collate nocase
       and exists (select 1 from identity i where i.contact_id = c.id and i.account_id = ?)`,
  );
  const mergedWith = all<{ id: string }>('select id from contact where merged_into = ?');
  const removePart = db.prepare('delete from part where account_id = ? and platform_id = ? and message_id = ?');
  const addCaps = db.prepare(
    `insert into cap(cap, used, at) select replace(cap, ?2, ?3), used, at from cap
       where cap >= ?1 || ':' || ?2 || ':' and cap < ?1 || ':' || ?2 || ';'
       on conflict do update set used = used + excluded.used, at = max(at, excluded.at)`,
  );
  const addUsageOf = db.prepare(
    `insert into usage(key, tokens, cost, at) select replace(key, ?1, ?2), tokens, cost, at from usage where instr(key, ?1)
       on conflict do update set tokens = tokens + excluded.tokens, cost = cost + excluded.cost, at = max(at, excluded.at)`,
  );

  const identityKey = (accountId: string, { kind, value }: Identity) => `${accountId}\n${kind}\n${value}`;
  /** Reads by anything but the id see what was changed in this transaction. */
  const conversationOf = (id: string) => conversations.get(id)!;

  return {
    isHidden: (id) => hidden.has(id),
    hide({ contacts: people, conversations: theirs }, at) {
      for (const id of people) hide.run(id, at);
      for (const id of [...people, ...theirs]) hidden.add(id);
      for (const id of theirs) due?.delete(id);
      holders.clear();
      known.clear();
    },
    rememberOptOut: (accountId, identity, at) => remembered.add('opt-out', at, accountId, keyOf(identity)),
    takeOptOut(accountId, identity) {
      const at = remembered.at('opt-out', accountId, keyOf(identity));
      if (at > 0) remembered.drop('opt-out', accountId, keyOf(identity));
      return at;
    },
    isErased: (accountId, key) => remembered.at('message', accountId, key) > 0,
    rememberErased: (accountId, key, at) => remembered.add('message', at, accountId, key),
    eraseMessage(message) {
      for (const { platformId } of message.parts ?? [])
        if (platformId !== undefined) removePart.run(message.accountId, platformId, message.id);
      messages.remove(message.id);
    },
    eraseConversation(id) {
      conversations.remove(id);
      due?.delete(id);
    },
    vault: vaults.read,
    addToVault: (contactId, added) => void vaults.add(contactId, added),
    addCaps: (accountId, from, to) => void addCaps.run(accountId, from, to),
    addUsageOf: (from, to) => void addUsageOf.run(from, to),
    allIdentities: (contactId) => identities(contactId),
    holders: ({ kind, value }) => holders_(kind, value).map(({ id }) => id),
    holdersOf: (accountId, values) => holdersOf(accountId, JSON.stringify(values)).map(({ id }) => id),
    byUsername: (accountId, username) => byUsername(username, accountId).map(({ id }) => id),
    mergedWith: (contactId) => mergedWith(contactId).map(({ id }) => id),

    message: messages.get,
    byPlatformId(accountId, platformId) {
      const found = byPlatformId(accountId, platformId).map(messages.read);
      return found.length > 0 ? found : byPart(accountId, platformId).map(messages.read);
    },
    insertMessage(message) {
      if (message.key !== undefined && oldKeys && findOldKey.get(message.accountId, message.key)) return null;
      return messages.insert(message);
    },
    updateMessage: messages.update,
    removeMessage: messages.remove,
    insertEvent({ id, accountId, key, type, at, event }) {
      return insertEvent.run(id, accountId, key ?? null, type, at, JSON.stringify(event)).changes === 1;
    },
    insertWebhook: (record) => void webhooks.insert(record),

    contact: (id) => seen(contacts.get(id)),
    insertContact: (contact) => void contacts.insert(contact),
    updateContact: contacts.update,
    holder(accountId, identity) {
      const key = identityKey(accountId, identity);
      const recent = holders.get(key);
      if (recent) return recent;
      const row = findHolder.get(accountId, identity.kind, identity.value) as Holder | undefined;
      if (!row || hidden.has(row.contactId)) return null;
      holders.set(key, row);
      return row;
    },
    identitiesOf: (accountId, contactId) => identitiesHere(accountId, contactId),
    point(accountId, identity, contactId) {
      const { kind, value, rank } = identity;
      const before = findHolder.get(accountId, kind, value) as Holder | undefined;
      if (before) known.delete(before.contactId);
      point.run(accountId, kind, value, contactId, rank);
      holders.set(identityKey(accountId, identity), { contactId, rank });
      known.delete(contactId);
    },
    unpoint(accountId, identity) {
      unpoint.run(accountId, identity.kind, identity.value);
      holders.clear();
      known.clear();
    },
    giveAll(from, to) {
      pointAll.run(to, from);
      giveLeads.run(to, from);
      giveCalls.run(to, from);
      holders.clear();
      known.clear();
    },
    identities(contactId) {
      const recent = known.get(contactId);
      if (recent) return recent;
      const found = identities(contactId);
      known.set(contactId, found);
      return found;
    },

    conversation: (id) => seen(conversations.get(id)),
    conversationAt(accountId, threadKey) {
      const key = `${accountId}\n${threadKey}`;
      const recent = threads.get(key);
      if (recent) return seen(conversationOf(recent));
      conversations.flush();
      const row = conversationAt.get(accountId, threadKey) as { id: string } | undefined;
      if (!row) return null;
      threads.set(key, row.id);
      return seen(conversationOf(row.id));
    },
    conversationsOf(contactId) {
      conversations.flush();
      return conversationsOf(contactId).map(({ id }) => conversationOf(id));
    },
    insertConversation(conversation) {
      const inserted = conversations.insert(conversation)!;
      threads.set(`${inserted.accountId}\n${inserted.threadKey}`, inserted.id);
      noteDue(inserted);
      return inserted;
    },
    updateConversation(id, patch) {
      if (patch.threadKey !== undefined) threads.clear();
      conversations.update(id, patch);
      const changed = conversations.get(id);
      if (changed) noteDue(changed);
    },
    moveMessages(from, to) {
      for (const { id } of turnsIn(from)) turns.update(id, { conversationId: to });
      for (const { id } of messagesIn(from)) messages.update(id, { conversationId: to });
      moveNotes.run(to, from);
      moveTraces.run(to, from);
    },

    takePending(conversationId, after, turnId) {
      const taken = takePending(turnId, conversationId, after).map(messages.read);
      for (const message of taken) messages.remember(message);
      return taken.sort((one, other) => one.seq - other.seq);
    },
    anyPending: (conversationId, after) => anyPending.get(conversationId, after) !== undefined,
    turn: turns.get,
    insertTurn: (turn) => void turns.insert(turn),
    updateTurn: turns.update,
    insertTraces(traces) {
      // Ten a statement: they come many at once.
      const rows = traces.map(traceRow);
      const tens = rows.length - (rows.length % 10);
      for (let from = 0; from < tens; from += 10) insertTenTraces.run(...rows.slice(from, from + 10).flat());
      for (const row of rows.slice(tens)) insertTrace.run(...row);
    },

    bySlot(slot) {
      const row = bySlot.get(slot);
      return row ? messages.read(row) : null;
    },
    repliesOf: (turnId) => replies(turnId, turnId).map(messages.read),
    queued: (conversationId) => queued(conversationId).map(messages.read),
    recentOut: (conversationId) => recentOut(conversationId).map(messages.read),
    saidAlike: (accountId, wording, after) => saidAlike(accountId, wording, after).map(messages.read),
    nextHuman(conversationId, seq) {
      const row = nextHuman.get(conversationId, seq);
      return row ? messages.read(row) : null;
    },
    namePart: (accountId, platformId, messageId) => void namePart.run(accountId, platformId, messageId),
    keepReceipt(accountId, platformId, { state, error }, at) {
      receipts++;
      keepReceipt.run(accountId, platformId, state, error ? JSON.stringify(error) : null, at);
    },
    takeReceipts(accountId, platformId) {
      if (receipts === 0) return [];
      return takeReceipts(accountId, platformId).map(({ state, error }) => ({
        state,
        error: error ? JSON.parse(error) : undefined,
      }));
    },
    insertLead: (lead) => !hidden.has(lead.conversationId) && leads.insert(lead) !== null,
    ...orderRecords(t),
    ...callRecords(t, isHidden),
    ...deskRecords(t, (id) => hidden.has(id)),
    ...handoverRecords(t, (id) => hidden.has(id)),
    ...tallyRecords(t),
    notice: notices.get,
    insertNotice: (notice) => notices.insert(notice) !== null,
    updateNotice: notices.update,
    due() {
      const found = due ?? new Set((findDue.all() as { id: string }[]).map(({ id }) => id));
      if (!beside) due = found;
      return [...found].flatMap((id) => seen(conversations.get(id)) ?? []);
    },
    forget() {
      due = undefined;
      holders.clear();
      known.clear();
      threads.clear();
    },
  };
}
