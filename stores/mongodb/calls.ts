/** Calls as lists. */
import type { Call, CallState } from '../../core/model.ts';
import type { Calls } from '../../core/ports.ts';
import { newestFirst, older, SEEN } from './pages.ts';
import type { Reader } from './reader.ts';

export function callStore(reader: Reader): Calls {
  return {
    call: (id) => reader.one<Call>('calls', { _id: id, ...SEEN }),
    callOf: (conversationId) => reader.one<Call>('calls', { conversationId, ...SEEN }),
    calls: ({ state, accountId, limit, ...page }) =>
      reader.find<Call>(
        'calls',
        {
          ...older('startedAt', page),
          ...SEEN,
          ...(state && { state }),
          ...(accountId !== undefined && { accountId }),
        },
        { sort: newestFirst('startedAt'), limit },
      ),
    async callCounts() {
      const rows = await reader.aggregate<{ _id: CallState; count: number }>('calls', [
        { $group: { _id: '$state', count: { $sum: 1 } } },
      ]);
      return { active: 0, completed: 0, failed: 0, ...Object.fromEntries(rows.map(({ _id, count }) => [_id, count])) };
    },
    recordedBefore: (before, limit) =>
      reader.find<Call>('calls', { recorded: { $lt: before } }, { sort: { recorded: 1, _id: 1 }, limit }),
  };
}
