import { describe, expect, it } from 'vitest';
import { bytesOf, samplesIn, speechSamples } from './samples.ts';
import { isWav, SPEECH_RATE, wavFormat, wavOf } from './wav.ts';

const SAMPLES = Int16Array.from({ length: 2_400 }, (_, at) => Math.round(8_000 * Math.sin(at / 9)));
const PCM = bytesOf(SAMPLES);

async function read(bytes: Uint8Array, size = bytes.length, raw?: { rate: number; channels: number }) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const made: Uint8Array[] = [];
  for await (const piece of speechSamples(pieces(), raw)) made.push(piece);
  expect(made.every(({ length }) => length > 0 && length % 2 === 0)).toBe(true);
  return Buffer.concat(made);
}

/** A header that says what it likes. */
function wavWith(change: (view: DataView) => void, pcm = PCM): Uint8Array {
  const file = wavOf(pcm);
  change(new DataView(file.buffer));
  return file;
}

describe('a WAV file', () => {
  it('says what it holds', () => {
    const file = wavOf(PCM, 22_050);
    expect(isWav(file)).toBe(true);
    expect(wavFormat(file)).toEqual({ rate: 22_050, channels: 1, at: 44, bytes: PCM.length });
    expect(Buffer.from(file.subarray(44))).toEqual(Buffer.from(PCM));
  });

  it.each([1, 3, 7, 44, 100, 5_000])('becomes its samples, however it is cut (%i bytes)', async (size) => {
    expect(await read(wavOf(PCM), size)).toEqual(Buffer.from(PCM));
  });

  it.each([0, 0x7fff_f000, 0xffff_ffff])('of unknown length (%i) goes on to its end', async (length) => {
    expect(await read(wavWith((view) => view.setUint32(40, length, true)))).toEqual(Buffer.from(PCM));
  });

  it('has things before and behind its samples, which are no sound', async () => {
    const list = Buffer.from('LIST\x05\0\0\0abcde\0', 'latin1');
    const file = wavOf(PCM);
    const whole = Buffer.concat([file.subarray(0, 36), list, file.subarray(36), Buffer.from('LIST\x04\0\0\0!!!!')]);
    expect(await read(whole, 10)).toEqual(Buffer.from(PCM));
  });

  it('of another rate and two channels becomes what all take', async () => {
    const both = bytesOf(Int16Array.from({ length: SAMPLES.length * 2 }, (_, at) => SAMPLES[at >> 1]!));
    const file = wavWith((view) => {
      view.setUint16(22, 2, true);
      view.setUint32(24, 12_000, true);
    }, both);
    const made = samplesIn(await read(file));
    expect(made.length).toBe(2 * SAMPLES.length);
    expect(Math.abs(made[2_000]! - SAMPLES[1_000]!)).toBeLessThan(20);
  });

  it.each([
    ['floating-point samples', (view: DataView) => view.setUint16(20, 3, true)],
    ['8-bit samples', (view: DataView) => view.setUint16(34, 8, true)],
    ['no rate', (view: DataView) => view.setUint32(24, 0, true)],
    ['no channel', (view: DataView) => view.setUint16(22, 0, true)],
  ])('with %s is refused', async (_what, change) => {
    await expect(read(wavWith(change))).rejects.toThrow(/WAV|samples a second|channels/);
  });

  it('without samples is nothing, and one that never comes to them is refused', async () => {
    expect(await read(wavOf(new Uint8Array(0)))).toHaveLength(0);
    const endless = Buffer.concat([Buffer.from(wavOf(PCM).subarray(0, 36)), Buffer.alloc(70_000, 'junk')]);
    await expect(read(endless, 1_000)).rejects.toThrow('without samples');
  });
});

describe('bare samples', () => {
  it.each([1, 3, 1_001])('are whole in each piece (%i bytes)', async (size) => {
    expect(await read(PCM, size)).toEqual(Buffer.from(PCM));
  });

  it('are told by whoever knows their rate', async () => {
    expect((await read(PCM, 100, { rate: 12_000, channels: 1 })).length).toBe(2 * PCM.length);
    await expect(read(PCM, 100, { rate: 0, channels: 1 })).rejects.toThrow('samples a second');
    expect(SPEECH_RATE).toBe(24_000);
  });

  it('lose half a sample at the end, and are nothing where there are none', async () => {
    expect(await read(PCM.subarray(0, 7))).toEqual(Buffer.from(PCM.subarray(0, 6)));
    expect(await read(new Uint8Array(0))).toHaveLength(0);
  });
});
