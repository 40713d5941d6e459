/** What a shop that speaks our JSON is configured with. Pure data: the source and the editor's form read it. */
import { readingFields } from '../../core/orders/fields.ts';
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  url: { env: 'ORDERS_API_URL' },
  apiKey: { env: 'ORDERS_API_KEY', secret: true },
  webhookSecret: { env: 'ORDERS_WEBHOOK_SECRET', secret: true, made: true },
  ...readingFields,
} satisfies Record<string, ChannelField>;
