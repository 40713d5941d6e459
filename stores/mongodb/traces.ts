/** What happened on turns' ways, and calls of platforms around it. */
import type { Trace, WebhookRecord } from '../../core/model.ts';
import type { Traces } from '../../core/ports.ts';
import type { Reader } from './reader.ts';

export function traceStore(reader: Reader): Traces {
  return {
    traces: (turnId) => reader.find<Trace>('traces', { turnId }, { sort: { at: 1, _id: 1 } }),
    tracesOf: (conversationId, { before, limit }) =>
      reader.find<Trace>('traces', { conversationId, at: { $lt: before } }, { sort: { at: -1, _id: -1 }, limit }),
    async callsAround({ accountId, conversationId, since, until, limit }) {
      const refused = {
        conversations: { $exists: false },
        accountId,
        $or: [{ error: { $exists: true } }, { status: { $gte: 400 } }],
      };
      const found = await reader.find<WebhookRecord>(
        'webhooks',
        { at: { $gte: since, $lte: until }, $or: [{ conversations: conversationId }, refused] },
        { sort: { at: -1, _id: -1 }, limit },
      );
      return found.reverse();
    },
  };
}
