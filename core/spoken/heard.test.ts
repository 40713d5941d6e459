import { expect, it } from 'vitest';
import { heardOf } from './heard.ts';

const PIECES = [
  { text: 'Your order is ready.', ms: 1_000 },
  { text: 'It comes to five euros, and tomorrow.', ms: 2_000 },
  { text: 'Anything else?', ms: 500 },
];

it.each([
  [-1, ''],
  [0, ''],
  [Number.NaN, ''],
  [100, ''],
  [300, 'Your'],
  [999, 'Your order is'],
  [1_000, 'Your order is ready.'],
  [1_100, 'Your order is ready.'],
  [2_000, 'Your order is ready. It comes to five'],
  [2_999, 'Your order is ready. It comes to five euros, and'],
  [3_000, 'Your order is ready. It comes to five euros, and tomorrow.'],
  [9_999, 'Your order is ready. It comes to five euros, and tomorrow. Anything else?'],
])('after %d ms: %j', (played, heard) => expect(heardOf(PIECES, played)).toBe(heard));

it('is nothing of no pieces, and whole of what makes no sound', () => {
  expect(heardOf([], 500)).toBe('');
  expect(
    heardOf(
      [
        { text: ' 😀 ', ms: 0 },
        { text: 'Hi there', ms: 100 },
      ],
      60,
    ),
  ).toBe('😀 Hi');
  expect(heardOf([{ text: 'word', ms: 100 }], 99)).toBe('');
});
