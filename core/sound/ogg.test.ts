import { expect, it } from 'vitest';
import { oggOpus } from './ogg.ts';

const stream = { frame: 480, rate: 24_000, delay: 156, length: 700, serial: 7 };

it('writes packets of every length, also of a multiple of 255', () => {
  const packets = [0, 1, 254, 255, 256, 510, 700].map((length) => new Uint8Array(length).fill(length % 251));
  const file = Buffer.from(oggOpus({ ...stream, packets }));
  const last = file.lastIndexOf('OggS');
  const segments = [...file.subarray(last + 27, last + 27 + file[last + 26]!)];
  expect(segments).toEqual([0, 1, 254, 255, 0, 255, 1, 255, 255, 0, 255, 255, 190]);
  expect(file.subarray(last + 27 + segments.length)).toEqual(Buffer.concat(packets));
});

it('says where it ends, by the clock of such files', () => {
  const file = Buffer.from(oggOpus({ ...stream, packets: [new Uint8Array(3), new Uint8Array(3)] }));
  const last = file.lastIndexOf('OggS');
  expect([file[last + 5], Number(file.readBigUInt64LE(last + 6))]).toEqual([4, (156 + 700) * 2]);
  expect(file.readUInt16LE(file.indexOf('OpusHead') + 10)).toBe(312);
});
