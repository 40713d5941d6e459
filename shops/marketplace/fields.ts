/** What a marketplace's shop is configured with. Pure data: the source and the editor's form read it. */
import { readingFields } from '../../core/orders/fields.ts';
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  url: { env: 'MARKETPLACE_URL', default: 'https://kaspi.kz/shop/api/v2/orders' },
  token: { env: 'MARKETPLACE_TOKEN', secret: true },
  cookie: { env: 'MARKETPLACE_COOKIE', secret: true },
  loginUrl: { env: 'MARKETPLACE_LOGIN_URL' },
  user: { env: 'MARKETPLACE_USER' },
  password: { env: 'MARKETPLACE_PASSWORD', secret: true },
  ...readingFields,
  country: { ...readingFields.country, default: 'KZ' },
  currency: { ...readingFields.currency, default: 'KZT' },
} satisfies Record<string, ChannelField>;
