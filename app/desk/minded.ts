/** The store as the engine uses it: each step keeps what the inbox's queues are made of, and open pages hear what changed. */
import { minding } from '../../core/desk/marks.ts';
import type { Store } from '../../core/ports.ts';

/** @param changed told of each conversation that looks another way now, once that is durable */
export function mindedStore(store: Store, changed: (conversationId: string) => void): Store {
  const run: Store['run'] = async (plan, options) => {
    let touched = new Set<string>();
    const minded = minding(plan, (id) => void touched.add(id));
    const result = await store.run((records) => {
      // It may run again.
      touched = new Set();
      return minded(records);
    }, options);
    for (const id of touched) changed(id);
    return result;
  };
  return {
    ...store,
    run,
    changeConversation: (id, change) =>
      run((records) => {
        const before = records.conversation(id);
        const patch = before && change(before);
        if (!patch) return before;
        records.updateConversation(id, patch);
        return records.conversation(id);
      }),
    async setLanguage(contactId, language) {
      await store.setLanguage(contactId, language);
      await run((records) => {
        for (const { id } of records.conversationsOf(contactId)) records.updateConversation(id, { language });
      });
    },
  };
}
