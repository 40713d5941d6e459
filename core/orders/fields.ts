/** Settings that every source has, because they say how an order is read. Pure data: sources and the editor's forms take them into theirs. */
import type { ChannelField } from '../ports.ts';

export const readingFields = {
  shop: { env: 'ORDERS_SHOP', default: 'shop' },
  country: { env: 'ORDERS_COUNTRY' },
  currency: { env: 'ORDERS_CURRENCY' },
  states: { env: 'ORDERS_STATES' },
} satisfies Record<string, ChannelField>;
