/** All that is counted of what this process does: by the hour and account into the store, how it is held up, and traces for who collects them. */
import { randomBytes } from 'node:crypto';
import type { Clock, Logger, LoopLag, SpanSink, Store } from '../../core/ports.ts';
import { createRecent } from '../../core/recent.ts';
import { createTracing } from '../traces.ts';
import type { LiveTurn } from '../turn.ts';
import type { Turns } from '../turns.ts';
import { createFeed, type Feed } from './feed.ts';
import { keepSampling } from './samples.ts';
import { createTallying, type Tallying } from './tallying.ts';

export interface Counting extends Pick<Feed, 'accepted' | 'tried'> {
  tallying: Tallying;
  lag: LoopLag;
  /** Stores and sends what is left. */
  stop(): Promise<void>;
}

export interface CountingOptions {
  store: Store;
  clock: Clock;
  /** The machine's own time. */
  machine: Clock;
  log: Logger;
  turns: Pick<Turns, 'onEnd' | 'running'>;
  lag: LoopLag;
  /** Undefined: nobody collects them. */
  traces: SpanSink | undefined;
  /** Takes personal data out of what a failure says. */
  mask(text: string): string;
}

export function createCounting(options: CountingOptions): Counting {
  const { store, clock, machine, log, turns, lag, traces, mask } = options;
  const tallying = createTallying({ store, clock, log });
  // A platform's answer is stored a moment after the flow went on, and so may the turn have.
  const ended = createRecent<Turn>(1_000);
  turns.onEnd((live) => ended.set(live.turn.id, turnOf(live)));
  const known = (turnId: string): Turn | undefined => {
    const live = turns.running(turnId);
    return live ? turnOf(live) : ended.get(turnId);
  };
  const { accepted, tried, turnEnded } = createFeed({ tallying, clock, cameAt: (id) => known(id)?.cameAt });
  turns.onEnd(turnEnded);
  const stopSampling = keepSampling({ store, machine, log, tallying, lag });
  const tracing = traces && createTracing({ traces, clock, known, newSpanId, mask });
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

interface Turn {
  cameAt: number | undefined;
  attempt: number;
  account: string;
}

const turnOf = ({ messages, view, account }: LiveTurn): Turn => ({
  ...{ cameAt: messages[0]?.at, attempt: view.attempt, account: account.name },
});

const newSpanId = () => randomBytes(8).toString('hex');
