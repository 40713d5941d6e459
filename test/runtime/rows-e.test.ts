/** Rows of pipeline E that need more than one order: batches, what is not paid for twice, and wordings side by side. On the shipped flows. */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';

const TOKEN = 'word-for-other-systems';
const UNSET = { OPENAI_API_KEY: undefined, ORDERS_API_URL: undefined, AI_SELLER_TEST_MODE: undefined };
const PACE = { AI_SELLER_PACE_SECONDS: '0', AI_SELLER_DAILY_LIMIT: '1000' };

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let flows: FlowItem[];
beforeAll(async () => {
  flows = await shippedFlows();
  llm = await startLlm({ dialect: 'ollama' });
  const env = { ...UNSET, ...PACE, OPENAI_BASE_URL: llm.url, DRAGOMAN_API_TOKEN: TOKEN };
  bot = await startDragoman({ flows, env });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  llm.fault = null;
  llm.journal.length = 0;
});

let line = 0;
const newPhone = () => `+7701${String(3_000_000 + ++line)}`;
const order = (number: string, phone: string, more: object = {}) => {
  const at = new Date().toISOString();
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  const customer = { name: 'Ivan', phone, language: 'en' };
  const items = [{ name: 'Kettle', quantity: 1 }];
  return { number, state: 'placed', placed_at: at, customer, items, consent, ...more };
};
const post = async (orders: object[]) => (await bot.post('/api/integrations/webhooks/orders/', { orders })).json();
const followUp = (number: string, event = 'POST_PURCHASE') => bot.engine.store.followUp(`shop/${number}/${event}`);
const sent = (number: string, event?: string) =>
  bot.until(async () => ((await followUp(number, event))?.state === 'sent' ? followUp(number, event) : null), 30_000);
const said = (phone: string) =>
  bot
    .shown({ platform: 'waha' })
    .filter(({ thread }) => thread?.startsWith(phone.slice(1)))
    .map(({ text }) => text);
const asked = async (route: string) => {
  const answer = await fetch(bot.runtime.url + route, { headers: { authorization: `Bearer ${TOKEN}` } });
  return answer.text();
};

it('E9 takes a batch of orders while others are answered, each once', async () => {
  const numbers = Array.from({ length: 1_000 }, (_, at) => `B-${at}`);
  // Nobody agreed, so each has its reason and no turn.
  const orders = numbers.map((number) => order(number, newPhone(), { consent: undefined }));
  let over = false;
  let between = 0;
  const taking = Promise.all([post(orders), post(orders)]).finally(() => (over = true));
  while (!over) {
    expect((await fetch(`${bot.runtime.url}/health`)).status).toBe(200);
    between++;
  }
  expect(await taking).toMatchObject([
    { told: 1_000, taken: 1_000 },
    { told: 1_000, taken: 1_000 },
  ]);
  expect(between).toBeGreaterThan(2);
  await bot.until(async () => (await followUp('B-999'))?.state === 'refused', 60_000);
  await bot.until(
    async () => (await bot.engine.store.followUps({ states: ['waiting'], limit: 1 })).length === 0,
    60_000,
  );
  const refused = await bot.engine.store.followUps({ states: ['refused'], limit: 2_000 });
  expect(refused.filter(({ rule }) => rule === 'proof')).toHaveLength(1_000);
}, 120_000);

it('E9 does not read a call of 50 MB, told beforehand or not, and refuses one of more orders than a shop tells at once', async () => {
  const path = '/api/integrations/webhooks/orders/';
  const size = 50 * 1024 * 1024;
  const statusOf = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      let status: number | undefined;
      const call = request({ port: bot.runtime.port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
        status = response.statusCode!;
        response.resume();
        resolve(status);
        call.destroy();
      });
      // What is written after the answer meets a closed door.
      call.on('error', (error) => status === undefined && reject(error));
      const piece = Buffer.alloc(64 * 1024, 0x20);
      let sent = 0;
      const more = () => {
        for (; sent < size && status === undefined; sent += piece.length)
          if (!call.write(piece)) return void call.once('drain', more);
      };
      more();
    });
  expect(await statusOf({ 'content-length': String(size) })).toBe(413);
  expect(await statusOf({ 'transfer-encoding': 'chunked' })).toBe(413);
  const many = Array.from({ length: 1_001 }, (_, at) => order(`F-${at}`, '+77010000000'));
  const answer = await bot.post(path, { orders: many });
  expect([answer.status, await answer.json()]).toEqual([413, { error: 'The body holds more than 1000 orders.' }]);
  expect(await bot.engine.store.order('shop/F-0')).toBeNull();
});

it('E9 words the same once: the second is known, costs nothing, and tokens are counted by the flow that spent them', async () => {
  llm.brain = ({ text }) => text.replace('Thank you', 'A thousand thanks');
  const people = [newPhone(), newPhone()];
  for (const [at, phone] of people.entries()) {
    await post([order(`C-${at}`, phone)]);
    await sent(`C-${at}`);
    expect(said(phone)).toEqual([expect.stringMatching(new RegExp(`^Hello Ivan! A thousand thanks.* C-${at}`))]);
  }
  expect(llm.journal).toHaveLength(1);
  expect([(await followUp('C-0'))!.generation, (await followUp('C-1'))!.generation]).toEqual(['miss', 'hit']);
  expect(JSON.parse(await asked('/ai-seller/metrics'))).toMatchObject({ cache: { hits: 1, misses: 1 } });
  const lines = (await asked('/metrics')).split('\n');
  expect(lines).toContain('dragoman_generation_cache{result="hit"} 1');
  expect(lines).toContain('dragoman_generation_cache{result="miss"} 1');
  const answers = lines.filter((each) => each.startsWith('dragoman_llm_answers_total{'));
  expect(answers).toEqual([expect.stringMatching(/flow="Order follow-up"\} 1$/)]);
  const tokens = lines.filter((each) => each.startsWith('dragoman_llm_tokens_total{') && each.includes('kind="input"'));
  expect(tokens).toEqual([expect.stringMatching(/flow="Order follow-up".*\} [1-9]\d*$/)]);
});

it('E9 counts the tokens of words that were not said', async () => {
  const spent = async () => {
    const line = (await asked('/metrics'))
      .split('\n')
      .find((each) => /^dragoman_llm_tokens_total.*kind="input"/.test(each));
    return Number(line?.split(' ').at(-1));
  };
  const before = await spent();
  llm.brain = () => 'Your order costs 1 tenge.';
  await post([order('D-0', newPhone(), { items: [{ name: 'Lamp', quantity: 3 }] })]);
  const { turnId } = (await sent('D-0'))!;
  expect((await bot.engine.store.turn(turnId!))!.decisions.at(-1)).toMatchObject({ rule: 'facts-changed' });
  expect(await spent()).toBeGreaterThan(before);
});

it('E10 keeps each person with one of two wordings, and tells what came of each', async () => {
  const texts = (words: string) =>
    Object.fromEntries(
      ['POST_PURCHASE', 'ORDER_DELIVERED'].map((event) => [event, { template: { en: `${words} {number}` } }]),
    );
  const variants = [
    { id: 'short', share: 1, texts: texts('Short:') },
    { id: 'long', share: 1, texts: texts('Much longer:') },
  ];
  const experiment = { usesModel: false, experiment: 'thanks', variants };
  await bot.runtime.deploy(
    flows.map((node) => (node.id === 'order-follow-up-text' ? { ...node, ...experiment } : node)),
  );
  const people = Array.from({ length: 12 }, newPhone);
  await post(people.map((phone, at) => order(`E-${at}`, phone)));
  for (const at of people.keys()) await sent(`E-${at}`);
  await post(
    people.map((phone, at) => order(`E-${at}`, phone, { state: 'delivered', changed_at: new Date().toISOString() })),
  );
  for (const at of people.keys()) await sent(`E-${at}`, 'ORDER_DELIVERED');
  const used = new Set<string>();
  for (const phone of people) {
    const words = said(phone).map((text) => text?.split(':')[0]);
    expect(words).toEqual([words[0], words[0]]);
    used.add(words[0]!);
  }
  expect([...used].sort()).toEqual(['Much longer', 'Short']);
  const { variants: results } = JSON.parse(await asked('/ai-seller/metrics'));
  expect(results.short.sent + results.long.sent).toBe(24);
  await bot.runtime.deploy(flows);
});

it('every row of pipeline E has a test of its name', () => {
  const folder = import.meta.dirname;
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(/^\s*(?:it|describe)[^'\n]*'([^\n]*)/gm),
    ])
    .map(([, name]) => name!.split(' '));
  const rows = Array.from({ length: 10 }, (_, at) => `E${at + 1}`);
  expect(rows.filter((row) => !names.some((words) => words.includes(row)))).toEqual([]);
});
