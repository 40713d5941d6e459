/** Orders as a person of the business looks at them: what each shop told, what was written about it, and why something was not. Holds no number. */
import { DragomanError } from '../../core/errors.ts';
import {
  type Decision,
  type FollowUp,
  type FollowUpState,
  ORDER_EVENTS,
  type Order,
  type OrderFault,
  type OrderRecord,
} from '../../core/model.ts';
import { followUpId } from '../../core/orders/plans.ts';
import type { Page, Store } from '../../core/ports.ts';
import type { Registry } from '../registry.ts';
import { numberless } from './sells.ts';

/** What may be looked at alone, by what became of an order. */
export const SHOWS = {
  all: {},
  held: { became: ['waiting', 'held', 'running'] },
  refused: { became: ['refused'] },
  shown: { became: ['shown'] },
  sent: { became: ['sent'] },
  failed: { became: ['failed', 'unknown'] },
  faulty: { faulty: true },
} as const satisfies Record<string, { became?: readonly FollowUpState[]; faulty?: true }>;
export type Show = keyof typeof SHOWS;

/** What became of one event of an order. Times are UTC milliseconds. */
export interface BoardMessage extends Pick<FollowUp, 'event' | 'state' | 'rule' | 'reason' | 'variant' | 'at'> {
  /** When it is looked at again; null: never more by itself. */
  dueAt: number | null;
  endedAt: number | null;
  /** What the customer got, or would have got. */
  text?: string;
  /** What was said of its turn. */
  decisions: Pick<Decision, 'gate' | 'result' | 'rule' | 'reason'>[];
}

export interface BoardOrder extends Pick<OrderRecord, 'id' | 'shop' | 'number' | 'seenAt' | 'changedAt'> {
  /** The name of the account that writes about it. */
  account: string;
  /** Null: never read whole, or its customer is forgotten. */
  told: (Pick<Order, 'state' | 'placedAt' | 'items' | 'total'> & { name: string }) | null;
  fault: OrderFault | null;
  /** What was left out of it, because it could not be read. */
  omitted: OrderFault[];
  messages: BoardMessage[];
}

export interface BoardOptions {
  store: Pick<Store, 'orders' | 'followUp' | 'turn' | 'message'>;
  registry: Pick<Registry, 'account'>;
}

/** Newest first. @throws DragomanError BAD_REQUEST where nothing is called so */
export async function boardOf({ store, registry }: BoardOptions, show: string, page: Page): Promise<BoardOrder[]> {
  if (!Object.hasOwn(SHOWS, show))
    throw new DragomanError(
      'BAD_REQUEST',
      'Orders are not told apart by that word.',
      `Take one of ${Object.keys(SHOWS).join(', ')}.`,
    );
  const orders = await store.orders({ ...SHOWS[show as Show], ...page });
  return Promise.all(
    orders.map(async ({ id, shop, number, seenAt, changedAt, accountId, told, fault, omitted }) => {
      const followUps = await Promise.all(ORDER_EVENTS.map((event) => store.followUp(followUpId(id, event))));
      return {
        ...{ id, shop, number, seenAt, changedAt, account: registry.account(accountId)?.name ?? accountId },
        ...{ fault, omitted: omitted ?? [] },
        told: told && {
          ...{ state: told.state, placedAt: told.placedAt, items: told.items, total: told.total },
          name: told.customer.name ?? '',
        },
        messages: await Promise.all(followUps.filter((one) => one !== null).map((one) => messageOf(store, one, told))),
      };
    }),
  );
}

async function messageOf(store: BoardOptions['store'], followUp: FollowUp, told: Order | null): Promise<BoardMessage> {
  const { event, state, rule, reason, variant, at, dueAt, endedAt = null, turnId, messageId } = followUp;
  const [turn, message] = await Promise.all([
    turnId === null ? null : store.turn(turnId),
    messageId === null ? null : store.message(messageId),
  ]);
  return {
    ...{ event, state, rule, variant, at, dueAt, endedAt },
    reason: numberless(reason, told),
    text: numberless(message?.text, told),
    decisions: (turn?.decisions ?? []).map((decision) => ({
      ...{ gate: decision.gate, result: decision.result, rule: decision.rule },
      reason: numberless(decision.reason, told)!,
    })),
  };
}

/** The names of the accounts that orders are written about from while nothing leaves: test mode. */
export function testing({ accounts, starters }: Pick<Registry, 'accounts' | 'starters'>): string[] {
  const writing = new Set(starters().map(({ accountId }) => accountId));
  return accounts().flatMap(({ id, name, outreach }) => (outreach?.testMode && writing.has(id) ? [name] : []));
}
