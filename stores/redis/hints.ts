/** Redis as core's `Hints`, and what else is shared by it. */
import { createHash } from 'node:crypto';
import type { Generations } from '../../core/orders/generations.ts';
import type { Clock, Hints, Limits, Logger } from '../../core/ports.ts';
import { openLine } from './connection.ts';
import { sharedLimits } from './limits.ts';
import { createNews } from './news.ts';
import { createTokens } from './tokens.ts';
import { sharedGenerations } from './words.ts';

export interface Redis {
  hints: Hints;
  generations: Generations;
  limits: Limits;
}

/**
 * Does not wait for the line: a Redis that is away is a state, and no error.
 * @param installation what parts this one from others on the same Redis, such as the address of its database
 */
export function openRedis(url: string, installation: string, { clock, log }: { clock: Clock; log: Logger }): Redis {
  const prefix = prefixOf(installation);
  const line = openLine(url, log);
  const tokens = createTokens(line, clock, prefix);
  const news = createNews(line, `${prefix}:news`);
  return {
    generations: sharedGenerations(line, prefix),
    limits: sharedLimits(line, prefix),
    hints: {
      wake(wake) {
        return line.away() === undefined && tokens.add(wake);
      },
      tell: news.tell,
      listen(ears, wakes) {
        news.listen(ears.news);
        if (wakes) tokens.take((wake) => ears.wake(wake));
      },
      away: line.away,
      deafen: tokens.stop,
      async close() {
        await tokens.close();
        await line.close();
      },
    },
  };
}

/** Of all keys and channels of an installation. */
export const prefixOf = (installation: string): string =>
  `dragoman:${createHash('sha256').update(installation).digest('hex').slice(0, 12)}`;
