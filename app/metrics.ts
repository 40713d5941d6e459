/** Sums of what turns did since the start: counted here in plain numbers, so that nothing is loaded for it before somebody asks. */
import type { Stages } from '../core/ports.ts';
import type { TurnEnd } from '../core/turns/lanes.ts';
import { spentBy } from './figures/feed.ts';
import type { LiveTurn } from './turn.ts';

/** Seconds; the last is everything longer. */
export const LATENCY_BUCKETS = [0.25, 0.5, 1, 2, 5, 10, 20, 40, 90, 180, Number.POSITIVE_INFINITY] as const;

export interface TurnSum {
  account: string;
  /** `answered`, `blocked`, …, or `failed` for an attempt that was not the last. */
  outcome: string;
  count: number;
  seconds: number;
  /** How many took no longer than each of `LATENCY_BUCKETS`. */
  within: number[];
}

export interface LlmSum {
  provider: string;
  model: string;
  /** Id of the node that asked. */
  node: string;
  /** That were said. */
  answers: number;
  input: number;
  output: number;
  /** Of `input`, read from the provider's cache. */
  cached: number;
  /** In the currency of the configured prices. */
  cost: number;
}

/** Of the first sounds of answers in calls. */
export interface StageSum {
  stage: keyof Stages;
  count: number;
  seconds: number;
}

export interface Metrics {
  /** To be told of every ended turn. @param now UTC milliseconds */
  turnEnded(live: LiveTurn, end: TurnEnd, now: number): void;
  /** An answer of a call began to sound. */
  sounded(stages: Stages): void;
  turns(): TurnSum[];
  llm(): LlmSum[];
  stages(): StageSum[];
}

export function createMetrics(): Metrics {
  const turns = new Map<string, TurnSum>();
  const llm = new Map<string, LlmSum>();
  const stages = new Map<keyof Stages, StageSum>();

  function told(live: LiveTurn): void {
    const spent = spentBy(live);
    if (!spent) return;
    const { provider, wrote, usage } = spent;
    const { model = '', node = '' } = live.source ?? {};
    const key = `${provider}\n${model}\n${node}`;
    const sum = llm.get(key) ?? { provider, model, node, answers: 0, input: 0, output: 0, cached: 0, cost: 0 };
    llm.set(key, sum);
    if (wrote) sum.answers++;
    sum.input += usage?.input ?? 0;
    sum.output += usage?.output ?? 0;
    sum.cached += usage?.cached ?? 0;
    sum.cost += usage?.cost ?? 0;
  }

  return {
    turnEnded(live, end, now) {
      const outcome = end.kind === 'end' ? end.outcome : 'failed';
      const { name: account } = live.account;
      const key = `${account}\n${outcome}`;
      const sum = turns.get(key) ?? { account, outcome, count: 0, seconds: 0, within: LATENCY_BUCKETS.map(() => 0) };
      turns.set(key, sum);
      const seconds = (now - live.begunAt) / 1_000;
      sum.count++;
      sum.seconds += seconds;
      sum.within = sum.within.map((count, index) => (seconds <= LATENCY_BUCKETS[index]! ? count + 1 : count));
      told(live);
    },
    sounded(took) {
      for (const [stage, ms] of Object.entries(took) as [keyof Stages, number][]) {
        const sum = stages.get(stage) ?? { stage, count: 0, seconds: 0 };
        stages.set(stage, sum);
        sum.count++;
        sum.seconds += ms / 1_000;
      }
    },
    turns: () => [...turns.values()],
    llm: () => [...llm.values()],
    stages: () => [...stages.values()],
  };
}
