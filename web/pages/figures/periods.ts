/** The periods that can be looked at, by the reader's clock, and round lengths of time. Pure. */

export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];

export interface Span {
  /** Whole hours; UTC milliseconds. */
  from: number;
  until: number;
  step: 'hour' | 'day' | 'week' | 'month';
}

const HOUR_MS = 3_600_000;

/** Until the end of this hour. What is longer than a day begins with a day. @param now UTC milliseconds */
export function spanOf(period: Period, now: number): Span {
  const until = Math.floor(now / HOUR_MS) * HOUR_MS + HOUR_MS;
  if (period === 'day') return { from: until - 24 * HOUR_MS, until, step: 'hour' };
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  if (period === 'week') day.setDate(day.getDate() - 6);
  if (period === 'month') day.setDate(day.getDate() - 29);
  // Whole weeks, from Mondays on.
  if (period === 'quarter') day.setDate(day.getDate() - ((day.getDay() + 6) % 7) - 12 * 7);
  if (period === 'year') day.setMonth(day.getMonth() - 11, 1);
  const step = period === 'quarter' ? 'week' : period === 'year' ? 'month' : 'day';
  return { from: Math.floor(day.getTime() / HOUR_MS) * HOUR_MS, until, step };
}

const ROUND_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];
const ROUND_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, ...ROUND_S.map((seconds) => seconds * 1_000)];

/** A round time, of which a few are as long as the longest; milliseconds. */
export const durationStep = (longest: number): number =>
  ROUND_MS.find((step) => longest / step <= 5) ?? Math.ceil(longest / 5 / 86_400_000) * 86_400_000;
