/** The search: in the words that were read already, and through what was not. Writes nothing, so it works beside a running server as well. */
import type { Conversation } from '../../core/model.ts';
import type { Conversations, Findings, Search } from '../../core/ports.ts';
import {
  excerptOf,
  type Hit,
  isBeginning,
  isFoundBy,
  type Looked,
  look,
  pageOf,
  soughtIn,
  wordsOf,
} from '../../core/text/search.ts';
import { accountWord } from './search-index.ts';
import type { Tables } from './tables.ts';

/** Messages that have the words are looked at for one page: those of one conversation may be many. */
const LOOKED_AT = 5_000;
/** New messages, and new names, that are looked through word by word. */
const UNREAD = 5_000;
/** People of one name. */
const NAMED = 2_000;
/** Greater than whatever a word goes on with. */
const LAST = '\u{10ffff}';

interface Row extends Hit {
  id: string;
  at: number;
  direction: 'in' | 'out';
  author: Findings['found'][number]['message']['author'];
  text: string;
}
const COLUMNS = 'm.seq, m.id, m.conversation_id as conversationId, m.at, m.direction, m.author, m.text';
/** Neither somebody who is being forgotten, nor another account's. */
const SEEN = `(:account is null or c.account_id = :account)
  and not exists (select 1 from forgetting f where f.contact_id = c.contact_id)`;

/** @param catchUp what is held back is written, and what is new is read if that is little. */
export function searchStore(
  { db, conversations }: Tables,
  catchUp: () => Promise<void>,
): Pick<Conversations, 'search'> {
  const bounds = db.prepare('select low, high from said_read');
  const newest = db.prepare(
    `select ${COLUMNS} from message m cross join conversation c on c.id = m.conversation_id
     where m.seq > :high and m.seq < :before and m.deleted_at is null and ${SEEN} order by m.seq desc limit ${UNREAD}`,
  );
  const edited = db.prepare(
    `select ${COLUMNS} from said_unread u cross join message m on m.seq = u.seq cross join conversation c on c.id = m.conversation_id
     where m.seq < :before and m.deleted_at is null and ${SEEN} order by u.seq desc limit ${UNREAD}`,
  );
  const known = db.prepare(
    `select ${COLUMNS} from said_words w cross join message m on m.seq = w.rowid cross join conversation c on c.id = m.conversation_id
     where w.said_words match :match and w.rowid < :before and ${SEEN} order by w.rowid desc`,
  );
  const unnamed = db.prepare(
    `select c.id, c.name, c.username from name_unread u cross join contact c on c.id = u.contact_id limit ${UNREAD}`,
  );
  const theirs = db.prepare(
    `select ${COLUMNS} from conversation c cross join message m
       on m.seq = (select max(l.seq) from message l where l.conversation_id = c.id)
     where c.contact_id in (select value from json_each(:contacts)) and m.seq < :before and ${SEEN} order by m.seq desc`,
  );
  const unread = db.prepare(
    `select (select count(*) from message where seq < low) +
       max(0, (select count(*) from message where seq > high) - ${UNREAD}) +
       max(0, (select count(*) from name_unread) - ${UNREAD}) as n from said_read`,
  );
  const conversation = db.prepare(
    `select c.*, k.name as contact_name from conversation c left join contact k on k.id = c.contact_id where c.id = ?`,
  );

  function said(sought: string[], { accountId, before }: Within, limit: number): Looked<Row> {
    const { high } = bounds.get() as { high: number };
    const within = { before, account: accountId ?? null };
    const has = ({ text }: Row) => isFoundBy(wordsOf(text), sought);
    const fresh = [
      ...(newest.all({ ...within, high }) as unknown as Row[]),
      ...(edited.all(within) as unknown as Row[]),
    ].filter(has);
    fresh.sort((one, other) => other.seq - one.seq);
    const words = sought.map((word) => (isBeginning(word) ? `"${word}"*` : `"${word}"`));
    const match = [...words, ...(accountId === undefined ? [] : [`"${accountWord(accountId)}"`])].join(' ');
    return look(
      merged(fresh, known.iterate({ ...within, match }) as Iterable<unknown> as Iterable<Row>),
      limit,
      LOOKED_AT,
    );
  }

  function named(sought: string[], { accountId, before }: Within, limit: number): Looked<Row> {
    const one = (word: string) => [word, isBeginning(word) ? word + LAST : `${word}\0`];
    const people = db
      .prepare(
        `${sought.map(() => 'select contact_id as id from name_words where word >= ? and word < ?').join(' intersect ')} limit ${NAMED}`,
      )
      .all(...sought.flatMap(one)) as { id: string }[];
    const fresh = (unnamed.all() as { id: string; name: string | null; username: string | null }[]).filter(
      ({ name, username }) => isFoundBy(wordsOf(`${name ?? ''} ${username ?? ''}`), sought),
    );
    const contacts = JSON.stringify([...people, ...fresh].map(({ id }) => id));
    const rows = theirs.iterate({ contacts, before, account: accountId ?? null });
    return look(rows as Iterable<unknown> as Iterable<Row>, limit, LOOKED_AT);
  }

  return {
    async search({ text, accountId, limit, before = Number.MAX_SAFE_INTEGER }) {
      await catchUp();
      const sought = soughtIn(text);
      if (sought.length === 0) return { found: [], next: null, unread: 0 };
      const within = { accountId, before };
      const { hits, next } = pageOf(said(sought, within, limit), named(sought, within, limit), limit);
      const found = hits.map(({ conversationId, text, ...message }) => {
        const row = conversation.get(conversationId) as { contact_name: string | null };
        return {
          conversation: { ...(conversations.read(row) as Conversation), name: row.contact_name ?? undefined },
          message: { ...message, excerpt: excerptOf(text, sought) },
        };
      });
      return { found, next, unread: (unread.get() as { n: number }).n };
    },
  };
}

type Within = Required<Pick<Search, 'before'>> & Pick<Search, 'accountId'>;

/** Of two lists, each the newest first. */
function* merged(some: Row[], others: Iterable<Row>): Iterable<Row> {
  let next = 0;
  for (const other of others) {
    while (next < some.length && some[next]!.seq > other.seq) yield some[next++]!;
    yield other;
  }
  yield* some.slice(next);
}
