import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followUpId, orderId } from '../../core/orders/plans.ts';
import type { Store } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { orderOf, orderWorld, pigeons, type WorldOptions } from './testing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TEN = Date.UTC(2026, 10, 20, 10);

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let world: ReturnType<typeof orderWorld>;
let sent: ReturnType<typeof pigeons>['sent'];

function begin(more: Partial<WorldOptions> = {}) {
  const platform = pigeons(clock);
  sent = platform.sent;
  world = orderWorld({
    ...{ store, clock, channel: platform.channel },
    flow: (_live, msg) => (msg.order ? `${msg.order.event} ${msg.order.number}` : undefined),
    ...more,
  });
}
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orders-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(TEN, () => world.rest());
});
afterEach(async () => {
  await world.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});
const followUp = (number: string, event: 'POST_PURCHASE' | 'ORDER_DELIVERED' = 'POST_PURCHASE') =>
  store.followUp(followUpId(orderId('demo', number), event));

describe('an order of a shop', () => {
  it('is written about once, however often it is told', async () => {
    begin();
    const order = orderOf('1', '+77010000001', TEN);
    for (let time = 0; time < 3; time++) await world.told([order]);
    await clock.advance(1_000);
    await world.told([{ ...order, fields: { note: 'changed' } }]);
    await clock.advance(DAY * 2);
    expect(sent).toEqual([{ phone: '+77010000001', text: 'POST_PURCHASE 1', at: TEN }]);
    expect(await followUp('1')).toMatchObject({ state: 'sent', messageId: expect.any(String) });
  });

  it('that is delivered is written about a second time, when the pause is over', async () => {
    begin();
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    await world.told([orderOf('1', '+77010000001', TEN, { state: 'delivered', changedAt: TEN + HOUR })]);
    await clock.advance(HOUR);
    expect(sent.length).toBe(1);
    expect(await followUp('1', 'ORDER_DELIVERED')).toMatchObject({
      state: 'held',
      rule: 'customer-cap',
      dueAt: TEN + DAY,
    });
    await clock.advance(DAY);
    expect(sent[1]).toEqual({ phone: '+77010000001', text: 'ORDER_DELIVERED 1', at: TEN + DAY });
  });

  it('waits for the morning, and is not thanked for once it is delivered', async () => {
    clock = virtualClock(TEN + 12 * HOUR, () => world.rest());
    begin();
    await world.told([orderOf('1', '+77010000001', clock.now()), orderOf('2', '+77010000002', clock.now())]);
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
    expect(await followUp('1')).toMatchObject({ state: 'held', rule: 'hours', dueAt: TEN + 23 * HOUR });
    await world.told([orderOf('1', '+77010000001', clock.now(), { state: 'delivered' })]);
    await clock.advance(DAY);
    expect(sent.map(({ text }) => text).sort()).toEqual(['ORDER_DELIVERED 1', 'POST_PURCHASE 2']);
    expect(sent.map(({ at }) => at)).toEqual([TEN + 23 * HOUR, TEN + 23 * HOUR]);
    expect(await followUp('1')).toMatchObject({ state: 'refused', rule: 'overtaken' });
  });

  it('of before the shop was known is written down and nobody hears of it', async () => {
    begin();
    const old = Array.from({ length: 300 }, (_, n) => orderOf(`old${n}`, `+7701000${1000 + n}`, TEN - DAY));
    await world.told([...old, orderOf('new', '+77010000001', TEN + 1)], TEN);
    await clock.advance(DAY);
    expect(sent.map(({ text }) => text)).toEqual(['POST_PURCHASE new']);
    expect(await followUp('old7')).toMatchObject({ state: 'old' });
  });

  it('whose shop does not tell when it was delivered: old in a first round, news at any other time', async () => {
    begin();
    const late = (number: string, placedAt: number) =>
      orderOf(number, `+7701000002${number}`, placedAt, { state: 'delivered', changedAt: undefined });
    await world.told([late('1', TEN - DAY), late('2', TEN + 1)], TEN);
    await world.told([late('3', TEN - DAY)]);
    await clock.advance(DAY);
    expect(await followUp('1', 'ORDER_DELIVERED')).toMatchObject({ state: 'old' });
    expect(await followUp('2', 'ORDER_DELIVERED')).toMatchObject({ state: 'sent', at: TEN });
    expect(await followUp('3', 'ORDER_DELIVERED')).toMatchObject({ state: 'sent', at: TEN });
  });

  it('of which nothing can be said holds up no other, and one that was written about does', async () => {
    begin({
      outreach: { paceMs: HOUR },
      random: () => 0,
      flow: (_live, msg) => (msg.order?.number === '2' ? undefined : `${msg.order?.number}`),
    });
    await world.told(['1', '2', '3'].map((number) => orderOf(number, `+7701000000${number}`, TEN)));
    await clock.advance(2 * HOUR);
    expect(sent.map(({ text, at }) => [text, at])).toEqual([
      ['1', TEN],
      ['3', TEN + HOUR],
    ]);
    expect(await followUp('2')).toMatchObject({ state: 'refused', rule: 'silent' });
  });

  it.each([
    ['who opted out', 'stop', 'consent', 'refused'],
    ['who says nothing of it', 'hello', undefined, 'sent'],
  ])('of a customer %s', async (_who, text, rule, state) => {
    begin();
    await world.says('+77010000001', text);
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    const after = await followUp('1');
    expect(after?.state).toBe(state);
    expect(after?.rule).toBe(rule);
    expect(sent.length).toBe(state === 'sent' ? 1 : 0);
  });

  it('is refused where no consent is known, was cancelled, or is long ago', async () => {
    begin();
    await world.told([
      orderOf('1', '+77010000001', TEN, { consent: undefined }),
      orderOf('2', '+77010000002', TEN, { state: 'cancelled' }),
      orderOf('3', '+77010000003', TEN - 4 * DAY),
    ]);
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
    expect(await followUp('1')).toMatchObject({ state: 'refused', rule: 'proof' });
    expect(await followUp('2')).toBeNull();
    expect(await followUp('3')).toMatchObject({ state: 'refused', rule: 'overtaken' });
  });

  it('that nobody is written to about says so in the log once, without the customer, and of many of a kind the number', async () => {
    const lines: string[] = [];
    begin({ onInfo: (line) => lines.push(line) });
    await world.told([
      orderOf('1', '+77010000001', TEN, { consent: undefined }),
      orderOf('2', '+77010000002', TEN),
      orderOf('3', '+77010000002', TEN),
    ]);
    await clock.advance(HOUR);
    await world.told([orderOf('2', '+77010000002', TEN, { fields: { note: 'changed' } })]);
    await clock.advance(HOUR);
    const about = (number: string) => lines.filter((line) => line.includes(`order demo/${number}: `));
    expect(about('1')).toEqual([expect.stringMatching(/^Not written at all, POST_PURCHASE of order demo\/1: proof: /)]);
    expect(about('2')).toEqual([]);
    expect(about('3').at(-1)).toMatch(/^Not written yet, POST_PURCHASE of order demo\/3: customer-cap: /);
    lines.length = 0;
    const many = Array.from({ length: 300 }, (_, at) =>
      orderOf(`many-${at}`, `+7701100${1_000 + at}`, clock.now(), { consent: undefined }),
    );
    await world.told(many);
    await clock.advance(HOUR);
    expect(lines.filter((line) => line.includes(': proof: ')).length).toBe(21);
    expect(lines.at(-1)).toMatch(/And 280 more like this in 10 minutes\.$/);
    expect(lines.join()).not.toMatch(/Aigerim|7701/);
  });

  it('waits while a person has the conversation, and goes on after', async () => {
    begin();
    const conversationId = await world.says('+77010000001', 'hello');
    await store.changeConversation(conversationId, () => ({ humanSince: TEN, humanUntil: TEN + 2 * HOUR }));
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    expect(await followUp('1')).toMatchObject({ state: 'held', rule: 'takeover', dueAt: TEN + 2 * HOUR });
    await clock.advance(HOUR);
    expect(sent.map(({ at }) => at)).toEqual([TEN + 2 * HOUR]);
  });

  it('is not written about when the customer opts out while the words are made', async () => {
    begin({
      async flow(live, msg) {
        if (!msg.order) return undefined;
        const { address } = live.conversation;
        await world.says((address as { to: string }).to, 'STOP');
        return `POST_PURCHASE ${msg.order.number}`;
      },
    });
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
    expect(await followUp('1')).toMatchObject({ state: 'refused', rule: 'consent' });
    // What was counted was given back.
    await world.says('+77010000001', 'START');
    await world.told([orderOf('2', '+77010000001', clock.now())]);
    await clock.advance(HOUR);
    expect(sent.length).toBe(0);
    expect((await followUp('2'))?.rule).toBe('consent');
  });

  it('in test mode is worked through, and nothing leaves', async () => {
    begin({ outreach: { testMode: true } });
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
    const { state, messageId } = (await followUp('1'))!;
    expect(state).toBe('shown');
    expect(await store.message(messageId!)).toMatchObject({ text: 'POST_PURCHASE 1', state: 'discarded' });
  });

  it('is written about three times to one person, and a hundred times a day', async () => {
    begin({ outreach: { pauseMs: 0, dailyLimit: 5 } });
    await world.told(Array.from({ length: 4 }, (_, n) => orderOf(`a${n}`, '+77010000001', TEN)));
    await clock.advance(HOUR);
    expect(sent.length).toBe(3);
    const [refused] = await store.followUps({ states: ['refused'], limit: 10 });
    expect(refused).toMatchObject({ orderId: expect.stringContaining('demo/a'), rule: 'customer-cap' });
    await world.told(Array.from({ length: 4 }, (_, n) => orderOf(`b${n}`, `+7701000001${n}`, TEN)));
    await clock.advance(HOUR);
    expect(sent.length).toBe(5);
    await clock.advance(DAY);
    expect(sent.length).toBe(7);
  });

  it('that left late, after the platform had refused it, begins the pause when it left', async () => {
    let refusals = 1;
    const slow = pigeons(clock, () =>
      refusals-- > 0
        ? { ok: false, failure: 'retry', error: { code: '429', message: 'Slow down.' }, retryAfterMs: 2 * HOUR }
        : { ok: true, platformId: String(clock.now()) },
    );
    begin({ channel: slow.channel });
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(3 * HOUR);
    await world.told([orderOf('1', '+77010000001', TEN, { state: 'delivered', changedAt: TEN + 3 * HOUR })]);
    await clock.advance(2 * DAY);
    const [first, second] = slow.sent.map(({ at }) => at);
    expect(first).toBeGreaterThanOrEqual(TEN + 2 * HOUR);
    expect(second! - first!).toBeGreaterThanOrEqual(DAY);
  });

  it('is held while everything is switched off, and written about when it is on again', async () => {
    begin();
    await world.desk.switch(true);
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR / 2);
    expect(await followUp('1')).toMatchObject({ state: 'held', rule: 'switch' });
    await world.desk.switch(false);
    await clock.advance(2 * HOUR);
    expect(sent.length).toBe(1);
  });

  it('is counted by what became of it; a reset counts anew and forgets nothing', async () => {
    begin();
    await world.told([orderOf('1', '+77010000001', TEN), orderOf('2', '+77010000002', TEN, { consent: undefined })]);
    await world.told([orderOf('3', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    const figures = await world.desk.figures();
    expect(figures).toMatchObject({ sent: 1, blocked: { proof: 1 }, held: { 'customer-cap': 1 }, successRate: 1 });
    expect(figures.limiters).toEqual([
      { account: 'Shop', usedToday: 1, limitToday: 100, dailyLimit: 100, testMode: false, enabled: true },
    ]);
    await world.desk.reset();
    expect(await world.desk.figures()).toMatchObject({ sent: 0, blocked: {}, successRate: null });
    // It is told of what is, whenever that began.
    expect((await world.desk.figures()).held).toEqual({ 'customer-cap': 1 });
    expect((await store.followUps({ limit: 9 })).length).toBe(3);
  });

  it('can be called delivered by hand', async () => {
    begin({ outreach: { pauseMs: 0 } });
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(HOUR);
    await world.desk.delivered('demo', '1');
    await world.desk.delivered('demo', '1');
    await clock.advance(HOUR);
    expect(sent.map(({ text }) => text)).toEqual(['POST_PURCHASE 1', 'ORDER_DELIVERED 1']);
    await expect(world.desk.delivered('demo', '9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('whose last word cannot be read is not written about until it can', async () => {
    clock = virtualClock(TEN - 4 * HOUR, () => world.rest());
    begin();
    const order = orderOf('1', '+77010000001', clock.now());
    await world.told([order]);
    const fault = { code: 'ORDER_STATE', message: 'The state "refunded?" is not known.', action: 'Map it.' };
    await world.read([{ ok: false, number: '1', fault }]);
    await clock.advance(6 * HOUR);
    expect(sent).toEqual([]);
    expect(await store.orders({ faulty: true, limit: 9 })).toMatchObject([{ number: '1', fault }]);
    await world.told([{ ...order, fields: { again: 'yes' } }]);
    await clock.advance(2 * HOUR);
    expect(sent.length).toBe(1);
    expect(await store.orders({ faulty: true, limit: 9 })).toEqual([]);
  });

  it('without a number is listed, and is no news in the next round, however many there are', async () => {
    begin();
    const nameless = (message: string) => ({
      ...{ ok: false as const, number: '' },
      fault: { code: 'ORDER_NUMBER_MISSING', message, action: 'Number them.' },
    });
    const page = [nameless('One has none.'), nameless('Another has none.'), nameless('Nor has this.')];
    expect(await world.read(page)).toMatchObject({ told: 3, changed: 1, faulty: ['demo/'] });
    expect(await world.read(page)).toMatchObject({ told: 3, changed: 0, faulty: [] });
    expect(await store.orders({ faulty: true, limit: 9 })).toMatchObject([{ fault: page[0]!.fault }]);
  });

  it('is seen to by the next process where this one dies', async () => {
    begin({ flow: () => new Promise(() => {}) });
    await world.told([orderOf('1', '+77010000001', TEN)]);
    await clock.advance(1_000);
    expect(await followUp('1')).toMatchObject({ state: 'running', turnId: expect.any(String) });
    clock.clear();
    begin();
    await clock.advance(10 * 60_000);
    expect(sent.map(({ text }) => text)).toEqual(['POST_PURCHASE 1']);
    expect(await followUp('1')).toMatchObject({ state: 'sent' });
  });
});
