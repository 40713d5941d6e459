/** Calls: what is kept of them beside their conversations. */
import type { Call, CallState } from '../../core/model.ts';
import type { CallRecords, Calls } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { Tables } from './tables.ts';

/** @param isHidden whether its caller is being forgotten */
export function callRecords({ db, calls }: Tables, isHidden: (call: Call) => boolean): CallRecords {
  const ofConversation = db.prepare('select * from call where conversation_id = ?');
  const seen = (call: Call | null) => (call && isHidden(call) ? null : call);
  return {
    call: (id) => seen(calls.get(id)),
    callOf(conversationId) {
      const row = ofConversation.get(conversationId);
      return row ? seen(calls.read(row)) : null;
    },
    insertCall: (call) => !isHidden(call) && calls.insert(call) !== null,
    updateCall: calls.update,
  };
}

export function callStore({ db, calls }: Tables, records: CallRecords, catchUp: Committer['catchUp']): Calls {
  const counts = db.prepare('select state, count(*) as count from call group by state');
  const recorded = db.prepare(
    'select * from call where recording is not null and ended_at < ? order by ended_at, id limit ?',
  );

  return {
    async call(id) {
      catchUp();
      return records.call(id);
    },
    async callOf(conversationId) {
      catchUp();
      return records.callOf(conversationId);
    },
    async calls({ state, accountId, limit, before = Number.MAX_SAFE_INTEGER, beforeId }) {
      catchUp();
      const where = [
        beforeId === undefined ? 'started_at < ?' : '(started_at, id) < (?, ?)',
        'not exists (select 1 from forgetting f where f.contact_id = call.contact_id)',
      ];
      if (state) where.push('state = ?');
      if (accountId !== undefined) where.push('account_id = ?');
      const values = [before, beforeId, state, accountId].filter((value) => value !== undefined);
      return db
        .prepare(`select * from call where ${where.join(' and ')} order by started_at desc, id desc limit ?`)
        .all(...values, limit)
        .map((row): Call => calls.read(row));
    },
    async callCounts() {
      catchUp();
      const found = counts.all() as { state: CallState; count: number }[];
      return { active: 0, completed: 0, failed: 0, ...Object.fromEntries(found.map((row) => [row.state, row.count])) };
    },
    async recordedBefore(before, limit) {
      catchUp();
      return recorded.all(before, limit).map((row): Call => calls.read(row));
    },
  };
}
