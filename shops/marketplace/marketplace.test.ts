import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/model.ts';
import type { OrderSettings } from '../../core/ports.ts';
import { deskOf, NOW, numbersOf, openShop, placeOf, pollOf, type Reply } from '../testing.ts';
import { marketplace } from './marketplace.ts';
import { orderOf, WORDS } from './orders.ts';

const DAYS_14 = 14 * 24 * 3_600_000;
const common = { shop: 'bazaar', country: 'KZ', currency: 'KZT' };
const resource = (code: string, change: JsonObject = {}): Json => ({
  type: 'orders',
  id: `id-${code}`,
  attributes: {
    ...{ code, totalPrice: 12990, creationDate: NOW - 3_600_000, state: 'NEW', status: 'APPROVED_BY_BANK' },
    ...{ customer: { firstName: 'Айжан', cellPhone: '7001112233' } },
    ...change,
  },
});
const page = (codes: string[], pageCount?: number): Reply => ({
  json: { data: codes.map((code) => resource(code)), ...(pageCount !== undefined && { meta: { pageCount } }) },
});

describe('an order', () => {
  const read = (told: Json) => deskOf(common).read(orderOf(told), WORDS);

  it('is read', () => {
    const entries: Json[] = [{ title: 'Чайник', quantity: 2 }, { attributes: { name: 'Чашка', quantity: '1' } }];
    expect(read(resource('71', { entries, statusChangeDate: NOW - 60_000 }))).toEqual({
      ok: true,
      order: {
        ...{ shop: 'bazaar', number: '71', state: 'placed', placedAt: NOW - 3_600_000, changedAt: NOW - 60_000 },
        customer: { name: 'Айжан', phone: '+77001112233' },
        items: [
          { name: 'Чайник', quantity: 2 },
          { name: 'Чашка', quantity: 1 },
        ],
        total: { amount: '12990', currency: 'KZT' },
        fields: {},
      },
    });
  });

  it.each([
    ['NEW', 'APPROVED_BY_BANK', 'placed'],
    ['SIGN_REQUIRED', 'APPROVED_BY_BANK', 'placed'],
    ['PICKUP', 'ACCEPTED_BY_MERCHANT', 'placed'],
    ['DELIVERY', 'ACCEPTED_BY_MERCHANT', 'shipped'],
    ['KASPI_DELIVERY', 'ACCEPTED_BY_MERCHANT', 'placed'],
    ['DELIVERY', undefined, 'shipped'],
    [undefined, 'ACCEPTED_BY_MERCHANT', 'placed'],
    ['ARCHIVE', 'COMPLETED', 'delivered'],
    ['KASPI_DELIVERY', 'CANCELLING', 'cancelled'],
    ['ARCHIVE', 'CANCELLED', 'cancelled'],
    ['KASPI_DELIVERY', 'KASPI_DELIVERY_RETURN_REQUESTED', 'cancelled'],
    ['ARCHIVE', 'RETURNED', 'cancelled'],
    [undefined, 'COMPLETED', 'delivered'],
  ])('in state %s with status %s is %s', (state, status, ours) => {
    const told = JSON.parse(JSON.stringify(resource('71', { state: state as Json, status: status as Json }))) as Json;
    expect(read(told)).toHaveProperty('order.state', ours);
  });

  it('that the courier has is shipped', () => {
    const change = {
      state: 'KASPI_DELIVERY',
      status: 'ACCEPTED_BY_MERCHANT',
      kaspiDelivery: { courierTransmissionDate: NOW },
    };
    expect(read(resource('71', change))).toHaveProperty('order.state', 'shipped');
  });

  it.each(['LOST', 'ARCHIVE', 'SOMETHING_NEW', 7, {}])('with the status %j that is not known is told', (status) => {
    expect(read(resource('71', { status: status as Json, state: 'DELIVERY' }))).toMatchObject({
      ok: false,
      number: '71',
      fault: { code: 'ORDER_STATE_UNKNOWN' },
    });
  });

  it.each<Json>([null, 4, 'order', [], {}, { attributes: null }, { id: 'id-7', attributes: { customer: 'Anna' } }])(
    '%j is told',
    (told) => {
      expect(read(told)).toMatchObject({ ok: false });
    },
  );
});

describe('a round', () => {
  it('asks for the same fourteen days on each page, with the token', async () => {
    await using shop = await openShop((_request, index) => page([`${index}1`, `${index}2`], 3));
    const poll = pollOf(marketplace, { ...common, url: `${shop.url}/orders?kept=1`, token: 'a-token' });
    const [first, numbers] = [await poll(), [] as string[]];
    let polled = first;
    for (;;) {
      numbers.push(...numbersOf(polled));
      const place = placeOf(polled);
      if (place.cursor === null) break;
      polled = await poll(place);
    }
    expect(numbers).toEqual(['01', '02', '11', '12', '21', '22']);
    expect(shop.asked.map(({ query }) => query['page[number]'])).toEqual(['0', '1', '2']);
    for (const { query, headers } of shop.asked) {
      expect(query).toMatchObject({
        kept: '1',
        'page[size]': '100',
        'filter[orders][creationDate][$ge]': String(NOW - DAYS_14),
        'filter[orders][creationDate][$le]': String(NOW),
      });
      expect(headers).toMatchObject({ 'x-auth-token': 'a-token', accept: 'application/vnd.api+json' });
      expect(headers.cookie).toBeUndefined();
    }
  });

  it('without a count of pages is over with a page that is not full', async () => {
    const full = Array.from({ length: 100 }, (_, index) => String(index));
    await using shop = await openShop((_request, index) => page(index === 0 ? full : []));
    const poll = pollOf(marketplace, { ...common, url: shop.url, token: 'a-token' });
    const place = placeOf(await poll());
    expect(place.cursor).toBe(`1/${NOW}`);
    expect(placeOf(await poll(place)).cursor).toBeNull();
  });

  it.each(['', 'x', '1', '-1/5', '1/x', '9999999999/1'])('begins anew at the place %j', async (cursor) => {
    await using shop = await openShop(() => page(['1'], 1));
    await pollOf(marketplace, { ...common, url: shop.url, token: 'a-token' })({ cursor, mark: null });
    expect(shop.asked[0]!.query['page[number]']).toBe('0');
  });
});

describe('a session', () => {
  const login = { user: 'anna', password: 'a-password-of-a-test' };

  it('is taken with the login, kept, and taken anew once it has expired', async () => {
    let session = 0;
    await using shop = await openShop(({ path, headers }) => {
      if (path === '/login')
        return {
          status: 302,
          headers: { location: '/home', 'set-cookie': [`sid=${++session}; HttpOnly`, 'mc=x; Path=/'] },
        };
      return headers.cookie === `sid=${session}; mc=x` ? page(['1'], 2) : { status: 401 };
    });
    const settings = { ...common, url: `${shop.url}/orders`, loginUrl: `${shop.url}/login`, ...login };
    const poll = pollOf(marketplace, settings);
    const place = placeOf(await poll());
    session++;
    expect(numbersOf(await poll(place))).toEqual(['1']);
    expect(shop.asked.map(({ path }) => path)).toEqual(['/login', '/orders', '/orders', '/login', '/orders']);
    expect(JSON.parse(shop.asked[0]!.body)).toEqual(login);
    expect(shop.asked.at(-1)!.query['page[number]']).toBe('1');
  });

  it('of the settings is used, and gives way to a new one', async () => {
    await using shop = await openShop(({ path, headers }) => {
      if (path === '/login') return { headers: { 'set-cookie': 'sid=new' } };
      return headers.cookie === 'sid=new' ? page(['1'], 1) : { status: 401 };
    });
    const settings = { ...common, url: `${shop.url}/orders`, cookie: 'sid=old' };
    expect(numbersOf(await pollOf(marketplace, settings)())).toEqual(['SHOP_REFUSED']);
    expect(shop.asked[0]!.headers.cookie).toBe('sid=old');
    const poll = pollOf(marketplace, { ...settings, loginUrl: `${shop.url}/login`, ...login });
    expect(numbersOf(await poll())).toEqual(['1']);
  });

  it('that is refused right after the login is told, and the place is kept', async () => {
    await using shop = await openShop(({ path }) =>
      path === '/login' ? { headers: { 'set-cookie': 'sid=1' } } : { status: 401 },
    );
    const settings = { ...common, url: `${shop.url}/orders`, loginUrl: `${shop.url}/login`, ...login };
    const polled = await pollOf(marketplace, settings)({ cursor: `3/${NOW}`, mark: null });
    expect(polled).toMatchObject({ ok: false, fault: { code: 'SHOP_REFUSED' } });
    expect(polled).not.toHaveProperty('restart');
    expect(shop.asked.length).toBe(2);
  });

  it.each<[Reply, string]>([
    [{ status: 401 }, 'SHOP_REFUSED'],
    [{ status: 403 }, 'SHOP_REFUSED'],
    [{ status: 404 }, 'SHOP_NOT_FOUND'],
    [{ status: 429, headers: { 'retry-after': '60' } }, 'SHOP_BUSY'],
    [{ status: 500 }, 'SHOP_FAILED'],
    [{ json: {} }, 'SHOP_REFUSED'],
    [{ text: '<html>Wrong password</html>' }, 'SHOP_REFUSED'],
    [{ headers: { 'set-cookie': `sid=${'x'.repeat(9_000)}` } }, 'SHOP_REFUSED'],
  ])('that a login answering %j does not give is told', async (reply, code) => {
    await using shop = await openShop(() => reply);
    const settings = { ...common, url: `${shop.url}/orders`, loginUrl: `${shop.url}/login`, ...login };
    const polled = await pollOf(marketplace, settings)();
    expect(numbersOf(polled)).toEqual([code]);
    // A marketplace locks out who keeps knocking.
    if (code === 'SHOP_REFUSED') expect(polled).toHaveProperty('retryAfterMs', 900_000);
    expect(JSON.stringify(polled)).not.toContain(login.password);
    expect(shop.asked.map(({ path }) => path)).toEqual(['/login']);
  });

  it('is not asked for with a token', async () => {
    await using shop = await openShop(() => ({ status: 401 }));
    const settings = { ...common, url: `${shop.url}/orders`, token: 't', loginUrl: `${shop.url}/login`, ...login };
    expect(numbersOf(await pollOf(marketplace, settings)())).toEqual(['SHOP_REFUSED']);
    expect(shop.asked.length).toBe(1);
  });

  it.each<OrderSettings>([
    {},
    { url: 'http://127.0.0.1:9' },
    { url: 'http://127.0.0.1:9', loginUrl: 'http://127.0.0.1:9', user: 'anna' },
    { url: 'nowhere', token: 't' },
    { token: 't' },
  ])('is not configured with %j', async (settings) => {
    expect(numbersOf(await pollOf(marketplace, { ...common, ...settings })())).toEqual(['SHOP_NOT_CONFIGURED']);
  });
});
