/** What is remembered of people who are forgotten: by a hash whose key is not in the database, so that neither tells an address alone. */
import { createHmac } from 'node:crypto';
import { DragomanError } from '../../core/errors.ts';
import type { Kept } from './collections.ts';
import { type Connection, isDuplicate } from './connection.ts';

export type Remembered = ReturnType<typeof rememberedStore>;

/** @param key the same in all processes, and for ever: with another one, nobody who said STOP is known any more */
export function rememberedStore(key: Buffer) {
  return {
    hash: (kind: 'opt-out' | 'message', ...parts: string[]): string =>
      createHmac('sha256', key)
        .update(JSON.stringify([kind, ...parts]))
        .digest('base64url'),
  };
}

/** @throws DragomanError SETTING_INVALID where the hashes of this database were made with another key */
export async function checkKey({ c }: Pick<Connection, 'c'>, key: Buffer): Promise<void> {
  const print = createHmac('sha256', key).update('the key of this database').digest('base64url');
  const known = (await c('meta').findOne({ _id: 'key' })) ?? (await note(c, print));
  if (known.print !== print)
    throw new DragomanError(
      'SETTING_INVALID',
      'The key of this process is not the one with which the database remembers who said STOP.',
      'Give all processes the same key: copy the file from the first one.',
    );
}

async function note(c: Connection['c'], print: string): Promise<Kept> {
  const document: Kept = { _id: 'key', v: 1, print };
  try {
    await c('meta').insertOne(document);
    return document;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return (await c('meta').findOne({ _id: 'key' }))!;
  }
}
