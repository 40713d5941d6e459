import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LlmFault, startLlm } from './llm.ts';
import { hashedVector } from './llm-bodies.ts';

let llm: Awaited<ReturnType<typeof startLlm>>;
beforeEach(async () => {
  llm = await startLlm();
});
afterEach(() => llm.close());

async function post(path: string, body: unknown, headers: Record<string, string> = { authorization: 'Bearer k' }) {
  const response = await fetch(llm.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}
const question = { model: 'm', input: [{ role: 'user', content: 'Hola' }] };
const chat = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'Hola' },
  ],
};
/** The data of server-sent events. */
const events = (text: string) => text.split('\n\n').flatMap((event) => /^data: (.+)$/m.exec(event)?.[1] ?? []);

describe('answers', () => {
  it('repeats what was said, or quotes the first passage', async () => {
    expect((await post('/responses', { model: 'm', input: 'Hola' })).json().output[0].content[0].text).toBe(
      'You said: Hola',
    );
    expect((await post('/chat/completions', chat)).json().choices[0].message.content).toBe('You said: Hola');
    const content =
      '<passages>\n<passage source="a">\nOpen 9–18.\n</passage>\n<passage>\nB\n</passage>\n</passages>\n\n<customer>\nHola\n</customer>';
    expect((await post('/responses', { model: 'm', input: content })).json().output[0].content[0].text).toBe(
      'Open 9–18.',
    );
    llm.brain = ({ text, instructions, messages }) => `${instructions}|${text}|${messages.length}`;
    expect((await post('/chat/completions', chat)).json().choices[0].message.content).toBe('Be kind.|Hola|1');
  });

  it('is the same for the same calls', async () => {
    const first = (await post('/responses', question)).json();
    const second = await startLlm();
    const response = await fetch(`${second.url}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer x' },
      body: JSON.stringify(question),
    });
    expect({ ...((await response.json()) as object), id: '', created_at: 0 }).toEqual({
      ...first,
      id: '',
      created_at: 0,
    });
    await second.close();
  });

  it('streams a response as events that end with the whole', async () => {
    const all = events((await post('/responses', { ...question, stream: true })).text).map((data) => JSON.parse(data));
    expect(all.map(({ sequence_number }) => sequence_number)).toEqual(all.map((_, index) => index));
    expect(all.flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? delta : [])).join('')).toBe(
      'You said: Hola',
    );
    expect(all.at(0).type).toBe('response.created');
    expect(all.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
  });

  it('streams a chat completion as chunks', async () => {
    const all = events((await post('/chat/completions', { ...chat, stream: true })).text);
    expect(all.at(-1)).toBe('[DONE]');
    const chunks = all.slice(0, -1).map((data) => JSON.parse(data));
    expect(chunks.map(({ choices }) => choices[0].delta.content ?? '').join('')).toBe('You said: Hola');
    expect(chunks.at(-1).choices[0].finish_reason).toBe('stop');
  });

  it('gives unit vectors, near for words alike in any script', async () => {
    const { data } = (await post('/embeddings', { model: 'm', input: ['a word', 'اینترنت'] })).json();
    expect(data.map(({ index }: { index: number }) => index)).toEqual([0, 1]);
    const dot = (a: string, b: string) =>
      hashedVector(a).reduce((sum, value, index) => sum + value * hashedVector(b)[index]!, 0);
    for (const text of ['Está lento', 'اینترنت', '!', '']) expect(dot(text, text)).toBeCloseTo(1);
    expect(dot('اینترنت من کند است', 'کندی اینترنت')).toBeGreaterThan(dot('اینترنت من کند است', 'صورتحساب'));
    expect(dot('está', 'ESTA')).toBeCloseTo(1);
  });

  it('lists models', async () => {
    const response = await fetch(`${llm.url}/models`, { headers: { authorization: 'Bearer k' } });
    expect(await response.json()).toMatchObject({ object: 'list', data: [{ id: 'stand-in', object: 'model' }] });
  });
});

describe('checks', () => {
  it.each([
    ['/responses', { ...question, max_tokens: 5 }, 'unknown_parameter', 'max_tokens'],
    ['/responses', { ...question, max_output_tokens: 1 }, 'invalid_value', 'max_output_tokens'],
    ['/responses', { model: 'm' }, 'missing_required_parameter', 'input'],
    ['/responses', { model: 'm', input: 42 }, 'invalid_value', 'input'],
    ['/responses', { model: 'm', input: [{ role: 'tool', content: 'x' }] }, 'invalid_value', 'input'],
    ['/chat/completions', { ...chat, store: 'no' }, 'unknown_parameter', 'store'],
    ['/chat/completions', { ...chat, messages: [] }, 'invalid_value', 'messages'],
    ['/embeddings', { model: 'm', input: [''] }, 'invalid_value', 'input'],
  ])('%s refuses %j', async (path, body, code, param) => {
    const response = await post(path, body);
    expect(response.status).toBe(400);
    expect(response.json().error).toMatchObject({ type: 'invalid_request_error', code, param });
  });

  it('refuses what is no JSON, unknown addresses, unknown models and wrong keys', async () => {
    expect((await post('/responses', '{')).status).toBe(400);
    expect((await post('/unknown', {})).status).toBe(404);
    expect((await post('/responses', question, {})).status).toBe(401);
    await llm.close();
    llm = await startLlm({ key: 'right', models: ['n'] });
    expect((await post('/responses', question)).status).toBe(401);
    const unknown = await post('/responses', question, { authorization: 'Bearer right' });
    expect([unknown.status, unknown.json().error.code]).toEqual([404, 'model_not_found']);
  });

  it('speaks the dialects', async () => {
    await llm.close();
    llm = await startLlm({ dialect: 'ollama' });
    expect((await post('/responses', question, {})).status).toBe(200);
    await llm.close();
    llm = await startLlm({ dialect: 'chat-only' });
    expect((await post('/responses', question, {})).status).toBe(404);
    expect((await post('/chat/completions', chat, {})).status).toBe(200);
  });

  it('keeps a journal without the key', async () => {
    await post('/responses', question, { authorization: 'Bearer sk-secret' });
    expect(llm.journal).toMatchObject([{ path: '/v1/responses', status: 200, body: question }]);
    expect(JSON.stringify(llm.journal)).not.toContain('sk-secret');
  });
});

describe('faults', () => {
  it.each<[LlmFault, number]>([
    [{ kind: 'rate-limit', retryAfterSeconds: 3 }, 429],
    [{ kind: 'quota' }, 429],
    [{ kind: 'error' }, 500],
    [{ kind: 'error', status: 503 }, 503],
    [{ kind: 'unauthorized' }, 401],
  ])('%j is an error of the API, once', async (fault, status) => {
    llm.faults.push(fault);
    const response = await post('/responses', question);
    expect(response.status).toBe(status);
    expect(response.json().error.message).not.toBe('');
    expect(response.headers.get('retry-after')).toBe(fault.kind === 'rate-limit' ? '3' : null);
    expect((await post('/responses', question)).status).toBe(200);
  });

  it('holds as long as it is set', async () => {
    llm.fault = { kind: 'error' };
    for (let turn = 0; turn < 3; turn++) expect((await post('/chat/completions', chat)).status).toBe(500);
    llm.fault = null;
    expect((await post('/chat/completions', chat)).status).toBe(200);
  });

  it.each<LlmFault>([{ kind: 'reset' }, { kind: 'cut' }])('%j breaks the connection', async (fault) => {
    llm.fault = fault;
    await expect(post('/responses', question)).rejects.toThrow();
    await expect(post('/responses', { ...question, stream: true })).rejects.toThrow();
  });

  it('hangs until the caller goes, and can be closed meanwhile', async () => {
    llm.faults.push({ kind: 'hang' });
    const asking = fetch(`${llm.url}/responses`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(100) });
    await expect(asking).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('answers late, nothing, half, and what no LLM says', async () => {
    llm.faults.push(
      { kind: 'delay', ms: 20 },
      { kind: 'empty' },
      { kind: 'incomplete' },
      { kind: 'bad-json' },
      { kind: 'html' },
      { kind: 'refusal' },
    );
    expect((await post('/responses', question)).json().status).toBe('completed');
    expect((await post('/responses', question)).json().output[0].content[0].text).toBe('');
    expect((await post('/responses', question)).json()).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    const broken = await post('/responses', question);
    expect(broken.json).toThrow();
    expect((await post('/responses', question)).headers.get('content-type')).toBe('text/html');
    expect((await post('/responses', question)).json().output[0].content[0].type).toBe('refusal');
  });
});
