/**
 * One year of a busy shop on two accounts, in virtual time: 5,000 customers in zones whose clocks change, polls that overlap, processes that die in the
 * middle of a turn, a platform that refuses now and then, people who opt out while the words for them are made. What must hold is counted apart from
 * the product: from what the platform saw, by clocks of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { orderOf, orderWorld, pigeons } from '../../app/orders/testing.ts';
import { newId } from '../../core/ids.ts';
import type { FollowUp, Order } from '../../core/model.ts';
import type { SendResult, Store } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 2, 1);
const SEED = Number(process.env.YEAR_SEED ?? 20261129);
const CUSTOMERS = 5_000;
/** The whole year with `YEAR_DAYS=365`, some minutes; its spring, with clocks that change, in every run. */
const DAYS = Number(process.env.YEAR_DAYS ?? 30);
const POLL_MS = 4 * HOUR;
const ACCOUNTS = ['almaty', 'madrid'];
const ZONES = [
  'Asia/Almaty',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
];

/** Both accounts write from new numbers. */
const WARM_UP_DAYS = 14;
const SAME_TEXTS = 5;
/** Words that are the same for all, and signs that tell the test, and nobody else, what they are about. */
const THANKS = 'Thank you ';
const SIGNS = [...'🍇🍈🍉🍊🍋🍌🍍🥭🍎🍏'];
const EVENTS: Record<string, string> = { '🎁': 'POST_PURCHASE', '🚚': 'ORDER_DELIVERED' };
const saidOf = (number: string, event: string) => {
  if (Number(number.slice(1)) % 4 > 0) return `${number}/${event}`;
  const signs = [...number.slice(1)].map((digit) => SIGNS[Number(digit)]).join('');
  return `${THANKS}${signs}${Object.keys(EVENTS).find((sign) => EVENTS[sign] === event)}`;
};
const readAs = (text: string) => {
  if (!text.startsWith(THANKS)) return text;
  const signs = [...text.slice(THANKS.length)];
  const event = EVENTS[signs.pop()!];
  return `K${signs.map((sign) => SIGNS.indexOf(sign)).join('')}/${event}`;
};

/** Numbers between 0 and 1 that are the same for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Placed {
  number: string;
  phone: string;
  account: string;
  placedAt: number;
  deliveredAt: number;
  cancelledAt: number;
  consent: boolean;
}

const zoneOf = (phone: string) => ZONES[Number(phone.slice(-4)) % ZONES.length]!;

it(`E1 E4 E5 a year of orders, seed ${SEED}`, { timeout: 900_000 }, async () => {
  const chance = random(SEED);
  /** Of processes: what else happens does not change when they die. */
  const fate = random(SEED + 7);
  const between = (low: number, high: number) => Math.round(low + chance() * (high - low));
  const phones = Array.from({ length: CUSTOMERS }, (_, n) => `+7701${String(1_000_000 + n)}`);
  const orders: Placed[] = [];
  for (let day = 0; day < DAYS; day++) {
    // A sale on some days: more than the day's cap, and an early one: more than a new number may write.
    const count = day % 90 === 60 ? 260 : day === 3 ? 120 : Math.round(between(5, 25));
    for (let n = 0; n < count; n++) {
      const placedAt = Math.round(BEGIN + day * DAY + chance() * DAY);
      const ends = chance();
      orders.push({
        ...{ number: `K${orders.length}`, phone: phones[Math.floor(chance() ** 2 * CUSTOMERS)]!, placedAt },
        account: ACCOUNTS[chance() < 0.8 ? 0 : 1]!,
        deliveredAt: ends < 0.8 ? Math.round(placedAt + between(2 * HOUR, 6 * DAY)) : Number.POSITIVE_INFINITY,
        cancelledAt: ends > 0.95 ? Math.round(placedAt + between(HOUR, 2 * DAY)) : Number.POSITIVE_INFINITY,
        consent: chance() < 0.95,
      });
    }
  }
  const asTold = (placed: Placed, now: number): Order => {
    const { number, phone, placedAt, deliveredAt, cancelledAt, consent } = placed;
    const more: Partial<Order> = consent ? {} : { consent: undefined };
    if (cancelledAt <= now)
      return orderOf(number, phone, placedAt, { ...more, state: 'cancelled', changedAt: cancelledAt });
    // Now and then a state goes back for a poll.
    const delivered = deliveredAt <= now && chance() > 0.02;
    return orderOf(number, phone, placedAt, {
      ...more,
      ...(delivered && { state: 'delivered', changedAt: deliveredAt }),
    });
  };

  const folder = mkdtempSync(path.join(tmpdir(), 'year-'));
  const file = path.join(folder, 'x.db');
  let store: Store = openStore(file);
  let world = undefined as unknown as ReturnType<typeof orderWorld>;
  const clock = virtualClock(BEGIN, () => world.rest());
  const answer = (): SendResult => {
    const luck = chance();
    const error = { code: '1', message: 'Not now.' };
    if (luck < 0.02) return { ok: false, failure: 'retry', error, retryAfterMs: 60_000 };
    if (luck < 0.025) return { ok: false, failure: 'recipient', error };
    return luck < 0.03 ? { ok: false, failure: 'unknown', error } : { ok: true, platformId: newId(clock.now()) };
  };
  const platform = pigeons(clock, answer);
  /** What customers said of being written to: when, and whether they are out from then on. */
  const said = new Map<string, { at: number; out: boolean }[]>();
  async function says(phone: string, out: boolean, account: string): Promise<void> {
    said.set(phone, [...(said.get(phone) ?? []), { at: clock.now(), out }]);
    await world.says(phone, out ? 'STOP' : 'START', account);
  }
  function begin() {
    world = orderWorld({
      ...{ store, clock, channel: platform.channel, accounts: ACCOUNTS, random: chance },
      outreach: { paceMs: 20_000, warmUpDays: WARM_UP_DAYS, sameTexts: SAME_TEXTS },
      zonesOf: (phone) => [zoneOf(phone)],
      async flow(live, msg) {
        if (!msg.order) return undefined;
        const { to } = live.conversation.address as { to: string };
        await world.sleep(between(500, 8_000));
        if (chance() < 0.01) await says(to, true, live.account.id);
        await world.sleep(between(500, 8_000));
        return saidOf(msg.order.number, msg.order.event);
      },
    });
  }
  begin();

  let dead = 0;
  const lively = (now: number) =>
    orders.filter(({ placedAt }) => placedAt <= now && placedAt > now - 8 * DAY).map((placed) => ({ placed, now }));
  for (let at = BEGIN; at < BEGIN + DAYS * DAY; at += POLL_MS) {
    const all = lively(clock.now());
    const of = (account: string) =>
      all.filter(({ placed }) => placed.account === account).map(({ placed, now }) => asTold(placed, now));
    // Two polls of the same shop at once, and one that is late.
    const polls = [world.told(of('almaty'), null, 'almaty'), world.told(of('madrid'), null, 'madrid')];
    if (chance() < 0.3) polls.push(world.told(of('almaty').slice(0, 40), null, 'almaty'));
    await Promise.all(polls);
    if (chance() < 0.15) {
      const phone = phones[Math.floor(chance() * CUSTOMERS)]!;
      await says(phone, chance() < 0.6, ACCOUNTS[chance() < 0.5 ? 0 : 1]!);
    }
    if (fate() < 0.02) {
      // The process dies somewhere in the middle; what it had begun never goes on.
      await clock.advance(between(1_000, 60_000));
      clock.clear();
      await store.close();
      store = openStore(file);
      dead++;
      begin();
    }
    await clock.advance(at + POLL_MS - clock.now());
  }
  await clock.advance(10 * DAY);

  const sent = platform.sent.map(({ text, ...one }) => ({ ...one, same: text.startsWith(THANKS), text: readAs(text) }));
  const followUps = new Map<string, FollowUp>();
  for (let before: { before?: number; beforeId?: string } = {}; ; ) {
    const page = await store.followUps({ limit: 1_000, ...before });
    for (const followUp of page) followUps.set(followUp.id, followUp);
    if (page.length < 1_000) break;
    before = { before: page.at(-1)!.at, beforeId: page.at(-1)!.id };
  }
  await world.stop();
  await store.close();
  rmSync(folder, { recursive: true });

  const byPhone = Map.groupBy(sent, ({ phone }) => phone);
  const problems: string[] = [];
  for (const [phone, mine] of byPhone) {
    if (mine.length > 3) problems.push(`${phone} had ${mine.length}`);
    for (const [index, { at, text }] of mine.entries()) {
      if (index > 0 && at - mine[index - 1]!.at < DAY) problems.push(`${phone} too soon: ${text}`);
      const hour = Number(
        new Date(at).toLocaleString('en-GB', { timeZone: zoneOf(phone), hour: '2-digit', hourCycle: 'h23' }),
      );
      if (hour < 9 || hour >= 21) problems.push(`${phone} at ${hour} o'clock: ${text}`);
      const last = (said.get(phone) ?? []).findLast((word) => word.at <= at);
      if (last?.out) problems.push(`${phone} was out: ${text}`);
    }
  }
  const accountOf = new Map(orders.map(({ number, account }) => [number, account]));
  const ofAccount = Map.groupBy(sent, ({ text }) => accountOf.get(text.split('/')[0]!)!);
  for (const [account, mine] of ofAccount) {
    const days = [...Map.groupBy(mine, ({ at }) => Math.floor(at / DAY)).entries()].sort(
      ([one], [other]) => one - other,
    );
    for (const [index, [day, { length }]] of days.entries()) {
      const most = index < WARM_UP_DAYS ? Math.floor(20 * 5 ** (index / WARM_UP_DAYS)) : 100;
      if (length > most) problems.push(`${account} on day ${day}, the ${index + 1}th: ${length}`);
    }
    const same = mine.filter((one) => one.same);
    for (const { at } of same) {
      const people = new Set(same.filter((one) => one.at > at - DAY && one.at <= at).map(({ phone }) => phone));
      if (people.size > SAME_TEXTS) problems.push(`${account} said the same to ${people.size} at ${at}`);
    }
  }
  expect(problems).toEqual([]);

  expect(new Set(sent.map(({ text }) => text)).size).toBe(sent.length);
  const states: Record<string, number> = {};
  const lost: string[] = [];
  const wasSent = new Set(sent.map(({ text }) => text));
  // By several polls: one alone may have told of a state that went back.
  const seen = (happened: number) => happened < BEGIN + DAYS * DAY - DAY;
  for (const { number, placedAt, deliveredAt, cancelledAt } of orders) {
    const events = [
      ...(seen(placedAt) && cancelledAt - placedAt > POLL_MS ? ['POST_PURCHASE'] : []),
      ...(seen(deliveredAt) && deliveredAt < placedAt + 7 * DAY ? ['ORDER_DELIVERED'] : []),
    ];
    for (const event of events) {
      const followUp = followUps.get(`demo/${number}/${event}`);
      const state = followUp?.state ?? 'none';
      states[state] = (states[state] ?? 0) + 1;
      const told =
        state === 'sent' || ((state === 'refused' || state === 'failed' || state === 'unknown') && followUp?.reason);
      if (!told || (state === 'sent') !== wasSent.has(`${number}/${event}`)) lost.push(`${number}/${event}: ${state}`);
    }
  }
  expect(lost).toEqual([]);
  // The year was one in which something happened.
  expect(dead).toBeGreaterThan(DAYS / 30);
  expect(states.sent).toBeGreaterThan(DAYS * 5);
  expect(states.refused).toBeGreaterThan(DAYS / 10);
  expect(sent.filter(({ same }) => same).length).toBeGreaterThan(DAYS * 2);
  process.stdout.write(`A year: ${orders.length} orders, ${dead} deaths, ${JSON.stringify(states)}\n`);
});
