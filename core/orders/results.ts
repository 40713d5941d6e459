/** What became of messages that nobody asked for, and of each wording of them: counts, rates with how sure one can be, and no winner. */
import type { OrderEvent } from '../model.ts';
import type { OutcomeCount } from '../ports.ts';
import { type Comparison, compare, OUTCOMES, ratesOf, type VariantCounts, type VariantRates } from './variants.ts';

/** The wordings of one event in one experiment, side by side. */
export interface ExperimentResult {
  /** Its name; empty where the node gives none. */
  experiment: string;
  event: OrderEvent;
  variants: Record<string, VariantRates>;
  /** Each pair by each outcome. */
  comparisons: Comparison[];
}

export interface Results {
  /** All that left or arrived, with variants and without. */
  all: VariantRates;
  experiments: ExperimentResult[];
}

/** @param counts as the store has them; accounts are added up */
export function resultsOf(counts: readonly OutcomeCount[]): Results {
  const found = new Map<string, { experiment: string; event: OrderEvent; variants: Record<string, VariantCounts> }>();
  for (const { experiment = '', event, variant, ...count } of counts) {
    if (variant === undefined) continue;
    const key = JSON.stringify([experiment, event]);
    const one = found.get(key) ?? { experiment, event, variants: {} };
    found.set(key, one);
    one.variants[variant] = sum([one.variants[variant] ?? NONE, count]);
  }
  const experiments = [...found.values()].map(({ experiment, event, variants }): ExperimentResult => {
    const sorted = Object.fromEntries(Object.entries(variants).sort(([one], [other]) => (one < other ? -1 : 1)));
    const rates = Object.entries(sorted).map(([variant, count]) => [variant, ratesOf(count)] as const);
    const comparisons = OUTCOMES.flatMap((outcome) => compare(sorted, outcome));
    return { experiment, event, variants: Object.fromEntries(rates), comparisons };
  });
  return { all: ratesOf(sum(counts)), experiments };
}

const NONE: VariantCounts = { sent: 0, delivered: 0, read: 0, replied: 0, optedOut: 0, orderedAgain: 0 };

const sum = (counts: readonly VariantCounts[]): VariantCounts =>
  counts.reduce(
    (total, one) => ({
      sent: total.sent + one.sent,
      delivered: total.delivered + one.delivered,
      read: total.read + one.read,
      replied: total.replied + one.replied,
      optedOut: total.optedOut + one.optedOut,
      orderedAgain: total.orderedAgain + one.orderedAgain,
    }),
    NONE,
  );
