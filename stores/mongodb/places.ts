/** Where a person is, in the words of the database: which documents are his, and how an export shows them. Said once, for both who read and who erase. */
import type { Document } from 'mongodb';
import type { JsonObject } from '../../core/model.ts';
import { identityKey, mentionsOf, type Place, type Who } from '../../core/people/places.ts';
import type { Cursor } from '../../core/ports.ts';
import { type Kept, keyOf, type Name } from './collections.ts';
import { recordOf } from './documents.ts';
import type { Reader } from './reader.ts';

/** The collections that hold something of a person, by place; each other one is named with the reason why it holds nothing. */
export const COLLECTION_OF: Record<Place, Name> = {
  event: 'events',
  webhook: 'webhooks',
  receipt: 'parts',
  message: 'messages',
  turn: 'turns',
  trace: 'traces',
  toolRun: 'toolRuns',
  note: 'notes',
  upload: 'uploads',
  lead: 'leads',
  notice: 'notices',
  handover: 'handovers',
  vault: 'vault',
  followUp: 'followUps',
  order: 'orders',
  outreach: 'outreach',
  cap: 'caps',
  usage: 'usage',
  providerResponse: 'responses',
  question: 'questions',
  call: 'calls',
  conversation: 'conversations',
  identity: 'identities',
  contact: 'contacts',
};
export const IMPERSONAL: Partial<Record<Name, string>> = {
  remembered: 'hashes with a key that is not in the database',
  forgetting: 'ids of whom nothing else is left',
  shops: 'where the polls of shops are',
  senders: 'numbers of the business, by hashes',
  savedAnswers: 'words of the business',
  quotes: 'how often the passages of the business served an answer',
  sessions: 'people of the business who are signed in',
  tallies: 'sums that name nobody',
  steps: 'what is on its way into the others, for seconds',
  meta: 'what this database is',
};

export interface Found {
  documents: Kept[];
  next: Cursor;
}

/** A step of a look through a collection, in the order of ids. */
type Step = (who: Who, after: Cursor, limit: number) => Promise<Found>;

export function personPlaces(reader: Reader): (place: Place, ...step: Parameters<Step>) => Promise<Found> {
  async function walk(name: Name, filter: Document, after: Cursor, limit: number, fields?: string[]): Promise<Found> {
    const from = after === null ? {} : { _id: { $gt: after } };
    const documents = await reader.documents(name, { $and: [filter, from] }, { sort: { _id: 1 }, limit, fields });
    return { documents, next: documents.length < limit ? null : documents.at(-1)!._id };
  }

  const by =
    (name: Name, filter: (who: Who) => Document | Promise<Document>, fields?: string[]): Step =>
    async (who, after, limit) =>
      walk(name, await filter(who), after, limit, fields);

  /** What stands in them is the platform's, or a name made of several things: each is looked at. */
  const among =
    (name: Name, mine: (documents: Kept[], who: Who) => Kept[] | Promise<Kept[]>): Step =>
    async (who, after, limit) => {
      const { documents, next } = await walk(name, {}, after, limit);
      return { documents: await mine(documents, who), next };
    };

  const named = (name: Name) =>
    among(name, (documents, { contacts, conversations }) =>
      documents.filter(({ _id }) => [...contacts, ...conversations].some((id) => _id.includes(id))),
    );

  /** Events that name him, and those of his messages. */
  async function events(documents: Kept[], who: Who): Promise<Kept[]> {
    const mentions = mentionsOf(who);
    const handles = new Map(documents.map((document) => [document._id, handleOf(document)]));
    const wanted = [...handles.values()].filter((handle) => handle !== undefined);
    const parts = await reader.documents('parts', { _id: { $in: wanted } }, { fields: ['messageId'] });
    const messages = await reader.documents(
      'messages',
      { $or: [{ handle: { $in: wanted } }, { _id: { $in: parts.map(({ messageId }) => messageId) } }] },
      { fields: ['handle', 'conversationId'] },
    );
    const mine = messages.filter(({ conversationId }) => who.conversations.includes(conversationId));
    const ids = new Set(mine.map(({ _id }) => _id));
    const theirs = new Set([
      ...mine.map(({ handle }) => handle),
      ...parts.flatMap(({ _id, messageId }) => (ids.has(messageId) ? _id : [])),
    ]);
    return documents.filter(
      ({ _id, event }) => mentions(String(event ?? '')) || (handles.get(_id) && theirs.has(handles.get(_id))),
    );
  }

  const webhooks = (documents: Kept[], who: Who) => {
    const mentions = mentionsOf(who);
    const isMine = (id: string) => who.conversations.includes(id);
    return documents.filter(
      ({ conversations, payload, path }) =>
        (conversations as string[] | undefined)?.some(isMine) || mentions(`${payload} ${path}`),
    );
  };

  /** Receipts of sends that we know nothing of: they are told by the calls that brought them. */
  async function receipts(who: Who, after: Cursor, limit: number): Promise<Found> {
    const mentions = mentionsOf(who);
    const { documents, next } = await walk('webhooks', {}, after, limit);
    const calls = documents.map(({ payload }) => String(payload)).filter(mentions);
    if (calls.length === 0) return { documents: [], next };
    const kept = await reader.documents('parts', { early: true });
    return { documents: kept.filter(({ platformId }) => calls.some((call) => call.includes(platformId))), next };
  }

  const inConversations = ({ conversations }: Who) => ({ conversationId: { $in: conversations } });
  const ofContacts = ({ contacts }: Who) => ({ contactId: { $in: contacts } });
  const ofEither = (who: Who) => ({ $or: [ofContacts(who), inConversations(who)] });
  const itself = ({ contacts }: Who) => ({ _id: { $in: contacts } });
  /** Orders of customers who were written to, and of those who are known by the same number. */
  const orders = (who: Who) => {
    const numbers = who.identities.map(({ value }) => value.replace(/^\+/, ''));
    return { $or: [ofContacts(who), { phone: { $in: [...numbers, ...numbers.map((number) => `+${number}`)] } }] };
  };
  const senders = ({ identities }: Who) =>
    identities.map((identity) => keyOf(identity.accountId, identityKey(identity)));

  const STEPS: Record<Place, Step> = {
    event: among('events', events),
    webhook: among('webhooks', webhooks),
    receipt: receipts,
    message: by('messages', (who) => ({ $or: [inConversations(who), { by: { $in: senders(who) } }] })),
    turn: by('turns', inConversations),
    trace: by('traces', inConversations),
    toolRun: by('toolRuns', inConversations),
    note: by('notes', inConversations),
    // Not what is in them: hundreds are read at once.
    upload: by('uploads', inConversations, ['conversationId', 'name', 'type', 'size', 'public', 'at']),
    lead: by('leads', ofEither),
    notice: by('notices', inConversations),
    handover: by('handovers', inConversations),
    vault: by('vault', ofContacts),
    followUp: by('followUps', async (who) => {
      const found = await reader.documents('orders', orders(who), { fields: [] });
      return { $or: [inConversations(who), { orderId: { $in: found.map(({ _id }) => _id) } }] };
    }),
    order: by('orders', orders),
    outreach: by('outreach', itself),
    cap: named('caps'),
    usage: named('usage'),
    providerResponse: by('responses', inConversations),
    question: by('questions', inConversations),
    call: by('calls', ofEither),
    conversation: by('conversations', ofContacts),
    identity: by('identities', ofContacts),
    contact: by('contacts', itself),
  };
  return (place, ...step) => STEPS[place](...step);
}

/** Of an edit, a reaction or a receipt: the message that it is about. */
function handleOf({ accountId, event }: Kept): string | undefined {
  const { platformId } = (event ? JSON.parse(event) : {}) as { platformId?: string };
  return platformId === undefined ? undefined : keyOf(accountId, platformId);
}

/** A document as an export has it. */
export function shown(place: Place, document: Kept, who: Who): JsonObject {
  const record = recordOf<JsonObject>(COLLECTION_OF[place], document);
  for (const [property, value] of Object.entries(record)) if (value === null) delete record[property];
  const { id, ...rest } = record;
  if (place === 'event') {
    const { eventId, event, ...same } = rest;
    return { id: eventId!, ...same, ...(event !== undefined && { body: event }) };
  }
  if (place === 'cap') return { cap: id!, ...rest };
  if (place === 'usage') return { key: id!, ...rest };
  if (place === 'identity' || place === 'vault' || place === 'receipt') return rest;
  // A call may bring several people's words: only who is alone in it gets it whole.
  const conversations = (record.conversations ?? []) as string[];
  const alone = conversations.length > 0 && conversations.every((of) => who.conversations.includes(of));
  if (place === 'webhook' && !alone) delete record.payload;
  // What lets somebody into a call is nothing of whom it tells.
  if (place === 'call') delete record.secret;
  return record;
}
