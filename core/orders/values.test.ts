import { describe, expect, it } from 'vitest';
import { orderOf, PLACED } from '../../test/support/orders.ts';
import type { Order } from '../model/order.ts';
import { fieldValue } from './values.ts';

const said = (field: string, order: Order, language = 'en', timezone = 'UTC') =>
  fieldValue(field, order, { language, timezone })?.text.replace(/[\u00a0\u202f]/g, ' ');
const named = (name: string) => said('name', orderOf({ customer: { name } }));
const priced = (amount: string, currency: string, language = 'en') =>
  said('total', orderOf({ total: { amount, currency } }), language);

describe('a name', () => {
  it.each([
    ['  Ana\n\tMaría  ', 'Ana María'],
    ['*Ana* _M_ ~x~ `y`', 'Ana M x y'],
    ['A\u202ena\u0000\ufeff', 'Ana'],
    ['J.Smith', 'J. Smith'],
    ['visit evil.com', 'visit evil. com'],
    ['[PHONE_1]', '(PHONE 1)'],
    ['می\u200cنا', 'می\u200cنا'],
    ['A\u0301\u0301\u0301\u0301\u0301\u0301\u0301na', 'A\u0301\u0301\u0301\u0301na'.normalize('NFC')],
  ])('%j is %j', (name, text) =>
    expect(
      named(name)
        ?.replace(/[\u2068\u2069]/g, '')
        .normalize('NFC'),
    ).toBe(text),
  );

  it.each(['https://evil.com', 'www.evil.com', 'a@b', 'Call 0900123456', '٩٠٠١٢٣', '***', '123', '//x'])(
    '%s is none',
    (name) => expect(named(name)).toBeUndefined(),
  );

  it('is short', () => {
    expect(named('Ana '.repeat(10_000))?.length).toBeLessThanOrEqual(60);
    expect(named(`${'a'.repeat(59)}😀`)?.isWellFormed()).toBe(true);
  });
});

describe('a total', () => {
  it.each([
    ['1234.50', 'EUR', 'es', '1234,50 €'],
    ['12345.50', 'EUR', 'es', '12.345,50 €'],
    ['1234.50', 'EUR', 'it', '1234,50 €'],
    ['1234.5', 'USD', 'en', '$1,234.50'],
    ['1234', 'USD', 'en', '$1,234'],
    ['0.1234', 'USD', 'en', '$0.1234'],
    ['5000', 'KZT', 'ru', '5 000 ₸'],
    ['1234.50', 'JPY', 'en', '¥1,234.50'],
    ['1.500', 'KWD', 'en', 'KWD 1.500'],
    ['123456789012345678.25', 'EUR', 'en', '€123,456,789,012,345,678.25'],
    ['250000', 'IRR', 'fa', '\u200e\u200eریال ۲۵۰٬۰۰۰'],
    ['12.50', 'XYZ', 'en', '12.50 XYZ'],
    ['12.50', 'EURO', 'es', '12.50 EURO'],
    ['12.50', '', 'es', '12.50'],
    ['12.50', 'eur', 'es', '12.50 eur'],
  ])('%s %s in %s is as given: %s', (amount, currency, language, text) => {
    expect(priced(amount, currency, language)?.replace(/\u200e/g, '')).toBe(text.replace(/\u200e/g, ''));
  });

  it.each(['1.234,50 €', 'gratis', '', '1e5', 'NaN', '-'])('"%s" is none', (amount) => {
    expect(priced(amount, 'EUR')).toBeUndefined();
  });
});

describe('a date', () => {
  it.each([
    ['en', 'UTC', 'November 20, 2026'],
    ['es', 'Asia/Almaty', '21 de noviembre de 2026'],
    ['it', 'UTC', '20 novembre 2026'],
    ['ru', 'UTC', '20 ноября 2026'],
    ['fa', 'Asia/Tehran', '۳۰ آبان ۱۴۰۵'],
    ['en', 'No/Where', 'November 20, 2026'],
    ['x', 'UTC', 'November 20, 2026'],
  ])('in %s at %s', (language, timezone, text) => expect(said('date', orderOf(), language, timezone)).toBe(text));

  it('is that of the customer’s zone where it is known', () => {
    const order = orderOf({ customer: { timezone: 'Asia/Almaty' } });
    expect(said('date', order, 'en', 'UTC')).toBe('November 21, 2026');
  });

  it('of the delivery is the shop’s, else when it was delivered', () => {
    expect(said('deliveryDate', orderOf())).toBeUndefined();
    expect(said('deliveryDate', orderOf({ state: 'delivered', changedAt: PLACED }))).toBe('November 20, 2026');
    const told = (deliveryDate: string) =>
      said('deliveryDate', orderOf({ fields: { deliveryDate } }), 'en', 'Asia/Almaty');
    expect(told('2026-11-25')).toBe('November 25, 2026');
    expect(told('2026-11-25T22:30:00Z')).toBe('November 26, 2026');
    expect(told('2026-11-25 22:30')).toBe('November 25, 2026');
    expect(told('between 9 and 11')).toBe('between 9 and 11');
    expect(told('2026-13-45')).toBe('2026-13-45');
  });

  it('that is no time is none', () => {
    expect(said('date', orderOf({ placedAt: Number.NaN }))).toBeUndefined();
  });
});

describe('products', () => {
  const items = (list: Order['items'], language = 'en') => said('items', orderOf({ items: list }), language);

  it('are a list of their language', () => {
    const list = ['A', 'B', 'C'].map((name, at) => ({ name, quantity: at + 1 }));
    expect(items(list)).toBe('A, 2 × B, and 3 × C');
    expect(items(list, 'es')).toBe('A, 2 × B y 3 × C');
    expect(items(list, 'ru')).toBe('A, 2 × B и 3 × C');
    expect(items(list, 'fa')).toBe('\u2068A\u2069،\u200f ۲ × \u2068B\u2069، و ۳ × \u2068C\u2069');
  });

  it('are bounded, and the rest is counted', () => {
    const list = Array.from({ length: 14 }, (_, at) => ({ name: `P${at}`, quantity: 1 }));
    expect(items(list)).toMatch(/^P0, .*and P9 \(\+4\)$/);
    expect(items([{ name: 'x'.repeat(500), quantity: 1 }])).toHaveLength(120);
  });

  it('without a sensible quantity or a name', () => {
    expect(
      items([
        { name: 'A', quantity: Number.NaN },
        { name: 'B', quantity: -2 },
        { name: ' ', quantity: 3 },
      ]),
    ).toBe('A and B');
    expect(items([{ name: 'Queso', quantity: 1.5 }], 'es')).toBe('1,5 × Queso');
    expect(items([])).toBeUndefined();
  });
});

describe('the direction of a text', () => {
  it('is marked where it is another than the language’s', () => {
    expect(said('number', orderOf(), 'ar')).toBe('\u2068A-1002\u2069');
    expect(said('number', orderOf({ number: '٤٢' }), 'fa')).toBe('\u2068٤٢\u2069');
    expect(said('number', orderOf(), 'es')).toBe('A-1002');
    expect(said('name', orderOf({ customer: { name: 'محمد' } }), 'fa')).toBe('محمد');
    expect(said('name', orderOf({ customer: { name: 'محمد' } }), 'es')).toBe('\u2068محمد\u2069');
  });

  it('is not marked at a link, which would take the mark for its own', () => {
    const order = orderOf({
      fields: { trackingUrl: 'https://t.example/A-1002', long: `https://x.example/${'a'.repeat(2_000)}` },
    });
    expect(said('trackingUrl', order, 'ar')).toBe('https://t.example/A-1002');
    expect(said('long', order, 'ar')).toBeUndefined();
  });
});
