/** What models wrote before, shared by all workers; in memory while Redis is away, and where it has forgotten. */
import { createGenerations, type Generations } from '../../core/orders/generations.ts';
import { type RedisLine, within } from './connection.ts';

/** Words that nobody asked for in so long are forgotten; seconds. */
const KEEP_S = 7 * 86_400;
/** A model takes seconds: so long is worth the wait. */
const ANSWER_MS = 500;

/** @param prefix of its keys */
export function sharedGenerations(line: RedisLine, prefix: string): Generations {
  const own = createGenerations();
  const keyOf = (key: string) => `${prefix}:words:${key}`;

  async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (line.away() !== undefined) return undefined;
    try {
      return await within(work(), ANSWER_MS);
    } catch {
      return undefined;
    }
  }

  return {
    async get(key) {
      const known = await own.get(key);
      if (known !== undefined) return known;
      return (await ask(() => line.client.getEx(keyOf(key), { type: 'EX', value: KEEP_S }))) ?? undefined;
    },
    async set(key, text) {
      await own.set(key, text);
      await ask(() => line.client.set(keyOf(key), text, { expiration: { type: 'EX', value: KEEP_S } }));
    },
  };
}
