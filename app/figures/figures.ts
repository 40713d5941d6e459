/** What happened in a period, by steps of it: for the page, spreadsheets and other systems. Made of the store's sums by hour and account. */
import { DragomanError } from '../../core/errors.ts';
import { add, HOUR_MS, hourOf, partsOf, type Times, timesOf } from '../../core/figures/tallies.ts';
import type { Sum } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { isZone } from '../../core/text/zones.ts';
import type { Registry } from '../registry.ts';
import { type Step, stepsOf } from './steps.ts';
import type { Tallying } from './tallying.ts';

/** Rows that are read at once: some milliseconds. */
const ROWS = 500;
/** More is no picture. A month by the hour fits. */
const MOST_STEPS = 750;
const LONGEST_MS = 4 * 366 * 24 * HOUR_MS;

export interface Asked {
  /** Whole hours; UTC milliseconds. */
  from: number;
  until: number;
  step: Step;
  /** IANA name, by whose clock days begin. Hours are those of UTC: where a zone is half an hour off, so are its days. */
  zone: string;
  /** An id; absent: all. */
  account?: string;
}

/** Tokens, and what they cost in the currency of the configured prices. `cached` ones are `input`, too. */
export interface ModelUse {
  answers: number;
  input: number;
  output: number;
  cached: number;
  cost: number;
}

export interface Happened {
  /** Messages that came. */
  in: number;
  /** Messages that left, by who wrote them; see `WRITERS`. */
  out: Record<string, number>;
  /** Turns by what became of them; `failed` are attempts. */
  turns: Record<string, number>;
  /** Turns that were held back, by rule. */
  blocked: Record<string, number>;
  /** Messages that failed for good. */
  failed: number;
  /** Messages of which nobody knows whether they arrived. */
  unknown: number;
  optOuts: number;
  optIns: number;
  reply: Times;
  firstHuman: Times;
  humanDone: Times;
  models: Record<string, ModelUse>;
  /** The most conversations that waited for an answer at one time. */
  queue: number;
  /** The longest that the event loop was held up, of all processes; milliseconds; null where one account is asked for. */
  lag: number | null;
}

export interface Figures extends Asked {
  /** All there are now, and those of the period that are gone, by their ids. */
  accounts: { id: string; name: string }[];
  total: Happened;
  /** Of as long a time right before. */
  before: Happened;
  /** By step, in order; `at` is when it begins. */
  points: (Happened & { at: number })[];
  /** Of the prices of models, as people wrote them, each once; none where nobody wrote one. */
  currencies: string[];
}

export interface FigureParts {
  store: Pick<Store, 'tallies'>;
  tallying: Pick<Tallying, 'flush'>;
  registry: Pick<Registry, 'accounts'>;
  currencies: readonly string[];
}

/** @throws DragomanError BAD_REQUEST for a period that is none, or is too long for its steps */
export async function figuresOf(
  { store, tallying, registry, currencies }: FigureParts,
  asked: Asked,
): Promise<Figures> {
  const { from, until, step, zone, account } = asked;
  check(asked);
  const steps = stepsOf(from, until, step, zone);
  if (steps.begin.length > MOST_STEPS)
    throw new DragomanError(
      'BAD_REQUEST',
      `These are ${steps.begin.length} steps.`,
      `Ask for at most ${MOST_STEPS}: a shorter period, or longer steps.`,
    );
  await tallying.flush();
  const points = steps.begin.map((): Record<string, Sum> => ({}));
  const [total, before]: [Record<string, Sum>, Record<string, Sum>] = [{}, {}];
  const seen = new Set<string>();
  for await (const tally of read(store, { from: from - (until - from), until, account })) {
    const isBefore = tally.hour < from;
    if (!isBefore && tally.accountId) seen.add(tally.accountId);
    const of = isBefore ? [before] : [total, points[steps.indexOf(tally.hour)]!];
    for (const [key, sum] of Object.entries(tally.sums)) for (const sums of of) add(sums, key, sum);
  }
  const isAll = account === undefined;
  const names = new Map(registry.accounts().map(({ id, name }) => [id, name]));
  for (const id of seen) if (!names.has(id)) names.set(id, id);
  return {
    ...asked,
    accounts: [...names].map(([id, name]) => ({ id, name })),
    total: happened(total, isAll),
    before: happened(before, isAll),
    currencies: [...new Set(currencies.filter(Boolean))],
    points: points.map((sums, index) => ({ at: steps.begin[index]!, ...happened(sums, isAll) })),
  };
}

const WEEK_MS = 7 * 24 * HOUR_MS;

/** The period that is meant where its ends, or one of them, are not told: a week, until the end of this hour. UTC milliseconds. */
export function periodOf(now: number, asked: { from?: number; until?: number }): Pick<Asked, 'from' | 'until'> {
  const { until = hourOf(now) + HOUR_MS } = asked;
  return { until, from: asked.from ?? until - WEEK_MS };
}

async function* read(store: Pick<Store, 'tallies'>, asked: { from: number; until: number; account?: string }) {
  const period = { from: Math.max(0, asked.from), until: asked.until, accountId: asked.account, limit: ROWS };
  for (let after: string | undefined; ; ) {
    const rows = await store.tallies({ ...period, after });
    yield* rows;
    if (rows.length < ROWS) return;
    after = rows.at(-1)!.id;
    // Others get a word in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function check({ from, until, zone }: Asked): void {
  const isHour = (at: number) => Number.isSafeInteger(at) && at >= 0 && at % HOUR_MS === 0;
  if (!isHour(from) || !isHour(until) || until <= from || until - from > LONGEST_MS)
    throw new DragomanError(
      'BAD_REQUEST',
      'This is no period.',
      'Give "from" and "until" as whole hours in UTC milliseconds, at most four years apart.',
    );
  if (!isZone(zone))
    throw new DragomanError('BAD_REQUEST', `"${zone}" is no time zone.`, 'Give an IANA name, such as Asia/Tehran.');
}

const USE = ['input', 'output', 'cached', 'cost'] as const;

function happened(sums: Record<string, Sum>, isAll: boolean): Happened {
  const byLabel: Record<string, Record<string, Sum>> = {};
  for (const [key, sum] of Object.entries(sums)) {
    const [name, label] = partsOf(key);
    byLabel[name] ??= {};
    byLabel[name][label] = sum;
  }
  const counts = (name: string) =>
    Object.fromEntries(Object.entries(byLabel[name] ?? {}).map(([label, [count]]) => [label, count]));
  const count = (name: string, label = '') => byLabel[name]?.[label]?.[0] ?? 0;
  const most = (name: string) => byLabel[name]?.['']?.[2] ?? 0;
  const models: Record<string, ModelUse> = {};
  for (const kind of USE)
    for (const [model, [answers, total]] of Object.entries(byLabel[kind] ?? {})) {
      models[model] ??= { answers: 0, input: 0, output: 0, cached: 0, cost: 0 };
      models[model][kind] = total;
      if (kind === 'input') models[model].answers = answers;
    }
  return {
    in: count('in'),
    out: counts('out'),
    turns: counts('turn'),
    blocked: counts('blocked'),
    failed: count('lost', 'failed'),
    unknown: count('lost', 'unknown'),
    optOuts: count('consent', 'out'),
    optIns: count('consent', 'in'),
    reply: timesOf(sums, 'reply'),
    firstHuman: timesOf(sums, 'firstHuman'),
    humanDone: timesOf(sums, 'humanDone'),
    models,
    queue: most('queue'),
    lag: isAll ? Math.round(most('lag')) : null,
  };
}
