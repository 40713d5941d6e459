import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../adapters/net/http-client.ts';
import { telegram } from '../../channels/telegram/telegram.ts';
import { said, log as webhook } from '../../contracts/store/events.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { startSimulator } from '../../simulator/index.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import type { Account } from '../accounts.ts';
import { newId } from '../ids.ts';
import { toIncoming } from '../inbox/accept.ts';
import type { Message } from '../model.ts';
import type { Http, Logger, NewReply, Store } from '../ports.ts';
import { createGateway, type Gateway } from './gateway.ts';

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
    reopens: false,
    burst: true,
    dailyLimit: 0,
  };
  gateway = createGateway({ store, clock, log: quiet, http, account: (id) => (id === 'acc' ? account : undefined) });
  const [result] = await store.accept([toIncoming(said('hi', 'k1'), account, clock.now())], webhook(clock.now()));
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
  let message: Message | undefined;
  sending.then((result) => (message = result));
  while (!message) await clock.advance(500);
  return message;
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
    await gateway.resume();
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

  it('calls what was on its way at a crash unknown, and sends what waited', async () => {
    const pass = () => ({ gate: 'gateway', result: 'pass' as const, rule: 'all', reason: '', at: 0 });
    const { message } = await store.addReply(reply('was on its way'), pass);
    const block = await store.addReply(reply('waits'), pass);
    expect(block.mark).toEqual({ kind: 'busy' });
    const after = createGateway({ store, clock, log: quiet, http, account: () => account });
    await after.resume();
    await after.idle();
    expect((await store.message(message.id))!.state).toBe('unknown');
    expect((await store.message(block.message.id))!.state).toBe('sent');
    expect(shown()).toEqual(['waits']);
  });
});
