/** What a customer sees while an answer is written: that somebody types, then the words, then the answer in their place. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { openChat, type Shown, startChat } from '../support/chat-line.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';

const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };
const WORDS =
  'Sure, we call you today. **The technician** comes tomorrow in the afternoon, and brings a new router along.';
const READ = WORDS.replaceAll('*', '');

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
beforeAll(async () => {
  llm = await startLlm();
  llm.brain = () => WORDS;
  const answers = { type: 'dragoman-llm', provider: 'llms', history: 3, tools: [], showsWords: true, version: 2 };
  bot = await startDragoman({
    flows: [
      { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
      // Answered only after the turn, which nothing here may wait for.
      accountConfig('site', { channel: 'web', processing: 'inline' }),
      { id: 'in', type: 'dragoman-channel-in', account: 'site', version: 1, wires: [['llm']] },
      { ...answers, id: 'llm', wires: [['out']] },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
    env: { DRAGOMAN_API_TOKEN: 'test-token' },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
});

it('is shown as it grows, on each of his pages, and ends with the answer', async () => {
  const started = await startChat(bot, {});
  const line = await openChat(bot, started);
  await line.next('open');
  // The first turn loads what reads names, and has no time for courtesies.
  line.say('Hello?');
  await line.next('message', ({ author }) => author === 'bot');
  llm.fault = { kind: 'delay', ms: 4_000 };
  line.say('When does he come?');
  expect(await line.next('typing')).toMatchObject({ on: true });
  const late = await openChat(bot, started, { resume: started.resume });
  expect(await late.next('typing')).toMatchObject({ on: true });
  await line.next('message', ({ author }) => author === 'bot');
  llm.fault = { kind: 'slow', ms: 120 };
  line.say('And what does he bring?');
  const answer = await line.next<Shown>('message', ({ author }) => author === 'bot');
  expect(answer.text).toBe(READ);
  for (const page of [line, late]) {
    const drafts = page.told.filter(({ type }) => type === 'draft').map(({ text }) => String(text));
    expect(drafts.length).toBeGreaterThan(1);
    for (const [at, text] of drafts.entries()) {
      expect(READ.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThan(drafts[at - 1]?.length ?? 0);
    }
    page.send({ type: 'ping', n: 1 });
    await page.next('pong');
    const order = page.told.map(({ type }) => type);
    expect(order.lastIndexOf('draft')).toBeLessThan(order.lastIndexOf('message'));
    const typing = page.told.filter(({ type }) => type === 'typing').map(({ on }) => on);
    expect(typing.at(-1)).toBe(false);
    page.cut();
  }
}, 30_000);
