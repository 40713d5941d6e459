/** WAV files: a header before the samples. */

/** Samples a second of all that is spoken in here. */
export const SPEECH_RATE = 24_000;

export interface WavFormat {
  /** Samples a second. */
  rate: number;
  channels: number;
  /** Where the samples begin. */
  at: number;
  /** Of all samples; undefined where the writer did not know yet. */
  bytes?: number;
}

/** A header is never longer than this, whatever a writer puts into it. */
const LONGEST_HEADER = 16 * 1024;
/** Who writes while he speaks does not know the length, and writes 0 or the greatest number he can. */
const UNKNOWN_BYTES = 0x7f00_0000;

const PCM = 1;
const EXTENSIBLE = 0xfffe;

/** Whether a file begins as WAV does; 12 bytes tell. */
export const isWav = (bytes: Uint8Array): boolean => ascii(bytes, 0) === 'RIFF' && ascii(bytes, 8) === 'WAVE';

/**
 * @param bytes the beginning of a file that `isWav`.
 * @returns undefined while more bytes are needed.
 * @throws Error where it holds something else than 16-bit samples.
 */
export function wavFormat(bytes: Uint8Array): WavFormat | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: Pick<WavFormat, 'rate' | 'channels'> | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = ascii(bytes, at);
    const length = view.getUint32(at + 4, true);
    const inside = at + 8;
    if (name === 'data') {
      if (!format) throw new Error('a WAV file without a format');
      return { ...format, at: inside, ...(length > 0 && length < UNKNOWN_BYTES ? { bytes: length } : {}) };
    }
    if (name === 'fmt ') {
      if (inside + 16 > bytes.length) break;
      format = samplesOf(view, inside);
    }
    at = inside + length + (length % 2);
  }
  if (bytes.length > LONGEST_HEADER) throw new Error('a WAV file without samples');
  return undefined;
}

function samplesOf(view: DataView, at: number): Pick<WavFormat, 'rate' | 'channels'> {
  const [kind, channels, rate, bits] = [
    view.getUint16(at, true),
    view.getUint16(at + 2, true),
    view.getUint32(at + 4, true),
    view.getUint16(at + 14, true),
  ];
  if ((kind !== PCM && kind !== EXTENSIBLE) || bits !== 16) throw new Error('a WAV file that is not of 16-bit samples');
  checkFormat(rate, channels);
  return { rate, channels };
}

/** @throws Error for what no sound has. */
export function checkFormat(rate: number, channels: number): void {
  if (rate < 4_000 || rate > 192_000 || !Number.isInteger(rate)) throw new Error(`sound of ${rate} samples a second`);
  if (channels < 1 || channels > 8 || !Number.isInteger(channels)) throw new Error(`sound of ${channels} channels`);
}

/** 16-bit samples of one channel as a WAV file. */
export function wavOf(pcm: Uint8Array, rate = SPEECH_RATE): Uint8Array {
  const file = new Uint8Array(44 + pcm.length);
  const view = new DataView(file.buffer);
  const write = (at: number, text: string) => {
    for (let index = 0; index < text.length; index++) file[at + index] = text.charCodeAt(index);
  };
  write(0, 'RIFF');
  view.setUint32(4, 36 + pcm.length, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, pcm.length, true);
  file.set(pcm, 44);
  return file;
}

const ascii = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
