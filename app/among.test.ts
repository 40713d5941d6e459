import { expect, it } from 'vitest';
import { alone } from '../core/fleet/alone.ts';
import type { Ears, Fleet, Hints, Logger, News } from '../core/ports.ts';
import type { Lanes } from '../core/turns/lanes.ts';
import { virtualClock } from '../scenarios/clock.ts';
import { type AmongParts, createAmong } from './among.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function bench({ turns = true, more = {} as Partial<AmongParts>, fleet = {} as Partial<Fleet> } = {}) {
  const clock = virtualClock();
  const did: string[] = [];
  let reason: string | undefined;
  let ears: Ears | undefined;
  const hints: Hints = {
    wake: ({ conversationId }) => reason === undefined && did.push(`token ${conversationId}`) > 0,
    tell: ({ kind }) => void did.push(`tells ${kind}`),
    listen(all) {
      ears = all;
    },
    away: () => reason,
    deafen: async () => {},
    close: async () => {},
  };
  const among = createAmong({
    ...{ clock, machine: clock, log: quiet, hints, duties: { turns } },
    fleet: { ...alone('me'), alone: false, duty: () => async () => {}, ...fleet },
  });
  among.begin({
    lanes: { wake: (id: string) => void did.push(`here ${id}`) } as unknown as Lanes,
    ...{
      admit: async () => {},
      flowsRun: () => true,
      hasMuchToDo: () => false,
      isOurs: (id) => id === 'ours',
      letGo() {},
    },
    sweep: async () => void did.push('sweep'),
    inherit: async () => void did.push('inherit'),
    lookBack: async () => void did.push('look back'),
    ...{ wake: { orders: () => did.push('orders'), notices: () => did.push('notices') }, hear() {} },
    ...more,
  });
  return {
    ...{ clock, did, among },
    away(why: string | undefined) {
      reason = why;
    },
    hear: (news: News) => ears!.news(news),
    token: (conversationId: string) => ears!.wake({ conversationId, accountId: 'acc', at: clock.now() }),
  };
}

it('a lane is woken where its words came in, and elsewhere where that one has much to do, a deploy or its end before it', async () => {
  let much = false;
  let runs = true;
  const { among, did } = bench({ more: { hasMuchToDo: () => much, flowsRun: () => runs } });
  const wake = () => {
    for (const id of ['c', 'ours']) among.lanes.wake(id, 'acc', 0);
  };
  wake();
  much = true;
  wake();
  [much, runs] = [false, false];
  wake();
  runs = true;
  await among.stop();
  wake();
  expect(did).toEqual(['here c', ...Array(3).fill(['here ours', 'token c']).flat(), 'here ours']);
});

it('a process that runs no turns wakes others, and where it cannot, leaves it to them', () => {
  const { among, did, away } = bench({ turns: false });
  among.lanes.wake('ours', 'acc', 0);
  away('It is away.');
  among.lanes.wake('c', 'acc', 0);
  expect(did).toEqual(['token ours']);
});

it('while Redis is away the store is asked each second, and once more when it is back', async () => {
  const { among, did, away, clock } = bench({ more: { hasMuchToDo: () => true } });
  await clock.advance(5_000);
  expect(did).toEqual([]);
  away('It is away.');
  among.lanes.wake('c', 'acc', 0);
  await clock.advance(3_000);
  expect(did).toEqual(['here c', 'sweep', 'sweep', 'sweep']);
  away(undefined);
  await clock.advance(3_000);
  expect(did).toEqual(['here c', 'sweep', 'sweep', 'sweep', 'sweep']);
  await clock.advance(10_000);
  expect(did).toHaveLength(6);
});

it('a token that comes while a deploy is under way is handed on', async () => {
  let runs = true;
  const { did, token } = bench({ more: { flowsRun: () => runs } });
  await token('c');
  runs = false;
  await token('d');
  expect(did).toEqual(['here c', 'token d']);
});

it('what one process sees to for all begins with its duty, and ends with it', async () => {
  const starts = new Map<string, () => () => unknown>();
  const duty: Fleet['duty'] = (name, start) => {
    starts.set(name, start);
    return async () => {};
  };
  const { among, did, clock } = bench({ fleet: { duty } });
  expect(among.isMine('orders')).toBe(false);
  const end = starts.get('orders')!();
  expect([among.isMine('orders'), among.isMine('notices')]).toEqual([true, false]);
  await clock.advance(31_000);
  await end();
  await clock.advance(60_000);
  expect(did.filter((what) => what === 'orders')).toHaveLength(3);
  expect(among.isMine('orders')).toBe(false);
});

it('news of work that one sees to for all is heard by that one, and told on by nobody', () => {
  const others = bench();
  const begun: Fleet['duty'] = (_, begin) => {
    begin();
    return async () => {};
  };
  const one = bench({ fleet: { duty: begun } });
  one.did.length = 0;
  for (const kind of ['orders', 'notices'] as const) {
    others.hear({ kind });
    one.hear({ kind });
  }
  expect([others.did, one.did]).toEqual([[], ['orders', 'notices']]);
});
