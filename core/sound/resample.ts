/** Samples at one rate as samples at another, piece by piece: a windowed sinc, so that nothing folds over and nothing hisses. */

/** Zero crossings of the filter on either side. */
const CROSSINGS = 16;

export interface Resampler {
  /** What is certain by now; the filter looks a millisecond ahead. */
  push(samples: Int16Array): Int16Array;
  /** The rest. Nothing may be pushed after it. */
  end(): Int16Array;
}

/** @param from and `to`: whole samples a second, more than 0. */
export function createResampler(from: number, to: number): Resampler {
  if (from === to) return { push: (samples) => samples, end: () => new Int16Array(0) };
  const common = divisor(from, to);
  const [up, down] = [to / common, from / common];
  const cutoff = Math.min(1, to / from);
  /** Input samples that count on either side. */
  const reach = Math.ceil(CROSSINGS / cutoff);
  const kernels = new Map<number, Float32Array>();
  const kernelOf = (phase: number) => {
    const kernel = kernels.get(phase) ?? makeKernel(phase / up, cutoff, reach);
    kernels.set(phase, kernel);
    return kernel;
  };
  // Silence before the first sample.
  let held = new Int16Array(reach);
  /** Where in `held` the next output stands, and how far behind that sample, in parts of `up`. */
  let at = reach;
  let phase = 0;

  function push(samples: Int16Array): Int16Array {
    const all = new Int16Array(held.length + samples.length);
    all.set(held);
    all.set(samples, held.length);
    const made: number[] = [];
    while (at + reach < all.length) {
      const kernel = kernelOf(phase);
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++) sum += kernel[tap]! * all[at - reach + 1 + tap]!;
      made.push(Math.max(-32_768, Math.min(32_767, Math.round(sum))));
      phase += down;
      at += Math.floor(phase / up);
      phase %= up;
    }
    const done = Math.min(at - reach, all.length);
    held = all.slice(done);
    at -= done;
    return Int16Array.from(made);
  }
  return { push, end: () => push(new Int16Array(reach)) };
}

/** @param behind how far the output stands behind the middle sample, 0 to 1. */
function makeKernel(behind: number, cutoff: number, reach: number): Float32Array {
  const kernel = Float32Array.from({ length: 2 * reach }, (_, tap) => {
    const distance = tap - (reach - 1) - behind;
    const angle = Math.PI * cutoff * distance;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
  });
  // Silence stays silence, and a level stays that level.
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
