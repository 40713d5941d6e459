/** What tools did, what they wait for, and what they noted of customers. */
import { DragomanError } from '../../core/errors.ts';
import type { ContactProfile } from '../../core/model.ts';
import { noteLead } from '../../core/people/leads.ts';
import type { CustomerRecords, ToolJournal } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { SqliteRecords } from './records.ts';
import type { Tables } from './tables.ts';

/** @param records for what is more than a row; of a conversation that is forgotten nothing is noted any more. */
export function journalStore(
  { db, contacts, leads, toolRuns: runs }: Tables,
  run: Committer['run'],
  records: SqliteRecords,
): ToolJournal & Omit<CustomerRecords, 'ordersOf'> {
  const newestLeads = db.prepare(
    'select * from lead where (at, id) < (?, ?) and at >= ? order by at desc, id desc limit ?',
  );
  const done = db.prepare(
    "select * from tool_run where conversation_id = ? and state not in ('asked', 'confirmed') order by at, id limit ?",
  );

  return {
    toolRun: async (id) => runs.get(id),
    changeToolRun: (id, change) =>
      run(() => {
        const before = runs.get(id);
        const after = change(before);
        if (!after) return before;
        if (records.isHidden(after.conversationId)) throw FORGOTTEN;
        if (before) runs.update(id, after);
        else runs.insert(after);
        return after;
      }),
    toolRunsOf: async (conversationId, limit) => done.all(conversationId, limit).map(runs.read),
    async toolRuns({ states, limit, before = Number.MAX_SAFE_INTEGER, beforeId = '' }) {
      const marks = states.map(() => '?').join();
      return db
        .prepare(
          `select * from tool_run where state in (${marks}) and (at, id) < (?, ?) order by at desc, id desc limit ?`,
        )
        .all(...states, before, beforeId, limit)
        .map(runs.read);
    },

    addLead: (lead) => run(() => void noteLead(lead)(records)),
    async leads({ limit, before = Number.MAX_SAFE_INTEGER, beforeId = '', since = 0 }) {
      return newestLeads.all(before, beforeId, since, limit).map(leads.read);
    },
    updateProfile: (contactId, profile) =>
      run(() => {
        const contact = contacts.get(contactId);
        if (contact) contacts.update(contactId, { profile: { ...contact.profile, ...present(profile) } });
      }),
  };
}

const FORGOTTEN = new DragomanError(
  'NOT_FOUND',
  'The customer of this conversation was forgotten.',
  'Nothing needs to be done.',
);

const present = (profile: ContactProfile): ContactProfile =>
  Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
