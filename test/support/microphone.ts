/** A caller's microphone in a test: what the stand-in's voice says, at 16 kHz, as fast as time goes by. */
import { setTimeout as wait } from 'node:timers/promises';
import { createResampler } from '../../core/sound/resample.ts';
import { bytesOf, samplesIn } from '../../core/sound/samples.ts';
import type { Line } from './line.ts';

const FRAME_BYTES = 640;
const FRAME_MS = 20;

/** @param pcm 24 kHz */
export function atMicrophone(pcm: Uint8Array): Buffer {
  const resampler = createResampler(24_000, 16_000);
  return Buffer.concat([bytesOf(resampler.push(samplesIn(pcm))), bytesOf(resampler.end())]);
}

export const silence = (ms: number): Buffer => Buffer.alloc(ms * 32);

/** Frames of 20 ms, one after another in time. Resolves when the last has left. */
export async function speakInto(line: Pick<Line, 'sound'>, ...sounds: Uint8Array[]): Promise<void> {
  const sound = Buffer.concat(sounds);
  const begun = performance.now();
  for (let at = 0; at < sound.length; at += FRAME_BYTES) {
    const due = begun + (at / FRAME_BYTES) * FRAME_MS;
    if (due > performance.now()) await wait(due - performance.now());
    line.sound(sound.subarray(at, at + FRAME_BYTES));
  }
}
