/** What a message says, as a hash: two that differ only in case, marks, punctuation or emoji say the same. */
import { createHash } from 'node:crypto';
import type { SendPart } from '../model.ts';
import { fold } from '../text/fold.ts';

/** Letters of a part that are looked at: texts that are the same so far say the same. */
const COMPARED = 4_096;

/** @param parts as the channel rendered them, without an address */
export function wordingOf(parts: readonly Pick<SendPart, 'request'>[]): string {
  const words: string[] = [];
  JSON.stringify(parts, (_name, value) => {
    if (typeof value === 'string')
      words.push(
        fold(value.slice(0, COMPARED), 'drop')
          .replace(/[^\p{L}\p{N}]+/gu, ' ')
          .trim(),
      );
    return value;
  });
  return createHash('sha256').update(JSON.stringify(words)).digest('base64url');
}
