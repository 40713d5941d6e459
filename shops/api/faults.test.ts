/** What a shop's server can do wrong, asked by the source of our own JSON. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { Json } from '../../core/model.ts';
import { BEGINNING, numbersOf, openShop, pollOf, pour, type Shop } from '../testing.ts';
import { api } from './api.ts';

const ORDER: Json = {
  ...{ number: '1', state: 'placed', placed_at: '2026-05-31T14:05:00Z' },
  customer: { phone: '+77001112233' },
};
const KEY = 'a-key-that-nobody-may-see';
const at = ({ url }: Shop) => pollOf(api, { url: `${url}/orders`, apiKey: KEY });

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
    await using plain = await openShop(() => pour((bytes) => (sent += bytes)));
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

it('tells a shop that takes too long, or never ends', async () => {
  const late = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(), 100);
    return deadline.signal;
  });
  try {
    await using silent = await openShop(() => () => {});
    await using slow = await openShop(() => (res) => {
      res.write('[');
      const drop = setInterval(() => res.write(' '), 10);
      res.once('close', () => clearInterval(drop));
    });
    for (const shop of [silent, slow])
      expect(await at(shop)()).toMatchObject({ fault: { message: expect.stringContaining('within 30 seconds') } });
    expect(late).toHaveBeenCalledWith(30_000);
  } finally {
    late.mockRestore();
  }
});

describe('a redirect', () => {
  it('is followed on the same host', async () => {
    await using shop = await openShop(({ path }) =>
      path === '/orders' ? { status: 301, headers: { location: '/v2/orders' } } : { json: [ORDER] },
    );
    expect(numbersOf(await at(shop)())).toEqual(['1']);
    expect(shop.asked[1]!.headers['x-api-key']).toBe(KEY);
  });

  it.each([301, 302, 303, 307, 308])('to another host or port is not (%s)', async (status) => {
    await using other = await openShop(() => ({ json: [ORDER] }));
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

it('stops when it is told to, and does not begin when it was', async () => {
  const stop = new AbortController();
  await using shop = await openShop(() => () => stop.abort());
  expect(numbersOf(await at(shop)(BEGINNING, stop.signal))).toEqual(['SHOP_UNREACHABLE']);
  expect(numbersOf(await at(shop)(BEGINNING, stop.signal))).toEqual(['SHOP_UNREACHABLE']);
  expect(shop.asked.length).toBe(1);
});
