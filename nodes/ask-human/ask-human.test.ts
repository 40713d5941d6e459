import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handoverFigures } from '../../app/handovers/figures.ts';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './ask-human.ts';

const MINUTE = 60_000;

let bench: GateBench;
const wishes = (state: 'open' | 'over') => bench.engine.store.handovers({ state, limit: 9 });
/** A minute at a time, each until its work is done. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await bench.clock.advance(MINUTE);
    await bench.engine.handovers.idle();
  }
}

beforeAll(async () => {
  bench = await gateBench(register, 'ask-human', { goodbye: '', goodbyeClosed: '', provider: '' });
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

  it('takes the assistant back for who waits and writes what its button says', async () => {
    const { output, msg, status } = await bench.says('Con el asistente');
    expect([output, msg.payload, status.key]).toEqual([
      'blocked',
      'Ya estoy otra vez contigo. ¿En qué te ayudo?',
      'back',
    ]);
    expect(await bench.conversation()).toMatchObject({ status: 'active', waitingSince: null, handover: null });
    const summary = ['¿Cuánto cuesta la fibra?', 'Quiero hablar con un agente, por favor'];
    expect(await wishes('over')).toMatchObject([{ end: 'assistant', summary, summaryBy: 'messages' }]);
  });

  it('says outside the hours of people when they are back, and offers the assistant until then', async () => {
    const account = bench.engine.registry.account('account')!;
    const hours = { from: 60, until: 18 * 60, weekdays: [4], holidays: [] };
    account.people = { hours, patienceMs: 15 * MINUTE };
    const { msg } = await bench.says('Quiero hablar con un agente');
    expect(msg.payload).toEqual({
      text: 'De acuerdo. Nuestros compañeros vuelven el jueves, 01:00, y uno de ellos te responderá aquí entonces. Si quieres, mientras tanto sigo ayudándote yo.',
      buttons: [{ id: 'ask_assistant', title: 'Con el asistente' }],
    });
    const opensAt = Date.UTC(2026, 0, 1, 1);
    expect(await wishes('open')).toMatchObject([{ opensAt, tellAt: opensAt + 15 * MINUTE }]);
  });

  it('says once that nobody has come, when their time is over, tells people, and offers the assistant', async () => {
    const before = bench.sent().length;
    await pass(74);
    expect(bench.sent()).toHaveLength(before);
    const told = async () => {
      await pass(2);
      return bench.sent().slice(before);
    };
    const words = [
      'Lo siento: ninguno de mis compañeros ha quedado libre todavía. Tienen tu petición. Si quieres, mientras tanto sigo ayudándote yo.',
    ];
    expect(await told()).toEqual(words);
    expect(await told()).toEqual(words);
    const notices = await bench.engine.store.notices({ limit: 9 });
    expect(notices.at(-1)).toMatchObject({ kind: 'handover-late', about: { since: expect.any(Number) } });
    expect(await bench.conversation()).toMatchObject({ status: 'support_active', waitingSince: expect.any(Number) });
  });

  it('leaves the customer in peace while a person has the conversation, and counts his first words', async () => {
    const { id } = await bench.conversation();
    await bench.engine.operator.handBack(id);
    await bench.says('Quiero hablar con un agente');
    await bench.engine.operator.takeOver(id, 3_600);
    const before = bench.sent().length;
    await pass(30);
    expect(bench.sent()).toHaveLength(before);
    await bench.engine.operator.reply(id, 'Soy Marta.');
    expect(await bench.conversation()).toMatchObject({ waitingSince: null });
    await pass(30);
    await bench.engine.operator.handBack(id);
    const now = bench.clock.now();
    const period = { since: 0, until: now + 1 };
    expect(await handoverFigures(bench.engine.store, period)).toEqual({
      ...{ asked: 3, by: { words: 3, model: 0, button: 0 }, outOfHours: 1, waiting: 0, replied: 1, late: 1 },
      ...{ assistant: 1, closed: 2 },
      firstReplyMs: { p50: 30 * MINUTE, p95: 30 * MINUTE },
      closeMs: { p50: expect.any(Number), p95: expect.any(Number) },
    });
  });

  it('refuses a message that belongs to no turn', async () => {
    expect(await bench.refuses({ payload: 'agent' })).toContain('TURN_LOST');
  });
});
