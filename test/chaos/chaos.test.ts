/**
 * 2,000 events over three channels, each delivered up to three times, shuffled, while the process is killed with -9 again and again and the
 * platforms fail: every conversation gets exactly its replies, in order. What the platform may or may not have done is `unknown`, never twice.
 * CHAOS_SEED repeats a run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';
import { type PlatformId, startSimulator } from '../../simulator/index.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { seeded, shuffle } from '../support/seeded.ts';
import { freePort, type Server, startServer } from '../support/server.ts';
import { echoFlow } from './flow.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 20261120);
const EVENTS = 2_000;
const PEOPLE = 240;
const KILLS = 5;
const CONCURRENT = 24;
const PLATFORMS = ['telegram', 'whatsapp', 'instagram'] as const;

const random = seeded(SEED);
const pick = (count: number) => Math.floor(random() * count);

let folder: string;
let platforms: Awaited<ReturnType<typeof startSimulator>>;
let server: Server;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chaos-'));
  const flows = path.join(folder, 'flows');
  const data = path.join(folder, 'data');
  platforms = await startSimulator({ random });
  mkdirSync(flows);
  writeFileSync(path.join(flows, 'echo.json'), JSON.stringify(echoFlow()));
  env = {
    PORT: String(await freePort()),
    DRAGOMAN_DATA: data,
    DRAGOMAN_FLOWS: flows,
    DRAGOMAN_SIMULATOR: 'off',
    TELEGRAM_API_BASE: `${platforms.url}/telegram`,
    TELEGRAM_BOT_TOKEN: '1:chaos',
    WHATSAPP_API_BASE: `${platforms.url}/whatsapp`,
    WHATSAPP_ACCESS_TOKEN: 'chaos',
    WHATSAPP_PHONE_NUMBER_ID: '1000',
    INSTAGRAM_API_BASE: `${platforms.url}/instagram`,
    INSTAGRAM_ACCESS_TOKEN: 'chaos',
    INSTAGRAM_ACCOUNT_ID: '2000',
  };
  server = await startServer(env);
}, 60_000);

afterAll(async () => {
  await server.kill();
  await platforms.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Delivery {
  platform: PlatformId;
  thread: string;
  token: string;
  headers: Record<string, string>;
  body: string;
}

/** What each person says, as the webhooks that the platforms would post, up to three times each, in no order. */
function deliveries(): Delivery[] {
  const all: Delivery[] = [];
  for (let index = 0; index < EVENTS; index++) {
    const person = pick(PEOPLE);
    const platform = PLATFORMS[person % PLATFORMS.length]!;
    const thread = String(34_600_000_000 + person);
    const token = `w${index}`;
    const request =
      platform === 'telegram'
        ? platforms.webhook(platform, { kind: 'text', customer: { id: Number(thread) }, text: token })
        : platform === 'whatsapp'
          ? platforms.webhook(platform, { kind: 'text', customer: { phone: thread }, text: token }, { account: '1000' })
          : platforms.webhook(platform, { kind: 'text', customer: { id: thread }, text: token }, { account: '2000' });
    const times = 1 + pick(3);
    for (let time = 0; time < times; time++)
      all.push({ platform, thread, token, headers: request.headers, body: request.body });
  }
  return shuffle(all, random);
}

/** Posts until it is taken, as a platform does. */
async function deliver({ platform, headers, body }: Delivery): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const response = await fetch(`${server.url}/hook/${platform}`, { method: 'POST', headers, body }).catch(() => null);
    await response?.text();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The webhook was not taken within a minute.');
}

/** Beside the running server, as the commands do. */
async function whenIdle(store: Store): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    const open = await store.sends({ states: ['queued', 'sending'], limit: 1 });
    if ((await store.lanes()).length === 0 && open.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('There is still something to do after two minutes.');
}

const tokensIn = (text: string) => text.match(/w\d+/g) ?? [];

it(`loses nothing and doubles nothing (seed ${SEED})`, async () => {
  for (const platform of PLATFORMS) {
    platforms.faults.set({ platform }, { kind: 'server-error', chance: 0.02 });
    platforms.faults.set({ platform }, { kind: 'rate-limit', retryAfter: 1, chance: 0.02 });
    platforms.faults.set({ platform }, { kind: 'accept-then-drop', chance: 0.005 });
    // So that a kill meets sends that are on their way.
    platforms.faults.set({ platform }, { kind: 'delay', ms: 25 });
  }
  const queue = deliveries();
  const total = queue.length;
  const killAt = Array.from(
    { length: KILLS },
    (_, index) => Math.floor((total * (index + 1)) / (KILLS + 1)) + pick(50),
  );
  const workers = Array.from({ length: CONCURRENT }, async () => {
    for (let next = queue.pop(); next; next = queue.pop()) await deliver(next);
  });
  for (const at of killAt) {
    while (total - queue.length < at) await new Promise((resolve) => setTimeout(resolve, 2));
    await server.kill();
    server = await startServer(env);
  }
  await Promise.all(workers);

  const store = openStore(path.join(env.DRAGOMAN_DATA!, 'dragoman.db'), { beside: true });
  await whenIdle(store);

  const problems: string[] = [];
  let unknown = 0;
  let answered = 0;
  for (const conversation of await store.conversations({ limit: PEOPLE + 1 })) {
    const messages = await store.messages(conversation.id, { limit: 10_000 });
    const received = messages.filter((message) => message.direction === 'in').map((message) => message.text);
    const thread = JSON.stringify(conversation.address).match(/\d{11}/)![0];
    const shown = platforms
      .calls({ platform: conversation.channel as PlatformId, thread, send: true })
      .filter((call) => call.messageId);
    const doubtful = new Set(
      messages.filter((message: Message) => message.state === 'unknown').flatMap((message) => tokensIn(message.text)),
    );
    unknown += messages.filter((message) => message.state === 'unknown').length;
    const told = shown.flatMap((call) => tokensIn(call.text ?? ''));
    answered += told.length;
    if (new Set(told).size !== told.length) problems.push(`${thread} was told something twice: ${told}`);
    const missing = received.filter((token) => !told.includes(token) && !doubtful.has(token));
    if (missing.length > 0) problems.push(`${thread} got no reply to ${missing}`);
    const expected = received.filter((token) => told.includes(token));
    if (expected.join() !== told.join()) problems.push(`${thread} was answered out of order: ${expected} / ${told}`);
    if (new Set(received).size !== received.length) problems.push(`${thread} has a message twice: ${received}`);
  }
  const dead = await store.turns({ state: 'dead', limit: 10 });
  await store.close();
  expect(problems).toEqual([]);
  expect(dead).toEqual([]);
  expect(answered).toBeGreaterThan(EVENTS - 200);
  expect(unknown).toBeLessThan(150);
  process.stdout.write(
    `chaos: ${total} deliveries of ${EVENTS} events, ${KILLS} kills, ${answered} answered, ${unknown} replies unknown\n`,
  );
}, 300_000);
