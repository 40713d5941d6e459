/** What one person is sent unasked in all, whatever is learnt of him, approved, resent or retried; on the real store, lanes and gateway. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCOUNT } from '../../contracts/store/events.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { acceptDelivery } from '../../core/inbox/fold.ts';
import type { Identity } from '../../core/model.ts';
import type { SendResult, Store } from '../../core/ports.ts';
import { outreachDay } from '../../core/sending/caps.ts';
import { retryTurn } from '../../core/turns/plans.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { orderOf, orderWorld, pigeons, type WorldOptions } from './testing.ts';

const HOUR = 3_600_000;
const TEN = Date.UTC(2026, 10, 20, 10);
const PHONE = '+77010000001';

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let world: ReturnType<typeof orderWorld>;
let answer: SendResult;
let sent: ReturnType<typeof pigeons>['sent'];

function begin(more: Partial<WorldOptions> = {}) {
  answer = { ok: true };
  const pigeon = pigeons(clock, () => (answer.ok ? { ok: true, platformId: `${sent.length}` } : answer));
  sent = pigeon.sent;
  world = orderWorld({
    ...{ store, clock, channel: pigeon.channel, outreach: { maxMessages: 1, pauseMs: 0 } },
    flow: (_live, msg) => (msg.order ? `${msg.order.number}` : undefined),
    ...more,
  });
}
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'caps-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(TEN, () => world.rest());
});
afterEach(async () => {
  await world.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function ordered(number: string) {
  await world.told([orderOf(number, PHONE, clock.now())]);
  await clock.advance(HOUR);
  return (await store.followUp(`demo/${number}/POST_PURCHASE`))!;
}
const writes = (key: string, identities: Identity[]) =>
  store.run(
    acceptDelivery([
      toIncoming(
        {
          ...{ kind: 'message', type: 'message.text', key, platformId: key, text: 'hi', media: [] },
          thread: { kind: 'private', identities, address: { to: PHONE } },
        },
        { ...ACCOUNT, channel: { id: 'pigeon' } } as typeof ACCOUNT,
        clock.now(),
      ),
    ]),
  );
const usedToday = () => store.used(outreachDay({ id: 'acc', timezone: 'UTC' }, clock.now()));

it('counts for a person of whom it is learnt later that he wrote first under another name', async () => {
  begin();
  await writes('a', [{ kind: 'lid', value: 'L1' }]);
  await clock.advance(1_000);
  expect((await ordered('A')).state).toBe('sent');
  await writes('b', [
    { kind: 'lid', value: 'L1' },
    { kind: 'phone', value: PHONE },
  ]);
  expect(await ordered('B')).toMatchObject({ state: 'refused', rule: 'customer-cap' });
  expect(sent.map(({ text }) => text)).toEqual(['A']);
});

it('counts what a person approves, and refuses what is too much', async () => {
  begin({ autoReply: false });
  await ordered('A');
  await ordered('B');
  const drafts = await store.sends({ states: ['draft'], limit: 9 });
  expect(drafts).toHaveLength(2);
  const [first, second] = drafts.map(({ id }) => id) as [string, string];
  await world.gateway.approve(first);
  await expect(world.gateway.approve(second)).rejects.toThrow('The person had 1 message, the most is 1.');
  expect(sent).toHaveLength(1);
  expect(await usedToday()).toBe(1);
  expect((await store.message(second))!.state).toBe('draft');
});

it('lets no draft out while nothing leaves', async () => {
  const outreach = { maxMessages: 3, pauseMs: 0, testMode: false };
  begin({ autoReply: false, outreach });
  await ordered('A');
  const [draft] = await store.sends({ states: ['draft'], limit: 9 });
  await world.stop();
  begin({ autoReply: false, outreach: { ...outreach, testMode: true } });
  await expect(world.gateway.approve(draft!.id)).rejects.toThrow('Test mode');
  expect(sent).toEqual([]);
});

it('gives nothing back where two send again at once', async () => {
  begin();
  answer = { ok: false, failure: 'recipient', error: { code: 'X', message: 'No.' } };
  expect((await ordered('A')).state).toBe('failed');
  expect(await usedToday()).toBe(0);
  const [failed] = await store.sends({ states: ['failed'], limit: 9 });
  answer = { ok: true };
  await Promise.all([world.gateway.resend(failed!.id), world.gateway.resend(failed!.id)]);
  expect((await store.message(failed!.id))!.state).toBe('sent');
  expect(await usedToday()).toBe(1);
  expect(await ordered('B')).toMatchObject({ state: 'refused', rule: 'customer-cap' });
  expect(sent.filter(({ text }) => text === 'B')).toEqual([]);
});

it('a turn about an order that is tried again begins at once', async () => {
  let broken = true;
  begin({
    flow: (_live, msg) => {
      if (broken) throw new Error('boom');
      return `${msg.order!.number}`;
    },
  });
  await ordered('A');
  const [dead] = await store.turns({ state: 'dead', limit: 1 });
  broken = false;
  await store.run(retryTurn(dead!.id, clock.now()));
  world.wake();
  await clock.advance(2_000);
  expect(sent.map(({ text }) => text)).toEqual(['A']);
});

it('what the switch held back leaves when it is let go on, and not with the next look', async () => {
  begin();
  await world.desk.switch(true);
  expect(await ordered('A')).toMatchObject({ state: 'held', rule: 'switch' });
  await world.desk.switch(false);
  await clock.advance(2_000);
  expect(sent.map(({ text }) => text)).toEqual(['A']);
});

it('a customer who is still typing is not cut short by a message about his order', async () => {
  begin();
  const [said] = await writes('a', [{ kind: 'phone', value: PHONE }]);
  const { wakeAt, conversationId } = said!;
  await world.told([orderOf('A', PHONE, clock.now())]);
  await world.rest();
  expect((await store.conversation(conversationId!))!).toMatchObject({ wakeAt, proposal: 'demo/A/POST_PURCHASE' });
});
