import { createRequire } from 'node:module';
import { setImmediate as nextRound } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderOf, SETTINGS } from '../../app/orders/testing.ts';
import type { TurnMessage } from '../../app/turn.ts';
import type { Account } from '../../core/accounts.ts';
import { followUpId, orderId } from '../../core/orders/plans.ts';
import type { OutreachSettings } from '../../core/policy/outreach.ts';
import type { Channel } from '../../core/ports.ts';
import { outreachDay } from '../../core/sending/caps.ts';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './send-policy.ts';

const HOUR = 3_600_000;
/** Of Kazakhstan. */
const PHONE = '+77010000001';
const NINE_IN_ALMATY = Date.UTC(2026, 0, 1, 4);
const gate = () => createRequire(import.meta.url)('node-red-node-test-helper').getNode('gate');

let bench: GateBench;
let account: Account;
let number = 0;

beforeAll(async () => {
  bench = await gateBench(register, 'send-policy');
  account = bench.engine.registry.account('account')!;
  await bench.says('Hello');
  const { address, contactId } = await bench.conversation();
  const { identities } = (await bench.engine.store.contact(contactId!))!;
  // Telegram knows nobody by his number; here it does.
  const threadOf: Channel['threadOf'] = () => ({ kind: 'private', identities, address });
  account.channel = { ...account.channel, threadOf };
  const send = (msg: object) => gate().receive(msg);
  bench.engine.registry.addStarter({ nodeId: 'orders', accountId: account.id, send });
});
afterAll(() => bench.stop());

const allow = (more: Partial<OutreachSettings> = {}) => {
  const hours = { from: 0, until: 1_440, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] };
  account.outreach = { ...SETTINGS, hours, pauseMs: 0, maxMessages: 100, ...more };
};

/**
 * A new order's turn comes to the gate.
 * @param meanwhile happens after the turn was asked for, and before it begins
 * @returns its decision, and what became of writing about it
 */
async function ordered(meanwhile: () => unknown = () => undefined) {
  const { engine, clock } = bench;
  const order = orderOf(String(++number), PHONE, clock.now());
  const id = followUpId(orderId('demo', order.number), 'POST_PURCHASE');
  const seen = async () => (await engine.store.followUp(id))!;
  const until = async (there: () => Promise<boolean>) => {
    for (let tries = 0; tries < 200 && !(await there()); tries++) await nextRound();
  };
  const told = { shop: 'demo', accountId: account.id, nodeId: 'orders', timezone: 'UTC', clockAheadMs: 0, since: null };
  await engine.intake([{ ok: true, order }], told);
  await until(async () => (await seen()).state === 'running');
  await meanwhile();
  const ended = Promise.withResolvers<string>();
  const forget = engine.turns.onEnd(({ turn }) => ended.resolve(turn.id));
  // A lane moves while its account has a channel-in.
  const entry = { nodeId: 'entry', send: () => undefined };
  engine.registry.addEntry(account.id, entry);
  await engine.lanes.sweep();
  const turnId = await ended.promise;
  forget();
  engine.registry.removeEntry(account.id, entry);
  await until(async () => (await seen()).state !== 'running');
  const turn = (await engine.store.turn(turnId))!;
  return { decision: turn.decisions.at(-1)!, followUp: await seen() };
}

describe('a turn about an order', () => {
  it('passes where nothing stands against it', async () => {
    allow();
    const { decision, followUp } = await ordered();
    expect(decision).toMatchObject({ gate: 'send-policy', result: 'pass' });
    for (const rule of ['consent', 'window', 'overtaken', 'proof', 'customer-cap', 'day-cap', 'hours'])
      expect(decision.rule.split(',')).toContain(rule);
    // The flow of this bench ends here.
    expect(followUp).toMatchObject({ state: 'refused', rule: 'silent' });
  });

  it('passes in test mode: only the sending is left out', async () => {
    allow({ testMode: true });
    expect((await ordered()).decision.result).toBe('pass');
  });

  it('waits for a person who took the conversation meanwhile', async () => {
    allow();
    const humanUntil = bench.clock.now() + 2 * HOUR;
    const { decision, followUp } = await ordered(() => bench.change({ humanSince: bench.clock.now(), humanUntil }));
    expect(decision).toMatchObject({ result: 'block', rule: 'takeover', until: humanUntil });
    expect(followUp).toMatchObject({ state: 'held', rule: 'takeover', dueAt: humanUntil, reason: decision.reason });
    await bench.change({ humanUntil: 0 });
  });

  it('waits for room in the day', async () => {
    allow({ dailyLimit: 1 });
    const full = () => bench.engine.store.reserve(outreachDay(account, bench.clock.now()), 1, bench.clock.now());
    const { decision, followUp } = await ordered(full);
    expect(decision).toMatchObject({ result: 'block', rule: 'day-cap', until: bench.clock.now() + HOUR });
    expect(followUp).toMatchObject({ state: 'held', rule: 'day-cap' });
  });

  it('waits for the morning that the account was told of meanwhile', async () => {
    allow();
    const { decision } = await ordered(() => allow({ hours: SETTINGS.hours }));
    expect(decision).toMatchObject({ result: 'block', rule: 'hours', until: NINE_IN_ALMATY });
  });

  it('is refused for good where the customer opted out meanwhile', async () => {
    allow();
    const { decision, followUp } = await ordered(() => bench.change({ optedOutAt: bench.clock.now() }));
    expect(decision).toMatchObject({ result: 'block', rule: 'consent' });
    expect(decision).not.toHaveProperty('until');
    expect(followUp).toMatchObject({ state: 'refused', rule: 'consent', dueAt: null });
    await bench.change({ optedOutAt: 0 });
  });

  it('is looked at again in an hour where the account writes to nobody any more', async () => {
    allow();
    const off = await ordered(() => allow({ enabled: false }));
    expect(off.decision).toMatchObject({ result: 'block', rule: 'switch', until: bench.clock.now() + HOUR });
    allow();
    const gone = await ordered(() => {
      account.outreach = undefined;
    });
    expect(gone.decision).toMatchObject({ result: 'block', rule: 'switch' });
  });
});

it('lets a turn pass that a customer began, whatever the account may write unasked', async () => {
  allow({ enabled: false });
  const { output, msg, decision, status } = await bench.says('Where is my order?');
  expect(output).toBe('pass');
  expect((msg as TurnMessage).payload).toBe('Where is my order?');
  expect(decision).toMatchObject({ result: 'pass', rule: 'asked', reason: 'The customer wrote first.' });
  expect(status).toEqual({ fill: 'green', key: 'passed' });
});

it('refuses a message that belongs to no turn', async () => {
  expect(await bench.refuses({ payload: 'Hello' })).toContain('TURN_LOST');
});
