/** Replies that are said: as voice notes where they can be made, else in words, and never both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../adapters/net/http-client.ts';
import { telegram } from '../../channels/telegram/telegram.ts';
import { whatsapp } from '../../channels/whatsapp/whatsapp.ts';
import { said } from '../../contracts/store/events.ts';
import { accept } from '../../contracts/store/verbs.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { startSimulator } from '../../simulator/index.ts';
import { OGG_OPUS } from '../../simulator/testing.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import type { Account } from '../accounts.ts';
import { DragomanError } from '../errors.ts';
import { newId } from '../ids.ts';
import { toIncoming } from '../inbox/accept.ts';
import { beginForgetting } from '../people/plans.ts';
import type { Channel, Http, MakeVoice, NewReply, SendResult, Store } from '../ports.ts';
import { createGateway, type Gateway } from './gateway.ts';

const SOUND = Buffer.from(OGG_OPUS, 'latin1');

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let http: Http & { close(): Promise<void> };
let platform: Awaited<ReturnType<typeof startSimulator>>;
let account: Account;
let conversationId: string;
let make: MakeVoice;
let made: { text: string; language: string }[];
let log: string[];
const gateways: Gateway[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'spoken-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  http = createHttp();
  platform = await startSimulator({ now: clock.now });
  log = [];
  made = [];
  make = async () => SOUND;
  account = {
    id: 'acc',
    name: 'Test',
    channel: telegram,
    settings: { botToken: '1:token', apiBase: `${platform.url}/telegram`, secretToken: '', account: 'acc' },
    enabled: true,
    simulated: true,
    language: 'en',
    timezone: 'UTC',
    prompt: { manual: 'x', facts: {} },
    staticTexts: {},
    envPrefix: '',
    suggestions: [],
    takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
    handBackText: '',
    autoReply: true,
    inline: false,
    queue: 'default',
    timeoutMs: 180_000,
    timeoutChosen: false,
    reopens: false,
    burst: true,
    dailyLimit: 0,
  };
  const [result] = await accept(store, [toIncoming(said('hi', 'k1'), account, clock.now())], clock.now());
  conversationId = result!.conversationId!;
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) {
    gateway.stop();
    await gateway.idle();
  }
  await http.close();
  await platform.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** @param through what it asks the platform by */
function start(owner = 'me', through: Http = http): Gateway {
  const gateway = createGateway({
    store,
    clock,
    log: { debug() {}, info: (line) => void log.push(line), warn() {}, error() {} },
    http: through,
    makeVoice(text, speaking) {
      made.push({ text, language: speaking.language });
      return make(text, speaking);
    },
    owner,
    account: () => account,
  });
  gateways.push(gateway);
  return gateway;
}

function reply(text: string, more: Partial<NewReply> = {}): NewReply {
  const parts = account.channel.render({ text }).map((request) => ({ request, state: 'queued' as const }));
  const now = clock.now();
  const rest = { author: 'bot', purpose: 'reply', text, media: [], parts, at: now } satisfies Partial<NewReply>;
  return { id: newId(now), conversationId, accountId: 'acc', turnId: null, ...rest, ...more };
}
const spoken = (text: string, more: Partial<NewReply> = {}): NewReply => {
  const plain = reply(text, more);
  return { ...plain, parts: plain.parts.map((part) => ({ ...part, sayIn: 'es' })) };
};

/** What the customer got: `🔊` for something to hear. */
const got = () =>
  platform
    .calls({ send: true })
    .filter(({ messageId }) => messageId)
    .map(({ media, text }) => (media?.[0]?.kind === 'voice' ? '🔊' : text));

/** A sound that is made when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const begun = Promise.withResolvers<void>();
  make = () => {
    begun.resolve();
    return promise;
  };
  return { begun: begun.promise, end: () => resolve(SOUND) };
}

async function until(look: () => unknown): Promise<void> {
  while (!(await look())) await nextRound();
}

/** Lets the tries of a message come due until it is settled. */
async function settled(gateway: Gateway, id: string) {
  for (;;) {
    const message = (await store.message(id))!;
    if (message.state !== 'queued' && message.state !== 'sending') return message;
    await clock.advance(500);
    await gateway.idle();
  }
}

describe('a reply that is to be said', () => {
  it('is a voice note for the customer, and stays a text for everybody else', async () => {
    const message = await start().deliver(spoken('Su pedido llega **mañana**.'));
    expect(got()).toEqual(['🔊']);
    expect(made).toEqual([{ text: 'Su pedido llega **mañana**.', language: 'es' }]);
    expect(await store.message(message.id)).toMatchObject({
      state: 'sent',
      text: 'Su pedido llega **mañana**.',
      media: [{ kind: 'voice', heard: true }],
      parts: [{ state: 'sent', platformId: expect.stringContaining('7:') }],
    });
  });

  it('keeps its place among the others, and counts as one', async () => {
    account.dailyLimit = 3;
    const gateway = start();
    const all = await Promise.all([
      gateway.deliver(reply('one')),
      gateway.deliver(spoken('two')),
      gateway.deliver(reply('three')),
      gateway.deliver(spoken('four')),
    ]);
    expect(got()).toEqual(['one', '🔊', 'three']);
    expect(all.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'discarded']);
  });

  it('is said once a person lets it go out', async () => {
    const gateway = start();
    const draft = await gateway.deliver(spoken('Hola', { draft: true }));
    expect([draft.state, made]).toEqual(['draft', []]);
    expect((await gateway.approve(draft.id)).state).toBe('sent');
    expect(got()).toEqual(['🔊']);
  });
});

describe('is sent in words', () => {
  const inWords = async (id: string) => {
    expect(got()).toEqual(['Hola']);
    const { media, parts } = (await store.message(id))!;
    expect([media, parts!.map(({ sayIn }) => sayIn)]).toEqual([[], [undefined]]);
  };

  it('where nothing speaks, or it failed, and the log says so once', async () => {
    make = async () => {
      throw new DragomanError('SPEECH_MISSING', 'Nothing speaks.', 'Install something.');
    };
    const gateway = start();
    await inWords((await gateway.deliver(spoken('Hola'))).id);
    await gateway.deliver(spoken('Hola'));
    const told = log.filter((line) => line.includes('in words'));
    expect(told).toEqual([expect.stringMatching(/Nothing speaks\. Install something\./)]);
    make = async () => SOUND;
    await gateway.deliver(spoken('Adiós'));
    expect(log.at(-1)).toMatch(/works again, after 2 failures/);
  });

  it('where it takes too long', async () => {
    const { begun } = held();
    const gateway = start();
    const sending = gateway.deliver(spoken('Hola'));
    await begun;
    await clock.advance(14_000);
    expect(got()).toEqual([]);
    await clock.advance(1_000);
    await inWords((await sending).id);
    expect(log.join()).toMatch(/took longer than 15 s/);
  });

  it('where the platform takes no voice note from us, in the same breath', async () => {
    const no: SendResult = { ok: false, failure: 'request', error: { code: 'X', message: 'VOICE_MESSAGES_FORBIDDEN' } };
    account.channel = { ...telegram, sendVoice: async () => no } satisfies Channel;
    const message = await start().deliver(spoken('Hola'));
    expect(message).toMatchObject({ state: 'sent', tries: 0 });
    await inWords(message.id);
    expect(log.join()).toMatch(/in words: X VOICE_MESSAGES_FORBIDDEN/);
  });

  it('where the platform fails twice, and its sound is made once', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'server-error', times: 2 });
    const gateway = start();
    const { id } = await gateway.deliver(spoken('Hola'));
    await settled(gateway, id);
    await inWords(id);
    const tried = platform.calls({ send: true }).map(({ method }) => method);
    expect([tried, made.length]).toEqual([['sendVoice', 'sendVoice', 'sendMessage'], 1]);
  });

  it('where we stop, at once', async () => {
    const { begun } = held();
    const gateway = start();
    const sending = gateway.deliver(spoken('Hola'));
    await begun;
    gateway.stop();
    await inWords((await sending).id);
    await gateway.close();
  });
});

it('is said at the second try, where the platform asks to slow down', async () => {
  platform.faults.set({ platform: 'telegram' }, { kind: 'rate-limit', retryAfter: 60, times: 1 });
  const gateway = start();
  const { id, state } = await gateway.deliver(spoken('Hola'));
  expect(state).toBe('queued');
  await clock.advance(59_000);
  expect(got()).toEqual([]);
  expect(await settled(gateway, id)).toMatchObject({ state: 'sent', media: [{ kind: 'voice' }] });
  expect([got(), made.length]).toEqual([['🔊'], 1]);
});

describe('while its sound is made', () => {
  it('a person who comes is first, and nothing is said after him', async () => {
    const { begun, end } = held();
    const gateway = start();
    const sending = gateway.deliver(spoken('Hola'));
    await begun;
    await store.changeConversation(conversationId, () => ({ humanUntil: clock.now() + 60_000 }));
    expect((await gateway.deliver(reply('I am a person.', { purpose: 'human', author: 'human' }))).state).toBe('sent');
    expect(got()).toEqual(['I am a person.']);
    end();
    expect(await sending).toMatchObject({ state: 'discarded', error: { code: 'takeover' } });
    expect(got()).toEqual(['I am a person.']);
  });

  it('a crash loses nothing: the next process says it, once', async () => {
    const { begun, end } = held();
    start('dies')
      .deliver(spoken('Hola'))
      .catch(() => {});
    await begun;
    make = async () => SOUND;
    const after = start('lives');
    await after.sweep();
    await after.idle();
    expect(got()).toEqual(['🔊']);
    // Even if the first one were not dead.
    end();
    await gateways[0]!.idle();
    expect(got()).toEqual(['🔊']);
  });

  it('its customer is forgotten without waiting for it', async () => {
    const { begun } = held();
    const gateway = start();
    const sending = gateway.deliver(spoken('Hola'));
    await begun;
    const { contactId } = (await store.conversation(conversationId))!;
    await store.run(beginForgetting([contactId!], clock.now()));
    await gateway.drop([conversationId]);
    await sending;
    expect(got()).toEqual([]);
  });
});

describe('what nobody knows is said no second time', () => {
  it('a request without an answer', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'accept-then-drop', times: 1 });
    const gateway = start();
    const message = await gateway.deliver(spoken('Hola'));
    expect(message).toMatchObject({ state: 'unknown', media: [{ kind: 'voice' }] });
    await clock.advance(120_000);
    await gateway.sweep();
    expect(got()).toEqual(['🔊']);
  });

  it('a crash between the upload and the message', async () => {
    account.channel = whatsapp;
    account.settings = {
      apiBase: `${platform.url}/whatsapp`,
      apiVersion: 'v25.0',
      phoneNumberId: '1',
      accessToken: 't',
    };
    await store.changeConversation(conversationId, () => ({ address: { to: '+34600000001' } }));
    const asked: string[] = [];
    const dying: Http = (request) => {
      asked.push(new URL(request.url).pathname);
      return request.url.endsWith('/messages') ? new Promise(() => {}) : http(request);
    };
    createGateway({ store, clock, log: console, http: dying, makeVoice: make, owner: 'dies', account: () => account })
      .deliver(spoken('Hola'))
      .catch(() => {});
    await until(() => asked.length === 2);
    const after = start('lives');
    await after.sweep();
    await after.idle();
    const [message] = await store.sends({ states: ['unknown'], limit: 5 });
    expect(message).toMatchObject({ text: 'Hola', media: [{ kind: 'voice' }], error: { code: 'CUT_OFF' } });
    expect([asked, got()]).toEqual([['/whatsapp/v25.0/1/media', '/whatsapp/v25.0/1/messages'], []]);
  });
});

describe('WhatsApp', () => {
  beforeEach(async () => {
    account.channel = whatsapp;
    account.settings = {
      apiBase: `${platform.url}/whatsapp`,
      apiVersion: 'v25.0',
      phoneNumberId: '1',
      accessToken: 't',
    };
    await store.changeConversation(conversationId, () => ({
      address: { to: '+34600000001' },
      lastInboundAt: clock.now(),
    }));
  });
  const calls = () => platform.calls().map(({ method, status }) => `${method} ${status}`);

  it('gets the file first, and a message that names it as a voice note', async () => {
    const message = await start().deliver(spoken('Hola'));
    expect(message.state).toBe('sent');
    const [upload, sent] = platform.calls();
    expect(upload).toMatchObject({
      method: 'media.upload',
      body: { file: { type: 'audio/ogg', bytes: SOUND.length } },
    });
    expect(sent).toMatchObject({
      method: 'messages.audio',
      body: { type: 'audio', audio: { id: (upload!.response as { id: string }).id, voice: true } },
      schemaErrors: [],
    });
  });

  it.each(['rate-limit', 'server-error', 'accept-then-drop'] as const)(
    'is asked again where an upload ended with %s, and gets one message',
    async (kind) => {
      platform.faults.set({ platform: 'whatsapp' }, { kind, times: 1, calls: 'all' });
      const gateway = start();
      const { id } = await gateway.deliver(spoken('Hola'));
      expect((await settled(gateway, id)).state).toBe('sent');
      expect(got()).toEqual(['🔊']);
      expect(calls().at(-1)).toBe('messages.audio 200');
    },
  );

  it('gets the words where it does not take the file', async () => {
    make = async () => Buffer.from('no sound at all');
    expect((await start().deliver(spoken('Hola'))).state).toBe('sent');
    expect(calls()).toEqual(['media.upload 400', 'messages.text 200']);
    expect(got()).toEqual(['Hola']);
  });
});
