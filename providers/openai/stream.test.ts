import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LlmFault, startLlm } from '../../simulator/llm.ts';
import { failureOf, KEY, type LlmServer, providerAt, request } from '../../test/support/openai.ts';
import type { OpenAiConfig } from './openai.ts';
import { speaker } from './stream.ts';

const SENTENCE = 'One two three. Four five six. Seven eight nine.';

let llm: LlmServer;
beforeEach(async () => {
  llm = await startLlm({ key: KEY });
  llm.brain = () => SENTENCE;
});
afterEach(() => llm.close());

describe.each(['openai', 'gemini'] as const)('a streamed answer (preset %s)', (preset) => {
  const provider = (config: Partial<OpenAiConfig> = {}) => providerAt(llm.url, { preset, ...config });
  const ask = async (config: Partial<OpenAiConfig> = {}, timeoutMs = 5000) => {
    const pieces: string[] = [];
    const answering = provider(config).answer(request({ timeoutMs, onDelta: (piece) => pieces.push(piece) }));
    return { pieces, answering };
  };

  it('comes in pieces that join to its text, with the server’s own numbers', async () => {
    llm.faults.push({ kind: 'slow', ms: 1 });
    const { pieces, answering } = await ask();
    const answer = await answering;
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(answer?.text);
    expect(answer).toMatchObject({ text: SENTENCE, source: { usage: { input: 10, output: 12 } } });
    expect(answer?.source.usage).not.toHaveProperty('estimated');
  });

  it('shows nothing of thoughts that the server’s template opens, once it is known', async () => {
    llm.brain = () => 'They ask for the hours.\n</think>\n\nAt nine.';
    const first = await ask();
    expect(await first.answering).toMatchObject({ text: 'At nine.' });
    const { pieces, answering } = await ask();
    expect(await answering).toMatchObject({ text: 'At nine.' });
    expect(pieces.join('')).toBe('At nine.');
  });

  const cases: [LlmFault, RegExp][] = [
    [{ kind: 'cut' }, /broke off before its end/],
    [{ kind: 'eof' }, /broke off before its end/],
    [{ kind: 'stream-error' }, /broke off before its end/],
    [{ kind: 'malformed' }, /broke off before its end/],
    [{ kind: 'stall' }, /stopped in the middle for too long/],
    [{ kind: 'endless', ms: 5 }, /did not finish an answer within/],
    [{ kind: 'hang' }, /stopped in the middle|did not finish/],
    [{ kind: 'failed' }, /broke off its answer|problem of its own/],
    [{ kind: 'error' }, /problem of its own \(500/],
    [{ kind: 'rate-limit' }, /limits the rate/],
    [{ kind: 'reset' }, /No connection/],
    [{ kind: 'empty' }, /empty answer/],
  ];
  it.each(cases)('%j is an error, never half an answer', async (fault, message) => {
    llm.faults.push(fault);
    const { answering } = await ask({ streamIdleMs: 150 }, 400);
    const error = await failureOf(answering);
    expect(error.message).toMatch(message);
    expect(error.retryable).toBe(true);
    expect(llm.journal).toHaveLength(1);
  });

  it('that is refused or filtered is an error that will not pass', async () => {
    for (const kind of ['refusal', 'filter', 'quota', 'unauthorized'] as const) {
      llm.faults.push({ kind });
      const { answering } = await ask();
      expect((await failureOf(answering)).retryable).toBe(false);
    }
  });

  it('is not cut off by silence when its words come slowly', async () => {
    llm.faults.push({ kind: 'slow', ms: 60 });
    const { answering } = await ask({ streamIdleMs: 400 });
    expect((await answering)?.text).toBe(SENTENCE);
  });

  it('that reached the limit ends with its last whole sentence', async () => {
    llm.faults.push({ kind: 'incomplete' });
    const { pieces, answering } = await ask();
    const answer = await answering;
    expect([answer?.text, pieces.join('')]).toEqual([
      'One two three. Four five six.',
      expect.stringContaining('Seven'),
    ]);
  });

  it('is asked for whole where the server does not stream, and at once the next time', async () => {
    llm.fault = { kind: 'no-stream' };
    for (const requests of [2, 3]) {
      const { pieces, answering } = await ask();
      expect([(await answering)?.text, pieces]).toEqual([SENTENCE, []]);
      expect(llm.journal).toHaveLength(requests);
    }
  });

  it('ends with the caller’s signal', async () => {
    llm.faults.push({ kind: 'endless', ms: 5 });
    const stop = new AbortController();
    const error = await failureOf(provider().answer(request({ signal: stop.signal, onDelta: () => stop.abort() })));
    expect(error.message).toContain('cancelled');
  });

  it('shows no thoughts', async () => {
    llm.brain = () => `<think>\nThe customer wants it. </think>\n\n${SENTENCE}`;
    const { pieces, answering } = await ask();
    expect([(await answering)?.text, pieces.join('')]).toEqual([SENTENCE, SENTENCE]);
  });
});

it('words of a server that forgot the conversation are never shown', async () => {
  const forgetful = await startLlm({ dialect: 'ollama' });
  forgetful.brain = ({ messages }) => `I know ${messages.length} messages.`;
  let shown = '';
  const endpoint = `${forgetful.url} gpt-5-mini`;
  const answer = await providerAt(forgetful.url).answer(
    request({
      history: [
        { role: 'user', text: 'one' },
        { role: 'assistant', text: 'yes' },
        { role: 'user', text: 'two' },
      ],
      head: { responseId: 'resp_9', endpoint, seq: 1 },
      onDelta: (piece) => (shown += piece),
    }),
  );
  expect([answer?.text, shown]).toEqual(['I know 3 messages.', 'I know 3 messages.']);
  await forgetful.close();
});

it('pieces join to what is shown, wherever the text is split', () => {
  const raw = ' <think>no < yes</think> \n A <b> word.  \n';
  for (let size = 1; size <= raw.length; size++) {
    let shown = '';
    const voice = speaker((piece) => (shown += piece));
    for (let at = 0; at < raw.length; at += size) voice.hear(raw.slice(at, at + size));
    voice.pause();
    voice.hear('  And more.');
    expect(shown).toBe('A <b> word.\n\nAnd more.');
  }
});
