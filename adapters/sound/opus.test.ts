import Opus from 'opusscript';
import { describe, expect, it } from 'vitest';
import { SPEECH_RATE } from '../../core/sound/wav.ts';
import { createVoice } from '../../simulator/llm-voice.ts';
import { encodeOpus } from './opus.ts';

const never = new AbortController().signal;
const FRAME = SPEECH_RATE / 50;

interface Page {
  kind: number;
  until: number;
  number: number;
  packets: Buffer[];
}

/** As another reads it, by RFC 3533; the sums are compared. */
function pagesOf(file: Buffer): Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < file.length; ) {
    expect(file.toString('latin1', at, at + 4)).toBe('OggS');
    const segments = [...file.subarray(at + 27, at + 27 + file[at + 26]!)];
    let inside = at + 27 + segments.length;
    const end = inside + segments.reduce((sum, length) => sum + length, 0);
    const whole = Buffer.from(file.subarray(at, end));
    const told = whole.readUInt32LE(22);
    whole.writeUInt32LE(0, 22);
    expect(sumOf(whole)).toBe(told);
    const packets: Buffer[] = [];
    let length = 0;
    for (const segment of segments) {
      length += segment;
      if (segment === 255) continue;
      packets.push(file.subarray(inside, inside + length));
      inside += length;
      length = 0;
    }
    pages.push({ kind: file[at + 5]!, until: Number(file.readBigUInt64LE(at + 6)), number: pages.length, packets });
    expect(file.readUInt32LE(at + 18)).toBe(pages.length - 1);
    at = end;
  }
  return pages;
}

/** Bit by bit, as the RFC writes it. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000_0000 ? (sum << 1) ^ 0x04c1_1db7 : sum << 1;
  }
  return sum >>> 0;
}

function decoded(file: Buffer): Buffer {
  const [head, , ...audio] = pagesOf(file);
  const skip = head!.packets[0]!.readUInt16LE(10) / 2;
  const until = audio.at(-1)!.until / 2;
  const decoder = new Opus(SPEECH_RATE, 1, Opus.Application.VOIP);
  const pcm = Buffer.concat(audio.flatMap(({ packets }) => packets).map((packet) => decoder.decode(packet)));
  decoder.delete();
  return pcm.subarray(skip * 2, until * 2);
}

const samples = (pcm: Buffer) => Array.from({ length: pcm.length >> 1 }, (_, at) => pcm.readInt16LE(2 * at));

/** From −1 to 1: how much one goes as the other. */
function likeness(one: number[], other: number[]): number {
  const power = (all: number[]) => Math.sqrt(all.reduce((sum, each) => sum + each * each, 0));
  return one.reduce((sum, each, at) => sum + each * (other[at] ?? 0), 0) / (power(one) * power(other));
}

describe('a voice note', () => {
  const spoken = createVoice().say('one two three four five six seven eight nine ten');

  it('is Opus in an Ogg file, whose pages another reads', async () => {
    const pages = pagesOf(Buffer.from(await encodeOpus(spoken, never)));
    expect(pages[0]!.packets[0]!.toString('latin1', 0, 8)).toBe('OpusHead');
    expect(pages[1]!.packets[0]!.toString('latin1', 0, 8)).toBe('OpusTags');
    expect(pages.map(({ kind }) => kind)).toEqual([
      2,
      0,
      ...pages.slice(2).map((_, at, all) => (at === all.length - 1 ? 4 : 0)),
    ]);
    const untils = pages.map(({ until }) => until);
    expect(untils).toEqual(untils.toSorted((one, other) => one - other));
  });

  it('says what was spoken, neither earlier nor later, and is as long', async () => {
    const heard = decoded(Buffer.from(await encodeOpus(spoken, never)));
    expect(heard.length).toBe(spoken.length);
    expect(likeness(samples(heard), samples(spoken))).toBeGreaterThan(0.9);
  });

  it.each([1, FRAME - 1, FRAME, FRAME + 1, 26 * FRAME, 51 * FRAME - 7])('may have %i samples', async (length) => {
    const file = Buffer.from(await encodeOpus(spoken.subarray(0, length * 2), never));
    expect(decoded(file).length).toBe(length * 2);
  });

  it('is some 3 kB a second', async () => {
    const seconds = spoken.length / 2 / SPEECH_RATE;
    expect((await encodeOpus(spoken, never)).length / seconds).toBeLessThan(4_500);
  });

  it('is made for several at once, and not for who has gone', async () => {
    const gone = AbortSignal.abort(new Error('gone'));
    const all = await Promise.all([
      encodeOpus(spoken, never),
      encodeOpus(spoken, gone).catch((error: Error) => error.message),
      encodeOpus(spoken.subarray(0, 9_600), never),
    ]);
    expect(all[1]).toBe('gone');
    expect(decoded(Buffer.from(all[0] as Uint8Array)).length).toBe(spoken.length);
    expect(decoded(Buffer.from(all[2] as Uint8Array)).length).toBe(9_600);
  });
});
