/** All that is counted of what this process does: by the hour and account into the store, how it is held up, and traces for who collects them. */
import { randomBytes } from 'node:crypto';
import { type LoopLag, watchLoopLag } from '../../adapters/net/loop-lag.ts';
import { createOtlp } from '../../adapters/net/otlp.ts';
import { maskLine } from '../../adapters/personal-data/mask-log.ts';
import type { Clock, Logger, Store } from '../../core/ports.ts';
import { type Environment, setting } from '../../core/settings.ts';
import { createTracing } from '../traces.ts';
import type { Turns } from '../turns.ts';
import { createFeed, type Feed } from './feed.ts';
import { keepSampling } from './samples.ts';
import { createTallying, type Tallying } from './tallying.ts';

export interface Counting extends Pick<Feed, 'accepted' | 'tried'> {
  tallying: Tallying;
  lag: LoopLag;
  /** Stores what is left. */
  stop(): Promise<void>;
}

export interface CountingOptions {
  store: Store;
  clock: Clock;
  /** The machine's own time. */
  machine: Clock;
  log: Logger;
  turns: Pick<Turns, 'onEnd' | 'running'>;
  /** The client for collectors. */
  egress: typeof fetch;
  environment?: Environment;
}

/** @throws DragomanError SETTING_INVALID */
export function createCounting(options: CountingOptions): Counting {
  const { store, clock, machine, log, turns } = options;
  const tallying = createTallying({ store, clock, log });
  const { accepted, tried, turnEnded } = createFeed({ tallying, clock, turns });
  turns.onEnd(turnEnded);
  const lag = watchLoopLag();
  const stopSampling = keepSampling({ store, machine, log, tallying, lag });
  const traces = tracesOf(options);
  const tracing = traces && createTracing({ traces, clock, turns, newSpanId, mask: maskLine });
  if (tracing) turns.onEnd(tracing.turnEnded);
  return {
    ...{ tallying, lag, accepted },
    tried(message) {
      tried(message);
      tracing?.tried(message);
    },
    async stop() {
      stopSampling();
      lag.stop();
      await Promise.all([tallying.stop(), traces?.stop()]);
    },
  };
}

function tracesOf({ egress, machine, log, environment = process.env }: CountingOptions) {
  const endpoint = setting('tracesUrl', environment);
  if (!endpoint) return undefined;
  const [headers, service] = [setting('tracesHeaders', environment), setting('tracesService', environment)];
  return createOtlp({ endpoint, headers, service, egress, machine, log });
}

const newSpanId = () => randomBytes(8).toString('hex');
