import { beforeEach, describe, expect, it } from 'vitest';
import { answeringBench, failure, never, says, throws } from '../../test/support/answering.ts';
import type { AnswerRequest, MadeCall, ProviderAnswer } from '../ports.ts';
import type { ProviderError } from './answering.ts';

let { clock, endpoint, ask } = answeringBench();
beforeEach(() => {
  ({ clock, endpoint, ask } = answeringBench());
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

describe('words while they are written', () => {
  const speaks =
    (pieces: string[], then: (request: AnswerRequest) => Promise<ProviderAnswer | null>) =>
    (request: AnswerRequest) => {
      for (const piece of pieces) request.onDelta?.(piece);
      return then(request);
    };
  const slow = (text: string) => async (request: AnswerRequest) => {
    await new Promise<void>((resolve) => void clock.at(clock.now() + 3_000, resolve));
    return speaks([text], says(text))(request);
  };

  it('are asked for where the last answer was slow, and not where it was quick', async () => {
    const shown: string[] = [];
    const onWords = (soFar: string) => shown.push(soFar);
    const one = endpoint(
      'one',
      slow('First.'),
      slow('Second.'),
      speaks(['Third', '.'], says('Third.')),
      slow('Fourth.'),
    );
    for (let turn = 0; turn < 4; turn++) await ask([one], { onWords });
    expect(shown).toEqual(['Second.', 'Third', 'Third.']);
    await ask([one], { onWords });
    expect(shown.slice(3)).toEqual(['Fourth.']);
  });

  it('are provisional: what fails in the middle is asked for again, and begins anew', async () => {
    const shown: string[] = [];
    const first = endpoint(
      'first',
      slow('Hi'),
      speaks(['Hel', 'lo'], throws(failure(true))),
      speaks(['Good day'], says('Good day')),
    );
    await ask([first], {});
    const answer = await ask([first], { onWords: (soFar) => shown.push(soFar) });
    expect([answer.text, shown]).toEqual(['Good day', ['Hel', 'Hello', 'Good day']]);
  });

  it('of an attempt that is over are nobody’s', async () => {
    const shown: string[] = [];
    let late: AnswerRequest | undefined;
    const hanging = endpoint('first', slow('Hi'), (request) => {
      late = request;
      return never();
    });
    await ask([hanging], {});
    const answer = await ask([hanging, endpoint('second', says('Ho'))], { onWords: (soFar) => shown.push(soFar) });
    late?.onDelta?.('too late');
    expect([answer.text, shown]).toEqual(['Ho', []]);
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
