/** The database as one end of a copy. */
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import { DragomanError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { bare, type Copyable, type Kind, type Place, type Progress } from '../copy/kinds.ts';
import { type Kept, keyOf, NAMES, type Name } from './collections.ts';
import { type Connection, connect, guarded } from './connection.ts';
import { fieldsOf, recordOf } from './documents.ts';
import { checkIndexes } from './indexes.ts';
import { createReader } from './reader.ts';
import { checkKey } from './remembered.ts';
import { createSteps } from './steps.ts';
import { checkUnused } from './unused.ts';
import { COPY, copyProgress } from './whole.ts';

interface Shape {
  name: Name;
  /** Of several kinds in one collection: which these are. */
  filter?: Document;
  /** The fields by which it is read, in order; by its id where nothing is said. */
  order?: string[];
  read(document: Kept): Document;
  /** What a record is made of, as a write that may be repeated. */
  id(record: Document): string;
  fields(record: Document): Document;
  /** Another kind is in the same document. */
  shared?: true;
}

const byId = (name: Name): Shape => ({
  name,
  read: (document) => recordOf(name, document),
  id: ({ id }) => id,
  fields: (record) => fieldsOf(name, record),
});
/** Records whose `_id` is made of properties, or is one under another name. */
const named = (name: Name, id: Shape['id'], read = ({ id: _id, ...record }: Document): Document => record): Shape => ({
  ...byId(name),
  read: (document) => read(recordOf<Document>(name, document)),
  id,
});
const called = (name: Name, property: string): Shape => ({
  ...named(
    name,
    (record) => record[property],
    ({ id, ...record }) => ({ [property]: id, ...record }),
  ),
  fields: ({ [property]: _id, ...record }) => record,
});
const part = ({ accountId, platformId }: Document) => keyOf(accountId, platformId);

const SHAPES: Record<Kind, Shape> = {
  forgetting: {
    name: 'forgetting',
    filter: { kind: 'contact', done: { $exists: false } },
    read: ({ _id, at }) => ({ contactId: _id, at }),
    id: ({ contactId }) => contactId,
    fields: ({ at }) => ({ kind: 'contact', at }),
  },
  contact: byId('contacts'),
  identity: named('identities', ({ accountId, kind, value }) => keyOf(accountId, kind, value)),
  message: { ...byId('messages'), order: ['seq', '_id'] },
  conversation: byId('conversations'),
  part: {
    ...named('parts', part, ({ accountId, platformId, messageId }) => ({ accountId, platformId, messageId })),
    filter: { messageId: { $exists: true } },
    shared: true,
  },
  receipt: {
    ...named('parts', part, ({ accountId, platformId, receipts, at }) => ({
      ...{ accountId, platformId, at },
      receipts: receipts.map(bare).sort((one: JsonObject, other: JsonObject) => (one.state! < other.state! ? -1 : 1)),
    })),
    filter: { early: true },
    shared: true,
  },
  turn: byId('turns'),
  trace: byId('traces'),
  toolRun: byId('toolRuns'),
  note: byId('notes'),
  savedAnswer: byId('savedAnswers'),
  upload: byId('uploads'),
  lead: byId('leads'),
  notice: byId('notices'),
  handover: byId('handovers'),
  order: byId('orders'),
  followUp: byId('followUps'),
  shop: byId('shops'),
  sender: byId('senders'),
  outreach: byId('outreach'),
  tally: byId('tallies'),
  call: byId('calls'),
  vault: named('vault', ({ contactId, token }) => keyOf(contactId, token)),
  cap: called('caps', 'cap'),
  usage: called('usage', 'key'),
  providerResponse: {
    ...byId('responses'),
    read: (document) => ({ ...recordOf<Document>('responses', document), unwanted: document.unwanted === true }),
    fields: ({ id: _id, unwanted, ...record }) => ({ ...record, ...(unwanted && { unwanted }) }),
  },
  question: byId('questions'),
  quote: byId('quotes'),
  event: {
    ...named(
      'events',
      ({ id, accountId, key }) => (key === undefined ? id : keyOf(accountId, key)),
      ({ id: _id, eventId, event, ...record }) => ({ id: eventId, ...record, body: event }),
    ),
    order: ['at', '_id'],
    fields: ({ id, body, ...record }) => fieldsOf('events', { ...record, eventId: id, event: body }),
  },
  webhook: { ...byId('webhooks'), order: ['at', '_id'] },
  remembered: called('remembered', 'hash'),
};

/** Nobody's but people's who are being forgotten: their records say so themselves. */
const HIDDEN: Partial<Record<Kind, (record: Document) => string | undefined>> = {
  contact: ({ id }) => id,
  identity: ({ contactId }) => contactId,
  conversation: ({ contactId }) => contactId,
  call: ({ contactId }) => contactId,
};

/**
 * @param key of the hashes by which it is remembered who said STOP, where this process has one
 * @throws DragomanError STORE_UNAVAILABLE, SETTING_INVALID, DATA_IN_USE, DATA_NEWER
 */
export async function openCopied(url: string, key: Buffer | null): Promise<Copyable> {
  const connection = await connect(url);
  try {
    await guarded(() => checkIndexes(connection));
    await checkUnused(connection, 'what they change meanwhile would be lost.');
    // What was decided is made; what was not never was.
    await createSteps(connection).sweep();
    return copied(connection, key);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function copied(connection: Connection, key: Buffer | null): Copyable {
  const { c, name: place } = connection;
  const reader = createReader(connection);
  let renumbered: Promise<Renumbered> | undefined;

  const note = (progress: Progress) =>
    c('meta').replaceOne({ _id: COPY }, { v: 1, progress: JSON.stringify(progress) }, { upsert: true });

  /** Fields that the database keeps for itself. */
  async function extra(kind: Kind, records: Document[]): Promise<Map<Document, Document>> {
    const extras = new Map<Document, Document>();
    const hiddenBy = HIDDEN[kind];
    if (hiddenBy) {
      const forgetting = new Map(
        (await reader.documents('forgetting', { kind: 'contact' })).map(({ _id, at }) => [_id, at as number]),
      );
      const hidden = records.filter((record) => forgetting.has(hiddenBy(record) ?? ''));
      for (const record of hidden) extras.set(record, { hidden: true });
      if (kind === 'conversation')
        for (const { id, contactId } of hidden) {
          const at = forgetting.get(contactId);
          await c('forgetting').replaceOne({ _id: id }, { v: 1, kind: 'conversation', at }, { upsert: true });
        }
    }
    if (kind === 'conversation') {
      const newest = await reader.aggregate<{ _id: string; seq: number }>('messages', [
        { $match: { conversationId: { $in: records.map(({ id }) => id) } } },
        { $group: { _id: '$conversationId', seq: { $max: '$seq' } } },
      ]);
      const seqs = new Map(newest.map(({ _id, seq }) => [_id, seq]));
      for (const record of records)
        extras.set(record, { ...extras.get(record), top: Math.max(seqs.get(record.id) ?? 0, record.takenSeq) });
    }
    return extras;
  }

  return {
    name: place,
    async key() {
      // One that nobody noted was never used.
      if (!(await guarded(() => c('meta').findOne({ _id: 'key' })))) return null;
      if (key) await guarded(() => checkKey(connection, key));
      else if ((await reader.count('remembered', {})) > 0)
        throw new DragomanError(
          'NOT_FOUND',
          'The key with which the database remembers who said STOP is not here.',
          'Name its file with --key (dragoman.db.key of a data folder), or set CREDENTIAL_SECRET as the processes have it.',
        );
      return key;
    },
    async read(kind, after, limit) {
      const { name, filter = {}, order = ['_id'], read } = SHAPES[kind];
      const sort = Object.fromEntries(order.map((field) => [field, 1 as const]));
      const documents = await reader.documents(name, { $and: [filter, from(order, after)] }, { sort, limit });
      const last = documents.length < limit ? undefined : documents.at(-1);
      if (kind === 'message' || kind === 'conversation') renumbered ??= renumber(connection);
      const numbered = await renumbered;
      return {
        records: documents.map((document) => {
          const record = read(document);
          return bare(numbered ? numbered(kind, record) : record);
        }),
        next: last ? order.map((field) => last[field]) : null,
      };
    },
    progress: () => guarded(() => copyProgress(connection)),
    async isEmpty() {
      for (const name of NAMES) if (name !== 'meta' && (await guarded(() => c(name).findOne({})))) return false;
      return true;
    },
    async begin(progress, given) {
      await guarded(async () => {
        if (given) await checkKey(connection, given);
        await note(progress);
      });
    },
    async write(kind, records, progress) {
      const { name, id, fields, shared } = SHAPES[kind];
      await guarded(async () => {
        const extras = await extra(kind, records);
        const writes = records.map((record): AnyBulkWriteOperation<Kept> => {
          const filter = { _id: id(record) };
          const document = { ...fields(record), ...extras.get(record), v: 1 };
          return shared
            ? { updateOne: { filter, update: { $set: document }, upsert: true } }
            : { replaceOne: { filter, replacement: document, upsert: true } };
        });
        if (writes.length > 0) await c(name).bulkWrite(writes, { ordered: false });
        await note(progress);
      });
    },
    finish: async () => void (await guarded(() => c('meta').deleteOne({ _id: COPY }))),
    close: () => connection.close(),
  };
}

/** In a query: what comes after that place. */
function from(order: string[], after: Place | null): Document {
  const [field, then] = order;
  if (!after) return {};
  if (!then) return { [field!]: { $gt: after[0] } };
  return {
    [field!]: { $gte: after[0] },
    $or: [{ [field!]: { $gt: after[0] } }, { [field!]: after[0], [then]: { $gt: after[1] } }],
  };
}

type Renumbered = (kind: Kind, record: Document) => Document;

/**
 * Two processes may have given the same number to messages of two conversations; elsewhere each has its own. The later one gets the next number that
 * is free, so that every order stays as it is, and what tells such a number follows.
 */
async function renumber({ c }: Connection): Promise<Renumbered> {
  const messages = new Map<string, number>();
  const conversations = new Map<string, { was: number; is: number }[]>();
  let last = 0;
  const all = c('messages')
    .find({}, { projection: { seq: 1, conversationId: 1 } })
    .sort({ seq: 1, _id: 1 });
  for await (const { _id, seq: was, conversationId } of all) {
    last = Math.max(last + 1, was);
    if (last === was) continue;
    messages.set(_id, last);
    conversations.set(conversationId, [...(conversations.get(conversationId) ?? []), { was, is: last }]);
  }
  /** The number that a message of this conversation has now, or that the newest one before has. */
  const following = (id: string, seq: number) =>
    Math.max(seq, ...(conversations.get(id) ?? []).filter(({ was }) => was <= seq).map(({ is }) => is));
  return (kind, record) => {
    if (kind === 'message') return { ...record, seq: messages.get(record.id) ?? record.seq };
    if (kind !== 'conversation') return record;
    const { id, takenSeq, head } = record;
    return {
      ...record,
      takenSeq: following(id, takenSeq),
      head: head && { ...(head as { seq: number }), seq: following(id, head.seq) },
    };
  };
}
