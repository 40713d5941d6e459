import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LlmDialect, type LlmOptions, startLlm } from '../../simulator/llm.ts';
import { conversation, failureOf, type LlmServer, providerAt, recalling, request } from '../../test/support/openai.ts';
import type { OpenAiConfig } from './openai.ts';

interface Body {
  input: { content: string }[];
  messages: unknown[];
  previous_response_id?: string;
  store?: boolean;
}

let llm: LlmServer;
const start = async (options: LlmOptions = {}) => {
  llm = await startLlm(options);
  llm.brain = recalling;
};
beforeEach(() => start());
afterEach(async () => {
  vi.useRealTimers();
  await llm.close();
});
const restart = async (options: LlmOptions) => {
  await llm.close();
  await start(options);
};
const provider = (config: Partial<OpenAiConfig> = {}) => providerAt(llm.url, config);
const bodies = () => llm.journal.map(({ body }) => body as Body);
/** The parts of each request that tell how the conversation was carried. */
const carried = (from = 0) =>
  bodies()
    .slice(from)
    .map(({ input, previous_response_id }) => [previous_response_id !== undefined, input.length]);

const DIALECTS: LlmDialect[] = ['openai', 'vllm', 'ollama', 'llamacpp', 'chat-only'];
const TURNS = ['one', 'two', 'three', 'four', 'five', 'six'];

describe.each(DIALECTS)('a server that speaks %s', (dialect) => {
  beforeEach(() => restart({ dialect }));

  it.each(['auto', 'server', 'replay'] as const)(
    'remembers six turns, also after it lost everything (%s)',
    async (continuity) => {
      const { say } = conversation(provider({ continuity }));
      for (const [index, word] of TURNS.entries()) {
        if (index === 3 || index === 5) llm.lose();
        expect(await say(word)).toBe(TURNS.slice(0, index + 1).join('|'));
      }
      expect(await say('seven')).toBe([...TURNS, 'seven'].join('|'));
      const attempts = llm.journal.length - TURNS.length - 1;
      // What it cost to find out: a missing API, or an id that does not work.
      expect(attempts).toBeLessThanOrEqual(2);
    },
  );

  it('remembers them when the answers are streamed', async () => {
    const { say } = conversation(provider());
    for (const [index, word] of TURNS.entries()) {
      if (index === 3) llm.lose();
      let shown = '';
      const answer = await say(word, { onDelta: (piece) => (shown += piece) });
      expect([answer, shown]).toEqual([TURNS.slice(0, index + 1).join('|'), answer]);
    }
  });

  it('remembers them when another server was asked in between', async () => {
    const other = await startLlm({ dialect: 'ollama' });
    other.brain = recalling;
    const talk = conversation(provider());
    await talk.say('one');
    await talk.say('two');
    const elsewhere = await providerAt(other.url).answer(
      request({
        history: [...talk.history, { role: 'user', text: 'three' }],
        head: { ...(talk.head() ?? { responseId: 'x', endpoint: 'y' }), seq: 1 },
      }),
    );
    expect(elsewhere?.text).toBe('one|two|three');
    expect(other.journal.map(({ body }) => (body as Body).previous_response_id)).toEqual([undefined]);
    await other.close();
  });
});

describe('a server that keeps conversations', () => {
  it('gets only what is new, and the instructions', async () => {
    const { say, head } = conversation(provider());
    await say('one');
    expect(head()).toEqual({ responseId: 'resp_1', endpoint: `${llm.url} gpt-5-mini` });
    await say('two');
    expect(llm.journal[1]?.body).toMatchObject({
      previous_response_id: 'resp_1',
      instructions: 'You are Ana.',
      input: [{ role: 'user', content: 'two' }],
      store: true,
    });
  });

  it('gets everything once when the response is lost, and only what is new after that', async () => {
    const { say } = conversation(provider());
    await say('one');
    llm.lose();
    await say('two');
    await say('three');
    expect(carried()).toEqual([
      [false, 1],
      [true, 1],
      [false, 3],
      [true, 1],
    ]);
  });

  it('is not asked to go on from a response of another model or server', async () => {
    const { say, head, history } = conversation(provider());
    await say('one');
    const other = provider({ model: 'gpt-5' });
    await other.answer(request({ history: [...history, { role: 'user', text: 'two' }], head: { ...head()!, seq: 1 } }));
    expect(carried(1)).toEqual([[false, 3]]);
  });

  it('gets everything when the engine gives no head: a person wrote in between, or the answer was never sent', async () => {
    const { say, history } = conversation(provider());
    await say('one');
    history.push({ role: 'assistant', text: '[a colleague wrote] I look at it.' });
    expect(await say('two', { head: null })).toBe('one|two');
    expect(carried(1)).toEqual([[false, 4]]);
  });

  it('gets our shortened history when what it kept has become too long', async () => {
    const { say, head } = conversation(provider());
    llm.brain = () => 'x'.repeat(100_000);
    await say('one');
    expect(head()).toBeDefined();
    await say('two', { history: [{ role: 'user', text: 'two' }] });
    expect(head()).toBeUndefined();
  });

  it('gets everything when it says that what it kept is broken', async () => {
    llm.brain = () => [{ call: 'lead', arguments: {} }];
    const tools = [{ name: 'lead', description: '', parameters: { type: 'object' } }];
    await fetch(`${llm.url}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({
        model: 'm',
        input: 'x',
        tools: tools.map((tool) => ({ ...tool, type: 'function', strict: false })),
      }),
    });
    llm.brain = recalling;
    const head = { responseId: 'resp_1', endpoint: `${llm.url} gpt-5-mini`, seq: 1 };
    expect((await provider().answer(request({ head })))?.text).toContain('my number');
    expect(carried(1)).toEqual([
      [true, 1],
      [false, 1],
    ]);
  });

  it('fails like any other when it is the server that fails', async () => {
    const { say } = conversation(provider());
    await say('one');
    llm.faults.push({ kind: 'error' });
    await failureOf(say('two'));
    expect(carried(1)).toEqual([[true, 1]]);
  });

  it('gives no head for an answer that was cut off', async () => {
    llm.faults.push({ kind: 'incomplete' });
    llm.brain = () => 'One sentence is whole. The other one is not.';
    expect(await provider().answer(request())).not.toHaveProperty('head');
  });
});

describe('what is learned of a server', () => {
  it('is kept for ten minutes: that it ignores ids', async () => {
    await restart({ dialect: 'ollama' });
    vi.useFakeTimers({ toFake: ['Date'] });
    const { say, head } = conversation(provider());
    await say('one');
    await say('two');
    await say('three');
    expect(head()).toBeUndefined();
    expect(carried()).toEqual([
      [false, 1],
      [true, 1],
      [false, 3],
      [false, 5],
    ]);
    expect(bodies().map(({ store }) => store)).toEqual([true, true, false, false]);
    vi.setSystemTime(Date.now() + 10 * 60_000);
    await say('four');
    expect(head()).toBeDefined();
  });

  it('is that it keeps nothing, after two losses in a row', async () => {
    await restart({ dialect: 'vllm' });
    const { say, head } = conversation(provider());
    for (const word of TURNS) {
      await say(word);
      llm.lose();
    }
    expect(head()).toBeUndefined();
    expect(carried().filter(([id]) => id)).toHaveLength(2);
  });
});

describe('the setting', () => {
  it('replay asks to keep nothing and sends everything', async () => {
    const { say, head } = conversation(provider({ continuity: 'replay' }));
    await say('one');
    await say('two');
    expect(head()).toBeUndefined();
    expect(bodies().map(({ store }) => store)).toEqual([false, false]);
    expect(carried()).toEqual([
      [false, 1],
      [false, 3],
    ]);
  });

  it.each(['litellm', 'ollama', 'gemini'] as const)('auto never tries with the preset %s', async (preset) => {
    const { say, head } = conversation(provider({ preset }));
    await say('one');
    expect(await say('two')).toBe('one|two');
    expect(head()).toBeUndefined();
    expect(bodies().filter(({ store, previous_response_id }) => store || previous_response_id)).toEqual([]);
    expect(llm.journal).toHaveLength(2);
  });

  it('server tries with every preset that has the API', async () => {
    const { say } = conversation(provider({ preset: 'litellm', continuity: 'server' }));
    await say('one');
    expect(await say('two')).toBe('one|two');
    expect(bodies()[1]?.previous_response_id).toBe('resp_1');
  });
});

describe('every request', () => {
  const headersOf = async (config: Partial<OpenAiConfig>) => {
    const seen: Headers[] = [];
    const spy: typeof fetch = (url, init) => {
      seen.push(new Headers(init?.headers));
      return fetch(url, init);
    };
    await provider({ fetch: spy, organization: 'org-1', project: 'proj-1', ...config }).answer(request());
    return Object.fromEntries(seen[0]!);
  };

  it('leaves by the client that is given, with our headers alone', async () => {
    expect(Object.keys(await headersOf({})).sort()).toEqual(['accept', 'authorization', 'content-type', 'user-agent']);
  });

  it('is held once while its answer is waited for: as the bytes that are sent, with headers that all share', async () => {
    const seen: RequestInit[] = [];
    const spy: typeof fetch = (url, init) => {
      seen.push(init!);
      return fetch(url, init);
    };
    const asked = provider({ fetch: spy });
    for (const text of ['one', 'two']) await asked.answer(request({ history: [{ role: 'user', text }] }));
    expect(seen.map(({ body }) => Buffer.isBuffer(body))).toEqual([true, true]);
    expect(seen[1]!.headers).toBe(seen[0]!.headers);
  });

  it('says who is billed to OpenAI alone', async () => {
    const told = { 'openai-organization': 'org-1', 'openai-project': 'proj-1' };
    expect(await headersOf({ preset: 'openai' })).toMatchObject(told);
  });
});
