/**
 * Two or more wordings of one message side by side. Who gets which is told by the contact alone, so that it stays the same over restarts,
 * machines and messages. What came of each is shown with how sure one can be of it; which one is better, people decide.
 */
import { createHash } from 'node:crypto';
import { DragomanError } from '../errors.ts';
import { MOST_VARIANTS, type Variant, type VariantsProblem, wrongWithVariants } from './experiment.ts';

/**
 * The variant of a contact. It moves when ids or shares change: who wants other shares begins an experiment of another name.
 * @param experiment its name; two experiments part the contacts in different ways.
 * @throws DragomanError SETTING_INVALID for no variants, more than `MOST_VARIANTS`, two of one id, a share that is none.
 */
export function variantOf(experiment: string, contactId: string, variants: readonly Variant[]): string {
  const all = checked(variants);
  const total = all.reduce((sum, { share }) => sum + share, 0);
  const hash = createHash('sha256')
    .update(JSON.stringify([experiment, contactId]))
    .digest();
  // Six bytes are exact in a number.
  let place = (hash.readUIntBE(0, 6) / 2 ** 48) * total;
  for (const { id, share } of all) {
    if (place < share) return id;
    place -= share;
  }
  return all.at(-1)!.id;
}

const PROBLEMS: Record<Exclude<VariantsProblem, 'count'>, string> = {
  names: 'Two variants have the same name, or one has none.',
  shares: 'A variant has a share that is no number above 0.',
};

function checked(variants: readonly Variant[]): readonly Variant[] {
  const wrong = wrongWithVariants(variants);
  if (wrong)
    throw new DragomanError(
      'SETTING_INVALID',
      wrong === 'count' ? `There are ${variants.length} variants.` : PROBLEMS[wrong],
      `Give one to ${MOST_VARIANTS} variants, each with a name of its own and a share above 0.`,
    );
  return variants;
}

/** What became of the messages of a variant. All but `sent` count each message once at most. */
export interface VariantCounts {
  sent: number;
  delivered: number;
  /** As far as it is told: many people switch it off. */
  read: number;
  replied: number;
  optedOut: number;
  orderedAgain: number;
}

export type Outcome = Exclude<keyof VariantCounts, 'sent'>;
export const OUTCOMES: readonly Outcome[] = ['delivered', 'read', 'replied', 'optedOut', 'orderedAgain'];

/** A part of the messages that were sent; 0 to 1. */
export interface Rate {
  count: number;
  of: number;
  rate: number;
  /** Wilson's interval: what the rate is in truth lies within it 95 times in a hundred. */
  low: number;
  high: number;
}

/** The 97.5th percentile of the normal distribution. */
const Z = 1.959964;

/** @returns for nothing sent: 0 to 1, as nothing is known. */
export function rateOf(count: number, of: number, z = Z): Rate {
  if (!(of > 0)) return { count: 0, of: 0, rate: 0, low: 0, high: 1 };
  const rate = Math.min(Math.max(count / of, 0), 1);
  const weight = 1 + z ** 2 / of;
  const middle = (rate + z ** 2 / (2 * of)) / weight;
  const half = (z / weight) * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  // Rounding may leave a hair beside the ends.
  const low = rate === 0 ? 0 : Math.max(0, middle - half);
  return { count, of, rate, low, high: rate === 1 ? 1 : Math.min(1, middle + half) };
}

export type VariantRates = { sent: number } & Record<Outcome, Rate>;

export function ratesOf(counts: VariantCounts): VariantRates {
  const rates = OUTCOMES.map((outcome) => [outcome, rateOf(counts[outcome], counts.sent)] as const);
  return { sent: counts.sent, ...(Object.fromEntries(rates) as Record<Outcome, Rate>) };
}

/** Two variants by one outcome. */
export interface Comparison {
  first: string;
  second: string;
  outcome: Outcome;
  /** How much more often it happened with the second, -1 to 1, and between which bounds that lies in truth. */
  difference: number;
  low: number;
  high: number;
  /** `too-few`: fewer than `LEAST_SENT` of one. `unclear`: chance alone may have done it. */
  verdict: 'too-few' | 'unclear' | 'different';
  /** The same for people, in English. Never says which to take. */
  sentence: string;
}

/** Of fewer nothing is said, whatever the figures. */
export const LEAST_SENT = 30;

/** Percentiles for one to ten comparisons at once: who looks ten times finds something by chance (Bonferroni). */
const Z_OF_PAIRS = [Z, 2.241403, 2.39398, 2.497705, 2.575829, 2.638257, 2.69011, 2.734369, 2.772921, 2.807034];

/** Each pair of variants by one outcome, in the variants' order. */
export function compare(counts: Readonly<Record<string, VariantCounts>>, outcome: Outcome): Comparison[] {
  const all = Object.entries(counts).slice(0, MOST_VARIANTS);
  const pairs = all.flatMap((first, at) => all.slice(at + 1).map((second) => ({ first, second })));
  const z = Z_OF_PAIRS[pairs.length - 1] ?? Z;
  return pairs.map(({ first: [first, one], second: [second, two] }) => {
    const a = rateOf(one[outcome], one.sent, z);
    const b = rateOf(two[outcome], two.sent, z);
    const difference = b.rate - a.rate;
    // Newcombe's interval, made of both Wilson intervals.
    const low = difference - Math.hypot(b.rate - b.low, a.high - a.rate);
    const high = difference + Math.hypot(b.high - b.rate, a.rate - a.low);
    const verdict =
      Math.min(one.sent, two.sent) < LEAST_SENT ? 'too-few' : low > 0 || high < 0 ? 'different' : 'unclear';
    const compared = { first, second, outcome, difference, low, high, verdict } as const;
    return { ...compared, sentence: sentenceOf(compared, a, b) };
  });
}

const NAMES: Record<Outcome, string> = {
  delivered: 'was delivered',
  read: 'was read',
  replied: 'was answered',
  optedOut: 'led to an opt-out',
  orderedAgain: 'was followed by another order',
};

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function sentenceOf(
  { first, second, outcome, low, high, verdict }: Omit<Comparison, 'sentence'>,
  a: Rate,
  b: Rate,
): string {
  const what = `"${first}" ${NAMES[outcome]} in ${a.count} of ${a.of} cases, "${second}" in ${b.count} of ${b.of}`;
  if (verdict === 'too-few')
    return `${what}. That is too few to say anything: wait until each was sent at least ${LEAST_SENT} times.`;
  const points = (share: number) => (share * 100).toFixed(1);
  const between = `between ${points(low)} and ${points(high)} percentage points`;
  if (verdict === 'different')
    return `${what}. Chance alone hardly explains that: in truth "${second}" is ${between} apart from "${first}". Looking often makes chance finds likelier.`;
  const needed = neededFor(a.rate, b.rate);
  const more =
    needed === undefined
      ? ''
      : ` Were the rates in truth ${percent(a.rate)} and ${percent(b.rate)}, some ${needed} of each would show it.`;
  return `${what}. That means nothing yet: in truth they may be ${between} apart.${more}`;
}

/** How many of each are needed to find a difference of these rates four times in five; undefined where that is no sensible number. */
function neededFor(a: number, b: number): number | undefined {
  const power = 0.841621;
  const needed = ((Z + power) ** 2 * (a * (1 - a) + b * (1 - b))) / (b - a) ** 2;
  return Number.isFinite(needed) && needed > 0 ? Math.ceil(needed / 10) * 10 : undefined;
}
