/** Which pictures are made of the figures, and of what. */
import type { Figures, Happened } from './api.ts';
import type { Picture, Series } from './chart.ts';
import { durationStep } from './periods.ts';
import type { Tone } from './tones.ts';
import { cost, duration, number, ruleName, shortDuration, shortNumber, stepName, stepTitle, t } from './words.ts';

const WRITERS = [
  ['llm', 'teal'],
  ['knowledge', 'blue'],
  ['person', 'plum'],
  ['static', 'amber'],
  ['flow', 'olive'],
  ['unasked', 'rose'],
  ['system', 'grey'],
] as const satisfies [string, Tone][];
/** Of what a model has a series of its own; the others are one. */
const MODEL_TONES: Tone[] = ['teal', 'amber', 'blue', 'plum', 'olive'];
const MOST_RULES = 7;

export const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);
export const tokensOf = ({ models }: Pick<Happened, 'models'>): number =>
  Object.values(models).reduce((all, { input, output }) => all + input + output, 0);
export const costOf = ({ models }: Pick<Happened, 'models'>): number =>
  Object.values(models).reduce((all, use) => all + use.cost, 0);

/** In their order on the page. What can tell nothing in this period is left out. */
export function picturesOf(figures: Figures): Picture[] {
  const { points, total, step } = figures;
  const steps = {
    labels: points.map(({ at }) => stepName(at, step)),
    titles: points.map(({ at }) => stepTitle(at, step)),
  };
  const counts = { ...steps, write: number, writeShort: shortNumber };
  const times = { ...steps, kind: 'lines' as const, write: duration, writeShort: shortDuration, stepOf: durationStep };
  const one = (name: string, tone: Tone, value: (point: Happened) => number | null): Series => ({
    ...{ name, tone, values: points.map(value) },
  });
  const messages: Picture = {
    ...{ ...counts, kind: 'lines', heading: t('messages.heading'), hint: t('messages.hint') },
    series: [one(t('messages.in'), 'blue', (point) => point.in), one(t('messages.out'), 'teal', ({ out }) => sum(out))],
  };
  const writers: Picture = {
    ...{ ...counts, kind: 'bars', heading: t('writers.heading'), hint: t('writers.hint') },
    series: WRITERS.flatMap(([writer, tone]) =>
      total.out[writer] ? one(t(`writer.${writer}`), tone, ({ out }) => out[writer] ?? 0) : [],
    ),
  };
  const reply: Picture = {
    ...{ ...times, heading: t('reply.heading'), hint: t('reply.hint') },
    series: [
      one(t('reply.p50'), 'teal', (point) => point.reply.p50),
      one(t('reply.p95'), 'amber', (point) => point.reply.p95),
    ],
  };
  const human: Picture = {
    ...{ ...times, heading: t('human.heading'), hint: t('human.hint') },
    series: [
      one(t('human.first'), 'plum', ({ firstHuman }) => firstHuman.p50),
      one(t('human.done'), 'grey', ({ humanDone }) => humanDone.p50),
    ],
  };
  const lost: Picture = {
    ...{ ...counts, kind: 'bars', heading: t('lost.heading'), hint: t('lost.hint') },
    series: [
      one(t('lost.failed'), 'rose', ({ failed }) => failed),
      one(t('lost.unknown'), 'grey', ({ unknown }) => unknown),
    ],
  };
  const consent: Picture = {
    ...{ ...counts, kind: 'bars', heading: t('consent.heading'), hint: t('consent.hint') },
    series: [
      one(t('consent.out'), 'rose', ({ optOuts }) => optOuts),
      one(t('consent.in'), 'teal', ({ optIns }) => optIns),
    ],
  };
  const queue: Picture = {
    ...{ ...counts, kind: 'lines', heading: t('queue.heading'), hint: t('queue.hint') },
    series: [one(t('queue.most'), 'blue', (point) => point.queue)],
  };
  const lag: Picture = {
    ...{ ...times, heading: t('lag.heading'), hint: t('lag.hint') },
    series: [one(t('lag.most'), 'amber', (point) => point.lag)],
  };
  return [
    ...[messages, writers, reply, rulesOf(total), modelsOf(figures, steps), lost, consent],
    ...(total.firstHuman.count + total.humanDone.count > 0 ? [human] : []),
    ...[queue, ...(total.lag === null ? [] : [lag])],
  ];
}

function rulesOf({ blocked }: Happened): Picture {
  const ranked = Object.entries(blocked).sort(([, one], [, other]) => other - one);
  const [first, rest] = [ranked.slice(0, MOST_RULES), ranked.slice(MOST_RULES)];
  const others = rest.reduce((all, [, count]) => all + count, 0);
  const rows = [
    ...first.map(([rule, count]): [string, number] => [ruleName(rule), count]),
    ...(others > 0 ? [[t('other'), others] as [string, number]] : []),
  ];
  return {
    ...{ kind: 'ranks', heading: t('blocked.heading'), hint: t('blocked.hint'), write: number },
    labels: rows.map(([name]) => name),
    series: [{ name: t('blocked.count'), tone: 'amber', values: rows.map(([, count]) => count) }],
  };
}

/** What they cost, where prices are known; else tokens. */
function modelsOf({ points, total, currencies }: Figures, steps: Pick<Picture, 'labels' | 'titles'>): Picture {
  const isPriced = costOf(total) > 0;
  const money = (value: number) => cost(value, currencies);
  const of = ({ models }: Happened, model: string) => {
    const { input = 0, output = 0, cost: spent = 0 } = models[model] ?? {};
    return isPriced ? spent : input + output;
  };
  const ranked = Object.keys(total.models).sort((one, other) => of(total, other) - of(total, one));
  const [first, rest] = [ranked.slice(0, MODEL_TONES.length), ranked.slice(MODEL_TONES.length)];
  const all = (names: string[]) => points.map((point) => names.reduce((whole, model) => whole + of(point, model), 0));
  return {
    ...{ ...steps, kind: 'bars', write: isPriced ? money : number, writeShort: isPriced ? money : shortNumber },
    ...(isPriced
      ? { heading: t('models.costHeading'), hint: t('models.costHint') }
      : { heading: t('models.heading'), hint: t('models.hint') }),
    series: [
      ...first.map((model, index): Series => ({ name: model, tone: MODEL_TONES[index]!, values: all([model]) })),
      ...(rest.length > 0 ? [{ name: t('other'), tone: 'grey' as const, values: all(rest) }] : []),
    ],
  };
}
