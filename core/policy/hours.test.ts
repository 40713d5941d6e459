import { describe, expect, it } from 'vitest';
import { firstAllowed, type Hours } from './hours.ts';

const DAY: Hours = { from: 9 * 60, until: 21 * 60, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] };
const next = (now: string, zones: string[], hours: Partial<Hours> = {}) => {
  const at = firstAllowed(Date.parse(now), zones, { ...DAY, ...hours });
  return at === null ? null : new Date(at).toISOString().replace('.000Z', 'Z');
};

describe('the first allowed moment', () => {
  it.each([
    ['2026-11-20T10:00:30Z', ['Europe/Madrid'], '2026-11-20T10:00:30Z'],
    ['2026-11-20T20:00:00Z', ['Europe/Madrid'], '2026-11-21T08:00:00Z'],
    ['2026-11-20T05:12:34Z', ['Europe/Madrid'], '2026-11-20T08:00:00Z'],
    ['2026-11-20T19:59:59Z', ['Europe/Madrid'], '2026-11-20T19:59:59Z'],
    ['2026-11-20T10:00:00Z', ['America/New_York'], '2026-11-20T14:00:00Z'],
    ['2026-11-20T02:00:00Z', ['Asia/Tehran'], '2026-11-20T05:30:00Z'],
    ['2026-11-20T00:00:00Z', ['Asia/Kathmandu'], '2026-11-20T03:15:00Z'],
  ])('%s in %j is %s', (now, zones, expected) => expect(next(now, zones)).toBe(expected));

  it('is allowed in every zone where somebody may be', () => {
    const russia = ['Europe/Kaliningrad', 'Europe/Moscow', 'Asia/Vladivostok', 'Asia/Kamchatka'];
    expect(next('2026-11-20T12:00:00Z', russia)).toBe('2026-11-21T07:00:00Z');
    expect(next('2026-11-20T07:30:00Z', russia)).toBe('2026-11-20T07:30:00Z');
    expect(next('2026-11-20T07:30:00Z', ['Pacific/Honolulu', 'Europe/Madrid'], { until: 10 * 60 })).toBeNull();
  });

  it.each([
    // Clocks go forward at night: nine is nine.
    ['2026-03-28T22:00:00Z', 'Europe/Madrid', '2026-03-29T07:00:00Z'],
    ['2026-10-24T22:00:00Z', 'Europe/Madrid', '2026-10-25T08:00:00Z'],
    ['2026-03-08T04:00:00Z', 'America/New_York', '2026-03-08T13:00:00Z'],
    ['2026-11-01T04:30:00Z', 'America/New_York', '2026-11-01T14:00:00Z'],
    // Half an hour there.
    ['2026-10-03T12:00:00Z', 'Australia/Lord_Howe', '2026-10-03T22:00:00Z'],
  ])('%s in %s, where clocks change, is %s', (now, zone, expected) => expect(next(now, [zone])).toBe(expected));

  it('leaves out weekdays and holidays, of one year and of each', () => {
    const noWeekend = { weekdays: [1, 2, 3, 4, 5] };
    expect(next('2026-11-20T20:30:00Z', ['Europe/Madrid'], noWeekend)).toBe('2026-11-23T08:00:00Z');
    expect(next('2026-12-24T20:30:00Z', ['Europe/Madrid'], { holidays: ['12-25', '2026-12-26'] })).toBe(
      '2026-12-27T08:00:00Z',
    );
    expect(next('2027-12-26T10:00:00Z', ['Europe/Madrid'], { holidays: ['12-25', '2026-12-26'] })).toBe(
      '2027-12-26T10:00:00Z',
    );
    expect(next('2026-11-20T10:00:00Z', ['Europe/Madrid'], { weekdays: [] })).toBeNull();
  });
});
