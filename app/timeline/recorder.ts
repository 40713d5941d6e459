/** Stores what was noted of turns, several at once and a moment later: no turn waits for it, and what a crash loses of it is some turns' notes. */
import { DragomanError, describe } from '../../core/errors.ts';
import type { Trace } from '../../core/model.ts';
import type { Clock, Logger, Plan, Store } from '../../core/ports.ts';
import { type Environment, resolve, SETTINGS } from '../../core/settings.ts';
import type { TurnEnd } from '../../core/turns/lanes.ts';
import type { LiveTurn } from '../turn.ts';
import type { EndListener } from '../turns.ts';
import { stepsOf } from './notes.ts';

/** Who looks at a message sees it at once; everything else can wait. */
const LATER_MS = 250;
/** In one step of the store: about a millisecond. */
const MOST = 50;

export const LEVELS = ['all', 'brief', 'off'] as const;
export type Level = (typeof LEVELS)[number];

/** @throws DragomanError SETTING_INVALID */
export function levelOf(environment: Environment = process.env): Level {
  const { value, env } = resolve(SETTINGS.traces, environment);
  const level = LEVELS.find((one) => one === value);
  if (level) return level;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value}" is none of ${LEVELS.join(', ')}.`,
    `Correct ${env} and restart.`,
  );
}

export interface TraceRecorder {
  /** An attempt is over. It is told once its flow is over too: what happens there after its first words belongs to it. */
  ended: EndListener;
  /** Nothing of these conversations is stored any more. */
  forget(conversations: readonly string[]): void;
  /** Resolves when all that has ended is stored. */
  flush(): Promise<void>;
}

export function createTraceRecorder({
  store,
  clock,
  log,
  level,
}: {
  store: Pick<Store, 'run'>;
  clock: Clock;
  log: Logger;
  level: Level;
}): TraceRecorder {
  let waiting: Trace[] = [];
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const traces = waiting;
    waiting = [];
    for (let at = 0; at < traces.length; at += MOST) {
      const some = traces.slice(at, at + MOST);
      writing = writing
        .then(() => store.run(keepTraces(some), { lazy: true }))
        .catch((error) => log.warn(`What happened in ${some.length} turns was not stored: ${describe(error)}`));
    }
    return writing;
  }

  return {
    ended(live, end, over) {
      if (!live.noted) return;
      const endedAt = clock.now();
      const keep = () => {
        waiting.push(traceOf(live, end, endedAt, level));
        // Ended turns are remembered for what they say late, without this.
        live.noted = undefined;
        if (waiting.length >= MOST) void write();
        else cancel ??= clock.at(clock.now() + LATER_MS, () => void write());
      };
      if (over) void over.then(keep);
      else keep();
    },
    forget(conversations) {
      const theirs = new Set(conversations);
      waiting = waiting.filter(({ conversationId }) => !theirs.has(conversationId));
    },
    flush: write,
  };
}

/** Nothing is kept of who is forgotten, or was meanwhile. */
const keepTraces =
  (traces: Trace[]): Plan<void> =>
  (records) =>
    records.insertTraces(traces.filter(({ conversationId }) => records.conversation(conversationId) !== null));

function traceOf(live: LiveTurn, end: TurnEnd, now: number, level: Level): Trace {
  const { turn, account, attempt, begunAt } = live;
  const steps = stepsOf(live);
  return {
    id: attempt,
    turnId: turn.id,
    conversationId: turn.conversationId,
    accountId: account.id,
    at: begunAt,
    endedAt: now,
    end:
      end.kind === 'end'
        ? { outcome: end.outcome }
        : { outcome: 'failed', error: end.error, ...(end.cut && { cut: true }) },
    steps: level === 'brief' ? steps.map(brief) : steps,
  };
}

/** Without what was asked, answered, and what tools were told. */
function brief(step: Trace['steps'][number]): Trace['steps'][number] {
  if (step.kind === 'answer') return { ...step, asked: undefined, text: '' };
  return step.kind === 'tool' ? { ...step, args: '', result: '' } : step;
}
