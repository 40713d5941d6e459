/** Sound as the socket has it: PCM, 16 bits, little endian, one channel. Pure; runs in the worklet too. */
import { createResampler } from './resample.ts';

/** Of what is sent; samples a second. */
const RATE_IN = 16_000;
/** Of what comes. */
export const RATE_OUT = 24_000;
/** Samples of one frame: 20 ms. */
const FRAME = 320;
/** Bytes of a millisecond that is sent. */
export const BYTES_PER_MS = 32;
/** What counts as silence on the meter, in decibels below the loudest. */
const FLOOR = 60;

/**
 * @param rate of what comes in
 * @param emit gets each frame, and how loud it is from 0 to 1
 * @returns takes samples as they come
 */
export function createFramer(
  rate: number,
  emit: (frame: Int16Array<ArrayBuffer>, level: number) => void,
): (samples: Float32Array) => void {
  const resample = createResampler(rate, RATE_IN);
  let frame = new Float32Array(FRAME);
  let filled = 0;
  return (samples) => {
    for (const sample of resample(samples)) {
      frame[filled++] = sample;
      if (filled < FRAME) continue;
      emit(toPcm(frame), loudness(frame));
      frame = new Float32Array(FRAME);
      filled = 0;
    }
  };
}

function toPcm(samples: Float32Array): Int16Array<ArrayBuffer> {
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767));
}

/** From 0 (silence) to 1, as ears count. */
function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-12)) / FLOOR));
}

/** Samples from −1 to 1; half a sample at the end is left out. */
export function samplesOf(base64: string): Float32Array<ArrayBuffer> {
  const bytes = atob(base64);
  const samples = new Float32Array(bytes.length >> 1);
  for (let at = 0; at < samples.length; at++) {
    const value = bytes.charCodeAt(2 * at) | (bytes.charCodeAt(2 * at + 1) << 8);
    samples[at] = ((value << 16) >> 16) / 32_768;
  }
  return samples;
}
