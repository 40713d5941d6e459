/** A call by voice, from outside: speech becomes words, their answer becomes sound that is heard again, and a caller may speak into it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wavOf } from '../../core/sound/wav.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { authorOf, type Line, openLine, wordsOf } from '../support/line.ts';
import { atMicrophone, silence, speakInto } from '../support/microphone.ts';

const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
beforeAll(async () => {
  llm = await startLlm();
  bot = await startDragoman({
    flows: [
      { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
      accountConfig('calls', { channel: 'call', settings: { recording: 'on' } }),
      { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, wires: [['llm']] },
      { id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 10, tools: [], version: 2, wires: [['out']] },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
    env: {
      STT_BASE_URL: llm.url,
      STT_MODEL: 'whisper-1',
      TTS_BASE_URL: llm.url,
      TTS_MODEL: 'tts-1',
      TTS_API_KEY: 'sk-test',
    },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
});

async function open(plays = true) {
  const { call, ticket, resume } = await bot.engine.calls.start('calls', {});
  const started = { session_id: call.id, websocket_url: `/calls/${call.id}/audio`, ticket, resume };
  const line = await openLine(bot.runtime.url, started, { plays });
  await line.next('session.created');
  return { line, id: call.id, started };
}

const said = (line: Line, author: string) =>
  line.next('conversation.item.done', (event) => authorOf(event) === author).then(wordsOf);
const mic = (text: string) => atMicrophone(llm.say(text));
/** What the sound of an item says. */
const spoken = async (line: Line, item: unknown) => {
  await line.next('response.output_audio.done', (event) => event.item_id === item);
  const pieces = line.told.filter((event) => event.type === 'response.output_audio.delta' && event.item_id === item);
  const wav = wavOf(Buffer.concat(pieces.map(({ delta }) => Buffer.from(String(delta), 'base64'))));
  const form = new FormData();
  form.set('model', 'whisper-1');
  form.set('file', new File([Buffer.from(wav)], 'said.wav', { type: 'audio/wav' }));
  const headers = { authorization: 'Bearer sk-test' };
  const heard = await fetch(`${llm.url}/audio/transcriptions`, { method: 'POST', headers, body: form });
  return ((await heard.json()) as { text: string }).text;
};
const end = async (line: Line) => {
  line.send({ type: 'dragoman.end' });
  await line.closed;
};

it('hears what is said, answers it by voice, and tells how long each stage took', async () => {
  llm.brain = () => 'Two boxes are left.';
  const { line, id } = await open();
  await speakInto(line, silence(400), mic('is paracetamol there'), silence(1_200));
  expect(await said(line, 'customer')).toBe('is paracetamol there');
  expect(await said(line, 'bot')).toBe('Two boxes are left.');
  const { item_id } = await line.next('response.output_audio.delta');
  expect(await spoken(line, item_id)).toBe('Two boxes are left.');
  const stages = await line.next('dragoman.stages');
  const { end_of_turn_ms, answer_ms, tts_ms, first_sound_ms } = stages as unknown as Record<string, number>;
  expect(end_of_turn_ms! + answer_ms! + tts_ms!).toBe(first_sound_ms);
  const sounds = bot.engine.metrics.stages().find(({ stage }) => stage === 'firstSound');
  expect(sounds).toMatchObject({ count: 1, seconds: first_sound_ms! / 1_000 });
  await line.next('response.done');
  await end(line);
  const { call, messages } = await bot.engine.calls.read(id);
  expect(messages.map(({ author, text, state }) => [author, text, state])).toEqual([
    ['customer', 'is paracetamol there', undefined],
    ['bot', 'Two boxes are left.', 'read'],
  ]);
  expect(call.recording!.ms).toBeGreaterThan(1_500);
}, 30_000);

it('a caller who goes on speaking goes on with the same words', async () => {
  const asked: string[] = [];
  llm.brain = (request) => {
    asked.push(JSON.stringify(request));
    return 'Yes.';
  };
  const { line } = await open();
  await speakInto(line, silence(300), mic('i want'), silence(500), mic('five boxes of aspirin'), silence(1_200));
  expect(await said(line, 'customer')).toBe('i want 5 boxes of aspirin');
  await said(line, 'bot');
  expect(asked).toHaveLength(1);
  await end(line);
}, 30_000);

it('who speaks into an answer ends it, and the history keeps what was heard', async () => {
  llm.brain = () =>
    'One two three four. Five six seven eight. Nine ten eleven twelve. Thirteen fourteen fifteen sixteen.';
  const { line, id } = await open(false);
  await speakInto(line, silence(300), mic('tell me'), silence(1_000));
  const { item_id } = await line.next('response.output_audio.delta');
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  llm.brain = () => 'All right.';
  const speaking = speakInto(line, mic('stop that i want something else please'), silence(1_200));
  expect(await line.next('dragoman.hold')).toMatchObject({ on: true });
  await line.next('output_audio_buffer.cleared', (event) => event.item_id === item_id);
  line.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 900 });
  const cut = await line.next('conversation.item.truncated');
  expect(cut.transcript).toBe('One two three four.');
  await speaking;
  expect(
    await line.next('conversation.item.done', (e) => authorOf(e) === 'bot' && wordsOf(e) === 'All right.'),
  ).toBeTruthy();
  const { messages } = await bot.engine.calls.read(id);
  expect(messages.map(({ text }) => text)).toContain('One two three four.');
  await end(line);
}, 30_000);

it('a sign of listening interrupts nothing', async () => {
  llm.brain = () => 'One two three four. Five six seven eight. Nine ten eleven twelve.';
  const { line } = await open(false);
  await speakInto(line, silence(300), mic('tell me'), silence(1_000));
  await line.next('response.output_audio.delta');
  await speakInto(line, mic('mm'), silence(800));
  expect(await line.next('dragoman.hold')).toMatchObject({ on: true });
  expect(await line.next('dragoman.hold')).toMatchObject({ on: false });
  expect(line.told.filter(({ type }) => type === 'output_audio_buffer.cleared')).toEqual([]);
  await end(line);
}, 30_000);
