import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHttp } from '../../adapters/net/http-client.ts';
import type { PollFailure } from '../../core/ports.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { scripted } from '../testing.ts';
import { polling } from './polling.ts';
import { telegram } from './telegram.ts';
import { UPDATES, webhook } from './webhook.ts';

const TOKEN = '777000:AAH-polling-test-token';
const SECRET = 'polling_secret-1';
const http = createHttp();
const { signal } = new AbortController();
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

const says = (text: string) =>
  simulator.keep('telegram', { kind: 'text', customer: { id: 7 }, text }, { account: TOKEN });
const given = async (cursor?: string) => {
  const answer = await polling.next(cursor, settings, http, signal);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer;
};
const bodies = (requests: { body: Uint8Array }[]) =>
  requests.map(({ body }) => JSON.parse(new TextDecoder().decode(body)) as { message: { text: string } });

it('takes the bot’s webhook away, then gives what came as calls that pass the account’s own door', async () => {
  await webhook.set('https://bot.example/hook', settings, http);
  expect(await polling.next(undefined, settings, http, signal)).toMatchObject({ ok: false, why: 'conflict' });
  expect(await polling.open(settings, http, signal)).toEqual({ ok: true });
  expect(await webhook.info(settings, http)).toMatchObject({ url: '' });
  says('one');
  says('two');
  const first = await given();
  expect(bodies(first.requests).map(({ message }) => message.text)).toEqual(['one', 'two']);
  expect(simulator.calls().at(-1)).toMatchObject({ body: { allowed_updates: UPDATES }, schemaErrors: [] });
  for (const request of first.requests) {
    expect(telegram.verify(request, settings)).toEqual({ ok: true, signed: true });
    expect(telegram.verify(request, { ...settings, secretToken: 'another' })).toMatchObject({ ok: false });
    expect(telegram.parse(bodies([request])[0] as never)).toMatchObject([{ kind: 'message' }]);
  }
});

it('gives the same again until it is asked with the cursor', async () => {
  says('one');
  const { cursor } = await given();
  expect((await given()).requests).toHaveLength(1);
  says('two');
  expect(bodies((await given(cursor)).requests)).toMatchObject([{ message: { text: 'two' } }]);
});

const failed = async (status: number, body: unknown, headers?: Record<string, string>): Promise<PollFailure> => {
  const answer = await polling.next('5', settings, scripted(() => ({ status, body, headers }) as never).http, signal);
  if (answer.ok) throw new Error('It was no failure.');
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
  return answer;
};
const refused = (code: number, description: string, more: object = {}) => ({
  ok: false,
  error_code: code,
  description,
  ...more,
});

it.each([
  [409, refused(409, "Conflict: can't use getUpdates method while webhook is active"), 'conflict', 'elsewhere'],
  [409, refused(409, 'Conflict: terminated by setWebhook request'), 'conflict', 'elsewhere'],
  [409, refused(409, 'Conflict: terminated by other getUpdates request'), 'conflict', 'Another program'],
  [401, refused(401, 'Unauthorized'), 'account', 'token'],
  [404, refused(404, 'Not Found'), 'account', 'token'],
  [500, refused(500, `Internal Server Error at bot${TOKEN}`), 'passing', 'Internal Server Error'],
  [502, '<html>Bad Gateway</html>', 'passing', 'HTTP 502'],
  [200, 'no JSON', 'passing', 'HTTP 200'],
])('tells what %i means: %j', async (status, body, why, words) => {
  const { why: told, error } = await failed(status, body);
  expect(told).toBe(why);
  expect(error.message).toContain(words);
  expect(error.action).toMatch(/\w+ \w+/);
});

it('keeps Telegram’s own wait, and never names the token where nobody answers', async () => {
  expect(await failed(429, refused(429, 'Too Many Requests', { parameters: { retry_after: 7 } }))).toMatchObject({
    why: 'passing',
    retryAfterMs: 7_000,
  });
  const nowhere = { ...settings, apiBase: 'http://127.0.0.1:1' };
  const answer = await polling.open(nowhere, http, signal);
  expect(answer).toMatchObject({ ok: false, why: 'passing' });
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
});

it('is on where the account says so, and is one source for one bot', () => {
  expect([polling.on({ receive: 'polling' }), polling.on({ receive: 'webhook' }), polling.on({})]).toEqual([
    true,
    false,
    false,
  ]);
  expect(polling.source(settings)).toBe(polling.source({ ...settings, account: 'second' }));
  expect(polling.source(settings)).not.toBe(polling.source({ ...settings, botToken: '1:other' }));
});
