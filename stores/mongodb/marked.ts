/** Whose marks of the inbox may be wrong, after a process of an earlier version. */
import type { Document } from 'mongodb';
import { PEOPLES } from '../../core/model.ts';
import type { Marked, Unmarked } from '../../core/ports.ts';
import { LISTED, type Name } from './collections.ts';
import { type Connection, guarded } from './connection.ts';

/** In `meta`. */
const MARKED = 'marks';

/** Messages bear their microseconds as their order. */
const LOOKS: [name: Name, filter: (since: number) => Document, sort: string][] = [
  ['messages', (since) => ({ seq: { $gte: since * 1_000 } }), 'seq'],
  ['messages', () => ({ 'listed.state': { $in: LISTED.filter((state) => state !== 'queued') } }), '_id'],
  ...['unansweredSince', 'draftSince', 'failedSince', 'personSince'].map((mark): [Name, () => Document, string] => [
    'conversations',
    () => ({ [mark]: { $gt: 0 } }),
    '_id',
  ]),
  ['conversations', () => ({ status: { $in: PEOPLES } }), '_id'],
];

export function mongoUnmarked({ c }: Pick<Connection, 'c'>): Unmarked {
  return {
    marked: () => guarded(() => c('meta').findOne({ _id: MARKED }) as Promise<Marked | null>),
    setMarked: ({ marks, at }) =>
      guarded(async () => {
        await c('meta').replaceOne({ _id: MARKED }, { v: 1, marks, at }, { upsert: true });
      }),
    suspects: (since, after, limit) =>
      guarded(async () => {
        const [look, last] = after === null ? [0, undefined] : (JSON.parse(String(after)) as [number, unknown]);
        const [name, filter, sort] = LOOKS[look]!;
        const from = last === undefined ? {} : { [sort]: { $gt: last } };
        const found = await c(name)
          .find({ $and: [filter(since), from] })
          .project<Document>({ conversationId: 1, [sort]: 1 })
          .sort({ [sort]: 1 })
          .limit(limit)
          .toArray();
        const conversations = [...new Set(found.map(({ _id, conversationId }) => String(conversationId ?? _id)))];
        if (found.length === limit) return { conversations, next: JSON.stringify([look, found.at(-1)![sort]]) };
        return { conversations, next: look + 1 < LOOKS.length ? JSON.stringify([look + 1]) : null };
      }),
  };
}
