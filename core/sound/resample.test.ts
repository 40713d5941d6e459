import { describe, expect, it } from 'vitest';
import { createResampler } from './resample.ts';

const tone = (rate: number, hertz: number, seconds = 0.5) =>
  Int16Array.from({ length: Math.round(rate * seconds) }, (_, at) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hertz * at) / rate)),
  );

function resampled(samples: Int16Array, from: number, to: number, piece = samples.length): number[] {
  const resampler = createResampler(from, to);
  const made: number[] = [];
  for (let at = 0; at < samples.length; at += piece) made.push(...resampler.push(samples.subarray(at, at + piece)));
  return [...made, ...resampler.end()];
}

/** Root of the mean square, without the ends. */
function level(samples: readonly number[]): number {
  const inner = samples.slice(500, -500);
  return Math.sqrt(inner.reduce((sum, sample) => sum + sample * sample, 0) / inner.length);
}

describe.each([
  [22_050, 24_000],
  [16_000, 24_000],
  [8_000, 24_000],
  [44_100, 24_000],
  [48_000, 24_000],
  [24_000, 16_000],
  [24_000, 48_000],
])('%i samples a second as %i', (from, to) => {
  it('is as long, and the same tone as loud', () => {
    const made = resampled(tone(from, 440), from, to);
    expect(Math.abs(made.length - to / 2)).toBeLessThanOrEqual(1);
    const wanted = [...tone(to, 440)];
    const off = made.slice(200, -200).map((sample, at) => sample - wanted[at + 200]!);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(60);
  });

  it('does not depend on where the pieces end', () => {
    const samples = tone(from, 700, 0.1);
    expect(resampled(samples, from, to, 1)).toEqual(resampled(samples, from, to));
    expect(resampled(samples, from, to, 317)).toEqual(resampled(samples, from, to));
  });
});

it('lets nothing fold over that the lower rate cannot hold', () => {
  expect(level(resampled(tone(48_000, 15_000), 48_000, 24_000))).toBeLessThan(40);
  expect(level(resampled(tone(48_000, 3_000), 48_000, 24_000))).toBeGreaterThan(7_000);
});

it('keeps silence silent, a level a level, and the loudest in bounds', () => {
  expect(new Set(resampled(new Int16Array(2_000), 22_050, 24_000))).toEqual(new Set([0]));
  expect(new Set(resampled(new Int16Array(2_000).fill(1_000), 22_050, 24_000).slice(40, -40))).toEqual(
    new Set([1_000]),
  );
  const square = Int16Array.from({ length: 2_000 }, (_, at) => (at % 40 < 20 ? 32_767 : -32_768));
  const made = resampled(square, 22_050, 24_000);
  expect([Math.max(...made), Math.min(...made)]).toEqual([32_767, -32_768]);
});

it('gives back what has the right rate, and nothing for nothing', () => {
  expect(resampled(tone(24_000, 440, 0.01), 24_000, 24_000)).toEqual([...tone(24_000, 440, 0.01)]);
  expect(resampled(new Int16Array(0), 22_050, 24_000)).toEqual([]);
});
