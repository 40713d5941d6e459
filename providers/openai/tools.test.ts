import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnswerRequest, MadeCall, ToolCall, ToolSchema } from '../../core/ports.ts';
import { type Asked, type LlmDialect, type LlmFault, startLlm } from '../../simulator/llm.ts';
import { conversation, failureOf, type LlmServer, providerAt, recalling, request } from '../../test/support/openai.ts';
import type { OpenAiConfig } from './openai.ts';
import { isStrict } from './tools.ts';

const DIALECTS: LlmDialect[] = ['openai', 'vllm', 'ollama', 'llamacpp', 'chat-only'];
const strict = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};
const tools: ToolSchema[] = [
  { name: 'lead', description: 'Notes a lead.', parameters: strict },
  {
    name: 'price',
    description: 'Tells a price.',
    parameters: { type: 'object', properties: { sku: { type: 'string' } } },
  },
];

let llm: LlmServer;
let ran: ToolCall[];
const provider = (config: Partial<OpenAiConfig> = {}) => providerAt(llm.url, config);
const asking = (more: Partial<AnswerRequest> = {}) =>
  request({
    tools,
    callTool: async (call) => {
      ran.push(call);
      return `{"ok":"${call.name}"}`;
    },
    ...more,
  });
/** Calls as given, then tells what came back. */
const calling =
  (...calls: { call: string; arguments: unknown }[]) =>
  ({ results }: Asked) =>
    results.length ? results.map(({ name, output }) => `${name}=${output}`).join(' ') : calls;

describe.each(DIALECTS)('tools at a server that speaks %s', (dialect) => {
  beforeEach(async () => {
    llm = await startLlm({ dialect });
    ran = [];
  });
  afterEach(() => llm.close());

  it.each([false, true])(
    'are called at once, each answered once, and named in the source (streamed: %s)',
    async (streamed) => {
      llm.brain = calling({ call: 'lead', arguments: { name: 'Ana' } }, { call: 'price', arguments: { sku: 'a' } });
      const held: (() => void)[] = [];
      let shown = '';
      const answer = await provider().answer(
        asking({
          // Resolves only when both are running.
          callTool: (call) =>
            new Promise((resolve) => {
              ran.push(call);
              held.push(() => resolve(`{"ok":"${call.name}"}`));
              if (held.length === 2) for (const go of held) go();
            }),
          onDelta: streamed ? (piece) => (shown += piece) : undefined,
        }),
      );
      expect(answer?.text).toBe('lead={"ok":"lead"} price={"ok":"price"}');
      expect(answer?.source.tools).toEqual(['lead', 'price']);
      expect(ran.map(({ name, arguments: given }) => [name, given])).toEqual([
        ['lead', '{"name":"Ana"}'],
        ['price', '{"sku":"a"}'],
      ]);
      if (streamed) expect(shown).toBe(answer?.text);
    },
  );

  it('are never called for a name that is not offered, or with arguments that are none', async () => {
    llm.brain = calling(
      { call: 'rm', arguments: {} },
      { call: 'lead', arguments: '{"name": ' },
      { call: 'lead', arguments: '[1]' },
      { call: 'price', arguments: '' },
    );
    const answer = await provider().answer(asking());
    expect(answer?.text).toBe(
      'rm={"error":"unknown_tool"} lead={"error":"arguments_are_no_json"} lead={"error":"arguments_are_no_object"} price={"ok":"price"}',
    );
    expect(ran.map(({ name, arguments: given }) => [name, given])).toEqual([['price', '{}']]);
  });

  it('give an error when they fail or are dead, and the model still answers', async () => {
    llm.brain = calling({ call: 'lead', arguments: { name: 'x' } }, { call: 'price', arguments: {} });
    const answer = await provider().answer(
      asking({
        timeoutMs: 1000,
        callTool: ({ name }) => (name === 'lead' ? new Promise(() => {}) : Promise.reject(new Error('secret stack'))),
      }),
    );
    expect(answer?.text).toMatch(/^lead={"error":"timeout",.*} price={"error":"failed"}$/);
  });

  it('are called six rounds at most, then the model must answer', async () => {
    llm.brain = ({ tools: offered, results }) =>
      offered.length ? [{ call: 'price', arguments: { sku: String(results.length) } }] : 'That is all I know.';
    const answered = () => llm.journal.filter(({ status }) => status === 200).length;
    expect((await provider().answer(asking()))?.text).toBe('That is all I know.');
    expect(ran).toHaveLength(5);
    // Ollama does not know that it was told to stop calling: it is asked once more, without tools.
    const first = answered();
    expect(first).toBe(dialect === 'ollama' ? 8 : 6);
    expect((await provider().answer(asking()))?.text).toBe('That is all I know.');
    expect(answered() - first).toBe(6);
  });

  it('are not called again by an attempt that comes after one that failed', async () => {
    llm.brain = calling({ call: 'lead', arguments: { name: 'Ana' } });
    const calls: MadeCall[] = [];
    // The other API is found out first.
    if (dialect === 'chat-only') llm.faults.push({ kind: 'pass' });
    llm.faults.push({ kind: 'pass' }, { kind: 'error' });
    await failureOf(provider().answer(asking({ calls })));
    expect(calls).toMatchObject([{ call: { name: 'lead' }, result: '{"ok":"lead"}' }]);
    const second = await providerAt(llm.url, {
      model: 'other',
      preset: dialect === 'chat-only' ? 'gemini' : undefined,
    }).answer(asking({ calls }));
    expect(second?.text).toBe('lead={"ok":"lead"}');
    expect(second?.source.tools).toEqual(['lead']);
    expect(ran).toHaveLength(1);
  });

  it('make the next turn neither forget nor fail', async () => {
    const talk = conversation(provider());
    llm.brain = (asked) =>
      asked.text === 'two' && !asked.results.length ? [{ call: 'price', arguments: {} }] : recalling(asked);
    const callTool = async () => 'ok';
    for (const [index, word] of ['one', 'two', 'three'].entries()) {
      if (index === 2) llm.lose();
      expect(await talk.say(word, { tools, callTool })).toBe(['one', 'two', 'three'].slice(0, index + 1).join('|'));
    }
  });

  it('survive that the server loses the conversation between a call and its result', async () => {
    llm.brain = calling({ call: 'lead', arguments: { name: 'Ana' } });
    const answer = await provider().answer(
      asking({
        callTool: async (call) => {
          ran.push(call);
          llm.lose();
          return 'ok';
        },
      }),
    );
    expect(answer?.text).toBe('lead=ok');
    expect(ran).toHaveLength(1);
  });

  const faults: LlmFault[] = [
    { kind: 'unauthorized' },
    { kind: 'rate-limit' },
    { kind: 'quota' },
    { kind: 'error' },
    { kind: 'cut' },
    { kind: 'empty' },
    { kind: 'bad-json' },
    { kind: 'refusal' },
  ];
  it.each(faults)('leave no head behind when %j ends the answer after them', async (fault) => {
    const talk = conversation(provider());
    llm.brain = recalling;
    await talk.say('one');
    llm.brain = calling({ call: 'lead', arguments: { name: 'Ana' } });
    const found = llm.journal.length;
    const before = talk.head();
    const asked = talk.say('two', {
      tools,
      // From here on, every request meets it.
      callTool: async () => {
        llm.fault = fault;
        return 'ok';
      },
    });
    const error = await failureOf(asked);
    expect(llm.journal.length).toBeGreaterThan(found + 1);
    expect(error.spent?.input).toBeGreaterThan(0);
    expect(talk.head()).toBe(before);
    llm.fault = null;
    llm.brain = recalling;
    expect(await talk.say('three')).toBe('one|two|three');
  });
});

describe('what is sent', () => {
  beforeEach(async () => {
    llm = await startLlm();
    ran = [];
  });
  afterEach(() => llm.close());

  it('says of each tool whether its schema is strict, and nothing of tools where there are none', async () => {
    await provider().answer(asking());
    await provider().answer(asking({ tools: [] }));
    const [first, second] = llm.journal.map(({ body }) => body as { tools?: { strict: boolean }[] });
    expect(first?.tools?.map((tool) => tool.strict)).toEqual([true, false]);
    expect(second).not.toHaveProperty('tools');
    expect(second).not.toHaveProperty('tool_choice');
  });

  it('is one result a call, by its call id, after the response that made it', async () => {
    llm.brain = calling({ call: 'price', arguments: { sku: 'a' } });
    await provider().answer(asking());
    expect(llm.journal[1]?.body).toMatchObject({
      previous_response_id: 'resp_1',
      input: [{ type: 'function_call_output', call_id: 'call_1_0', output: '{"ok":"price"}' }],
    });
  });

  it('goes on from the response that closed the loop, never from one with an open call', async () => {
    const talk = conversation(provider());
    llm.brain = ({ results }) => (results.length < 5 ? [{ call: 'price', arguments: {} }] : 'Enough.');
    await talk.say('one', { tools, callTool: async () => 'ok' });
    llm.brain = recalling;
    expect(await talk.say('two')).toBe('one|two');
    expect(llm.journal.map(({ status }) => status)).toEqual(Array(7).fill(200));

    const stubborn = await startLlm();
    stubborn.brain = () => [{ text: 'Wait.' }, { call: 'price', arguments: {} }];
    const seen: unknown[] = [];
    const answer = await providerAt(stubborn.url).answer(asking({ callTool: async () => `${seen.push(1)}` }));
    expect([answer?.text.split('\n\n').length, seen.length, answer?.head?.endpoint]).toEqual([
      6,
      5,
      `${stubborn.url} gpt-5-mini`,
    ]);
    await stubborn.close();
  });

  it('adds up the tokens of all rounds', async () => {
    llm.brain = calling({ call: 'price', arguments: { sku: 'a' } });
    const usage = (await provider().answer(asking()))?.source.usage;
    expect(usage).toEqual({ input: 24, output: 8, cached: 7 });
  });

  it('shows no commentary, and keeps what was said before a call', async () => {
    llm.brain = ({ results }) =>
      results.length
        ? [
            { text: 'thinking', phase: 'commentary' },
            { text: 'It costs 5.', phase: 'final_answer' },
          ]
        : [{ text: 'Let me see…' }, { text: 'secret plan', phase: 'commentary' }, { call: 'price', arguments: {} }];
    let shown = '';
    const answer = await provider({ continuity: 'replay' }).answer(asking({ onDelta: (piece) => (shown += piece) }));
    expect([answer?.text, shown]).toEqual(['Let me see…\n\nIt costs 5.', 'Let me see…\n\nIt costs 5.']);
    expect((await provider().answer(asking()))?.text).toBe(shown);
    const again = llm.journal[1]?.body as { input: { phase?: string }[] };
    expect(again.input.map(({ phase }) => phase)).toEqual([undefined, undefined, 'commentary', undefined, undefined]);
  });
});

it('a strict schema requires all and allows nothing else, at any depth', () => {
  const nested = (inner: object) => ({ ...strict, properties: { name: inner } }) as never;
  expect(isStrict(strict)).toBe(true);
  expect(isStrict(nested({ type: 'array', items: strict }))).toBe(true);
  for (const schema of [
    { type: 'object' },
    { ...strict, required: [] },
    { ...strict, additionalProperties: true },
    nested({ type: 'object', properties: {} }),
    nested({ type: 'string', maxLength: 5 }),
    nested({ type: 'array' }),
    nested({ anyOf: [{ type: 'string' }] }),
  ])
    expect(isStrict(schema)).toBe(false);
});
