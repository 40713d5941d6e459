import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TurnMessage } from '../../app/turn.ts';
import { wavOf } from '../../core/sound/wav.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';
import type { Msg } from '../../test/support/harness.ts';

const TOKEN = 'a-token-of-a-test';
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };
const SAID = 'عايز 5 علب باراسيتامول 500';

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let feed: (msg: Msg) => void;
let person = 70_000;
beforeAll(async () => {
  llm = await startLlm();
  bot = await startDragoman({
    flows: [],
    env: { DRAGOMAN_API_TOKEN: TOKEN, STT_BASE_URL: llm.url, STT_API_KEY: 'sk-speech', STT_MODEL: undefined },
  });
  bot.runtime.registerNode('feed', function () {
    feed = (msg) => (this as unknown as { send(msg: Msg): void }).send(msg);
  });
  await bot.runtime.deploy([
    accountConfig('bot'),
    ...entryNodes('bot', '/hook', 'again'),
    { id: 'again', type: 'dragoman-stt', language: 'es', hints: 'Verdemar, router', version: 1, wires: [['seen']] },
    { id: 'seen', type: 'tap' },
    {
      id: 'http',
      type: 'http in',
      method: 'post',
      url: '/hear',
      upload: true,
      skipBodyParsing: false,
      wires: [['hear']],
    },
    {
      id: 'raw',
      type: 'http in',
      method: 'post',
      url: '/raw',
      upload: false,
      skipBodyParsing: true,
      wires: [['hear']],
    },
    { id: 'hear', type: 'dragoman-stt', language: '', hints: '', version: 1, wires: [['answer']] },
    { id: 'answer', type: 'http response' },
    { id: 'source', type: 'feed', wires: [['alone']] },
    { id: 'alone', type: 'dragoman-stt', language: 'en', hints: 'Aspirin', version: 1, wires: [['heard']] },
    { id: 'heard', type: 'tap' },
    { id: 'catch', type: 'catch', scope: ['alone', 'hear'], wires: [['caught']] },
    { id: 'caught', type: 'tap' },
    { id: 'watch', type: 'status', scope: ['again', 'hear'], wires: [['shown']] },
    { id: 'shown', type: 'tap' },
  ]);
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  llm.journal.length = 0;
  llm.faults.length = 0;
  process.env.STT_BASE_URL = llm.url;
});

const sound = (text = SAID) => Buffer.from(wavOf(llm.say(text)));
const asked = () => llm.journal.map(({ body }) => body as Record<string, unknown>);

async function call(path: string, body: BodyInit, headers: Record<string, string> = WITH_TOKEN) {
  const response = await fetch(bot.runtime.url + path, { method: 'POST', headers, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) };
}
const json = (body: object, headers: Record<string, string> = WITH_TOKEN) =>
  call('/hear', JSON.stringify(body), { 'content-type': 'application/json', ...headers });

function upload(file: Buffer, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(file)]), 'note');
  return call('/hear', form);
}

describe('a call', () => {
  it('brings a file, and gets its words and their language', async () => {
    expect(await upload(sound())).toMatchObject({ status: 200, body: { text: SAID, language: 'ar' } });
    expect(await upload(sound(), { language: 'ar' })).toMatchObject({
      status: 200,
      body: { text: SAID, language: 'ar' },
    });
    expect(asked()).toMatchObject([{ response_format: 'verbose_json' }, { response_format: 'json', language: 'ar' }]);
  });

  it('brings base64 in JSON, as a page writes it too, or the bytes themselves', async () => {
    const audio_base64 = sound().toString('base64');
    expect(await json({ audio_base64, language: 'ar' })).toMatchObject({ status: 200, body: { text: SAID } });
    expect((await json({ audio_base64: `data:audio/wav;base64,${audio_base64}` })).body.text).toBe(SAID);
    const raw = await call('/raw', new Uint8Array(sound('yes')), { ...WITH_TOKEN, 'content-type': 'audio/wav' });
    expect(raw).toMatchObject({ status: 200, body: { text: 'yes', language: 'en' } });
  });

  it('where nobody speaks gets no words', async () => {
    llm.transcripts.push('Thanks for watching!');
    expect((await upload(sound('x'))).body.text).toBe('');
  });

  it.each<[string, () => ReturnType<typeof call>, number, string]>([
    ['without the token', () => json({ audio_base64: '' }, {}), 401, 'UNAUTHORIZED'],
    ['without a sound', () => json({}), 400, 'BAD_REQUEST'],
    ['with what is no sound', () => upload(Buffer.from('<html>')), 400, 'BAD_REQUEST'],
    ['with what is no base64', () => json({ audio_base64: '{}' }), 400, 'BAD_REQUEST'],
    [
      'with a language that is none',
      () => json({ audio_base64: sound().toString('base64'), language: '../x' }),
      400,
      'BAD_REQUEST',
    ],
  ])('%s is refused and asks nobody', async (_what, ask, status, code) => {
    const answer = await ask();
    expect(answer).toMatchObject({
      status,
      body: { error: { code, message: expect.any(String), action: expect.any(String) } },
    });
    expect(llm.journal).toEqual([]);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('of which the server cannot do anything is told so, and the people of the flow too', async () => {
    llm.faults.push({ kind: 'unauthorized' });
    const answer = await upload(sound());
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'PROVIDER_FAILED' } } });
    expect(JSON.stringify(answer.body)).not.toContain('sk-speech');
    expect(await bot.runtime.next('caught')).toMatchObject({
      error: { message: expect.stringContaining('STT_API_KEY') },
    });
  });

  it('where nothing hears is told what to set', async () => {
    delete process.env.STT_BASE_URL;
    const { status, body } = await upload(sound());
    expect([status, body.error.code, body.error.action]).toEqual([
      503,
      'SPEECH_MISSING',
      expect.stringContaining('STT_BASE_URL'),
    ]);
    await bot.runtime.next('caught');
  });
});

describe('a sound in a flow', () => {
  it('becomes words, with the names that the node and the message expect', async () => {
    feed({ payload: sound('two aspirins'), hints: ['Ibuprofen', 5] });
    expect(await bot.runtime.next('heard')).toMatchObject({ payload: { text: 'two aspirins', language: 'en' } });
    expect(asked()).toMatchObject([{ language: 'en', prompt: 'Ibuprofen, Aspirin.' }]);
    feed({ payload: sound('due'), language: 'it' });
    expect(await bot.runtime.next('heard')).toMatchObject({ payload: { text: 'due', language: 'it' } });
  });

  it('that is none is an error, with the status for a call', async () => {
    feed({ payload: 'a text' });
    expect(await bot.runtime.next('caught')).toMatchObject({
      statusCode: 400,
      payload: 'a text',
      error: { message: expect.stringContaining('BAD_REQUEST') },
    });
  });
});

describe('a turn', () => {
  const says = async (): Promise<TurnMessage> => {
    await bot.happens('telegram', '/hook', { kind: 'voice', customer: { id: ++person } });
    const msg = (await bot.runtime.next('seen', 10_000)) as TurnMessage;
    await bot.quiet();
    return msg;
  };

  it('has its voice note in words once this node heard it, with its own language and names', async () => {
    // Before the flow it could not be heard.
    llm.faults.push({ kind: 'error' });
    llm.transcripts.push('Mi router no funciona');
    const msg = await says();
    expect(msg.payload).toBe('Mi router no funciona');
    expect(msg.turn!.messages).toMatchObject([{ text: 'Mi router no funciona', media: [{ heard: true }] }]);
    expect((await bot.messages())[0]).toMatchObject({ text: 'Mi router no funciona', media: [{ heard: true }] });
    expect(asked()).toMatchObject([{}, { language: 'es', prompt: 'Verdemar, router.' }]);
    expect(asked()).toHaveLength(2);
  });

  it('is heard once, where it was before the flow', async () => {
    llm.transcripts.push('Hola');
    expect((await says()).payload).toBe('Hola');
    expect(llm.journal).toHaveLength(1);
  });

  it('goes on where nothing can be heard, or nothing hears', async () => {
    llm.faults.push({ kind: 'error' }, { kind: 'error' });
    expect((await says()).payload).toBe('');
    delete process.env.STT_BASE_URL;
    expect((await says()).payload).toBe('');
    const shown: unknown[] = [];
    await bot.until(async () => {
      shown.push((await bot.runtime.next('shown')).status);
      return (shown.at(-1) as { text?: string }).text?.includes('nothing here hears');
    });
    expect(shown.at(-1)).toMatchObject({ fill: 'red' });
  });
});
