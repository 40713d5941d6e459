import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { wavFormat } from '../../core/sound/wav.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';
import type { Msg } from '../../test/support/harness.ts';

const TOKEN = 'a-token-of-a-test';

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let feed: (msg: Msg) => void;
const { PATH } = process.env;
beforeAll(async () => {
  llm = await startLlm();
  bot = await startDragoman({
    flows: [],
    env: {
      DRAGOMAN_API_TOKEN: TOKEN,
      TTS_BASE_URL: llm.url,
      TTS_API_KEY: 'sk-speech',
      TTS_MODEL: undefined,
      TTS_VOICE: undefined,
    },
  });
  bot.runtime.registerNode('feed', function () {
    feed = (msg) => (this as unknown as { send(msg: Msg): void }).send(msg);
  });
  const tts = { type: 'dragoman-tts', language: '', voice: '', version: 1 };
  await bot.runtime.deploy([
    accountConfig('bot', { language: 'fa' }),
    ...entryNodes('bot', '/hook', 'model'),
    {
      id: 'model',
      type: 'dragoman-llm',
      provider: '',
      history: 10,
      tools: [],
      showsWords: false,
      version: 3,
      wires: [['turn']],
    },
    { ...tts, id: 'turn', wires: [['spoken']] },
    {
      id: 'http',
      type: 'http in',
      method: 'post',
      url: '/say',
      upload: false,
      skipBodyParsing: false,
      wires: [['say']],
    },
    { ...tts, id: 'say', voice: 'nova', wires: [['answer']] },
    { id: 'answer', type: 'http response' },
    { id: 'source', type: 'feed', wires: [['alone']] },
    { ...tts, id: 'alone', wires: [['spoken']] },
    { id: 'spoken', type: 'tap' },
    { id: 'catch', type: 'catch', scope: ['alone', 'say'], wires: [['caught']] },
    { id: 'caught', type: 'tap' },
  ]);
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  llm.journal.length = 0;
  Object.assign(process.env, { TTS_BASE_URL: llm.url, PATH });
});

const asked = () =>
  llm.journal
    .filter(({ path }) => path === '/v1/audio/speech')
    .map(({ body }) => body as { input: string; voice: string });

async function call(body: unknown, token = TOKEN) {
  const response = await fetch(`${bot.runtime.url}/say`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    bytes,
    json: () => JSON.parse(String(bytes)),
  };
}

it('answers a call with a WAV file', async () => {
  const { status, type, bytes } = await call({ text: 'Five boxes' });
  expect([status, type]).toEqual([200, 'audio/wav']);
  expect(wavFormat(bytes)).toMatchObject({ rate: 24_000, channels: 1, bytes: llm.say('Five boxes').length });
  expect(bytes.subarray(44)).toEqual(llm.say('Five boxes'));
  expect(asked()).toMatchObject([{ input: 'Five boxes', voice: 'nova' }]);
});

it.each<[string, unknown, string | undefined, number, string]>([
  ['without the token', { text: 'x' }, 'wrong', 401, 'UNAUTHORIZED'],
  ['without a text', { text: ' ' }, TOKEN, 400, 'BAD_REQUEST'],
  ['with no text', { text: { a: 1 } }, TOKEN, 400, 'BAD_REQUEST'],
  ['with too much', { text: 'x'.repeat(16_385) }, TOKEN, 413, 'TOO_LARGE'],
  ['with a language that is none', { text: 'x', language: 'Spanish please' }, TOKEN, 400, 'BAD_REQUEST'],
])('refuses a call %s', async (_what, body, token, status, code) => {
  const answer = await call(body, token);
  expect([answer.status, answer.json().error.code]).toEqual([status, code]);
  expect(llm.journal).toEqual([]);
});

it('says what to set where nothing speaks', async () => {
  delete process.env.TTS_BASE_URL;
  process.env.PATH = '/nowhere';
  const answer = await call({ text: 'x' });
  expect([answer.status, answer.json().error]).toMatchObject([
    503,
    { code: 'SPEECH_MISSING', action: expect.stringContaining('espeak-ng') },
  ]);
  expect(await bot.runtime.next('caught')).toMatchObject({ statusCode: 503 });
});

it('speaks in the language that is told, else in that of the text', async () => {
  process.env.TTS_VOICE = 'ru=onyx, es=coral, en=alloy, it=echo';
  try {
    for (const msg of [
      { payload: 'Сколько стоит доставка?' },
      { payload: '¿Cuánto cuesta el envío a Madrid?' },
      { payload: '12', language: 'it' },
      { payload: { text: '12', language: 'es' } },
      { payload: '12' },
    ]) {
      feed(msg);
      expect(await bot.runtime.next('spoken')).toMatchObject({
        payload: expect.any(Buffer),
        headers: { 'content-type': 'audio/wav' },
      });
    }
  } finally {
    delete process.env.TTS_VOICE;
  }
  expect(asked().map(({ voice }) => voice)).toEqual(['onyx', 'coral', 'echo', 'coral', 'alloy']);
});

it('is an error in a flow where there is no text', async () => {
  feed({ payload: 5 });
  expect(await bot.runtime.next('caught')).toMatchObject({
    statusCode: 400,
    error: { message: expect.stringContaining('BAD_REQUEST') },
  });
});

it('speaks in the turn’s language, with what the model was not shown', async () => {
  Object.assign(process.env, { OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: llm.url, TTS_VOICE: 'fa=shimmer, alloy' });
  try {
    llm.brain = ({ text }) => `I call ${/\[PHONE_\d\]/.exec(text)?.[0]}`;
    const customer = { id: 81_000, firstName: 'Ana' };
    await bot.happens('telegram', '/hook', { kind: 'text', customer, text: 'Call me at +34 611 000 999 please' });
    await bot.runtime.next('spoken', 10_000);
    await bot.quiet();
    // The number itself, and as it is said.
    const input = 'I call به‌علاوه سه چهار، شش یک یک، صفر صفر صفر، نه نه نه';
    expect(asked()).toMatchObject([{ input, voice: 'shimmer' }]);
  } finally {
    for (const name of ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'TTS_VOICE']) delete process.env[name];
  }
});
