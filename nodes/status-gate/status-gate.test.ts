import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './status-gate.ts';

let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'status-gate');
});
afterAll(() => bench.stop());

describe('status-gate', () => {
  it('lets an active conversation pass, and says so', async () => {
    const { output, msg, decision, status } = await bench.says('Hello');
    expect(output).toBe('pass');
    expect(msg).toMatchObject({ payload: 'Hello', turn: { conversation: { status: 'active' } } });
    expect(decision).toMatchObject({ gate: 'status-gate', result: 'pass', rule: 'status' });
    expect(status).toEqual({ fill: 'green', key: 'passed' });
  });

  it.each(['support_active', 'marketing_active', 'closed'] as const)('blocks a %s conversation', async (name) => {
    await bench.change({ status: name });
    const { output, turn, decision, status } = await bench.says('Hello');
    expect(output).toBe('blocked');
    expect(turn).toMatchObject({ state: 'done', outcome: 'blocked' });
    expect(decision).toMatchObject({ result: 'block', rule: 'status', reason: expect.stringContaining(`"${name}"`) });
    expect(status).toEqual({ fill: 'yellow', key: 'blocked', why: 'rule.status' });
    expect(bench.sent()).toEqual([]);
  });

  it('lets it pass again once it is active', async () => {
    await bench.change({ status: 'active' });
    expect((await bench.says('Hello')).output).toBe('pass');
  });

  it('refuses a message that belongs to no turn', async () => {
    expect(await bench.refuses({ payload: 'Hello' })).toContain('TURN_LOST');
  });
});
