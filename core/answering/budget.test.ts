import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../scenarios/clock.ts';
import { DragomanError } from '../errors.ts';
import type { Usage } from '../model.ts';
import type { Answered, Endpoint } from './answering.ts';
import { affordable, type Budgets, createSpending, stageOf, timeForAnswer } from './budget.ts';
import { costOf, sumUsage } from './prices.ts';

const prices = { input: 2, cached: 0.5, output: 8 };

describe('cost', () => {
  it('counts what came from the cache apart; the rest of the input and the output are whole', () => {
    expect(costOf({ input: 1_000_000, output: 500_000, cached: 400_000 }, prices)).toBeCloseTo(1.2 + 0.2 + 4);
    expect(costOf({ input: 1_000_000, output: 0 }, prices)).toBe(2);
  });

  it('is unknown, not nothing, without prices', () => {
    expect(costOf({ input: 1, output: 1 }, undefined)).toBeUndefined();
    expect(sumUsage({ input: 1, output: 1 }, { input: 1, output: 1, estimated: true })).toEqual({
      input: 2,
      output: 2,
      estimated: true,
    });
    expect(sumUsage({ input: 1, output: 1, cost: 1 }, undefined)).toEqual({ input: 1, output: 1, cost: 1 });
  });
});

const endpoint = (name: string): Endpoint => ({ name, key: name, provider: { answer: async () => null } });
const chain = [endpoint('dear'), endpoint('cheap')];
const names = (endpoints: Endpoint[]) => endpoints.map(({ name }) => name);

describe('the order in which a budget degrades', () => {
  it.each([
    [0, 'free'],
    [79, 'free'],
    [80, 'saving'],
    [99, 'saving'],
    [100, 'spent'],
    [250, 'spent'],
  ] as const)('%i % of it: %s', (spent, stage) => {
    expect(
      stageOf([
        { limit: 100, spent },
        { limit: 0, spent: 1e9 },
      ]),
    ).toBe(stage);
  });

  it('asks both models, then the fallback model, then none', () => {
    expect(names(affordable(chain, 'free').chain)).toEqual(['dear', 'cheap']);
    expect(names(affordable(chain, 'saving').chain)).toEqual(['cheap']);
    expect(affordable(chain, 'spent')).toMatchObject({
      chain: [],
      left: [
        { name: 'dear', code: 'BUDGET' },
        { name: 'cheap', code: 'BUDGET' },
      ],
    });
  });

  it('asks the only model to the end', () => {
    expect(names(affordable([chain[0]!], 'saving').chain)).toEqual(['dear']);
  });
});

describe('spending', () => {
  const table = () => {
    const spent = new Map<string, { tokens: number; cost: number }>();
    const usageOf = async (key: string) => spent.get(key) ?? { tokens: 0, cost: 0 };
    return {
      usageOf,
      async addUsage(keys: string[], { tokens, cost }: { tokens: number; cost: number }) {
        for (const key of keys) {
          const before = await usageOf(key);
          spent.set(key, { tokens: before.tokens + tokens, cost: before.cost + cost });
        }
      },
    };
  };
  const answered = (spent?: Usage): Answered => ({
    text: 'Hi',
    source: { kind: 'llm' },
    trail: [],
    spent,
  });
  const bench = (budgets: Budgets, priced = true) => {
    const store = table();
    const of = (contact: string, day = '2026-11-20') =>
      createSpending({ store, clock: virtualClock() }, { provider: 'p', budgets, priced, contact, day });
    return {
      spend: (contact: string, usage: Usage) => of(contact).answer([], async () => answered(usage)),
      async asked(contact: string, day?: string) {
        let got: Endpoint[] = [];
        await of(contact, day).answer(chain, async (rest) => {
          got = rest;
          return answered();
        });
        return names(got);
      },
      of,
    };
  };

  it('is bounded for one contact, for all, and for a day', async () => {
    const { spend, asked } = bench({ daily: 10, contact: 4 });
    await spend('ana', { input: 1, output: 1, cost: 4 });
    expect(await asked('ana')).toEqual([]);
    expect(await asked('eva')).toEqual(['dear', 'cheap']);
    await spend('eva', { input: 1, output: 1, cost: 4 });
    expect(await asked('leo')).toEqual(['cheap']);
    expect(await asked('ana', '2026-11-21')).toEqual(['dear', 'cheap']);
  });

  it('is counted in tokens without prices, and never bounded by 0', async () => {
    const tokens = bench({ daily: 1000, contact: 0 }, false);
    await tokens.spend('ana', { input: 900, output: 100 });
    expect(await tokens.asked('ana')).toEqual([]);
    const free = bench({ daily: 0, contact: 0 });
    await free.spend('ana', { input: 900, output: 100, cost: 1e9 });
    expect(await free.asked('ana')).toEqual(['dear', 'cheap']);
  });

  it('is charged where the answer failed, and tells what was left out', async () => {
    const { of, asked } = bench({ daily: 1, contact: 0 });
    const error = Object.assign(new DragomanError('PROVIDER_FAILED', 'a', 'b'), {
      spent: { input: 1, output: 1, cost: 1 },
    });
    await expect(of('ana').answer(chain, () => Promise.reject(error))).rejects.toBe(error);
    expect(await asked('eva')).toEqual([]);
    expect((await of('ana').answer(chain, async () => answered())).trail.map(({ code }) => code)).toEqual([
      'BUDGET',
      'BUDGET',
    ]);
  });
});

it('an answer may take what the provider is given, else what was chosen for a turn, else 35 s', () => {
  const time = (timeoutMs: number, timeoutChosen: boolean, wantedMs?: number) =>
    timeForAnswer({ timeoutMs, timeoutChosen }, wantedMs);
  expect(time(180_000, false)).toBe(35_000);
  expect(time(180_000, true)).toBe(172_000);
  expect(time(180_000, true, 35_000)).toBe(35_000);
  expect(time(180_000, false, 90_000)).toBe(90_000);
  expect(time(20_000, true, 60_000)).toBe(15_000);
  expect(time(20_000, false)).toBe(15_000);
});
