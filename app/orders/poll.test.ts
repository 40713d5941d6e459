import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OrderDesk, Polled, PollPlace, Store } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { type PollState, startPolling } from './poll.ts';
import { orderOf } from './testing.ts';

const MINUTE = 60_000;
const desk = {} as OrderDesk;
const settings = { apiKey: 'key' };
const fault = { code: 'SHOP_FAILED', message: 'It failed.', action: 'Wait.' };

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let stop = async () => {};
/** What the shop answers, by the place it is asked for; in order. */
let answers: ((place: PollPlace) => Polled | Promise<Polled>)[];
let asked: { place: PollPlace; at: number }[];
let taken: { numbers: string[]; since: number | null }[];
let states: PollState[];
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'poll-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(Date.UTC(2026, 10, 20), async () => {
    for (let round = 0; round < 20; round++) await nextRound();
  });
  [answers, asked, taken, states, warnings] = [[], [], [], [], []];
});
afterEach(async () => {
  await stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

function begin(): void {
  stop = startPolling({
    ...{
      store,
      clock,
      settings,
      desk,
      shop: 'corner',
      accountId: 'acc',
      timezone: 'UTC',
      nodeId: 'in',
      place: 'in/corner',
    },
    ...{ everyMs: MINUTE, onState: (state) => states.push(state) },
    log: { debug() {}, info() {}, warn: (line) => warnings.push(line), error: (line) => warnings.push(line) },
    async intake(orders, { since }) {
      taken.push({ numbers: orders.map((read) => (read.ok ? read.order.number : read.number)), since });
      return { told: orders.length, changed: orders.length, faulty: [] };
    },
    source: {
      ...{ id: 'api', fields: {} },
      async poll(place, given, used) {
        expect([given, used]).toEqual([settings, desk]);
        asked.push({ place, at: clock.now() });
        return (answers.shift() ?? (() => page([], null)))(place);
      },
    },
  });
}
const page = (numbers: string[], cursor: string | null, mark: string | null = null): Polled => ({
  ok: true,
  orders: numbers.map((number) => ({ ok: true, order: orderOf(number, '+77010000001', clock.now()) })),
  place: { cursor, mark },
  clockAheadMs: 0,
});
const failed =
  (more: object = {}) =>
  (): Polled => ({ ok: false, fault, ...more });

it('reads a round page by page, waits, and knows what is old by its first round alone', async () => {
  const began = clock.now();
  answers = [() => page(['1'], 'two'), () => page(['2'], null, 'etag'), () => page(['3'], null, 'etag')];
  begin();
  await clock.advance(MINUTE + 1);
  expect(asked.map(({ place }) => place)).toEqual([
    { cursor: null, mark: null },
    { cursor: 'two', mark: null },
    { cursor: null, mark: 'etag' },
  ]);
  expect(taken).toEqual([
    { numbers: ['1'], since: began },
    { numbers: ['2'], since: began },
    { numbers: ['3'], since: null },
  ]);
  expect(states.filter(({ look }) => look === 'waiting').map(({ orders }) => orders)).toEqual([2, 1]);
});

it('goes on where it was after a failure, later each time, and tells it once', async () => {
  answers = [
    () => page(['1'], 'two'),
    failed(),
    failed(),
    failed({ retryAfterMs: 10 * MINUTE }),
    () => page(['2'], null),
  ];
  begin();
  await clock.advance(12 * MINUTE);
  expect(asked.slice(0, 5).map(({ place }) => place.cursor)).toEqual([null, 'two', 'two', 'two', 'two']);
  const waits = asked.slice(1, 5).map(({ at }, index) => at - asked[index]!.at);
  expect(waits).toEqual([0, 15_000, 30_000, 10 * MINUTE]);
  expect(taken.flatMap(({ numbers }) => numbers)).toEqual(['1', '2']);
  expect(warnings).toEqual(['The orders of "corner" cannot be read: It failed. Wait.']);
  expect(states.find(({ look }) => look === 'failing')).toEqual({ look: 'failing', orders: 1, fault });
});

it('begins anew where the shop knows the page no more, still as its first round', async () => {
  answers = [() => page(['1'], 'two'), failed({ restart: true }), () => page(['1', '2'], null)];
  begin();
  await clock.advance(MINUTE);
  expect(asked.slice(0, 3).map(({ place }) => place.cursor)).toEqual([null, 'two', null]);
  expect(taken.every(({ since }) => since !== null)).toBe(true);
});

it('goes on after a restart where it was', async () => {
  answers = [() => page(['1'], 'two'), failed()];
  begin();
  await clock.advance(1_000);
  await stop();
  answers = [() => page(['2'], null)];
  begin();
  await clock.advance(1_000);
  expect(asked.at(-1)!.place.cursor).toBe('two');
});

it('takes nothing in once it is stopped', async () => {
  const late = Promise.withResolvers<Polled>();
  answers = [() => late.promise];
  begin();
  await clock.advance(1_000);
  const stopped = stop();
  late.resolve(page(['1'], null));
  await stopped;
  await clock.advance(10 * MINUTE);
  expect([taken, asked.length]).toEqual([[], 1]);
});
