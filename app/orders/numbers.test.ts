/** A number that platforms watch: it is warmed up, repeats itself to few, and types; and who agreed in words of his own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../core/model.ts';
import { followUpId, orderId } from '../../core/orders/plans.ts';
import type { Channel, SendResult, Store } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { orderOf, orderWorld, pigeons, type WorldOptions } from './testing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TEN = Date.UTC(2026, 10, 20, 10);
const LATER = { ok: false, failure: 'recipient', error: { code: '1', message: 'Not on it.' } } as const;

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let world: ReturnType<typeof orderWorld>;
let sent: ReturnType<typeof pigeons>['sent'];
/** What the platform is asked beside sends. */
let shown: string[];
let answer: () => SendResult;

/** The process begins, on the same data. @param more of the channel */
function begin(outreach: WorldOptions['outreach'], more: Partial<WorldOptions> = {}, channel: Partial<Channel> = {}) {
  clock.clear();
  const platform = pigeons(clock, () => answer());
  const before = sent ?? [];
  sent = platform.sent;
  sent.push(...before);
  const { capabilities } = platform.channel;
  world = orderWorld({
    ...{ store, clock, outreach, simulated: false },
    channel: { ...platform.channel, ...channel, capabilities: { ...capabilities, unofficial: true } },
    flow: (_live, msg) => (msg.order ? `${msg.order.event} ${msg.order.number}` : undefined),
    ...more,
  });
}
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'numbers-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(TEN, () => world.rest());
  sent = [];
  shown = [];
  answer = () => ({ ok: true, platformId: String(clock.now() + Math.random()) });
});
afterEach(async () => {
  await world.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});
let phone = 1_000_000;
const newPhone = () => `+7701${++phone}`;
const orders = (count: number, letter: string) =>
  Array.from({ length: count }, (_, n) => orderOf(`${letter}${n}`, newPhone(), clock.now()));
const followUp = (number: string) => store.followUp(followUpId(orderId('demo', number), 'POST_PURCHASE'));
const held = (rule: string) =>
  store.followUps({ states: ['held'], limit: 500 }).then((all) => all.filter((one) => one.rule === rule));

describe('a new number', () => {
  const today = async () => (await world.desk.figures()).limiters[0];

  it('writes few messages on its first day, more on the next on which it writes, and its limit in the end', async () => {
    begin({ warmUpDays: 3, dailyLimit: 60 });
    expect(await today()).toMatchObject({ usedToday: 0, limitToday: 20, dailyLimit: 60, warmUp: { day: 1, of: 3 } });
    await world.told(orders(30, 'a'));
    await clock.advance(HOUR);
    expect(sent.length).toBe(20);
    const [waits] = await held('day-cap');
    expect(waits!.reason).toBe(
      'The account wrote 20 such messages today, the most is 20, because its number is new (day 1 of 3 of its warm-up).',
    );
    await clock.advance(DAY);
    expect(sent.length).toBe(30);
    expect(await today()).toMatchObject({ usedToday: 10, limitToday: 28, warmUp: { day: 2, of: 3 } });
    // Days of silence make no number known.
    await clock.advance(20 * DAY);
    expect(await today()).toMatchObject({ usedToday: 0, limitToday: 41, warmUp: { day: 3, of: 3 } });
    await world.told(orders(70, 'b'));
    await clock.advance(HOUR);
    expect(sent.length).toBe(30 + 41);
    await clock.advance(DAY);
    expect(sent.length).toBe(100);
    expect(await today()).toEqual({
      ...{ account: 'Shop', usedToday: 29, limitToday: 60, dailyLimit: 60, testMode: false, enabled: true },
    });
  });

  it('is known after a restart', async () => {
    begin({ warmUpDays: 3, dailyLimit: 60 });
    await world.told(orders(25, 'a'));
    await clock.advance(HOUR);
    await world.stop();
    await store.close();
    store = openStore(path.join(folder, 'x.db'));
    begin({ warmUpDays: 3, dailyLimit: 60 });
    await clock.advance(HOUR);
    expect([sent.length, (await today())!.limitToday]).toEqual([20, 20]);
    await clock.advance(DAY);
    expect([sent.length, (await today())!.limitToday]).toEqual([25, 28]);
  });

  it('is another one once the account has another session', async () => {
    const under = (session: string): Partial<Channel> => ({ identity: () => session });
    begin({ warmUpDays: 3, dailyLimit: 60 }, {}, under('one'));
    await world.told(orders(1, 'a'));
    await clock.advance(DAY);
    expect(await today()).toMatchObject({ limitToday: 28 });
    await world.stop();
    begin({ warmUpDays: 3, dailyLimit: 60 }, {}, under('two'));
    expect(await today()).toMatchObject({ limitToday: 20, warmUp: { day: 1, of: 3 } });
  });

  it('is another one once the platform tells of another phone behind it; the first that it tells is the one there was', async () => {
    begin({ warmUpDays: 3, dailyLimit: 60 });
    await world.told(orders(1, 'a'));
    await clock.advance(DAY);
    for (const [phone, limitToday] of [
      ['15550783881', 28],
      ['15550783881', 28],
      ['15550783882', 20],
    ] as const) {
      await world.happens({ kind: 'health', type: 'session.WORKING', key: String(Math.random()), phone });
      expect(await today()).toMatchObject({ limitToday });
    }
    await world.happens({ kind: 'health', type: 'session.FAILED', key: 'f', error: { code: '1', message: 'Banned.' } });
    expect(await today()).toMatchObject({ limitToday: 20 });
  });

  it('is as new as before after a day of which nothing arrived', async () => {
    answer = () => LATER;
    begin({ warmUpDays: 3, dailyLimit: 60 });
    await world.told(orders(3, 'a'));
    await clock.advance(DAY);
    expect((await followUp('a0'))!.state).toBe('failed');
    expect(await today()).toMatchObject({ limitToday: 20, warmUp: { day: 1, of: 3 } });
    // One that arrives makes it a day, whatever becomes of the others.
    answer = () => ({ ok: true, platformId: '1' });
    await world.told(orders(1, 'b'));
    await clock.advance(HOUR);
    answer = () => LATER;
    await world.told(orders(1, 'c'));
    await clock.advance(DAY);
    expect(await today()).toMatchObject({ limitToday: 28, warmUp: { day: 2, of: 3 } });
  });
});

describe('the same words', () => {
  const thanks = { flow: () => 'Thank you for your order!' };

  it('go to five people a day; who is the sixth waits until the first is a day ago, and is told what to do', async () => {
    begin({ sameTexts: 5 }, thanks);
    for (let minute = 0; minute < 7; minute++) {
      await world.told([orderOf(`a${minute}`, newPhone(), clock.now())]);
      await clock.advance(60_000);
    }
    expect(sent.length).toBe(5);
    const [sixth, seventh] = [await followUp('a5'), await followUp('a6')];
    expect(sixth).toMatchObject({ state: 'held', rule: 'sameness', dueAt: sent[0]!.at + DAY });
    expect(sixth!.reason).toMatch(/5 others .* \{name\} or \{number\}/);
    expect(seventh).toMatchObject({ rule: 'sameness' });
    // Neither person nor day has a place less for it.
    expect((await world.desk.figures()).limiters[0]).toMatchObject({ usedToday: 5 });
    await clock.advance(2 * DAY);
    expect(sent.length).toBe(7);
    for (const [index, { at }] of sent.entries())
      if (index >= 5) expect(at - sent[index - 5]!.at).toBeGreaterThanOrEqual(DAY);
  });

  it('are counted over a restart, by people and not by messages', async () => {
    begin({ sameTexts: 2, pauseMs: 0 }, thanks);
    const [one, two, three] = [newPhone(), newPhone(), newPhone()];
    await world.told([orderOf('1', one, TEN), orderOf('2', one, TEN), orderOf('3', two, TEN)]);
    await clock.advance(HOUR);
    expect(sent.length).toBe(3);
    await world.stop();
    await store.close();
    store = openStore(path.join(folder, 'x.db'));
    begin({ sameTexts: 2, pauseMs: 0 }, thanks);
    await world.told([orderOf('4', three, clock.now()), orderOf('5', two, clock.now())]);
    await clock.advance(HOUR);
    expect(sent.map(({ phone }) => phone).sort()).toEqual([one, one, two, two].sort());
    expect(await followUp('4')).toMatchObject({ state: 'held', rule: 'sameness' });
  });

  it('do not count where they never left', async () => {
    answer = () => LATER;
    begin({ sameTexts: 1 }, thanks);
    await world.told(orders(3, 'a'));
    await clock.advance(HOUR);
    expect((await store.followUps({ states: ['failed'], limit: 9 })).length).toBe(3);
    answer = () => ({ ok: true, platformId: '1' });
    await world.told(orders(2, 'b'));
    await clock.advance(HOUR);
    expect(sent.length).toBe(1);
    expect(await held('sameness')).toHaveLength(1);
  });

  it('are none where each has its number', async () => {
    begin({ sameTexts: 5 });
    await world.told(orders(30, 'a'));
    await clock.advance(HOUR);
    expect(sent.length).toBe(30);
  });
});

describe('before a message that nobody asked for', () => {
  const typing = (): Partial<Channel> => ({
    typing: async (address: Json) =>
      void shown.push(`types to ${(address as { to: string }).to} at ${clock.now() - TEN}`),
    stopTyping: async () => void shown.push(`stops at ${clock.now() - TEN}`),
  });

  it('somebody types, the longer the more there is to say, and then it comes', async () => {
    const words: Record<string, string> = {
      short: 'Thanks!',
      long: 'Thank you. '.repeat(10),
      endless: 'Thank you. '.repeat(99),
    };
    begin({}, { flow: (_live, msg) => msg.order && words[msg.order.number] }, typing());
    for (const [number, least, most] of [
      ['short', 1_000, 1_000],
      ['long', 4_000, 5_000],
      ['endless', 8_000, 8_000],
    ] as const) {
      shown = [];
      const to = newPhone();
      const from = clock.now() - TEN;
      await world.told([orderOf(number, to, clock.now())]);
      await clock.advance(HOUR);
      const left = sent.at(-1)!.at - TEN;
      expect(shown).toEqual([`types to ${to} at ${from}`, `stops at ${left}`]);
      expect(left - from).toBeGreaterThanOrEqual(least);
      expect(left - from).toBeLessThanOrEqual(most);
    }
  });

  it('a STOP while somebody types is heard', async () => {
    begin({}, {}, typing());
    const to = newPhone();
    await world.told([orderOf('1', to, TEN)]);
    await clock.advance(500);
    expect(shown).toHaveLength(1);
    await world.says(to, 'STOP');
    await clock.advance(HOUR);
    expect(sent).toEqual([]);
    expect(await followUp('1')).toMatchObject({ state: 'refused', rule: 'consent' });
    expect(shown).toHaveLength(2);
  });

  it('nobody types what a rule forbids, or what a test keeps back', async () => {
    begin({ sameTexts: 1 }, { flow: () => 'Thank you!' }, typing());
    await world.told(orders(1, 'a'));
    await clock.advance(HOUR);
    await world.told([orderOf('same', newPhone(), clock.now())]);
    await clock.advance(HOUR);
    expect(await followUp('same')).toMatchObject({ rule: 'sameness' });
    expect(shown).toHaveLength(2);
    await world.stop();
    begin({ testMode: true }, {}, typing());
    await world.told(orders(1, 'b'));
    await clock.advance(HOUR);
    expect((await followUp('b0'))!.state).toBe('shown');
    expect(shown).toHaveLength(2);
  });

  it('a platform that cannot show it costs nobody the message, and a stop waits for nobody', async () => {
    const broken: Partial<Channel> = {
      typing: () => Promise.reject(new Error('Down.')),
      stopTyping: () => Promise.reject(new Error('Down.')),
    };
    begin({}, {}, broken);
    await world.told(orders(1, 'a'));
    await clock.advance(HOUR);
    expect(sent.length).toBe(1);
    await world.told(orders(1, 'b'));
    await clock.advance(500);
    expect(sent.length).toBe(1);
    await world.stop();
    await world.rest();
    expect(sent.length).toBe(2);
  });
});

describe('who agreed in words of his own', () => {
  const silent = (number: string, to: string) => orderOf(number, to, clock.now(), { consent: undefined });
  const became = async (number: string) => {
    await clock.advance(HOUR);
    return followUp(number);
  };

  it('is written to, and the words are known with the message, the time and the place', async () => {
    begin({});
    const to = newPhone();
    const conversationId = await world.says(to, 'Subscribe, please!');
    await world.told([silent('1', to)]);
    const { contactId } = (await store.conversation(conversationId))!;
    const message = (await store.messages(conversationId, { limit: 1 }))[0]!;
    const proof = { at: TEN, where: 'pigeon, account acc', words: 'Subscribe, please!', messageId: message.id };
    expect((await store.contact(contactId!))!.consents).toEqual({ in: proof });
    expect(await became('1')).toMatchObject({ state: 'sent', proof });
  });

  it.each(['START', 'hello', 'START please', 'yes'])('is not who says "%s" and had not opted out', async (words) => {
    begin({});
    const to = newPhone();
    await world.says(to, words);
    await world.told([silent('1', to)]);
    expect(await became('1')).toMatchObject({ state: 'refused', rule: 'proof' });
  });

  it('after he had said STOP, by any word that takes it back; and no more after another STOP', async () => {
    begin({});
    const to = newPhone();
    await world.says(to, 'no me escribas');
    await clock.advance(1_000);
    await world.says(to, 'START');
    await world.told([silent('1', to)]);
    expect(await became('1')).toMatchObject({ state: 'sent', proof: { words: 'START' } });
    const conversationId = await world.says(to, 'STOP');
    const { contactId } = (await store.conversation(conversationId))!;
    expect((await store.contact(contactId!))!.consents).toMatchObject({
      ...{ in: { words: 'START' }, out: { words: 'STOP', at: clock.now(), messageId: expect.any(String) } },
    });
    await clock.advance(DAY);
    await world.told([silent('2', to)]);
    expect(await became('2')).toMatchObject({ state: 'refused', rule: 'consent' });
    // Somebody took the opt-out back without a word of his: that proves nothing.
    await store.changeConversation(conversationId, () => ({ optedOutAt: 0 }));
    await world.told([
      silent('3', to),
      orderOf('4', to, clock.now(), { consent: { at: TEN, where: 'shop', words: 'Yes' } }),
    ]);
    await clock.advance(HOUR);
    expect([await followUp('3'), await followUp('4')]).toMatchObject([{ rule: 'proof' }, { rule: 'proof' }]);
  });

  it('says it by the platform’s own switch as well, where that takes an opt-out back', async () => {
    begin({});
    const to = newPhone();
    const thread = pigeons(clock).channel.threadOf!(to);
    const switched = (consent: 'in' | 'out', key: string) =>
      world.happens({ kind: 'consent', type: `preference.${consent}`, key, thread, consent });
    await switched('in', '1');
    await world.told([silent('1', to)]);
    expect(await became('1')).toMatchObject({ state: 'refused', rule: 'proof' });
    await switched('out', '2');
    await clock.advance(1_000);
    await switched('in', '3');
    await world.told([silent('2', to)]);
    expect(await became('2')).toMatchObject({ state: 'sent', proof: { words: 'preference.in' } });
  });

  it('keeps the first of several opt-outs, in whatever language', async () => {
    begin({});
    const to = newPhone();
    const conversationId = await world.says(to, 'отписка');
    await clock.advance(HOUR);
    await world.says(to, 'STOP');
    const { contactId } = (await store.conversation(conversationId))!;
    expect((await store.contact(contactId!))!.consents).toEqual({
      out: { at: TEN, where: 'pigeon, account acc', words: 'отписка', messageId: expect.any(String) },
    });
  });

  it('agreed as a person, on every account, and is out as a person, too', async () => {
    begin({}, { accounts: ['acc', 'other'] });
    const to = newPhone();
    await world.says(to, 'subscribe', 'other');
    await world.told([silent('1', to)], null, 'acc');
    expect(await became('1')).toMatchObject({
      state: 'sent',
      accountId: 'acc',
      proof: { where: 'pigeon, account other' },
    });
    await clock.advance(DAY);
    await world.says(to, 'STOP', 'other');
    await clock.advance(1_000);
    await world.says(to, 'subscribe', 'acc');
    await world.told([silent('2', to)], null, 'acc');
    expect(await became('2')).toMatchObject({
      state: 'refused',
      rule: 'proof',
      reason: expect.stringContaining('another account'),
    });
  });

  it('is said with the order where the shop knows of it', async () => {
    begin({});
    const to = newPhone();
    await world.says(to, 'subscribe');
    await world.told([orderOf('1', to, TEN)]);
    expect(await became('1')).toMatchObject({
      state: 'sent',
      proof: { where: 'checkout', words: 'Write to me about my order' },
    });
  });
});
