import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './handoff.ts';

let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'handoff');
});
afterAll(() => bench.stop());

describe('handoff', () => {
  it('lets a conversation pass that no human has', async () => {
    const { output, decision, status } = await bench.says('Hello');
    expect(output).toBe('pass');
    expect(decision).toMatchObject({ gate: 'handoff', result: 'pass', rule: 'takeover' });
    expect(status).toEqual({ fill: 'green', key: 'passed' });
  });

  it('blocks while a human has it, and says until when', async () => {
    const humanUntil = bench.clock.now() + 300_000;
    await bench.change({ humanUntil });
    const { output, turn, decision, status } = await bench.says('Are you there?');
    expect(output).toBe('blocked');
    expect(turn.outcome).toBe('blocked');
    expect(decision).toMatchObject({ result: 'block', rule: 'takeover' });
    expect(decision!.reason).toContain(new Date(humanUntil).toISOString());
    expect(status).toEqual({ fill: 'yellow', key: 'blocked', why: 'rule.takeover' });
  });

  it('still blocks in the last moment of the takeover, and passes at its end', async () => {
    const { humanUntil } = await bench.conversation();
    await bench.clock.advance(humanUntil - bench.clock.now() - 1);
    expect((await bench.says('Now?')).output).toBe('blocked');
    await bench.clock.advance(1);
    expect((await bench.says('Now?')).output).toBe('pass');
  });
});
