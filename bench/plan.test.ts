/** The plan past one machine: the reckoning against runs of the benchmark, and docs/scaling.md against both. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Assumed, type Costs, foretold, needs, peakOf, type Run } from './plan.ts';

/** How far a run may be from what was foretold for it. */
const AROUND = 0.15;

const figures = JSON.parse(readFileSync(path.join(import.meta.dirname, 'workers.json'), 'utf8'));
const runs: Run[] = figures.workers.figures.calm;
const run = (workers: number) => runs.find((one) => one.workers === workers)!;
const page = readFileSync(path.join(import.meta.dirname, '../docs/scaling.md'), 'utf8');
const rows = [...page.matchAll(/^\| (.+) \|$/gm)].map(([, cells]) => cells!.split(' | '));
const row = (name: string) => rows.find(([first]) => first === name)!.slice(1);
const assumed = (name: string) => Number(row(name)[0]);

const costs: Costs = {
  worker: assumed('CPU of the workers a reply, ms') * 1_000,
  among: assumed('times that, of a worker among others'),
  storeRequests: assumed('requests to the store a reply'),
  redisCommands: assumed('commands to Redis a reply'),
  waiting: assumed('memory of a conversation that waits for a model, kB'),
};
const limits: Assumed = {
  busy: assumed('a worker is busy at most'),
  storeRequests: assumed('requests a second of one replica set'),
  redisCommands: assumed('commands a second of one Redis'),
  worker: assumed('memory of a worker without conversations, MB'),
};

it.each([1, 2, 4])('with %i workers a reply costs what was foretold from one, and as many are answered', (workers) => {
  const measured = run(workers);
  const told = foretold(run(1), workers);
  expect(Math.abs(measured.cpu / told.cpu - 1)).toBeLessThan(AROUND);
  expect(Math.abs(measured.repliesPerSecond / told.repliesPerSecond - 1)).toBeLessThan(AROUND);
});

it('the page assumes what was measured', () => {
  expect(costs.worker / 1_000).toBe(Math.round(run(1).cpu / 100) / 10);
  expect(costs.among).toBe(Math.round((100 * run(4).cpu) / run(1).cpu) / 100);
  expect(costs.storeRequests).toBe(Math.round(figures.requests.figures.store));
  expect(costs.redisCommands).toBe(Math.round(10 * figures.requests.figures.redis) / 10);
  expect(costs.waiting).toBe(Math.round(figures.waiting.figures.mongodb.each));
});

it.each([
  ['1 million messages a day', peakOf(1e6, assumed("the busiest minute ÷ the day's mean"))],
  ['1,000 a second', 1_000],
])('the page reckons what %s take', (name, messagesPerSecond) => {
  const demand = { messagesPerSecond, llmSeconds: assumed('seconds until a model has answered') };
  const { waiting, workers, memory, stores, redis, ...perSecond } = needs(demand, costs, limits);
  const told = [
    messagesPerSecond,
    waiting,
    workers,
    memory,
    perSecond.storeRequestsPerSecond,
    stores,
    perSecond.redisCommandsPerSecond,
    redis,
  ];
  expect(row(name).map(Number)).toEqual(told.map(Math.round));
});

it('needs two workers at least, and more of everything for more messages', () => {
  expect(needs({ messagesPerSecond: 0.1, llmSeconds: 2 }, costs, limits).workers).toBe(2);
  const [some, more] = [100, 1_000].map((messagesPerSecond) =>
    needs({ messagesPerSecond, llmSeconds: 2 }, costs, limits),
  );
  expect(more!.workers).toBeGreaterThan(some!.workers);
  expect(more!.waiting).toBe(some!.waiting * 10);
});
