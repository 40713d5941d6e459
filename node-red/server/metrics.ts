/** Figures for Prometheus: what turns did since the start, what waits, and what was written about orders. Behind the API's token. */
import type { Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import type { CounterConfiguration, Registry as Prometheus } from 'prom-client';
import type { Engine } from '../../app/engine.ts';
import { LATENCY_BUCKETS } from '../../app/metrics.ts';
import { engine } from '../current.ts';
import { flowName } from '../names.ts';
import type { Standing } from './health.ts';
import { messageCounts } from './message-counts.ts';
import { sendError } from './respond.ts';

type Labels = Record<string, string>;
type Values = [Labels, number][];

/** @param paths where it is served; the door is in front already */
export function serveMetrics(RED: Pick<NodeAPI, 'nodes'>, app: Router, paths: string[], standing: Standing): void {
  app.get(paths, (_request, response: Response) => {
    written(engine(), (nodeId) => flowName(RED, nodeId), standing)
      .then(({ type, text }) => response.type(type).send(text))
      .catch((error) => sendError(response, error));
  });
}

let ofProcess: Prometheus | undefined;

async function written(
  current: Engine,
  flowOf: (nodeId: string) => string,
  standing: Standing,
): Promise<{ type: string; text: string }> {
  // A tenth of a second of loading, for who asks.
  const { Counter, Gauge, Registry, collectDefaultMetrics } = await import('prom-client');
  if (!ofProcess) {
    // It watches the process from now on, so it is made once.
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  const registry: Prometheus = new Registry();
  const family = (Kind: typeof Counter | typeof Gauge, name: string, help: string, values: Values) => {
    const labelNames = [...new Set(values.flatMap(([labels]) => Object.keys(labels)))];
    const made = new Kind({ name, help, labelNames, registers: [registry] } as CounterConfiguration<string>);
    for (const [labels, value] of values) made.inc(labels, value);
  };
  const { metrics, store, registry: accounts, lanes } = current;

  const turns = metrics.turns();
  const turn = ({ account, outcome }: { account: string; outcome: string }) => ({ account, outcome });
  family(
    Counter,
    'dragoman_turns_total',
    'Turns that ended, and attempts that failed',
    turns.map((sum) => [turn(sum), sum.count]),
  );
  family(
    Counter,
    'dragoman_turn_seconds_sum',
    'Time that turns took',
    turns.map((sum) => [turn(sum), sum.seconds]),
  );
  family(
    Counter,
    'dragoman_turn_seconds_bucket',
    'Turns that took no longer',
    turns.flatMap((sum) =>
      sum.within.map((count, index): [Labels, number] => [{ ...turn(sum), le: bound(LATENCY_BUCKETS[index]!) }, count]),
    ),
  );
  const llm = metrics
    .llm()
    .map((sum) => ({ ...sum, labels: { provider: sum.provider, model: sum.model, flow: flowOf(sum.node) } }));
  family(
    Counter,
    'dragoman_llm_answers_total',
    'Answers that a model wrote',
    llm.map(({ labels, answers }) => [labels, answers]),
  );
  family(
    Counter,
    'dragoman_llm_tokens_total',
    'Tokens by kind; cached ones are input, too',
    llm.flatMap((sum) =>
      (['input', 'output', 'cached'] as const).map((kind): [Labels, number] => [{ ...sum.labels, kind }, sum[kind]]),
    ),
  );
  family(
    Counter,
    'dragoman_llm_cost_total',
    'In the currency of the configured prices',
    llm.map(({ labels, cost }) => [labels, cost]),
  );
  for (const [name, help, values] of messageCounts(current)) family(Counter, name, help, values);
  family(
    Gauge,
    'dragoman_event_loop_lag_seconds',
    'How long the event loop was held up within the last minute; 1: at most',
    [
      ...[0.5, 0.99].map((quantile): [Labels, number] => [
        { quantile: String(quantile) },
        current.counting.lag.within(quantile) / 1_000,
      ]),
      [{ quantile: '1' }, current.counting.lag.longest() / 1_000],
    ],
  );
  const stages = metrics.stages();
  family(
    Counter,
    'dragoman_call_stage_seconds_sum',
    'From the end of a caller’s speech to the first sound of the answer, by stage',
    stages.map(({ stage, seconds }) => [{ stage }, seconds]),
  );
  family(
    Counter,
    'dragoman_call_stage_seconds_count',
    'Answers that began to sound',
    stages.map(({ stage, count }) => [{ stage }, count]),
  );
  family(Gauge, 'dragoman_calls_open', 'Lines of callers', [[{}, current.calls.open()]]);
  family(Gauge, 'dragoman_turns_running', 'Conversations whose turn runs', [[{}, lanes.running()]]);
  const waiting = await store.lanes();
  family(Gauge, 'dragoman_turns_waiting', 'Conversations with something to be answered', [[{}, waiting.length]]);
  // A turn that runs is due at no time: it has 0.
  const oldest = waiting.reduce(
    (first, { wakeAt }) => (wakeAt > 0 ? Math.min(first, wakeAt) : first),
    current.clock.now(),
  );
  family(Gauge, 'dragoman_turns_waiting_seconds', 'How long the oldest of them has been due', [
    [{}, (current.clock.now() - oldest) / 1_000],
  ]);
  family(Gauge, 'dragoman_sends_waiting', 'Conversations with something to be sent', [
    [{}, (await store.outboxes()).length],
  ]);
  for (const [name, help, values] of amongOthers(current, standing)) family(Gauge, name, help, values);
  family(Gauge, 'dragoman_accounts_failing', 'Accounts that cannot work', [[{}, accounts.troubles().length]]);
  const nameOf = (id: string) => accounts.account(id)?.name ?? id;
  family(
    Gauge,
    'dragoman_follow_ups',
    'Messages that nobody asked for, by what became of them and the rule that said so',
    (await store.followUpCounts(0)).map(({ accountId, event, state, rule = '', variant = '', count }) => [
      { account: nameOf(accountId), event, state, rule, variant },
      count,
    ]),
  );
  family(
    Gauge,
    'dragoman_follow_up_outcomes',
    'What customers did after messages that nobody asked for; sent: that left or arrived',
    (await store.outcomeCounts(0)).flatMap(({ accountId, event, experiment = '', variant = '', ...counts }) =>
      Object.entries(counts).map(([outcome, count]): [Labels, number] => [
        { account: nameOf(accountId), event, experiment, variant, outcome },
        count,
      ]),
    ),
  );
  family(
    Gauge,
    'dragoman_notices',
    'What people and the CRM are told, of the last days: waiting, failing (told again), told, given_up',
    (await store.noticeCounts()).map(({ kind, open, failed, count }) => [
      { kind, state: open ? (failed ? 'failing' : 'waiting') : failed ? 'given_up' : 'told' },
      count,
    ]),
  );
  const { hits, misses } = await store.generationCounts(0);
  family(Gauge, 'dragoman_generation_cache', 'Texts about orders that a model had written before, and was asked for', [
    [{ result: 'hit' }, hits],
    [{ result: 'miss' }, misses],
  ]);
  const limiters = await current.desk.limiters();
  family(
    Gauge,
    'dragoman_unasked_today',
    'Messages that nobody asked for, in the account’s day',
    limiters.map(({ account, usedToday }) => [{ account }, usedToday]),
  );
  family(
    Gauge,
    'dragoman_unasked_limit',
    'The most of them on this day',
    limiters.map(({ account, limitToday }) => [{ account }, limitToday]),
  );
  return { type: registry.contentType, text: `${await registry.metrics()}\n${await ofProcess.metrics()}` };
}

const bound = (seconds: number) => (Number.isFinite(seconds) ? String(seconds) : '+Inf');

/** Of one process among many; none of a process that is the only one. */
function amongOthers({ fleet }: Engine, { duties, draining, flows }: Standing): [string, string, Values][] {
  const state = flows();
  if (!state) return [];
  const { workers, duties: taken, away } = fleet.state();
  const alive = Map.groupBy(
    workers.filter(({ gone }) => !gone),
    ({ role, version }) => JSON.stringify({ role, version }),
  );
  const isThere = (part: string) => Number(!away.some((each) => each.part === part));
  const { revision = '', failed } = state;
  return [
    ['dragoman_workers', 'Processes that live', [...alive].map(([labels, all]) => [JSON.parse(labels), all.length])],
    [
      'dragoman_duties',
      'What this process does for all',
      [[{}, taken.filter(({ owner }) => owner === fleet.id).length]],
    ],
    ['dragoman_flows', 'The flows that run here, by their revision', [[{ role: duties.role, revision }, 1]]],
    ['dragoman_flows_failed', 'Whether newer flows could not be taken, or handed out', [[{}, Number(Boolean(failed))]]],
    ['dragoman_store_up', 'Whether the store answered last', [[{}, isThere('store')]]],
    ['dragoman_redis_up', 'Whether Redis is there', [[{}, isThere('hints')]]],
    ['dragoman_draining', 'Whether this process is about to end', [[{}, Number(draining())]]],
  ];
}
