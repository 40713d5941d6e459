import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';

const CHAIN = (account: string) => [
  {
    id: `llm-${account}`,
    type: 'dragoman-llm',
    provider: account === 'none' ? '' : 'llms',
    history: 3,
    tools: [],
    version: 1,
    wires: [['out']],
  },
];

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
let person = 60_000;
beforeAll(async () => {
  llm = await startLlm();
  const texts = { staticTexts: { en: 'We sell shoes.', es: 'Vendemos zapatos.' } };
  bot = await startDragoman({
    flows: [
      {
        id: 'llms',
        type: 'dragoman-provider',
        config: true,
        provider: 'openai',
        baseUrl: llm.url,
        model: 'test-model',
        fallbackModel: '',
        version: 1,
      },
      accountConfig('shop', { ...texts, manualPrompt: 'You sell shoes.' }),
      ...entryNodes('shop', '/shop', 'llm-shop'),
      ...CHAIN('shop'),
      accountConfig('none', texts),
      ...entryNodes('none', '/none', 'llm-none'),
      ...CHAIN('none'),
      accountConfig('offers', texts),
      ...entryNodes('offers', '/offers', 'llm-offers'),
      { ...CHAIN('none')[0]!, id: 'llm-offers', showsWords: false, offersPerson: true, version: 3 },
      accountConfig('env', { ...texts, envPrefix: 'OTHER_' }),
      ...entryNodes('env', '/env', 'llm-env'),
      { ...CHAIN('none')[0]!, id: 'llm-env' },
      accountConfig('blank', { manualPrompt: '' }),
      ...entryNodes('blank', '/blank', 'llm-blank'),
      ...CHAIN('blank'),
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
    env: {
      OTHER_OPENAI_BASE_URL: llm.url,
      OTHER_OPENAI_API_KEY: 'sk-other',
      OPENAI_API_KEY: undefined,
      OPENAI_BASE_URL: undefined,
      AI_INSTRUCTIONS: undefined,
    },
  });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  llm.journal.length = 0;
  llm.brain = ({ text }) => `The model on: ${text}`;
});

/** Says these texts one after the other; gives the replies. */
async function replies(url: string, ...texts: string[]) {
  const id = ++person;
  for (const text of texts) {
    await bot.happens('telegram', url, { kind: 'text', customer: { id }, text });
    await bot.quiet();
  }
  const [conversation] = await bot.engine.store.conversations({ limit: 1 });
  const messages = await bot.engine.store.messages(conversation!.id, { limit: 20 });
  const turn = await bot.engine.store.turn(messages[0]!.turnId!);
  return { texts: bot.shown({ thread: String(id) }).map((call) => call.text), messages, turn: turn! };
}
const bodies = () => llm.journal.map(({ body }) => JSON.stringify(body));

it('answers with the model, which is given the account’s prompt, and records who answered', async () => {
  const { texts, messages } = await replies('/shop', 'Which shoes?');
  expect(texts).toEqual([expect.stringContaining('The model on:')]);
  expect(messages.at(-1)!.source).toMatchObject({ kind: 'llm', model: 'test-model' });
  expect(bodies()[0]).toContain('You sell shoes.');
  expect(bodies()[0]).toContain('Which shoes?');
});

it('A6 says nothing for an account without a prompt, and tells why', async () => {
  const { texts, turn } = await replies('/blank', 'Hello');
  expect(texts).toEqual([]);
  expect(turn).toMatchObject({ outcome: 'blocked', decisions: [{ gate: 'llm', rule: 'not-configured' }] });
  expect(llm.journal).toEqual([]);
});

it('says the account’s fixed text where no model is configured and no passage fits', async () => {
  const { texts, messages } = await replies('/none', 'Hello');
  expect(texts).toEqual(['We sell shoes.']);
  expect(messages.at(-1)!.source).toMatchObject({ kind: 'static' });
  expect(llm.journal).toEqual([]);
});

it('offers a person by a button where nothing can answer, and not to a greeting', async () => {
  const { texts } = await replies('/offers', 'Hello', 'Which shoes fit to a blue dress?');
  const buttons = bot.shown({ thread: String(person) }).map((call) => call.buttons?.map(({ title }) => title));
  expect(texts).toHaveLength(2);
  expect(buttons).toEqual([undefined, ['Talk to a person']]);
});

it('asks what the environment says where no provider is chosen', async () => {
  const { texts, messages } = await replies('/env', 'Which shoes?');
  expect(texts).toEqual([expect.stringContaining('The model on:')]);
  expect(messages.at(-1)!.source).toMatchObject({ kind: 'llm' });
});

it('says the fixed text once where the model only fails, and then that it cannot answer just now', async () => {
  llm.fault = { kind: 'unauthorized' };
  const words = ['Which shoes?', 'Any boots?', 'And sandals?'];
  const { texts } = await replies('/shop', ...words).finally(() => (llm.fault = null));
  expect(texts).toEqual([
    'We sell shoes.',
    expect.stringContaining('cannot answer just now'),
    expect.stringContaining('still cannot answer'),
  ]);
});
