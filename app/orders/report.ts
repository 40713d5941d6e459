/** What is told of orders to other systems: in words that hold for years, and as tables for spreadsheets. */
import { ORDER_EVENTS } from '../../core/model.ts';
import { OUTCOMES, type VariantRates } from '../../core/orders/variants.ts';
import type { Engine } from '../engine.ts';
import type { OrderFigures } from './figures.ts';
import { isoOf, type Sells } from './sells.ts';

/** What became of all messages, and how much more may be written today. */
export function metricsOf(figures: OrderFigures) {
  const { since, sent, failed, unknown, successRate, waiting, drafted, shown, old, limiters, variants, results } =
    figures;
  const { hits, misses } = figures.generations;
  return {
    since: isoOf(since),
    sent,
    blocked: byReason(figures.blocked),
    errors: { total: failed + unknown, failed, unknown },
    successRate,
    held: byReason(figures.held),
    ...{ waiting, drafted, shown, old },
    limiter: { stoppedAt: isoOf(figures.stoppedAt), accounts: limiters },
    /** Of texts that a model wrote: taken from what it had written before, and asked for. */
    cache: { hits, misses },
    variants,
    results,
  };
}

const byReason = (rules: Record<string, number>) => ({
  total: Object.values(rules).reduce((sum, count) => sum + count, 0),
  byReason: rules,
});

/** Whether anything is written, by whom, and where the orders come from. */
export async function statusOf({ desk, registry }: Pick<Engine, 'desk' | 'registry'>) {
  const { stoppedAt, waiting, held, limiters } = await desk.counts();
  const nameOf = (id: string) => registry.account(id)?.name ?? id;
  return {
    enabled: stoppedAt === 0 && limiters.some(({ enabled }) => enabled),
    stoppedAt: isoOf(stoppedAt),
    /** Nothing leaves from any account. */
    testMode: limiters.length > 0 && limiters.every(({ testMode }) => testMode),
    accounts: limiters,
    troubles: registry.troubles().map(({ accountId, reason }) => ({ account: nameOf(accountId), reason })),
    sources: registry.starters().flatMap(({ accountId, source }) => {
      if (!source) return [];
      const { shop, asks, look, orders, fault, at } = source();
      return [{ shop, account: nameOf(accountId), asks, look, orders, fault, at: isoOf(at) }];
    }),
    waiting,
    held: byReason(held),
  };
}

type Row = [figure: string, of: string, value: unknown];

/** One row a figure. */
export function metricsTable(figures: OrderFigures): string[][] {
  const { since, sent, blocked, errors, successRate, held, waiting, drafted, shown, old, limiter, cache } =
    metricsOf(figures);
  const { variants, results } = figures;
  const rows: Row[] = [
    ['since', '', since],
    ['sent', '', sent],
    ...named('blocked', blocked.byReason),
    ['failed', '', errors.failed],
    ['unknown', '', errors.unknown],
    ['success rate', '', successRate],
    ...named('held', held.byReason),
    ...Object.entries({ waiting, drafted, shown, old }).map(([name, count]): Row => [name, '', count]),
    ...limiter.accounts.flatMap(({ account, usedToday, limitToday, dailyLimit }): Row[] => [
      ['used today', account, usedToday],
      ['limit today', account, limitToday],
      ['daily limit', account, dailyLimit],
    ]),
    ['cache hits', '', cache.hits],
    ['cache misses', '', cache.misses],
    ...Object.entries(variants).flatMap(([variant, states]) =>
      Object.entries(states).map(([state, count]): Row => [`variant ${state}`, variant, count]),
    ),
    ...ratesTable('', results.all),
    ...results.experiments.flatMap(({ experiment, event, variants: rates, comparisons }) => {
      const of = [experiment, event].filter(Boolean).join(' ');
      return [
        ...Object.entries(rates).flatMap(([variant, rate]) => ratesTable(`${of} ${variant}`, rate)),
        ...comparisons.map(({ outcome, sentence }): Row => [`result ${outcome} compared`, of, sentence]),
      ];
    }),
  ];
  return [['figure', 'of', 'value'], ...rows.map((row) => row.map((value) => String(value ?? '')))];
}

/** Each count with its rate and the bounds of that. */
const ratesTable = (of: string, rates: VariantRates): Row[] => [
  ['result sent', of, rates.sent],
  ...OUTCOMES.flatMap((outcome): Row[] => {
    const { count, rate, low, high } = rates[outcome];
    const bounds: [string, number][] = rates.sent === 0 ? [] : Object.entries({ rate, low, high });
    return [
      [`result ${outcome}`, of, count],
      ...bounds.map(([name, value]): Row => [`result ${outcome} ${name}`, of, Number(value.toFixed(4))]),
    ];
  }),
];

const named = (figure: string, counts: Record<string, number>) =>
  Object.entries(counts).map(([name, count]): Row => [figure, name, count]);

/** One row an order. */
export function sellsTable({ orders }: Sells): string[][] {
  const head = ['number', 'state', 'placed', 'changed', 'items', 'amount', 'currency'];
  const heads = [...head, ...ORDER_EVENTS.flatMap((event) => [event, `${event} reason`]), 'wrong'];
  const rows = orders.map(({ number, state, placedAt, changedAt, items, total, fault, omitted, messages }) => [
    ...[number, state, placedAt, changedAt],
    items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', '),
    ...[total?.amount, total?.currency],
    ...ORDER_EVENTS.flatMap((event) => [messages[event]?.state, messages[event]?.reason]),
    [fault, ...omitted].flatMap((wrong) => wrong?.message ?? []).join(' '),
  ]);
  return [heads, ...rows.map((row) => row.map((value) => value ?? ''))];
}
