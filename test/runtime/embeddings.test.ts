/** Knowledge by meaning: with an embedding endpoint the index has vectors, and an endpoint that fails costs no answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LlmStandIn, startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const TELEGRAM = '/api/integrations/webhooks/telegram/';

let llm: LlmStandIn & { url: string; close(): Promise<void> };
let bot: Dragoman;
const embedded = () => llm.journal.filter((call) => call.path.endsWith('/embeddings') && call.status === 200).length;

beforeAll(async () => {
  llm = await startLlm();
  bot = await startDragoman({
    env: { EMBEDDING_MODEL: 'stand-in', EMBEDDING_BASE_URL: llm.url, EMBEDDING_API_KEY: 'test' },
  });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});

it('B6 asks the endpoint for the passages and for the question', async () => {
  const found = async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]?.source;
  await bot.until(async () => /internet-lento/.test((await found()) ?? ''), 20_000);
  const before = embedded();
  expect(before).toBeGreaterThan(0);
  const [first] = await bot.engine.knowledge.search('isp-helpdesk', '¿Por qué mi internet está lento?', 5);
  expect(first!.source).toMatch(/internet-lento/);
  expect(embedded()).toBeGreaterThan(before);
});

it('B6 answers by text alone while the endpoint fails', async () => {
  llm.fault = { kind: 'error' };
  await bot.happens('telegram', TELEGRAM, {
    kind: 'text',
    customer: { id: 777_001 },
    text: '¿Por qué mi internet está lento?',
  });
  const call = await bot.until(() => bot.shown({ thread: '777001' })[0], 20_000);
  expect(call.text).toContain('Citado de la base de conocimiento');
});
