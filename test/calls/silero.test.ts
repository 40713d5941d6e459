/** Calls whose speech is told by Silero's weights: a voice takes its turn and interrupts, and what is loud and no voice does neither. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HEARING_RATE } from '../../core/calls/stretches.ts';
import { bytesOf } from '../../core/sound/samples.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { babble } from '../support/formants.ts';
import { authorOf, openLine, wordsOf } from '../support/line.ts';
import { silence, speakInto } from '../support/microphone.ts';
import { startSpeech } from '../support/speech.ts';

const provider = { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', model: 'test-model' };
const voice = (seconds: number) => bytesOf(babble(seconds));
const noise = (seconds: number) =>
  bytesOf(new Int16Array(seconds * HEARING_RATE).map(() => (Math.random() * 2 - 1) * 9_000));

let llm: Awaited<ReturnType<typeof startLlm>>;
let ear: Awaited<ReturnType<typeof startSpeech>>;
let bot: Dragoman;
let words = 'tell me';
beforeAll(async () => {
  llm = await startLlm();
  ear = await startSpeech(() => words);
  bot = await startDragoman({
    flows: [
      { ...provider, baseUrl: llm.url, fallbackModel: '', version: 1 },
      accountConfig('calls', { channel: 'call' }),
      { id: 'in', type: 'dragoman-channel-in', account: 'calls', version: 1, wires: [['llm']] },
      { id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 10, tools: [], version: 2, wires: [['out']] },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    credentials: { llms: { apiKey: 'sk-test' } },
    env: {
      CALL_VOICE_ACTIVITY: undefined,
      ...{ STT_BASE_URL: ear.url, STT_MODEL: 'whisper-1', STT_API_KEY: 'sk-test' },
      ...{ TTS_BASE_URL: llm.url, TTS_MODEL: 'tts-1', TTS_API_KEY: 'sk-test' },
    },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await ear?.close();
  await llm?.close();
});

it('a voice is answered and interrupts the answer; noise as loud is not heard, before it and over it', async () => {
  llm.brain = () => 'One two three four. Five six seven eight. Nine ten eleven twelve.';
  const { call, ticket, resume } = await bot.engine.calls.start('calls', {});
  const started = { session_id: call.id, websocket_url: `/calls/${call.id}/audio`, ticket, resume };
  const line = await openLine(bot.runtime.url, started, { plays: false });
  const counted = (type: string) => line.told.filter((event) => event.type === type).length;

  await speakInto(line, noise(2), silence(1_000));
  expect([counted('input_audio_buffer.speech_started'), ear.heard.length]).toEqual([0, 0]);

  await speakInto(line, voice(1.5), silence(1_200));
  const said = await line.next('conversation.item.done', (event) => authorOf(event) === 'customer');
  expect(wordsOf(said)).toBe('tell me');
  const { item_id } = await line.next('response.output_audio.delta');

  await speakInto(line, noise(1.5));
  expect([counted('dragoman.hold'), counted('output_audio_buffer.cleared')]).toEqual([0, 0]);

  words = 'stop that i want something else please';
  llm.brain = () => 'All right.';
  await speakInto(line, voice(1.5), silence(1_200));
  expect(await line.next('dragoman.hold')).toMatchObject({ on: true });
  await line.next('output_audio_buffer.cleared', (event) => event.item_id === item_id);
  line.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 900 });
  await line.next('conversation.item.done', (event) => authorOf(event) === 'bot' && wordsOf(event) === 'All right.');
  line.send({ type: 'dragoman.end' });
  await line.closed;
}, 60_000);
