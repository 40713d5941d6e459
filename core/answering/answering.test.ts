import { beforeEach, describe, expect, it } from 'vitest';
import {
  answeringBench,
  codes,
  failure,
  never,
  question,
  resort,
  START,
  says,
  throws,
} from '../../test/support/answering.ts';
import { DragomanError } from '../errors.ts';
import type { AnswerRequest } from '../ports.ts';

let { clock, lines, answering, endpoint, ask } = answeringBench();
beforeEach(() => {
  ({ clock, lines, answering, endpoint, ask } = answeringBench());
});

describe('the order of engines', () => {
  it('gives the first endpoint’s answer, with an empty trail', async () => {
    const second = endpoint('second', says('no'));
    const answer = await ask([endpoint('first', says('Hello')), second]);
    expect(answer).toMatchObject({ text: 'Hello', source: { kind: 'llm' }, trail: [] });
    expect(second.calls).toEqual([]);
  });

  it('goes on to the fallback model at once after an error that will not pass', async () => {
    const first = endpoint('first', throws(failure(false)));
    const answer = await ask([first, endpoint('second', says('Hi', 'fallback-llm'))]);
    expect(answer).toMatchObject({ text: 'Hi', source: { kind: 'fallback-llm' }, seconds: 0 });
    expect(answer.trail).toEqual([{ name: 'first', code: 'PROVIDER_FAILED', message: 'It failed. Repair it.' }]);
    expect(first.calls).toEqual([0]);
    expect(lines).toEqual(['first did not answer: It failed. Repair it. (Told once, until it works again.)']);
  });

  it('quotes the knowledge when no endpoint answers, and says the static text when that does not know either', async () => {
    const quoting = { ...resort, provider: endpoint('quote', says('Open 9–5', 'extractive')).provider };
    const silent = { ...resort, provider: endpoint('quote', async () => null).provider };
    const broken = { ...resort, provider: endpoint('quote', throws(new TypeError('the customer said: x'))).provider };
    const down = endpoint('first', throws(failure(false)));
    expect(await ask([down], { lastResort: quoting })).toMatchObject({
      text: 'Open 9–5',
      source: { kind: 'extractive' },
    });
    expect(await ask([], { lastResort: silent })).toMatchObject({
      text: 'We answer soon.',
      source: { kind: 'static' },
      trail: [],
    });
    const answer = await ask([down], { lastResort: broken });
    expect(answer.source.kind).toBe('static');
    expect(answer.trail.at(-1)).toEqual({
      name: 'last resort',
      code: 'PROVIDER_FAILED',
      message: 'It broke with a TypeError.',
    });
    expect(lines.join()).not.toContain('customer');
  });

  it('takes an empty answer for none', async () => {
    const answer = await ask([endpoint('first', says('  ')), endpoint('second', async () => null)]);
    expect(answer.text).toBe('We answer soon.');
    expect(codes(answer.trail)).toEqual(['first EMPTY', 'second EMPTY']);
  });

  it('rejects when nothing answered and there is no text', async () => {
    await expect(ask([endpoint('first', throws(failure(false)))], { lastResort: { text: ' ' } })).rejects.toMatchObject(
      {
        code: 'PROVIDER_FAILED',
        retryable: true,
      },
    );
  });
});

describe('retry', () => {
  it('asks once more, soon, after a transient error', async () => {
    const first = endpoint('first', throws(failure(true)), says('Hello'));
    const answer = await ask([first]);
    expect(answer).toMatchObject({ text: 'Hello' });
    expect(first.calls).toEqual([0, 0.5]);
    expect(codes(answer.trail)).toEqual(['first PROVIDER_FAILED']);
  });

  it('asks only once more', async () => {
    const first = endpoint('first', throws(failure(true)));
    expect((await ask([first])).text).toBe('We answer soon.');
    expect(first.calls).toHaveLength(2);
  });

  it('waits as long as a rate limit says when that is short, and goes on when it is long', async () => {
    const short = endpoint('short', throws(failure(true, 2000)), says('Hello'));
    expect((await ask([short])).text).toBe('Hello');
    expect(short.calls).toEqual([0, 2]);
    const long = endpoint('long', throws(failure(true, 20_000)), says('never'));
    expect(await ask([long])).toMatchObject({ text: 'We answer soon.', seconds: 0 });
    expect(long.calls).toHaveLength(1);
  });
});

describe('the budget', () => {
  it('leaves a hanging LLM and answers within 40 s, with time for the fallback model', async () => {
    const first = endpoint('first', never);
    const second = endpoint('second', never);
    const answer = await ask([first, second]);
    expect(answer.text).toBe('We answer soon.');
    expect(answer.seconds).toBeLessThanOrEqual(36);
    expect(codes(answer.trail)).toEqual(['first TIMED_OUT', 'second TIMED_OUT']);
    expect([first.calls, second.calls]).toEqual([[0], [23]]);
  });

  it('tells the endpoint that its time is over', async () => {
    let given: AnswerRequest | undefined;
    const first = endpoint('first', (request) => {
      given = request;
      return never();
    });
    await ask([first]);
    expect(given?.timeoutMs).toBe(35_000);
    expect(given?.signal?.aborted).toBe(true);
  });

  it('gives a paused endpoint no part of it', async () => {
    const paused = endpoint('paused', throws(failure(true)));
    await ask([paused]);
    await ask([paused]);
    const first = endpoint('first', never);
    await ask([first, paused]);
    const second = endpoint('second', says('Hi'));
    const began = (clock.now() - START) / 1000;
    await ask([first, second]);
    expect(second.calls[0]! - began).toBe(23);
  });

  it('ends when the caller ends it, and asks nobody else', async () => {
    const stop = new AbortController();
    const second = endpoint('second', says('no'));
    clock.at(START + 5000, () => stop.abort());
    await expect(ask([endpoint('first', never), second], { signal: stop.signal })).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: 'The answer was cancelled before it was ready.',
    });
    expect(second.calls).toEqual([]);
  });
});

describe('the breaker', () => {
  it('leaves an endpoint alone after 3 transient failures in a row and tries it again after 30 s', async () => {
    const first = endpoint('first', throws(failure(true)), throws(failure(true)), throws(failure(true)), says('Back'));
    expect((await ask([first])).text).toBe('We answer soon.');
    expect((await ask([first])).text).toBe('We answer soon.');
    expect(first.calls).toHaveLength(3);
    const paused = await ask([first]);
    expect(codes(paused.trail)).toEqual(['first PAUSED']);
    expect(first.calls).toHaveLength(3);
    await clock.advance(30_000);
    expect((await ask([first])).text).toBe('Back');
    expect((await ask([first])).text).toBe('Back');
  });

  it('asks an LLM that only hangs again within 90 s', async () => {
    const first = endpoint('first', never);
    for (let turn = 0; turn < 12; turn++) {
      expect((await ask([first])).seconds).toBeLessThan(40);
      await clock.advance(5000);
    }
    const gaps = first.calls.slice(1).map((at, index) => at - first.calls[index]!);
    expect(first.calls.length).toBeGreaterThan(3);
    expect(Math.max(...gaps)).toBeLessThan(90);
  });

  it('lets one customer at a time try a paused endpoint', async () => {
    const first = endpoint('first', throws(failure(true)), throws(failure(true)), throws(failure(true)), never);
    await ask([first]);
    await ask([first]);
    await clock.advance(30_000);
    const probing = ask([first]);
    await clock.advance(1000);
    expect(codes((await answering.answer([first], question, resort)).trail)).toEqual(['first PAUSED']);
    expect((await probing).text).toBe('We answer soon.');
    expect(first.calls).toHaveLength(4);
  });

  it('lets the next customer try when the one who tried went away', async () => {
    const first = endpoint(
      'first',
      throws(failure(true)),
      throws(failure(true)),
      throws(failure(true)),
      never,
      says('Back'),
    );
    await ask([first]);
    await ask([first]);
    await clock.advance(30_000);
    const stop = new AbortController();
    clock.at(clock.now() + 1000, () => stop.abort());
    await expect(ask([first], { signal: stop.signal })).rejects.toBeInstanceOf(DragomanError);
    expect((await ask([first])).text).toBe('Back');
  });

  it('does not count errors that are our own fault, and begins to count anew after them', async () => {
    const mine = endpoint('mine', throws(failure(false)));
    for (let turn = 0; turn < 5; turn++) await ask([mine]);
    expect(mine.calls).toHaveLength(5);
    const mixed = endpoint(
      'mixed',
      throws(failure(true)),
      throws(failure(false)),
      throws(failure(true)),
      throws(failure(true)),
      says('Hi'),
    );
    await ask([mixed]);
    await ask([mixed]);
    expect((await ask([mixed])).text).toBe('Hi');
  });

  it('keeps endpoints apart by their key', async () => {
    const first = endpoint('first', throws(failure(true)));
    await ask([first]);
    await ask([first]);
    expect(codes((await ask([{ ...endpoint('twin', says('Hi')), key: 'first' }])).trail)).toEqual(['twin PAUSED']);
    expect((await ask([endpoint('other', says('Hi'))])).text).toBe('Hi');
  });
});
