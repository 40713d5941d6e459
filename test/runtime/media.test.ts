/** Photos and voice notes in the real product: what the platform serves reaches the model where it may, and a voice note is words for everybody. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { replay } from '../../app/replay.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import { startSpeech } from '../support/speech.ts';

const WHATSAPP = '/api/integrations/webhooks/whatsapp/';
const TELEGRAM = '/api/integrations/webhooks/telegram/';
const PHONE = '+34 611 000 999';

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let speech: Awaited<ReturnType<typeof startSpeech>>;
let hears: Parameters<typeof startSpeech>[0] = () => '';
const log: string[] = [];
let person = 34_600_810_000;

beforeAll(async () => {
  llm = await startLlm();
  speech = await startSpeech((heard) => hears(heard));
  bot = await startDragoman({
    flows: await shippedFlows(),
    env: {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: llm.url,
      LLM_PICTURES: 'on',
      STT_MODEL: 'whisper-1',
      STT_BASE_URL: speech.url,
      STT_API_KEY: 'sk-speech',
    },
    settings: {
      logging: {
        capture: {
          level: 'debug',
          metrics: false,
          audit: false,
          handler: () => (line: { msg: unknown }) => log.push(String(line.msg)),
        },
      },
    },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await llm?.close();
  await speech?.close();
});
beforeEach(() => {
  llm.journal.length = 0;
  speech.heard.length = 0;
  log.length = 0;
  hears = () => '';
});

type Sent = { kind: 'voice' } | { kind: 'photo'; caption?: string } | { kind: 'sticker' };

/** One message of a new customer, and its answer. */
async function sends(what: Sent): Promise<string> {
  const phone = String(++person);
  await bot.happens('whatsapp', WHATSAPP, { ...what, customer: { phone, name: 'Zoraida' } });
  const shown = await bot.until(() => bot.shown({ thread: phone }).at(-1), 20_000);
  await bot.quiet();
  return shown.text ?? '';
}

const asked = () => JSON.stringify(llm.journal.filter(({ path }) => path !== '/v1/embeddings').map(({ body }) => body));

it('shows the model a photo, with its words', async () => {
  await sends({ kind: 'photo', caption: '¿Qué significa esta luz?' });
  expect(asked()).toContain('data:image/png;base64,');
  expect(asked()).toContain('[photo] ¿Qué significa esta luz?');
});

it('shows the model a photo without words', async () => {
  await sends({ kind: 'photo' });
  expect(asked()).toContain('data:image/png;base64,');
});

it('hears and sees on Telegram too', async () => {
  hears = () => '¿Qué planes tenéis?';
  for (const kind of ['photo', 'voice'] as const) {
    const id = ++person;
    await bot.happens('telegram', TELEGRAM, { kind, customer: { id, firstName: 'Zoraida' } });
    await bot.until(() => bot.shown({ platform: 'telegram', thread: String(id) }).at(-1), 20_000);
    await bot.quiet();
  }
  expect(asked()).toContain('data:image/png;base64,');
  expect(asked()).toContain('¿Qué planes tenéis?');
});

it('puts a voice note into words, which are masked as if they had been typed and stored once', async () => {
  hears = () => `No tengo internet, llámame al ${PHONE}`;
  await sends({ kind: 'voice' });
  expect(speech.heard).toEqual([
    { authorization: 'Bearer sk-speech', model: 'whisper-1', filename: 'voice.ogg', bytes: expect.any(Number) },
  ]);
  expect(asked()).toContain('No tengo internet, llámame al [PHONE_1]');
  expect(asked()).not.toMatch(/611\D*000\D*999/);
  expect(asked()).not.toContain('[voice message]');
  const [first] = await bot.messages();
  expect(first).toMatchObject({
    text: `No tengo internet, llámame al ${PHONE}`,
    media: [{ kind: 'voice', heard: true }],
  });
});

it('does not ask twice for the words of a turn that is tried again', async () => {
  hears = () => 'Quiero ver mi factura';
  await sends({ kind: 'voice' });
  const [message] = await bot.messages();
  llm.journal.length = 0;
  await replay(bot.engine, message!.id);
  await bot.until(() => llm.journal.length > 0, 20_000);
  await bot.quiet();
  expect(speech.heard).toHaveLength(1);
  expect(asked()).toContain('Quiero ver mi factura');
});

it.each([
  ['is refused', () => ({ status: 401, body: '{"error":{"message":"bad key sk-speech"}}' })],
  ['breaks', () => ({ status: 500, body: 'oops' })],
  ['says nothing', () => ''],
  ['gives no JSON', () => ({ status: 200, body: '<html>' })],
  ['gives another shape', () => ({ status: 200, body: '{"words":[]}' })],
])('tells the model that a voice note came where its words cannot be had: the endpoint %s', async (_how, answer) => {
  hears = answer;
  await sends({ kind: 'voice' });
  expect(asked()).toContain('[voice message]');
  expect(log.join('\n')).not.toContain('sk-speech');
});

it('hears by the endpoint and the key that are typed into the provider node, where no variable names one', async () => {
  for (const name of ['STT_BASE_URL', 'STT_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_API_KEY']) delete process.env[name];
  const flows = (await shippedFlows()).map((node) =>
    node.id === 'provider-llm' ? { ...node, baseUrl: speech.url } : node,
  );
  await bot.runtime.deploy(flows, { 'provider-llm': { apiKey: 'sk-typed' } });
  hears = () => '¿Qué planes tenéis?';
  await sends({ kind: 'voice' });
  expect(speech.heard).toMatchObject([{ authorization: 'Bearer sk-typed', filename: 'voice.ogg' }]);
  expect((await bot.messages())[0]).toMatchObject({ text: '¿Qué planes tenéis?' });
});
