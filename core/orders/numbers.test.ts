import { expect, it } from 'vitest';
import { currencySigns, numbersIn, plain } from './numbers.ts';

const found = (text: string, exact = '') => numbersIn(plain(text).toLowerCase(), exact);

it.each([
  ['1234.50', ['1234.5']],
  ['1.234,50', ['1234.5']],
  ['1,234.50', ['1234.5']],
  ["1'234.50", ['1234.5']],
  ['1 234,50', ['1234.5']],
  ['1\u202f234,50', ['1234.5']],
  ['۱٬۲۳۴٫۵۰', ['1234.5']],
  ['١٬٢٣٤', ['1234']],
  ['12,34,567.00', ['1234567']],
  ['15,00,00,000', ['150000000']],
  ['1.234', ['1234']],
  ['1.234.567', ['1234567']],
  ['0.500', ['0.5']],
  ['1.5', ['1.5']],
  ['2 x 3', ['2', '3']],
  ['7, 8 and 9.', ['7', '8', '9']],
  ['20.11.2026', ['20.11.2026']],
  ['at 14:30', ['14:30']],
  ['SALE10 and N-5', ['sale10', 'n-5']],
  ['+7 (700) 123-45-67', ['77001234567']],
  ['tel. 600 111 222', ['600111222']],
  ['1.2.3', ['1.2.3']],
  ['007', ['007']],
  ['5 and 5', ['5']],
  ['none', []],
])('%s has %j', (text, numbers) => expect(found(text)).toEqual(numbers));

it('knows of a fraction with three digits what the order says', () => {
  expect(found('1.500', '1.500')).toEqual(['1.5']);
  expect(found('1,500', '1.5')).toEqual(['1.5']);
  expect(found('1.500', '1500')).toEqual(['1500']);
});

it('knows signs and codes of money, and words that look like them', () => {
  expect(currencySigns('5 € or 6 usd, try all of it')).toEqual(['€', 'usd']);
});
