import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../model.ts';
import type { OrderSettings } from '../ports.ts';
import { orderFault } from './faults.ts';
import { orderDesk } from './read.ts';

const NOW = Date.UTC(2026, 5, 1);
const told: JsonObject = {
  number: 'A-1',
  state: 'placed',
  placed_at: '2026-05-31T14:05:00Z',
  customer: { name: 'Aizhan', phone: '+77001112233', language: 'ru-RU', timezone: 'Asia/Almaty' },
  items: [{ name: 'Kettle', quantity: 2 }],
  total: { amount: '12 990,00', currency: 'KZT' },
};
const readPhone = (text: string, country: string) =>
  text.startsWith('+')
    ? { e164: text }
    : { fault: orderFault('ORDER_PHONE_INVALID', `None of ${country}.`, 'Correct it.') };
const desk = (settings: OrderSettings = {}) =>
  orderDesk({ shop: 'corner', ...settings }, { now: () => NOW, readPhone });
const read = (change: Record<string, Json | undefined>, settings?: OrderSettings) =>
  desk(settings).read(JSON.parse(JSON.stringify({ ...told, ...change })) as Json);
const faultOf = (change: Record<string, Json | undefined>, settings?: OrderSettings) => {
  const one = read(change, settings);
  return one.ok ? 'ok' : one.fault.code;
};
const orderOf = (change: Record<string, Json | undefined>, settings?: OrderSettings) => {
  const one = read(change, settings);
  if (!one.ok) throw new Error(one.fault.message);
  return one.order;
};

it('reads an order', () => {
  expect(read({ changed_at: NOW / 1_000, fields: { trackingUrl: 'https://a', weight: 3 } })).toEqual({
    ok: true,
    order: {
      shop: 'corner',
      number: 'A-1',
      state: 'placed',
      placedAt: Date.UTC(2026, 4, 31, 14, 5),
      changedAt: NOW,
      customer: { name: 'Aizhan', phone: '+77001112233', language: 'ru', timezone: 'Asia/Almaty' },
      items: [{ name: 'Kettle', quantity: 2 }],
      total: { amount: '12990.00', currency: 'KZT' },
      fields: { trackingUrl: 'https://a', weight: '3' },
    },
  });
});

it('reads the least that an order can be, and says nothing of what is not told', () => {
  const least = { number: 7, state: 'delivered', placed_at: NOW, customer: { phone: '+77001112233' } };
  expect(desk().read(least)).toEqual({
    ok: true,
    order: {
      ...{ shop: 'corner', number: '7', state: 'delivered', placedAt: NOW },
      ...{ customer: { phone: '+77001112233' }, items: [], fields: {} },
    },
  });
});

describe('a number', () => {
  it.each<Json | undefined>([undefined, null, '', '  ', '\u202e', true, {}, { text: {} }, [], ['A-1'], Number.NaN])(
    '%j is none',
    (number) => {
      expect(read({ number })).toMatchObject({ ok: false, number: '', fault: { code: 'ORDER_NUMBER_MISSING' } });
    },
  );

  it.each<Json>([2 ** 53, 1.5, 'x'.repeat(129), 'x'.repeat(100_000)])('%s is none', (number) => {
    expect(faultOf({ number })).toBe('ORDER_NUMBER_MISSING');
  });

  it('is kept with what is wrong', () => {
    expect(read({ state: 'lost' })).toMatchObject({ number: 'A-1' });
    expect(read({ number: ' 17\n4 ', customer: null })).toMatchObject({ number: '17 4' });
  });
});

describe('a state', () => {
  it.each<Json | undefined>([
    'lost',
    'PLACED!',
    'toString',
    '__proto__',
    '',
    null,
    undefined,
    4,
    {},
    ['placed'],
    'x'.repeat(9_000),
  ])('%j is told, to be mapped', (state) => {
    expect(faultOf({ state })).toBe('ORDER_STATE_UNKNOWN');
  });

  it('says the word, short, and how to map it', () => {
    const one = read({ state: `Ready for ${'x'.repeat(90)}` });
    expect(!one.ok && one.fault.action).toContain('"ready for ');
    expect(!one.ok && one.fault.message.length).toBeLessThan(90);
  });

  it('is mapped by the settings, then by the source, then by ours', () => {
    const states = 'Ready to go = placed; SENT=Shipped\nplaced=cancelled';
    expect(orderOf({ state: ' READY  to go' }, { states }).state).toBe('placed');
    expect(orderOf({ state: 'sent' }, { states }).state).toBe('shipped');
    expect(orderOf({ state: 'placed' }, { states }).state).toBe('cancelled');
    expect(orderOf({ state: 'Delivered' }).state).toBe('delivered');
    const given = { ...told, state: 'NEW' };
    expect(desk().read(given, { NEW: 'placed' })).toHaveProperty('order.state', 'placed');
    expect(desk({ states: 'new=shipped' }).read(given, { NEW: 'placed' })).toHaveProperty('order.state', 'shipped');
  });
});

describe('a date', () => {
  it.each<Json | undefined>([undefined, null, '', 'soon', '31.05.2026', '1405-03-10', {}, [], true, 0, 20260531])(
    '%j is none',
    (placed_at) => {
      expect(faultOf({ placed_at })).toBe('ORDER_DATE_UNREADABLE');
    },
  );

  it.each<Json>(['2026-06-02T00:00:01Z', '2027-01-01', NOW + 90_000_000, (NOW + 90_000_000) / 1_000, '2099-12-31'])(
    '%j is too far ahead',
    (placed_at) => {
      expect(faultOf({ placed_at })).toBe('ORDER_DATE_AHEAD');
    },
  );

  it('a little ahead is the clock’s', () => {
    expect(orderOf({ placed_at: NOW + 3_600_000 }).placedAt).toBe(NOW + 3_600_000);
  });

  it.each<Json | undefined>([undefined, null, 'now', '2027-01-01', { text: {} }])(
    'of change %j is not told',
    (changed_at) => {
      expect(orderOf({ changed_at })).not.toHaveProperty('changedAt');
    },
  );
});

describe('a phone', () => {
  it.each<Json | undefined>([
    ...[undefined, null, 'Anna', [], {}, { name: 'Anna' }, { phone: null }, { phone: '' }, { phone: 'none' }],
    ...[{ phone: {} }, { phone: ['+77001112233'] }, { phone: { text: {} } }, { phone: true }],
  ])('of %j is missing', (customer) => {
    expect(faultOf({ customer })).toBe('ORDER_PHONE_MISSING');
  });

  it('may be a number, is read for the country of the settings, and the same one may have two names', () => {
    expect(read({ customer: { phone: 77001112233 } }, { country: 'kz' })).toMatchObject({
      fault: { code: 'ORDER_PHONE_INVALID', message: 'None of KZ.' },
    });
    const [one, other] = ['Anna', 'Boris'].map((name) => orderOf({ customer: { name, phone: '+77001112233' } }));
    expect(one!.customer.phone).toBe(other!.customer.phone);
  });
});

describe('a price that cannot be read, or is in no known currency', () => {
  it.each<[Json, string]>([
    [{ amount: 'free', currency: 'KZT' }, 'ORDER_PRICE_UNREADABLE'],
    [{ amount: '1.2.3', currency: 'KZT' }, 'ORDER_PRICE_UNREADABLE'],
    [{ amount: {}, currency: 'KZT' }, 'ORDER_PRICE_UNREADABLE'],
    [{ amount: -4, currency: 'KZT' }, 'ORDER_PRICE_UNREADABLE'],
    [[], 'ORDER_PRICE_UNREADABLE'],
    [{ amount: 4, currency: 'XYZ' }, 'ORDER_CURRENCY_UNKNOWN'],
    [{ amount: 4, currency: 'toman' }, 'ORDER_CURRENCY_UNKNOWN'],
    [{ amount: 4, currency: {} }, 'ORDER_CURRENCY_UNKNOWN'],
    [{ amount: 4 }, 'ORDER_CURRENCY_UNKNOWN'],
    ['5 points', 'ORDER_CURRENCY_UNKNOWN'],
  ])('%j is left out and told, and the order goes on', (total, code) => {
    const one = read({ total });
    expect(one).toMatchObject({ ok: true, omitted: [{ code }] });
    expect(one).not.toHaveProperty('order.total');
  });
});

describe('a consent', () => {
  const whole = { at: '2026-05-31T14:04:00Z', where: 'checkout', words: 'Write to me.' };

  it('counts whole', () => {
    expect(orderOf({ consent: whole }).consent).toEqual({ ...whole, at: Date.UTC(2026, 4, 31, 14, 4) });
    for (const none of [undefined, null, false]) expect(read({ consent: none })).not.toHaveProperty('omitted');
  });

  it.each<Json>([
    ...[true, 'yes', 1, [], {}, { ...whole, at: 'once' }, { ...whole, at: '2027-01-01' }, { ...whole, where: '' }],
    ...[
      { ...whole, words: {} },
      { at: whole.at, where: 'x' },
    ],
  ])('%j does not, and is told', (consent) => {
    const one = read({ consent });
    expect(one).toMatchObject({ ok: true, omitted: [{ code: 'ORDER_CONSENT_INCOMPLETE' }] });
    expect(one).not.toHaveProperty('order.consent');
  });
});

describe('odd types and lengths', () => {
  it.each<Json>([null, true, 0, 'text', [], [null], [[told]]])('%j is no order', (odd) => {
    expect(desk().read(odd)).toMatchObject({ ok: false, number: '', fault: { code: 'ORDER_UNREADABLE' } });
  });

  it.each<[string, Json]>([
    ['items', { name: 'Kettle' }],
    ['items', [null, 4, 'Kettle', [], {}, { name: {} }, { name: '' }, { quantity: 2 }]],
    ['fields', [['a', 'b']]],
    ['fields', { text: {}, list: [1], no: null, 'with space': 'x', __proto__: 'x', yes: '' }],
    ['customer', { phone: '+77001112233', name: {}, language: ['ru'], timezone: { text: {} } }],
    ['customer', { phone: '+77001112233', name: '\u202e \n', language: 'russian', timezone: 'Moon/Base' }],
  ])('%s of %j are left out', (name, value) => {
    const { items, fields, customer } = orderOf({ items: [], [name]: value });
    expect({ items, fields, customer: { ...customer, name: undefined } }).toEqual({
      ...{ items: [], fields: {} },
      customer: name === 'customer' ? { phone: '+77001112233' } : expect.anything(),
    });
    if (name === 'customer') expect(customer.name).toBeUndefined();
  });

  it('bounds every text and list, and puts each on one line', () => {
    const long = `a\n${'b'.repeat(100_000)}`;
    const order = orderOf({
      customer: { phone: '+77001112233', name: long },
      items: Array.from({ length: 200 }, () => ({ name: long, quantity: 1e300 })),
      fields: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, long])),
    });
    expect(order.customer.name).toMatch(/^a b+$/);
    expect(JSON.stringify(order).length).toBeLessThan(60_000);
    expect(order.items[0]!.quantity).toBe(1);
  });

  it('keeps the joiner that Persian names have', () => {
    expect(orderOf({ customer: { phone: '+77001112233', name: 'علی\u200cرضا' } }).customer.name).toBe('علی\u200cرضا');
  });
});

it.each<OrderSettings>([
  { states: 'ready' },
  { states: 'ready=gone' },
  { states: '=placed' },
  { country: 'Kazakhstan' },
  { country: '7' },
  { currency: 'XYZ' },
  { currency: '$' },
])('does not begin with %j', (settings) => {
  expect(() => desk(settings)).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
});
