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
  /** The message in which he said it. */
  messageId?: string;
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

/** An order as it was last told, or what is wrong with it. Never pruned before its follow-ups. */
export interface OrderRecord {
  /** `shop/number`. */
  id: string;
  shop: string;
  number: string;
  /** As it was last read whole; null while none was. */
  told: Order | null;
  /** Of what was last told: what comes again unchanged is known by it. */
  digest: string;
  /** What is wrong with what was last told; null: nothing. */
  fault: OrderFault | null;
  /** What could not be read of it and is left out of `told`: a price, a proof of consent; null: nothing. */
  omitted: OrderFault[] | null;
  /** Of an order that was first told in its shop's first round: since when the shop is known. What happened before is old; null: nothing is. */
  since: number | null;
  /** IANA names of all zones in which the customer may be. */
  zones: string[];
  /** The account that writes about it, and the node at which the turns begin. */
  accountId: string;
  nodeId: string;
  /** Null until it was written about. */
  contactId: string | null;
  seenAt: number;
  changedAt: number;
}

/**
 * `waiting` and `held`: until `dueAt`. `running`: a turn is asked for, or goes on. `shown`: test mode, nothing left. `drafted`: waits for a
 * person's approval. `old`: it had happened before the shop was known. The last six never change but by a person.
 */
export const FOLLOW_UP_STATES = [
  'waiting',
  'held',
  'running',
  'sent',
  'failed',
  'unknown',
  'drafted',
  'shown',
  'refused',
  'old',
] as const;
export type FollowUpState = (typeof FOLLOW_UP_STATES)[number];

/** What became of writing about one event of one order. Made once for ever. */
export interface FollowUp {
  /** `shop/number/event`. */
  id: string;
  orderId: string;
  event: OrderEvent;
  accountId: string;
  nodeId: string;
  conversationId: string | null;
  state: FollowUpState;
  /** Why it is held, refused or failed: a rule, and a sentence. */
  rule?: string;
  reason?: string;
  /** When it is to be looked at; null: never more by itself. */
  dueAt: number | null;
  turnId: string | null;
  messageId: string | null;
  /** Which wording the customer got, where several are tried, and the experiment's name. */
  variant?: string;
  experiment?: string;
  /** Whether a model's words were found in the cache; absent where none was to be asked. */
  generation?: 'hit' | 'miss';
  /** What showed that he agreed, when it was last begun. */
  proof?: Consent;
  /** When the event happened, by our clock. */
  at: number;
  endedAt?: number;
  /** When the platform told first that it arrived, and that it was read; by our clock. */
  deliveredAt?: number;
  readAt?: number;
  /** What the customer did first after it: answered, said that he wants no more, ordered once more. */
  repliedAt?: number;
  optedOutAt?: number;
  orderedAgainAt?: number;
}

/** What is known of a shop: where its polls are, and since when it is known. */
export interface Shop {
  /** The node that asks, with the shop that it asks. */
  id: string;
  cursor: string | null;
  mark: string | null;
  /** When it was first asked; what happened before is old. */
  since: number;
  /** Its first round is over. */
  known: boolean;
}

/** How often a person was written to without asking; a cap of his, over all accounts. */
export interface Outreach {
  /** The oldest contact that is he. */
  id: string;
  sent: number;
  lastAt: number;
  /** The message that was counted last, and what `lastAt` was before: given back when it is not sent. */
  counted: { messageId: string; before: number } | null;
}

/** A number that an account writes unasked from, and how new it is to that. */
export interface Sender {
  /** Of the account and what its settings tell of the number. */
  id: string;
  /** On which it wrote. */
  days: number;
  /** When it first wrote on the last of them; 0: that day is given back. */
  lastAt: number;
  /** A hash of the phone behind it; null until the platform told. */
  phone: string | null;
}
