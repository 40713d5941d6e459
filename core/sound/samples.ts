/** What an engine speaks, whatever it wraps it in, as the samples that all of us take: 16 bits, one channel, `SPEECH_RATE`. */
import { createResampler } from './resample.ts';
import { checkFormat, isWav, SPEECH_RATE, wavFormat } from './wav.ts';

export interface RawFormat {
  /** Samples a second. */
  rate: number;
  channels: number;
}

const NONE = new Uint8Array(0);

/**
 * Pieces of a sound as pieces of whole samples at `SPEECH_RATE`, each as soon as it is there.
 * @param raw what the samples are where no WAV header says it; default: as they shall be.
 * @throws Error for a WAV file of something else than 16-bit samples.
 */
export async function* speechSamples(
  pieces: AsyncIterable<Uint8Array>,
  raw: RawFormat = { rate: SPEECH_RATE, channels: 1 },
): AsyncGenerator<Uint8Array, void, undefined> {
  checkFormat(raw.rate, raw.channels);
  let start: Uint8Array | undefined = NONE;
  let left = Number.POSITIVE_INFINITY;
  let reader = createReader(raw);
  for await (const piece of pieces) {
    let samples = piece;
    if (start) {
      start = joined(start, piece);
      if (start.length < 12) continue;
      samples = start;
      if (isWav(start)) {
        const format = wavFormat(start);
        if (!format) continue;
        reader = createReader(format);
        left = format.bytes ?? left;
        samples = start.subarray(format.at);
      }
      start = undefined;
    }
    const own = samples.subarray(0, Math.min(samples.length, left));
    left -= own.length;
    yield* some(reader.push(own));
  }
  // Fewer bytes than a header has.
  if (start && !isWav(start)) yield* some(reader.push(start));
  yield* some(reader.end());
}

function* some(bytes: Uint8Array): Generator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

function createReader({ rate, channels }: RawFormat) {
  const resampler = createResampler(rate, SPEECH_RATE);
  const frame = 2 * channels;
  let rest = NONE;
  return {
    push(bytes: Uint8Array): Uint8Array {
      const all = rest.length ? joined(rest, bytes) : bytes;
      const whole = all.length - (all.length % frame);
      rest = all.slice(whole);
      return bytesOf(resampler.push(mono(all.subarray(0, whole), channels)));
    },
    end: () => bytesOf(resampler.end()),
  };
}

/** The mean of all channels. */
function mono(bytes: Uint8Array, channels: number): Int16Array {
  const samples = samplesIn(bytes);
  if (channels === 1) return samples;
  return Int16Array.from({ length: samples.length / channels }, (_, frame) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel]!;
    return Math.round(sum / channels);
  });
}

/** Whole samples, little end first, whatever this machine's order is. */
export function samplesIn(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Int16Array(bytes.length >> 1);
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true);
  return samples;
}

/** The other way round. */
export function bytesOf(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < samples.length; index++) view.setInt16(index * 2, samples[index]!, true);
  return bytes;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
