/** What a transcriber is told of a call: the account's names, and what the knowledge had on what was talked about. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { authorOf, openLine } from '../support/line.ts';
import { atMicrophone, silence, speakInto } from '../support/microphone.ts';

const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
beforeAll(async () => {
  llm = await startLlm();
  llm.brain = () => 'Two boxes are left.';
  bot = await startDragoman({
    flows: [
      { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
      accountConfig('calls', { channel: 'call', settings: { hints: 'Nahr Pharma' } }),
      { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, wires: [['rag']] },
      { id: 'rag', type: 'dragoman-rag', base: 'pharmacy', limit: 5, version: 1, wires: [['llm']] },
      { id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 10, tools: [], version: 2, wires: [['out']] },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
    env: {
      ...{ STT_BASE_URL: llm.url, STT_MODEL: 'whisper-1' },
      ...{ TTS_BASE_URL: llm.url, TTS_MODEL: 'tts-1', TTS_API_KEY: 'sk-test' },
    },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
});

const prompts = () =>
  llm.journal
    .filter(({ path }) => path.endsWith('/audio/transcriptions'))
    .map(({ body }) => (body as { prompt?: string }).prompt ?? '');

it('what the last turns found is expected to be said', async () => {
  const { call, ticket, resume } = await bot.engine.calls.start('calls', {}, 'en');
  const started = { session_id: call.id, websocket_url: `/calls/${call.id}/audio`, ticket, resume };
  const line = await openLine(bot.runtime.url, started, { plays: true });
  await line.next('session.created');
  const answered = () => line.next('conversation.item.done', (event) => authorOf(event) === 'bot');
  const say = async (text: string) => {
    await speakInto(line, silence(300), atMicrophone(llm.say(text)), silence(1_200));
    await answered();
    await line.next('response.done');
  };
  await say('do you have amoxicillin capsules');
  expect(prompts()).toEqual(['Nahr Pharma.']);
  await say('the cheaper one please');
  expect(prompts().at(-1)).toMatch(/^Nahr Pharma, .*Amoxicillin 250 mg capsules/);
  line.send({ type: 'dragoman.end' });
  await line.closed;
}, 30_000);
