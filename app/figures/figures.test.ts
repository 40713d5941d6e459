/** Figures on a real store: what was counted is there after a restart and when messages are gone, and is told by anybody's clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prune } from '../../contracts/store/verbs.ts';
import { HOUR_MS } from '../../core/figures/tallies.ts';
import type { Store } from '../../core/ports.ts';
import { type VirtualClock, virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { silentLog } from '../../test/support/answering.ts';
import { type Asked, figuresOf, periodOf } from './figures.ts';
import { keepSampling } from './samples.ts';
import { stepsOf } from './steps.ts';
import { modelTable, stepTable } from './table.ts';
import { createTallying, type Tallying } from './tallying.ts';

const DAY = 24 * HOUR_MS;
/** A Monday. */
const START = Date.UTC(2026, 10, 30, 10);

let folder: string;
let store: Store;
let clock: VirtualClock;
let tallying: Tallying;
const open = () => {
  store = openStore(path.join(folder, 'x.db'));
  tallying = createTallying({ store, clock, log: silentLog });
};
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'figures-'));
  clock = virtualClock(START);
  open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const registry = { accounts: () => [{ id: 'a', name: 'Ana' }] as never };
const ask = (asked: Partial<Asked> = {}) =>
  figuresOf(
    { store, tallying, registry, currencies: ['EUR', '', 'EUR'] },
    { ...periodOf(clock.now(), {}), step: 'day', zone: 'UTC', ...asked },
  );

describe('what was counted', () => {
  it('is stored some seconds later, in one step however much it is, and at the end', async () => {
    let steps = 0;
    const counting = createTallying({
      store: {
        ...store,
        run(...step: Parameters<Store['run']>) {
          steps++;
          return store.run(...step);
        },
      } as Store,
      clock,
      log: silentLog,
    });
    for (let index = 0; index < 1_000; index++) counting.count('a', 'in');
    expect(steps).toBe(0);
    await clock.advance(6_000);
    expect(steps).toBe(1);
    expect(clock.next()).toBeUndefined();
    counting.count('a', 'in');
    await counting.stop();
    expect((await ask()).total.in).toBe(1_001);
  });

  it('is kept over restarts, and when messages are past their time', async () => {
    tallying.count('a', 'in');
    await tallying.stop();
    await store.close();
    open();
    tallying.count('a', 'in');
    expect(await prune(store, 'messages', START + DAY)).toBe(0);
    expect((await ask()).total.in).toBe(2);
    await prune(store, 'tallies', START + DAY);
    expect((await ask()).total.in).toBe(0);
  });

  it('is tried again where the store failed, and counted once', async () => {
    let fails = true;
    const failing = createTallying({
      store: {
        ...store,
        run: (...step: Parameters<Store['run']>) =>
          fails ? Promise.reject(new Error('disk full')) : store.run(...step),
      } as Store,
      clock,
      log: silentLog,
    });
    failing.count('a', 'in');
    failing.time('a', 'reply', 900);
    await failing.flush();
    failing.count('a', 'in');
    fails = false;
    await clock.advance(6_000);
    const { total } = await ask();
    expect([total.in, total.reply.count]).toEqual([2, 1]);
    expect(failing.sums().get('a')).toMatchObject({ in: [2, 0, 0] });
  });

  it('of an account is told apart, and of one that is gone by its id', async () => {
    tallying.count('a', 'out', 'llm');
    tallying.count('gone', 'out', 'person');
    tallying.count('', 'lag', '', 250);
    const all = await ask();
    expect(all.accounts).toEqual([
      { id: 'a', name: 'Ana' },
      { id: 'gone', name: 'gone' },
    ]);
    expect([all.total.out, all.total.lag]).toEqual([{ llm: 1, person: 1 }, 250]);
    const one = await ask({ account: 'a' });
    expect([one.total.out, one.total.lag]).toEqual([{ llm: 1 }, null]);
  });

  it('is told with what was in the time before', async () => {
    tallying.count('a', 'in');
    await clock.advance(7 * DAY);
    for (const model of ['m', 'm', 'n']) {
      tallying.count('a', 'input', model, 100);
      tallying.count('a', 'output', model, 20);
      tallying.count('a', 'cost', model, 0.1);
    }
    tallying.count('a', 'in');
    tallying.count('a', 'in');
    tallying.count('a', 'queue', '', 3);
    tallying.count('a', 'queue', '', 7);
    tallying.count('a', 'consent', 'out');
    tallying.count('a', 'lost', 'unknown');
    const { total, before, points } = await ask();
    expect([before.in, total.in, total.queue, total.optOuts, total.unknown]).toEqual([1, 2, 7, 1, 1]);
    expect(total.models).toEqual({
      m: { answers: 2, input: 200, output: 40, cached: 0, cost: 0.2 },
      n: { answers: 1, input: 100, output: 20, cached: 0, cost: 0.1 },
    });
    expect(points).toHaveLength(8);
    expect(points.at(-1)!.in).toBe(2);
  });
});

describe('a period', () => {
  it('has days as they are where the reader is', async () => {
    // Half past nine in the evening in Madrid, and past one at night in Almaty.
    const evening = Date.UTC(2026, 10, 30, 20);
    await clock.advance(evening - START);
    tallying.count('a', 'in');
    const days = async (zone: string) => {
      const { points } = await ask({ from: START - 2 * DAY, until: START + 2 * DAY, zone });
      const { at } = points.find((point) => point.in === 1)!;
      return new Intl.DateTimeFormat('en', {
        timeZone: zone,
        day: 'numeric',
        hour: 'numeric',
        hourCycle: 'h23',
      }).format(at);
    };
    expect(await days('Europe/Madrid')).toBe('30, 00');
    expect(await days('Asia/Almaty')).toBe('1, 00');
  });

  it('has as many hours in a day as the clock had', () => {
    // Madrid put its clocks back on 25 October 2026, and forward on 29 March.
    const hours = (from: number) => {
      const { begin } = stepsOf(from, from + 3 * DAY, 'day', 'Europe/Madrid');
      return (begin[2]! - begin[1]!) / HOUR_MS;
    };
    expect(hours(Date.UTC(2026, 9, 24))).toBe(25);
    expect(hours(Date.UTC(2026, 2, 28))).toBe(23);
  });

  it.each([
    ['hour', DAY, 24],
    ['week', 28 * DAY, 5],
    ['month', 62 * DAY, 3],
  ] as const)('has steps by the %s', (step, length, count) => {
    const from = Date.UTC(2026, 10, 26);
    expect(stepsOf(from, from + length, step, 'UTC').begin).toHaveLength(count);
  });

  it.each([
    ['turned round', { from: START, until: START - DAY }],
    ['no whole hour', { from: START + 1, until: START + DAY }],
    ['too long', { from: 0, until: START }],
    ['too fine', { from: START - 40 * DAY, until: START, step: 'hour' }],
    ['nowhere', { zone: 'Middle/Earth' }],
    ['no number', { from: Number.NaN }],
  ] as const)('that is %s is refused', async (_what, asked) => {
    await expect(ask(asked)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('of a year with a row in each hour does not hold up the process for long, and is read in pages', async () => {
    let pages = 0;
    const counted = {
      ...store,
      tallies(asked: Parameters<Store['tallies']>[0]) {
        pages++;
        return store.tallies(asked);
      },
    };
    const year = 1_200;
    for (let hour = 0; hour < year; hour++) {
      tallying.count('a', 'in');
      await clock.advance(HOUR_MS);
    }
    await tallying.flush();
    const period = { from: START, until: START + year * HOUR_MS, step: 'month', zone: 'UTC' } as const;
    const { total } = await figuresOf({ store: counted, tallying, registry, currencies: [] }, period);
    expect([total.in, pages]).toEqual([year, 3]);
  });
});

describe('as a table', () => {
  it('has a row a step with what happened, and models apart', async () => {
    for (const writer of ['llm', 'llm', 'person']) tallying.count('a', 'out', writer);
    tallying.count('a', 'turn', 'answered');
    tallying.count('a', 'blocked', 'consent');
    tallying.time('a', 'reply', 1_000);
    tallying.count('a', 'input', 'gpt-5', 100);
    tallying.count('a', 'cost', 'gpt-5', 0.1 + 0.2);
    const figures = await ask({ from: START - (START % DAY), until: START - (START % DAY) + 2 * DAY });
    const [head, today, ...rest] = stepTable(figures);
    const row = Object.fromEntries(head!.map((name, index) => [name, today![index]]));
    expect(row).toMatchObject({
      ...{ time: '2026-11-30', in: '0', out_llm: '2', out_person: '1', out_static: '0', turns_answered: '1' },
      ...{ blocked_consent: '1', replies_timed: '1', reply_p95_ms: expect.stringMatching(/^9\d\d$|^10\d\d$/) },
      ...{ first_human_p50_ms: '', tokens_in: '100', cost: '0.3' },
    });
    expect(rest).toHaveLength(1);
    expect(modelTable(figures)).toEqual([
      ['time', 'model', 'answers', 'tokens_in', 'tokens_out', 'tokens_cached', 'cost'],
      ['2026-11-30', 'gpt-5', '1', '100', '0', '0', '0.3'],
    ]);
  });
});

it('counts now and then how many wait, and how long the process was held up', async () => {
  const waiting = ['a', 'a', 'b'].map((accountId) => ({ conversationId: 'c', accountId, wakeAt: 0 }));
  const lag = { within: () => 0, longest: () => 80, reset() {}, stop() {} };
  const stop = keepSampling({ store: { lanes: async () => waiting }, machine: clock, log: silentLog, tallying, lag });
  await clock.advance(150_000);
  stop();
  const { total } = await ask();
  expect([total.queue, total.lag]).toEqual([2, 80]);
  expect(tallying.sums().get('a')).toEqual({ queue: [2, 4, 2] });
});
