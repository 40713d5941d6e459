/** Figures as rows of a table, the head first: for spreadsheets. Names and numbers as programs read them. */
import { WRITERS } from './feed.ts';
import type { Figures } from './figures.ts';

/** A row a step. */
export function stepTable({ points, zone, step }: Figures): string[][] {
  const rules = labels(points.map(({ blocked }) => blocked));
  const outcomes = labels(points.map(({ turns }) => turns));
  const write = moments(zone);
  const head = [
    ...['time', 'in', ...WRITERS.map((writer) => `out_${writer}`), ...outcomes.map((outcome) => `turns_${outcome}`)],
    ...[...rules.map((rule) => `blocked_${rule}`), 'failed', 'unknown', 'opt_outs', 'opt_ins', 'replies_timed'],
    ...['reply_p50_ms', 'reply_p95_ms', 'first_human_p50_ms', 'first_human_p95_ms', 'human_done_p50_ms'],
    ...['human_done_p95_ms', 'tokens_in', 'tokens_out', 'cost', 'queue_most', 'loop_lag_most_ms'],
  ];
  const rows = points.map((point) => {
    const uses = Object.values(point.models);
    const sum = (kind: 'input' | 'output' | 'cost') => uses.reduce((all, use) => all + use[kind], 0);
    const numbers = [
      ...[
        point.in,
        ...WRITERS.map((writer) => point.out[writer] ?? 0),
        ...outcomes.map((one) => point.turns[one] ?? 0),
      ],
      ...[...rules.map((rule) => point.blocked[rule] ?? 0), point.failed, point.unknown, point.optOuts, point.optIns],
      ...[point.reply.count, point.reply.p50, point.reply.p95, point.firstHuman.p50, point.firstHuman.p95],
      ...[point.humanDone.p50, point.humanDone.p95, sum('input'), sum('output'), rounded(sum('cost'))],
      ...[point.queue, point.lag],
    ];
    return [write(point.at, step === 'hour'), ...numbers.map((value) => (value === null ? '' : String(value)))];
  });
  return [head, ...rows];
}

/** A row for each model of a step. */
export function modelTable({ points, zone, step }: Figures): string[][] {
  const write = moments(zone);
  const head = ['time', 'model', 'answers', 'tokens_in', 'tokens_out', 'tokens_cached', 'cost'];
  const rows = points.flatMap(({ at, models }) =>
    Object.entries(models).map(([model, { answers, input, output, cached, cost }]) => [
      ...[write(at, step === 'hour'), model],
      ...[answers, input, output, cached, rounded(cost)].map(String),
    ]),
  );
  return [head, ...rows];
}

const labels = (records: Record<string, number>[]) => [...new Set(records.flatMap(Object.keys))].sort();
/** Without what adding up fractions leaves behind. */
const rounded = (cost: number) => Number(cost.toFixed(6));

/** `2026-11-30`, or with the hour. */
function moments(timeZone: string): (at: number, withHour: boolean) => string {
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const dates = new Intl.DateTimeFormat('sv-SE', { timeZone, ...day });
  const hours = new Intl.DateTimeFormat('sv-SE', { timeZone, ...day, hour: '2-digit', minute: '2-digit' });
  return (at, withHour) => (withHour ? hours : dates).format(at);
}
