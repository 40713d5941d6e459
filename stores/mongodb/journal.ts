/** What tools did and noted of customers, and what people change by hand. */
import { DragomanError } from '../../core/errors.ts';
import type { ContactProfile, Conversation, ToolRun } from '../../core/model.ts';
import { noteLead } from '../../core/people/leads.ts';
import type { Records, Store } from '../../core/ports.ts';
import type { View } from './view.ts';

type Run = <T>(rule: (records: Records, view: View) => T) => Promise<T>;

/** What only changes; who lists it lies beside. */
export type JournalStore = Pick<
  Store,
  'changeToolRun' | 'addLead' | 'updateProfile' | 'changeConversation' | 'setLanguage'
>;

export function journalStore(run: Run): JournalStore {
  return {
    changeToolRun: (id, change) =>
      run((_records, view) => {
        const before = view.get<ToolRun>('toolRuns', id);
        const after = change(before && structuredClone(before));
        if (!after) return before;
        const { conversationId } = after;
        // Whoever begins to forget him meanwhile waits, or is seen.
        if (view.get('conversations', conversationId) === null) {
          if (view.get('forgetting', conversationId) !== null) throw FORGOTTEN;
        } else if (view.extra('conversations', conversationId).hidden) throw FORGOTTEN;
        else view.touch('conversations', conversationId);
        if (before) view.update('toolRuns', id, after);
        else view.insert('toolRuns', id, after);
        return view.get<ToolRun>('toolRuns', id);
      }),
    addLead: (lead) => run((records) => void noteLead(lead)(records)),
    updateProfile: (contactId, profile) =>
      run((records) => {
        const contact = records.contact(contactId);
        if (contact) records.updateContact(contactId, { profile: { ...contact.profile, ...present(profile) } });
      }),
    changeConversation: (id, change) =>
      run((records) => {
        const before = records.conversation(id);
        const patch = before && change(before);
        if (!before || !patch) return before;
        records.updateConversation(id, patch);
        return records.conversation(id) as Conversation;
      }),
    setLanguage: (id, language) => run((records) => records.updateContact(id, { language })),
  };
}

const FORGOTTEN = new DragomanError(
  'NOT_FOUND',
  'The customer of this conversation was forgotten.',
  'Nothing needs to be done.',
);

const present = (profile: ContactProfile): ContactProfile =>
  Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
