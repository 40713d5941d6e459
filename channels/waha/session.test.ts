import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHttp } from '../../adapters/net/http-client.ts';
import type { Json } from '../../core/model.ts';
import type { ParsedMessage } from '../../core/ports.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { scripted } from '../testing.ts';
import { EVENTS, identify, webhook } from './session.ts';
import { waha } from './waha.ts';

const KEY = 'api-key-of-a-test';
const HMAC = 'hmac-key-of-a-test';
const URL_ = 'https://bot.example/api/integrations/webhooks/waha/';

const http = createHttp();
let simulator: RunningSimulator;
let settings: Record<string, string>;
beforeAll(async () => {
  simulator = await startSimulator();
  settings = { account: 'node', apiKey: KEY, sessionId: 'shop', hmacKey: HMAC, apiBase: `${simulator.url}/waha` };
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
      for (const secret of [KEY, HMAC]) expect(`${error.message} ${error.action}`).not.toContain(secret);
      return error;
    },
  );
const answering = (status: number, body: Json) => scripted(() => ({ status, body })).http;

it('sets address, key and every event that is read, and shows them', async () => {
  expect(await webhook.info(settings, http)).toEqual({ url: '', pending: 0, updates: undefined });
  await webhook.set(URL_, settings, http);
  expect(simulator.calls().at(-1)).toMatchObject({
    account: 'shop',
    method: 'updateSession',
    status: 200,
    schemaErrors: [],
    body: { config: { webhooks: [{ url: URL_, hmac: { key: HMAC }, events: EVENTS }] } },
  });
  expect(EVENTS).not.toContain('message');
  expect(await webhook.info(settings, http)).toEqual({ url: URL_, pending: 0, updates: EVENTS });
});

it('keeps what the session is configured with, and sets itself once', async () => {
  const other = { url: 'https://crm.example/hook', events: ['*'] };
  const config = {
    metadata: { shop: '7' },
    ignore: { status: true },
    webhooks: [{ url: URL_, events: ['message'] }, other],
  };
  const { http: told, requests } = scripted(() => ({
    status: 200,
    body: { name: 'shop', status: 'WORKING', config, apps: [] },
  }));
  await webhook.set(URL_, settings, told);
  const [, put] = requests;
  expect(put!.body).toMatchObject({
    apps: [],
    config: { metadata: { shop: '7' }, ignore: { status: true }, webhooks: [other, { url: URL_, events: EVENTS }] },
  });
});

it('takes an address of the same network, and no other scheme', async () => {
  await webhook.set('http://node-red:1880/waha', { ...settings, hmacKey: '' }, http);
  expect(simulator.calls().at(-1)).toMatchObject({ schemaErrors: [], status: 200 });
  for (const url of ['ftp://a.b/c', 'waha', ''])
    expect(await failure(webhook.set(url, settings, http))).toMatchObject({ code: 'BAD_REQUEST' });
});

it('tells whose phone it is', async () => {
  expect(await identify(settings, http)).toEqual({ name: '+15550783881 (Simulated number)', id: '15550783881@c.us' });
  simulator.webhook('waha', { kind: 'session', status: 'SCAN_QR_CODE' }, { account: 'shop' });
  expect(await failure(identify(settings, http))).toMatchObject({
    code: 'SEND_FAILED',
    message: expect.stringContaining('linked to no phone'),
    action: expect.stringContaining('QR code'),
  });
});

it.each(['photo', 'voice'] as const)('fetches the %s of a customer, downloaded or not', async (kind) => {
  for (const missing of [false, true]) {
    const action = { kind, missing, customer: { phone: '34600111222' } };
    const { body } = simulator.webhook('waha', action, { account: 'shop' });
    const [event] = waha.parse(JSON.parse(body) as Json);
    const [medium] = (event as ParsedMessage).media;
    const bytes = await waha.download!(medium!, settings, http, 100_000);
    expect(Buffer.from(bytes).subarray(0, 4).toString('latin1')).toBe(kind === 'photo' ? '\x89PNG' : 'OggS');
  }
});

it.each([
  [401, { message: `Unauthorized: ${KEY}` }, 'ACCOUNT_NOT_CONFIGURED', /API key/],
  [404, { message: 'Session not found' }, 'ACCOUNT_NOT_CONFIGURED', /no session "shop"/],
  [500, { exception: { message: `boom ${HMAC}` } }, 'SEND_FAILED', /boom/],
  [400, { message: ['config.webhooks.0.url must be a URL'] }, 'SEND_FAILED', /must be a URL/],
])('understands %i', async (status, body, code, words) => {
  const error = await failure(webhook.set(URL_, settings, answering(status, body)));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(words);
});

it('says that nobody is there', async () => {
  const nowhere = { ...settings, apiBase: 'http://127.0.0.1:9' };
  expect(await failure(identify(nowhere, http))).toMatchObject({
    code: 'SEND_FAILED',
    message: expect.stringMatching(/did not answer/),
  });
});
