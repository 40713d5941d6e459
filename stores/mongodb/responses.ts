/** Which responses LLM providers keep, so that they can be deleted there when their people are forgotten. */
import type { PersonStore, ProviderResponse } from '../../core/ports.ts';
import type { Connection } from './connection.ts';
import { guarded, isDuplicate } from './connection.ts';
import type { Reader } from './reader.ts';

export type ResponseStore = Pick<PersonStore, 'noteResponse' | 'responses' | 'unwantedResponses' | 'dropResponses'>;

/** Unwanted ones that are given at once. */
const MOST = 500;

/** @param isForgotten whether a contact or a conversation is being forgotten, or was */
export function responseStore(
  { c }: Pick<Connection, 'c'>,
  reader: Reader,
  isForgotten: (id: string) => Promise<boolean>,
): ResponseStore {
  const drop = (ids: string[]) => guarded(() => c('responses').deleteMany({ _id: { $in: ids } }));
  return {
    async noteResponse({ id, endpoint, conversationId, at }) {
      try {
        await guarded(() => c('responses').insertOne({ _id: id, v: 1, endpoint, conversationId, at }));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      // Looked at afterwards: who forgets the conversation from now on finds this one.
      if (!(await isForgotten(conversationId))) return true;
      await drop([id]);
      return false;
    },
    async responses(conversations) {
      const found = await reader.documents(
        'responses',
        conversations ? { conversationId: { $in: conversations } } : { unwanted: true },
        { sort: { _id: 1 }, ...(!conversations && { limit: MOST }) },
      );
      return found.map(
        ({ _id: id, endpoint, conversationId, at }): ProviderResponse => ({ id, endpoint, conversationId, at }),
      );
    },
    async unwantedResponses(ids) {
      const update = { $set: { unwanted: true, conversationId: '' }, $inc: { v: 1 } };
      await guarded(() => c('responses').updateMany({ _id: { $in: ids } }, update));
    },
    async dropResponses(ids) {
      await drop(ids);
    },
  };
}
