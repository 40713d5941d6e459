/** What customers do after a message that nobody asked for, on the real store, lanes and gateway, by a clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT } from '../../contracts/store/events.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { acceptDelivery } from '../../core/inbox/fold.ts';
import { hearMessage } from '../../core/inbox/hear.ts';
import type { Message } from '../../core/model.ts';
import { noteVariant } from '../../core/orders/follow-up.ts';
import type { ParsedEvent, ParsedMessage, SendResult, Store } from '../../core/ports.ts';
import { cutOff } from '../../core/sending/stored.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { orderOf, orderWorld, pigeons, type WorldOptions } from './testing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TEN = Date.UTC(2026, 10, 20, 10);
const PHONE = '+77010000001';
const THANKS = 'demo/1/POST_PURCHASE';

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let world: ReturnType<typeof orderWorld>;

function begin(more: Partial<WorldOptions> = {}) {
  world = orderWorld({
    ...{ store, clock, channel: pigeons(clock).channel },
    flow: (_live, msg) => (msg.order ? `${msg.order.event} ${msg.order.number}` : undefined),
    ...more,
  });
}
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'answers-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(TEN, () => world.rest());
});
afterEach(async () => {
  await world.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** He was thanked for order 1, at ten. */
async function thanked(phone = PHONE, number = '1') {
  await world.told([orderOf(number, phone, clock.now())]);
  await clock.advance(HOUR);
  const followUp = (await store.followUp(`demo/${number}/POST_PURCHASE`))!;
  expect(followUp.state).toBe('sent');
  return followUp;
}
const thanks = () => store.followUp(THANKS);
const told = async () =>
  (await store.notices({ limit: 50 })).map(({ kind, reason, about }) => ({ kind, reason, about }));
const kinds = async () => (await told()).map(({ kind }) => kind);
const happens = async (event: ParsedEvent) => {
  const account = { ...ACCOUNT, channel: { id: 'pigeon' } } as typeof ACCOUNT;
  const [result] = await store.run(acceptDelivery([toIncoming(event, account, clock.now())]));
  return result!;
};
const thread = { kind: 'private', identities: [{ kind: 'phone', value: PHONE }], address: { to: PHONE } } as const;
const message = (key: string | undefined, text: string, more: Partial<ParsedMessage> = {}): ParsedMessage => ({
  ...{ kind: 'message', type: 'message.text', key, platformId: key, text, media: [] },
  thread: { ...thread, identities: [...thread.identities] },
  ...more,
});

describe('a customer who was written to about his order', () => {
  it('and answers has answered once, however much he writes and however often the platform tells it', async () => {
    begin();
    await thanked();
    await happens(message('a', 'Gracias'));
    const at = clock.now();
    expect(await happens(message('a', 'Gracias'))).toMatchObject({ duplicate: true });
    await clock.advance(HOUR);
    await happens(message('b', '¿Cuándo llega?'));
    await happens(message(undefined, 'Made by hand.'));
    expect(await thanks()).toMatchObject({ repliedAt: at });
    expect(await told()).toEqual([
      {
        kind: 'order-reply',
        reason: 'Gracias',
        about: { shop: 'demo', order: '1', event: 'POST_PURCHASE', followUp: THANKS },
      },
    ]);
  });

  it('and complains is told as one who complains, once, also after a friendly word', async () => {
    begin();
    await thanked();
    for (const text of ['Gracias', 'llegó roto', 'y la taza también está rota']) {
      await world.says(PHONE, text);
      await clock.advance(1_000);
    }
    expect(await told()).toMatchObject([
      { kind: 'order-reply', reason: 'Gracias' },
      { kind: 'complaint', reason: 'llegó roto', about: { order: '1' } },
    ]);
  });

  it('and complains at once has answered with that', async () => {
    begin();
    await thanked();
    await world.says(PHONE, 'Llegó roto, llámenme al +34 600 11 12 22 o a ana@example.com');
    expect(await thanks()).toMatchObject({ repliedAt: clock.now() });
    expect(await told()).toMatchObject([{ kind: 'complaint', reason: 'Llegó roto, llámenme al … o a …' }]);
  });

  it('and complains in a voice note is told when its words are known', async () => {
    begin();
    await thanked();
    const { messageId } = await happens(message('v', '', { media: [{ kind: 'voice', ref: 'file' }] }));
    expect(await told()).toMatchObject([{ kind: 'order-reply', about: { media: ['voice'] } }]);
    const heard = () => store.run(hearMessage(messageId!, 'file', 'Llegó roto'));
    expect([await heard(), await heard()]).toEqual([
      { text: 'Llegó roto', noticed: true },
      { text: 'Llegó roto', noticed: false },
    ]);
    expect((await kinds()).sort()).toEqual(['complaint', 'order-reply']);
  });

  it.each([
    ['by a word', () => happens(message('s', 'STOP'))],
    [
      'by a button of a template',
      () => happens(message('s', 'Stop promotions', { choice: { id: 'x', title: 'Stop promotions' }, template: true })),
    ],
  ])('and opts out %s has answered so', async (_how, act) => {
    begin();
    await thanked();
    expect(await act()).toMatchObject({ noticed: true });
    expect(await thanks()).toMatchObject({ repliedAt: clock.now(), optedOutAt: clock.now() });
    expect(await told()).toMatchObject([{ kind: 'opt-out', about: { order: '1', followUp: THANKS } }]);
    await happens(message('t', 'STOP'));
    expect(await kinds()).toEqual(['opt-out']);
  });

  it('and tells the platform itself to stop has said nothing, but opted out', async () => {
    begin();
    await thanked();
    const tells = (key: string) =>
      happens({ kind: 'consent', type: 'consent', key, consent: 'out', thread: message('x', '').thread });
    expect([await tells('1'), await tells('1'), await tells('2')]).toMatchObject([
      { noticed: true },
      { duplicate: true },
      { duplicate: false },
    ]);
    expect(await thanks()).toMatchObject({ optedOutAt: clock.now() });
    expect((await thanks())?.repliedAt).toBeUndefined();
    expect(await told()).toMatchObject([{ kind: 'opt-out', about: { order: '1' } }]);
  });

  it('is told as opted out without any message before, too', async () => {
    begin();
    await world.says(PHONE, 'hello');
    await world.says(PHONE, 'STOP');
    expect(await told()).toEqual([{ kind: 'opt-out', reason: 'STOP', about: {} }]);
  });

  it('has not answered by what others do: a person of the business, a program, a group, another customer', async () => {
    begin();
    await thanked();
    const echo = { kind: 'echo', type: 'echo', text: 'llegó roto?', media: [], automated: false } as const;
    await happens({ ...echo, media: [], key: 'e', platformId: 'e', thread: message('x', '').thread });
    await happens(message('p', 'llegó roto', { automated: true }));
    await happens(message('g', 'llegó roto', { thread: { ...thread, identities: [], kind: 'group', key: 'g' } }));
    await world.says('+77010000002', 'llegó roto');
    expect((await thanks())?.repliedAt).toBeUndefined();
    expect(await told()).toEqual([]);
  });

  it('has not answered by what he wrote before it left, or more than a week after', async () => {
    begin();
    await world.says(PHONE, 'llegó roto');
    await thanked();
    await happens(message('late', 'llegó roto', { platformAt: TEN - HOUR }));
    await clock.advance(7 * DAY);
    await happens(message('old', 'llegó roto'));
    expect((await thanks())?.repliedAt).toBeUndefined();
    expect(await told()).toEqual([]);
  });

  it('answers the last of two messages', async () => {
    begin({ outreach: { pauseMs: 0 } });
    await thanked();
    await world.told([orderOf('1', PHONE, TEN, { state: 'delivered', changedAt: clock.now() })]);
    await clock.advance(HOUR);
    await world.says(PHONE, 'No ha llegado');
    expect(await store.followUp('demo/1/ORDER_DELIVERED')).toMatchObject({ repliedAt: clock.now() });
    expect((await thanks())?.repliedAt).toBeUndefined();
  });
});

describe('a message that nobody asked for', () => {
  it('that the customer answers before its platform has answered us is answered once', async () => {
    let answer = (_result: SendResult) => {};
    const slow = pigeons(clock);
    Object.assign(slow.channel, { send: () => new Promise<SendResult>((resolve) => (answer = resolve)) });
    begin({ channel: slow.channel });
    await world.told([orderOf('1', PHONE, TEN)]);
    for (let round = 0; round < 50; round++) await new Promise(setImmediate);
    await happens(message('quick', 'llegó roto'));
    answer({ ok: true, platformId: 'p1' });
    await clock.advance(HOUR);
    await happens(message('later', 'gracias'));
    expect(await thanks()).toMatchObject({ state: 'sent', repliedAt: TEN });
    expect(await kinds()).toEqual(['complaint']);
  });

  it('of which a crash left open whether it arrived can be answered; one that failed cannot', async () => {
    const platform = pigeons(clock);
    Object.assign(platform.channel, { send: () => new Promise(() => {}) });
    begin({ channel: platform.channel });
    await world.told([orderOf('1', PHONE, TEN)]);
    for (let round = 0; round < 50; round++) await new Promise(setImmediate);
    const [open] = await store.outboxes();
    clock.clear();
    await store.run(cutOff(open!.conversationId, open!.openSend!, TEN + 1_000));
    expect((await store.conversation(open!.conversationId))?.unasked).toEqual({ followUp: THANKS, at: TEN + 1_000 });

    const failing = pigeons(clock, () => ({ ok: false, failure: 'recipient', error: { code: '1', message: 'No.' } }));
    begin({ channel: failing.channel });
    await world.told([orderOf('2', '+77010000002', TEN)]);
    await clock.advance(HOUR);
    expect(await store.followUp('demo/2/POST_PURCHASE')).toMatchObject({ state: 'failed' });
    await world.says('+77010000002', 'llegó roto');
    expect(await kinds()).not.toContain('complaint');
  });

  it('that waits for approval has left when a person lets it go', async () => {
    begin({ autoReply: false });
    await world.told([orderOf('1', PHONE, TEN)]);
    await clock.advance(HOUR);
    const { state, messageId, conversationId } = (await thanks())!;
    expect([state, (await store.conversation(conversationId!))?.unasked]).toEqual(['drafted', null]);
    await world.gateway.approve(messageId!);
    expect(await thanks()).toMatchObject({ state: 'sent', endedAt: clock.now() });
    await world.says(PHONE, 'llegó roto');
    expect(await kinds()).toEqual(['complaint']);
  });

  it('tells when it was delivered and read, whatever the order of the receipts', async () => {
    begin();
    const { messageId } = await thanked();
    const { platformId } = (await store.message(messageId!)) as Message;
    const receipt = (state: 'delivered' | 'read') =>
      happens({ kind: 'status', type: `status.${state}`, key: state, platformId: platformId!, state });
    await receipt('read');
    const at = clock.now();
    await clock.advance(HOUR);
    await receipt('delivered');
    expect(await thanks()).toMatchObject({ deliveredAt: at, readAt: at });
  });

  it('becomes what its message becomes: a failure that is told late, a resend, a receipt of what nobody knew', async () => {
    let answer: SendResult = { ok: true, platformId: 'p1' };
    begin({ channel: pigeons(clock, () => answer).channel });
    const { messageId } = await thanked();
    const error = { code: '131049', message: 'Had enough.' };
    await happens({ kind: 'status', type: 'status.failed', key: 'f', platformId: 'p1', state: 'failed', error });
    expect(await thanks()).toMatchObject({ state: 'failed', rule: '131049', reason: 'Had enough.' });
    answer = { ok: false, failure: 'unknown', error: { code: 'CUT', message: 'Cut.' }, platformId: 'p2' };
    await world.gateway.resend(messageId!);
    expect((await thanks())!.state).toBe('unknown');
    await happens({ kind: 'status', type: 'status.sent', key: 's', platformId: 'p2', state: 'delivered' });
    const now = (await thanks())!;
    expect([now.state, now.rule, now.reason]).toEqual(['sent', undefined, undefined]);
    expect((await world.desk.figures()).sent).toBe(1);
  });

  it('is followed by another order: of the same number or person, placed after it and within a month', async () => {
    begin();
    await thanked();
    const again = async (number: string, placedAt: number, more = {}) => {
      await world.told([orderOf(number, PHONE, placedAt, more)]);
      return (await thanks())?.orderedAgainAt;
    };
    expect(await again('before', TEN - 1)).toBeUndefined();
    expect(await again('cancelled', clock.now(), { state: 'cancelled' })).toBeUndefined();
    await world.told([orderOf('1', PHONE, TEN, { fields: { note: 'changed' } })]);
    expect((await thanks())?.orderedAgainAt).toBeUndefined();
    await clock.advance(2 * DAY);
    const at = clock.now() - HOUR;
    expect(await again('2', at)).toBe(at);
    expect(await again('3', clock.now())).toBe(at);
    const other = await thanked('+77010000009', '9');
    await store.run((records) => records.updateFollowUp(other.id, { endedAt: clock.now() - 30 * DAY - 1 }));
    await world.told([orderOf('10', '+77010000009', clock.now())]);
    expect((await store.followUp(other.id))?.orderedAgainAt).toBeUndefined();
  });
});

it('of two wordings it is counted what came of each, with how sure one can be and no winner; a reset counts anew', async () => {
  begin({
    async flow(live, msg) {
      const { phone } = live.about?.order.customer ?? {};
      if (!msg.order || !phone) return undefined;
      await store.run(noteVariant(live.about!.followUp.id, Number(phone.slice(-1)) % 2 ? 'warm' : 'plain', 'thanks'));
      return `Thanks for ${msg.order.number}`;
    },
  });
  const phones = Array.from({ length: 8 }, (_, n) => `+7701000000${n}`);
  await world.told(phones.map((phone, n) => orderOf(`o${n}`, phone, TEN)));
  await clock.advance(HOUR);
  await world.says(phones[1]!, 'gracias');
  await world.says(phones[3]!, 'STOP');
  const { results } = await world.desk.figures();
  expect(results.all).toMatchObject({ sent: 8, replied: { count: 2, of: 8, rate: 0.25 }, optedOut: { count: 1 } });
  expect(results.experiments).toMatchObject([
    {
      ...{ experiment: 'thanks', event: 'POST_PURCHASE' },
      variants: { plain: { sent: 4, replied: { count: 0 } }, warm: { sent: 4, replied: { count: 2, rate: 0.5 } } },
    },
  ]);
  const { replied } = results.experiments[0]!.variants.warm!;
  expect([replied.low < 0.2, replied.high > 0.8]).toEqual([true, true]);
  const sentences = results.experiments[0]!.comparisons.map(({ verdict, sentence }) => [verdict, sentence]);
  expect(sentences).toHaveLength(5);
  expect(sentences[2]).toEqual([
    'too-few',
    '"plain" was answered in 0 of 4 cases, "warm" in 2 of 4. That is too few to say anything: wait until each was sent at least 30 times.',
  ]);
  await clock.advance(HOUR);
  await world.desk.reset();
  expect((await world.desk.figures()).results).toMatchObject({ all: { sent: 0 }, experiments: [] });
});
