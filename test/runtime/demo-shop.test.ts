/** The shipped demo shop. With a shop of one's own, as here, what is ordered in it is not written about. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderDesk } from '../../core/orders/read.ts';
import type { PollPlace } from '../../core/ports.ts';
import { api } from '../../shops/api/api.ts';
import { person } from '../../web/pages/simulator/people.ts';
import { demoShop, type ToldOrders } from '../support/demo-shop.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

let bot: Dragoman;
let shop: ReturnType<typeof demoShop>;
beforeAll(async () => {
  const env = { OPENAI_API_KEY: undefined, ORDERS_API_URL: 'http://127.0.0.1:9/orders' };
  bot = await startDragoman({ env });
  shop = demoShop(bot);
}, 60_000);
afterAll(() => bot.stop());

it('shows what was ordered, whatever a form says, in both languages', async () => {
  const number = await shop.order('+1 212 555 0111', { name: '<img src=x onerror=alert(1)>', 'q-kettle': '1e9' });
  for (const query of ['', '?lang=en', '?lang=ru', '?lang=<b>&said=<b>', '?lang=a&lang=b', '?said[a]=b']) {
    const shown = await shop.page(query);
    expect(shown).toContain(number);
    expect(shown).toContain('&lt;img');
    expect(shown).not.toMatch(/<img|<b>|\{\{|undefined/);
  }
  expect(await shop.page()).toContain('9 × Kettle');
  for (const state of ['lost', 'toString', 'delivered', 'cancelled']) await shop.becomes(number, state);
  await shop.becomes('constructor', 'delivered');
  expect((await shop.list()).orders[0]).toMatchObject({ number, state: 'delivered' });
  expect((await bot.engine.store.followUps({ limit: 1 })).length).toBe(0);
});

it('allows the page its own style and forms, and nothing else', async () => {
  const { headers } = await fetch(shop.at(''));
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
  );
  const style = await fetch(shop.at('/shop.css'));
  expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
});

it('suggests a customer whom the simulator plays', async () => {
  const shown = await shop.page();
  expect(shown.replace(/\D/g, '')).toContain(person(3).whatsapp);
  expect(shown).toContain('account&#x3D;account-orders-waha&amp;person&#x3D;3');
});

it('says after an order without consent that nobody is written to', async () => {
  const order = async (more: Record<string, string>) => {
    const form = { 'q-bowl': '1', phone: '+12125550111', ...more };
    const { headers } = await shop.post('/orders', form);
    return (await fetch(new URL(headers.get('location')!, bot.runtime.url))).text();
  };
  expect(await order({})).toContain('The order is placed, but nobody will be written to: the box for consent was not');
  expect(await order({ lang: 'ru' })).toContain('Заказ принят, но покупателю ничего не напишут');
  const asked = await order({ consent: 'yes' });
  expect(asked).toContain('The order is placed.');
  expect(asked).not.toContain('nobody will be written to');
});

it.each([
  ['of English and of no language', { 'accept-language': 'en-GB,en;q=0.9,ru;q=0.5' }, '', 'en'],
  ['of Russian', { 'accept-language': 'ru-RU,ru;q=0.9,en;q=0.8' }, '', 'ru'],
  ['of a language that it has not', { 'accept-language': 'es-ES' }, '', 'en'],
  ['of one language, with the other chosen', { 'accept-language': 'ru' }, '?lang=en', 'en'],
])(
  'speaks to a browser %s its language, and says of which zone its times are',
  async (_name, headers, query, language) => {
    await shop.order('+1 212 555 0111');
    const shown = await (await fetch(shop.at(query), { headers })).text();
    expect(shown).toContain(`<html lang="${language}">`);
    expect(shown).toMatch(/<p class="hint"><bdi>Ivan<\/bdi>[^\n]*GMT(\+|&#43;|&#x2B;)5/);
  },
);

it('takes no order of nothing', async () => {
  const before = (await shop.list()).orders.length;
  const forms: Record<string, string>[] = [
    {},
    { phone: '+12125550111' },
    { 'q-kettle': '1' },
    { 'q-kettle': '-1', phone: '+12125550111' },
  ];
  for (const form of forms) {
    const answer = await shop.post('/orders', form);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/demo-shop?lang=en&said=empty']);
  }
  expect((await shop.list()).orders.length).toBe(before);
});

it('tells its orders in pages with an ETag, and keeps the last 200 under numbers that come once', async () => {
  const place = (n: number) =>
    shop.post('/orders', { 'q-bowl': '1', phone: `+1212555${n}`, name: 'x'.repeat(999), consent: 'yes' });
  for (let n = 1_000; n < 1_210; n += 10) await Promise.all(Array.from({ length: 10 }, (_, at) => place(n + at)));
  const numbers: string[] = [];
  const etags = new Set<string | null>();
  for (let next: string | null = ''; next !== null; ) {
    const answer: Response = await fetch(shop.at(`/api/orders${next && `?cursor=${next}`}`));
    etags.add(answer.headers.get('etag'));
    const told = (await answer.json()) as ToldOrders;
    numbers.push(...told.orders.map(({ number }) => number));
    next = told.next;
  }
  expect([numbers.length, new Set(numbers).size, etags.size]).toEqual([200, 200, 1]);
  expect((await shop.list()).orders[0]!.customer.name).toHaveLength(60);
  const get = (query: string, headers = {}) => fetch(shop.at(`/api/orders${query}`), { headers });
  expect((await get('', { 'if-none-match': [...etags][0]! })).status).toBe(304);
  expect((await get('?cursor=1')).status).toBe(410);
});

it('is read whole by the source that an order-in asks with', async () => {
  const { readPhone } = await bot.engine.phoneBook();
  const settings = { url: shop.at('/api/orders'), shop: 'demo' };
  const desk = orderDesk(settings, { now: Date.now, readPhone });
  const poll = (at: PollPlace) => api.poll!(at, settings, desk, AbortSignal.timeout(10_000));
  let place: PollPlace = { cursor: null, mark: null };
  let read = 0;
  do {
    const polled = await poll(place);
    if (!polled.ok) throw new Error(polled.fault.message);
    for (const one of polled.orders)
      expect(one).toMatchObject({ ok: true, order: { consent: { where: '/demo-shop' } } });
    read += polled.orders.length;
    place = polled.place;
  } while (place.cursor);
  expect(read).toBe(200);
  expect(await poll(place)).toMatchObject({ ok: true, orders: [] });
});

it.each([
  ['another host name', { host: 'evil.example' }],
  ['a forwarded request', { 'x-forwarded-for': '203.0.113.9' }],
  ['a page of another site', { origin: 'https://evil.example' }],
])('refuses %s', async (_name, headers) => {
  for (const path of ['/demo-shop', '/demo-shop/', '/Demo-Shop', '/demo-shop/api/orders', '/demo-shop/orders'])
    expect(await statusOf(path, headers)).toBe(403);
});

/** By hand, because `fetch` sets the host itself. */
function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: bot.runtime.port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on('error', reject);
    sent.end();
  });
}
