import { FOLLOW_UP_STATES, type FollowUpState } from '../core/model.ts';
import { outreachMarks } from '../core/orders/outreach.ts';
import { resultsOf } from '../core/orders/results.ts';
import { OUTCOMES, type Rate, type VariantRates } from '../core/orders/variants.ts';
import { agreed } from '../core/policy/outreach.ts';
import { type Command, LIMIT, limitOf, UsageError } from './command.ts';
import { withStore } from './store.ts';
import { cut, plain, table, time } from './text.ts';

const REASON_LENGTH = 90;

export const orders: Command = {
  usage: '[--faulty] [--limit 50]',
  summary: 'Orders of your shops, the newest first; --faulty: only those that something is wrong with, with what to do',
  takes: [],
  options: { ...LIMIT, faulty: { type: 'boolean' } },
  async run(given) {
    const faulty = given.options.faulty === true;
    const data = await withStore((store) => store.orders({ limit: limitOf(given, 50), faulty }));
    const rows = data.map(({ changedAt, shop, number, told, fault, omitted }) => [
      time(changedAt),
      shop,
      number,
      told?.state ?? '',
      [fault, ...(omitted ?? [])].flatMap((wrong) => (wrong ? `${wrong.message} ${wrong.action}` : [])).join(' '),
    ]);
    return {
      data,
      lines: table(
        ['TIME', 'SHOP', 'NUMBER', 'STATE', 'WRONG'],
        rows,
        faulty ? 'No order is faulty.' : 'There are no orders.',
      ),
    };
  },
};

export const followUps: Command = {
  usage: '[--state refused,held] [--limit 50]',
  summary: 'What was written about orders without being asked, or why not, the newest first',
  takes: [],
  options: { ...LIMIT, state: { type: 'string' } },
  async run(given) {
    const states = statesOf(given.options.state);
    const data = await withStore((store) => store.followUps({ limit: limitOf(given, 50), states }));
    const rows = data.map(({ at, orderId, event, state, rule, reason, dueAt, proof }) => [
      time(at),
      orderId,
      event,
      state,
      rule ?? '',
      dueAt === null ? '' : time(dueAt),
      cut(reason ?? (proof ? agreed(proof) : ''), REASON_LENGTH),
    ]);
    const heads = ['TIME', 'ORDER', 'EVENT', 'STATE', 'RULE', 'NEXT', 'REASON'];
    return { data, lines: table(heads, rows, 'Nothing was written about orders.') };
  },
};

export const results: Command = {
  usage: '',
  summary:
    'What customers did after the messages about orders, since figures are counted, and after each wording of an A/B test, with how sure one can be',
  takes: [],
  options: {},
  async run() {
    const data = await withStore(async (store) => {
      const { countedSince } = await store.run(outreachMarks);
      return { since: countedSince, ...resultsOf(await store.outcomeCounts(countedSince)) };
    });
    const { since, all, experiments } = data;
    const heads = ['', 'SENT', 'DELIVERED', 'READ', 'REPLIED', 'OPTED OUT', 'ORDERED AGAIN'];
    const row = (name: string, rates: VariantRates) => [
      name,
      String(rates.sent),
      ...OUTCOMES.map((outcome) => rateText(rates[outcome])),
    ];
    const lines = experiments.flatMap(({ experiment, event, variants, comparisons }) => [
      '',
      ...table(
        [[experiment, event].filter(Boolean).join(' '), ...heads.slice(1)],
        Object.entries(variants).map(([name, rates]) => row(name, rates)),
        '',
      ),
      ...comparisons.map(({ sentence }) => plain(sentence)),
    ]);
    return {
      data,
      lines: [
        since ? `Since ${time(since)}.` : 'Since the beginning.',
        ...table(heads, [row('all', all)], ''),
        ...lines,
        '',
        'Behind each count: its share in per cent, and the bounds between which that lies in truth, 95 times in a hundred.',
      ],
    };
  },
};

/** `12 (24.0, 14.3–37.4)` */
function rateText({ count, of, rate, low, high }: Rate): string {
  const percent = (share: number) => (share * 100).toFixed(1);
  return of === 0 ? '0' : `${count} (${percent(rate)}, ${percent(low)}–${percent(high)})`;
}

/** @throws UsageError */
function statesOf(given: string | boolean | undefined): FollowUpState[] | undefined {
  if (given === undefined) return undefined;
  const states = String(given).split(',');
  const known = states.flatMap((state) => FOLLOW_UP_STATES.find((one) => one === state) ?? []);
  if (known.length === states.length) return known;
  throw new UsageError(`--state takes some of ${FOLLOW_UP_STATES.join(', ')}, with commas between.`);
}
