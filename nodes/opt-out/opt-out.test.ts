import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './opt-out.ts';

const OWN = 'You will not hear from us again.';
let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'opt-out', { confirmOut: OWN, confirmIn: '' });
});
afterAll(() => bench.stop());

describe('opt-out', () => {
  it('lets a contact pass who did not opt out', async () => {
    const { output, turn, decision, status } = await bench.says('Please do not stop helping me');
    expect(output).toBe('pass');
    expect(turn.outcome).toBe('silent');
    expect(decision).toMatchObject({ gate: 'opt-out', result: 'pass', rule: 'consent' });
    expect(status).toEqual({ fill: 'green', key: 'passed' });
  });

  it('confirms an opt-out with the node’s own words and blocks', async () => {
    const { output, turn, decision, status } = await bench.says('STOP');
    expect(output).toBe('blocked');
    expect(decision).toMatchObject({ result: 'block', rule: 'consent' });
    expect(status).toEqual({ fill: 'yellow', key: 'blocked', why: 'rule.consent' });
    expect(bench.sent()).toEqual([OWN]);
    // The confirmation is the turn's reply.
    expect(turn.outcome).toBe('answered');
    const { id } = await bench.conversation();
    expect((await bench.engine.store.messages(id, { limit: 1 }))[0]).toMatchObject({
      author: 'system',
      purpose: 'confirmation',
      state: 'sent',
    });
  });

  it('is silent from then on', async () => {
    const { output, turn } = await bench.says('Hello?');
    expect(output).toBe('blocked');
    expect(turn.outcome).toBe('blocked');
    expect(bench.sent()).toEqual([OWN]);
  });

  it('confirms an opt-in with our words where the node has none, and lets pass from then on', async () => {
    const { output, decision } = await bench.says('START');
    expect(output).toBe('blocked');
    expect(decision).toMatchObject({ result: 'block', rule: 'consent', reason: expect.stringContaining('opted in') });
    expect(bench.sent()).toHaveLength(2);
    expect(bench.sent()[1]).toBeTruthy();
    expect((await bench.says('Hello again')).output).toBe('pass');
  });

  it('confirms the last of several words in one turn', async () => {
    const { output } = await bench.says(['start', 'Well…', 'stop']);
    expect(output).toBe('blocked');
    expect(bench.sent().slice(2)).toEqual([OWN]);
    expect((await bench.conversation()).optedOutAt).toBeGreaterThan(0);
  });
});
