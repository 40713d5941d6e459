import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/model.ts';
import type { OrderSettings, PollPlace } from '../../core/ports.ts';
import { deskOf, NOW, numbersOf, openShop, placeOf, pollOf, type Shop } from '../testing.ts';
import { api } from './api.ts';

const order = (number: string, change: Record<string, Json> = {}): Json => ({
  number,
  state: 'placed',
  placed_at: '2026-05-31T14:05:00Z',
  customer: { phone: '+77001112233' },
  ...change,
});
const KEY = 'a-key-that-nobody-may-see';
const at = ({ url }: Shop, path = '/orders') => pollOf(api, { url: url + path, apiKey: KEY });

describe('a round', () => {
  it('goes by words, with the key and the query of the address', async () => {
    const pages: Json[] = [
      { orders: [order('1')], next: 'a b/c' },
      { orders: [order('2')], cursor: 7 },
      { orders: [] },
    ];
    await using shop = await openShop((_request, index) => ({ json: pages[index]! }));
    const poll = at(shop, '/orders?since=may');
    const first = await poll();
    const second = await poll(placeOf(first));
    const third = await poll(placeOf(second));
    expect([first, second, third].flatMap(numbersOf)).toEqual(['1', '2']);
    expect(placeOf(third).cursor).toBeNull();
    expect(shop.asked.map(({ query }) => query)).toEqual([
      { since: 'may' },
      { since: 'may', cursor: 'a b/c' },
      { since: 'may', cursor: '7' },
    ]);
    expect(shop.asked.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    expect(shop.asked.every(({ headers }) => headers['x-api-key'] === KEY)).toBe(true);
  });

  it('goes by links of its own host, whole or not', async () => {
    const links = ['/more?page=2', '?page=3', undefined];
    await using shop = await openShop((_request, index) => ({
      json: { orders: [order(String(index))], next: index === 1 ? `${shop.url}/last` : (links[index] ?? null) },
    }));
    const poll = at(shop);
    const places = [placeOf(await poll())];
    for (let page = 0; page < 2; page++) places.push(placeOf(await poll(places.at(-1))));
    expect(shop.asked.map(({ path }) => path)).toEqual(['/orders', '/more', '/last']);
    expect(places.at(-1)!.cursor).toBeNull();
  });

  it('reads a bare list, and lists what is wrong with an order beside the others', async () => {
    await using shop = await openShop(() => ({ json: [order('1'), order('2', { state: 'odd' }), null, order('4')] }));
    expect(numbersOf(await at(shop)())).toEqual(['1', 'ORDER_STATE_UNKNOWN', 'ORDER_UNREADABLE', '4']);
  });

  it.each(['http://127.0.0.1:9/orders', 'https://evil.example/', '//evil.example/', 'HTTPS://evil.example'])(
    'never follows a page to %s',
    async (next) => {
      await using shop = await openShop(() => ({ json: { orders: [order('1')], next } }));
      expect(numbersOf(await at(shop)())).toEqual(['SHOP_UNREADABLE']);
    },
  );

  it('tells pages that go in a circle', async () => {
    await using shop = await openShop(() => ({ json: { orders: [order('1')], next: 'again' } }));
    const poll = at(shop);
    const second = await poll(placeOf(await poll()));
    expect(numbersOf(second)).toEqual(['SHOP_UNREADABLE']);
  });

  it.each([400, 404, 410, 422])('begins anew where a page in its middle is gone (%s)', async (status) => {
    await using shop = await openShop((_request, index) =>
      index === 0 ? { json: { orders: [order('1')], next: 'two' } } : { status },
    );
    const poll = at(shop);
    expect(await poll(placeOf(await poll()))).toMatchObject({ ok: false, restart: true });
    expect(await poll()).not.toHaveProperty('restart');
  });

  it('begins anew where its address was changed meanwhile, and with a place that is none of ours', async () => {
    await using shop = await openShop(() => ({ json: { orders: [order('1')] } }));
    const elsewhere = { cursor: JSON.stringify({ next: 'http://old.example/2', mark: null }), mark: null };
    expect(await at(shop)(elsewhere)).toMatchObject({ ok: false, restart: true });
    for (const cursor of ['', '{', '[]', 'null', '{"next":4}'])
      expect(numbersOf(await at(shop)({ cursor, mark: null }))).toEqual(['1']);
  });

  it('keeps its place over a refusal in its middle', async () => {
    await using shop = await openShop((_request, index) =>
      index === 1 ? { status: 401 } : { json: { orders: [order(String(index))], ...(index === 0 && { next: 'two' }) } },
    );
    const poll = at(shop);
    const place = placeOf(await poll());
    const refused = await poll(place);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'SHOP_REFUSED' }, retryAfterMs: 900_000 });
    expect(refused).not.toHaveProperty('restart');
    expect(numbersOf(await poll(place))).toEqual(['2']);
    expect(shop.asked.map(({ query }) => query.cursor)).toEqual([undefined, 'two', 'two']);
  });
});

describe('an ETag', () => {
  /** Gives what each page has; 304 where the first page's is asked back. */
  const tagged = (etags: (string | undefined)[], first: Json = order('1')) =>
    openShop(({ headers, query }) => {
      const page = Number(query.cursor ?? 0);
      if (headers['if-none-match'] && headers['if-none-match'] === etags[0]) return { status: 304 };
      const more = page + 1 < etags.length && { next: String(page + 1) };
      return {
        json: { orders: [page === 0 ? first : order(String(page))], ...more },
        ...(etags[page] && { headers: { etag: etags[page] } }),
      };
    });
  const round = async (shop: Shop, mark: string | null = null, settings: OrderSettings = {}) => {
    const poll = pollOf(api, { url: `${shop.url}/orders`, ...settings });
    const read: string[] = [];
    let place: PollPlace = { cursor: null, mark };
    do {
      const polled = await poll(place);
      read.push(...numbersOf(polled));
      place = placeOf(polled);
      if (place.cursor !== null) expect(place.mark).toBe(mark);
    } while (place.cursor !== null);
    return { mark: place.mark, read };
  };

  it.each([
    ['of one page', ['"v1"'], true],
    ['that is the same on all pages', ['W/"v1"', 'W/"v1"', 'W/"v1"'], true],
    ['of each page’s bytes', ['"a"', '"b"'], false],
    ['of the first page only', ['"a"', undefined], false],
    ['of the last page only', [undefined, '"b"'], false],
  ])('%s is asked back: %s, %s', async (_what, etags, counts) => {
    await using shop = await tagged(etags);
    const { mark, read } = await round(shop);
    expect(read.length).toBe(etags.length);
    const again = await round(shop, mark);
    expect(again).toEqual({ mark, read: counts ? [] : read });
    expect(shop.asked.at(-1)!.headers['if-none-match']).toBe(counts ? etags[0] : undefined);
  });

  it('of an older list is replaced', async () => {
    await using before = await tagged(['"v1"']);
    const { mark } = await round(before);
    await using shop = await tagged(['"v2"', '"v2"']);
    const other = await round(shop, mark);
    expect(other.read).toEqual(['1', '1']);
    expect(other.mark).not.toBe(mark);
  });

  it('does not hide an order whose word was given a meaning meanwhile', async () => {
    await using shop = await tagged(['"v1"'], order('1', { state: 'ready' }));
    const { mark, read } = await round(shop);
    expect(read).toEqual(['ORDER_STATE_UNKNOWN']);
    expect((await round(shop, mark)).read).toEqual([]);
    expect((await round(shop, mark, { states: 'ready=placed' })).read).toEqual(['1']);
  });

  it('does not hide an order whose date is still to come', async () => {
    await using shop = await tagged(['"v1"'], order('1', { placed_at: NOW + 2 * 86_400_000 }));
    expect(await round(shop)).toEqual({ mark: null, read: ['ORDER_DATE_AHEAD'] });
  });

  it('that was not asked back cannot be the same', async () => {
    await using shop = await openShop(() => ({ status: 304 }));
    for (const mark of [null, '"v1"', 'x "v1"'])
      expect(numbersOf(await at(shop)({ cursor: null, mark }))).toEqual(['SHOP_UNREADABLE']);
  });
});

it('is to be asked where it has an address', () => {
  expect(api.polls!({ url: 'https://shop.example/orders' })).toBe(true);
  expect(api.polls!({})).toBe(false);
  expect(api.polls!({ url: '' })).toBe(false);
});

it('tells how far the shop’s clock is ahead', async () => {
  const date = new Date(NOW + 300_000).toUTCString();
  await using shop = await openShop(() => ({ json: [], headers: { date } }));
  expect(await at(shop)()).toMatchObject({ clockAheadMs: 300_000 });
  await using silent = await openShop(() => (res) => {
    res.sendDate = false;
    res.end('[]');
  });
  expect(await at(silent)()).toMatchObject({ clockAheadMs: 0 });
});

describe('a call', () => {
  const settings = { webhookSecret: 'a-secret-of-a-test' };
  const body = new TextEncoder().encode(JSON.stringify(order('1')));
  const verify = (signature: string | undefined, secret = settings.webhookSecret) =>
    api.verify!(
      { method: 'POST', path: '/', query: {}, headers: { 'x-orders-signature': signature }, body },
      { webhookSecret: secret },
    );
  const hex = createHmac('sha256', settings.webhookSecret).update(body).digest('hex');

  it('is verified over its bytes', () => {
    expect(verify(`sha256=${hex}`)).toEqual({ ok: true, signed: true });
    expect(verify(`SHA256=${hex.toUpperCase()}`)).toEqual({ ok: true, signed: true });
    for (const wrong of [
      undefined,
      '',
      hex,
      `sha1=${hex}`,
      `sha256=${'0'.repeat(64)}`,
      `sha256=${hex}0`,
      `sha256= ${hex}`,
    ])
      expect(verify(wrong)).toMatchObject({ ok: false, status: 401 });
    expect(verify(undefined, '')).toEqual({ ok: true, signed: false });
  });

  it('brings one order, a list or a page', async () => {
    const parse = async (json: Json) =>
      (await api.parse!(json, settings, deskOf())).map((read) => (read.ok ? read.order.number : read.fault.code));
    expect(await parse(order('1'))).toEqual(['1']);
    expect(await parse([order('1'), order('2')])).toEqual(['1', '2']);
    expect(await parse({ orders: [order('1'), 4, order('3')] })).toEqual(['1', 'ORDER_UNREADABLE', '3']);
    expect(await parse([])).toEqual([]);
    expect(await parse({ orders: 4 })).toEqual(['ORDER_NUMBER_MISSING']);
  });
});
