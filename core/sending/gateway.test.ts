import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextRound } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../adapters/net/http-client.ts';
import { telegram } from '../../channels/telegram/telegram.ts';
import { whatsapp } from '../../channels/whatsapp/whatsapp.ts';
import { said } from '../../contracts/store/events.ts';
import { accept, add } from '../../contracts/store/verbs.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { startSimulator } from '../../simulator/index.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import type { Account } from '../accounts.ts';
import { DragomanError } from '../errors.ts';
import { newId } from '../ids.ts';
import { toIncoming } from '../inbox/accept.ts';
import type { Message } from '../model.ts';
import type { Http, Logger, NewReply, SendResult, Store } from '../ports.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { nextSend } from './outbox.ts';
import { settle } from './retries.ts';

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
let http: Http & { close(): Promise<void> };
let platform: Awaited<ReturnType<typeof startSimulator>>;
let account: Account;
let gateway: Gateway;
let conversationId: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gateway-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  http = createHttp();
  platform = await startSimulator({ now: clock.now });
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
  gateway = createGateway({
    store,
    clock,
    log: quiet,
    http,
    owner: 'me',
    account: (id) => (id === 'acc' ? account : undefined),
  });
  const [result] = await accept(store, [toIncoming(said('hi', 'k1'), account, clock.now())], clock.now());
  conversationId = result!.conversationId!;
});
afterEach(async () => {
  gateway.stop();
  await gateway.idle();
  await http.close();
  await platform.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

function reply(text: string, more: Partial<NewReply> = {}): NewReply {
  const parts = telegram.render({ text }).map((request) => ({ request, state: 'queued' as const }));
  return {
    id: newId(clock.now()),
    conversationId,
    accountId: 'acc',
    turnId: null,
    author: 'bot',
    purpose: 'reply',
    text,
    media: [],
    parts,
    at: clock.now(),
    ...more,
  };
}

const shown = () =>
  platform
    .calls({ send: true })
    .filter((call) => call.messageId)
    .map((call) => call.text);
const tries = () => platform.calls({ send: true }).length;

/** Lets the retries of a send come due until it is settled. */
async function settled(sending: Promise<Message>): Promise<Message> {
  const { id } = await sending;
  for (;;) {
    const message = (await store.message(id))!;
    if (message.state !== 'queued' && message.state !== 'sending') return message;
    await clock.advance(500);
    await gateway.idle();
  }
}

describe('the gateway', () => {
  it('A4 sends to the chat that the message came from, and keeps the platform’s id', async () => {
    const message = await gateway.deliver(reply('hello'));
    expect(message).toMatchObject({ state: 'sent', text: 'hello' });
    expect(platform.calls({ send: true })).toMatchObject([
      { account: '1:token', thread: '7', text: 'hello', schemaErrors: [] },
    ]);
    expect(message.parts![0]!.platformId).toBe(`7:${platform.calls({ send: true })[0]!.messageId}`);
  });

  it('keeps the order of a conversation’s replies, and of the parts of a long one', async () => {
    const long = `${'a'.repeat(3_900)}. ${'b'.repeat(3_900)}. c`;
    await Promise.all([gateway.deliver(reply('first')), gateway.deliver(reply(long)), gateway.deliver(reply('last'))]);
    expect(shown().map((text) => text![0])).toEqual(['f', 'a', 'b', 'l']);
  });

  it('A5 keeps a refused reply as failed with the platform’s own words, and sends it again on request', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'blocked', times: 1 });
    const failed = await gateway.deliver(reply('hello'));
    expect(failed.state).toBe('failed');
    expect(failed.error!.message).toMatch(/Forbidden: bot was blocked by the user/);
    await store.changeConversation(conversationId, () => ({ blockedAt: 0 }));
    expect((await gateway.resend(failed.id)).state).toBe('sent');
    expect(shown()).toEqual(['hello']);
  });

  it('tries a rate limit again, not before the platform’s retry-after', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'rate-limit', retryAfter: 7, times: 1 });
    const start = clock.now();
    const message = await settled(gateway.deliver(reply('hello')));
    expect(message.state).toBe('sent');
    expect(clock.now() - start).toBeGreaterThanOrEqual(7_000);
  });

  it('tries server errors some 20 s, then gives up with the reply kept', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'server-error' });
    const message = await settled(gateway.deliver(reply('hello')));
    expect(message.state).toBe('failed');
    expect(tries()).toBe(4);
    platform.faults.clear();
    expect((await gateway.resend(message.id)).state).toBe('sent');
  });

  it('tries again when the request never left', async () => {
    const { url } = platform;
    account.settings = { ...account.settings, apiBase: 'http://127.0.0.1:1/telegram' };
    const sending = gateway.deliver(reply('hello'));
    const message = await settled(
      Promise.all([
        sending,
        clock.advance(200).then(() => (account.settings = { ...account.settings, apiBase: `${url}/telegram` })),
      ]).then(([sent]) => sent),
    );
    expect(message.state).toBe('sent');
  });

  it('never repeats what the platform may have done', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'accept-then-drop', times: 1 });
    const message = await gateway.deliver(reply('hello'));
    expect(message.state).toBe('unknown');
    await clock.advance(120_000);
    await gateway.sweep();
    expect(shown()).toEqual(['hello']);
  });

  it('lets a human win who came while the send waited for its next try', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'server-error', times: 1 });
    const sending = gateway.deliver(reply('hello'));
    sending.catch(() => {});
    await clock.advance(300);
    await store.changeConversation(conversationId, () => ({ humanUntil: clock.now() + 300_000 }));
    const message = await settled(sending);
    expect(message).toMatchObject({ state: 'discarded', error: { code: 'takeover' } });
    expect(shown()).toEqual([]);
  });

  it.each([
    ['status', { status: 'closed' as const }],
    ['consent', { optedOutAt: 1 }],
    ['takeover', { humanUntil: Number.MAX_SAFE_INTEGER }],
    ['reach', { blockedAt: 1 }],
  ])('checks %s at the moment of the send', async (rule, patch) => {
    await store.changeConversation(conversationId, () => patch);
    expect(await gateway.deliver(reply('hello'))).toMatchObject({ state: 'discarded', error: { code: rule } });
    expect(tries()).toBe(0);
  });

  it('confirms an opt-out although the contact opted out, and lets a human write', async () => {
    await store.changeConversation(conversationId, () => ({ optedOutAt: 1 }));
    expect((await gateway.deliver(reply('You are off.', { purpose: 'confirmation' }))).state).toBe('sent');
    await store.changeConversation(conversationId, () => ({
      status: 'support_active',
      humanUntil: clock.now() + 1_000,
    }));
    expect((await gateway.deliver(reply('A person here.', { purpose: 'human', author: 'human' }))).state).toBe('sent');
  });

  it('keeps to the day’s cap, and gives back what was not sent', async () => {
    account.dailyLimit = 2;
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token', times: 1 });
    const states = [];
    for (const text of ['refused', 'one', 'two', 'three']) states.push((await gateway.deliver(reply(text))).state);
    expect(states).toEqual(['failed', 'sent', 'sent', 'discarded']);
    await clock.advance(24 * 3_600_000);
    expect((await gateway.deliver(reply('tomorrow'))).state).toBe('sent');
  });

  it('counts what is sent once more anew, and gives back no more than was counted', async () => {
    account.dailyLimit = 2;
    const broken = { platform: 'telegram' } as const;
    platform.faults.set(broken, { kind: 'bad-token', times: 1 });
    const { id } = await gateway.deliver(reply('refused'));
    await gateway.deliver(reply('one'));
    platform.faults.set(broken, { kind: 'bad-token', times: 2 });
    for (let time = 0; time < 2; time++) expect((await gateway.resend(id)).state).toBe('failed');
    await gateway.deliver(reply('two'));
    await expect(gateway.resend(id)).rejects.toThrow(/the day's 2 messages/);
    expect([(await store.message(id))!.state, (await gateway.deliver(reply('three'))).state]).toEqual([
      ...['failed', 'discarded'],
    ]);
    await clock.advance(24 * 3_600_000);
    const both = await Promise.all([gateway.resend(id), gateway.resend(id)]);
    expect(both.map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect([(await gateway.deliver(reply('four'))).state, (await gateway.deliver(reply('five'))).state]).toEqual([
      ...['sent', 'discarded'],
    ]);
  });

  describe('what a rule holds back while it waits', () => {
    const limited = (retryAfter: number) =>
      platform.faults.set({ platform: 'telegram' }, { kind: 'rate-limit', retryAfter, times: 1 });

    it('is told once, although its step runs again', async () => {
      limited(60);
      const { id } = await gateway.deliver(reply('waits'));
      const block = () => ({ gate: '', result: 'block' as const, rule: 'r', reason: 'No.', at: 0 });
      const failing = () => {
        throw new Error('another step of the same commit');
      };
      const step = store.run(nextSend(conversationId, clock.now() + 100_000, block, 'me'));
      await Promise.all([step, store.run(failing).catch(() => {})]);
      expect(await step).toMatchObject({ kind: 'idle', refused: [{ message: { id } }] });
    });

    it('keeps nothing that is marked from leaving, although its place is not given back', async () => {
      account.dailyLimit = 5;
      limited(60);
      const full: Store = { ...store, release: () => Promise.reject(new Error('The disk is full.')) };
      const onFull = createGateway({ store: full, clock, log: quiet, http, owner: 'me', account: () => account });
      await store.changeConversation(conversationId, () => ({ lastTurn: 'one' }));
      const forbidden = await onFull.deliver(reply('of one turn', { turnId: 'one' }));
      await store.changeConversation(conversationId, () => ({ lastTurn: 'two' }));
      const allowed = await onFull.deliver(reply('of the next', { turnId: 'two' }));
      expect([forbidden.state, allowed.state]).toEqual(['queued', 'queued']);
      // The second turn gave the conversation to a person: what it said itself goes out.
      const statusNote = { at: 0, reason: '', turnId: 'two' };
      await store.changeConversation(conversationId, () => ({ status: 'support_active', statusNote }));
      await clock.advance(75_000);
      await onFull.idle();
      onFull.stop();
      expect((await store.message(forbidden.id))!.state).toBe('discarded');
      expect((await store.message(allowed.id))!.state).toBe('sent');
    });
  });

  it('finds what was sent in its slot although a rule forbids it by now', async () => {
    const one = await gateway.deliver(reply('hello', { slot: 't:out:f:0' }));
    await store.changeConversation(conversationId, () => ({ humanUntil: clock.now() + 60_000 }));
    const told: string[] = [];
    const again = await gateway.deliver(reply('hello', { slot: 't:out:f:0' }), ({ id }) => told.push(id));
    expect([again.id, again.state, told]).toEqual([one.id, 'sent', [one.id]]);
    const other = await gateway.deliver(reply('more', { slot: 't:out:f:1' }), ({ id }) => told.push(id));
    expect([other.state, told.length]).toEqual(['discarded', 1]);
  });

  it('calls what was on its way at a crash unknown, and sends what waited', async () => {
    const pass = () => ({ gate: 'gateway', result: 'pass' as const, rule: 'all', reason: '', at: 0 });
    const { message } = await add(store, reply('was on its way'), pass);
    const { message: behind } = await add(store, reply('waits'), pass);
    expect(behind.state).toBe('queued');
    const after = createGateway({ store, clock, log: quiet, http, owner: 'the next process', account: () => account });
    await after.sweep();
    await after.idle();
    expect((await store.message(message.id))!.state).toBe('unknown');
    expect((await store.message(behind.id))!.state).toBe('sent');
    after.stop();
    expect(shown()).toEqual(['waits']);
  });

  it('marks nothing that has no part, and goes on with what people say', async () => {
    await expect(gateway.deliver(reply('', { parts: [] }))).rejects.toThrow('without a part');
    expect((await store.conversation(conversationId))!.openSend).toBeNull();
    expect((await gateway.deliver(reply('A person.', { purpose: 'human', author: 'human' }))).state).toBe('sent');
  });

  it('stores the platform’s answer when the disk has room again, and sends what waited behind it', async () => {
    let full = 2;
    const failing: Store = {
      ...store,
      run: (plan, options) =>
        options?.lazy && full-- > 0
          ? Promise.reject(new DragomanError('STORE_UNAVAILABLE', 'The disk is full.', 'Make room.'))
          : store.run(plan, options),
    };
    const onFull = createGateway({ store: failing, clock, log: quiet, http, owner: 'me', account: () => account });
    const first = await onFull.deliver(reply('first'));
    const second = onFull.deliver(reply('second'));
    for (let second = 0; second < 4; second++) await clock.advance(1_000);
    expect((await second).state).toBe('sent');
    await onFull.idle();
    onFull.stop();
    expect((await store.message(first.id))!.state).toBe('sent');
    expect(shown()).toEqual(['first', 'second']);
  });

  it('takes a channel that throws for one that leaves open what happened, and goes on', async () => {
    const { channel } = account;
    account.channel = {
      ...channel,
      send: () => Promise.reject(new TypeError('cannot read properties of undefined')),
    };
    const broken = await gateway.deliver(reply('broken'));
    expect(broken).toMatchObject({ state: 'unknown', error: { code: 'CHANNEL_FAILED' } });
    account.channel = channel;
    expect((await gateway.deliver(reply('next'))).state).toBe('sent');
    expect(await store.sends({ states: ['failed', 'unknown'], limit: 5 })).toMatchObject([{ id: broken.id }]);
  });

  it('sends what came before its sweep reached the conversation at start', async () => {
    await add(store, reply('was on its way'), () => ({ gate: '', result: 'pass', rule: '', reason: '', at: 0 }));
    const after = createGateway({ store, clock, log: quiet, http, owner: 'the next process', account: () => account });
    const early = await after.deliver(reply('ready early'));
    expect(early.state).toBe('queued');
    await after.sweep();
    await after.idle();
    after.stop();
    expect((await store.message(early.id))!.state).toBe('sent');
  });

  it('lets people’s words pass a reply that waits for its next try', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'rate-limit', retryAfter: 3_600, times: 1 });
    const waits = await gateway.deliver(reply('the bot'));
    expect(waits.state).toBe('queued');
    const person = await gateway.deliver(reply('a person', { purpose: 'human', author: 'human' }));
    expect(person.state).toBe('sent');
    expect((await gateway.deliver(reply('the bot again'))).state).toBe('queued');
    await clock.advance(2 * 3_600_000);
    await gateway.idle();
    expect(shown()).toEqual(['a person', 'the bot', 'the bot again']);
  });

  it('tries again with the account as it is then: its new token, or not at all while it is off', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'server-error', times: 1 });
    const waits = await gateway.deliver(reply('hello'));
    account.settings = { ...account.settings, botToken: '2:token' };
    account.enabled = false;
    await clock.advance(60_000);
    await gateway.idle();
    expect([(await store.message(waits.id))!.state, tries()]).toEqual(['queued', 1]);
    account.enabled = true;
    await gateway.sweep();
    await gateway.idle();
    expect((await store.message(waits.id))!.state).toBe('sent');
    expect(platform.calls({ send: true }).at(-1)).toMatchObject({ account: '2:token' });
  });

  it('keeps a draft from a contact who said STOP since', async () => {
    const draft = await gateway.deliver(reply('draft', { draft: true }));
    await store.changeConversation(conversationId, () => ({ optedOutAt: 1 }));
    await expect(gateway.approve(draft.id)).rejects.toThrow(/opted out/);
    expect((await store.message(draft.id))!.state).toBe('draft');
    await store.changeConversation(conversationId, () => ({ optedOutAt: 0, status: 'support_active' }));
    expect((await gateway.approve(draft.id)).state).toBe('sent');
    await expect(gateway.approve(draft.id)).rejects.toThrow(/no draft/);
  });

  it('spreads retries of sends that failed together', () => {
    const message = { ...reply('x'), tries: 0 } as unknown as Message;
    const refused = { ok: false, failure: 'retry', error: { code: 'X', message: '' } } as const;
    expect([0, 0.5, 1].map((chance) => settle(message, 0, refused, 0, chance).nextTryAt)).toEqual([
      1_000, 1_125, 1_250,
    ]);
    const told = (retryAfterMs: number, chance: number) =>
      settle(message, 0, { ...refused, retryAfterMs }, 0, chance).nextTryAt;
    expect([0, 0.5, 1].map((chance) => told(20_000, chance))).toEqual([20_000, 22_500, 25_000]);
    // A platform that asks for an hour is not asked again a quarter of an hour later than that.
    expect(told(3_600_000, 1)).toBe(3_630_000);
  });

  const threeParts = () =>
    reply('one two three', {
      parts: ['one', 'two', 'three']
        .flatMap((text) => telegram.render({ text }))
        .map((request) => ({ request, state: 'queued' })),
    });

  it.each([
    ['takeover', () => ({ humanSince: clock.now(), humanUntil: clock.now() + 60_000 })],
    ['consent', () => ({ optedOutAt: clock.now() })],
  ] as const)(
    'stops a long reply where a rule forbids its rest (%s): it has failed, and counts',
    async (rule, patch) => {
      account.dailyLimit = 5;
      const { channel } = account;
      account.channel = {
        ...channel,
        async send(...given) {
          const result = await channel.send(...given);
          await store.changeConversation(conversationId, patch);
          return result;
        },
      };
      const message = await gateway.deliver(threeParts());
      expect(message).toMatchObject({ state: 'failed', error: { code: rule }, cap: expect.any(String) });
      expect([shown(), await store.used(message.cap!)]).toEqual([['one'], 1]);
      expect((await store.conversation(conversationId))!.openSend).toBeNull();
      // The receipt of what has left brings nothing of the rest back.
      const event = { kind: 'status', type: 'status', key: 'r1', platformId: message.parts![0]!.platformId! } as const;
      await accept(store, [toIncoming({ ...event, state: 'delivered' }, account, clock.now())], clock.now());
      await clock.advance(40_000);
      expect((await store.message(message.id))!.state).toBe('failed');
      // A person may have the rest sent, and it is counted once.
      account.channel = channel;
      await store.changeConversation(conversationId, () => ({ humanUntil: 0, optedOutAt: 0 }));
      expect((await gateway.resend(message.id)).state).toBe('sent');
      expect([shown(), await store.used(message.cap!)]).toEqual([['one', 'two', 'three'], 1]);
    },
  );

  /** What the platform says of the second part. */
  const secondIs = (result: SendResult) => {
    const { channel } = account;
    let tries = 0;
    account.channel = {
      ...channel,
      send: async (...given) => (++tries === 2 ? result : channel.send(...given)),
    };
  };

  it('takes a message of which a part has left for failed, not for discarded, when a rule forbids the retry of its rest', async () => {
    account.dailyLimit = 5;
    secondIs({ ok: false, failure: 'retry', error: { code: '429', message: 'Slow down.' }, retryAfterMs: 30_000 });
    const { id, cap } = await gateway.deliver(threeParts());
    await store.changeConversation(conversationId, () => ({ optedOutAt: clock.now() }));
    await clock.advance(60_000);
    await gateway.idle();
    expect(await store.message(id)).toMatchObject({ state: 'failed', error: { code: 'consent' }, cap });
    expect([shown(), await store.used(cap!)]).toEqual([['one'], 1]);
  });

  it('counts a message of which a part has left, whatever the platform said of the rest', async () => {
    account.dailyLimit = 5;
    secondIs({ ok: false, failure: 'request', error: { code: '400', message: 'Bad Request' } });
    const { state, cap } = await gateway.deliver(threeParts());
    expect([state, shown(), await store.used(cap!)]).toEqual(['failed', ['one'], 1]);
  });

  it('at its end still sends what running turns say, in order, and leaves what waits to the next start', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'rate-limit', retryAfter: 600, times: 1 });
    const waits = await gateway.deliver(reply('waits for its time'));
    expect(waits.state).toBe('queued');
    const [{ conversationId: other } = {}] = await accept(store, [
      toIncoming({ ...said('hi', 'k2'), thread: { ...said('', '').thread, key: 'other' } }, account, clock.now()),
    ]);
    gateway.stop();
    const there = { conversationId: other! };
    const turns = [gateway.deliver(reply('One moment.', there)), gateway.deliver(reply('The answer.', there))];
    const behind = gateway.deliver(reply('behind what waits'));
    expect((await Promise.all([...turns, behind])).map(({ state }) => state)).toEqual(['sent', 'sent', 'queued']);
    await gateway.close();
    const late = await gateway.deliver(reply('after all', there));
    expect([late.state, shown()]).toEqual(['queued', ['One moment.', 'The answer.']]);
    const after = createGateway({ store, clock, log: quiet, http, owner: 'the next process', account: () => account });
    await after.sweep();
    await after.idle();
    after.stop();
    expect((await store.message(late.id))!.state).toBe('sent');
    expect((await store.message(waits.id))!.state).toBe('queued');
  });

  it.each(['unknown', 'retry'] as const)(
    'takes a part whose echo came before its answer was lost (%s) for sent, and goes on with the next',
    async (failure) => {
      const { channel } = account;
      let tries = 0;
      account.channel = {
        ...channel,
        async send(...given) {
          if (++tries > 1) return channel.send(...given);
          const { thread } = said('', '');
          const echo = { type: 'echo', key: 'e1', platformId: 'E1', text: 'one', media: [], thread };
          await accept(
            store,
            [toIncoming({ ...echo, kind: 'echo', automated: false }, account, clock.now())],
            clock.now(),
          );
          return { ok: false, failure, error: { code: 'LOST', message: 'The answer was lost.' } };
        },
      };
      const parts = ['one', 'two'].flatMap((text) => telegram.render({ text }));
      const message = await gateway.deliver(
        reply('one two', { parts: parts.map((request) => ({ request, state: 'queued' })) }),
      );
      expect(message).toMatchObject({ state: 'sent', parts: [{ platformId: 'E1' }, { state: 'sent' }] });
      expect([tries, shown(), (await store.conversation(conversationId))!.humanUntil]).toEqual([2, ['two'], 0]);
    },
  );

  it('answers everybody who asks for the same message to be sent once more, and sends it once', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token', times: 1 });
    const { id } = await gateway.deliver(reply('hello'));
    const states = (await Promise.all([gateway.resend(id), gateway.resend(id)])).map(({ state }) => state);
    expect([states, shown()]).toEqual([['sent', 'sent'], ['hello']]);
  }, 3_000);

  it('sends a draft at most once, and never a discarded one, whoever decides about it at the same time', async () => {
    for (let round = 0; round < 24; round++) {
      const before = shown().length;
      const { id } = await gateway.deliver(reply(`draft ${round}`, { draft: true }));
      const decisions = [gateway.approve, gateway.discard, gateway.approve, gateway.resend];
      // Each of them is the first now and then, and they come up to some rounds of the event loop apart.
      const inTurn = decisions.map((_, index) => decisions[(index + round) % decisions.length]!);
      await Promise.allSettled(
        inTurn.map(async (decide, index) => {
          for (let step = (index * round) % 25; step > 0; step--) await nextRound();
          return decide(id);
        }),
      );
      await gateway.idle();
      const { state } = (await store.message(id))!;
      expect([state, shown().length - before]).toEqual(state === 'discarded' ? ['discarded', 0] : ['sent', 1]);
    }
  });

  it('knows nothing of an earlier try of what is sent once more', async () => {
    const message = await gateway.deliver(reply('hello'));
    const { platformId } = message.parts![0]!;
    const error = { code: 'X', message: 'It did not arrive.' };
    const event = {
      kind: 'status',
      type: 'status',
      key: 'r1',
      platformId: platformId!,
      state: 'failed',
      error,
    } as const;
    await accept(store, [toIncoming(event, account, clock.now())], clock.now());
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token', times: 1 });
    expect((await gateway.resend(message.id)).state).toBe('failed');
  });

  it('lets no send stay open that nobody sees to, also of its own process', async () => {
    const broken: Store = {
      ...store,
      run: (plan, options) =>
        options?.lazy ? Promise.reject(new TypeError('a bug in a plan')) : store.run(plan, options),
    };
    const faulty = createGateway({ store: broken, clock, log: quiet, http, owner: 'me', account: () => account });
    const lost = await faulty.deliver(reply('lost sight of'));
    await faulty.idle();
    faulty.stop();
    expect((await store.conversation(conversationId))!.openSend).toBe(lost.id);
    const waits = await gateway.deliver(reply('behind it'));
    expect(waits.state).toBe('queued');
    await clock.advance(70_000);
    await gateway.idle();
    expect((await store.message(lost.id))!.state).toBe('unknown');
    expect((await store.message(waits.id))!.state).toBe('sent');
  });
});

describe('what has a template', () => {
  const HOUR = 3_600_000;
  const template = {
    text: 'Hello Ana, thanks for A-1.',
    request: whatsapp.renderTemplate!({
      ...{ name: 'order_thanks', language: 'en_US', parameters: [{ text: 'Ana' }, { text: 'A-1' }] },
      text: 'Hello Ana, thanks for A-1.',
    }),
  };
  beforeEach(async () => {
    account = {
      ...account,
      channel: whatsapp,
      settings: { accessToken: 't', phoneNumberId: '100', apiVersion: 'v25.0', apiBase: `${platform.url}/whatsapp` },
    };
    await wrote(0);
  });
  /** The customer wrote so long ago. */
  const wrote = (ago: number) =>
    store.run((records) =>
      records.updateConversation(conversationId, {
        lastInboundAt: clock.now() - ago,
        address: { to: '+34600000099' },
      }),
    );
  const words = (text: string, more: Partial<NewReply> = {}) =>
    reply(text, {
      parts: whatsapp.render({ text }).map((request) => ({ request, state: 'queued' })),
      template,
      ...more,
    });
  const methods = () => platform.calls({ send: true }).map(({ method }) => method);

  it('leaves as free text while the window is open', async () => {
    expect(await gateway.deliver(words('Hi!'))).toMatchObject({ state: 'sent', text: 'Hi!' });
    expect(methods()).toEqual(['messages.text']);
  });

  it('leaves as the template once it is closed, and what is stored is what left', async () => {
    await wrote(24 * HOUR);
    const { id } = await gateway.deliver(words('Hi!'));
    expect(platform.calls({ send: true })).toMatchObject([
      { method: 'messages.template', text: 'order_thanks (en_US): Ana · A-1', status: 200, schemaErrors: [] },
    ]);
    expect(await store.message(id)).toMatchObject({
      ...{ state: 'sent', text: 'Hello Ana, thanks for A-1.' },
      parts: [{ request: template.request, state: 'sent' }],
    });
  });

  it('is held without one, as ever', async () => {
    await wrote(24 * HOUR);
    expect(await gateway.deliver(words('Hi!', { template: undefined }))).toMatchObject({
      ...{ state: 'discarded', error: { code: 'window' } },
    });
    expect(methods()).toEqual([]);
  });

  it('that waits while the window closes leaves as the template', async () => {
    platform.faults.set({ platform: 'whatsapp' }, { kind: 'rate-limit', retryAfter: 2, times: 1 });
    await wrote(24 * HOUR - 1_000);
    expect(await settled(gateway.deliver(words('Hi!')))).toMatchObject({ state: 'sent', text: template.text });
    expect(methods()).toEqual(['messages.text', 'messages.template']);
  });

  it('stays in its words once a part of them has arrived', async () => {
    let sends = 0;
    const busy = {
      ok: false,
      failure: 'retry',
      error: { code: 'BUSY', message: 'Later.' },
      retryAfterMs: 2_000,
    } as const;
    account.channel = {
      ...whatsapp,
      send: async (...request) => (++sends === 2 ? busy : whatsapp.send(...request)),
    };
    await wrote(24 * HOUR - 1_000);
    const message = await settled(gateway.deliver(words(`${'a'.repeat(4_000)} ${'b'.repeat(4_000)}`)));
    expect(message).toMatchObject({ error: { code: 'window' }, parts: [{ state: 'sent' }, {}] });
    expect(methods()).toEqual(['messages.text']);
  });

  it('is tried again as what was stored, also when he wrote meanwhile', async () => {
    await wrote(24 * HOUR);
    platform.faults.set({ platform: 'whatsapp' }, { kind: 'server-error', times: 1 });
    const sending = gateway.deliver(words('Hi!'));
    await sending;
    await wrote(0);
    expect(await settled(sending)).toMatchObject({ state: 'sent', text: template.text });
    expect(methods()).toEqual(['messages.template', 'messages.template']);
  });

  it.each([
    ['paused', 132015, /paused the template/],
    ['disabled', 132016, /switched the template off for good/],
    [undefined, 132001, /no approved template of this name/],
  ] as const)(
    'that is %s there fails for good, with what to do, and can be sent again',
    async (state, code, action) => {
      const known = {
        name: state ? 'order_thanks' : 'another',
        language: 'en_US',
        body: 'Hello {{1}}, thanks for {{2}}.',
      };
      platform.approve({ ...known, state });
      await wrote(24 * HOUR);
      const failed = await settled(gateway.deliver(words('Hi!')));
      expect(failed).toMatchObject({
        state: 'failed',
        error: { code: `WHATSAPP_${code}`, action: expect.stringMatching(action) },
      });
      await clock.advance(60_000);
      expect(tries()).toBe(1);
      platform.approve({ ...known, name: 'order_thanks', state: 'approved' });
      expect((await gateway.resend(failed.id)).state).toBe('sent');
      expect(shown()).toEqual(['Hello Ana, thanks for A-1.']);
    },
  );

  it('and waits for approval leaves in the form that the window asks for then', async () => {
    await wrote(24 * HOUR);
    expect(await gateway.deliver(words('Hi!', { draft: true }))).toMatchObject({ state: 'draft', text: template.text });
    await wrote(0);
    const draft = await gateway.deliver(words('Hi!', { draft: true }));
    expect(draft).toMatchObject({ state: 'draft', text: 'Hi!' });
    await wrote(24 * HOUR);
    expect(await gateway.approve(draft.id)).toMatchObject({ state: 'sent', text: template.text });
    expect(methods()).toEqual(['messages.template']);
  });
});
