/** Customers who ask for a person, as lists. */
import type { Handover } from '../../core/model.ts';
import type { Handovers } from '../../core/ports.ts';
import { newestFirst, older, SEEN } from './pages.ts';
import type { Reader } from './reader.ts';

export function handoverStore(reader: Reader): Handovers {
  return {
    handover: (id) => reader.one<Handover>('handovers', { _id: id, ...SEEN }),
    handovers: ({ accountId, conversationId, state, since = 0, limit, ...page }) =>
      reader.find<Handover>(
        'handovers',
        {
          $and: [{ at: { $gte: since } }, older('at', page)],
          ...SEEN,
          ...(state && { state }),
          ...(accountId !== undefined && { accountId }),
          ...(conversationId !== undefined && { conversationId }),
        },
        { sort: newestFirst('at'), limit },
      ),
    dueHandovers: (limit) =>
      reader.find<Handover>('handovers', { dueAt: { $exists: true }, ...SEEN }, { sort: { dueAt: 1, _id: 1 }, limit }),
  };
}
