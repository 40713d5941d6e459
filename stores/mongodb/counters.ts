/** Caps and budgets: each a document, changed by one conditional write. */
import type { Counters } from '../../core/ports.ts';
import type { Name } from './collections.ts';
import { type Connection, guarded, isDuplicate } from './connection.ts';
import type { Steps } from './steps.ts';

/** One that a step has taken is waited for. */
const FREE = { hold: { $exists: false } };
const TRIES = 50;

export function counterStore({ c }: Pick<Connection, 'c'>, steps: Steps): Counters {
  /** Repeats a write while a step has the document. */
  async function whenFree(name: Name, id: string, write: () => Promise<boolean>): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      if (await write()) return true;
      const found = await c(name).findOne({ _id: id });
      if (!found?.hold) return false;
      if (!(await steps.resolve(name, found))) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }

  return {
    reserve: (cap, limit, at) =>
      guarded(async () => {
        if (limit < 1) return false;
        return whenFree('caps', cap, async () => {
          const { matchedCount } = await c('caps').updateOne(
            { _id: cap, used: { $lt: limit }, ...FREE },
            { $inc: { used: 1, v: 1 } },
          );
          if (matchedCount === 1) return true;
          try {
            await c('caps').insertOne({ _id: cap, v: 1, used: 1, at });
            return true;
          } catch (error) {
            if (!isDuplicate(error)) throw error;
          }
          // It was made a moment ago.
          const again = await c('caps').updateOne(
            { _id: cap, used: { $lt: limit }, ...FREE },
            { $inc: { used: 1, v: 1 } },
          );
          return again.matchedCount === 1;
        });
      }),
    used: (cap) =>
      guarded(async () => Number((await c('caps').findOne({ _id: cap, 'hold.fresh': { $exists: false } }))?.used ?? 0)),
    release: (cap) =>
      guarded(async () => {
        await whenFree('caps', cap, async () => {
          const { matchedCount } = await c('caps').updateOne(
            { _id: cap, used: { $gt: 0 }, ...FREE },
            { $inc: { used: -1, v: 1 } },
          );
          return matchedCount === 1;
        });
      }),
    addUsage: (keys, { tokens, cost }, at) =>
      guarded(async () => {
        await Promise.all(
          keys.map((key) =>
            whenFree('usage', key, async () => {
              const change = { $inc: { tokens, cost, v: 1 }, $max: { at } };
              if ((await c('usage').updateOne({ _id: key, ...FREE }, change)).matchedCount === 1) return true;
              try {
                await c('usage').insertOne({ _id: key, v: 1, tokens, cost, at });
                return true;
              } catch (error) {
                if (!isDuplicate(error)) throw error;
              }
              return (await c('usage').updateOne({ _id: key, ...FREE }, change)).matchedCount === 1;
            }),
          ),
        );
      }),
    usageOf: (key) =>
      guarded(async () => {
        const found = await c('usage').findOne({ _id: key, 'hold.fresh': { $exists: false } });
        return { tokens: Number(found?.tokens ?? 0), cost: Number(found?.cost ?? 0) };
      }),
  };
}
