/** Every node's example does, against the stand-ins, what its comment says. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { wavOf } from '../core/sound/wav.ts';
import { startLlm } from '../simulator/llm.ts';
import { type Dragoman, startDragoman } from './support/dragoman.ts';
import type { FlowItem } from './support/harness.ts';
import { openLine, wordsOf } from './support/line.ts';

let bot: Dragoman;
/** Hears and speaks. */
let speech: Awaited<ReturnType<typeof startLlm>>;
let person = 900_000;
const TOKEN = 'word-for-other-systems';

beforeAll(async () => {
  speech = await startLlm({ dialect: 'vllm' });
  bot = await startDragoman({
    flows: [],
    env: {
      ...{ OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined, DRAGOMAN_API_TOKEN: TOKEN },
      ...{ STT_BASE_URL: speech.url, TTS_BASE_URL: speech.url },
    },
  });
  await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]);
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await speech.close();
});

async function deploy(name: string): Promise<void> {
  const file = path.resolve(import.meta.dirname, `../nodes/${name}/example.json`);
  const flow = JSON.parse(await readFile(file, 'utf8')) as FlowItem[];
  await bot.runtime.deploy(flow.map((node) => ('x' in node || node.type === 'tab' ? node : { ...node, config: true })));
}

/** Says one text after the other, each when the one before is dealt with; gives what came back. */
async function talk(webhook: string, texts: string[], platform: 'telegram' | 'whatsapp' = 'telegram') {
  const id = ++person;
  for (const text of texts) {
    const response = await (platform === 'telegram'
      ? bot.happens('telegram', webhook, { kind: 'text', customer: { id, firstName: 'Ana' }, text })
      : bot.happens('whatsapp', webhook, { kind: 'text', customer: { phone: String(id), name: 'Ana' }, text }));
    expect(response.status).toBe(200);
    await bot.quiet();
  }
  return bot.shown({ thread: String(id) }).map((call) => call.text);
}

const ECHO = ['You wrote: Hola'];

it.each<[name: string, texts: string[], replies: unknown]>([
  ['channel-in', ['Hola'], ECHO],
  ['channel-out', ['Hola'], ['Shall a technician call you?']],
  ['opt-out', ['Hola', 'STOP', 'Hola'], [...ECHO, expect.stringContaining('START')]],
  ['status-gate', ['Hola'], ECHO],
  ['rate-limit', ['1', '2', '3'], ['You wrote: 1', 'You wrote: 2']],
  ['language', ['¿Por qué mi internet está tan lento hoy?'], [expect.stringMatching(/^\(es\) /)]],
  ['anonymize', ['Hola'], [expect.stringMatching(/^To me you are \S+\.$/)]],
  ['rag', ['¿Por qué mi internet está lento?'], [expect.stringMatching(/\(.+\.\w+\)$/)]],
  ['llm', ['¿Por qué mi internet está lento?'], [expect.stringMatching(/\S{20}|.{20}/)]],
  ['set-status', ['Hola', 'a human, please', 'Hola'], [...ECHO, 'A colleague will answer you.']],
  ['ask-human', ['Hola', 'Can I talk to a person?', 'Hola'], [...ECHO, expect.stringMatching(/colleague/)]],
  ['notice', ['Hola', 'agent'], [...ECHO, expect.stringMatching(/colleague/)]],
  ['account', ['Hello'], ['Hello! This is an example. I can tell you about internet problems.']],
])('the example of %s', async (name, texts, replies) => {
  await deploy(name);
  expect(await talk(`/examples/${name}`, texts)).toEqual(replies);
});

it.each(['order-in', 'send-policy'])('the example of %s thanks for an order, once', async (name) => {
  await deploy(name);
  const phone = String(++person + 77_010_000_000);
  await bot.happens('whatsapp', `/examples/${name}`, {
    kind: 'text',
    customer: { phone, name: 'Aizhan' },
    text: 'Hola',
  });
  await bot.quiet();
  const at = new Date().toISOString();
  const customer = { name: 'Aizhan', phone: `+${phone}` };
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  const order = { number: 'A-1', state: 'placed', placed_at: at, customer, consent };
  const shown = () => bot.shown({ thread: phone }).map((call) => call.text);
  for (let time = 0; time < 2; time++) {
    expect((await bot.post(`/examples/${name}/orders`, order)).status).toBe(200);
    await bot.until(() => shown().length > 1);
    await bot.quiet();
  }
  expect(shown()).toEqual([...ECHO, 'Thank you, Aizhan! We have your order A-1.']);
});

it('the example of order-figures counts, for whoever has the token', async () => {
  await deploy('order-figures');
  const ask = (headers: Record<string, string>) => fetch(`${bot.runtime.url}/examples/order-figures`, { headers });
  expect((await ask({})).status).toBe(401);
  const answer = await ask({ authorization: `Bearer ${TOKEN}` });
  expect([answer.status, await answer.json()]).toMatchObject([200, { since: null, limiter: { stoppedAt: null } }]);
});

it('the example of calls begins a call, whose line says what was said, and tells of it', async () => {
  await deploy('calls');
  const url = `${bot.runtime.url}/examples/calls`;
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await fetch(url, { method: 'POST' })).status).toBe(401);
  const started = await (await fetch(url, { method: 'POST', headers })).json();
  const line = await openLine(bot.runtime.url, started);
  line.type('Hello');
  await line.next('conversation.item.done', (event) => wordsOf(event) === 'You said: Hello');
  const { transcript } = await (await fetch(`${url}/${started.session_id}`, { headers })).json();
  expect(transcript.map(({ text }: { text: string }) => text)).toEqual([
    'Hello! This is an example.',
    'Hello',
    'You said: Hello',
  ]);
  line.send({ type: 'dragoman.end' });
  await line.closed;
});

it('the example of account has a second account, with a text of its own', async () => {
  await deploy('account');
  expect(await talk('/examples/account/whatsapp', ['Hello'], 'whatsapp')).toEqual(['Hello! This is the workshop.']);
});

it('the example of handoff: a person wrote, and the bot is silent', async () => {
  await deploy('handoff');
  const customer = { phone: '34600111222', name: 'Ana' };
  const say = (text: string) => bot.happens('whatsapp', '/examples/handoff', { kind: 'text', customer, text });
  await say('Hola');
  await bot.quiet();
  await bot.happens('whatsapp', '/examples/handoff', { kind: 'echo', customer, text: 'I take over.' });
  await say('Hola?');
  await bot.quiet();
  expect(bot.shown({ thread: customer.phone }).map((call) => call.text)).toEqual(ECHO);
});

it('the example of order-text: an order is thanked for, in one of two ways', async () => {
  await deploy('order-text');
  const at = new Date().toISOString();
  const consent = { at, where: 'checkout', words: 'Write to me about my order.' };
  const customer = { phone: '+34600111222', name: 'Ana', language: 'en' };
  const order = { number: '1', state: 'placed', placed_at: at, customer, items: [{ name: 'Kettle' }], consent };
  expect((await bot.post('/examples/order-text/orders', order)).status).toBe(200);
  const call = await bot.until(() => bot.shown({ platform: 'waha' })[0]);
  expect(call.text).toMatch(/^(Hello Ana!|🎉) Thank you(, Ana!| for).*Kettle/);
});

it('the example of provider: while the server does not run, the fixed text answers', async () => {
  await deploy('provider');
  expect(await talk('/examples/provider', ['Hola'])).toEqual([expect.stringContaining('This is an example.')]);
});

it('the example of catalogue writes what the backend sells, and answers 503 where it is away', async () => {
  const backend = createServer((_request, response) =>
    response.end(JSON.stringify({ page: 1, pages: 1, results: [{ id: 1, name_en: 'Zinc', category_en: 'Minerals' }] })),
  );
  await new Promise<void>((listening) => backend.listen(0, '127.0.0.1', listening));
  vi.stubEnv('DJANGO_API_URL', `http://127.0.0.1:${(backend.address() as AddressInfo).port}`);
  await deploy('catalogue');
  const ask = () => fetch(`${bot.runtime.url}/examples/catalogue`, { method: 'POST' });
  const answer = await ask();
  expect([answer.status, await answer.json()]).toMatchObject([200, { products: 1, written: ['minerals.en.csv'] }]);
  backend.close();
  backend.closeAllConnections();
  const away = await ask();
  expect([away.status, await away.text()]).toEqual([503, expect.stringMatching(/DJANGO_API_URL.*stays as it was/)]);
  vi.unstubAllEnvs();
});

it('the examples of tts and stt: what one says, the other hears', async () => {
  const authorization = `Bearer ${TOKEN}`;
  await deploy('tts');
  const said = await bot.post('/examples/tts', { text: 'Good morning' }, { authorization });
  expect([said.status, said.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  const form = new FormData();
  form.append('file', new Blob([await said.arrayBuffer()]), 'note.wav');
  await deploy('stt');
  const ask = (headers: Record<string, string>) =>
    fetch(`${bot.runtime.url}/examples/stt`, { method: 'POST', headers, body: form });
  expect((await ask({})).status).toBe(401);
  const heard = await ask({ authorization });
  expect([heard.status, await heard.json()]).toEqual([200, { text: 'Good morning', language: 'en' }]);
  const audio_base64 = Buffer.from(wavOf(speech.say('yes'))).toString('base64');
  expect(await (await bot.post('/examples/stt', { audio_base64 }, { authorization })).json()).toMatchObject({
    text: 'yes',
  });
});
