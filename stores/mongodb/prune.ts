/** What is past its retention goes, a bounded number of documents at a time. */
import type { Document } from 'mongodb';
import type { CallState, Conversation, Message } from '../../core/model.ts';
import { noticeId } from '../../core/notices/notices.ts';
import { REMEMBERED_FOR_EVER, UNRESOLVED_RUNS, WAITING, waits } from '../../core/people/retention.ts';
import type { Cursor, Kept, Store } from '../../core/ports.ts';
import type { Name } from './collections.ts';
import type { Committer } from './commit.ts';
import { type Connection, guarded } from './connection.ts';
import { eraseMessages } from './person.ts';
import type { Reader } from './reader.ts';
import type { View } from './view.ts';

interface Aged {
  name: Name;
  at: string;
  /** Which may go; others stay, however old. */
  only?: Document;
}

const AGED: Record<Exclude<Kept, 'messages'>, Aged[]> = {
  webhooks: [{ name: 'webhooks', at: 'at' }],
  events: [
    { name: 'events', at: 'at' },
    { name: 'parts', at: 'at' },
    { name: 'notices', at: 'at' },
    { name: 'remembered', at: 'at', only: { kind: { $nin: REMEMBERED_FOR_EVER } } },
    { name: 'forgetting', at: 'at', only: { done: true } },
  ],
  caps: [
    { name: 'caps', at: 'at' },
    { name: 'usage', at: 'at' },
  ],
  turns: [{ name: 'turns', at: 'startedAt' }],
  traces: [{ name: 'traces', at: 'at' }],
  toolRuns: [{ name: 'toolRuns', at: 'at', only: { state: { $nin: UNRESOLVED_RUNS } } }],
  calls: [{ name: 'calls', at: 'startedAt', only: { state: { $ne: 'active' satisfies CallState } } }],
  handovers: [{ name: 'handovers', at: 'at', only: { state: { $ne: 'open' } } }],
  tallies: [{ name: 'tallies', at: 'hour' }],
  leads: [{ name: 'leads', at: 'at' }],
  providerResponses: [{ name: 'responses', at: 'at' }],
  questions: [{ name: 'questions', at: 'at' }],
  quotes: [{ name: 'quotes', at: 'at' }],
  uploads: [{ name: 'uploads', at: 'at' }],
};

/** Where a step ended, in the order of time. */
type Place = { at: number; id: string };

export interface PruneParts {
  c: Connection['c'];
  reader: Reader;
  run: Committer['run'];
}

export function pruning({ c, reader, run }: PruneParts): Store['prune'] {
  /** @returns how many are gone. What a step holds stays until the next round; who has only read one reads it again. */
  async function drop(name: Name, filter: Document, ids: string[]): Promise<number> {
    const free = { ...filter, hold: { $exists: false } };
    // Of a part of a message that is there, only what was kept with it until the platform's answer came.
    if (name === 'parts') {
      const named = { $unset: { at: '', receipts: '', taken: '', early: '' }, $inc: { v: 1 } } as const;
      await c(name).updateMany({ ...free, messageId: { $exists: true } }, named);
    }
    // What people were told of a lead is the lead once more.
    if (name === 'leads')
      await c('notices').deleteMany({ _id: { $in: ids.map((id) => noticeId({ kind: 'lead', of: id })) } });
    return (await c(name).deleteMany(free)).deletedCount;
  }

  async function aged(all: Aged[], before: number, after: Cursor, limit: number) {
    const [index, last] = after === null ? [0, null] : (JSON.parse(String(after)) as [number, Place | null]);
    const { name, at, only = {} } = all[index]!;
    const old = { $and: [{ [at]: { $lt: before } }, only] };
    const from = last
      ? { [at]: { $gte: last.at }, $or: [{ [at]: { $gt: last.at } }, { [at]: last.at, _id: { $gt: last.id } }] }
      : {};
    const sought = { sort: { [at]: 1, _id: 1 }, limit, fields: [at] } as const;
    const documents = await reader.documents(name, { ...old, ...from }, sought);
    const ids = documents.map(({ _id }) => _id);
    const gone = ids.length === 0 ? 0 : await guarded(() => drop(name, { ...old, _id: { $in: ids } }, ids));
    const end = documents.at(-1);
    const more = end && documents.length === limit;
    const next = more ? [index, { at: end[at], id: end._id }] : index + 1 < all.length ? [index + 1, null] : null;
    return { gone, next: next && JSON.stringify(next) };
  }

  /** In the order in which they were said, so nothing but that index is needed. */
  async function said(before: number, after: Cursor, limit: number) {
    const last = after === null ? null : (JSON.parse(String(after)) as [seq: number, id: string]);
    const from = last
      ? { seq: { $gte: last[0] }, $or: [{ seq: { $gt: last[0] } }, { seq: last[0], _id: { $gt: last[1] } }] }
      : {};
    const sought = { sort: { seq: 1, _id: 1 }, limit, fields: ['conversationId', 'seq', 'at'] } as const;
    const documents = await reader.documents('messages', from, sought);
    const old = documents.filter(({ at }) => at < before);
    const touched: string[] = [];
    let gone = 0;
    for (const [id, messages] of Map.groupBy(old, ({ conversationId }): string => conversationId)) {
      const ids = messages.map(({ _id }) => _id);
      const count = await run((view) => eraseSaid(view, id, ids));
      gone += count;
      if (count > 0) touched.push(id);
    }
    await eraseVaults(touched);
    const end = documents.at(-1);
    const more = end && documents.length === limit && end.at < before;
    return { gone, next: more ? JSON.stringify([end.seq, end._id]) : null };
  }

  /** Tokens stand for what was said; where nothing of that is left, nobody needs to know what they stood for. */
  async function eraseVaults(conversations: string[]): Promise<void> {
    const touched = await reader.documents('conversations', { _id: { $in: conversations } }, { fields: ['contactId'] });
    for (const contactId of new Set(touched.flatMap((conversation) => conversation.contactId ?? []))) {
      const theirs = await reader.documents('conversations', { contactId }, { fields: [] });
      const said = { conversationId: { $in: theirs.map(({ _id }) => _id) } };
      const left = await reader.documents('messages', said, { limit: 1, fields: [] });
      if (left.length === 0) await guarded(() => c('vault').deleteMany({ contactId }));
    }
  }

  return (kind, before, after, limit) =>
    kind === 'messages' ? said(before, after, limit) : aged(AGED[kind], before, after, limit);
}

/** A message that waits stays, and all of a conversation in which something does. @returns how many are gone */
function eraseSaid(view: View, conversationId: string, ids: string[]): number {
  const conversation = view.get<Conversation>('conversations', conversationId);
  if (conversation && WAITING.some((field) => conversation[field] !== null)) return 0;
  for (const id of ids) view.soon('messages', id);
  const old = ids.filter((id) => {
    const message = view.get<Message>('messages', id);
    return message && !waits(message);
  });
  if (old.length > 0) eraseMessages(view, old);
  return old.length;
}
