/** The process is killed with -9 while a voice note is made, and between its upload and its message: the customer gets it once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../core/model.ts';
import { startSimulator } from '../../simulator/index.ts';
import { startLlm } from '../../simulator/llm.ts';
import { echoFlow } from '../support/echo-flow.ts';
import { openStoreOf } from '../support/engine.ts';
import { freePort, type Server, startServer } from '../support/server.ts';
import { startSpeech } from '../support/speech.ts';

let folder: string;
let platforms: Awaited<ReturnType<typeof startSimulator>>;
let mouth: Awaited<ReturnType<typeof startLlm>>;
let ear: Awaited<ReturnType<typeof startSpeech>>;
let server: Server;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'voices-'));
  const flows = path.join(folder, 'flows');
  platforms = await startSimulator();
  mouth = await startLlm();
  ear = await startSpeech(() => 'Hola');
  mkdirSync(flows);
  const aloud = echoFlow().map((node) => ('channel' in node ? { ...node, voiceReplies: true } : node));
  writeFileSync(path.join(flows, 'echo.json'), JSON.stringify(aloud));
  env = {
    PORT: String(await freePort()),
    DRAGOMAN_DATA: path.join(folder, 'data'),
    DRAGOMAN_FLOWS: flows,
    DRAGOMAN_SIMULATOR: 'off',
    WHATSAPP_API_BASE: `${platforms.url}/whatsapp`,
    WHATSAPP_ACCESS_TOKEN: 'chaos',
    WHATSAPP_PHONE_NUMBER_ID: '1000',
    STT_BASE_URL: ear.url,
    STT_API_KEY: 'sk-ear',
    TTS_BASE_URL: mouth.url,
    TTS_API_KEY: 'sk-mouth',
  };
  server = await startServer(env);
}, 90_000);

afterAll(async () => {
  await server?.kill();
  await platforms?.stop();
  await mouth?.close();
  await ear?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const found = await look();
    if (found) return found as NonNullable<T>;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Nothing came: ${look}`);
}

async function says(phone: string): Promise<void> {
  const { headers, body } = platforms.webhook('whatsapp', { kind: 'voice', customer: { phone } }, { account: '1000' });
  const response = await fetch(`${server.url}/hook/whatsapp`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
}

const got = (thread: string) =>
  platforms
    .calls({ platform: 'whatsapp', thread, send: true })
    .filter(({ messageId }) => messageId)
    .map(({ media, text }) => media?.[0]?.kind ?? text);

/** Beside the running server, as the commands do. */
async function replyTo(phone: string): Promise<Message | undefined> {
  const store = await openStoreOf(path.join(folder, 'data'));
  try {
    const all = await store.conversations({ limit: 10 });
    const found = all.find(({ address }) => JSON.stringify(address).includes(phone));
    const messages = found ? await store.messages(found.id, { limit: 10 }) : [];
    return messages.findLast(({ direction }) => direction === 'out');
  } finally {
    await store.close();
  }
}

it('loses nothing where it dies while the note is made', async () => {
  const phone = '34600000001';
  mouth.fault = { kind: 'hang' };
  await says(phone);
  await until(() => mouth.journal.some((asked) => asked.path === '/v1/audio/speech'));
  expect(await replyTo(phone)).toMatchObject({ state: 'queued', media: [], parts: [{ sayIn: 'en', state: 'queued' }] });
  await server.kill();
  mouth.fault = null;
  server = await startServer(env);
  await until(() => got(phone).length);
  expect(got(phone)).toEqual(['voice']);
  expect(await until(async () => (await replyTo(phone))?.state === 'sent' && (await replyTo(phone)))).toMatchObject({
    text: 'got Hola',
    media: [{ kind: 'voice', heard: true }],
  });
}, 120_000);

it('says nothing twice where it dies between the upload and the answer to its message', async () => {
  const phone = '34600000002';
  platforms.faults.set({ platform: 'whatsapp', thread: phone }, { kind: 'delay', ms: 1_500 });
  await says(phone);
  await until(async () => (await replyTo(phone))?.state === 'sending');
  await until(() => platforms.calls().filter(({ method }) => method === 'media.upload').length === 2);
  await server.kill();
  platforms.faults.clear();
  server = await startServer(env);
  const message = await until(async () => (await replyTo(phone))?.state === 'unknown' && (await replyTo(phone)));
  expect(message).toMatchObject({ error: { code: 'CUT_OFF' }, media: [{ kind: 'voice' }] });
  // The platform may have taken it, and nobody sends it again.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(got(phone).filter((kind) => kind !== 'voice')).toEqual([]);
  expect(got(phone).length).toBeLessThanOrEqual(1);
  expect((await replyTo(phone))!.state).toBe('unknown');
}, 120_000);
