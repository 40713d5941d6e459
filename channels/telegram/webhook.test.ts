import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHttp } from '../../adapters/net/http-client.ts';
import type { Json } from '../../core/model.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { sample, scripted } from '../testing.ts';
import { parse } from './parse.ts';
import { UPDATES, webhook } from './webhook.ts';

const TOKEN = '777000:AAH-webhook-test-token';
const SECRET = 'webhook_secret-1';
const URL_ = 'https://bot.example/api/integrations/webhooks/telegram/';

const http = createHttp();
let simulator: RunningSimulator;
let settings: Record<string, string>;
beforeAll(async () => {
  simulator = await startSimulator();
  settings = { account: 'node', botToken: TOKEN, secretToken: SECRET, apiBase: `${simulator.url}/telegram` };
});
afterAll(async () => {
  await http.close();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: Error & { code: string; action: string }) => {
      expect(`${error.message} ${error.action}`).not.toContain(TOKEN);
      expect(`${error.message} ${error.action}`).not.toContain(SECRET);
      return error;
    },
  );

it('sets address, secret and every update that is read, and shows them', async () => {
  expect(await webhook.info(settings, http)).toMatchObject({ url: '', pending: 0 });
  await webhook.set(URL_, settings, http);
  const [, set] = simulator.calls();
  expect(set).toMatchObject({
    account: TOKEN,
    method: 'setWebhook',
    status: 200,
    schemaErrors: [],
    body: { url: URL_, secret_token: SECRET, allowed_updates: UPDATES },
  });
  expect(await webhook.info(settings, http)).toMatchObject({ url: URL_, pending: 0, updates: UPDATES });
});

it('tells what waits and why the last delivery failed', async () => {
  const result = {
    url: URL_,
    has_custom_certificate: false,
    pending_update_count: 7,
    last_error_date: 1_795_100_000,
    last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
  };
  expect(await webhook.info(settings, scripted(() => ({ status: 200, body: { ok: true, result } })).http)).toEqual({
    url: URL_,
    pending: 7,
    lastError: 'Wrong response from the webhook: 503 Service Unavailable',
    lastErrorAt: 1_795_100_000_000,
    updates: undefined,
  });
});

it('sends no secret where none is configured', async () => {
  await webhook.set(URL_, { ...settings, secretToken: '' }, http);
  expect(simulator.calls()[0]?.body).not.toHaveProperty('secret_token');
});

it('asks for the update of every sample that is more than logged', () => {
  const folder = path.join(import.meta.dirname, 'samples');
  const kinds = new Set<string>();
  for (const file of readdirSync(folder)) {
    const update = sample('telegram', path.basename(file, '.json')) as Record<string, Json>;
    if (parse(update).every((event) => event.kind === 'other')) continue;
    for (const kind of Object.keys(update)) if (kind !== 'update_id') kinds.add(kind);
  }
  expect(kinds.size).toBeGreaterThan(5);
  expect(UPDATES).toEqual(expect.arrayContaining([...kinds]));
});

it('refuses an address without https before it asks Telegram', async () => {
  for (const url of ['http://bot.example/hook', 'bot.example', ''])
    expect(await failure(webhook.set(url, settings, http))).toMatchObject({ code: 'BAD_REQUEST' });
  expect(simulator.calls()).toEqual([]);
});

it('tells a wrong token from a refusal, from an error and from no answer', async () => {
  const target = { platform: 'telegram' as const };
  simulator.faults.set(target, { kind: 'bad-token' });
  expect(await failure(webhook.info(settings, http))).toMatchObject({ code: 'ACCOUNT_NOT_CONFIGURED' });
  simulator.faults.clear();
  simulator.faults.set(target, { kind: 'server-error', calls: 'all' });
  expect(await failure(webhook.info(settings, http))).toMatchObject({ code: 'SEND_FAILED', retryable: true });
  simulator.faults.clear();
  const long = { ...settings, secretToken: 'x'.repeat(300) };
  expect(await failure(webhook.set(URL_, long, http))).toMatchObject({ code: 'SEND_FAILED', retryable: false });
  const nowhere = { ...settings, apiBase: 'http://127.0.0.1:1' };
  expect(await failure(webhook.info(nowhere, http))).toMatchObject({ code: 'SEND_FAILED', retryable: true });
});
