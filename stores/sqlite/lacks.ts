/** Questions that the knowledge had no answer to, and what answers were made of. */
import type { DatabaseSync } from 'node:sqlite';
import { quoteId, quotesFrom } from '../../core/answering/lacks.ts';
import type { OpenQuestion, Quoted } from '../../core/model.ts';
import type { KnowledgeRecords } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { SqliteRecords } from './records.ts';

/** No customer waits for what is noted beside turns: it goes with the next step of one. */
const LAZY = true;

export function lackStore(
  db: DatabaseSync,
  records: Pick<SqliteRecords, 'isHidden'>,
  run: Committer['run'],
): KnowledgeRecords {
  const insert = db.prepare(
    `insert into open_question(id, conversation_id, account_id, base, text, language, why, at) values(?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do nothing`,
  );
  const list = db.prepare(
    `select id, conversation_id as conversationId, account_id as accountId, base, text, language, why, at from open_question
     where (at, id) < (?, ?) order by at desc, id desc limit ?`,
  );
  const drop = db.prepare('delete from open_question where id = ?');
  const add = db.prepare(
    `insert into quote(id, base, source, title, count, at) values(?, ?, ?, ?, ?, ?)
     on conflict do update set count = count + excluded.count, at = max(at, excluded.at)`,
  );
  const sums = db.prepare(
    `select base, source, title, sum(count) as count, max(at) as at from quote where id >= ?
     group by base, source, title order by count desc, at desc, base, source, title limit ?`,
  );

  return {
    noteQuestion: ({ id, conversationId, accountId, base, text, language, why, at }) =>
      run(() => {
        if (records.isHidden(conversationId)) return false;
        insert.run(id, conversationId, accountId, base, text, language, why, at);
        return true;
      }, LAZY),
    async openQuestions({ limit, before = Number.MAX_SAFE_INTEGER, beforeId = '' }) {
      return list.all(before, beforeId, limit).map((row) => ({ ...row }) as unknown as OpenQuestion);
    },
    dropQuestions: (ids) =>
      run(() => {
        for (const id of ids) drop.run(id);
      }),
    addQuotes: (quotes) =>
      run(() => {
        for (const quote of quotes) {
          const { base, source, title, count, at } = quote;
          add.run(quoteId(quote), base, source, title, count, at);
        }
      }, LAZY),
    async quotes(since, limit) {
      return sums.all(quotesFrom(since), limit).map((row) => ({ ...row }) as unknown as Quoted);
    },
  };
}
