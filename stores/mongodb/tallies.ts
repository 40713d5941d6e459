/** Sums by hour and account. */
import { tallyId } from '../../core/figures/tallies.ts';
import type { Tallies } from '../../core/ports.ts';
import type { Reader } from './reader.ts';

export function tallyStore(reader: Reader): Tallies {
  return {
    tallies({ from, until, accountId, after, limit }) {
      // An id begins with its hour.
      const first = after === undefined ? { $gte: tallyId(from, '') } : { $gt: after };
      const filter = { _id: { ...first, $lt: tallyId(until, '') }, ...(accountId !== undefined && { accountId }) };
      return reader.find('tallies', filter, { sort: { _id: 1 }, limit });
    },
  };
}
