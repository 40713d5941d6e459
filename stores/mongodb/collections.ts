/**
 * The collections: what a document of each holds beside core's record, and its indexes. A record's `id` is the document's `_id`; of a property that is
 * absent or null there is no field, so that a sparse index holds only what is there. Objects of any shape are kept as JSON text: their names may
 * hold dots and dollars, and be nested deeper than BSON allows.
 */
import type { Document } from 'mongodb';
import { wordsOf } from '../../core/text/search.ts';
import type { CollectionShape, Index } from './shape.ts';

/** Of each document, beside its fields. */
export interface Kept extends Document {
  _id: string;
  /** How often it was written. A write says which version it changes. */
  v: number;
  /** Of `held` ones: the step that is about to change it. `fresh`: it was not there before. */
  hold?: Hold;
  /** Of conversations and steps: a step that is decided, and of which something may still be to be done. */
  open?: Step;
  /** Of conversations: the `seq` of their newest message. That of the next one is greater, whatever clocks say. */
  top?: number;
  /** Of conversations: the last steps that were decided here, so that who lost the answer can tell. */
  done?: string[];
  /** Of contacts, conversations, identities and calls: they are being forgotten; no plan sees them any more. */
  hidden?: true;
}

export interface Hold {
  id: string;
  /** The document whose change decides the step. */
  on: [collection: Name, id: string];
  /** UTC milliseconds by the clock of who took it: for the sweep only. */
  at: number;
  fresh?: true;
}

/** What a step does to one document beside the one that decides it. A repeat changes nothing: each says what it was before. */
export interface Change {
  c: Name;
  id: string;
  /** The version that it changes; 0: it is not there yet. */
  v: number;
  set?: Document;
  unset?: string[];
  gone?: true;
}

export interface Step {
  id: string;
  at: number;
  changes: Change[];
}

const text = (...parts: unknown[]) => parts.join('\n');
const given = (value: unknown) => value !== undefined && value !== null;
const found = (field: string, said: string) => {
  const words = wordsOf(said);
  return words.length > 0 ? { [field]: words } : {};
};

/** States in which a message waits for somebody, or some time: `Outbox.sends` is asked for them. */
export const LISTED: string[] = ['draft', 'queued', 'failed', 'unknown'];
const DUE = ['wakeAt', 'openTurn', 'openSend', 'sendAt'];
/** Of collections whose documents are taken by steps: what a dead process left taken. */
const HELD: Index = { key: { 'hold.at': 1 }, sparse: true };

export const COLLECTIONS = {
  webhooks: {
    nullable: ['accountId'],
    kept: 'beside',
    indexes: [{ key: { at: -1, _id: -1 } }],
  },
  /** `_id`: account and key, where there is a key. `eventId`: the event's own. */
  events: { json: ['event'], kept: 'held', indexes: [{ key: { at: 1, _id: 1 } }, HELD] },
  contacts: {
    json: ['profile', 'consents'],
    derived: ({ name, username }) => ({
      ...(given(username) && { usernameKey: String(username).toLowerCase() }),
      ...found('nameWords', `${name ?? ''} ${username ?? ''}`),
    }),
    kept: 'held',
    indexes: [
      { key: { nameWords: 1 }, sparse: true },
      { key: { usernameKey: 1 }, sparse: true },
      { key: { mergedInto: 1 }, sparse: true },
      HELD,
    ],
  },
  /** `_id`: account, kind and value. */
  identities: {
    kept: 'held',
    indexes: [{ key: { contactId: 1 } }, { key: { value: 1, kind: 1 } }, HELD],
  },
  conversations: {
    json: ['address', 'vars', 'head', 'unasked', 'statusNote', 'openTurn', 'exchange'],
    nullable: [
      ...['waitingSince', 'handover'],
      ...['contactId', 'head', 'unasked', 'statusNote', 'openSend', 'sendOwner', 'sendAt', 'wakeAt', 'burstSince'],
      ...['leaseOwner', 'proposal', 'openTurn', 'lastTurn', 'exchange'],
    ],
    /** `due`: something waits, runs or is on its way. `turn`: the id of the open turn. */
    derived: (record) => ({
      ...(DUE.some((field) => given(record[field])) && { due: true }),
      ...(record.openTurn && { turn: record.openTurn.id }),
    }),
    kept: 'held',
    indexes: [
      { key: { accountId: 1, threadKey: 1 }, unique: true },
      { key: { session: 1 }, unique: true },
      { key: { contactId: 1 }, sparse: true },
      { key: { due: 1 }, sparse: true },
      { key: { turn: 1 }, sparse: true },
      { key: { updatedAt: -1, _id: -1 } },
      { key: { status: 1, updatedAt: -1, _id: -1 } },
      { key: { accountId: 1, updatedAt: -1, _id: -1 } },
      { key: { assignee: 1, updatedAt: -1, _id: -1 } },
      { key: { language: 1, updatedAt: -1, _id: -1 } },
      { key: { labels: 1 }, sparse: true },
      { key: { personSince: 1, _id: 1 } },
      { key: { unansweredSince: 1, _id: 1 } },
      { key: { draftSince: 1, _id: 1 } },
      { key: { failedSince: -1, _id: -1 } },
      { key: { 'open.at': 1 }, sparse: true },
      HELD,
    ],
  },
  messages: {
    json: ['media', 'choice', 'takeover', 'parts', 'error', 'source', 'template'],
    nullable: ['turnId'],
    /**
     * `keyed`: account and key. `handle`: account and platform id. `by`: account and sender. `queue`: the conversation, where it is queued. `listed`:
     * a state that people look at, with the order. `said`: account and wording, with the time. `words`: by which it is found.
     */
    derived: (record) => ({
      ...(given(record.key) && { keyed: text(record.accountId, record.key) }),
      ...(given(record.platformId) && { handle: text(record.accountId, record.platformId) }),
      ...(given(record.sender) && { by: text(record.accountId, record.sender) }),
      ...(record.state === 'queued' && { queue: record.conversationId }),
      ...(record.direction === 'out' &&
        LISTED.includes(record.state) && { listed: { state: record.state, seq: record.seq, id: record.id } }),
      ...(given(record.wording) &&
        given(record.wordingAt) && { said: { words: text(record.accountId, record.wording), at: record.wordingAt } }),
      ...(!given(record.deletedAt) && found('words', record.text)),
    }),
    kept: 'owned',
    indexes: [
      { key: { conversationId: 1, seq: 1 } },
      { key: { seq: 1, _id: 1 } },
      { key: { keyed: 1 }, unique: true, sparse: true },
      { key: { slot: 1 }, unique: true, sparse: true },
      { key: { handle: 1 }, sparse: true },
      { key: { by: 1 }, sparse: true },
      { key: { queue: 1 }, sparse: true },
      { key: { 'listed.state': 1, 'listed.seq': -1, 'listed.id': -1 }, sparse: true },
      { key: { 'said.words': 1, 'said.at': -1 }, sparse: true },
      { key: { words: 1, seq: -1 } },
    ],
  },
  /**
   * `_id`: account and an id on the platform. `messageId`: the message of which a part has it. `receipts`: what overtook the answer to our request, as
   * JSON text. `taken`: the answer has come, nothing is kept here any more.
   */
  parts: {
    json: ['receipts'],
    /** `early`: it has receipts. */
    derived: ({ receipts }) => (receipts ? { early: true } : {}),
    kept: 'held',
    unlisted: true,
    indexes: [
      { key: { messageId: 1 }, sparse: true },
      { key: { early: 1 }, sparse: true },
      { key: { at: 1, _id: 1 } },
      HELD,
    ],
  },
  /** Ended turns; an open one is in its conversation. */
  turns: {
    json: ['decisions'],
    derived: ({ openUntil, state }) => (given(openUntil) && state === 'done' ? { unsettled: true } : {}),
    kept: 'owned',
    indexes: [
      { key: { conversationId: 1 } },
      { key: { startedAt: -1, _id: -1 } },
      { key: { state: 1, startedAt: -1, _id: -1 } },
      { key: { accountId: 1, startedAt: -1, _id: -1 } },
      { key: { unsettled: 1 }, sparse: true },
    ],
  },
  /** Attempts of turns, with what happened in them: written beside the work. */
  traces: {
    json: ['end', 'steps'],
    kept: 'beside',
    indexes: [{ key: { turnId: 1 } }, { key: { conversationId: 1, at: -1 } }, { key: { at: 1, _id: 1 } }],
  },
  toolRuns: {
    json: ['args'],
    kept: 'held',
    indexes: [
      { key: { conversationId: 1, at: 1, _id: 1 } },
      { key: { state: 1, at: -1, _id: -1 } },
      { key: { at: 1, _id: 1 } },
      HELD,
    ],
  },
  notes: { kept: 'held', indexes: [{ key: { conversationId: 1, at: 1, _id: 1 } }, HELD] },
  savedAnswers: { kept: 'held', indexes: [HELD] },
  uploads: { kept: 'beside', indexes: [{ key: { conversationId: 1 } }, { key: { at: 1, _id: 1 } }] },
  leads: {
    nullable: ['contactId'],
    kept: 'held',
    indexes: [
      { key: { at: -1, _id: -1 } },
      { key: { contactId: 1 }, sparse: true },
      { key: { conversationId: 1 } },
      HELD,
    ],
  },
  notices: {
    json: ['about'],
    nullable: ['conversationId', 'tellAt'],
    kept: 'held',
    indexes: [
      { key: { at: 1, _id: 1 } },
      { key: { tellAt: 1 }, sparse: true },
      { key: { error: 1 }, sparse: true },
      { key: { conversationId: 1 }, sparse: true },
      HELD,
    ],
  },
  handovers: {
    json: ['summary'],
    nullable: ['opensAt', 'summary', 'tellAt', 'dueAt'],
    kept: 'held',
    indexes: [
      { key: { at: -1, _id: -1 } },
      { key: { state: 1, at: -1, _id: -1 } },
      { key: { dueAt: 1 }, sparse: true },
      { key: { conversationId: 1 } },
      HELD,
    ],
  },
  orders: {
    json: ['told', 'fault', 'omitted'],
    nullable: ['told', 'fault', 'omitted', 'since', 'contactId'],
    /** `phone`: of its customer. `faulty`: something is wrong or left out. `worth`: state and price, by which they are counted. */
    derived: ({ told, fault, omitted }) => ({
      ...(told && { phone: told.customer.phone }),
      ...((fault || omitted) && { faulty: true }),
      ...(told && { worth: { state: told.state, ...told.total } }),
    }),
    kept: 'held',
    indexes: [
      { key: { changedAt: -1, _id: -1 } },
      { key: { shop: 1, changedAt: -1, _id: -1 } },
      { key: { number: 1 } },
      { key: { contactId: 1 }, sparse: true },
      { key: { phone: 1 }, sparse: true },
      { key: { faulty: 1 }, sparse: true },
      HELD,
    ],
  },
  followUps: {
    json: ['proof'],
    nullable: ['conversationId', 'dueAt', 'turnId', 'messageId'],
    /** `due`: whose and when, where it is due some time. `written`: when its message left or proved to have. */
    derived: ({ id, accountId, dueAt, state, deliveredAt, endedAt }) => ({
      ...(given(dueAt) && { due: { accountId, at: dueAt, id } }),
      ...((state === 'sent' || given(deliveredAt)) && given(endedAt) && { written: endedAt }),
    }),
    kept: 'held',
    indexes: [
      { key: { orderId: 1 } },
      { key: { 'due.accountId': 1, 'due.at': 1, 'due.id': 1 }, sparse: true },
      { key: { at: -1, _id: -1 } },
      { key: { state: 1, at: -1, _id: -1 } },
      { key: { written: 1 }, sparse: true },
      { key: { endedAt: 1 } },
      { key: { conversationId: 1 }, sparse: true },
      HELD,
    ],
  },
  shops: { nullable: ['cursor', 'mark'], kept: 'held', indexes: [HELD] },
  outreach: { json: ['counted'], nullable: ['counted'], kept: 'held', indexes: [HELD] },
  senders: { nullable: ['phone'], kept: 'held', indexes: [HELD] },
  /** `_id`: hour and account. */
  tallies: { json: ['sums'], kept: 'held', indexes: [{ key: { hour: 1, _id: 1 } }, HELD] },
  calls: {
    json: ['about', 'recording'],
    nullable: ['endedAt', 'recording'],
    /** `recorded`: when it ended, where there is a recording of it. */
    derived: ({ recording, endedAt }) => (recording && given(endedAt) ? { recorded: endedAt } : {}),
    kept: 'held',
    indexes: [
      { key: { conversationId: 1 }, unique: true },
      { key: { startedAt: -1, _id: -1 } },
      { key: { state: 1, startedAt: -1, _id: -1 } },
      { key: { accountId: 1, startedAt: -1, _id: -1 } },
      { key: { contactId: 1 } },
      { key: { recorded: 1 }, sparse: true },
      HELD,
    ],
  },
  /** `_id`: contact and token. */
  vault: {
    kept: 'added',
    /** `valued`: contact and value: one token each. */
    derived: ({ contactId, value }) => ({ valued: text(contactId, value) }),
    indexes: [{ key: { contactId: 1 } }, { key: { valued: 1 }, unique: true }],
  },
  /** `_id`: the cap's name. `used`, `at`. */
  caps: { kept: 'held', indexes: [{ key: { at: 1, _id: 1 } }, HELD] },
  /** `_id`: the key. `tokens`, `cost`, `at`. */
  usage: { kept: 'held', indexes: [{ key: { at: 1, _id: 1 } }, HELD] },
  /** `unwanted`: to be deleted where it is kept. */
  responses: {
    kept: 'held',
    indexes: [{ key: { conversationId: 1 } }, { key: { unwanted: 1 }, sparse: true }, { key: { at: 1, _id: 1 } }, HELD],
  },
  questions: { kept: 'beside', indexes: [{ key: { at: -1, _id: -1 } }, { key: { conversationId: 1 } }] },
  /** `_id`: day, base, source and title. `at`: the last time on that day. */
  quotes: { kept: 'beside', indexes: [{ key: { at: 1, _id: 1 } }] },
  /** Who is signed in to the pages; `_id`: a hash. */
  sessions: { kept: 'beside', unlisted: true, indexes: [{ key: { user: 1 } }, { key: { seenAt: 1 } }] },
  /** Contacts and conversations that are being forgotten, or were a short while ago. `kind`: `contact` or `conversation`; `at`; `done`. */
  forgetting: { kept: 'held', indexes: [{ key: { kind: 1 } }, HELD] },
  /** `_id`: a keyed hash. `kind`: `opt-out` or `message`; `at`. */
  remembered: { kept: 'held', indexes: [{ key: { kind: 1, at: 1, _id: 1 } }, HELD] },
  /** Steps in which no conversation that was there is changed; `dead`: nobody may decide it any more. */
  steps: { kept: 'held', indexes: [{ key: { at: 1 } }] },
  /** `schema`: the version of all this. `key`: by what the key of the hashes is known again. */
  meta: { kept: 'held', indexes: [] },
} as const satisfies Record<string, CollectionShape>;

export type Name = keyof typeof COLLECTIONS;
export const NAMES = Object.keys(COLLECTIONS) as Name[];
export const shapeOf = (name: Name): CollectionShape => COLLECTIONS[name];

/** Joins what an `_id` or a derived field is made of. */
export const keyOf = text;

/** In a query: documents that are there, not those that a step is about to make. */
export const THERE = { 'hold.fresh': { $exists: false } } as const;
