import { describe, expect, it } from 'vitest';
import { FIRST_DAY, limitOf } from './warm-up.ts';

const curve = (dailyLimit: number, warmUpDays: number, days = warmUpDays + 1) =>
  Array.from({ length: days }, (_, written) => limitOf({ dailyLimit, warmUpDays }, written).limit);

it('grows from twenty to the daily limit by the same share a day', () => {
  expect(curve(100, 14)).toEqual([20, 22, 25, 28, 31, 35, 39, 44, 50, 56, 63, 70, 79, 89, 100]);
  expect(curve(10_000, 7)).toEqual([20, 48, 118, 286, 697, 1_693, 4_115, 10_000]);
});

it('says on which day of how many it is, and nothing more once it is over', () => {
  expect(limitOf({ dailyLimit: 100, warmUpDays: 14 }, 0)).toEqual({ limit: 20, warmUp: { day: 1, of: 14 } });
  expect(limitOf({ dailyLimit: 100, warmUpDays: 14 }, 13)).toEqual({ limit: 89, warmUp: { day: 14, of: 14 } });
  for (const written of [14, 15, 1_000])
    expect(limitOf({ dailyLimit: 100, warmUpDays: 14 }, written)).toEqual({ limit: 100 });
});

describe('whatever the limit and the days', () => {
  const cases = [0, 1, 7, 19, 20, 21, 50, 99, 1_000, 1_000_000].flatMap((dailyLimit) =>
    [0, 1, 2, 14, 365].map((days) => [dailyLimit, days] as const),
  );
  it.each(cases)(
    '%i in %i days: never less than the day before, never more than the limit, all of it in the end',
    (limit, days) => {
      const limits = curve(limit, days, days + 3);
      expect(limits).toEqual([...limits].sort((one, other) => one - other));
      expect(Math.max(...limits)).toBe(limit);
      expect(limits[0]).toBe(days === 0 ? limit : Math.min(FIRST_DAY, limit));
      expect(limits.slice(days)).toEqual([limit, limit, limit]);
    },
  );
});
