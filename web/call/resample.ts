/** Sound of one rate becomes sound of another, piece by piece. Pure; runs in the worklet. */

/** Zero crossings of the filter on each side: the more, the sharper it cuts, and the later a sample is ready (1.7 ms here). */
const CROSSINGS = 24;
/** Where the filter cuts, as a part of the lower rate's band: all above that band is gone, or it would come back as noise. */
const CUT = 0.89;
/** Rates without a common divisor take the nearest of so many places between two samples. */
const MOST_PHASES = 1024;

/** @returns takes samples as they come, and gives those that are ready by then */
export function createResampler(from: number, to: number): (input: Float32Array) => Float32Array {
  if (from === to) return (input) => input.slice();
  const divisor = gcd(from, to);
  const step = from / divisor;
  const steps = to / divisor;
  const { taps, phases, half } = filter(from, to, Math.min(steps, MOST_PHASES));
  let held = new Float32Array(half - 1);
  /** In `held`, the sample at or before the next one out, and how far behind it that is, in `steps`. */
  let at = half - 1;
  let past = 0;
  return (input) => {
    const all = new Float32Array(held.length + input.length);
    all.set(held);
    all.set(input, held.length);
    const out: number[] = [];
    while (at + half < all.length) {
      const phase = Math.floor((past * phases) / steps) * 2 * half;
      let sum = 0;
      for (let k = 0; k < 2 * half; k++) sum += all[at - half + 1 + k]! * taps[phase + k]!;
      out.push(sum);
      past += step;
      at += Math.floor(past / steps);
      past %= steps;
    }
    const done = at - half + 1;
    held = all.slice(done);
    at -= done;
    return Float32Array.from(out);
  };
}

/** A windowed sinc: for each place between two samples the weights of the `2 * half` samples around it. */
function filter(from: number, to: number, phases: number): { taps: Float32Array; phases: number; half: number } {
  const cut = (CUT * Math.min(1, to / from)) / 2;
  const half = Math.ceil(CROSSINGS / (2 * cut));
  const taps = new Float32Array(phases * 2 * half);
  for (let phase = 0; phase < phases; phase++) {
    const row = taps.subarray(phase * 2 * half, (phase + 1) * 2 * half);
    for (let k = 0; k < row.length; k++) {
      const t = k - half + 1 - phase / phases;
      row[k] = sinc(2 * cut * t) * blackman(t / half);
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let k = 0; k < row.length; k++) row[k]! /= sum;
  }
  return { taps, phases, half };
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const blackman = (x: number) =>
  Math.abs(x) > 1 ? 0 : 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
