import { beforeEach, describe, expect, it } from 'vitest';
import { answeringBench, codes, failure, never, says, throws } from '../../test/support/answering.ts';
import type { AnswerRequest, MadeCall, ProviderAnswer } from '../ports.ts';
import type { ProviderError } from './answering.ts';

let { endpoint, ask } = answeringBench();
beforeEach(() => {
  ({ endpoint, ask } = answeringBench());
});

describe('tools', () => {
  const call = { id: 'c1', name: 'lead', arguments: '{}' };
  /** Calls as a provider does: adds to the list, then runs. */
  const calls = async (request: AnswerRequest) => {
    const made: MadeCall = { call, result: null };
    request.calls!.push(made);
    made.result = await request.callTool!(call);
  };
  const told = ({ calls: made = [] }: AnswerRequest) => says(made.map(({ result }) => String(result)).join())();

  it('are not run again by a retry or a fallback model: it is told what was done', async () => {
    let runs = 0;
    const callTool = async () => `done ${++runs}`;
    const failing = async (request: AnswerRequest) => {
      if (!request.calls!.length) await calls(request);
      throw failure(true);
    };
    expect((await ask([endpoint('first', failing, told)], { callTool })).text).toBe('done 1');
    expect((await ask([endpoint('a', failing), endpoint('b', told)], { callTool })).text).toBe('done 2');
    expect(runs).toBe(2);
  });

  it('have an unknown result for the next attempt while they still run', async () => {
    const hanging = endpoint('first', async (request) => {
      await calls(request);
      return never();
    });
    expect((await ask([hanging, endpoint('second', told)], { callTool: never })).text).toBe('null');
  });

  it('cannot be begun by an attempt that is over', async () => {
    let runs = 0;
    let late: AnswerRequest | undefined;
    const hanging = endpoint('first', (request) => {
      late = request;
      return never();
    });
    await ask([hanging, endpoint('second', says('Hi'))], { callTool: async () => String(++runs) });
    expect([await late!.callTool!(call), runs]).toEqual(['{"error":"cancelled"}', 0]);
  });
});

describe('a streamed answer', () => {
  const speaks =
    (text: string, then: (request: AnswerRequest) => Promise<ProviderAnswer | null>) => (request: AnswerRequest) => {
      request.onDelta?.(text);
      return then(request);
    };

  it('is asked for again as long as nothing was shown', async () => {
    const shown: string[] = [];
    const first = endpoint('first', throws(failure(true)), speaks('Hello', says('Hello')));
    const answer = await ask([first], { onDelta: (text) => shown.push(text) });
    expect([answer.text, answer.replaces, shown]).toEqual(['Hello', false, ['Hello']]);
  });

  it('that fails after its first piece is replaced by the last resort, and by no other model', async () => {
    const shown: string[] = [];
    const first = endpoint('first', speaks('Hel', throws(failure(true))));
    const second = endpoint('second', speaks('Good day', says('Good day')));
    const answer = await ask([first, second], { onDelta: (text) => shown.push(text) });
    expect([answer.text, answer.replaces, shown]).toEqual(['We answer soon.', true, ['Hel']]);
    expect([first.calls.length, second.calls.length]).toEqual([1, 0]);
    expect(codes(answer.trail)).toEqual(['first PROVIDER_FAILED', 'second SHOWN']);
  });

  it('shows nothing more once its time is over', async () => {
    const shown: string[] = [];
    let late: AnswerRequest | undefined;
    const hanging = endpoint('first', (request) => {
      late = request;
      return never();
    });
    await ask([hanging, endpoint('second', speaks('Hi', says('Hi')))], { onDelta: (text) => shown.push(text) });
    late?.onDelta?.('too late');
    expect(shown).toEqual(['Hi']);
  });
});

describe('what it cost', () => {
  const prices = { input: 2, cached: 1, output: 10 };
  const usage = { input: 1000, output: 100, cached: 500 };
  const spending = (error: ProviderError) => throws(Object.assign(error, { spent: { input: 2000, output: 0 } }));

  it('is noted with the answer, and added up over the attempts that failed', async () => {
    const first = { ...endpoint('first', spending(failure(false))), prices };
    const second = {
      ...endpoint('second', async () => ({ text: 'Hi', source: { kind: 'llm' as const, usage } })),
      prices,
    };
    const answer = await ask([first, second]);
    expect(answer.source.usage).toEqual({ ...usage, cost: 0.0025 });
    expect(answer.spent).toEqual({ input: 3000, output: 100, cached: 500, cost: expect.closeTo(0.0065) });
  });

  it('is unknown without prices, and nothing where no model was asked', async () => {
    const first = endpoint('first', async () => ({ text: 'Hi', source: { kind: 'llm' as const, usage } }));
    expect((await ask([first])).spent).toEqual(usage);
    expect((await ask([])).spent).toBeUndefined();
  });

  it('is told by the error as well', async () => {
    const asking = ask([endpoint('first', spending(failure(false)))], { lastResort: { text: '' } });
    await expect(asking).rejects.toMatchObject({ spent: { input: 2000 } });
  });
});
