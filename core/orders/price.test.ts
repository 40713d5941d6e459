import { describe, expect, it } from 'vitest';
import type { Json } from '../model.ts';
import { moneyOf } from './price.ts';

const amountOf = (told: Json, currency: Json = 'EUR') => {
  const money = moneyOf(told, currency, '');
  return money && ('amount' in money ? money.amount : money.code);
};

describe('a price as text', () => {
  it.each([
    ['1 234,50', '1234.50'],
    ['1.234,50', '1234.50'],
    ['1,234.50', '1234.50'],
    ["1'234.50", '1234.50'],
    ['1’234.50', '1234.50'],
    ['1\u00a0234\u202f567,8', '1234567.8'],
    ['12,34,567.00', '1234567.00'],
    ['1.234.567', '1234567'],
    ['12.990', '12990'],
    ['12990.00', '12990.00'],
    ['12990.000', '12990.00'],
    ['0,99', '0.99'],
    ['0012', '12'],
    ['۱۲٬۳۴۵٫۵۰', '12345.50'],
    ['١٢٣٤', '1234'],
    ['१,२३,४५६', '123456'],
    ['1234,-', '1234'],
    [' 7 ', '7'],
  ])('%s is %s', (written, amount) => {
    expect(amountOf(written)).toBe(amount);
  });

  it.each([
    ['₸ 12 000', 'KZT', '12000'],
    ['12 000 тг.', 'KZT', '12000'],
    ['4 990,00 руб.', 'RUB', '4990.00'],
    ['EUR 89.90', 'EUR', '89.90'],
    ['89,90 €', 'EUR', '89.90'],
    ['R$ 1.234,56', 'BRL', '1234.56'],
    ['۵۰۰۰ ریال', 'IRR', '5000'],
    ['١٢٫٥٠ د.إ', 'AED', '12.50'],
  ])('%s says its currency', (written, currency, amount) => {
    expect(moneyOf(written, undefined, 'USD')).toEqual({ amount, currency });
  });

  it.each<Json>([
    ...['', 'free', '12 units', 'from 12 to 14', '1 2 3', '1,2,3', '1.2345', '-5', '12..5', '1,23,4', '€ 5 $', '0.234'],
    ...['9'.repeat(40), '1'.repeat(100_000), '12.345.67', '5%', '1/2', 'NaN', '1e5', 'Infinity'],
    ...[true, [], [12], {}, { text: {} }, { amount: {} }, { amount: [1], currency: 'EUR' }],
  ])('%j is left out', (told) => {
    const money = moneyOf(told, 'EUR', '');
    expect(money === undefined || 'code' in money).toBe(true);
  });

  it('is not guessed where a coin is a thousandth', () => {
    expect(amountOf('1.234', 'KWD')).toBe('ORDER_PRICE_UNREADABLE');
    expect(amountOf('1,234.500', 'KWD')).toBe('1234.500');
    expect(amountOf(1.234, 'KWD')).toBe('1.234');
  });

  it('is not believed where it says another currency than the order', () => {
    expect(amountOf('₸ 12 000', 'RUB')).toBe('ORDER_PRICE_UNREADABLE');
    expect(amountOf('12 000 $', 'KZT')).toBe('12000');
  });
});

it.each<[Json, string]>([
  [1234.5, '1234.5'],
  [0, '0'],
  [0.1 + 0.2, '0.3'],
  [12_990, '12990'],
  [-1, 'ORDER_PRICE_UNREADABLE'],
  [1e21, 'ORDER_PRICE_UNREADABLE'],
  [1.239, 'ORDER_PRICE_UNREADABLE'],
])('the number %s is %s', (told, amount) => {
  expect(amountOf(told)).toBe(amount);
});

describe('a currency', () => {
  it.each<Json>(['XYZ', 'тугрики', 'تومان', '¤', 'EU', 'toString', '__proto__', 7, {}, ['EUR'], 'E'.repeat(9_000)])(
    '%j is not known',
    (currency) => {
      expect(amountOf(5, currency)).toBe('ORDER_CURRENCY_UNKNOWN');
    },
  );

  it('is the source’s own where none is told, and none where there is none', () => {
    expect(moneyOf(5, undefined, 'KZT')).toEqual({ amount: '5', currency: 'KZT' });
    expect(moneyOf('$5', null, 'USD')).toEqual({ amount: '5', currency: 'USD' });
    expect(moneyOf(5, undefined, '')).toHaveProperty('code', 'ORDER_CURRENCY_UNKNOWN');
    expect(moneyOf({ amount: 5 }, 'kzt', '')).toEqual({ amount: '5', currency: 'KZT' });
    expect(moneyOf({ amount: '5', currency: '€' }, undefined, '')).toEqual({ amount: '5', currency: 'EUR' });
  });

  it('alone is no price', () => {
    for (const none of [undefined, null, '', { currency: 'EUR' }]) expect(moneyOf(none, 'EUR', '')).toBeUndefined();
  });
});
