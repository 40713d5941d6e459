/** C9: a human always wins. What the platforms tell of him, what only looks like him, how long he is waited for, and that a restart keeps it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationDetail, ConversationView } from '../../app/operator.ts';
import { API_FILE, type ApiFile } from '../../core/api.ts';
import { createSimulator } from '../../simulator/index.ts';
import { type EchoBot, startEchoBot } from '../support/echo-bot.ts';
import { type HeldPlatform, holdPlatform } from '../support/held-platform.ts';
import { freePort, startServer } from '../support/server.ts';

const BUSINESS = '17841400000000000';
let echo: EchoBot;
let platform: HeldPlatform;
let person = 600_000;
const somebody = () => String(++person);

beforeAll(async () => {
  platform = await holdPlatform(() => echo.bot.engine.simulator!.base());
  echo = await startEchoBot(
    {
      telegram: {},
      whatsapp: { takeoverCeilingSeconds: 900, handBackText: 'The assistant is back.' },
      instagram: { settings: { accountId: BUSINESS, apiBase: `${platform.url}/instagram` } },
    },
    { 'instagram-account': { instagram__accessToken: 'test-token' } },
  );
}, 60_000);
afterAll(async () => {
  await echo.stop();
  await platform.stop();
});

const MINUTE = 60_000;
const humanUntil = async (thread: string | number) => (await echo.conversation(thread)).humanUntil;

describe('WhatsApp', () => {
  const says = (phone: string, text: string) => echo.happens('whatsapp', { kind: 'text', customer: { phone }, text });
  const humanSays = (phone: string, text: string, automated?: boolean) =>
    echo.happens('whatsapp', { kind: 'echo', customer: { phone }, text, automated });

  it('C9 a message from the phone silences the bot for the cool-down, counted from the last one', async () => {
    const phone = somebody();
    await says(phone, 'Hello.');
    await humanSays(phone, 'Marta here.');
    await echo.clock.advance(4 * MINUTE);
    await humanSays(phone, 'Still here.');
    await echo.clock.advance(4 * MINUTE);
    await says(phone, 'Thanks.');
    expect(echo.shown(phone)).toEqual(['You wrote: Hello.']);
    expect((await echo.messages(phone)).map(({ author }) => author)).toEqual([
      'customer',
      'bot',
      'human',
      'human',
      'customer',
    ]);
    await echo.clock.advance(MINUTE);
    await says(phone, 'And now?');
    expect(echo.shown(phone).slice(1)).toEqual(['The assistant is back.', 'You wrote: And now?']);
  });

  it('C9 a takeover ends at its ceiling, however much is written', async () => {
    const phone = somebody();
    await says(phone, 'Hello.');
    const since = echo.clock.now();
    for (let minute = 0; minute < 14; minute += 2) {
      await humanSays(phone, `Part ${minute}.`);
      await echo.clock.advance(2 * MINUTE);
    }
    expect(await humanUntil(phone)).toBe(since + 15 * MINUTE);
    await echo.clock.advance(MINUTE);
    await says(phone, 'And now?');
    expect(echo.shown(phone).at(-1)).toBe('You wrote: And now?');
  });

  it('C9 the app’s automatic greeting takes nothing over', async () => {
    const phone = somebody();
    await says(phone, 'Hello.');
    await humanSays(phone, 'Welcome! We answer soon.', true);
    await says(phone, 'Thanks.');
    expect(echo.shown(phone)).toEqual(['You wrote: Hello.', 'You wrote: Thanks.']);
    expect((await echo.messages(phone)).map(({ author }) => author)).toContain('system');
  });
});

describe('Telegram', () => {
  const business = { connectionId: 'connection-1', ownerId: 42 };
  const says = (id: number, text: string) =>
    echo.happens('telegram', { kind: 'text', customer: { id }, text, business });

  it('C9 the owner of a connected account takes over; his app and this bot do not', async () => {
    const id = Number(somebody());
    await says(id, 'Hello.');
    for (const by of ['away', 'bot'] as const)
      await echo.happens('telegram', { kind: 'echo', customer: { id }, text: `From ${by}.`, by, business });
    expect(await humanUntil(id)).toBe(0);
    await echo.happens('telegram', { kind: 'echo', customer: { id }, text: 'I am here.', business });
    expect(await humanUntil(id)).toBe(echo.clock.now() + 5 * MINUTE);
    await says(id, 'Thanks.');
    expect(echo.shown(id)).toEqual(['You wrote: Hello.']);
  });
});

describe('Instagram', () => {
  const says = (id: string, text: string) => echo.happens('instagram', { kind: 'text', customer: { id }, text });
  /** The platform tells of a message that left the account, which did not wait for the rest. */
  const tells = async (id: string, messageId: string, text: string) => {
    const action = { kind: 'own-echo' as const, customer: { id }, messageId, text };
    expect((await echo.bot.happens('instagram', '/instagram', action)).status).toBe(200);
  };
  const authors = async (id: string) => (await echo.messages(id)).map(({ author }) => author);

  it('C9 a message written in the app takes over', async () => {
    const id = somebody();
    await says(id, 'Hello.');
    await echo.happens('instagram', { kind: 'echo', customer: { id }, text: 'Marta here.' });
    expect(await humanUntil(id)).toBe(echo.clock.now() + 5 * MINUTE);
    await says(id, 'Thanks.');
    expect(echo.shown(id)).toEqual(['You wrote: Hello.']);
  });

  it('C9 our own send that comes back afterwards takes nothing over, whatever became of its text', async () => {
    const id = somebody();
    await says(id, 'Hello.');
    const [call] = echo.bot.shown({ thread: id });
    await tells(id, call!.messageId!, 'You wrote: Hello. (as Instagram shows it)');
    expect(await humanUntil(id)).toBe(0);
    expect(await authors(id)).toEqual(['customer', 'bot']);
  });

  /** A reply is on its way and the platform has it; `meanwhile` is told its id. */
  async function whileSending(id: string, meanwhile: (messageId: string) => Promise<void>): Promise<void> {
    const answered = platform.hold();
    const { status } = await echo.bot.happens('instagram', '/instagram', {
      kind: 'text',
      customer: { id },
      text: 'Hello.',
    });
    expect(status).toBe(200);
    await meanwhile(String((await answered).message_id));
    platform.release();
    await echo.bot.quiet();
  }

  it('C9 our own send that comes back before the platform’s answer takes nothing over', async () => {
    const id = somebody();
    await whileSending(id, async (messageId) => {
      await tells(id, messageId, 'You wrote: Hello.');
      expect(await humanUntil(id)).toBe(0);
    });
    expect(await authors(id)).toEqual(['customer', 'bot']);
    expect((await echo.messages(id)).at(-1)).toMatchObject({ state: 'sent' });
  });

  it('C9 one that comes back first and in other words is undone once the answer tells its id', async () => {
    const id = somebody();
    await whileSending(id, async (messageId) => {
      await tells(id, messageId, 'You wrote: Hello!');
      expect(await humanUntil(id)).toBeGreaterThan(0);
    });
    expect(await echo.conversation(id)).toMatchObject({ humanUntil: 0, humanSince: 0 });
    expect(await authors(id)).toEqual(['customer', 'bot']);
    await says(id, 'And now?');
    expect(echo.shown(id)).toEqual(['You wrote: Hello.', 'You wrote: And now?']);
  });

  it('C9 a human who writes while our send is on its way has taken over when it has arrived', async () => {
    const id = somebody();
    await whileSending(id, (messageId) => tells(id, `${messageId}-of-a-human`, 'Marta here.'));
    expect(await humanUntil(id)).toBe(echo.clock.now() + 5 * MINUTE);
    expect(await authors(id)).toEqual(['customer', 'bot', 'human']);
    await says(id, 'Thanks.');
    expect(echo.shown(id)).toEqual(['You wrote: Hello.']);
  });

  it('C9 a human and our own send, told in either order, leave the human’s takeover', async () => {
    for (const humanFirst of [true, false]) {
      const id = somebody();
      await whileSending(id, async (messageId) => {
        const human = () => tells(id, `${messageId}-of-a-human`, 'Marta here.');
        const own = () => tells(id, messageId, 'You wrote: Hello!');
        for (const tell of humanFirst ? [human, own] : [own, human]) await tell();
      });
      expect(await humanUntil(id), `human first: ${humanFirst}`).toBe(echo.clock.now() + 5 * MINUTE);
    }
  });

  it('C9 the echo of a send whose answer was lost proves that it arrived', async () => {
    const id = somebody();
    echo.bot.simulator.faults.set({ platform: 'instagram', thread: id }, { kind: 'accept-then-drop', times: 1 });
    await says(id, 'Hello.');
    expect((await echo.messages(id)).at(-1)).toMatchObject({ state: 'unknown' });
    await tells(id, echo.bot.shown({ thread: id })[0]!.messageId!, 'You wrote: Hello.');
    expect((await echo.messages(id)).at(-1)).toMatchObject({ author: 'bot', state: 'sent' });
    expect(await humanUntil(id)).toBe(0);
  });
});

it('C9 a takeover is kept when the process is killed, and can be handed back afterwards', async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'dragoman-takeover-'));
  const env = { DRAGOMAN_DATA: data, PORT: String(await freePort()) };
  const phone = somebody();
  const world = createSimulator();
  const WEBHOOK = '/api/integrations/webhooks/whatsapp/';
  let server = await startServer(env);
  const happens = async (action: Parameters<typeof world.webhook<'whatsapp'>>[1]) => {
    const { body, headers } = world.webhook('whatsapp', action);
    expect((await fetch(server.url + WEBHOOK, { method: 'POST', headers, body })).status).toBe(200);
  };
  const api = async <T>(method: 'GET' | 'POST', route: string) => {
    const { url, token } = JSON.parse(await readFile(path.join(data, API_FILE), 'utf8')) as ApiFile;
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`${url}/dragoman/api${route}`, { method, headers })).json()) as T;
  };
  const conversation = async () => (await api<ConversationView[]>('GET', '/conversations'))[0]!;
  const detail = async () => api<ConversationDetail>('GET', `/conversations/${(await conversation()).id}`);
  /** Waits until the customer's last message is dealt with; gives who wrote what since. */
  const settled = async (turns: number) => {
    for (;;) {
      const found = await detail();
      const ended = found.turns.filter(({ state }) => state === 'done');
      if (ended.length === turns && !found.conversation.openSend) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  try {
    const text = { kind: 'text' as const, customer: { phone } };
    await happens({ ...text, text: 'Hola.' });
    await settled(1);
    await happens({ kind: 'echo', customer: { phone }, text: 'Soy Marta.' });
    const before = (await conversation()).humanUntil;
    expect(before).toBeGreaterThan(Date.now());
    await server.kill();
    server = await startServer(env);
    expect((await conversation()).humanUntil).toBe(before);
    await happens({ ...text, text: 'Gracias.' });
    const silent = await settled(2);
    expect(silent.turns.at(-1)).toMatchObject({ outcome: 'blocked' });
    expect(silent.messages.map(({ author }) => author)).toEqual(['customer', 'bot', 'human', 'customer']);
    await api('POST', `/conversations/${silent.conversation.id}/handback`);
    await happens({ ...text, text: 'Hola.' });
    expect((await settled(3)).messages.at(-1)).toMatchObject({ author: 'bot' });
  } finally {
    await server.kill();
    await rm(data, { recursive: true, force: true });
  }
}, 60_000);
