import { expect, it } from 'vitest';
import registerApi from '../shops/api/plugin.ts';
import registerMarketplace from '../shops/marketplace/plugin.ts';
import { installedOrderSource, orderSources } from './plugins.ts';

const registered: { type: string }[] = [];
const RED = {
  plugins: {
    registerPlugin: (_id: string, plugin: { type: string }) => void registered.push(plugin),
    getByType: (type: string) => registered.filter((plugin) => plugin.type === type),
  },
};

it('finds the sources of orders that plugins registered', () => {
  for (const register of [registerApi, registerMarketplace]) register(RED as never);
  expect(orderSources(RED).map(({ id }) => id)).toEqual(['api', 'marketplace']);
  expect(installedOrderSource(RED, 'api')).toHaveProperty('fields.url.env', 'ORDERS_API_URL');
  expect(() => installedOrderSource(RED, 'corner')).toThrow(expect.objectContaining({ code: 'ORDER_SOURCE_MISSING' }));
});
