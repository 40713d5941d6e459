/** Rows D3, D4, D6 and D9 on the shipped flows as they are installed: the backend is the demo pharmacy of the same server. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { demoPharmacy } from '../support/demo-pharmacy.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import { authorOf, wordsOf } from '../support/line.ts';
import { answerOn, hangUp, salesApi, seller, TOKEN, UNSET, WANTED } from '../support/voice-sales.ts';

let bot: Dragoman;
let api: ReturnType<typeof salesApi>;
let shop: ReturnType<typeof demoPharmacy>;
let llm: Awaited<ReturnType<typeof startLlm>>;
beforeAll(async () => {
  llm = await startLlm({ dialect: 'ollama' });
  bot = await startDragoman({ env: { ...UNSET, DRAGOMAN_API_TOKEN: TOKEN } });
  api = salesApi(bot);
  shop = demoPharmacy(bot);
  await shop.ready();
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
});

it('D9 answers, and is ready with nothing set up', async () => {
  for (const route of ['/health', '/health/']) expect((await api.ask(route)).body).toMatchObject({ status: 'ok' });
  const { status, body } = await api.ask('/health/ready');
  expect([status, body.status, body.dependencies]).toEqual([200, 'ready', undefined]);
});

it('D9 is not ready while what is set up does not answer, and says which', async () => {
  process.env.DJANGO_API_URL = 'http://127.0.0.1:9';
  try {
    const { status, body } = await api.ask('/health/ready');
    expect([status, body]).toEqual([
      503,
      {
        ...{ status: 'not ready', code: 'dependencies', reason: 'No answer from: backend.' },
        dependencies: { backend: 'no answer' },
      },
    ]);
  } finally {
    delete process.env.DJANGO_API_URL;
  }
});

it('D3 searches the knowledge', async () => {
  const found = await api.ask(`/agent/rag/query?${new URLSearchParams({ q: 'باراسيتامول', top_k: '3' })}`);
  expect(found.status).toBe(200);
  expect(found.body.results).toHaveLength(3);
  for (const passage of found.body.results)
    expect(passage).toMatchObject({ title: expect.any(String), text: expect.any(String), source: expect.any(String) });
  expect(found.body.results[0].text).toContain('باراسيتامول');
  expect((await api.ask('/agent/rag/query?q=x', { token: '' })).status).toBe(401);
});

it('D4 begins, reads, lists and ends calls', async () => {
  const one = await api.start({ pharmacy_id: 2, language: 'en' });
  expect(one).toMatchObject({ status: 'active', session_id: expect.any(String) });
  const line = await api.lineOf(one);
  line.type('Do you deliver on Friday?');
  expect((await answerOn(line)).text).not.toBe('');
  expect((await api.ask('/ai-agent/calls/?status=active&page=1')).body).toMatchObject({
    ...{ count: 1, page: 1 },
    results: [{ id: one.session_id, status: 'active', about: { pharmacy_id: 2 } }],
  });
  const ended = await api.post(`/calls/${one.session_id}/end`);
  expect(ended.body).toMatchObject({ session_id: one.session_id, status: 'completed' });
  expect(await line.next('dragoman.ended')).toMatchObject({ reason: 'agent' });
  for (const route of [`/calls/${one.session_id}`, `/ai-agent/calls/${one.session_id}/`])
    expect((await api.ask(route)).body).toMatchObject({
      ...{ session_id: one.session_id, status: 'completed', language: 'en', duration: expect.any(Number) },
      transcript: [
        {
          speaker: 'system',
          text: expect.stringMatching(/^This call is recorded\. Welcome to Nahr Pharma\./),
          timestamp: expect.any(Number),
        },
        { speaker: 'user', text: 'Do you deliver on Friday?', timestamp: expect.any(Number) },
        { speaker: 'assistant', text: expect.any(String), timestamp: expect.any(Number) },
      ],
    });
  expect((await api.ask('/ai-agent/calls/?status=completed')).body.count).toBe(1);
  expect((await api.ask(`/ai-agent/calls/${one.session_id}/audio/`)).status).toBe(404);
  expect((await api.ask('/calls/no-such-call')).status).toBe(404);
  expect((await api.ask(`/calls/${one.session_id}`, { token: '' })).status).toBe(401);
});

it('D4 greets as the account says, where no other language is wanted', async () => {
  const { greeting } = bot.engine.registry.account('account-pharmacy-calls')!.settings;
  for (const about of [{}, { language: 'ar' }]) {
    const line = await api.lineOf(await api.start(about));
    const first = await line.next('conversation.item.done', (event) => authorOf(event) === 'system');
    expect(wordsOf(first)).toBe(greeting);
    await hangUp(line);
  }
});

it('D6 the tools work on the demo pharmacy, of pharmacy 1 where nobody said which, with its key where it has one', async () => {
  const before = (await shop.get('/orders/')).body.count;
  process.env.OLLAMA_URL = new URL(llm.url).origin;
  process.env.AI_AGENT_API_KEY = 'market-key';
  try {
    await bot.runtime.deploy(await shippedFlows());
    llm.brain = seller();
    const first = await api.post('/agent/process', { query: WANTED, session_id: 'fresh' });
    expect(first.body.response).toContain('هل أسجّل الطلب؟');
    const second = await api.post('/agent/process', { query: 'نعم، سجّل', session_id: 'fresh' });
    expect(second.body.response).toMatch(/رقم 453/);
    const { body } = await shop.get('/orders/', { 'x-api-key': 'market-key' });
    expect(body.count).toBe(before + 1);
    expect(body.results[0]).toMatchObject({ order_id: 453, pharmacy_id: 1, items: [{ product_id: 1, quantity: 5 }] });
    // Of another pharmacy's order there is nothing to tell.
    llm.brain = ({ results }) => results.at(-1)?.output ?? [{ call: 'get_order', arguments: { order_id: 453 } }];
    const tell = async (pharmacy: number) => {
      const line = await api.lineOf(await api.start({ pharmacy_id: pharmacy }));
      line.type('ما حال الطلب 453؟');
      return (await answerOn(line)).text;
    };
    expect(await tell(2)).toContain('There is no order 453.');
    expect(await tell(1)).toContain('92.5');
    expect((await shop.get('/orders/')).status).toBe(401);
  } finally {
    delete process.env.OLLAMA_URL;
    delete process.env.AI_AGENT_API_KEY;
  }
});

it('D6 the tools are what the demo pharmacy says of itself', () => {
  const nodes = (file: string) =>
    JSON.parse(readFileSync(path.join(import.meta.dirname, '../../flows', file), 'utf8')) as Record<string, string>[];
  const operations = (text: string) =>
    Object.entries(JSON.parse(text).paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
      ([route, methods]) =>
        Object.entries(methods).map(([method, { operationId, parameters, requestBody }]) => [
          operationId,
          { route, method, parameters, requestBody },
        ]),
    );
  const own = nodes('voice-sales.json').filter(({ type }) => type === 'dragoman-tool-http');
  const theirs = nodes('demo-pharmacy.json').find(({ id }) => id === 'demo-pharmacy-document')!.template!;
  expect(Object.fromEntries(own.flatMap(({ document }) => operations(document!)))).toEqual(
    Object.fromEntries(
      operations(theirs).filter(([name]) => own.some(({ operations: some }) => some!.includes(name as string))),
    ),
  );
});
