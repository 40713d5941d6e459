/** Opus in an Ogg file (RFC 3533, RFC 7845): what platforms want a voice note to be. */

/** All times in such a file are samples of this rate, whatever was encoded. */
const CLOCK_RATE = 48_000;
/** Of a page: fewer than fill its table, however long they are. */
const PACKETS_A_PAGE = 40;
const [CONTINUES, BEGINS, ENDS] = [0, 2, 4] as const;

export interface OpusStream {
  packets: readonly Uint8Array[];
  /** How long each packet is, in samples of `rate`. */
  frame: number;
  /** Samples a second of what was encoded. */
  rate: number;
  /** Samples at the beginning that are not to be heard: the encoder's delay. */
  delay: number;
  /** Samples that are to be heard; what is in the packets beyond is cut off. */
  length: number;
  /** Of this file, whatever it is. */
  serial: number;
}

/** One channel. */
export function oggOpus({ packets, frame, rate, delay, length, serial }: OpusStream): Uint8Array {
  const ticks = (samples: number) => Math.round((samples * CLOCK_RATE) / rate);
  const pages = [page([head(ticks(delay), rate)], BEGINS, 0, serial, 0), page([TAGS], CONTINUES, 0, serial, 1)];
  for (let at = 0; at < packets.length; at += PACKETS_A_PAGE) {
    const some = packets.slice(at, at + PACKETS_A_PAGE);
    const isLast = at + PACKETS_A_PAGE >= packets.length;
    const until = ticks(isLast ? delay + length : (at + some.length) * frame);
    pages.push(page(some, isLast ? ENDS : CONTINUES, until, serial, pages.length));
  }
  return joined(pages);
}

function head(skip: number, rate: number): Uint8Array {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii('OpusHead'));
  // Version 1, one channel.
  bytes.set([1, 1], 8);
  view.setUint16(10, skip, true);
  view.setUint32(12, rate, true);
  return bytes;
}

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const VENDOR = 'libopus';
/** Who made it, and no remarks. */
const TAGS = joined([ascii('OpusTags'), Uint8Array.of(VENDOR.length, 0, 0, 0), ascii(VENDOR), new Uint8Array(4)]);

function page(packets: readonly Uint8Array[], kind: number, until: number, serial: number, number: number): Uint8Array {
  const segments = packets.flatMap(({ length }) => [...Array(Math.floor(length / 255)).fill(255), length % 255]);
  const header = new Uint8Array(27 + segments.length);
  const view = new DataView(header.buffer);
  header.set(ascii('OggS'));
  header[5] = kind;
  view.setBigUint64(6, BigInt(until), true);
  view.setUint32(14, serial >>> 0, true);
  view.setUint32(18, number, true);
  header[26] = segments.length;
  header.set(segments, 27);
  const bytes = joined([header, ...packets]);
  new DataView(bytes.buffer).setUint32(22, checksum(bytes), true);
  return bytes;
}

/** The polynomial of Ethernet's, the other way round and with nothing added. */
const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let rest = index << 24;
  for (let bit = 0; bit < 8; bit++) rest = rest & 0x8000_0000 ? (rest << 1) ^ 0x04c1_1db7 : rest << 1;
  return rest >>> 0;
});

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = ((sum << 8) ^ CRC[((sum >>> 24) ^ byte) & 0xff]!) >>> 0;
  return sum;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
