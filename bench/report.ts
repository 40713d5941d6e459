/** Rounds → figures → the table. */
import { cpus, loadavg, platform, release } from 'node:os';
import type { Round } from './load.ts';

/** Times in milliseconds, memory in MB. */
export interface Figures {
  letter: string;
  name: string;
  /** Median of the rounds, and each round's. */
  repliesPerSecond: number;
  rounds: number[];
  ackP50: number;
  ackP99: number;
  replyP50: number;
  replyP99: number;
  memory: number;
  /** Microseconds of CPU a reply: median of the rounds, and each round's. */
  cpu: number;
  cpus: number[];
}

export interface Goal {
  name: string;
  value: number;
  goal: number;
  met: boolean;
}

const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
export const median = (values: number[]) => quantile(values, 0.5);

function quantile(values: number[], share: number): number {
  const all = sorted(values);
  return all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
}

export const rate = (round: Round) => round.replies.length / round.seconds;

export function figures(letter: string, name: string, rounds: Round[], memory: number): Figures {
  const acks = rounds.flatMap((round) => round.acks);
  const replies = rounds.flatMap((round) => round.replies);
  return {
    letter,
    name,
    repliesPerSecond: median(rounds.map(rate)),
    rounds: rounds.map(rate),
    ackP50: quantile(acks, 0.5),
    ackP99: quantile(acks, 0.99),
    replyP50: quantile(replies, 0.5),
    replyP99: quantile(replies, 0.99),
    memory,
    cpu: median(rounds.map(({ cpu }) => cpu)),
    cpus: rounds.map(({ cpu }) => cpu),
  };
}

/** The median of `a`/`b` round by round: what disturbs the machine for a while disturbs both. */
export const ratio = (a: Figures, b: Figures) => median(a.rounds.map((value, index) => value / b.rounds[index]!));

export const cpuRatio = (a: Figures, b: Figures) => median(a.cpus.map((value, index) => value / b.cpus[index]!));

/** How far apart the rounds of one subject are, at most: 1 means alike. */
export const spread = (all: Figures[]) =>
  Math.max(...all.map(({ rounds }) => Math.max(...rounds) / Math.min(...rounds)));

export function machine(): string {
  const [cpu] = cpus();
  return `${cpu?.model.trim()} × ${cpus().length}, ${platform()} ${release()}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`;
}

const HEADER = ['', 'CPU µs/reply', 'replies/s', 'ack p50', 'ack p99', 'reply p50', 'reply p99', 'RSS MB'];

export function table(all: Figures[]): string {
  const rows = all.map((one) => [
    `(${one.letter}) ${one.name}`,
    one.cpu.toFixed(0),
    one.repliesPerSecond.toFixed(0),
    ...[one.ackP50, one.ackP99, one.replyP50, one.replyP99].map((ms) => ms.toFixed(1)),
    one.memory.toFixed(0),
  ]);
  const widths = HEADER.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [HEADER, ...rows]
    .map((row) =>
      row.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!))).join('  '),
    )
    .join('\n');
}

export const atLeast = (name: string, value: number, goal: number): Goal => ({ name, value, goal, met: value >= goal });
export const atMost = (name: string, value: number, goal: number): Goal => ({
  name: `${name}, at most`,
  value,
  goal,
  met: value <= goal,
});

export const goalLine = ({ name, value, goal, met }: Goal) =>
  `${name.padEnd(64)} ${value.toFixed(2).padStart(8)}  goal ${goal}  ${met ? 'met' : 'missed'}`;
