import { expect, test } from 'vitest';
import { createFramer, samplesOf } from './pcm.ts';

test('frames are 20 ms of PCM each, loud as ears count', () => {
  const frames: { bytes: number; level: number; peak: number }[] = [];
  const take = createFramer(48_000, (frame, level) =>
    frames.push({ bytes: frame.byteLength, level, peak: Math.max(...frame) }),
  );
  const tone = (amplitude: number) => {
    for (let at = 0; at < 48_000; at += 128)
      take(Float32Array.from({ length: 128 }, (_, i) => amplitude * Math.sin((2 * Math.PI * 440 * (at + i)) / 48_000)));
    return frames.splice(0);
  };
  const loud = tone(1);
  expect(loud.length).toBe(49);
  expect(new Set(loud.map(({ bytes }) => bytes))).toEqual(new Set([640]));
  expect(Math.max(...loud.map(({ peak }) => peak))).toBeGreaterThan(32_000);
  expect(loud[20]!.level).toBeCloseTo(0.95, 2);
  expect(tone(0.01)[20]!.level).toBeCloseTo(0.28, 2);
  expect(tone(0)[20]!.level).toBe(0);
});

test('what is too loud is cut, not turned round', () => {
  let frame: Int16Array | undefined;
  const take = createFramer(16_000, (one) => {
    frame = one;
  });
  take(new Float32Array(320).fill(3).fill(-3, 160));
  expect([frame![0], frame![319]]).toEqual([32_767, -32_767]);
});

test('sound that comes is read as it was written', () => {
  const bytes = Buffer.alloc(9);
  for (const [at, value] of [0, -32_768, 32_767, -1].entries()) bytes.writeInt16LE(value, 2 * at);
  expect([...samplesOf(bytes.toString('base64'))]).toEqual([0, -1, 32_767 / 32_768, -1 / 32_768]);
});
