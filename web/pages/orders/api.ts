/** What the page asks for. The server is `node-red/server/routes/orders.ts`. Times are UTC milliseconds. */
import type { Decision, FollowUp, Order, OrderFault } from '../../../core/model.ts';
import { api } from '../../api.ts';

export const SHOWS = ['all', 'held', 'refused', 'shown', 'sent', 'failed', 'faulty'] as const;
export type Show = (typeof SHOWS)[number];

export interface BoardMessage extends Pick<FollowUp, 'event' | 'state' | 'rule' | 'reason' | 'variant' | 'at'> {
  /** When it is looked at again; null: never more by itself. */
  dueAt: number | null;
  endedAt: number | null;
  /** What the customer got, or would have got. */
  text?: string;
  decisions: Pick<Decision, 'gate' | 'result' | 'rule' | 'reason'>[];
}

export interface BoardOrder {
  id: string;
  shop: string;
  number: string;
  seenAt: number;
  changedAt: number;
  account: string;
  /** Null: never read whole, or its customer is forgotten. */
  told: (Pick<Order, 'state' | 'placedAt' | 'items' | 'total'> & { name: string }) | null;
  fault: OrderFault | null;
  omitted: OrderFault[];
  messages: BoardMessage[];
}

export interface Figures {
  /** 0: since the beginning. */
  since: number;
  sent: number;
  failed: number;
  unknown: number;
  shown: number;
  waiting: number;
  /** By rule. */
  blocked: Record<string, number>;
  held: Record<string, number>;
  /** When somebody switched everything off; 0: nobody did. */
  stoppedAt: number;
}

/** What holds for all orders. */
export interface State {
  figures: Figures;
  /** Names of the accounts in test mode. */
  testing: string[];
  /** Where the demo shop is; absent where there is none. */
  demoShop?: string;
}

/** Behind the order that has this time and id. */
export interface Place {
  before: number;
  beforeId: string;
}

/** Orders on a page. */
export const LIMIT = 20;

/** Newest first. */
export const orders = (show: Show, place?: Place) =>
  api<{ orders: BoardOrder[] }>(
    `/orders/board?${new URLSearchParams({
      show,
      limit: String(LIMIT),
      ...(place && { before: String(place.before), beforeId: place.beforeId }),
    })}`,
  ).then((board) => board.orders);

/** Counts all that was ever written about, so it is dearer than a page of orders. */
export const state = () => api<State>('/orders/state');

export const switchOutreach = (off: boolean) => api<Figures>('/outreach/switch', { body: { off } });
