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
  `
  -- The webhook log only grows at its end: one tree instead of three.
  alter table webhook rename to webhook_1;
  create table webhook(
    seq integer primary key, id text not null, at integer not null, channel text not null, account_id text, path text not null,
    event_type text not null, status integer not null, error text, payload text not null) strict;
  insert into webhook(id, at, channel, account_id, path, event_type, status, error, payload)
    select id, at, channel, account_id, path, event_type, status, error, payload from webhook_1 order by at, rowid;
  drop table webhook_1;

  -- A message has its own key, and is found by its platform's id whichever way it went.
  alter table message add column key text;
  alter table message add column cap text;
  create unique index message_key on message(account_id, key) where key is not null;
  drop index message_turn;
  drop index message_conversation;
  create index message_conversation on message(conversation_id);
  drop index message_state;
  create index message_state on message(state, seq) where state in ('draft', 'queued', 'failed', 'unknown');

  drop index message_pending;

  -- The open turn is in its conversation. Which have something to do is kept in memory: an index of them would change with every step.
  alter table conversation add column send_owner text;
  alter table conversation add column send_at integer;
  alter table conversation add column taken_seq integer not null default 0;
  alter table conversation add column arrivals text not null default '[]';
  update conversation set open_turn = (
    select json_patch('{}', json_object(
      'id', t.id, 'conversationId', t.conversation_id, 'accountId', t.account_id, 'messageIds', json(t.message_ids), 'state', t.state,
      'attempts', t.attempts, 'cuts', t.cuts, 'retryAt', t.retry_at, 'decisions', json(t.decisions), 'error', t.error,
      'startedAt', t.started_at))
    from turn t where t.id = conversation.open_turn and t.state in ('running', 'waiting'))
    where open_turn is not null;
  update conversation set send_at = (
    select min(coalesce(next_try_at, 0)) from message where conversation_id = conversation.id and state = 'queued')
    where id in (select conversation_id from message where state = 'queued');
  delete from turn where state in ('running', 'waiting');
  update turn set state = 'retried' where state = 'dead'
    and not exists (select 1 from message m where m.id = json_extract(turn.message_ids, '$[0]') and m.turn_id = turn.id);
  alter table turn add column open_until integer;
  drop index turn_state;
  create index turn_dead on turn(id) where state = 'dead';
  drop index conversation_wake;
  drop index conversation_turn;
  drop index conversation_updated;
  `,
  // What tells two programs that answer each other.
  'alter table conversation add column exchange text',
  `
  -- Since when and why a conversation has its status, and what people are to be told.
  alter table conversation add column status_note text;
  create table notice(
    id text primary key, kind text not null, account_id text not null, conversation_id text, reason text not null, about text not null,
    at integer not null, tries integer not null, tell_at integer) strict, without rowid;
  create index notice_open on notice(at) where tell_at is not null;
  `,
  `
  -- Where a person is: what a call told of whom, who became whom, who wrote in a group, and what an LLM provider keeps.
  alter table webhook add column conversations text;
  alter table contact add column merged_into text;
  create index contact_merged on contact(merged_into) where merged_into is not null;
  alter table message add column sender text;
  create index message_sender on message(account_id, sender) where sender is not null;
  create index identity_value on identity(kind, value);
  create index tool_run_at on tool_run(at);
  create index tool_run_conversation on tool_run(conversation_id);
  create index turn_conversation on turn(conversation_id);
  create index lead_contact on lead(contact_id);
  create table provider_response(
    id text primary key, endpoint text not null, conversation_id text not null, at integer not null, unwanted integer not null) strict, without rowid;
  create index provider_response_conversation on provider_response(conversation_id);

  -- Contacts that are being forgotten, until nothing is left of them; and what is remembered of them by a keyed hash.
  create table forgetting(contact_id text primary key, at integer not null) strict, without rowid;
  create table remembered(hash text primary key, kind text not null, at integer not null) strict, without rowid;
  -- Whether freed pages may still hold what was erased.
  create table scrub(due integer not null) strict;
  -- The versions before left what they deleted in free places of the file.
  insert into scrub(due) values(1);
  `,
  `
  -- Orders of shops, and what was written about them without anybody asking.
  alter table conversation add column proposal text;
  alter table turn add column follow_up text;
  alter table message add column follow_up text;
  create table shop_order(
    id text primary key, shop text not null, number text not null, told text, digest text not null, fault text, zones text not null,
    account_id text not null, node_id text not null, contact_id text, seen_at integer not null, changed_at integer not null) strict, without rowid;
  create index shop_order_changed on shop_order(changed_at);
  create index shop_order_contact on shop_order(contact_id) where contact_id is not null;
  create index shop_order_phone on shop_order(json_extract(told, '$.customer.phone')) where told is not null;
  create table follow_up(
    id text primary key, order_id text not null, event text not null, account_id text not null, node_id text not null, conversation_id text,
    state text not null, rule text, reason text, due_at integer, turn_id text, message_id text, variant text,
    at integer not null, ended_at integer) strict, without rowid;
  create index follow_up_order on follow_up(order_id);
  create index follow_up_due on follow_up(account_id, due_at) where due_at is not null;
  create index follow_up_running on follow_up(id) where state = 'running';
  create index follow_up_at on follow_up(at);
  create table shop(id text primary key, cursor text, mark text, since integer not null, known integer not null) strict, without rowid;
  create table outreach(id text primary key, sent integer not null, last_at integer not null, counted text) strict, without rowid;
  `,
  `
  -- What customers did after a message that nobody asked for, and who was told of it.
  alter table conversation add column unasked text;
  alter table follow_up add column experiment text;
  alter table follow_up add column delivered_at integer;
  alter table follow_up add column read_at integer;
  alter table follow_up add column replied_at integer;
  alter table follow_up add column opted_out_at integer;
  alter table follow_up add column ordered_again_at integer;
  update follow_up set delivered_at = ended_at
    where message_id in (select id from message where follow_up is not null and state in ('delivered', 'read'));
  update follow_up set read_at = ended_at
    where message_id in (select id from message where follow_up is not null and state = 'read');
  -- Figures are counted from the index alone: a hundred thousand in less than a tenth of a second.
  create index follow_up_outcome on follow_up(account_id, event, experiment, variant, ended_at, delivered_at, read_at, replied_at,
    opted_out_at, ordered_again_at, state) where (state = 'sent' or delivered_at is not null);
  alter table notice add column taken text;
  alter table notice add column error text;
  `,
  `
  -- What of an order was left out, before when it is old, and whether a model's words for it were known from before.
  alter table shop_order add column omitted text;
  alter table shop_order add column since integer;
  alter table follow_up add column generation text;
  `,
  `
  -- Orders by what became of them: the rare ones are found among many.
  create index follow_up_state on follow_up(state, order_id);
  create index shop_order_faulty on shop_order(changed_at, id) where (fault is not null or omitted is not null);
  `,
  `
  -- What shows that a customer agreed to be written to, to whom the same words were said, and how new a number of ours is.
  alter table contact add column consents text;
  alter table follow_up add column proof text;
  alter table message add column wording text;
  alter table message add column wording_at integer;
  create index message_wording on message(account_id, wording, wording_at) where wording is not null;
  create table sender(id text primary key, days integer not null, last_at integer not null, phone text) strict, without rowid;
  `,
  `
  -- What says a message where the platform takes no free text.
  alter table message add column template text;
  `,
  `
  -- A turn whose flow goes on is open until that is over; the versions before never said when it was.
  update turn set open_until = null where open_until is not null and state = 'done';
  create index turn_unsettled on turn(id) where open_until is not null and state = 'done';
  `,
  `
  -- Calls, and what of our words their callers did not hear.
  create table call(
    id text primary key, account_id text not null, conversation_id text not null unique, contact_id text not null, state text not null,
    "end" text, typed integer, language text, about text not null, started_at integer not null, ended_at integer, seen_at integer not null,
    secret text not null, recording text, summary text not null) strict, without rowid;
  create index call_started on call(started_at);
  create index call_state on call(state, started_at);
  create index call_account on call(account_id, started_at);
  create index call_contact on call(contact_id);
  create index call_recorded on call(ended_at) where recording is not null;
  alter table message add column unheard text;
  `,
  `
  -- Words for the search, read beside the work: of messages from \`low\` to \`high\`, the newest ones first where there are many; and of names. What is
  -- erased or changed is found no more at once, whoever does it; \`stale\` until the index is merged, which takes its words out of the file.
  create virtual table said_words using fts5(words, tokenize = "ascii tokenchars '='", prefix = '2 3', detail = none, columnsize = 0);
  create table said_read(low integer not null, high integer not null, stale integer not null) strict;
  insert into said_read select coalesce(max(seq), 0) + 1, coalesce(max(seq), 0), 0 from message;
  create table said_unread(seq integer primary key) strict;
  create table name_words(word text not null, contact_id text not null, primary key(word, contact_id)) strict, without rowid;
  create index name_words_contact on name_words(contact_id);
  create table name_unread(contact_id text primary key) strict, without rowid;
  insert into name_unread select id from contact where name is not null or username is not null;
  create trigger message_erased after delete on message begin
    delete from said_words where rowid = old.seq;
    update said_read set stale = 1 where stale = 0;
    delete from said_unread where seq = old.seq;
  end;
  create trigger message_said after update of text, deleted_at on message begin
    delete from said_words where rowid = old.seq;
    update said_read set stale = 1 where stale = 0;
    insert into said_unread select old.seq from said_read where old.seq between low and high on conflict do nothing;
  end;
  create trigger contact_new after insert on contact when new.name is not null or new.username is not null begin
    insert into name_unread values(new.id) on conflict do nothing;
  end;
  create trigger contact_named after update of name, username on contact begin
    delete from name_words where contact_id = old.id;
    insert into name_unread values(old.id) on conflict do nothing;
  end;
  create trigger contact_erased after delete on contact begin
    delete from name_words where contact_id = old.id;
    delete from name_unread where contact_id = old.id;
  end;
  `,
  `
  -- The inbox: what people note of conversations, and what its queues are made of. Scrolling and filtering read the first index alone.
  alter table conversation add column assignee text;
  alter table conversation add column labels text;
  alter table conversation add column language text;
  alter table conversation add column person_since integer;
  alter table conversation add column unanswered_since integer;
  alter table conversation add column draft_since integer;
  alter table conversation add column failed_since integer;
  update conversation set language = (select language from contact where id = conversation.contact_id) where contact_id is not null;
  update conversation set draft_since = m.at
    from (select conversation_id, min(at) as at from message where state = 'draft' group by 1) m where m.conversation_id = conversation.id;
  update conversation set failed_since = m.at
    from (select conversation_id, min(at) as at from message where state in ('failed', 'unknown') group by 1) m
    where m.conversation_id = conversation.id;
  create index conversation_desk on conversation(updated_at, account_id, status, assignee, language, labels, contact_id);
  create index conversation_person on conversation(person_since) where person_since is not null;
  create index conversation_assignee on conversation(assignee, updated_at) where assignee is not null;
  create index conversation_unanswered on conversation(unanswered_since, account_id, status, contact_id) where unanswered_since is not null;
  create index conversation_draft on conversation(draft_since) where draft_since is not null;
  create index conversation_failed on conversation(failed_since) where failed_since is not null;
  create table note(id text primary key, conversation_id text not null, writer text not null, text text not null, at integer not null) strict, without rowid;
  create index note_conversation on note(conversation_id);
  create table saved_answer(id text primary key, name text not null collate nocase unique, text text not null, at integer not null) strict, without rowid;
  alter table message add column writer text;
  alter table message add column drafted text;
  `,
  `
  -- Customers who asked for a person, and since when they wait for one.
  alter table conversation add column waiting_since integer;
  alter table conversation add column handover text;
  create table handover(
    id text primary key, account_id text not null, conversation_id text not null, "by" text not null, reason text not null,
    language text not null, opens_at integer, at integer not null, state text not null, summary text, summary_by text, tell_at integer,
    told_at integer, due_at integer, replied_at integer, ended_at integer, "end" text) strict, without rowid;
  create index handover_at on handover(at);
  create index handover_open on handover(at) where state = 'open';
  create index handover_due on handover(due_at) where due_at is not null;
  create index handover_conversation on handover(conversation_id);
  `,
  `
  -- What happened on turns' ways, what became of each message, and whether a call was signed.
  create table trace(
    id text primary key, turn_id text not null, conversation_id text not null, account_id text not null, at integer not null,
    ended_at integer not null, "end" text not null, steps text not null) strict;
  create index trace_conversation on trace(conversation_id);
  alter table message add column course text;
  alter table webhook add column signed integer;
  alter table webhook add column duplicates integer;
  `,
  `
  create table session(id text primary key, user text not null, begun_at integer not null, seen_at integer not null) strict, without rowid;
  create index session_user on session(user);
  create index session_seen on session(seen_at);
  `,
  `
  -- What happened, in sums by hour and account: kept when what they are of is gone.
  create table tally(id text primary key, hour integer not null, account_id text not null, sums text not null) strict, without rowid;
  `,
  `
  -- Questions that the knowledge had no answer to, and by day how often a heading's passages served one.
  create table open_question(
    id text primary key, conversation_id text not null, account_id text not null, base text not null, text text not null,
    language text not null, why text not null, at integer not null) strict, without rowid;
  create index open_question_at on open_question(at, id);
  create index open_question_conversation on open_question(conversation_id);
  create table quote(
    id text primary key, base text not null, source text not null, title text not null, count integer not null, at integer not null) strict, without rowid;
  `,
  `
  -- Files that colleagues send to customers. What is in them is read last.
  create table upload(
    id text primary key, conversation_id text not null, name text not null, type text not null, size integer not null, public integer not null,
    at integer not null, content text not null) strict;
  create index upload_conversation on upload(conversation_id);
  `,
];

/**
 * Brings the database to this version. A copy of the file is kept before an existing one is changed.
 * @param upgrade false for who only reads beside a server that may be of the version before
 * @throws DragomanError DATA_NEWER when a later Dragoman wrote it; DATA_OLDER when it is not to be changed.
 */
export function migrate(db: DatabaseSync, file: string, upgrade = true): void {
  const version = (db.prepare('pragma user_version').get() as { user_version: number }).user_version;
  if (version > STEPS.length)
    throw new DragomanError(
      'DATA_NEWER',
      `The database ${file} was written by a newer Dragoman (version ${version}, this one knows ${STEPS.length}).`,
      'Start the newer Dragoman, or restore the copy made before its upgrade.',
    );
  if (version === STEPS.length) return;
  if (!upgrade && version > 0)
    throw new DragomanError(
      'DATA_OLDER',
      `The database ${file} is of an earlier Dragoman (version ${version}, this one is ${STEPS.length}).`,
      'Start the server of this version once; it brings the database up to date and keeps a copy.',
    );
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
