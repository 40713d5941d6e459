/** What people of the business should know, as lists. */
import type { Notice } from '../../core/model.ts';
import type { NoticeCount, Notices } from '../../core/ports.ts';
import type { Reader } from './reader.ts';

const there = (field: string) => ({ [field]: { $exists: true } });

export function noticeStore(reader: Reader): Notices {
  return {
    async notices({ open, untold, limit }) {
      const filter = open ? there('tellAt') : untold ? { $or: [there('tellAt'), there('error')] } : {};
      return reader.find<Notice>('notices', filter, { sort: { at: 1, _id: 1 }, limit });
    },
    async noticeCounts() {
      // What is not there is less than anything that is.
      const isThere = (field: string) => ({ $gt: [field, null] });
      const rows = await reader.aggregate<{ _id: Omit<NoticeCount, 'count'>; count: number }>('notices', [
        {
          $group: { _id: { kind: '$kind', open: isThere('$tellAt'), failed: isThere('$error') }, count: { $sum: 1 } },
        },
      ]);
      return rows.map(({ _id, count }) => ({ ..._id, count }));
    },
  };
}
