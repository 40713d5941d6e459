/** Set-up on a real Node-RED: accounts whose platforms are stand-ins on another server, a model, knowledge; and `dragoman doctor` beside it. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SetupLine, SetupPart, SetupReport } from '../../core/setup/report.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const TOKEN = '616161:AAH-stored-in-the-node';
const SECRET = 'hook_secret-42';
const VERIFY = 'verify-word-42';
const API_TOKEN = 'token-of-the-test';
const SHOP_SECRET = 'shop_secret-42';
const ORDER = {
  ...{ number: 'A-7', state: 'placed', placed_at: '2026-05-28T09:30:00Z' },
  ...{ customer: { name: 'Ana', phone: '+34600111222' }, items: [{ name: 'Kettle', quantity: 1 }] },
};
const WORLD = 'https://bot.example.com';
const SECRETS = [TOKEN, SECRET, SHOP_SECRET, VERIFY, API_TOKEN, 'sk-setup-test'];

const orderIn = (id: string, settings: object, account: string) => ({
  ...{ id, type: 'dragoman-order-in', name: id, account, source: 'api', version: 1, pollSeconds: 86_400 },
  ...{ settings: { shop: id, ...settings }, wires: [[]] },
});

let platform: RunningSimulator;
/** What the shop answers with. */
let orders: { status: number; body: unknown };
let shop: Awaited<ReturnType<typeof startShop>>;
let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;

beforeAll(async () => {
  orders = { status: 200, body: [] };
  shop = await startShop(() => orders);
  [platform, llm] = await Promise.all([startSimulator(), startLlm({ models: ['gpt-5-mini'] })]);
  bot = await startDragoman({
    flows: [
      accountConfig('shop', { name: 'Shop' }),
      ...entryNodes('shop', '/hooks/shop', 'gate'),
      accountConfig('number', {
        ...{ name: 'Number', channel: 'whatsapp', autoReply: 'off' },
        settings: { phoneNumberId: '100200300' },
      }),
      ...entryNodes('number', '/hooks/number', 'gate'),
      { id: 'ask-number', type: 'http in', method: 'get', url: '/hooks/number', wires: [['in-number']] },
      accountConfig('try', { name: 'Try', envPrefix: 'TRY_', manualPrompt: '' }),
      ...entryNodes('try', '/hooks/try', 'gate'),
      accountConfig('broken', { name: 'Broken', channel: 'pigeon' }),
      accountConfig('off', { name: 'Off', enabled: false, envPrefix: 'OFF_' }),
      orderIn('casa', { url: `${shop.url}/orders` }, 'number'),
      orderIn('flow', {}, 'number'),
      orderIn('calling', {}, 'number'),
      {
        id: 'ask-calling',
        type: 'http in',
        method: 'post',
        url: '/shop/calls',
        skipBodyParsing: true,
        wires: [['calling']],
      },
      { id: 'gate', type: 'dragoman-status-gate', version: 1, wires: [[], []] },
      { id: 'search', type: 'dragoman-rag', base: 'nowhere', limit: 3, version: 1, wires: [[]] },
      {
        ...{ id: 'model', type: 'dragoman-provider', config: true, name: 'Own', provider: 'openai', version: 1 },
        ...{ baseUrl: llm.url, model: 'gpt-5-mini', priceInput: 1, priceCached: '', priceOutput: 2, currency: 'EUR' },
      },
    ],
    credentials: {
      shop: { telegram__botToken: TOKEN, telegram__secretToken: SECRET },
      calling: { api__webhookSecret: SHOP_SECRET },
      number: { whatsapp__accessToken: 'EAAG-setup-test', whatsapp__verifyToken: VERIFY },
      model: { apiKey: 'sk-setup-test' },
    },
    env: {
      // Stand for the platforms themselves: another server than the one that accounts without credentials are led to.
      ...{ TELEGRAM_API_BASE: `${platform.url}/telegram`, WHATSAPP_API_BASE: `${platform.url}/whatsapp` },
      ...{ DRAGOMAN_API_TOKEN: API_TOKEN, DRAGOMAN_PUBLIC_URL: WORLD, DRAGOMAN_NOTICE_URL: undefined },
    },
  });
}, 90_000);
afterAll(async () => {
  await bot?.stop();
  await platform?.stop();
  await llm?.close();
  await shop?.stop();
});
beforeEach(() => {
  platform.reset();
  process.env.DRAGOMAN_PUBLIC_URL = WORLD;
});

async function startShop(answer: () => typeof orders) {
  const server = createServer((_request, response) => {
    const { status, body } = answer();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function ask<T>(route: string, body?: object): Promise<{ status: number; json: T }> {
  const answer = await fetch(`${bot.runtime.url}/dragoman/api/v1/setup${route}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  return { status: answer.status, json: JSON.parse(text) as T };
}
const report = async () => (await ask<SetupReport>('')).json.parts;
const partOf = async (id: string) => (await report()).find((part) => part.id === id)!;
const check = async (id: string) => (await ask<SetupPart>(`/accounts/${id}/check`, {})).json;
const codes = ({ lines }: SetupPart) => lines.map(({ code, state }) => `${code} ${state}`);
const find = ({ lines }: SetupPart, code: SetupLine['code']) => lines.find((line) => line.code === code);

it('is for who manages', async () => {
  for (const [route, method] of [
    ['', 'GET'],
    ['/accounts/shop/check', 'POST'],
    ['/accounts/shop/register', 'POST'],
    ['/models/model/try', 'POST'],
    ['/shops/casa/check', 'POST'],
  ] as const)
    expect((await fetch(`${bot.runtime.url}/dragoman/api/v1/setup${route}`, { method })).status, route).toBe(401);
  expect(platform.calls()).toEqual([]);
  expect(llm.journal.filter(({ path: asked }) => asked.includes('responses'))).toEqual([]);
});

it('tells all accounts in the order of their flows, also those that could not be made, and asks no platform', async () => {
  const accounts = (await report()).filter(({ kind }) => kind === 'account');
  expect(Object.fromEntries(accounts.map(({ name, state }) => [name, state]))).toEqual({
    ...{ Shop: 'missing', Number: 'missing', Try: 'missing', Broken: 'missing', Off: 'off' },
  });
  expect(find(accounts.find(({ id }) => id === 'broken')!, 'account.broken')?.text).toContain('pigeon');
  const tried = accounts.find(({ id }) => id === 'try')!;
  expect(codes(tried)).toEqual(['account.standin standin', 'account.entry ok', 'account.prompt missing']);
  expect(tried.lines[0]!.todo).toContain('TRY_TELEGRAM_BOT_TOKEN');
  expect(platform.calls()).toEqual([]);
});

describe('an account on Telegram', () => {
  it('is connected step by step: whose token, where to, its signature, its first message', async () => {
    expect(codes(await check('shop'))).toEqual([
      'account.who ok',
      'account.entry ok',
      'account.nowhere missing',
      'account.checks ok',
      'account.unheard missing',
    ]);
    const registered = (await ask<SetupPart>('/accounts/shop/register', {})).json;
    expect(find(registered, 'account.delivers')?.values.url).toBe(`${WORLD}/hooks/shop`);
    const set = platform.calls().find(({ body }) => (body as { url?: string })?.url);
    expect(set?.body).toMatchObject({ url: `${WORLD}/hooks/shop`, secret_token: SECRET });
    // What was told is remembered, until it is asked anew.
    expect(codes(await partOf('shop'))).toContain('account.delivers ok');

    const customer = { id: 5001, firstName: 'Lucía' };
    const write = (secret?: string) =>
      bot.happens('telegram', '/hooks/shop', { kind: 'text', customer, text: 'Hola' }, secret);
    expect((await write()).status).toBe(401);
    expect(find(await partOf('shop'), 'account.unproved')).toMatchObject({ state: 'missing', node: 'shop' });
    expect((await write(SECRET)).status).toBe(200);
    const done = await partOf('shop');
    expect([done.state, ...codes(done)]).toEqual([
      'ok',
      ...['account.who ok', 'account.entry ok', 'account.delivers ok', 'account.signed ok', 'account.heard ok'],
    ]);
  });

  it('tells what its platform has against it', async () => {
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    const refused = await check('shop');
    expect(refused.lines[0]).toMatchObject({ code: 'account.refused', state: 'missing', node: 'shop' });
    expect(refused.lines[0]!.problem).toMatchObject({ code: 'ACCOUNT_NOT_CONFIGURED' });
  });

  it('registers nowhere without an address', async () => {
    process.env.DRAGOMAN_PUBLIC_URL = '';
    const refused = await ask<{ error: { code: string } }>('/accounts/shop/register', {});
    expect([refused.status, refused.json.error.code]).toEqual([400, 'BAD_REQUEST']);
    const unknown = await ask<{ error: { code: string } }>('/accounts/nobody/check', {});
    expect([unknown.status, unknown.json.error.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('an account on WhatsApp', () => {
  it('proves its address as Meta will ask for it, through the server itself', async () => {
    process.env.DRAGOMAN_PUBLIC_URL = bot.runtime.url;
    const there = await check('number');
    expect(codes(there)).toEqual([
      'account.who ok',
      'account.entry ok',
      'account.reached ok',
      'account.subscribe missing',
      'account.unsigned warn',
      'account.unheard missing',
      'account.drafts warn',
    ]);
    expect(find(there, 'account.unsigned')?.todo).toContain('WHATSAPP_APP_SECRET');
    process.env.DRAGOMAN_PUBLIC_URL = `${bot.runtime.url}/elsewhere`;
    expect(find(await check('number'), 'account.unreached')?.text).toContain('HTTP 404');
  });
});

describe('a shop', () => {
  const askShop = async (id: string) => (await ask<SetupPart>(`/shops/${id}/check`, {})).json;

  it('tells where its orders come from, and whether messages about them leave', async () => {
    const casa = await bot.until(async () => {
      const part = await partOf('casa');
      return find(part, 'shop.asked') && part;
    });
    expect([casa.kind, casa.name, casa.real, ...codes(casa)]).toEqual([
      ...['shop', 'casa', true, 'shop.asked ok', 'shop.writes ok'],
    ]);
    expect(codes(await partOf('flow'))).toEqual(['shop.standin standin', 'shop.writes ok']);
    expect(find(await partOf('flow'), 'shop.standin')?.todo).toContain('ORDERS_API_URL');
    expect(codes(await partOf('calling'))).toEqual(['shop.called ok', 'shop.writes ok']);
    expect((await bot.post('/shop/calls', {})).status).toBe(401);
    expect(find(await partOf('calling'), 'shop.unproved')).toMatchObject({ state: 'warn', node: 'calling' });
    // What a shop does wrong is not its account's.
    expect(codes(await partOf('number'))).not.toContain('account.unproved missing');
  });

  it('is asked where somebody wants to know, and nothing of it is taken in', async () => {
    orders = { status: 200, body: [ORDER, { state: 'placed' }] };
    const asked = await askShop('casa');
    expect(find(asked, 'shop.answered')).toMatchObject({ values: { orders: 2 } });
    expect(find(asked, 'shop.faulty')).toMatchObject({ state: 'warn', values: { n: 1 } });
    // What was told is remembered, until it is asked anew.
    expect(codes(await partOf('casa'))).toContain('shop.answered ok');
    expect((await bot.engine.store.orders({ limit: 9 })).length).toBe(0);
    orders = { status: 500, body: {} };
    expect(find(await askShop('casa'), 'shop.refused')).toMatchObject({ state: 'missing', node: 'casa' });
    expect((await ask('/shops/flow/check', {})).status).toBe(404);
  });
});

describe('what answers', () => {
  it('is a model, which is asked one small question where somebody wants to know', async () => {
    const model = await partOf('model');
    expect(codes(model)).toEqual(['model.set ok']);
    expect(model.lines[0]).toMatchObject({ deed: 'try', values: { model: 'gpt-5-mini', host: new URL(llm.url).host } });
    const tried = (await ask<SetupPart>('/models/model/try', {})).json;
    expect(codes(tried)).toEqual(['model.set ok', 'model.answered ok', 'model.cost ok']);
    expect(find(tried, 'model.cost')?.text).toMatch(/cost [\d.]+ EUR\.$/);
    llm.fault = { kind: 'unauthorized' };
    const failed = (await ask<SetupPart>('/models/model/try', {})).json;
    llm.fault = null;
    expect(find(failed, 'model.failed')).toMatchObject({ state: 'missing', problem: { code: 'PROVIDER_FAILED' } });
    expect((await ask('/models/nobody/try', {})).status).toBe(404);
  });

  it('or the knowledge, of which it tells what a node misses', async () => {
    const knowledge = await bot.until(async () => {
      const part = await partOf('knowledge');
      return find(part, 'knowledge.absent') && part;
    }, 30_000);
    expect(find(knowledge, 'knowledge.absent')).toMatchObject({ values: { base: 'nowhere' }, node: 'search' });
    expect(knowledge.lines.map(({ code }) => code)).toContain('knowledge.base');
  });
});

it('the server tells where it is, and that its editor asks nobody who comes', async () => {
  const server = await partOf('server');
  expect(codes(server)).toEqual(['server.public ok', 'server.file ok', 'server.noLogin warn', 'server.untold off']);
});

describe('dragoman doctor', () => {
  const doctor = (args: string[], env: Record<string, string | undefined> = {}) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      const environment = { ...process.env, DRAGOMAN_DATA: bot.engine.dataFolder, ...env };
      execFile(process.execPath, [MAIN, 'doctor', ...args], { env: environment }, (error, out, err) => {
        for (const secret of SECRETS) expect(out + err).not.toContain(secret);
        expect(err).toBe('');
        resolve({ code: error ? Number(error.code) : 0, out });
      });
    });

  it('prints what the page shows, and asks the platforms for it', async () => {
    const { code, out } = await doctor([]);
    expect(code).toBe(1);
    expect(out).toMatch(/^Shop \(telegram\): /m);
    expect(out).toMatch(/^Shop casa: /m);
    expect(out).toContain('✓ Its platform knows it as @simulated_616161_bot.');
    expect(out).toContain('✗ A node searches the base nowhere, and there is none.');
    expect(out).not.toContain('trial question');
    expect(platform.calls().length).toBeGreaterThan(0);
    platform.reset();
    const offline = JSON.parse((await doctor(['--offline', '--json'])).out) as SetupReport & { running: boolean };
    expect([offline.running, offline.parts.length]).toEqual([true, (await report()).length]);
    expect(platform.calls()).toEqual([]);
    expect((await doctor(['--offline', '--try'])).out).toContain('It answered a trial question in ');
  });

  it('tells beside a stopped server why it may not start', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'dragoman-doctor-'));
    const { code, out } = await doctor([], { DRAGOMAN_DATA: data, PORT: String(bot.runtime.port) });
    await rm(data, { recursive: true });
    expect(code).toBe(1);
    expect(out).toContain(`✗ Dragoman is not running with the data in ${data}.`);
    expect(out).toContain(`✗ Port ${bot.runtime.port} of 127.0.0.1 cannot be listened on (EADDRINUSE).`);
    expect(out).toContain(`· Dragoman has written nothing to ${data} yet.`);
  });
});
