/** How much somebody may do, whichever worker he comes to; counted by each worker for itself while Redis is away. */
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limits } from '../../core/ports.ts';
import type { RedisLine } from './connection.ts';

/** @param prefix of its keys */
export function sharedLimits(line: RedisLine, prefix: string): Limits {
  const made = new Map<string, RateLimiterRedis>();

  function limiter(kind: string, most: number, seconds: number): RateLimiterRedis {
    const known = made.get(kind);
    if (known) return known;
    const own = { keyPrefix: `${prefix}:limit:${kind}`, points: most, duration: seconds };
    const created = new RateLimiterRedis({
      ...own,
      storeClient: line.client,
      useRedisPackage: true,
      // It would wait for the line.
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(own),
    });
    made.set(kind, created);
    return created;
  }

  return {
    async take(kind, key, { most, seconds }) {
      try {
        await limiter(kind, most, seconds).consume(key);
        return 0;
      } catch (error) {
        return error instanceof RateLimiterRes ? Math.max(1, error.msBeforeNext) : 0;
      }
    },
  };
}
