import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './rate-limit.ts';

let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'rate-limit', { perSecond: 5, perMinute: 20 });
});
afterAll(() => bench.stop());

const burst = (count: number) => Array.from({ length: count }, (_, index) => `Message ${index + 1}`);

describe('rate-limit', () => {
  it('lets five messages in a second pass', async () => {
    const { output, turn, decision, status } = await bench.says(burst(5));
    expect(output).toBe('pass');
    expect(turn.messageIds).toHaveLength(5);
    expect(decision).toMatchObject({ gate: 'rate-limit', result: 'pass', rule: 'rate' });
    expect(status).toEqual({ fill: 'green', key: 'passed' });
  });

  it('blocks the sixth, and says why', async () => {
    const { output, turn, decision, status } = await bench.says('One more');
    expect(output).toBe('blocked');
    expect(turn.outcome).toBe('blocked');
    expect(decision).toMatchObject({ result: 'block', reason: '6 messages in 1 s, the limit is 5.' });
    expect(status).toEqual({ fill: 'yellow', key: 'blocked', why: 'rule.rate' });
  });

  it('lets pass again a second later', async () => {
    await bench.clock.advance(1_000);
    expect((await bench.says('Sorry')).output).toBe('pass');
  });

  it('counts a minute as well', async () => {
    await bench.clock.advance(60_000);
    for (let group = 0; group < 4; group++) {
      expect((await bench.says(burst(5))).output).toBe('pass');
      await bench.clock.advance(2_000);
    }
    const { output, decision } = await bench.says('The twenty-first');
    expect(output).toBe('blocked');
    expect(decision!.reason).toBe('21 messages in 60 s, the limit is 20.');
  });

  it('ends an exchange with another bot, and says why', async () => {
    await bench.clock.advance(3_600_000);
    const outputs: string[] = [];
    for (let turn = 0; turn < 5; turn++) {
      outputs.push((await bench.says('We have received your message and will answer soon.')).output!);
      await bench.clock.advance(20_000);
    }
    expect(outputs).toEqual(['pass', 'pass', 'pass', 'blocked', 'blocked']);
    const { decision } = await bench.says('We have received your message and will answer soon.');
    expect(decision).toMatchObject({ result: 'block', rule: 'loop', reason: expect.stringMatching(/another bot/) });
    expect((await bench.says('Where is my router?')).output).toBe('pass');
  });
});
