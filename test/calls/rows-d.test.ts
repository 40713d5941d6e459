/** Rows D2, D3 and D5 to D9 on the shipped flows with a backend, a model, an ear and a voice of one's own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pruneAll, retentionOf } from '../../app/people/retention.ts';
import { wavOf } from '../../core/sound/wav.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { authorOf, wordsOf } from '../support/line.ts';
import { atMicrophone, silence, speakInto } from '../support/microphone.ts';
import { answerOn, hangUp, heardOn, salesApi, seller, TOKEN, UNSET, WANTED } from '../support/voice-sales.ts';

const KEY = 'key-of-the-backend';

interface Request {
  method: string;
  url: string;
  key: unknown;
  once: unknown;
  body: unknown;
}
const asked: Request[] = [];
const orders = () => asked.filter(({ url }) => url === '/market/ai/orders/create/');

let bot: Dragoman;
let api: ReturnType<typeof salesApi>;
let llm: Awaited<ReturnType<typeof startLlm>>;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { method = '', url: route = '', headers } = request;
    const raw = await bodyText(request);
    const one = { method, url: route, key: headers['x-api-key'], once: headers['idempotency-key'] };
    asked.push({ ...one, body: raw ? JSON.parse(raw) : undefined });
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (headers['x-api-key'] !== KEY) return send(401, { error: { code: 'unauthorized', message: 'No key.' } });
    const product = { id: 17, name_ar: 'باراسيتامول 500 مجم أقراص', price: 18.5, currency: 'EGP', in_stock: 760 };
    if (route.startsWith('/market/ai/drugs/search/')) return send(200, { count: 1, results: [product] });
    const made = { order_id: 453, total: 92.5, currency: 'EGP', status: 'confirmed' };
    if (route === '/market/ai/orders/create/') return send(201, made);
    if (/^\/market\/ai\/pharmacies\/\d+\/$/.test(route)) return send(200, { id: Number(route.split('/')[4]) });
    send(404, { error: { code: 'not_found', message: 'There is nothing.' } });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  llm = await startLlm({ dialect: 'ollama', models: ['phi3:mini', 'whisper-1', 'tts-1'] });
  bot = await startDragoman({
    env: {
      ...{ ...UNSET, DRAGOMAN_API_TOKEN: TOKEN, DJANGO_API_URL: `${url}/`, DJANGO_API_KEY: KEY },
      ...{ OLLAMA_URL: new URL(llm.url).origin, STT_BASE_URL: llm.url, TTS_BASE_URL: llm.url },
    },
  });
  api = salesApi(bot);
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
  server?.close().closeAllConnections();
});
beforeEach(() => {
  asked.length = 0;
  llm.journal.length = 0;
  llm.brain = seller();
});

it('D8 sells what was asked for: search, read back, wait for the yes, order once, tell the number', async () => {
  const started = await api.start({ pharmacy_id: 77, user_id: 3, language: 'ar' });
  const line = await api.lineOf(started);
  line.type(WANTED);
  expect(await heardOn(line)).toContain('هل أسجّل الطلب؟');
  expect(orders()).toEqual([]);
  line.type('نعم');
  expect(await heardOn(line)).toBe('سُجّل الطلب رقم 453، والإجمالي 92.5 جنيه.');
  // One yes too many orders nothing: the caller is asked anew.
  line.type('نعم');
  expect(await heardOn(line)).toContain('هل أسجّل الطلب؟');
  await hangUp(line);

  expect(orders()).toEqual([
    {
      ...{ method: 'POST', url: '/market/ai/orders/create/', key: KEY, once: expect.stringMatching(/^\S{16,}$/) },
      body: { pharmacy_id: 77, items: [{ product_id: 17, quantity: 5 }] },
    },
  ]);
  expect(asked.map((each) => each.key)).toEqual(asked.map(() => KEY));
  const { body: call } = await api.ask(`/calls/${started.session_id}`);
  expect(call).toMatchObject({ about: { pharmacy_id: 77, user_id: 3 }, language: 'ar', status: 'completed' });
  const speakers = call.transcript.map(({ speaker }: { speaker: string }) => speaker);
  expect(speakers).toEqual(['system', ...Array(3).fill(['user', 'assistant']).flat()]);
  expect(call.transcript[1]).toEqual({ speaker: 'user', text: WANTED, timestamp: expect.any(Number) });
  expect(call.actions).toMatchObject([
    { action_type: 'search_drugs', parameters: { q: 'باراسيتامول 500' }, status: 'success' },
    {
      action_type: 'create_order',
      parameters: { items: [{ product_id: 17, quantity: 5 }] },
      result: { order_id: 453 },
      status: 'success',
    },
  ]);
});

it('D8 the same by voice: the number is heard in the spoken reply', async () => {
  const started = await api.start({ pharmacy_id: 5 });
  const line = await api.lineOf(started);
  const voice = (words: string) => speakInto(line, silence(400), atMicrophone(llm.say(words)), silence(1_200));
  await voice(WANTED);
  expect(wordsOf(await line.next('conversation.item.done', (one) => authorOf(one) === 'customer'))).toBe(WANTED);
  expect(await heardOn(line)).toContain('هل أسجّل الطلب؟');
  await voice('نعم');
  const { text, id } = await answerOn(line);
  expect(text).toContain('453');
  await line.next('response.done', ({ response }) => (response as { id: string }).id === id);
  await hangUp(line);
  const sound = line.told.filter(({ type, item_id: item }) => type === 'response.output_audio.delta' && item === id);
  const form = new FormData();
  form.set('model', 'whisper-1');
  const wav = wavOf(Buffer.concat(sound.map(({ delta }) => Buffer.from(String(delta), 'base64'))));
  form.set('file', new File([Buffer.from(wav)], 'said.wav', { type: 'audio/wav' }));
  const heard = await fetch(`${llm.url}/audio/transcriptions`, { method: 'POST', body: form });
  expect(((await heard.json()) as { text: string }).text).toContain('رقم أربعمائة وثلاثة وخمسون');
  expect(orders()).toMatchObject([{ body: { pharmacy_id: 5 } }]);

  const audio = await api.ask(`/ai-agent/calls/${started.session_id}/audio/`);
  expect([audio.status, audio.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  expect(String(audio.body.subarray(0, 4))).toBe('RIFF');
}, 60_000);

it('D8 a caller who changes the order is read the whole order again', async () => {
  const line = await api.lineOf(await api.start({ pharmacy_id: 77 }));
  let quantity = 5;
  llm.brain = ({ text, results }) => {
    const { status, order_id } = JSON.parse(results.at(-1)?.output ?? '{}');
    if (order_id) return `رقم ${order_id}`;
    if (status) return `${quantity} علب. هل أسجّل؟`;
    quantity = Number(/\d+/.exec(text)?.[0] ?? quantity);
    return [{ call: 'create_order', arguments: { items: [{ product_id: 17, quantity }] } }];
  };
  for (const [words, reply] of [
    ['عايز 5 علب', '5 علب. هل أسجّل؟'],
    ['لا، 6 علب', '6 علب. هل أسجّل؟'],
    ['نعم', 'رقم 453'],
  ] as const) {
    line.type(words);
    expect(await heardOn(line)).toBe(reply);
  }
  expect(orders()).toMatchObject([{ body: { items: [{ quantity: 6 }] } }]);
  await hangUp(line);
});

it('D5 asks the Ollama endpoint, with tools, and speaks in the caller’s language', async () => {
  const rows = [
    { language: 'en', reply: 'Your order number is 453.', spoken: /four hundred (and )?fifty-three/ },
    { language: 'ar', reply: 'رقم طلبك 453.', spoken: /أربعمائة وثلاثة وخمسون/ },
  ];
  for (const { language, reply, spoken } of rows) {
    llm.journal.length = 0;
    llm.brain = () => reply;
    const line = await api.lineOf(await api.start({ pharmacy_id: 5, language }));
    line.type(language === 'en' ? 'What is my order number?' : 'ما رقم طلبي؟');
    expect(await heardOn(line)).toBe(reply);
    await hangUp(line);
    const sent = (path: string) => llm.journal.filter((one) => one.path === path).map(({ body }) => body);
    expect(sent('/v1/responses')).toMatchObject([{ model: 'phi3:mini', tools: expect.any(Array) }]);
    expect(sent('/v1/audio/speech')).toContainEqual(expect.objectContaining({ input: expect.stringMatching(spoken) }));
  }
});

it('D7 keeps the call, its lines, its actions, and its recording for a set time', async () => {
  const started = await api.start({ pharmacy_id: 5, language: 'ar' });
  const line = await api.lineOf(started);
  await speakInto(line, silence(400), atMicrophone(llm.say(WANTED)), silence(1_200));
  expect(await heardOn(line)).toContain('هل أسجّل الطلب؟');
  await hangUp(line);
  const told = async () => (await api.ask(`/ai-agent/calls/${started.session_id}/`)).body;
  const kept = {
    status: 'completed',
    transcript: [
      { speaker: 'system', text: expect.any(String), timestamp: expect.any(Number) },
      { speaker: 'user', text: WANTED, timestamp: expect.any(Number) },
      { speaker: 'assistant', text: expect.stringContaining('هل أسجّل الطلب؟'), timestamp: expect.any(Number) },
    ],
    actions: [{ action_type: 'search_drugs', parameters: expect.any(Object), result: { count: 1 }, status: 'success' }],
  };
  expect(await told()).toMatchObject(kept);
  const audio = async () => (await api.ask(`/ai-agent/calls/${started.session_id}/audio/`)).status;
  expect(await audio()).toBe(200);

  const { store, clock, log, people, responses, dataFolder } = bot.engine;
  const round = (recordings: number, now: number) =>
    pruneAll({
      ...{ store, log, people, responses, dataFolder, clock: { ...clock, now: () => now } },
      retention: { ...retentionOf({}), recordings },
    });
  const inTwoDays = clock.now() + 2 * 86_400_000;
  await round(3, inTwoDays);
  expect(await audio()).toBe(200);
  await round(1, inTwoDays);
  expect(await audio()).toBe(404);
  expect(await told()).toMatchObject(kept);
});

it('D6 whose pharmacy it is is told by whoever begins the call: no model sees it, chooses it, or does without it', async () => {
  const line = await api.lineOf(await api.start({ pharmacy_id: 77 }));
  llm.brain = ({ results }) => results.at(-1)?.output ?? [{ call: 'get_pharmacy', arguments: {} }];
  line.type('كم رصيدي؟');
  expect(JSON.parse(await heardOn(line))).toEqual({ id: 77 });
  expect(asked.map((each) => each.url)).toEqual(['/market/ai/pharmacies/77/']);
  const { tools } = llm.journal.find(({ path: to }) => to === '/v1/responses')!.body as { tools: { name: string }[] };
  expect(tools.map(({ name }) => name).sort()).toEqual([
    ...['ask_human', 'check_stock', 'create_order', 'get_order', 'get_pharmacy', 'recommend_alternatives'],
    'search_drugs',
  ]);
  expect(JSON.stringify(tools)).not.toContain('pharmacy_id');
  await hangUp(line);

  asked.length = 0;
  const nobodys = await api.lineOf(await api.start());
  nobodys.type('كم رصيدي؟');
  expect(await heardOn(nobodys)).toContain('pharmacy_id');
  expect(asked).toEqual([]);
  await hangUp(nobodys);
});

it('D2 puts sound into words: as base64 in JSON, and as a file, Arabic included', async () => {
  const file = Buffer.from(wavOf(llm.say('عايز خمس علب')));
  const headers = { authorization: `Bearer ${TOKEN}` };
  const body = { audio_base64: file.toString('base64'), language: 'ar' };
  const json = await bot.post('/stt/transcribe', body, headers);
  expect([json.status, await json.json()]).toEqual([200, { text: 'عايز خمس علب', language: 'ar' }]);
  const form = new FormData();
  form.set('audio', new File([file], 'file.wav'));
  form.set('language', 'ar');
  const ask = (authorization?: string) =>
    fetch(`${bot.runtime.url}/stt/transcribe/file`, {
      ...{ method: 'POST', body: form, headers: authorization ? { authorization } : {} },
    });
  const uploaded = await ask(headers.authorization);
  expect([uploaded.status, await uploaded.json()]).toMatchObject([200, { text: 'عايز خمس علب' }]);
  expect((await ask()).status).toBe(401);
  expect((await bot.post('/stt/transcribe', { audio_base64: 'bm8gc291bmQ=' }, headers)).status).toBe(400);
});

it('D3 answers typed words, and the same session goes on', async () => {
  const first = await api.post('/agent/process', { query: 'صباح الخير', session_id: 'chat-1' });
  expect(first).toMatchObject({ status: 200, body: { session_id: 'chat-1', language: 'ar' } });
  llm.brain = ({ messages }) => messages.map(({ text }) => text).join('|');
  const second = await api.post('/agent/process', { query: 'متى التوصيل؟', session_id: 'chat-1' });
  expect(second.body).toMatchObject({ session_id: 'chat-1', actions: [] });
  expect(second.body.response).toContain('صباح الخير');
  expect(second.body.response).toContain('متى التوصيل؟');
  expect((await api.ask('/agent/process', { method: 'POST', token: 'wrong' })).status).toBe(401);
});

it('D9 is ready while all answers that is set up: the model, which hears and speaks too, and the backend', async () => {
  const { status, body } = await api.ask('/health/ready');
  expect([status, body]).toEqual([
    200,
    { status: 'ready', accounts: expect.any(Number), dependencies: { Ollama: 'ok', backend: 'ok' } },
  ]);
  expect((await api.ask('/health/ready/')).status).toBe(200);
  expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|key-of/);
});
