/**
 * Sums by hour and account, and how they are added up. What is counted has a name, and what it is of a label behind a slash: `out/llm`. Times are
 * counted by their length, so that of any period can be told how long half of them took: `reply~61`.
 */
import type { Sum, Tally } from '../model.ts';
import type { Plan, Records } from '../ports.ts';

export const HOUR_MS = 3_600_000;

/** What is counted. */
export type Counted =
  /** Messages that came. */
  | 'in'
  /** Messages that left, by who wrote them. */
  | 'out'
  /** Messages that failed for good, and of which nobody knows. By the state. */
  | 'lost'
  /** Turns, by what became of them. */
  | 'turn'
  /** Turns that a rule held back, by the rule. */
  | 'blocked'
  /** Consent that was withdrawn or given: `out`, `in`. */
  | 'consent'
  /** By model. The total is in tokens, and in the currency of the configured prices. */
  | 'input'
  | 'output'
  | 'cached'
  | 'cost'
  /** Conversations that wait for an answer, as they were counted now and then. */
  | 'queue'
  /** How long the event loop was held up, as it was measured now and then; milliseconds. */
  | 'lag';

/** What has a length; milliseconds. */
export type Timed =
  /** From a customer's words to the answer at the platform. */
  | 'reply'
  /** From a customer's wish for a person to that one's first words. */
  | 'firstHuman'
  /** From that wish until the conversation was given back or closed. */
  | 'humanDone';

/** Steps to the double of a time: what is told of it is right within some four of a hundred. */
const FINE = 8;
/** Labels of one name on one account in one hour: more are told together, so that a flow's own words cannot grow a row without end. */
const MOST_LABELS = 60;
const LONGEST_LABEL = 80;
const OTHERS = 'other';

type Sums = Tally['sums'];

/** Thirteen digits until the year 2286. */
export const tallyId = (hour: number, accountId: string): string => `${String(hour).padStart(13, '0')}/${accountId}`;

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** Adds to a sum. @param value what it came to; of what only counts: 0 */
export function tallied(sums: Sums, name: Counted, label = '', value = 0): void {
  add(sums, keyOf(sums, name, label), [1, value, value]);
}

/** @param ms how long it took */
export function timed(sums: Sums, name: Timed, ms: number): void {
  add(sums, `${name}~${Math.ceil(Math.log2(Math.max(1, ms)) * FINE)}`, [1, ms, ms]);
}

/** A rule: what was counted meanwhile is added to what is stored. */
export const addTally =
  (added: Tally): Plan<void> =>
  (records) => {
    const { id, sums } = added;
    const sum: Tally = { ...added, sums: { ...records.tally(id)?.sums } };
    for (const [key, one] of Object.entries(sums)) add(sum.sums, keyOf(sum.sums, ...partsOf(key)), one);
    records.putTally(sum);
  };

/** Counts a time where what ended it is stored. Part of a plan. @param at when it ended; UTC milliseconds */
export function noteTime(records: Records, accountId: string, at: number, name: Timed, ms: number): void {
  const hour = hourOf(at);
  const sums: Sums = {};
  timed(sums, name, ms);
  addTally({ id: tallyId(hour, accountId), hour, accountId, sums })(records);
}

export function add(sums: Sums, key: string, [count, total, most]: Sum): void {
  const before = sums[key];
  sums[key] = before ? [before[0] + count, before[1] + total, Math.max(before[2], most)] : [count, total, most];
}

/** The name and the label of a key; of a time, its key and nothing. */
export function partsOf(key: string): [name: string, label: string] {
  const slash = key.indexOf('/');
  return slash < 0 ? [key, ''] : [key.slice(0, slash), key.slice(slash + 1)];
}

function keyOf(sums: Sums, name: string, label: string): string {
  if (label === '') return name;
  const key = `${name}/${label.slice(0, LONGEST_LABEL)}`;
  if (Object.hasOwn(sums, key)) return key;
  const labels = Object.keys(sums).filter((other) => other.startsWith(`${name}/`));
  return labels.length < MOST_LABELS ? key : `${name}/${OTHERS}`;
}

/** How many times there were of one name, and how long so much of them took at most. */
export interface Times {
  count: number;
  /** Milliseconds; null: there were none. */
  p50: number | null;
  p95: number | null;
}

export function timesOf(sums: Readonly<Sums>, name: Timed): Times {
  const lengths = lengthsOf(sums, name);
  const count = lengths.reduce((all, [, some]) => all + some, 0);
  const within = (share: number): number | null => {
    let left = Math.ceil(count * share);
    for (const [ms, some] of lengths) {
      left -= some;
      if (left <= 0) return Math.round(ms);
    }
    return null;
  };
  return { count, p50: within(0.5), p95: within(0.95) };
}

/** Times of one name, the shortest first: how long, in milliseconds, as far as it was counted; how many; and what they come to together. */
export function lengthsOf(sums: Readonly<Sums>, name: Timed): [ms: number, count: number, total: number][] {
  return Object.entries(sums)
    .flatMap(([key, [count, total]]): [number, number, number][] =>
      key.startsWith(`${name}~`) ? [[Number(key.slice(name.length + 1)), count, total]] : [],
    )
    .sort(([one], [other]) => one - other)
    .map(([step, count, total]) => [2 ** ((step - 0.5) / FINE), count, total]);
}
