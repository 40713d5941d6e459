/** Voice notes that are answered with voice notes, in the real product: heard, answered by a flow, said, and shown as the customer gets them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../core/model.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import { startSpeech } from '../support/speech.ts';

const PLATFORMS = ['telegram', 'whatsapp', 'waha'] as const;

let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let ear: Awaited<ReturnType<typeof startSpeech>>;
let words = '';
const log: string[] = [];
let person = 34_600_900_000;

beforeAll(async () => {
  llm = await startLlm();
  ear = await startSpeech(() => words);
  bot = await startDragoman({
    flows: [
      ...PLATFORMS.flatMap((channel) => [
        accountConfig(`${channel}-account`, { channel, voiceReplies: true }),
        ...entryNodes(`${channel}-account`, `/${channel}`, 'answer'),
      ]),
      accountConfig('silent'),
      ...entryNodes('silent', '/silent', 'answer'),
      accountConfig('drafting', { voiceReplies: true, autoReply: 'off' }),
      ...entryNodes('drafting', '/drafting', 'answer'),
      // What the customer said, as JSON where it is some.
      {
        id: 'answer',
        type: 'function',
        func: 'try { msg.payload = JSON.parse(msg.payload) } catch {}\nreturn msg;',
        wires: [['out']],
      },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    env: {
      STT_BASE_URL: ear.url,
      STT_MODEL: 'whisper-1',
      TTS_BASE_URL: llm.url,
      TTS_API_KEY: 'sk-speech',
      TTS_MODEL: undefined,
      TTS_VOICE: 'ar=nova, es=coral, alloy',
    },
    settings: {
      logging: {
        capture: {
          level: 'info',
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
  await ear?.close();
});
beforeEach(() => {
  llm.journal.length = 0;
  llm.fault = null;
  log.length = 0;
});

/** What a new customer says aloud, and what he gets. */
async function says(
  said: string,
  platform: (typeof PLATFORMS)[number] = 'telegram',
  hook: string = platform,
  typed?: string,
) {
  words = said;
  const id = String(++person);
  const customers = {
    telegram: { id: Number(id), firstName: 'Zoe', language: 'es' },
    whatsapp: { phone: id, name: 'Zoe' },
    waha: { phone: id, name: 'Zoe' },
  };
  const action = { ...(typed ? { kind: 'text', text: typed } : { kind: 'voice' }), customer: customers[platform] };
  await bot.happens(platform, `/${hook}`, action as never);
  await bot.until(async () => (await messages(id)).some(({ direction }) => direction === 'out'), 20_000);
  await bot.quiet();
  const reply = (await messages(id)).findLast(({ direction }) => direction === 'out')!;
  return { id, reply, got: bot.shown({ platform, thread: id }).map(({ media, text }) => media?.[0]?.kind ?? text) };
}

async function messages(id: string): Promise<Message[]> {
  const all = await bot.engine.store.conversations({ limit: 200 });
  const found = all.find(({ address }) => JSON.stringify(address).includes(id));
  return found ? bot.engine.store.messages(found.id, { limit: 20 }) : [];
}

const spoken = () =>
  llm.journal
    .filter(({ path }) => path === '/v1/audio/speech')
    .map(({ body }) => body as { input: string; voice: string });
const whyInWords = () => log.filter((line) => line.includes('in words'));

describe('a voice note', () => {
  it.each(['telegram', 'whatsapp', 'waha'] as const)('is answered with one on %s', async (platform) => {
    const { id, got, reply } = await says('¿Cuándo llega mi pedido?', platform);
    expect(got).toEqual(['voice']);
    expect(reply).toMatchObject({
      state: 'sent',
      text: '¿Cuándo llega mi pedido?',
      media: [{ kind: 'voice', heard: true }],
    });
    expect(spoken()).toMatchObject([{ input: '¿Cuándo llega mi pedido?' }]);
    const faulty = bot.simulator.calls({ platform }).filter(({ schemaErrors }) => schemaErrors.length > 0);
    expect(faulty).toEqual([]);
    const [sent] = bot.shown({ platform, thread: id });
    expect(sent!.text).toBeUndefined();
  });

  it('is answered in words where the account does not say otherwise, and what was typed is too', async () => {
    expect((await says('Hola', 'telegram', 'silent')).got).toEqual(['Hola']);
    expect((await says('', 'telegram', 'telegram', 'Hola')).got).toEqual(['Hola']);
    expect(spoken()).toEqual([]);
  });

  it.each([
    ['that is long', 'una palabra '.repeat(60), /more than 600 letters/],
    ['with buttons', '{"text":"¿Cuál?","buttons":["Uno","Dos"]}', /buttons/],
    ['with a link', 'Mire https://example.com/pedido', /address/],
    ['with a picture', '{"text":"Mire.","media":[{"kind":"image","url":"https://example.com/a.png"}]}', /picture/],
  ])('gets an answer %s in words, and the log says why, once', async (_what, said, why) => {
    const { got, reply } = await says(said, 'whatsapp');
    expect(got).not.toContain('voice');
    expect([reply.state, spoken()]).toEqual(['sent', []]);
    expect(whyInWords()).toEqual([expect.stringMatching(why)]);
    await says(said, 'whatsapp');
    expect(whyInWords()).toHaveLength(1);
  });

  it.each(['error', 'empty', 'unauthorized', 'html'] as const)(
    'is answered in words where what speaks fails: %s',
    async (kind) => {
      llm.fault = { kind };
      const { got, reply } = await says('Hola', 'whatsapp');
      expect([got, reply.media, reply.state]).toEqual([['Hola'], [], 'sent']);
      expect(log.join('\n')).not.toContain('sk-speech');
    },
  );

  it('is answered in words with one line in the log while what speaks fails, and one when it works again', async () => {
    await says('Hola');
    log.length = 0;
    llm.fault = { kind: 'error' };
    for (let time = 0; time < 2; time++) expect((await says('Hola')).got).toEqual(['Hola']);
    llm.fault = null;
    expect((await says('Hola')).got).toEqual(['voice']);
    const told = log.filter((line) => /in words|works again/.test(line));
    expect(told).toEqual([
      expect.stringMatching(/ A voice note is answered in words: .*Told once/),
      expect.stringMatching(/ What speaks works again, after 2 failures/),
    ]);
  });

  it('is answered in the language of the talk, or of the letters that it is written in', async () => {
    await says('Claro que sí');
    await says('طلبك في الطريق');
    expect(spoken().map(({ voice }) => voice)).toEqual(['alloy', 'nova']);
  });

  it('may be answered by a draft, which is said once a person lets it go out', async () => {
    const { id, reply, got } = await says('Hola', 'telegram', 'drafting');
    expect([reply.state, got, spoken()]).toEqual(['draft', [], []]);
    await bot.engine.gateway.approve(reply.id);
    expect(bot.shown({ platform: 'telegram', thread: id })).toMatchObject([{ media: [{ kind: 'voice' }] }]);
  });
});

it('comes back from WAHA as ours, whatever the engine says of who wrote it', async () => {
  const { id, reply } = await says('Hola', 'waha');
  const [call] = bot.shown({ platform: 'waha', thread: id });
  expect(reply.platformId).toBe(call!.messageId);
  await bot.happens('waha', '/waha', { kind: 'own-echo', messageId: call!.messageId!, engine: 'NOWEB' });
  await bot.quiet();
  expect((await messages(id)).map(({ author }) => author)).toEqual(['customer', 'bot']);
  const conversation = await bot.engine.store.conversation(reply.conversationId);
  expect(conversation!.humanUntil).toBe(0);
});
