/** The parts of a zip file. */
import { inflateRawSync } from 'node:zlib';

/** The record that ends such a file, and what stands before each part, in the list of all and at the part itself. */
const END = Buffer.from('PK\x05\x06');
const LISTED = 0x02014b50;
const PART = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
/** Bytes of these records without their names. */
const END_LENGTH = 22;
const LISTED_LENGTH = 46;
const PART_LENGTH = 30;

export interface Zip {
  names: string[];
  /** @throws where the part is damaged, or where all that was read would be more than is allowed. */
  read(name: string): Buffer;
}

const damaged = (cause?: unknown) =>
  new Error('The file is damaged or cut off. Save it again, or copy it here once more.', { cause });

interface Listed {
  method: number;
  /** Bytes as they are packed. */
  length: number;
  offset: number;
}

function listOf(content: Buffer): Map<string, Listed> {
  const end = content.lastIndexOf(END);
  if (end < 0) throw damaged();
  const list = new Map<string, Listed>();
  const count = content.readUInt16LE(end + END_LENGTH - 12);
  let at = content.readUInt32LE(end + END_LENGTH - 6);
  for (let index = 0; index < count; index++) {
    if (content.readUInt32LE(at) !== LISTED) throw damaged();
    const [name, extra, comment] = [28, 30, 32].map((from) => content.readUInt16LE(at + from)) as [
      number,
      number,
      number,
    ];
    list.set(content.toString('utf8', at + LISTED_LENGTH, at + LISTED_LENGTH + name), {
      method: content.readUInt16LE(at + 10),
      length: content.readUInt32LE(at + 20),
      offset: content.readUInt32LE(at + 42),
    });
    at += LISTED_LENGTH + name + extra + comment;
  }
  return list;
}

function partOf(content: Buffer, { method, length, offset }: Listed, most: number): Buffer {
  if (content.readUInt32LE(offset) !== PART) throw damaged();
  const begin = offset + PART_LENGTH + content.readUInt16LE(offset + 26) + content.readUInt16LE(offset + 28);
  const packed = content.subarray(begin, begin + length);
  if (packed.length < length || (method !== STORED && method !== DEFLATED)) throw damaged();
  return method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: most });
}

/**
 * @param most bytes that may be read of it, all parts together: a file of some kilobytes can say that it holds gigabytes.
 * @throws where it is no zip file, or is damaged.
 */
export function openZip(content: Buffer, most: number): Zip {
  /** Numbers of a damaged file lead beyond its end. */
  const inside = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ERR_BUFFER_TOO_LARGE') throw damaged(error);
      throw new Error(`It unpacks to more than ${most / 1_000_000} MB of text. Part it into several files.`);
    }
  };
  const list = inside(() => listOf(content));
  let left = most;
  return {
    names: [...list.keys()],
    read(name) {
      const part = inside(() => partOf(content, list.get(name)!, Math.max(1, left)));
      left -= part.length;
      return part;
    },
  };
}
