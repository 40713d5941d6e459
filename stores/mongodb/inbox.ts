/** What came in and what was said, as lists. */
import type { Document } from 'mongodb';
import type { Message, Said, WebhookRecord } from '../../core/model.ts';
import type { Inbox, Outbox } from '../../core/ports.ts';
import { type Kept, LISTED } from './collections.ts';
import { recordOf } from './documents.ts';
import { newestFirst, older } from './pages.ts';
import type { Reader } from './reader.ts';

/** What `Said` has. */
const SAID = 'seq direction author text media at state pending turnId editedAt deletedAt unheard parts'.split(' ');

export function inboxStore(reader: Reader): Inbox & Pick<Outbox, 'sends' | 'replies'> {
  /** Whether a message was answered is told by its turn; of older records by itself. */
  async function answered(messages: Message[]): Promise<Message[]> {
    const turns = [...new Set(messages.flatMap(({ direction, turnId }) => (direction === 'in' && turnId) || []))];
    if (turns.length === 0) return messages;
    const found = await reader.documents('turns', { _id: { $in: turns }, outcome: 'answered' }, { fields: [] });
    const ids = new Set(found.map(({ _id }) => _id));
    return messages.map((message) =>
      message.direction === 'in' && message.turnId && ids.has(message.turnId)
        ? { ...message, answered: true }
        : message,
    );
  }

  return {
    webhooks: ({ limit, ...page }) =>
      reader.find<WebhookRecord>('webhooks', older('at', page), { sort: newestFirst('at'), limit }),
    async message(id) {
      const found = await reader.one<Message>('messages', { _id: id });
      return found && (await answered([found]))[0]!;
    },
    async messages(conversationId, { limit, before = Number.MAX_SAFE_INTEGER }) {
      const newest = { sort: { seq: -1 }, limit } as const;
      const found = await reader.find<Message>('messages', { conversationId, seq: { $lt: before } }, newest);
      return answered(found.reverse());
    },
    async history(conversationId, limit) {
      const found = await reader.documents('messages', { conversationId }, { sort: { seq: -1 }, limit, fields: SAID });
      return found.map(said).reverse();
    },
    async countInbound(conversationId, since, until) {
      // Receipt is in the order of `seq`, so only the messages since then are read, however long the conversation is.
      const [last] = await reader.documents(
        'messages',
        { conversationId, at: { $lt: since } },
        { sort: { seq: -1 }, limit: 1, fields: ['seq'] },
      );
      const after: Document = last ? { seq: { $gt: last.seq } } : {};
      return reader.count('messages', { conversationId, ...after, direction: 'in', at: { $gte: since, $lte: until } });
    },

    async sends({ states, limit, ...page }) {
      // Every reply passes the other states, so no index is kept of them: all messages are looked through.
      const isKept = states.every((state) => LISTED.includes(state));
      const filter = isKept
        ? { 'listed.state': { $in: states }, ...older('listed.seq', page, 'listed.id') }
        : { direction: 'out', state: { $in: states }, ...older('seq', page) };
      const sort = isKept ? ({ 'listed.seq': -1, 'listed.id': -1 } as const) : newestFirst('seq');
      return (await reader.find<Message>('messages', filter, { sort, limit })).reverse();
    },
    replies: (turnId) =>
      reader.find<Message>('messages', { slot: { $gte: `${turnId}:`, $lt: `${turnId};` } }, { sort: { seq: 1 } }),
  };
}

function said(document: Kept): Said {
  const { id: _id, parts, media = [], ...message } = recordOf<Message>('messages', document);
  return { ...message, media, ...(message.state === 'failed' && parts && { parts }) };
}
