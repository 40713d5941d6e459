/** What a shop sold, and what its customers were written about it. Holds nobody's name or number. */
import { DragomanError } from '../../core/errors.ts';
import {
  type FollowUpState,
  type Money,
  ORDER_EVENTS,
  type OrderEvent,
  type OrderFault,
  type OrderItem,
  type OrderRecord,
} from '../../core/model.ts';
import { followUpId } from '../../core/orders/plans.ts';
import { sumOf } from '../../core/orders/sum.ts';
import type { Store } from '../../core/ports.ts';
import type { Registry } from '../registry.ts';

/** What became of writing about one event of an order. */
export interface SoldMessage {
  state: FollowUpState;
  rule?: string;
  reason?: string;
  variant?: string;
  /** When its turn is, or was; ISO 8601. */
  at: string | null;
}

export interface Sold {
  number: string;
  /** Null: it was never read whole, or its customer is forgotten. */
  state: string | null;
  placedAt: string | null;
  changedAt: string | null;
  items: OrderItem[];
  total: Money | null;
  fault: OrderFault | null;
  /** What is left out of it, because it could not be read. */
  omitted: OrderFault[];
  messages: Partial<Record<OrderEvent, SoldMessage>>;
}

export interface Sells {
  shop: string;
  count: number;
  /** How many by state; `unreadable`: never read whole, or forgotten. */
  states: Record<string, number>;
  /** By currency and state. Exact decimal numbers. */
  sums: Record<string, Record<string, string>>;
  /** The newest. */
  orders: Sold[];
}

const NEWEST = 100;

export interface SellsOptions {
  store: Pick<Store, 'orders' | 'orderCounts' | 'followUp'>;
  registry: Pick<Registry, 'starters'>;
}

/** @throws DragomanError NOT_FOUND where neither an order nor a node of the flows has this shop */
export async function sellsOf({ store, registry }: SellsOptions, shop: string): Promise<Sells> {
  const counts = await store.orderCounts(shop);
  if (counts.length === 0 && !registry.starters().some((one) => one.source?.().shop === shop))
    throw new DragomanError(
      'NOT_FOUND',
      `There is no shop "${shop}".`,
      'Take the word of the shop in its order-in node.',
    );
  const states: Sells['states'] = {};
  const prices: Record<string, Record<string, { amount: string; count: number }[]>> = {};
  for (const { state, total, count } of counts) {
    states[state ?? UNREADABLE] = (states[state ?? UNREADABLE] ?? 0) + count;
    if (!total || !state) continue;
    prices[total.currency] ??= {};
    prices[total.currency]![state] ??= [];
    prices[total.currency]![state]!.push({ amount: total.amount, count });
  }
  const sums = Object.fromEntries(
    Object.entries(prices).map(([currency, by]) => [
      currency,
      Object.fromEntries(Object.entries(by).map(([state, amounts]) => [state, sumOf(amounts)])),
    ]),
  );
  const newest = await store.orders({ shop, limit: NEWEST });
  const orders = await Promise.all(newest.map((record) => soldOf(store, record)));
  const count = counts.reduce((sum, one) => sum + one.count, 0);
  return { shop, count, states, sums, orders };
}

const UNREADABLE = 'unreadable';

async function soldOf(store: SellsOptions['store'], { id, number, told, ...wrong }: OrderRecord): Promise<Sold> {
  const messages: Sold['messages'] = {};
  for (const event of ORDER_EVENTS) {
    const found = await store.followUp(followUpId(id, event));
    if (!found) continue;
    const { state, rule, reason, variant, dueAt, endedAt } = found;
    messages[event] = { state, rule, reason: numberless(reason, told), variant, at: isoOf(dueAt ?? endedAt) };
  }
  const { state = null, placedAt, changedAt, items = [], total = null } = told ?? {};
  const { fault, omitted } = wrong;
  return {
    ...{ number, state, placedAt: isoOf(placedAt), changedAt: isoOf(changedAt), items, total },
    ...{ fault, omitted: omitted ?? [], messages },
  };
}

/** Words without the customer's number, however it is written: a platform may quote the number that it could not reach. */
export function numberless(words: string | undefined, told: OrderRecord['told']): string | undefined {
  const digits = told?.customer.phone.replace(/\D/g, '');
  return digits ? words?.replace(new RegExp(`${[...digits].join('[\\s().-]{0,3}')}`, 'g'), '…') : words;
}

/** ISO 8601; null where there is no time. */
export const isoOf = (at: number | null | undefined): string | null => (at ? new Date(at).toISOString() : null);

/**
 * Which shop has an order of this number.
 * @throws DragomanError NOT_FOUND; BAD_REQUEST where several have
 */
export async function shopWith(store: Pick<Store, 'orders'>, number: string): Promise<string> {
  const [first, ...others] = await store.orders({ number, limit: 9 });
  if (!first)
    throw new DragomanError('NOT_FOUND', `There is no order ${number}.`, 'List the orders with "dragoman orders".');
  if (others.length > 0)
    throw new DragomanError(
      'BAD_REQUEST',
      `Several shops have an order ${number}: ${[first, ...others].map(({ shop }) => shop).join(', ')}.`,
      `Say which one: ?shop=${first.shop}.`,
    );
  return first.shop;
}
