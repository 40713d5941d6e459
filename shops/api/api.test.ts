import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/model.ts';
import { BEGINNING, deskOf, NOW, numbersOf, openShop, placeOf, pollOf, type Shop } from '../testing.ts';
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
  it('is asked back, and 304 ends the round', async () => {
    await using shop = await openShop(({ headers }) =>
      headers['if-none-match'] === '"v1"'
        ? { status: 304, headers: { etag: '"v1"' } }
        : { json: [order('1')], headers: { etag: '"v1"' } },
    );
    const place = placeOf(await at(shop)());
    expect(place).toEqual({ cursor: null, mark: '"v1"' });
    expect(await at(shop)(place)).toMatchObject({ ok: true, orders: [], place });
  });

  it.each([
    ['the same on all pages', ['"v1"', '"v1"'], '"v1"'],
    ['of each page’s bytes', ['"a"', '"b"'], null],
    ['on the first page only', ['"a"', undefined], null],
    ['on the last page only', [undefined, '"b"'], null],
  ])('%s', async (_what, etags, mark) => {
    await using shop = await openShop((_request, index) => ({
      json: { orders: [order(String(index))], ...(index === 0 && { next: 'two' }) },
      ...(etags[index] && { headers: { etag: etags[index] } }),
    }));
    const first = placeOf(await at(shop)({ cursor: null, mark: '"old"' }));
    expect(first.mark).toBe('"old"');
    expect(placeOf(await at(shop)(first))).toEqual({ cursor: null, mark });
    expect(shop.asked.map(({ headers }) => headers['if-none-match'])).toEqual(['"old"', undefined]);
  });
});

describe('a shop that does not answer as it should', () => {
  it.each([
    [401, 'SHOP_REFUSED', 900_000],
    [403, 'SHOP_REFUSED', 900_000],
    [404, 'SHOP_NOT_FOUND', 900_000],
    [429, 'SHOP_BUSY', undefined],
    [500, 'SHOP_FAILED', undefined],
    [502, 'SHOP_FAILED', undefined],
    [503, 'SHOP_FAILED', undefined],
  ])('%s is %s', async (status, code, retryAfterMs) => {
    await using shop = await openShop(() => ({ status, text: '<html>no</html>' }));
    const polled = await at(shop)();
    expect(polled).toMatchObject({ ok: false, fault: { code } });
    expect(!polled.ok && polled.retryAfterMs).toBe(retryAfterMs);
  });

  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': 'Mon, 01 Jun 2026 12:01:00 GMT', date: 'Mon, 01 Jun 2026 12:00:00 GMT' }, 60_000],
    [{ 'retry-after': 'Mon, 01 Jun 2020 12:01:00 GMT' }, 0],
    [{ 'retry-after': '99999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, undefined],
  ])('waits as %j says', async (headers, retryAfterMs) => {
    await using shop = await openShop(() => ({ status: 503, headers }));
    const polled = await at(shop)();
    expect(!polled.ok && polled.retryAfterMs).toBe(retryAfterMs);
  });

  it.each(['<!doctype html><title>Login</title>', '', 'OK', '{"orders":[', '\u0000', "{'orders': []}"])(
    'with %j is told',
    async (text) => {
      await using shop = await openShop(() => ({ text, headers: { 'content-type': 'text/html' } }));
      const polled = await at(shop)();
      expect(polled).toMatchObject({ ok: false, fault: { code: 'SHOP_NOT_JSON' } });
      expect(!polled.ok && polled.fault.action).toContain('address');
    },
  );

  it.each<Json>([null, 4, 'orders', {}, { orders: {} }, { orders: 'none' }, { data: [] }])(
    'with %j is told',
    async (json) => {
      await using shop = await openShop(() => ({ json }));
      expect(numbersOf(await at(shop)())).toEqual(['SHOP_UNREADABLE']);
    },
  );

  it('that breaks off is told, at the beginning and in the middle', async () => {
    await using early = await openShop(() => (res) => void res.destroy());
    expect(numbersOf(await at(early)())).toEqual(['SHOP_UNREACHABLE']);
    await using late = await openShop(() => (res) => {
      res.writeHead(200, { 'content-length': '1000' });
      res.write('{"orders":[', () => res.destroy());
    });
    expect(numbersOf(await at(late)())).toEqual(['SHOP_UNREACHABLE']);
  });

  it('with 50 MB, plain or packed, is not read whole', async () => {
    let sent = 0;
    const piece = Buffer.alloc(256 * 1024, 0x20);
    await using plain = await openShop(() => (res) => {
      const more = () => {
        while (!res.destroyed && sent < 50 * 1024 * 1024) {
          sent += piece.length;
          if (!res.write(piece)) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    });
    expect(numbersOf(await at(plain)())).toEqual(['SHOP_TOO_MUCH']);
    expect(sent).toBeLessThan(25 * 1024 * 1024);
    const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024, 0x20));
    await using bomb = await openShop(() => (res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' });
      res.end(packed);
    });
    expect(numbersOf(await at(bomb)())).toEqual(['SHOP_TOO_MUCH']);
  });

  it.each(['', 'not an address', 'ftp://shop.example/', '/orders', 'javascript:alert(1)'])(
    'at %j is not asked',
    async (url) => {
      expect(numbersOf(await pollOf(api, { url })())).toEqual(['SHOP_NOT_CONFIGURED']);
    },
  );

  it('shows no secret in what is wrong, even one that no header can hold', async () => {
    await using shop = await openShop(({ headers }) => ({ status: 500, text: JSON.stringify(headers) }));
    for (const apiKey of [KEY, `${KEY}\nx`, `${KEY}…`]) {
      const polled = await pollOf(api, { url: `${shop.url}/?key=${KEY}`, apiKey })();
      expect(polled.ok).toBe(false);
      expect(JSON.stringify(polled)).not.toContain(KEY);
    }
  });
});

describe('a redirect', () => {
  it('is followed on the same host', async () => {
    await using shop = await openShop(({ path }) =>
      path === '/orders' ? { status: 301, headers: { location: '/v2/orders' } } : { json: [order('1')] },
    );
    expect(numbersOf(await at(shop)())).toEqual(['1']);
    expect(shop.asked[1]!.headers['x-api-key']).toBe(KEY);
  });

  it.each([301, 302, 303, 307, 308])('to another host or port is not (%s)', async (status) => {
    await using other = await openShop(() => ({ json: [order('1')] }));
    for (const location of [other.url, other.url.replace('127.0.0.1', 'localhost')]) {
      await using shop = await openShop(() => ({ status, headers: { location } }));
      expect(numbersOf(await at(shop)())).toEqual(['SHOP_MOVED']);
    }
    expect(other.asked).toEqual([]);
  });

  it('in a circle is not followed for ever', async () => {
    await using shop = await openShop(() => ({ status: 302, headers: { location: '/orders' } }));
    expect(numbersOf(await at(shop)())).toEqual(['SHOP_MOVED']);
    expect(shop.asked.length).toBeLessThan(6);
  });
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

it('stops when it is told to, and does not begin when it was', async () => {
  const stop = new AbortController();
  await using shop = await openShop(() => () => stop.abort());
  expect(numbersOf(await at(shop)(BEGINNING, stop.signal))).toEqual(['SHOP_UNREACHABLE']);
  expect(numbersOf(await at(shop)(BEGINNING, stop.signal))).toEqual(['SHOP_UNREACHABLE']);
  expect(shop.asked.length).toBe(1);
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

  it('brings one order, a list or a page', () => {
    const parse = (json: Json) =>
      api.parse!(json, settings, deskOf()).map((read) => (read.ok ? read.order.number : read.fault.code));
    expect(parse(order('1'))).toEqual(['1']);
    expect(parse([order('1'), order('2')])).toEqual(['1', '2']);
    expect(parse({ orders: [order('1'), 4, order('3')] })).toEqual(['1', 'ORDER_UNREADABLE', '3']);
    expect(parse([])).toEqual([]);
    expect(parse({ orders: 4 })).toEqual(['ORDER_NUMBER_MISSING']);
  });
});
