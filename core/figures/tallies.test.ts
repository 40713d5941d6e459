import { describe, expect, it } from 'vitest';
import type { Sum } from '../model.ts';
import { addTally, HOUR_MS, hourOf, tallied, tallyId, timed, timesOf } from './tallies.ts';

const counted = () => ({}) as Record<string, Sum>;

describe('sums', () => {
  it('tell how often, what it came to, and the greatest of it', () => {
    const sums = counted();
    for (const tokens of [10, 30, 20]) tallied(sums, 'input', 'gpt-5', tokens);
    tallied(sums, 'in');
    tallied(sums, 'in');
    expect(sums).toEqual({ 'input/gpt-5': [3, 60, 30], in: [2, 0, 0] });
  });

  it('have a bounded number of labels, of a bounded length, however many a flow makes up', () => {
    const sums = counted();
    for (let index = 0; index < 500; index++) tallied(sums, 'blocked', `rule ${index} ${'x'.repeat(index)}`);
    expect(Object.keys(sums).length).toBeLessThanOrEqual(61);
    expect(Math.max(...Object.keys(sums).map(({ length }) => length))).toBeLessThan(100);
    expect(Object.values(sums).reduce((all, [count]) => all + count, 0)).toBe(500);
  });

  it('a label that is a name of objects is a label', () => {
    const sums = counted();
    for (const label of ['__proto__', 'constructor', 'toString']) tallied(sums, 'blocked', label);
    expect(Object.keys(sums)).toEqual(['blocked/__proto__', 'blocked/constructor', 'blocked/toString']);
  });

  it('are in the order of time by their ids', () => {
    const hours = [0, HOUR_MS, hourOf(Date.UTC(2026, 10, 30)), hourOf(Date.UTC(2200, 0, 1))];
    const ids = hours.flatMap((hour) => [tallyId(hour, ''), tallyId(hour, 'account')]);
    expect([...ids].sort()).toEqual(ids);
  });

  it('are added to what is there, and change nothing that was read', () => {
    const there = { id: 'x', hour: 0, accountId: 'a', sums: { in: [1, 0, 0] as Sum } };
    const put: unknown[] = [];
    const records = { tally: () => there, putTally: (tally: unknown) => put.push(tally) };
    addTally({ ...there, sums: { in: [2, 0, 0], 'out/llm': [1, 0, 0] } })(records as never);
    expect(put).toEqual([{ ...there, sums: { in: [3, 0, 0], 'out/llm': [1, 0, 0] } }]);
    expect(there.sums).toEqual({ in: [1, 0, 0] });
  });
});

describe('times', () => {
  it('are told within some four of a hundred, whatever their length', () => {
    for (const ms of [12, 480, 3_000, 61_000, 7_200_000]) {
      const sums = counted();
      timed(sums, 'reply', ms);
      const { p50 } = timesOf(sums, 'reply');
      expect(Math.abs(p50! - ms) / ms).toBeLessThan(0.05);
    }
  });

  it('half of them, and 95 of a hundred, took no longer', () => {
    const sums = counted();
    for (let index = 1; index <= 100; index++) timed(sums, 'reply', index * 100);
    timed(sums, 'humanDone', 1);
    const { count, p50, p95 } = timesOf(sums, 'reply');
    expect(count).toBe(100);
    expect(Math.abs(p50! - 5_000) / 5_000).toBeLessThan(0.05);
    expect(Math.abs(p95! - 9_500) / 9_500).toBeLessThan(0.05);
  });

  it('none are none', () => {
    expect(timesOf({}, 'reply')).toEqual({ count: 0, p50: null, p95: null });
  });
});
