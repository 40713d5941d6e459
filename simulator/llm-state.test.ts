import { afterEach, describe, expect, it } from 'vitest';
import { type LlmDialect, type LlmFault, startLlm } from './llm.ts';

const DIALECTS: LlmDialect[] = ['openai', 'vllm', 'ollama', 'llamacpp', 'chat-only'];
let llm: Awaited<ReturnType<typeof startLlm>>;
afterEach(() => llm.close());

async function post(path: string, body: object) {
  const response = await fetch(llm.url + path, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
  };
}
const user = (content: string) => ({ type: 'message', role: 'user', content });
const ask = (more: object) => post('/responses', { model: 'm', ...more });
const events = (text: string) => text.split('\n\n').flatMap((event) => /^data: (\{.+\})$/m.exec(event)?.[1] ?? []);
const tool = { type: 'function', name: 'lead', parameters: { type: 'object' }, strict: false };
const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'lead', arguments: '{}' });
const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'ok' });

describe('previous_response_id', () => {
  const next = async (more: object = {}) => {
    const first = (await ask({ input: [user('one')], ...more })).body;
    return { id: first.id, answer: () => ask({ input: [user('two')], previous_response_id: first.id }) };
  };
  const recall = () => {
    llm.brain = ({ messages }) => messages.map(({ text }) => text).join('|');
  };

  it.each(['openai', 'vllm'] as const)('is known until it is lost (%s)', async (dialect) => {
    llm = await startLlm({ dialect });
    recall();
    const { id, answer } = await next();
    const second = (await answer()).body;
    expect(second.output[0].content[0].text).toBe('one|one|two');
    expect(second.previous_response_id).toBe(id);
    expect(llm.journal.map(({ kept }) => kept)).toEqual([undefined, ['one', 'one']]);
    llm.lose();
    const lost = await answer();
    expect([lost.status, lost.body.error]).toEqual(
      dialect === 'vllm'
        ? [
            404,
            { message: `Response with id '${id}' not found.`, type: 'NotFoundError', param: 'response_id', code: 404 },
          ]
        : [
            400,
            {
              message: `Previous response with id '${id}' not found.`,
              type: 'invalid_request_error',
              param: 'previous_response_id',
              code: 'previous_response_not_found',
            },
          ],
    );
  });

  it('is unknown where the response was not to be stored', async () => {
    llm = await startLlm();
    const { answer } = await next({ store: false });
    expect((await answer()).body.error.code).toBe('previous_response_not_found');
  });

  it('is ignored by Ollama, refused by llama.cpp', async () => {
    llm = await startLlm({ dialect: 'ollama' });
    recall();
    const ignored = (await (await next()).answer()).body;
    expect([ignored.previous_response_id, ignored.output[0].content[0].text]).toEqual([null, 'two']);
    await llm.close();
    llm = await startLlm({ dialect: 'llamacpp' });
    const refused = await (await next()).answer();
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      "llama.cpp does not support 'previous_response_id'.",
    ]);
    expect((await ask({ input: [{ role: 'user', content: 'x' }] })).body.error.message).toContain('determine type');
  });
});

describe('calls', () => {
  it('belong to results, in the same request or in what is kept', async () => {
    llm = await startLlm();
    expect((await ask({ input: [user('x'), call('c1')] })).body.error.message).toBe(
      'No tool output found for function call c1.',
    );
    expect((await ask({ input: [user('x'), output('c1')] })).body.error.message).toBe(
      'No tool call found for function call output with call_id c1.',
    );
    expect((await ask({ input: [user('x'), call('c1'), output('c1'), output('c1')] })).status).toBe(400);
    llm.brain = ({ results }) => (results.length ? `It said ${results[0]?.output}` : [{ call: 'lead', arguments: {} }]);
    const first = (await ask({ input: [user('x')], tools: [tool] })).body;
    const { call_id } = first.output[0];
    const open = await ask({ input: [user('y')], previous_response_id: first.id });
    expect(open.body.error.message).toContain('No tool output found');
    const closed = await ask({ input: [output(call_id)], previous_response_id: first.id, tools: [tool] });
    expect(closed.body.output[0].content[0].text).toBe('It said ok');
  });

  it('belong to results in chat as well, and bring back Gemini’s signature', async () => {
    llm = await startLlm({ dialect: 'chat-only' });
    llm.brain = ({ results }) => (results.length ? 'Done.' : [{ call: 'lead', arguments: { a: 1 } }]);
    const { name, parameters } = tool;
    const tools = [{ type: 'function', function: { name, parameters } }];
    const chat = (messages: object[]) => post('/chat/completions', { model: 'm', messages, tools });
    const question = { role: 'user', content: 'x' };
    const first = (await chat([question])).body.choices[0];
    expect(first.finish_reason).toBe('tool_calls');
    const result = { role: 'tool', tool_call_id: first.message.tool_calls[0].id, content: 'ok' };
    expect(
      (await chat([question, { role: 'assistant', tool_calls: first.message.tool_calls }, result])).body.choices[0]
        .message.content,
    ).toBe('Done.');
    expect((await chat([question, { role: 'assistant', tool_calls: first.message.tool_calls }])).status).toBe(400);
    expect((await chat([question, result])).body.error.message).toContain('preceeding message');
    const { extra_content: _, ...unsigned } = first.message.tool_calls[0];
    const missing = await chat([question, { role: 'assistant', tool_calls: [unsigned] }, result]);
    expect(missing.body[0].error.message).toContain('thought_signature');
  });

  it('are not made where none is allowed, but by Ollama, which does not know the parameter', async () => {
    for (const dialect of ['openai', 'ollama'] as const) {
      llm = await startLlm({ dialect });
      llm.brain = () => [{ call: 'lead', arguments: {} }];
      const { output: items } = (await ask({ input: 'x', tools: [tool], tool_choice: 'none' })).body;
      expect(items[0].type).toBe(dialect === 'ollama' ? 'function_call' : 'message');
      if (dialect === 'openai') await llm.close();
    }
  });

  it('need schemas that are fit where they are strict', async () => {
    llm = await startLlm();
    const parameters = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    const strict = { ...tool, strict: true };
    const refused = await ask({ input: 'x', tools: [{ ...strict, parameters }] });
    expect(refused.body.error.code).toBe('invalid_function_parameters');
    const fit = { ...parameters, required: ['a'] };
    expect((await ask({ input: 'x', tools: [{ ...strict, parameters: fit }] })).status).toBe(200);
  });
});

describe('streams', () => {
  const words = 'one two three four five six seven eight';
  const both = DIALECTS.flatMap((dialect) =>
    dialect === 'chat-only' ? [] : [[dialect, '/responses'] as const],
  ).concat([['chat-only', '/chat/completions'] as never]);
  const body = (path: string) =>
    path === '/responses'
      ? { model: 'm', input: [user('x')], stream: true }
      : {
          model: 'm',
          messages: [{ role: 'user', content: 'x' }],
          stream: true,
          stream_options: { include_usage: true },
        };

  it.each(both)('of %s hold words, calls and numbers (%s)', async (dialect, path) => {
    llm = await startLlm({ dialect });
    llm.brain = () => [{ text: words }, { call: 'lead', arguments: { name: 'Ana Pérez' } }];
    const tools = path === '/responses' ? [tool] : [{ type: 'function', function: { name: 'lead' } }];
    const { text } = await post(path, { ...body(path), tools });
    for (const piece of ['"seven ', 'lead', 'Pérez', '_tokens":']) expect(text).toContain(piece);
  });

  const broken: [LlmFault, RegExp | null][] = [
    [{ kind: 'eof' }, null],
    [{ kind: 'stream-error' }, /"type":"error"/],
    [{ kind: 'malformed' }, /"delta": "x\n\n$/],
  ];
  it.each(broken)('%j ends them without the last event', async (fault, end) => {
    llm = await startLlm();
    llm.brain = () => words;
    llm.faults.push(fault);
    const { text } = await post('/responses', body('/responses'));
    expect(text).toContain('"delta":"one ');
    expect(text).not.toContain('response.completed');
    if (end) expect(text).toMatch(end);
  });

  it.each<LlmFault>([{ kind: 'stall' }, { kind: 'endless', ms: 5 }])('%j never ends', async (fault) => {
    llm = await startLlm();
    llm.faults.push(fault);
    const response = await fetch(`${llm.url}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify(body('/responses')),
      signal: AbortSignal.timeout(150),
    });
    await expect(response.text()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('can be slow, end in failure, or be none', async () => {
    llm = await startLlm();
    llm.faults.push({ kind: 'slow', ms: 2 }, { kind: 'failed' }, { kind: 'no-stream' }, { kind: 'pass' });
    const kinds = async () =>
      events((await post('/responses', body('/responses'))).text).map((data) => JSON.parse(data).type);
    expect((await kinds()).at(-1)).toBe('response.completed');
    expect((await kinds()).at(-1)).toBe('response.failed');
    expect(await kinds()).toEqual([]);
    expect((await kinds()).at(-1)).toBe('response.completed');
  });
});
