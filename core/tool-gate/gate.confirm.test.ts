import { afterEach, describe, expect, it } from 'vitest';
import { countingTool, type ToolBench, toolBench } from '../../test/support/tools.ts';
import type { JsonObject } from '../model.ts';

let bench: ToolBench;
afterEach(() => bench.stop());

const ofResult = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('confirmation', () => {
  const confirmed = () => countingTool({ confirm: true, idempotent: true });

  it('runs only after the customer wrote after the question, and then once', async () => {
    const { tool, runs } = confirmed();
    bench = await toolBench([tool]);
    const ana = await bench.customer('34600111222');
    const asking = bench.turn(ana);
    for (let time = 0; time < 2; time++)
      expect(ofResult(await bench.call('book', { day: 'mon' }, asking)).status).toBe('confirmation needed');
    expect(runs).toEqual([]);
    await bench.clock.advance(1_000);
    await bench.reply(asking);
    await bench.clock.advance(1_000);
    const answering = bench.turn(ana);
    const [shown] = await bench.gate.schemas(answering);
    expect(shown!.description).toContain('The customer was asked to agree to these arguments: {"day":"mon"}');
    expect(ofResult(await bench.call('book', { day: 'mon' }, answering))).toEqual({ ok: true });
    expect(ofResult(await bench.call('book', { day: 'mon' }, answering, bench.restarted()))).toEqual({ ok: true });
    expect(runs).toHaveLength(1);
    await bench.clock.advance(1_000);
    expect(ofResult(await bench.call('book', { day: 'mon' }, bench.turn(ana))).status).toBe('confirmation needed');
  });

  it('asks again for other arguments, for another customer, and after half an hour', async () => {
    const { tool, runs } = confirmed();
    bench = await toolBench([tool]);
    const [ana, luis] = [await bench.customer('34600111222'), await bench.customer('34600333444')];
    const ask = async (args: JsonObject) => {
      const turn = bench.turn(ana);
      await bench.call('book', args, turn);
      await bench.reply(turn);
      await bench.clock.advance(1_000);
    };
    await ask({ day: 'mon' });
    expect(await bench.call('book', { day: 'tue' }, bench.turn(ana))).toContain('confirmation needed');
    await ask({ day: 'mon' });
    expect(await bench.call('book', { day: 'mon' }, bench.turn(luis))).toContain('confirmation needed');
    await bench.clock.advance(31 * 60_000);
    expect(await bench.call('book', { day: 'mon' }, bench.turn(ana))).toContain('confirmation needed');
    expect(runs).toEqual([]);
  });

  it('does not take for a yes what was written before the question reached the customer', async () => {
    const { tool, runs } = confirmed();
    bench = await toolBench([tool]);
    const ana = await bench.customer('34600111222');
    const asking = bench.turn(ana);
    await bench.call('book', { day: 'mon' }, asking);
    await bench.clock.advance(500);
    const impatient = bench.turn(ana);
    await bench.clock.advance(500);
    await bench.reply(asking);
    expect(await bench.call('book', { day: 'mon' }, impatient)).toContain('confirmation needed');
    expect(runs).toEqual([]);
  });

  it('does not take for a yes what follows a question that was never sent', async () => {
    const { tool, runs } = confirmed();
    bench = await toolBench([tool]);
    const ana = await bench.customer('34600111222');
    await bench.call('book', { day: 'mon' }, bench.turn(ana));
    await bench.clock.advance(1_000);
    expect(await bench.call('book', { day: 'mon' }, bench.turn(ana))).toContain('confirmation needed');
    expect(runs).toEqual([]);
  });

  it('aloud only a clear yes will do, to a question that was heard whole', async () => {
    const { tool, runs } = confirmed();
    bench = await toolBench([tool]);
    const ana = await bench.customer('34600111222');
    const ask = async () => {
      const asking = bench.turn(ana, { aloud: 'one box', language: 'en' });
      await bench.call('book', { day: 'mon' }, asking);
      await bench.clock.advance(1_000);
      const reply = await bench.reply(asking);
      await bench.clock.advance(1_000);
      return reply;
    };
    const says = async (aloud: string) =>
      ofResult(await bench.call('book', { day: 'mon' }, bench.turn(ana, { aloud, language: 'en' })));
    for (const unclear of ['yes but on tuesday', 'is it fresh', 'no']) {
      await ask();
      expect((await says(unclear)).status, unclear).toBe('confirmation needed');
    }
    const reply = await ask();
    await bench.store.run((records) => records.updateMessage(reply, { text: 'Shall', unheard: ' I?' }));
    expect((await says('yes')).status).toBe('confirmation needed');
    await ask();
    expect(await says('yes')).toEqual({ ok: true });
    expect(runs).toHaveLength(1);
  });

  it('does nothing for an answer that nobody waits for any more, and after it has begun nobody stops it', async () => {
    const { tool, runs } = countingTool({ sideEffect: true });
    bench = await toolBench([tool]);
    const ana = await bench.customer('34600111222');
    expect(ofResult(await bench.call('book', { day: 'mon' }, bench.turn(ana, { begin: () => false })))).toEqual({
      error: 'The customer went on speaking: nothing was done.',
    });
    expect(runs).toEqual([]);
    let begun = 0;
    await bench.call('book', { day: 'mon' }, bench.turn(ana, { begin: () => ++begun > 0 }));
    expect([begun, runs.length]).toEqual([1, 1]);
  });
});

describe('what only reads', () => {
  it('is written down where words are said aloud, with what it gave', async () => {
    const { tool } = countingTool({ sideEffect: false });
    bench = await toolBench([tool]);
    const ana = await bench.customer('34600111222');
    await bench.call('book', { day: 'mon' }, bench.turn(ana));
    expect(await bench.store.toolRunsOf(ana.conversationId, 10)).toEqual([]);
    await bench.call('book', { day: 'mon' }, bench.turn(ana, { aloud: 'on monday' }));
    expect(await bench.store.toolRunsOf(ana.conversationId, 10)).toMatchObject([
      { tool: 'book', args: { day: 'mon' }, state: 'done', result: '{"ok":true}' },
    ]);
  });
});
