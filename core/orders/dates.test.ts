import { expect, it } from 'vitest';
import { instantOf } from './dates.ts';

const at = Date.UTC(2026, 4, 31, 14, 5);

it.each([
  '2026-05-31T14:05:00Z',
  '2026-05-31T14:05:00.000Z',
  '2026-05-31 14:05',
  '2026-05-31T16:05:00+02:00',
  '2026-05-31T16:05:00+0200',
  '2026-05-31T19:35:00 +05:30',
  '2026-05-31t09:05-05',
  '۲۰۲۶-۰۵-۳۱T۱۴:۰۵:۰۰Z',
  at,
  at / 1_000,
  String(at),
  ` ${at / 1_000} `,
])('%s is read', (told) => {
  expect(instantOf(told)).toBe(at);
});

it('keeps milliseconds, and takes a day for its beginning', () => {
  expect(instantOf('2026-05-31T14:05:00.1234567Z')).toBe(at + 123);
  expect(instantOf('2026-05-31')).toBe(Date.UTC(2026, 4, 31));
});

it.each([
  ...[undefined, null, true, '', ' ', 'yesterday', '31.05.2026', '05/31/2026', '2026-13-01', '2026-02-31', '2026-5-1'],
  ...[
    '2026-05-31T25:00Z',
    '2026-05-31T14:99Z',
    '2026-05-31T14:05+',
    '1405-03-10T14:05:00Z',
    '0000-01-01',
    '9999-12-31',
  ],
  ...[0, -1, 20260531, Number.NaN, 1e18, '20260531', '1'.repeat(50_000), '2026-05-31T14:05:00Z'.repeat(4)],
  ...[[], {}, { date: at }, [at], { text: {} }],
])('%j is none', (told) => {
  expect(instantOf(told as never)).toBeUndefined();
});
