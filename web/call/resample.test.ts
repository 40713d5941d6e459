import { expect, test } from 'vitest';
import { createResampler } from './resample.ts';

/** A tone of a second, in the pieces that an audio thread gets. */
function through(from: number, to: number, hertz: number, piece = 128): number[] {
  const resample = createResampler(from, to);
  const out: number[] = [];
  for (let at = 0; at < from; at += piece)
    out.push(
      ...resample(Float32Array.from({ length: piece }, (_, i) => Math.sin((2 * Math.PI * hertz * (at + i)) / from))),
    );
  return out;
}
/** How loud the middle is, where a whole tone is 1. */
const loudness = (samples: number[]) => {
  const middle = samples.slice(samples.length / 4, (samples.length * 3) / 4);
  return Math.sqrt((2 * middle.reduce((sum, one) => sum + one * one, 0)) / middle.length);
};

test.each([8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 44_099])(
  '%d Hz: as many samples as time goes by',
  (rate) => {
    const { length } = through(rate, 16_000, 440);
    expect(Math.abs(length - 16_000)).toBeLessThan(150);
  },
);

test.each([22_050, 44_100, 48_000, 96_000])('%d Hz: voices pass, and what the new rate cannot have is gone', (rate) => {
  for (const hertz of [100, 440, 3_000, 6_000]) {
    const level = loudness(through(rate, 16_000, hertz));
    expect([hertz, level > 0.99 && level < 1.01]).toEqual([hertz, true]);
  }
  for (const hertz of [8_200, 10_000]) expect(loudness(through(rate, 16_000, hertz))).toBeLessThan(0.01);
});

test.each([44_100, 48_000, 44_099])('%d Hz: a tone stays a tone, whatever the pieces', (rate) => {
  const out = through(rate, 16_000, 1_000);
  // Against the tone itself, as late as the filter is.
  const [delay, error] = Array.from({ length: 160 }, (_, shift) => shift / 10)
    .map((late) => {
      const part = out.slice(4_000, 8_000);
      const wrong = part.map((one, i) => one - Math.sin((2 * Math.PI * 1_000 * (4_000 + i - late)) / 16_000));
      return [late, loudness([...wrong, ...wrong])] as const;
    })
    .reduce((best, one) => (one[1] < best[1] ? one : best));
  expect([delay, error < 0.03]).toEqual([expect.any(Number), true]);
  expect(through(rate, 16_000, 1_000, 1_000).slice(0, 15_000)).toEqual(out.slice(0, 15_000));
});

test('the same rate is left as it is', () => {
  expect(createResampler(16_000, 16_000)(Float32Array.of(0.5, -1))).toEqual(Float32Array.of(0.5, -1));
});
