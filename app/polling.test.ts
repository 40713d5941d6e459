import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../adapters/net/clock.ts';
import { createHttp } from '../adapters/net/http-client.ts';
import { telegram } from '../channels/telegram/telegram.ts';
import type { Account } from '../core/accounts.ts';
import { DragomanError } from '../core/errors.ts';
import type { InboundRequest } from '../core/ports.ts';
import { type RunningSimulator, startSimulator } from '../simulator/index.ts';
import { type AccountPolling, createPolling, type PollState } from './polling.ts';

const TOKEN = '777000:AAH-app-polling';
const http = createHttp();
let simulator: RunningSimulator;
let polling: AccountPolling;
let lines: string[];
let stored: string[];
let states: PollState[];
/** What its account was told: the code it is refused with, or that it is not. */
let refusals: (string | null)[];
/** How long it waited, in ms; the waits themselves are cut short. */
let waits: number[];
/** What becomes of a call. */
let outcome: (text: string) => void;

const clock = {
  now: () => 0,
  at(at: number, wake: () => void) {
    // How long a request may take.
    if (at === 35_000) return systemClock.at(systemClock.now() + 60_000, wake);
    waits.push(at);
    return systemClock.at(systemClock.now() + 5, wake);
  },
};

beforeEach(async () => {
  simulator = await startSimulator();
  lines = [];
  stored = [];
  states = [];
  refusals = [];
  waits = [];
  outcome = () => {};
  const add = (line: string) => void lines.push(line);
  polling = createPolling({
    http,
    refusals: { note: async () => {} },
    clock,
    log: { debug: add, info: add, warn: add, error: add },
    chance: () => 1,
    onRefused: (_accountId, error) => void refusals.push(error?.code ?? null),
    async receive(_account: Account, { body }: InboundRequest) {
      const { text } = (JSON.parse(new TextDecoder().decode(body)) as { message: { text: string } }).message;
      outcome(text);
      stored.push(text);
      return { status: 200, body: 'ok' };
    },
  });
});
afterEach(async () => {
  await polling.stop();
  await simulator.stop();
});

const account = (id: string, more: object = {}): Account =>
  ({
    id,
    name: id,
    channel: telegram,
    enabled: true,
    simulated: false,
    settings: { account: id, botToken: TOKEN, receive: 'polling', apiBase: `${simulator.url}/telegram` },
    ...more,
  }) as unknown as Account;
const follow = (one = account('shop')) => polling.follow(one, (state) => void states.push(state));
const says = (text: string) =>
  simulator.keep('telegram', { kind: 'text', customer: { id: 7 }, text }, { account: TOKEN });
const asked = () => simulator.calls().filter(({ method }) => method === 'getUpdates');
const full = () => {
  throw new DragomanError('STORE_UNAVAILABLE', 'The disk is full.', 'Make room.', { retryable: true });
};
const until = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

it('stores what came in its order, once, and says that it asks', async () => {
  says('one');
  says('two');
  follow();
  await until(() => expect(stored).toEqual(['one', 'two']));
  says('three');
  await until(() => expect(stored).toEqual(['one', 'two', 'three']));
  expect(new Set(states)).toEqual(new Set(['asking']));
  expect(lines).toEqual([]);
});

it('confirms nothing that is not stored: it is given again, and goes on where it stopped', async () => {
  let works = false;
  outcome = (text) => void (text === 'two' && !works && full());
  says('one');
  says('two');
  says('three');
  follow();
  await until(() => expect(waits.length).toBeGreaterThan(7));
  expect(stored).not.toContain('two');
  expect(asked().every(({ body }) => !('offset' in (body as object)))).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/"shop" receives nothing for now: .*The disk is full/)]);
  works = true;
  await until(() => expect(stored.slice(-2)).toEqual(['two', 'three']));
  await until(() => expect(lines.at(-1)).toBe('Account "shop" receives again.'));
});

it('waits longer after each failure, a minute at most, and as long as the platform says', async () => {
  simulator.faults.set({ platform: 'telegram' }, { kind: 'server-error', calls: 'all', times: 8 });
  follow();
  await until(() => expect(states).toContain('asking'));
  expect(waits.slice(0, 5)).toEqual([1_250, 2_500, 5_000, 10_000, 20_000]);
  expect(Math.max(...waits)).toBe(75_000);
  says('first');
  await until(() => expect(stored).toEqual(['first']));
  waits.length = 0;
  simulator.faults.set({ platform: 'telegram' }, { kind: 'rate-limit', retryAfter: 17, calls: 'all', times: 1 });
  says('later');
  await until(() => expect(stored).toEqual(['first', 'later']));
  says('again');
  await until(() => expect(waits).toContain(17_000));
});

it('tells once that a webhook was set elsewhere, and receives when it is gone', async () => {
  follow();
  await until(() => expect(states).toEqual(['asking']));
  const call = (method: string, body: object) =>
    http({
      method: 'POST',
      url: `${simulator.url}/telegram/bot${TOKEN}/${method}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await call('setWebhook', { url: 'https://elsewhere.example/hook' });
  await until(() => expect(waits.length).toBeGreaterThan(3));
  expect(states.at(-1)).toBe('conflict');
  expect(lines).toEqual([expect.stringContaining('A webhook was set for this bot elsewhere')]);
  says('kept');
  await call('deleteWebhook', {});
  await until(() => expect(stored).toEqual(['kept']));
  expect(states.at(-1)).toBe('asking');
});

it('tells that the token is refused, without naming it', async () => {
  simulator.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
  follow();
  await until(() => expect(waits.length).toBeGreaterThan(2));
  expect(refusals).toEqual(['TELEGRAM_401']);
  expect(states).toEqual([]);
  expect(lines.join()).toContain('does not know the bot token');
  expect(lines.join()).not.toContain(TOKEN);
  await polling.stop();
  expect(refusals).toEqual(['TELEGRAM_401', null]);
});

it('takes the refusal back once the platform takes the token, and tells the next one', async () => {
  const refused = () => refusals.filter(Boolean);
  for (const times of [1, 2]) {
    simulator.faults.set({ platform: 'telegram' }, { kind: 'bad-token', times: 2 });
    says('kept meanwhile');
    if (times === 1) follow();
    await until(() => expect(refused()).toHaveLength(times));
    says('what wakes it');
    await until(() => expect(stored).toHaveLength(2 * times));
    await until(() => expect(refusals.at(-1)).toBeNull());
  }
});

it('leaves out an update that fails on its own after some tries, so that others are answered', async () => {
  outcome = (text) => {
    if (text === 'broken') throw new TypeError('no such thing');
  };
  says('broken');
  says('fine');
  follow();
  await until(() => expect(stored).toEqual(['fine']));
  expect(waits.length).toBe(5);
  expect(lines.at(-2)).toContain('was left out: no such thing');
});

it('asks once for one bot, and no more once it was stopped', async () => {
  const stop = follow();
  expect(() => follow(account('second'))).toThrow(expect.objectContaining({ code: 'ACCOUNT_TWICE' }));
  await until(() => expect(states).toEqual(['asking']));
  await stop();
  says('too late');
  follow(account('second'));
  await until(() => expect(stored).toEqual(['too late']));
  await polling.stop();
  says('after the end');
  follow(account('third'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(stored).toEqual(['too late']);
});

it('asks for enabled accounts of the real platform that want it', () => {
  expect(polling.wanted(account('shop'))).toBe(true);
  for (const more of [{ enabled: false }, { simulated: true }, { settings: { receive: 'webhook' } }])
    expect(polling.wanted(account('shop', more))).toBe(false);
});
