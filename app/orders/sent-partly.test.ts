/** A message about an order of which only a part has left, because a rule forbade the rest. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { followUpId, orderId } from '../../core/orders/plans.ts';
import type { SendResult } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { orderOf, orderWorld, pigeons } from './testing.ts';

const PHONE = '+77010000001';

it.each([
  ['takeover', true],
  ['consent', false],
] as const)('is not written again from the start, and counts as one (%s)', async (rule, autoReply) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'partly-'));
  const store = openStore(path.join(folder, 'x.db'));
  const clock = virtualClock(Date.UTC(2026, 10, 20, 10), () => world.rest());
  let tries = 0;
  const { channel, sent } = pigeons(clock, (): SendResult => {
    if (++tries !== 2) return { ok: true, platformId: `p${tries}` };
    return { ok: false, failure: 'retry', error: { code: '429', message: 'Slow down.' }, retryAfterMs: 30_000 };
  });
  channel.render = ({ text }) => [{ text: `${text} 1/2` }, { text: `${text} 2/2` }];
  const flow = (_live: unknown, msg: { order?: { number: string } }) => msg.order && `Thanks for ${msg.order.number}.`;
  const world = orderWorld({ store, clock, channel, flow, autoReply, outreach: { maxMessages: 1, pauseMs: 0 } });
  const state = async (number: string) => {
    const { state, rule } = (await store.followUp(followUpId(orderId('demo', number), 'POST_PURCHASE')))!;
    return [state, rule];
  };

  await world.told([orderOf('A', PHONE, clock.now())]);
  await clock.advance(2_000);
  // Where it is a draft, a person lets it go out; whom he writes to may still say STOP.
  const [draft] = await store.sends({ states: ['draft'], limit: 1 });
  if (draft) await world.gateway.approve(draft.id);
  const [conversation] = await store.conversations({ limit: 1 });
  await store.changeConversation(conversation!.id, () =>
    rule === 'consent' ? { optedOutAt: clock.now() } : { humanUntil: clock.now() + 60_000 },
  );
  await clock.advance(600_000);
  expect([sent.map(({ text }) => text), await state('A')]).toEqual([['Thanks for A. 1/2'], ['failed', rule]]);
  // The customer had his one message.
  await store.changeConversation(conversation!.id, () => ({ optedOutAt: 0 }));
  await world.told([orderOf('B', PHONE, clock.now())]);
  await clock.advance(600_000);
  expect(await state('B')).toEqual([expect.stringMatching(/refused|held/), 'customer-cap']);
  expect(sent).toHaveLength(1);

  await world.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});
