/** Customers who ask for a person. */
import type { Handover } from '../../core/model.ts';
import type { HandoverRecords, Handovers } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { Tables } from './tables.ts';

/** @param isHidden whether its conversation is being forgotten */
export function handoverRecords({ handovers }: Tables, isHidden: (conversationId: string) => boolean): HandoverRecords {
  return {
    handover(id) {
      const found = handovers.get(id);
      return found && isHidden(found.conversationId) ? null : found;
    },
    insertHandover: (handover) => !isHidden(handover.conversationId) && handovers.insert(handover) !== null,
    updateHandover: handovers.update,
  };
}

export function handoverStore(
  { db, handovers }: Tables,
  records: HandoverRecords,
  catchUp: Committer['catchUp'],
): Handovers {
  const seen = `not exists (select 1 from conversation v join forgetting f on f.contact_id = v.contact_id
    where v.id = handover.conversation_id)`;
  const due = db.prepare(`select * from handover where due_at is not null and ${seen} order by due_at, id limit ?`);

  return {
    async handover(id) {
      catchUp();
      return records.handover(id);
    },
    async handovers({
      accountId,
      conversationId,
      state,
      since = 0,
      limit,
      before = Number.MAX_SAFE_INTEGER,
      beforeId,
    }) {
      catchUp();
      const where = ['at >= ?', beforeId === undefined ? 'at < ?' : '(at, id) < (?, ?)', seen];
      if (state) where.push('state = ?');
      if (accountId !== undefined) where.push('account_id = ?');
      if (conversationId !== undefined) where.push('conversation_id = ?');
      const values = [since, before, beforeId, state, accountId, conversationId].filter((value) => value !== undefined);
      return db
        .prepare(`select * from handover where ${where.join(' and ')} order by at desc, id desc limit ?`)
        .all(...values, limit)
        .map((row): Handover => handovers.read(row));
    },
    async dueHandovers(limit) {
      catchUp();
      return due.all(limit).map((row): Handover => handovers.read(row));
    },
  };
}
