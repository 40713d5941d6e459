import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ordersContract } from '../contracts/orders.ts';
import type { Json } from '../core/model.ts';
import { api } from './api/api.ts';
import { marketplace } from './marketplace/marketplace.ts';

const kit = { describe, it, expect };
const sample = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as Json;

ordersContract(
  api,
  {
    settings: { apiKey: 'orders-key-of-a-test', webhookSecret: 'orders-secret-of-a-test', shop: 'corner' },
    polled: {
      url: 'url',
      pages: [sample('api/samples/first-page'), sample('api/samples/last-page')],
      numbers: ['A-1001', 'A-1002', 'A-1003'],
    },
    called: {
      bodies: {
        'one order': sample('api/samples/order'),
        'a list': [sample('api/samples/order')],
        'a page': sample('api/samples/last-page'),
      },
      secret: 'webhookSecret',
      sign: (body, { webhookSecret }) => {
        const hex = createHmac('sha256', webhookSecret!).update(body).digest('hex');
        return { header: 'x-orders-signature', value: `sha256=${hex}` };
      },
    },
  },
  kit,
);

ordersContract(
  marketplace,
  {
    settings: { token: 'marketplace-token-of-a-test', shop: 'bazaar', country: 'KZ', currency: 'KZT' },
    polled: {
      url: 'url',
      pages: [sample('marketplace/samples/first-page'), sample('marketplace/samples/last-page')],
      numbers: ['710000001', '710000002', '710000003'],
    },
  },
  kit,
);
