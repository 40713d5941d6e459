import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './ask-human.ts';

let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'ask-human', { goodbye: '' });
});
afterAll(() => bench.stop());

describe('ask-human', () => {
  it('lets go on who asks for nobody', async () => {
    const { output, msg, status, decision } = await bench.says('¿Cuánto cuesta la fibra?');
    expect(output).toBe('pass');
    expect(msg.payload).toBe('¿Cuánto cuesta la fibra?');
    expect(status).toEqual({ fill: 'green', key: 'goesOn' });
    expect(decision).toMatchObject({ result: 'pass', rule: 'handover' });
    expect(await bench.conversation()).toMatchObject({ status: 'active', statusNote: null });
  });

  it('hands over who asks for a person, with the end of the turn, and says so in his language', async () => {
    const { output, msg, turn, status, decision } = await bench.says('Quiero hablar con un agente, por favor');
    expect(output).toBe('blocked');
    expect(msg.payload).toBe('De acuerdo. Un compañero te responderá aquí en cuanto pueda.');
    expect(status).toEqual({ fill: 'yellow', key: 'asks' });
    const reason = 'The customer asks for a person.';
    expect(decision).toMatchObject({ result: 'block', rule: 'handover', reason });
    expect(await bench.conversation()).toMatchObject({
      status: 'support_active',
      statusNote: { reason: 'Quiero hablar con un agente, por favor', turnId: turn.id, at: bench.clock.now() },
    });
  });

  it('refuses a message that belongs to no turn', async () => {
    expect(await bench.refuses({ payload: 'agent' })).toContain('TURN_LOST');
  });
});
