/** The inbox's lists, notes, saved answers and files. */
import type { Document } from 'mongodb';
import type { Condition } from '../../core/desk/queues.ts';
import type { Conversation, Note, SavedAnswer, Upload } from '../../core/model.ts';
import type { DeskRecords, DeskStore } from '../../core/ports.ts';
import { type Connection, guarded } from './connection.ts';
import { SEEN } from './pages.ts';
import type { Reader } from './reader.ts';
import type { View } from './view.ts';

const OTHERS = 50;

/** @param isForgotten whether a contact or a conversation is being forgotten, or was */
export function deskStore(
  { c }: Pick<Connection, 'c'>,
  reader: Reader,
  isForgotten: (id: string) => Promise<boolean>,
): DeskStore {
  const words = async (field: string): Promise<string[]> => {
    const found: unknown[] = await guarded(() => c('conversations').distinct(field, { [field]: { $gt: '' } }));
    return found.map(String).sort();
  };
  return {
    async desk({ conditions, order, offset, limit }) {
      const way = order.first === 'newest' ? -1 : 1;
      // The database skips in the index; only what is shown is read.
      const places = await reader.documents(
        'conversations',
        { ...asFilter(conditions), ...SEEN },
        { sort: { [order.by]: way, _id: way }, limit, skip: offset },
      );
      const found = await reader.find<Conversation>('conversations', { _id: { $in: places.map(({ _id }) => _id) } });
      const byId = new Map(found.map((conversation) => [conversation.id, conversation]));
      const people = await reader.documents(
        'contacts',
        { _id: { $in: found.flatMap(({ contactId }) => contactId ?? []) } },
        { fields: ['name'] },
      );
      const names = new Map(people.map(({ _id, name }) => [_id, name as string | undefined]));
      return places.flatMap(({ _id }) => {
        const conversation = byId.get(_id);
        return conversation ? { ...conversation, name: names.get(conversation.contactId ?? '') } : [];
      });
    },
    deskCount: (conditions) => reader.count('conversations', { ...asFilter(conditions), ...SEEN }),
    conversationsWith: (contactId) =>
      reader.find('conversations', { contactId, ...SEEN }, { sort: { updatedAt: -1 }, limit: OTHERS }),
    notes: (conversationId) => reader.find<Note>('notes', { conversationId }, { sort: { at: 1, _id: 1 } }),
    note: (id) => reader.one<Note>('notes', { _id: id }),
    async savedAnswers() {
      const found = await reader.find<SavedAnswer>('savedAnswers', {});
      const key = ({ name, id }: SavedAnswer) => `${name.toLowerCase()}\n${id}`;
      return found.sort((one, other) => (key(one) < key(other) ? -1 : 1));
    },
    async putUpload({ id, ...upload }) {
      await guarded(() => c('uploads').insertOne({ _id: id, v: 1, ...upload }));
      // Looked at afterwards: who forgets the conversation from now on finds this one.
      if (!(await isForgotten(upload.conversationId))) return true;
      await guarded(() => c('uploads').deleteOne({ _id: id }));
      return false;
    },
    upload: (id) => reader.one<Upload>('uploads', { _id: id }),
    async deskWords() {
      const [labels, languages, assignees] = await Promise.all(['labels', 'language', 'assignee'].map(words));
      return { labels: labels!, languages: languages!, assignees: assignees! };
    },
  };
}

/** What is there is a time, above zero: so it is a range of the index. */
function asFilter(conditions: readonly Condition[]): Document {
  const all = conditions.map((condition): Document => {
    if (condition.is === 'has') return { [condition.field]: { $gt: 0 } };
    if (condition.is === 'holds') return { labels: condition.value };
    return { [condition.field]: { [condition.is === 'among' ? '$in' : '$nin']: condition.values } };
  });
  return all.length > 0 ? { $and: all } : {};
}

/** @param isForgotten nothing is noted of such a conversation */
export function deskRecords(view: View, isForgotten: (conversationId: string) => boolean): DeskRecords {
  return {
    insertNote(note) {
      if (isForgotten(note.conversationId) || view.rare('notes', note.id) !== null) return false;
      view.insert('notes', note.id, note);
      return true;
    },
    removeNote: (id) => view.remove('notes', id),
    savedAnswer: (id) => view.get('savedAnswers', id),
    putSavedAnswer(answer) {
      if (view.get('savedAnswers', answer.id) === null) view.insert('savedAnswers', answer.id, answer);
      else view.update('savedAnswers', answer.id, answer);
    },
    removeSavedAnswer: (id) => view.remove('savedAnswers', id),
  };
}
