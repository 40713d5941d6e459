/** Questions that the knowledge had no answer to, and what answers were made of. Both are written beside steps. */
import { quoteId, quotesFrom } from '../../core/answering/lacks.ts';
import type { OpenQuestion, Quoted } from '../../core/model.ts';
import type { KnowledgeRecords } from '../../core/ports.ts';
import { type Connection, guarded, isDuplicate } from './connection.ts';
import { newestFirst, older } from './pages.ts';
import type { Reader } from './reader.ts';

/** @param isForgotten whether a contact or a conversation is being forgotten, or was */
export function lackStore(
  { c }: Pick<Connection, 'c'>,
  reader: Reader,
  isForgotten: (id: string) => Promise<boolean>,
): KnowledgeRecords {
  const drop = (ids: string[]) => guarded(() => c('questions').deleteMany({ _id: { $in: ids } }));

  return {
    async noteQuestion({ id, ...question }) {
      try {
        await guarded(() => c('questions').insertOne({ _id: id, v: 1, ...question }));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      // Looked at afterwards: who forgets the conversation from now on finds this one.
      if (!(await isForgotten(question.conversationId))) return true;
      await drop([id]);
      return false;
    },
    openQuestions: ({ limit, ...page }) =>
      reader.find<OpenQuestion>('questions', older('at', page), { sort: newestFirst('at'), limit }),
    async dropQuestions(ids) {
      await drop(ids);
    },
    addQuotes: (quotes) =>
      guarded(async () => {
        if (quotes.length === 0) return;
        const writes = quotes.map((quote) => {
          const { base, source, title, count, at } = quote;
          const update = { $inc: { count, v: 1 }, $max: { at }, $setOnInsert: { base, source, title } };
          return { updateOne: { filter: { _id: quoteId(quote) }, update, upsert: true } };
        });
        await c('quotes').bulkWrite(writes, { ordered: false });
      }),
    quotes: (since, limit) =>
      reader.aggregate<Quoted & { _id: never }>('quotes', [
        { $match: { _id: { $gte: quotesFrom(since) } } },
        {
          $group: {
            _id: { base: '$base', source: '$source', title: '$title' },
            count: { $sum: '$count' },
            at: { $max: '$at' },
          },
        },
        { $sort: { count: -1, at: -1, _id: 1 } },
        { $limit: limit },
        { $project: { _id: 0, base: '$_id.base', source: '$_id.source', title: '$_id.title', count: 1, at: 1 } },
      ]),
  };
}
