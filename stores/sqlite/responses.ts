/** Which responses LLM providers keep, so that they can be deleted there when their people are forgotten. */
import type { DatabaseSync } from 'node:sqlite';
import type { PersonStore, ProviderResponse } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { SqliteRecords } from './records.ts';

export type ResponseStore = Pick<PersonStore, 'noteResponse' | 'responses' | 'unwantedResponses' | 'dropResponses'>;

export function responseStore(
  db: DatabaseSync,
  records: Pick<SqliteRecords, 'isHidden'>,
  run: Committer['run'],
): ResponseStore {
  const insert = db.prepare(
    'insert into provider_response(id, endpoint, conversation_id, at, unwanted) values(?,?,?,?,0) on conflict do nothing',
  );
  const unwanted = db.prepare("update provider_response set unwanted = 1, conversation_id = '' where id = ?");
  const columns = 'select id, endpoint, conversation_id as conversationId, at from provider_response where';
  const ofConversations = db.prepare(`${columns} conversation_id in (select value from json_each(?))`);
  const allUnwanted = db.prepare(`${columns} unwanted = 1 limit 500`);
  const drop = db.prepare('delete from provider_response where id = ?');

  return {
    noteResponse: ({ id, endpoint, conversationId, at }) =>
      run(() => {
        if (records.isHidden(conversationId)) return false;
        insert.run(id, endpoint, conversationId, at);
        return true;
      }),
    async responses(conversations) {
      const rows = conversations ? ofConversations.all(JSON.stringify(conversations)) : allUnwanted.all();
      return rows.map((row) => ({ ...row }) as unknown as ProviderResponse);
    },
    unwantedResponses: (ids) =>
      run(() => {
        for (const id of ids) unwanted.run(id);
      }),
    dropResponses: (ids) =>
      run(() => {
        for (const id of ids) drop.run(id);
      }),
  };
}
