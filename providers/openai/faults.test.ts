import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnswering } from '../../core/answering/answering.ts';
import type { Clock } from '../../core/ports.ts';
import { type LlmFault, startLlm } from '../../simulator/llm.ts';
import { failureOf, KEY, type LlmServer, providerAt, request, WORDS } from '../../test/support/openai.ts';
import type { OpenAiConfig } from './openai.ts';
import { PRESETS } from './presets.ts';

let llm: LlmServer;
beforeEach(async () => {
  llm = await startLlm({ key: KEY });
});
afterEach(() => llm.close());

const provider = (config: Partial<OpenAiConfig> = {}) => providerAt(llm.url, config);

describe('faults', () => {
  const cases: [LlmFault, boolean, RegExp][] = [
    [{ kind: 'unauthorized' }, false, /refused the API key \(401, invalid_api_key\)/],
    [{ kind: 'error', status: 403 }, false, /does not allow this key/],
    [{ kind: 'error', status: 400 }, false, /did not accept the request \(400, server_error\)/],
    [{ kind: 'error', status: 413 }, false, /too long/],
    [{ kind: 'quota' }, false, /quota .* is used up/],
    [{ kind: 'rate-limit' }, true, /limits the rate/],
    [{ kind: 'error', status: 408 }, true, /problem of its own \(408/],
    [{ kind: 'error' }, true, /problem of its own \(500/],
    [{ kind: 'error', status: 503 }, true, /problem of its own \(503/],
    [{ kind: 'reset' }, true, /No connection to .* \((ECONNRESET|UND_ERR_SOCKET)\)/],
    [{ kind: 'cut' }, true, /No connection to .* \(UND_ERR_SOCKET\)/],
    [{ kind: 'bad-json' }, true, /did not answer as an LLM endpoint/],
    [{ kind: 'html' }, true, /did not answer as an LLM endpoint/],
    [{ kind: 'empty' }, true, /empty answer/],
    [{ kind: 'refusal' }, false, /refused to answer/],
    [{ kind: 'filter' }, false, /content filter/],
  ];

  for (const preset of ['ollama', 'gemini'] as const)
    it.each(cases)(`${PRESETS[preset].api}: %j`, async (fault, retryable, message) => {
      llm.faults.push(fault);
      const error = await failureOf(provider({ preset }).answer(request()));
      expect(error.message).toMatch(message);
      expect(error.retryable).toBe(retryable);
      expect(llm.journal).toHaveLength(1);
    });

  it('hands on when a rate limit ends', async () => {
    llm.faults.push({ kind: 'rate-limit', retryAfterSeconds: 7 });
    expect((await failureOf(provider().answer(request()))).retryAfterMs).toBe(7000);
    llm.faults.push({ kind: 'rate-limit' });
    expect((await failureOf(provider().answer(request()))).retryAfterMs).toBeUndefined();
  });

  it.each(['ollama', 'gemini'] as const)('gives up a server that hangs, by its own limit (%s)', async (preset) => {
    llm.faults.push({ kind: 'hang' });
    const error = await failureOf(provider({ preset }).answer(request({ timeoutMs: 200.5 })));
    expect(error).toMatchObject({ retryable: true });
    expect(error.message).toMatch(/did not finish an answer within 1 s/);
  });

  it('ends with the caller’s signal', async () => {
    llm.faults.push({ kind: 'hang' });
    const stop = new AbortController();
    const asking = provider().answer(request({ signal: stop.signal }));
    await vi.waitFor(() => expect(llm.journal).toHaveLength(1));
    stop.abort();
    expect((await failureOf(asking)).message).toContain('cancelled');
  });

  it('says that nothing listens', async () => {
    const { url } = llm;
    await llm.close();
    expect((await failureOf(provider({ baseUrl: url }).answer(request()))).message).toContain('(ECONNREFUSED)');
  });

  it.each(['ollama', 'gemini'] as const)(
    'keeps the whole sentences of an answer that was cut off (%s)',
    async (preset) => {
      llm.fault = { kind: 'incomplete' };
      llm.brain = () => 'One sentence is whole. The other one is not.';
      expect((await provider({ preset }).answer(request()))?.text).toBe('One sentence is whole.');
      llm.brain = () => 'no sentence at all';
      expect((await provider({ preset }).answer(request()))?.text).toBe('no sentence at…');
      llm.brain = () => '';
      const error = await failureOf(provider({ preset }).answer(request()));
      expect(error.message).toContain('used up its limit');
      expect(error.retryable).toBe(false);
    },
  );

  it('never shows a model’s reasoning', async () => {
    llm.brain = () => '<think>\nThe customer wants…\n</think>\n\nHello!';
    expect((await provider().answer(request()))?.text).toBe('Hello!');
    llm.brain = () => '<think>for ever';
    expect((await failureOf(provider().answer(request()))).message).toContain('empty answer');
  });
});

describe('with the engines in order', () => {
  const clock: Clock = {
    now: () => Date.now(),
    at(at, wake) {
      const timer = setTimeout(wake, at - Date.now());
      return () => clearTimeout(timer);
    },
  };

  it('an LLM that fails is asked twice, then the fallback model; one that hangs leaves time for it', async () => {
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const answering = createAnswering({ clock, log });
    const backup = await startLlm();
    const chain = [
      { name: 'first', key: 'first', provider: provider() },
      { name: 'second', key: 'second', provider: provider({ baseUrl: backup.url, kind: 'fallback-llm' }) },
    ];
    llm.fault = { kind: 'error' };
    const failing = await answering.answer(chain, request(), { text: 'static' });
    expect(failing).toMatchObject({ text: `You said: ${WORDS}`, source: { kind: 'fallback-llm' } });
    expect(failing.trail.map(({ name }) => name)).toEqual(['first', 'first']);
    llm.fault = { kind: 'hang' };
    const hanging = await answering.answer(chain, request({ timeoutMs: 4000 }), { text: 'static' });
    expect(hanging).toMatchObject({ source: { kind: 'fallback-llm' } });
    expect(llm.journal).toHaveLength(3);
    await backup.close();
  });
});
