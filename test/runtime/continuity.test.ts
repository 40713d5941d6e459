/** A conversation with an LLM on the real runtime: what is sent, what is kept, what it cost, and what happens when the money is used up. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rendered } from '../../core/sending/rendered.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';
import { recalling } from '../support/openai.ts';

const WEBHOOK = '/examples/provider';
const PRICES = { priceInput: 1_000_000, priceCached: '', priceOutput: 0, currency: 'tokens' };

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
let person = 700_000;

beforeAll(async () => {
  llm = await startLlm();
  bot = await startDragoman({ flows: [], env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: llm.url } });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  person++;
  llm.brain = recalling;
  llm.journal.length = 0;
});

async function deploy(provider: object) {
  const file = path.resolve(import.meta.dirname, '../../nodes/provider/example.json');
  const flow = JSON.parse(await readFile(file, 'utf8')) as FlowItem[];
  await bot.runtime.deploy(
    flow
      .map((node) => (node.type === 'dragoman-provider' ? { ...node, baseUrl: '', model: 'm', ...provider } : node))
      .map((node) => ('x' in node || node.type === 'tab' ? node : { ...node, config: true })),
  );
}

async function say(...texts: string[]) {
  for (const text of texts) {
    await bot.happens('telegram', WEBHOOK, { kind: 'text', customer: { id: person, firstName: 'Ana' }, text });
    await bot.quiet();
  }
  return bot.shown({ thread: String(person) }).map((call) => call.text);
}

const conversation = async () => {
  const all = await bot.engine.store.conversations({ limit: 100 });
  return all.find(({ address }) => JSON.stringify(address).includes(String(person)))!;
};
/** Whether each request went on from a response, and how many items it brought. */
const carried = () =>
  llm.journal.map(({ body }) => {
    const { previous_response_id, input } = body as { previous_response_id?: string; input: unknown[] };
    return [previous_response_id !== undefined, input.length];
  });

describe('continuity', () => {
  beforeAll(() => deploy({}));

  it('sends only what is new, and everything again after the server lost it', async () => {
    await say('one', 'two');
    llm.lose();
    expect(await say('three', 'four')).toEqual(['one', 'one|two', 'one|two|three', 'one|two|three|four']);
    expect(carried()).toEqual([
      [false, 1],
      [true, 1],
      [true, 1],
      [false, 5],
      [true, 1],
    ]);
    const { id, head } = await conversation();
    const newest = (await bot.engine.store.messages(id, { limit: 1 }))[0];
    expect(head).toMatchObject({ seq: newest?.seq, endpoint: `${llm.url} m` });
  });

  it('sends everything after a person wrote', async () => {
    await say('one');
    const { id } = await conversation();
    const { accountId } = (await bot.engine.store.conversation(id))!;
    await bot.engine.gateway.deliver({
      id: `human-${person}`,
      conversationId: id,
      accountId,
      turnId: null,
      author: 'human',
      purpose: 'human',
      text: 'I look at it.',
      media: [],
      parts: rendered(bot.engine.registry.account(accountId)!.channel, { text: 'I look at it.' }),
      at: Date.now(),
    });
    await say('two');
    expect(carried()).toEqual([
      [false, 1],
      [false, 3],
    ]);
    const { input } = llm.journal[1]!.body as { input: { role: string; content: string }[] };
    expect(input[1]?.content).toContain('I look at it.');
  });

  it('sends everything after an answer that the provider did not give', async () => {
    await say('one');
    llm.fault = { kind: 'quota' };
    await say('two');
    llm.fault = null;
    expect((await say('three')).at(-1)).toBe('one|two|three');
    expect(carried().at(-1)).toEqual([false, 5]);
  });
});

describe('the budget', () => {
  it('notes what an answer cost, then lets the fallback model answer, then none', async () => {
    // The price makes each token of input cost 1.
    await deploy({ ...PRICES, fallbackModel: 'cheap', contactBudget: 600, continuity: 'replay' });
    llm.brain = ({ model }) => model;
    await say('hola');
    const { id } = await conversation();
    const sources = async () =>
      (await bot.engine.store.messages(id, { limit: 50 })).flatMap(({ source }) => (source ? [source] : []));
    const first = (await sources())[0]?.usage;
    expect(first?.cost).toBe(first?.input);
    const kindsNow = async () => (await sources()).map(({ kind }) => kind);
    for (let turn = 0; turn < 20 && (await kindsNow()).at(-1) !== 'static'; turn++) await say('hola');
    const kinds = await kindsNow();
    expect([...new Set(kinds)]).toEqual(['llm', 'fallback-llm', 'static']);
    expect(kinds).toEqual([...kinds].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    const asked = llm.journal.length;
    await say('hola');
    expect(llm.journal).toHaveLength(asked);
  });

  it('of one contact is not another’s', async () => {
    expect(await say('hello')).toEqual([expect.stringContaining('hello')]);
    expect(llm.journal).toHaveLength(1);
  });
});

const ORDER = ['llm', 'fallback-llm', 'static'];
