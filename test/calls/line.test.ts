/** The socket of a call, from outside: who is let in, typed words and their answers, and a line that breaks. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { authorOf, type Line, openLine, type Started, wordsOf } from '../support/line.ts';

const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
beforeAll(async () => {
  llm = await startLlm();
  llm.brain = () => 'Two boxes are left.';
  bot = await startDragoman({
    flows: [
      { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
      accountConfig('calls', { channel: 'call', settings: { origins: 'https://shop.example' } }),
      { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, wires: [['llm']] },
      { id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 10, tools: [], version: 2, wires: [['out']] },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
    env: { STT_BASE_URL: undefined, STT_MODEL: undefined },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
});

async function start(): Promise<Started> {
  const { call, ticket, resume } = await bot.engine.calls.start('calls', {});
  return { session_id: call.id, websocket_url: `/calls/${call.id}/audio`, ticket, resume };
}

const said = (line: Line, author: string) =>
  line.next('conversation.item.done', (event) => authorOf(event) === author).then(wordsOf);

it('answers typed words, which are stored with it', async () => {
  const started = await start();
  const line = await openLine(bot.runtime.url, started);
  const { session } = await line.next('session.created');
  expect(session).toMatchObject({ id: started.session_id, dragoman: { audio_from_ms: 0, cursor: 0 } });
  // A sentence for people and a code for pages that have their own words.
  expect(session).toMatchObject({
    dragoman: { missing: { stt: expect.stringMatching('hears') }, missing_codes: { stt: 'SPEECH_MISSING' } },
  });
  line.type('Is paracetamol there?');
  expect(await said(line, 'customer')).toBe('Is paracetamol there?');
  expect(await said(line, 'bot')).toBe('Two boxes are left.');
  line.send({ type: 'dragoman.end' });
  expect(await line.next('dragoman.ended')).toMatchObject({ reason: 'caller' });
  expect((await line.closed).code).toBe(1000);
  const { call, messages } = await bot.engine.calls.read(started.session_id);
  expect(call).toMatchObject({ state: 'completed', end: 'caller' });
  expect(messages.map(({ author, text }) => [author, text])).toEqual([
    ['customer', 'Is paracetamol there?'],
    ['bot', 'Two boxes are left.'],
  ]);
});

it('lets nobody in without a ticket, nor twice with one, nor a page of elsewhere', async () => {
  const started = await start();
  const refusal = (options: Partial<Started>, headers = {}) =>
    openLine(bot.runtime.url, { ...started, ...options }, { headers }).then(
      () => 'opened',
      (error: Error) => error.message,
    );
  expect(await refusal({ ticket: 'made-up' })).toBe('closed with 4401');
  expect(await refusal({}, { origin: 'https://evil.example' })).toBe('closed with 4403');
  expect(await refusal({})).toBe('closed with 4401');
  const other = await start();
  const line = await openLine(bot.runtime.url, other, { headers: { origin: 'https://shop.example' } });
  await line.next('session.created');
  expect(await refusal(other)).toBe('closed with 4401');
  line.send({ type: 'dragoman.end' });
  await line.closed;
});

it('goes on where it broke, with what was said meanwhile', async () => {
  const started = await start();
  const line = await openLine(bot.runtime.url, started);
  await line.next('session.created');
  line.type('Is paracetamol there?', 'one');
  await said(line, 'bot');
  line.cut();
  await bot.until(() => bot.engine.calls.open() === 0);
  const back = await openLine(bot.runtime.url, started, { resume: started.resume, cursor: 0 });
  expect(await said(back, 'customer')).toBe('Is paracetamol there?');
  expect(await said(back, 'bot')).toBe('Two boxes are left.');
  back.type('Is paracetamol there?', 'one');
  back.type('And ibuprofen?', 'two');
  expect(await said(back, 'bot')).toBe('Two boxes are left.');
  back.send({ type: 'dragoman.end' });
  await back.closed;
  const { messages } = await bot.engine.calls.read(started.session_id);
  expect(messages.filter(({ author }) => author === 'customer').map(({ text }) => text)).toEqual([
    'Is paracetamol there?',
    'And ibuprofen?',
  ]);
});
