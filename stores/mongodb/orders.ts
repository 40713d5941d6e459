/** Orders of shops, and what was written about them, as lists and counts. */
import type { Document } from 'mongodb';
import type { FollowUp, FollowUpState, OrderRecord } from '../../core/model.ts';
import type { CustomerRecords, FollowUpCount, OrderCount, Orders, OutcomeCount } from '../../core/ports.ts';
import { newestFirst, older } from './pages.ts';
import type { Reader } from './reader.ts';

/** Up to so many follow-ups are looked up first; among more, the newest orders are soon met. */
const FEW = 5_000;
/** Orders that are looked through at once. */
const BATCH = 200;

export function orderStore(reader: Reader): Orders & Pick<CustomerRecords, 'ordersOf'> {
  const NEWEST = newestFirst('changedAt');
  const list = (filter: Document, limit: number) => reader.find<OrderRecord>('orders', filter, { sort: NEWEST, limit });

  /** Of these orders those of which a follow-up is in one of the states; of all, where there are few of those. */
  async function ordersIn(states: readonly FollowUpState[], among?: string[]): Promise<Set<string>> {
    const filter = { state: { $in: states }, ...(among && { orderId: { $in: among } }) };
    const found = await reader.documents('followUps', filter, { fields: ['orderId'], ...(!among && { limit: FEW }) });
    return new Set(found.map(({ orderId }) => orderId));
  }

  /** Goes through the orders from the newest on until so many are found. */
  async function search(
    filter: Document,
    became: readonly FollowUpState[],
    limit: number,
    page: Parameters<typeof older>[1],
  ): Promise<OrderRecord[]> {
    const found: OrderRecord[] = [];
    let from = page;
    while (found.length < limit) {
      const orders = await list({ ...filter, ...older('changedAt', from) }, BATCH);
      const ids = orders.map(({ id }) => id);
      const wanted = await ordersIn(became, ids);
      found.push(...orders.filter(({ id }) => wanted.has(id)));
      const last = orders.at(-1);
      if (!last || orders.length < BATCH) break;
      from = { before: last.changedAt, beforeId: last.id };
    }
    return found.slice(0, limit);
  }

  return {
    order: (id) => reader.one('orders', { _id: id }),
    async digests(ids) {
      const found = await reader.documents('orders', { _id: { $in: ids } }, { fields: ['digest'] });
      return new Map(found.map(({ _id, digest }) => [_id, digest]));
    },
    async orders({ shop, number, faulty, became, limit, ...page }) {
      const filter = {
        ...(shop !== undefined && { shop }),
        ...(number !== undefined && { number }),
        ...(faulty && { faulty: true }),
      };
      if (!became) return list({ ...filter, ...older('changedAt', page) }, limit);
      const few = await ordersIn(became);
      if (few.size < FEW) return list({ ...filter, ...older('changedAt', page), _id: { $in: [...few] } }, limit);
      return search(filter, became, limit, page);
    },
    async orderCounts(shop) {
      const rows = await reader.aggregate<{ _id: Partial<Worth> | null; count: number }>('orders', [
        { $match: { shop } },
        { $group: { _id: '$worth', count: { $sum: 1 } } },
      ]);
      return rows.map(({ _id, count }): OrderCount => {
        const { state = null, amount, currency } = _id ?? {};
        return { state, total: amount === undefined || currency === undefined ? null : { amount, currency }, count };
      });
    },
    ordersOf: ({ contactId, phone }, limit) =>
      list({ $or: [{ contactId }, ...(phone === undefined ? [] : [{ phone }])] }, limit),

    followUp: (id) => reader.one('followUps', { _id: id }),
    followUps: ({ states, rule, limit, ...page }) =>
      reader.find<FollowUp>(
        'followUps',
        { ...older('at', page), ...(states && { state: { $in: states } }), ...(rule !== undefined && { rule }) },
        { sort: newestFirst('at'), limit },
      ),
    dueFollowUps: (accountId, now, limit) =>
      reader.find<FollowUp>(
        'followUps',
        { 'due.accountId': accountId, 'due.at': { $lte: now } },
        { sort: { 'due.at': 1, 'due.id': 1 }, limit },
      ),
    async nextFollowUp(accountId, now) {
      const next = await reader.one<FollowUp>(
        'followUps',
        { 'due.accountId': accountId, 'due.at': { $gt: now } },
        { sort: { 'due.at': 1, 'due.id': 1 } },
      );
      return next?.dueAt ?? null;
    },
    async followUpCounts(since) {
      const rows = await reader.aggregate<{ _id: Omit<FollowUpCount, 'count'>; count: number }>('followUps', [
        { $match: going(since) },
        { $group: { _id: fields('accountId', 'event', 'state', 'rule', 'variant'), count: { $sum: 1 } } },
      ]);
      return rows.map(({ _id: { rule, variant, ...same }, count }) => ({
        ...same,
        rule: rule ?? undefined,
        variant: variant ?? undefined,
        count,
      }));
    },
    async outcomeCounts(since) {
      const rows = await reader.aggregate<Outcome>('followUps', [
        { $match: { written: { $gte: since } } },
        {
          $group: {
            _id: fields('accountId', 'event', 'experiment', 'variant'),
            sent: { $sum: 1 },
            delivered: had('deliveredAt'),
            read: had('readAt'),
            replied: had('repliedAt'),
            optedOut: had('optedOutAt'),
            orderedAgain: had('orderedAgainAt'),
          },
        },
      ]);
      return rows.map(({ _id: { experiment, variant, ...kind }, ...counts }) => ({
        ...kind,
        experiment: experiment ?? undefined,
        variant: variant ?? undefined,
        ...counts,
      }));
    },
    async generationCounts(since) {
      const rows = await reader.aggregate<{ _id: 'hit' | 'miss'; count: number }>('followUps', [
        { $match: { generation: { $in: ['hit', 'miss'] }, ...going(since) } },
        { $group: { _id: '$generation', count: { $sum: 1 } } },
      ]);
      const count = (of: 'hit' | 'miss') => rows.find(({ _id }) => _id === of)?.count ?? 0;
      return { hits: count('hit'), misses: count('miss') };
    },
  };
}

type Worth = { state: NonNullable<OrderCount['state']>; amount: string; currency: string };
type Kind = Pick<OutcomeCount, 'accountId' | 'event' | 'experiment' | 'variant'>;
type Outcome = { _id: Kind } & Omit<OutcomeCount, keyof Kind>;

/** In a query: follow-ups that go on, and those that ended since then. */
const going = (since: number) => ({ $or: [{ endedAt: { $exists: false } }, { endedAt: { $gte: since } }] });

const fields = (...names: string[]) => Object.fromEntries(names.map((name) => [name, `$${name}`]));

/** Counts those with a value; what is not there is less than anything that is. */
const had = (field: string) => ({ $sum: { $cond: [{ $gt: [`$${field}`, null] }, 1, 0] } });
