import { expect, it } from 'vitest';
import { durationStep, PERIODS, spanOf } from './periods.ts';

const HOUR = 3_600_000;
/** A Wednesday, at 14:20 where this runs. */
const NOW = new Date(2026, 10, 25, 14, 20).getTime();

it.each(PERIODS)('the %s is of whole hours, and goes on until the end of this one', (period) => {
  const { from, until } = spanOf(period, NOW);
  expect([from % HOUR, until % HOUR]).toEqual([0, 0]);
  expect(until).toBeGreaterThan(NOW);
  expect(until - NOW).toBeLessThanOrEqual(HOUR);
});

it('a period begins with the hour, the day, the Monday or the month in which it begins', () => {
  const begins = (period: (typeof PERIODS)[number]) => {
    const { from, step } = spanOf(period, NOW);
    const at = new Date(from);
    return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()} by the ${step}`;
  };
  expect(PERIODS.map(begins)).toEqual([
    '2026-11-24 by the hour',
    '2026-11-19 by the day',
    '2026-10-27 by the day',
    '2026-8-31 by the week',
    '2025-12-1 by the month',
  ]);
});

it.each([
  [7, 2],
  [800, 200],
  [9_300, 2_000],
  [100_000, 30_000],
  [50 * 60_000, 10 * 60_000],
  [3 * HOUR, HOUR],
  [20 * 24 * HOUR, 4 * 24 * HOUR],
])('a scale up to %i ms has lines %i ms apart', (longest, step) => {
  expect(durationStep(longest)).toBe(step);
});
