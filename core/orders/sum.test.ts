import { expect, it } from 'vitest';
import { sumOf } from './sum.ts';

it.each<[[string, number][], string]>([
  [[], '0'],
  [[['1', 1]], '1'],
  [
    [
      ['0.1', 1],
      ['0.2', 1],
    ],
    '0.3',
  ],
  [
    [
      ['12990.50', 1],
      ['0.255', 2],
    ],
    '12991.010',
  ],
  [[['9007199254740993', 3]], '27021597764222979'],
  [
    [
      ['-5.25', 1],
      ['5', 1],
    ],
    '-0.25',
  ],
  [[['0.01', 100]], '1.00'],
])('%j make %s', (amounts, sum) => {
  expect(sumOf(amounts.map(([amount, count]) => ({ amount, count })))).toBe(sum);
});
