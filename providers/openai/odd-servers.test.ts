import { afterEach, describe, expect, it } from 'vitest';
import type { AnswerRequest, ChatMessage, ToolCall, ToolSchema } from '../../core/ports.ts';
import { type OddAnswer, type OddBody, refusing, saying, startOdd } from '../../test/support/odd-llm.ts';
import { failureOf, providerAt, request } from '../../test/support/openai.ts';

let odd: Awaited<ReturnType<typeof startOdd>>;
afterEach(() => odd.close());
const log: string[] = [];
async function at(answer: (body: OddBody, raw: string) => OddAnswer | undefined) {
  odd = await startOdd(answer);
  log.length = 0;
  return providerAt(odd.url, { log: { info: (line) => void log.push(line) } });
}
const tools: ToolSchema[] = [{ name: 'price', description: 'Tells a price.', parameters: { type: 'object' } }];
const ran: ToolCall[] = [];
const asking = (more: Partial<AnswerRequest> = {}) =>
  request({
    tools,
    callTool: async (call) => {
      ran.push(call);
      return '{"price":9}';
    },
    ...more,
  });
const isDone = ({ messages }: OddBody) => messages.some(({ role }) => role === 'tool');

describe('an endpoint', () => {
  it('that takes another field for the limit is told it at once from then on, and the log once', async () => {
    const provider = await at((body) =>
      body.max_tokens === undefined
        ? saying('Hi')
        : refusing("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", {
            param: 'max_tokens',
          }),
    );
    for (let turn = 0; turn < 3; turn++) expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies.map((body) => body.max_completion_tokens)).toEqual([undefined, 1000, 1000, 1000]);
    expect(log).toEqual([expect.stringMatching(/^The LLM gpt-5-mini at 127.* does not take max_tokens\.$/)]);
  });

  it('that takes no limit at all gets none', async () => {
    const provider = await at((body) => {
      const field = ['max_tokens', 'max_completion_tokens'].find((name) => body[name] !== undefined);
      return field ? refusing(`Unrecognized request argument supplied: ${field}`) : saying('Hi');
    });
    expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies).toHaveLength(3);
  });

  it('that answers with fewer tokens is asked for fewer', async () => {
    const provider = await at((body) =>
      Number(body.max_tokens) > 512
        ? refusing('max_tokens is too large: 1000. This model supports at most 512 completion tokens.')
        : saying('Hi'),
    );
    expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies.at(-1)?.max_tokens).toBe(512);
  });

  it('that names its context beside the longest answer keeps the knowledge', async () => {
    const provider = await at((body) =>
      Number(body.max_tokens) > 512
        ? refusing('`max_tokens` must be less than or equal to `512`, which is less than the `context_window`')
        : saying('Hi'),
    );
    expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies.map((body) => body.max_tokens)).toEqual([1000, 512]);
    expect(log).toEqual([expect.stringContaining('answers with at most 512 tokens')]);
  });

  it('that bounds an answer by more tokens gets as many', async () => {
    const provider = await at((body) =>
      Number(body.max_tokens) < 2000 ? refusing('max_tokens must be at least 2000') : saying('Hi'),
    );
    for (let turn = 0; turn < 2; turn++) expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies.map((body) => body.max_tokens)).toEqual([1000, 2000, 2000]);
  });

  it('whose bounds leave no room between them is given up in time', async () => {
    const provider = await at((body) =>
      Number(body.max_tokens) < 2000
        ? refusing('max_tokens must be at least 2000')
        : refusing('max_tokens is too large. This model supports at most 1500.'),
    );
    await failureOf(provider.answer(request()));
    expect(odd.bodies.length).toBeLessThan(8);
  });

  it('whose template counts the system message as one that speaks gets none', async () => {
    const provider = await at(({ messages }) =>
      messages.some(({ role }, index) => (role === 'user') !== (index % 2 === 0))
        ? refusing('Conversation roles must alternate user/assistant/user/assistant/...')
        : saying('Hi'),
    );
    for (let turn = 0; turn < 3; turn++) expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies.map(({ messages }) => messages.map(({ role }) => role).join(' '))).toEqual([
      ...['system user', 'system user'],
      ...['user', 'user', 'user'],
    ]);
    expect(log).toHaveLength(2);
  });

  it('whose template knows two sides only is told in words what a tool said', async () => {
    const provider = await at(({ messages }) =>
      messages.some(({ role }, index) => role !== ['user', 'assistant'][index % 2])
        ? refusing('Conversation roles must alternate user/assistant/user/assistant/...')
        : saying('9 €'),
    );
    const calls = [{ call: { id: 'x', name: 'price', arguments: '{}' }, result: '9' }];
    expect((await provider.answer(asking({ calls })))?.text).toBe('9 €');
    expect(odd.bodies.at(-1)?.messages).toEqual([
      { role: 'user', content: expect.stringMatching(/You are Ana[\s\S]*\[result of price\] 9$/) },
    ]);
  });

  it('that refuses the choice of tools keeps the tools', async () => {
    const provider = await at((body) =>
      body.tool_choice === undefined ? saying('Hi') : refusing('tool_choice is not supported'),
    );
    expect((await provider.answer(asking()))?.text).toBe('Hi');
    expect(odd.bodies.at(-1)?.tools).toHaveLength(1);
  });

  it('that refuses several things is understood step by step', async () => {
    const provider = await at(({ messages, max_tokens }) => {
      if (max_tokens !== undefined) return refusing('Unknown parameter: max_tokens');
      if (messages[0]?.role === 'system') return { status: 500, body: { error: 'System role not supported' } };
      const turns = messages.map(({ role }) => role).join(' ');
      return /user user|^assistant/.test(turns)
        ? { status: 422, body: { detail: 'roles must alternate' } }
        : saying('Hi');
    });
    const history: ChatMessage[] = [
      { role: 'user', text: 'a' },
      { role: 'user', text: 'b' },
    ];
    expect((await provider.answer(request({ history })))?.text).toBe('Hi');
    expect(log).toHaveLength(3);
    expect(odd.bodies.at(-1)?.messages).toEqual([{ role: 'user', content: 'You are Ana.\n\na\n\nb' }]);
  });

  it.each<[string, unknown, string]>([
    ['null', null, '{}'],
    ['an object', { sku: 'a' }, '{"sku":"a"}'],
    ['a text', '{"sku":"a"}', '{"sku":"a"}'],
  ])('may give arguments as %s, and a call without type and id', async (_, given, seen) => {
    ran.length = 0;
    const provider = await at((body) =>
      isDone(body) ? saying('9 €') : saying({ tool_calls: [{ function: { name: 'price', arguments: given } }] }),
    );
    expect((await provider.answer(asking()))?.text).toBe('9 €');
    expect(ran.map((call) => call.arguments)).toEqual([seen]);
    const [call, result] = odd.bodies.at(-1)!.messages.slice(-2);
    expect(call?.tool_calls?.[0]?.id).toBe(result?.tool_call_id);
    expect(result?.tool_call_id).toMatch(/^\w{9}$/);
  });

  const given = '{"sku":"a"}';
  it.each<[string, object]>([
    ['flat', { tool_calls: [{ id: 'c', name: 'price', arguments: given }] }],
    ['by the older field', { function_call: { name: 'price', arguments: given } }],
    ['as one that is no list', { tool_calls: { id: 'c', function: { name: 'price', arguments: given } } }],
    [
      'with arguments written twice',
      { tool_calls: [{ function: { name: 'price', arguments: JSON.stringify(given) } }] },
    ],
    ['with a comma too many', { tool_calls: [{ function: { name: 'price', arguments: '{"sku":"a",}' } }] }],
    ['with a namespace', { tool_calls: [{ function: { name: 'functions.price', arguments: given } }] }],
    ['with blanks around the name', { tool_calls: [{ function: { name: ' price ', arguments: given } }] }],
    [
      'with a mark behind the name',
      { tool_calls: [{ function: { name: 'price<|channel|>commentary', arguments: given } }] },
    ],
  ])('may call %s', async (_, message) => {
    ran.length = 0;
    const provider = await at((body) => (isDone(body) ? saying('9 €') : saying({ content: null, ...message })));
    expect((await provider.answer(asking()))?.text).toBe('9 €');
    expect(ran.map((call) => [call.name, call.arguments])).toEqual([['price', given]]);
  });

  it.each(['length', 'max_tokens', 'MAX_TOKENS', 'model_length', 'max_output_tokens'])(
    'says by "%s" that the answer is cut, which ends with a whole sentence',
    async (finish) => {
      const provider = await at(() => saying('At nine. And on Sun', finish));
      expect((await provider.answer(request()))?.text).toBe('At nine.');
    },
  );

  it.each<[string, RegExp]>([
    ['ERROR', /broke off/],
    ['network_error', /broke off/],
    ['insufficient_system_resource', /broke off/],
    ['abort', /broke off/],
    ['content_filter', /filter/],
    ['sensitive', /filter/],
    ['SAFETY', /filter/],
    ['RECITATION', /filter/],
  ])('says by "%s" that there is no answer', async (finish, why) => {
    const provider = await at(() => saying('At ni', finish));
    expect((await failureOf(provider.answer(request()))).message).toMatch(why);
  });

  it.each(['stop', 'tool_calls', 'eos', 'end_turn', 'STOP', null])('ends by "%s" as by any word', async (finish) => {
    const provider = await at(() => saying('At nine.', finish));
    expect((await provider.answer(request()))?.text).toBe('At nine.');
  });

  it('may call under the same id again, which is another call', async () => {
    ran.length = 0;
    const provider = await at(({ messages }) => {
      const done = messages.filter(({ role }) => role === 'tool').length;
      const call = { id: 'call_0', function: { name: 'price', arguments: `{"sku":"${done}"}` } };
      return done < 2 ? saying({ content: null, tool_calls: [call] }) : saying('9 €');
    });
    expect((await provider.answer(asking()))?.text).toBe('9 €');
    expect(new Set(ran.map(({ id }) => id)).size).toBe(2);
  });

  it('runs a call that was written as text, and the model hears its result', async () => {
    ran.length = 0;
    const provider = await at((body) =>
      isDone(body) ? saying('9 €<|im_end|>') : saying('```json\n{"name":"price","arguments":{"sku":"b"}}\n```'),
    );
    expect((await provider.answer(asking()))?.text).toBe('9 €');
    expect(ran.map((call) => call.arguments)).toEqual(['{"sku":"b"}']);
  });

  it.each(['reasoning_content', 'reasoning'])('gets its %s back with the call', async (field) => {
    const provider = await at((body) => {
      if (!isDone(body))
        return saying({
          content: '',
          [field]: 'hm',
          tool_calls: [{ id: 'c', function: { name: 'price', arguments: '{}' } }],
        });
      const message = body.messages.find((one) => one.tool_calls) as Record<string, unknown>;
      return message[field] === 'hm' ? saying('9 €') : refusing(`Missing ${field} in the assistant message.`);
    });
    expect((await provider.answer(asking()))?.text).toBe('9 €');
  });

  it('that wants thoughts gets empty ones with a call that another model made', async () => {
    const provider = await at(({ messages }) =>
      messages.some((one) => one.tool_calls && one.reasoning_content === undefined)
        ? refusing('reasoning_content is missing in assistant tool call message at index 1')
        : saying('9 €'),
    );
    const calls = [{ call: { id: 'x', name: 'price', arguments: '{}' }, result: '9' }];
    expect((await provider.answer(asking({ calls })))?.text).toBe('9 €');
  });

  it.each<[string, unknown]>([
    [
      'parts',
      [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'text', text: 'At ' },
        { type: 'text', text: 'nine.' },
      ],
    ],
    ['texts in a list', ['At ', 'nine.']],
    ['one part', { type: 'text', text: 'At nine.' }],
  ])('may give its content as %s', async (_, content) => {
    const provider = await at(() => saying({ content }));
    expect((await provider.answer(request()))?.text).toBe('At nine.');
  });

  it('may call its JSON a text', async () => {
    const provider = await at(() => ({ ...saying('Hi'), type: 'text/plain; charset=utf-8' }));
    expect((await provider.answer(request()))?.text).toBe('Hi');
  });

  it.each<[string, OddAnswer, boolean]>([
    ['no choices', { body: { choices: null } }, true],
    ['an empty list of choices', { body: { choices: [] } }, true],
    ['no message', { body: { choices: [{ finish_reason: 'stop', message: null }] } }, true],
    ['an end by an error', saying('At ni', 'error'), true],
    [
      'an error beside the message',
      { body: { choices: [{ finish_reason: 'stop', error: { code: 502 }, message: { content: 'At ni' } }] } },
      true,
    ],
    ['a rate limit with status 200', { body: { error: { code: 429, message: 'slow down' } } }, true],
    ['an error of its own with status 200', { body: { error: 'The model crashed' } }, true],
    ['a wrong key with status 200', { body: { error: { type: 'authentication_error', message: 'no' } } }, false],
  ])('that gives half an answer failed: %s', async (_, answer, retryable) => {
    const provider = await at(() => answer);
    expect((await failureOf(provider.answer(request()))).retryable).toBe(retryable);
  });

  it('that thinks longer than an answer may be gets more tokens from then on', async () => {
    const provider = await at((body) =>
      Number(body.max_tokens) < 4000 ? saying({ content: '' }, 'length') : saying('Hi'),
    );
    for (let turn = 0; turn < 2; turn++) expect((await provider.answer(request()))?.text).toBe('Hi');
    expect(odd.bodies.map((body) => body.max_tokens)).toEqual([1000, 4000, 4000]);
  });

  it('gets no half of a pair of letters, in any text', async () => {
    const provider = await at((_, raw) =>
      /(?<!\\)\\ud[89a-f]/.test(raw) ? refusing('no low surrogate in string') : saying('Hi'),
    );
    const history: ChatMessage[] = [{ role: 'user', text: 'hours? \ud83d and \\ud83d 😀 \ude00' }];
    expect((await provider.answer(asking({ history, instructions: 'x\udc00' })))?.text).toBe('Hi');
    expect(odd.bodies[0]?.messages.at(-1)?.content).toBe('hours? \ufffd and \\ud83d 😀 \ufffd');
  });
});

it('a call that nobody waits for any longer is closed at the server', async () => {
  const provider = await at(() => undefined);
  const stopped = new AbortController();
  const asked = failureOf(provider.answer(request({ signal: stopped.signal })));
  await expect.poll(() => odd.bodies.length).toBe(1);
  stopped.abort();
  await asked;
  await expect.poll(() => odd.closed()).toBe(1);
  await failureOf(provider.answer(request({ timeoutMs: 50 })));
  await expect.poll(() => odd.closed()).toBe(2);
});
