/** Everything that is there of a person: read for an export, and erased. */
import type { Document } from 'mongodb';
import type { Message } from '../../core/model.ts';
import { FORGOTTEN } from '../../core/orders/plans.ts';
import type { Place } from '../../core/people/places.ts';
import type { PersonStore } from '../../core/ports.ts';
import { type Kept, keyOf } from './collections.ts';
import type { Committer } from './commit.ts';
import { type Connection, guarded } from './connection.ts';
import { COLLECTION_OF, personPlaces, shown } from './places.ts';
import type { Reader } from './reader.ts';
import type { Remembered } from './remembered.ts';
import type { ResponseStore } from './responses.ts';
import type { View } from './view.ts';

export interface PersonParts {
  c: Connection['c'];
  reader: Reader;
  run: Committer['run'];
  remembered: Remembered;
}

/** Erases documents of one place. Repeating it changes nothing. */
type Erase = (documents: Kept[]) => Promise<unknown>;

export function personStore({ c, reader, run, remembered }: PersonParts): Omit<PersonStore, keyof ResponseStore> {
  const select = personPlaces(reader);

  /** What was there under their keys may be delivered once more. */
  function rememberErased(view: View, documents: Kept[]): void {
    const keyed = documents.filter(({ key }) => typeof key === 'string');
    const hashes = keyed.map(({ accountId, key }) => remembered.hash('message', accountId, key));
    for (const hash of hashes) view.soon('remembered', hash);
    for (const [index, { at }] of keyed.entries()) {
      const hash = hashes[index]!;
      const known = view.get<{ at: number }>('remembered', hash);
      if (!known) view.insert('remembered', hash, { kind: 'message', at });
      else if (known.at < at) view.update('remembered', hash, { at });
    }
  }

  /** As one step, that waits for steps of others which hold one of them. */
  const each =
    (place: Place, one: (view: View, id: string, document: Kept) => void): Erase =>
    (documents) =>
      run((view) => {
        const name = COLLECTION_OF[place];
        for (const { _id } of documents) view.soon(name, _id);
        for (const document of documents) one(view, document._id, document);
      });
  const remove = (place: Place) => each(place, (view, id) => view.remove(COLLECTION_OF[place], id));

  /** What is written beside steps, and changed by none. */
  const gone =
    (place: Place): Erase =>
    (documents) =>
      guarded(() => c(COLLECTION_OF[place]).deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } }));

  /** What belongs to a conversation goes with a step of that one. */
  const byConversation =
    (erase: (view: View, documents: Kept[]) => void): Erase =>
    async (documents) => {
      for (const of of Map.groupBy(documents, ({ conversationId }) => conversationId).values())
        await run((view) => erase(view, of));
    };

  const ERASE: Record<Place, Erase> = {
    event: (documents) =>
      run((view) => {
        rememberErased(view, documents);
        for (const { _id } of documents) view.remove('events', _id);
      }),
    // Written beside steps and changed by none.
    webhook: (documents) =>
      guarded(() =>
        c('webhooks').updateMany(
          { _id: { $in: documents.map(({ _id }) => _id) } },
          { $set: { payload: '', path: '' }, $unset: { error: '', conversations: '' }, $inc: { v: 1 } },
        ),
      ),
    receipt: each('receipt', (view, id) => {
      const part = view.get<{ messageId?: string }>('parts', id);
      if (part?.messageId === undefined) view.remove('parts', id);
      else view.update('parts', id, { receipts: undefined, taken: undefined, at: undefined });
    }),
    message: byConversation((view, documents) => {
      rememberErased(view, documents);
      eraseMessages(
        view,
        documents.map(({ _id }) => _id),
      );
    }),
    turn: byConversation((view, documents) => {
      for (const { _id } of documents) view.remove('turns', _id);
    }),
    trace: gone('trace'),
    toolRun: remove('toolRun'),
    note: remove('note'),
    upload: gone('upload'),
    lead: remove('lead'),
    notice: remove('notice'),
    handover: remove('handover'),
    vault: (documents) =>
      guarded(() => c('vault').deleteMany({ contactId: { $in: documents.map(({ contactId }) => contactId) } })),
    // What an order is and that it was written about stays known, by its number: it would be told and written about once more.
    followUp: each('followUp', (view, id) => {
      const { endedAt } = view.get<{ endedAt?: number }>('followUps', id) ?? {};
      view.update('followUps', id, {
        ...{ conversationId: null, messageId: null, turnId: null, dueAt: null, rule: 'forgotten', reason: undefined },
        proof: undefined,
        ...(endedAt === undefined && { state: 'refused', endedAt: 0 }),
      });
    }),
    order: each('order', (view, id) =>
      view.update('orders', id, {
        ...{ told: null, fault: null, omitted: null, zones: [], contactId: null, digest: FORGOTTEN },
      }),
    ),
    outreach: remove('outreach'),
    cap: remove('cap'),
    usage: remove('usage'),
    providerResponse: gone('providerResponse'),
    question: gone('question'),
    call: remove('call'),
    conversation: each('conversation', (view, id) => forget(view, 'conversations', id)),
    // It may be somebody else's by now, who came while this one is forgotten.
    identity: each('identity', (view, id, { contactId }) => {
      if (view.get<{ contactId: string }>('identities', id)?.contactId === contactId) view.remove('identities', id);
    }),
    contact: each('contact', (view, id) => forget(view, 'contacts', id)),
  };

  return {
    async held(place, who, after, limit) {
      const { documents, next } = await select(place, who, after, limit);
      return { rows: documents.map((document) => shown(place, document, who)), next };
    },
    async erase(place, who, after, limit) {
      const { documents, next } = await select(place, who, after, limit);
      if (documents.length > 0) await ERASE[place](documents);
      return { erased: documents.length, next };
    },
    async unfinished() {
      const found = await reader.documents('forgetting', { kind: 'contact', done: { $exists: false } }, { fields: [] });
      return found.map(({ _id }) => _id);
    },
    // Free places of its files, its journal and its oplog are the server's.
    scrub: async () => 'in time',
    async idlePeople(since, after, limit) {
      const from = after === null ? {} : { _id: { $gt: after } };
      const sought = { sort: { _id: 1 }, limit, fields: ['createdAt'] } as const;
      const people = await reader.documents('contacts', from, sought);
      const theirs = { contactId: { $in: people.map(({ _id }) => _id) } };
      const fields = { fields: ['contactId'] };
      const [active, leads] = await Promise.all([
        reader.documents('conversations', { ...theirs, $or: [{ updatedAt: { $gte: since } }, { due: true }] }, fields),
        reader.documents('leads', theirs, fields),
      ]);
      const needed = new Set([...active, ...leads].map(({ contactId }) => contactId));
      return {
        contacts: people.flatMap(({ _id, createdAt }) => (createdAt < since && !needed.has(_id) ? _id : [])),
        next: people.length < limit ? null : people.at(-1)!._id,
      };
    },
  };
}

/** Messages, with what they and their parts are called on the platform. */
export function eraseMessages(view: View, ids: string[]): void {
  for (const id of ids) view.soon('messages', id);
  const named = ids.flatMap((id) => {
    const { direction, accountId, platformId, parts = [] } = view.get<Partial<Message>>('messages', id) ?? {};
    const names = direction === 'out' ? [platformId, ...parts.map((part) => part.platformId)] : [];
    return names.flatMap((name) => (name === undefined ? [] : keyOf(accountId!, name)));
  });
  for (const id of named) view.soon('parts', id);
  const match = ({ messageId }: Document) => messageId !== undefined && ids.includes(messageId);
  const parts = view.find<{ id: string }>({ name: 'parts', filter: { messageId: { $in: ids } }, match });
  const theirs = new Set([...parts.map(({ id }) => id), ...named.filter((id) => view.get('parts', id))]);
  for (const id of theirs) view.remove('parts', id);
  for (const id of ids) view.remove('messages', id);
}

/** Who noted something of it meanwhile finds the note for some days. */
function forget(view: View, name: 'contacts' | 'conversations', id: string): void {
  view.remove(name, id);
  view.update('forgetting', id, { done: true });
}
