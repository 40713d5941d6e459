/** The shipped demo shop, as a browser without scripts uses it. */
import { expect } from 'vitest';
import type { Dragoman } from './dragoman.ts';

/** What its API tells. */
export interface ToldOrders {
  orders: { number: string; state: string; customer: { phone: string; name: string } }[];
  next: string | null;
}

export function demoShop(bot: Dragoman) {
  const at = (path: string) => `${bot.runtime.url}/demo-shop${path}`;
  const post = (path: string, form: Record<string, string>) =>
    fetch(at(path), { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
  const list = async () => (await (await fetch(at('/api/orders'))).json()) as ToldOrders;
  return {
    ...{ at, post, list },
    page: async (query = '') => (await fetch(at(query))).text(),
    /** @returns the order's number */
    async order(phone: string, more: Record<string, string> = {}): Promise<string> {
      const form = { lang: 'en', 'q-kettle': '1', 'q-bowl': '2', name: 'Ivan', phone, language: 'en', consent: 'yes' };
      const filled = { ...form, ...more };
      const answer = await post('/orders', filled);
      const said = filled.consent === 'yes' ? 'taken' : 'unasked';
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `/demo-shop?lang=en&said=${said}#orders`]);
      return (await list()).orders[0]!.number;
    },
    becomes: (number: string, state: string) => post(`/orders/${number}/state`, { lang: 'en', state }),
  };
}
