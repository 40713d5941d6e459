import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './set-status.ts';

let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'set-status', { status: 'support_active', when: 'now' });
});
afterAll(() => bench.stop());

describe('set-status', () => {
  it('changes the conversation in the store and in the message, and sends it on', async () => {
    const { output, msg, turn, status } = await bench.says('I want to talk to a person');
    expect(output).toBe('pass');
    expect(msg).toMatchObject({
      payload: 'I want to talk to a person',
      turn: { conversation: { status: 'support_active' } },
    });
    expect(await bench.conversation()).toMatchObject({ status: 'support_active' });
    expect(turn).toMatchObject({ state: 'done', outcome: 'silent' });
    expect(status).toEqual({ fill: 'green', key: 'set' });
  });

  it('leaves a conversation as it is that has the status already', async () => {
    expect((await bench.says('Anybody?')).output).toBe('pass');
    expect(await bench.conversation()).toMatchObject({ status: 'support_active' });
  });

  it('refuses a message that belongs to no turn', async () => {
    expect(await bench.refuses({ payload: 'Hello' })).toContain('TURN_LOST');
    expect(await bench.conversation()).toMatchObject({ status: 'support_active' });
  });
});
