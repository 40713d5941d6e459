/** An order of a shop, what happened to it, and what became of the message about that. */

/** What a shop's own words for the state of an order mean to us. A cancelled or returned order is nothing to write about. */
export type OrderState = 'placed' | 'shipped' | 'delivered' | 'cancelled';

/** What is written about, in the order in which it happens: the later one overtakes what still waits to be said of the earlier. */
export const ORDER_EVENTS = ['POST_PURCHASE', 'ORDER_DELIVERED'] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

export interface OrderItem {
  name: string;
  quantity: number;
}

export interface Money {
  /** A decimal number as the shop gave it, with a point: `1234.50`. */
  amount: string;
  /** ISO 4217. */
  currency: string;
}

/** That somebody agreed to be written to, and how it is known. */
export interface Consent {
  at: number;
  /** The page, form or conversation. */
  where: string;
  /** What he agreed to, as it was shown to him or as he said it. */
  words: string;
}

export interface Order {
  /** The shop: two sources of one shop give the same. */
  shop: string;
  /** Unique in the shop. */
  number: string;
  state: OrderState;
  /** UTC milliseconds by the shop's clock. */
  placedAt: number;
  /** When it came into its state, by the same clock; absent where the shop does not tell. */
  changedAt?: number;
  customer: {
    name?: string;
    /** E.164, with the plus. */
    phone: string;
    /** ISO 639-1. */
    language?: string;
    /** IANA name. */
    timezone?: string;
  };
  items: OrderItem[];
  total?: Money;
  consent?: Consent;
  /** What else the shop tells, as short texts for templates: `deliveryDate`, `trackingUrl`. */
  fields: Record<string, string>;
}

/** Why an order cannot be written about, and what to do. */
export interface OrderFault {
  code: string;
  message: string;
  action: string;
}
