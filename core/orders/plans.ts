/** Orders come in, and what is to be written about them is made of it. Plans for the store. */
import type { FollowUp, Order, OrderEvent, OrderFault, OrderRecord, Shop } from '../model.ts';
import type { Plan, ReadOrder, Records } from '../ports.ts';
import { noteOrderedAgain } from './answers.ts';

export const orderId = (shop: string, number: string): string => `${shop}/${number}`;
export const followUpId = (order: string, event: OrderEvent): string => `${order}/${event}`;

/** In place of a digest: its customer is forgotten, and nothing more is taken in of it. */
export const FORGOTTEN = 'forgotten';

/** One order of an answer as it is taken in; what needs more than core is made already. */
export interface Taken {
  read: ReadOrder;
  /** Of what was told: what comes again unchanged is known by it. */
  digest: string;
  /** IANA names of all zones in which the customer may be. */
  zones: string[];
}

export interface TakeOptions {
  shop: string;
  accountId: string;
  nodeId: string;
  now: number;
  /** How far the shop's clock is before ours; milliseconds. */
  clockAheadMs: number;
  /** Since when the shop is known; what happened before, and is told in the first round, is old. Null: it calls us, so all is news. */
  since: number | null;
}

export interface TakeResult {
  /** Ids of follow-ups that are to be looked at. */
  due: string[];
  /** Orders that are not as they were, with something wrong now. */
  faulty: string[];
  changed: number;
}

/** What an order's state tells has happened, by the shop's clock. */
function eventsOf({ state, placedAt, changedAt }: Order, options: TakeOptions): { event: OrderEvent; at: number }[] {
  if (state === 'cancelled') return [];
  const placed = { event: 'POST_PURCHASE', at: placedAt } as const;
  if (state !== 'delivered') return [placed];
  // A shop that tells no time of it: what it has already when it becomes known is as old as the order, anything else is new.
  const seen = options.since === null ? options.now + options.clockAheadMs : placedAt;
  return [placed, { event: 'ORDER_DELIVERED', at: changedAt ?? seen }];
}

/** Takes in some orders. A repeat, and a state gone back, change nothing more: each event of each order is written down once for ever. */
export const takeOrders =
  (taken: Taken[], options: TakeOptions): Plan<TakeResult> =>
  (records) => {
    const result: TakeResult = { due: [], faulty: [], changed: 0 };
    for (const one of taken) takeOne(records, one, options, result);
    return result;
  };

function takeOne(records: Records, taken: Taken, options: TakeOptions, result: TakeResult): void {
  const { read, digest, zones } = taken;
  const { shop, now, accountId, nodeId } = options;
  const number = read.ok ? read.order.number : read.number;
  const id = orderId(shop, number);
  const before = records.order(id);
  if (before?.digest === digest || before?.digest === FORGOTTEN) return;
  result.changed++;
  const fault: OrderFault | null = read.ok ? null : read.fault;
  const whole = read.ok && { told: read.order, zones, omitted: read.omitted ?? null };
  const patch = { digest, fault, changedAt: now, ...whole };
  // What could not be read in the first round is no news once it can.
  const since = options.since ?? (before?.told === null ? before.since : null);
  if (before) records.updateOrder(id, patch);
  else {
    const fresh: OrderRecord = {
      ...{ id, shop, number, accountId, nodeId, contactId: null, seenAt: now, since },
      ...{ told: null, zones: [], omitted: null },
      ...patch,
    };
    records.insertOrder(fresh);
  }
  if (!read.ok) {
    result.faulty.push(id);
    return;
  }
  const placedAt = Math.min(read.order.placedAt - options.clockAheadMs, now);
  const isNews = !before?.told && read.order.state !== 'cancelled' && placedAt >= (since ?? 0);
  if (isNews) noteOrderedAgain(records, id, read.order.customer.phone, placedAt);
  for (const { event, at } of eventsOf(read.order, { ...options, since })) {
    const happened = Math.min(at - options.clockAheadMs, now);
    const old = since !== null && happened < since;
    const followUp: FollowUp = {
      ...{ id: followUpId(id, event), orderId: id, event, accountId, nodeId, at: happened },
      ...{ conversationId: null, turnId: null, messageId: null },
      ...(old
        ? { state: 'old', dueAt: null, endedAt: now, reason: 'It had happened before this shop was known.' }
        : { state: 'waiting', dueAt: now }),
    };
    if (records.insertFollowUp(followUp) && !old) result.due.push(followUp.id);
  }
}

/** Where a shop's polls are. @returns as it is then */
export const openShop =
  (id: string, now: number): Plan<Shop> =>
  (records) => {
    const known = records.shop(id);
    if (known) return known;
    const shop: Shop = { id, cursor: null, mark: null, since: now, known: false };
    records.putShop(shop);
    return shop;
  };

/** The shop knows the page that was to be next no more: the round begins anew. */
export const beginRound =
  (id: string): Plan<void> =>
  (records) => {
    const shop = records.shop(id);
    if (shop?.cursor) records.putShop({ ...shop, cursor: null });
  };

/** A page is taken in: the next poll goes on behind it. */
export const turnPage =
  (id: string, place: { cursor: string | null; mark: string | null }): Plan<void> =>
  (records) => {
    const shop = records.shop(id);
    if (!shop) return;
    const after = { ...shop, ...place, known: shop.known || place.cursor === null };
    if (JSON.stringify(after) !== JSON.stringify(shop)) records.putShop(after);
  };
