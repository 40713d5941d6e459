/**
 * A shop with ten thousand old orders is asked for the first time: by pages, over HTTP, in a process that dies in the middle of it. It goes on where it
 * was, tells how far it is, lets others work in between, and writes to nobody but about what is new.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../adapters/net/clock.ts';
import { loadPhoneBook } from '../../adapters/phones/load.ts';
import { createIntake } from '../../app/orders/intake.ts';
import { type PollState, startPolling } from '../../app/orders/poll.ts';
import { orderWorld, pigeons } from '../../app/orders/testing.ts';
import { orderDesk } from '../../core/orders/read.ts';
import type { OrderSource, Store } from '../../core/ports.ts';
import { api } from '../../shops/api/api.ts';
import { openShop } from '../../shops/testing.ts';
import { openStore } from '../../stores/sqlite/store.ts';

const OLD = 10_000;
const PAGE = 500;
const PAGES = OLD / PAGE;
const DAY = 86_400_000;
const HOURS = { from: 0, until: 1_440, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] };

it('E1 E9 ten thousand old orders are written down bit by bit, over a restart, and nobody is written to but about a new one', async () => {
  const began = Date.now();
  const order = (number: string, at: number) => ({
    ...{ number, state: 'placed', placed_at: at },
    customer: { phone: `+7701${String(1_000_000 + Number(number.replace(/\D/g, '')))}` },
    consent: { at, where: 'checkout', words: 'Write to me about my order.' },
  });
  const fresh: object[] = [];
  await using shop = await openShop(({ query }) => {
    const page = Number(query.cursor ?? 0);
    const old = Array.from({ length: PAGE }, (_, at) => order(`O-${page * PAGE + at}`, began - DAY));
    const orders = page === 0 ? [...fresh, ...old] : old;
    return { json: { orders, next: page + 1 < PAGES ? String(page + 1) : null } as never };
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'first-start-'));
  const file = path.join(folder, 'x.db');
  const book = await loadPhoneBook();
  const settings = { shop: 'demo', url: `${shop.url}/orders` };
  const states: PollState[] = [];
  let between = 0;

  /** A process: it works until `enough`. */
  async function live(enough: (state: PollState, store: Store) => boolean | Promise<boolean>): Promise<Store> {
    const store = openStore(file);
    const { channel, sent } = pigeons(systemClock);
    const world = orderWorld({
      ...{ store, clock: systemClock, channel, outreach: { hours: HOURS } },
      flow: (_live, msg) => (msg.order ? `${msg.order.event} ${msg.order.number}` : undefined),
    });
    const log = { debug() {}, info() {}, warn() {}, error: (line: string) => expect.unreachable(line) };
    const intake = createIntake({ store, clock: systemClock, log, phoneBook: loadPhoneBook, onDue: world.wake });
    const ended = Promise.withResolvers<void>();
    const stop = startPolling({
      ...{ store, clock: systemClock, log, intake, settings, shop: 'demo', accountId: 'acc', timezone: 'UTC' },
      ...{ source: api as OrderSource & Required<Pick<OrderSource, 'poll'>>, nodeId: 'orders-acc', place: 'in/demo' },
      ...{ desk: orderDesk(settings, { now: Date.now, readPhone: book.readPhone }), everyMs: 100 },
      onState(state) {
        states.push(state);
        Promise.resolve(enough(state, store)).then((over) => over && ended.resolve(), ended.reject);
      },
    });
    let over = false;
    const others = (async () => {
      for (; !over; between++) await nextRound();
    })();
    await ended.promise;
    over = true;
    await Promise.all([stop(), others]);
    await world.stop();
    all.push(...sent.map(({ text }) => text));
    return store;
  }
  const all: string[] = [];

  const half = await live(({ orders }) => orders >= OLD / 2);
  await half.close();
  const asked = shop.asked.map(({ query }) => Number(query.cursor ?? 0));
  expect(asked).toEqual(Array.from({ length: asked.length }, (_, at) => at));
  expect(
    states
      .filter(({ look }) => look === 'asking')
      .map(({ orders }) => orders)
      .slice(0, 3),
  ).toEqual([0, PAGE, 2 * PAGE]);

  let rounds = 0;
  const store = await live(async ({ look }, current) => {
    if (look === 'waiting' && ++rounds === 1) fresh.push(order('N-77', Date.now()));
    return (await current.followUp('demo/N-77/POST_PURCHASE'))?.state === 'sent';
  });
  // The page that was under way when it stopped is asked for once more, and no other.
  const pages = shop.asked.map(({ query }) => Number(query.cursor ?? 0));
  const first = pages.slice(0, pages.indexOf(0, 1));
  expect([...new Set(first)]).toEqual(Array.from({ length: PAGES }, (_, at) => at));
  expect(first.length).toBeLessThanOrEqual(PAGES + 1);
  expect(states.some(({ look }) => look === 'failing')).toBe(false);
  // A hundred orders are stored in a row.
  expect(between).toBeGreaterThan(OLD / 100);

  expect(all).toEqual(['POST_PURCHASE N-77']);
  const counts = await store.followUpCounts(0);
  expect(counts.map(({ state, count }) => [state, count]).sort()).toEqual([
    ['old', OLD],
    ['sent', 1],
  ]);
  await store.close();
  rmSync(folder, { recursive: true });
}, 120_000);
