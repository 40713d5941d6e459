/** What goes wrong with every customer is told once, and once when it is over; between the two only at level debug. */
import type { Logger } from './ports.ts';
import { plural } from './text/plural.ts';

export interface Outages {
  /** @param key the same for all that fails together. */
  failed(key: string, line: string): void;
  /** Told only where it had failed. @param what the sentence's subject, such as an endpoint's name. */
  works(key: string, what: string): void;
}

/** State is kept per process and per key, and only for what failed. */
export function createOutages(log: Logger, now: () => number): Outages {
  const open = new Map<string, { since: number; failures: number }>();
  return {
    failed(key, line) {
      const outage = open.get(key);
      if (outage) {
        outage.failures++;
        log.debug(line);
        return;
      }
      open.set(key, { since: now(), failures: 1 });
      log.warn(`${line} (Told once, until it works again.)`);
    },
    works(key, what) {
      const outage = open.get(key);
      if (!outage) return;
      open.delete(key);
      const seconds = Math.round((now() - outage.since) / 1_000);
      log.info(`${what} works again, after ${plural(outage.failures, 'failure')} in ${seconds} s.`);
    },
  };
}
