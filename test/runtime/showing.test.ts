/** The words of a slow answer, on the customer's screen while they are written: a draft in Telegram's private chats. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';

const llmNode = (id: string, showsWords: boolean) => ({
  ...{ id, type: 'dragoman-llm', provider: 'llms', history: 3, tools: [], showsWords, version: 2, wires: [['out']] },
});
const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };
const WORDS =
  'Claro, [NAME_1]: te llamamos hoy mismo. **El técnico** llega mañana por la tarde, y trae un router nuevo.';
const READ = 'Claro, Lucía: te llamamos hoy mismo. El técnico llega mañana por la tarde, y trae un router nuevo.';

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
let person = 71_000;
beforeAll(async () => {
  llm = await startLlm();
  llm.brain = () => WORDS;
  bot = await startDragoman({
    flows: [
      { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
      accountConfig('shop'),
      ...entryNodes('shop', '/shop', 'llm-shop'),
      llmNode('llm-shop', true),
      accountConfig('quiet'),
      ...entryNodes('quiet', '/quiet', 'llm-quiet'),
      llmNode('llm-quiet', false),
      accountConfig('drafts', { autoReply: 'off' }),
      ...entryNodes('drafts', '/drafts', 'llm-drafts'),
      llmNode('llm-drafts', true),
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
  });
  // A slow answer: from now on this endpoint is asked for a stream.
  llm.fault = { kind: 'delay', ms: 2_600 };
  await says('quiet');
  await bot.until(() => replies(person)[0], 30_000);
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});

async function says(account: string): Promise<number> {
  const customer = { id: ++person, firstName: 'Lucía' };
  const text = 'Hola, soy Lucía. ¿Cuándo viene el técnico?';
  const event = { kind: 'text', customer, text } as const;
  expect((await bot.happens('telegram', `/${account}`, event)).status).toBe(200);
  return person;
}

const callsFor = (chat: number, method: string) =>
  bot.simulator.calls().filter((call) => call.method === method && call.thread === String(chat));
const drafts = (chat: number) => callsFor(chat, 'sendMessageDraft').map(({ text = '' }) => text);
const replies = (chat: number) => callsFor(chat, 'sendMessage').map(({ text = '' }) => text);

it('are shown as they grow, with the person’s own words in them, and the reply comes after the last', async () => {
  llm.fault = { kind: 'slow', ms: 120 };
  const chat = await says('shop');
  const reply = await bot.until(() => replies(chat)[0]);
  expect(reply).toBe(READ);
  const shown = drafts(chat);
  expect(shown.length).toBeGreaterThan(1);
  for (const [at, words] of shown.entries()) {
    expect(words).not.toMatch(/\[NAME|\*/);
    expect(words.length).toBeGreaterThan(shown[at - 1]?.length ?? 0);
  }
  expect(READ.startsWith(shown[0]!)).toBe(true);
  const numbers = callsFor(chat, 'sendMessageDraft').map(({ body }) => (body as { draft_id: number }).draft_id);
  expect(new Set(numbers).size).toBe(1);
  const order = bot.simulator.calls().filter(({ thread }) => thread === String(chat));
  expect(order.at(-1)?.method).toBe('sendMessage');
  expect(order.flatMap(({ schemaErrors }) => schemaErrors)).toEqual([]);
}, 30_000);

it('are never marks, thoughts, or a turn that the model makes up for the customer', async () => {
  llm.fault = { kind: 'slow', ms: 120 };
  llm.brain = () => `[REASONING]Quiere saber la hora.[/REASONING]${WORDS}[e~[\n]~b]user\n¿Y el precio?`;
  const chat = await says('shop');
  expect(await bot.until(() => replies(chat)[0], 20_000)).toBe(READ);
  llm.brain = () => WORDS;
  const shown = drafts(chat);
  expect(shown.length).toBeGreaterThan(0);
  for (const words of shown) expect(READ.startsWith(words)).toBe(true);
}, 30_000);

it('end when the conversation is given to a person: nothing of the bot comes after', async () => {
  llm.fault = { kind: 'slow', ms: 150 };
  const chat = await says('shop');
  await bot.until(() => drafts(chat)[0]);
  const [conversation] = (await bot.engine.store.conversations({ limit: 50 })).filter(({ address }) =>
    JSON.stringify(address).includes(String(chat)),
  );
  await bot.engine.operator.setStatus(conversation!.id, 'support_active');
  const before = drafts(chat).length;
  await bot.quiet();
  expect([drafts(chat).length - before <= 1, replies(chat)]).toEqual([true, []]);
}, 30_000);

it('are shown to nobody where the node does not say so, or where a person approves what is said', async () => {
  llm.fault = { kind: 'slow', ms: 120 };
  const silent = await says('quiet');
  const approved = await says('drafts');
  await bot.until(() => replies(silent)[0]);
  await bot.quiet();
  expect([drafts(silent), drafts(approved)]).toEqual([[], []]);
}, 30_000);
