/** Who may use the simulator: this machine while nothing is real, and then only who has the key (or is signed in: door.test.ts). */
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WORDS from '../../node-red/server/door-words.json' with { type: 'json' };
import { cookieOf, type Dragoman, shippedFlows, simulatorLink, startDragoman } from '../support/dragoman.ts';
import { nodeRed } from '../support/node-red.ts';

const password: string = nodeRed('bcryptjs').hashSync('the editor’s', 4);

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({
    env: { PLATFORM_TELEGRAM_BOT_TOKEN: undefined, OPENAI_API_KEY: undefined, CRM_OPENAI_API_KEY: undefined },
    settings: { adminAuth: { type: 'credentials', users: [{ username: 'admin', password, permissions: '*' }] } },
  });
}, 60_000);
afterAll(() => bot.stop());

it('has words for its closed door in every language, all of them', () => {
  const [english, ...others] = Object.entries(WORDS);
  expect([english![0], others.length]).toEqual(['en', 5]);
  for (const [language, words] of others)
    expect([language, Object.keys(words)]).toEqual([language, Object.keys(english![1])]);
});

/** By hand, because `fetch` sets the host itself. */
function get(
  path: string,
  headers: Record<string, string> = {},
  localAddress?: string,
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: bot.runtime.port, host: '127.0.0.1', path, headers, localAddress }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode!, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
}

const PAGES = [
  '/simulator',
  '/simulator/',
  '/dragoman/simulator',
  '/simulator/api/accounts',
  '/simulator/assets/simulator.js',
];
const statuses = async (headers?: Record<string, string>, from?: string) =>
  new Set((await Promise.all(PAGES.map((path) => get(path, headers, from)))).map(({ status }) => status));
/** An address of this machine that is not the loopback: what comes from it has the peer that a container's bridge gives. */
const outer = Object.values(networkInterfaces())
  .flatMap((list = []) => list)
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const basic = (words: string) => ({ authorization: `Basic ${Buffer.from(words).toString('base64')}` });

describe('while nothing is real', () => {
  it('lets this machine in', async () => {
    expect(await statuses()).toEqual(new Set([200, 308]));
  });

  it.each([
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-server',
    'x-forwarded-anything',
    'forwarded',
    'cf-connecting-ip',
    'cf-ray',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'x-original-forwarded-for',
    'cdn-loop',
  ])('takes a request with %s for a forwarded one', async (name) => {
    expect(await statuses({ [name]: '1' })).toEqual(new Set([403]));
    expect(await statuses({ [name.toUpperCase()]: '' })).toEqual(new Set([403]));
  });
});

it.each([
  ['ru-RU,ru;q=0.9', 'ru', 'ltr', 'Эта страница закрыта', 'Войти', 'Открыть редактор'],
  ['fa-IR', 'fa', 'rtl', 'این صفحه قفل است', 'ورود', 'باز کردن ویرایشگر'],
  ['pt-BR', 'en', 'ltr', 'This page is locked', 'Sign in', 'Open the editor'],
])(
  'shows a browser of %s that comes from elsewhere a page in its language, with the ways on',
  async (language, lang, dir, title, signIn, editor) => {
    const headers = { accept: 'text/html,*/*;q=0.8', 'accept-language': language, 'x-forwarded-for': '203.0.113.9' };
    const answer = await fetch(`${bot.runtime.url}/simulator`, { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'; default-src 'none'/);
    const page = await answer.text();
    expect(page).toContain(`<html lang="${lang}" dir="${dir}">`);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`<a href="sign-in?to=simulator">${signIn}</a> <a href="/admin/">${editor}</a>`);
    const script = await fetch(`${bot.runtime.url}/simulator/api/accounts`, {
      headers: { ...headers, accept: 'application/json' },
    });
    expect(script.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  },
);

describe('once an account is real', () => {
  beforeAll(async () => {
    process.env.PLATFORM_TELEGRAM_BOT_TOKEN = '123:a-real-one';
    await bot.runtime.deploy(await shippedFlows());
  });
  afterAll(async () => {
    delete process.env.PLATFORM_TELEGRAM_BOT_TOKEN;
    await bot.runtime.deploy(await shippedFlows());
  });

  it('asks whoever comes, also through a proxy that looks like this machine', async () => {
    expect(await statuses()).toEqual(new Set([401]));
    expect(await statuses({ host: 'localhost' })).toEqual(new Set([401]));
    expect(await statuses({ cookie: 'dragoman-simulator=wrong' })).toEqual(new Set([401]));
    expect((await get('/simulator?key=wrong')).status).toBe(401);
    expect((await get('/simulator', basic('admin:the editor’s'))).status).toBe(401);
  });

  it('lets in who has the link, which leaves no key in the address', async () => {
    const link = new URL(await simulatorLink(bot));
    expect((await get(`/simulator${link.search}`)).headers).toMatchObject({
      location: '/simulator',
      'set-cookie': [expect.stringMatching(/; HttpOnly; SameSite=Strict$/)],
    });
    const cookie = await cookieOf(bot);
    expect(await statuses({ cookie })).toEqual(new Set([200, 308]));
    expect(await statuses({ cookie: `other=1; ${cookie}` })).toEqual(new Set([200, 308]));
    expect(await statuses({ cookie, 'x-forwarded-for': '203.0.113.9' })).toEqual(new Set([403]));
  });
});

describe.skipIf(!outer)('from a peer that is not this machine, as a container’s host is none', () => {
  it('lets in who has the link, and nobody else', async () => {
    expect(await statuses({}, outer)).toEqual(new Set([403]));
    expect(await statuses({ cookie: 'dragoman-simulator=wrong' }, outer)).toEqual(new Set([403]));
    expect(await statuses(basic('admin:the editor’s'), outer)).toEqual(new Set([403]));
    expect((await get('/simulator?key=wrong', {}, outer)).status).toBe(403);
    const { search } = new URL(await simulatorLink(bot));
    const linked = await get(`/simulator${search}`, {}, outer);
    expect(linked).toMatchObject({ status: 303, headers: { location: '/simulator' } });
    const cookie = String(linked.headers['set-cookie']).split(';', 1)[0]!;
    expect(await statuses({ cookie }, outer)).toEqual(new Set([200, 308]));
  });

  it.each([
    ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['another proxy', { via: '1.1 edge' }],
    ['a name that was made to lead here', { host: 'rebound.example' }],
    ['another address of this machine', { host: '192.0.2.2:1880' }],
    ['a page of another site', { origin: 'https://elsewhere.example' }],
  ])('does not take the key through %s', async (_what, headers) => {
    const { search } = new URL(await simulatorLink(bot));
    expect(await statuses({ ...headers, cookie: await cookieOf(bot) }, outer)).toEqual(new Set([403]));
    expect((await get(`/simulator${search}`, headers, outer)).status).toBe(403);
  });
});

it('asks once there is an LLM’s key, whatever its prefix', async () => {
  for (const name of ['OPENAI_API_KEY', 'CRM_OPENAI_API_KEY', 'EMBEDDING_API_KEY', 'STT_API_KEY']) {
    process.env[name] = 'sk-real';
    expect(await statuses()).toEqual(new Set([401]));
    delete process.env[name];
    expect(await statuses()).toEqual(new Set([200, 308]));
  }
  const provider = { id: 'p', type: 'dragoman-provider', config: true, provider: 'openai' };
  await bot.runtime.deploy([...(await shippedFlows()), provider], { p: { apiKey: 'sk-real' } });
  expect(await statuses()).toEqual(new Set([401]));
});

it('shows its pages in no other site’s frames', async () => {
  for (const path of [...PAGES, '/health', '/health/ready', '/dragoman/health/ready', '/dragoman/api']) {
    const { headers } = await get(path);
    expect(headers['content-security-policy'], path).toContain("frame-ancestors 'self'");
    expect(headers['x-frame-options'], path).toBe('SAMEORIGIN');
  }
});
