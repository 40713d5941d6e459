/** What is past its retention goes, a bounded number of rows at a time. */
import type { CallState } from '../../core/model.ts';
import { noticeId } from '../../core/notices/notices.ts';
import { REMEMBERED_FOR_EVER, UNRESOLVED_RUNS, waits } from '../../core/people/retention.ts';
import type { Cursor, Kept } from '../../core/ports.ts';
import type { SqliteRecords } from './records.ts';
import type { Tables } from './tables.ts';
import type { vaultStore } from './vault.ts';

interface Aged {
  table: string;
  /** The column that orders the rows. */
  key: string;
  at: string;
  /** In the order of time: a step ends with the first row that is too young. */
  ordered?: true;
  /** A column, and what it holds of rows that stay, however old. */
  unless?: [column: string, values: readonly string[]];
}

const AGED: Record<Exclude<Kept, 'messages'>, Aged[]> = {
  webhooks: [{ table: 'webhook', key: 'seq', at: 'at', ordered: true }],
  events: [
    { table: 'event', key: 'seq', at: 'at', ordered: true },
    { table: 'receipt', key: 'platform_id', at: 'at' },
    { table: 'notice', key: 'id', at: 'at' },
    { table: 'remembered', key: 'hash', at: 'at', unless: ['kind', REMEMBERED_FOR_EVER] },
  ],
  caps: [
    { table: 'cap', key: 'cap', at: 'at' },
    { table: 'usage', key: 'key', at: 'at' },
  ],
  turns: [{ table: 'turn', key: 'id', at: 'started_at', ordered: true }],
  traces: [{ table: 'trace', key: 'id', at: 'at', ordered: true }],
  toolRuns: [{ table: 'tool_run', key: 'id', at: 'at', unless: ['state', UNRESOLVED_RUNS] }],
  calls: [{ table: 'call', key: 'id', at: 'started_at', unless: ['state', ['active'] satisfies CallState[]] }],
  handovers: [{ table: 'handover', key: 'id', at: 'at', unless: ['state', ['open']] }],
  tallies: [{ table: 'tally', key: 'id', at: 'hour', ordered: true }],
  leads: [{ table: 'lead', key: 'id', at: 'at' }],
  providerResponses: [{ table: 'provider_response', key: 'id', at: 'at' }],
  questions: [{ table: 'open_question', key: 'id', at: 'at' }],
  quotes: [{ table: 'quote', key: 'id', at: 'at' }],
  uploads: [{ table: 'upload', key: 'id', at: 'at' }],
};

/** Each table is walked in the order of its key, so a step looks at so many rows and no more, however many stay. */
export function pruning(t: Tables, records: SqliteRecords, vaults: Pick<ReturnType<typeof vaultStore>, 'erase'>) {
  const { db, messages, notices, turns } = t;

  /** The cursor tells the table by its number, and the key in it. */
  function aged(tables: Aged[], before: number, after: Cursor, limit: number): { gone: number; next: Cursor } {
    const [index, last] = after === null ? [0, null] : (JSON.parse(String(after)) as [number, string | number | null]);
    const { table, key, at, ordered, unless: [column, staying] = ['null', []] } = tables[index]!;
    const from = last === null ? '' : `where ${key} >= ?`;
    const rows = db
      .prepare(
        `select ${key} as key, ${at} as at, ${column} in (select value from json_each(?)) as stays from ${table} ${from} order by ${key} limit ?`,
      )
      .all(JSON.stringify(staying), ...(last === null ? [] : [last]), limit) as {
      key: string | number;
      at: number;
      stays: number;
    }[];
    const remove = db.prepare(`delete from ${table} where ${key} = ? and ${at} < ?`);
    let gone = 0;
    for (const row of rows) {
      if (row.at >= before || row.stays) continue;
      if (table === 'turn') turns.remove(String(row.key));
      // What people were told of a lead is the lead once more.
      if (table === 'lead') notices.remove(noticeId({ kind: 'lead', of: String(row.key) }));
      gone += table === 'turn' ? 1 : Number(remove.run(row.key, before).changes);
    }
    const end = rows.at(-1);
    const more = rows.length === limit && end !== undefined && end.key !== last && !(ordered && end.at >= before);
    const next = more ? [index, end.key] : index + 1 < tables.length ? [index + 1, null] : null;
    return { gone, next: next && JSON.stringify(next) };
  }

  const hasWords = db.prepare(
    'select 1 from conversation v where v.contact_id = ? and exists (select 1 from message m where m.conversation_id = v.id)',
  );

  /** Tokens stand for what was said; where nothing of that is left, nobody needs to know what they stood for. */
  function eraseVaults(conversations: Set<string>): void {
    const contacts = new Set([...conversations].map((id) => records.conversation(id)?.contactId));
    for (const contactId of contacts) if (contactId && !hasWords.get(contactId)) vaults.erase(contactId);
  }

  const select = db.prepare('select * from message where seq > ? order by seq limit ?');

  function said(before: number, after: Cursor, limit: number): { gone: number; next: Cursor } {
    const rows = select.all(Number(after ?? 0), limit).map(messages.read);
    const due = new Set(records.due().map(({ id }) => id));
    let gone = 0;
    const touched = new Set<string>();
    for (const message of rows) {
      if (message.at >= before || waits(message) || due.has(message.conversationId)) continue;
      records.eraseMessage(message);
      touched.add(message.conversationId);
      gone++;
    }
    eraseVaults(touched);
    const end = rows.at(-1);
    return { gone, next: rows.length < limit || !end || end.at >= before ? null : end.seq };
  }

  return (kind: Kept, before: number, after: Cursor, limit: number) =>
    kind === 'messages' ? said(before, after, limit) : aged(AGED[kind], before, after, limit);
}
