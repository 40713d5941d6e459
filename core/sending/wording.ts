/** What a message says, as a hash: two that differ only in case, marks, punctuation or emoji say the same. Takes time by their length. */
import { createHash } from 'node:crypto';
import type { SendPart } from '../model.ts';
import { fold } from '../text/fold.ts';

/** @param parts as the channel rendered them, without an address */
export function wordingOf(parts: readonly Pick<SendPart, 'request'>[]): string {
  const words: string[] = [];
  JSON.stringify(parts, (_name, value) => {
    if (typeof value === 'string')
      words.push(
        fold(value, 'drop')
          .replace(/[^\p{L}\p{N}]+/gu, ' ')
          .trim(),
      );
    return value;
  });
  return createHash('sha256').update(JSON.stringify(words)).digest('base64url');
}
