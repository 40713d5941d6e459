import { expect, it } from 'vitest';
import { handedBack, takeOver } from './takeover.ts';

const TIMES = { cooldownMs: 300_000, ceilingMs: 1_000_000 };
const NONE = { humanSince: 0, humanUntil: 0 };

it('lasts from the last message of the human, not from the first', () => {
  const first = takeOver(NONE, 1_000, TIMES);
  expect(first).toEqual({ humanSince: 1_000, humanUntil: 301_000 });
  expect(takeOver(first, 200_000, TIMES)).toEqual({ humanSince: 1_000, humanUntil: 500_000 });
});

it('ends at its ceiling; a human who goes on then begins a new one', () => {
  let now = NONE;
  for (let at = 1_000; at < 1_000_000; at += 100_000) now = takeOver(now, at, TIMES);
  expect(now).toEqual({ humanSince: 1_000, humanUntil: 1_001_000 });
  expect(takeOver(now, 1_001_000, TIMES)).toEqual({ humanSince: 1_001_000, humanUntil: 1_301_000 });
});

it('is never made shorter by another message', () => {
  const long = takeOver(NONE, 0, { cooldownMs: 900_000, ceilingMs: 1_000_000 });
  expect(takeOver(long, 10, TIMES).humanUntil).toBe(900_000);
});

it('is handed back once its time is over, until that was told', () => {
  const human = takeOver(NONE, 1_000, TIMES);
  expect(handedBack(human, 300_999)).toBe(false);
  expect(handedBack(human, 301_000)).toBe(true);
  expect(handedBack(NONE, 301_000)).toBe(false);
});
