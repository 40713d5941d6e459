/** The simulator page's own server, on the real runtime: the page's tests use a double of it, these do not. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { cookieOf, type Dragoman, simulatorLink, startDragoman } from '../support/dragoman.ts';

const HELPDESK = 'account-isp-telegram';

let bot: Dragoman;
/** One account is real, so the page asks who is there. */
let cookie: string;
beforeAll(async () => {
  bot = await startDragoman({
    env: { PLATFORM_TELEGRAM_BOT_TOKEN: '123:a-real-one', INSTAGRAM_APP_SECRET: 'app-secret' },
  });
  await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]);
  cookie = await cookieOf(bot);
}, 60_000);
afterAll(() => bot.stop());

/** By hand, because `fetch` sets the host itself. */
function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: bot.runtime.port, host: '127.0.0.1', path, headers: { cookie, ...headers } },
      (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

const api = (path: string, method = 'GET', body?: object) =>
  fetch(`${bot.runtime.url}/simulator/api/${path}`, {
    method,
    body: body && JSON.stringify(body),
    headers: { 'content-type': 'application/json', cookie },
  });

const say = (account: string, id: string, text: string) =>
  api('say', 'POST', { account, customer: { id, name: 'Ana' }, action: { kind: 'text', text } });

describe('who is let in', () => {
  it.each([
    ['another host name', { host: 'evil.example' }],
    ['a forwarded request', { 'x-forwarded-for': '203.0.113.9' }],
    ['a proxy that tells its client otherwise', { forwarded: 'for=203.0.113.9' }],
    ['a page of another site', { origin: 'https://evil.example' }],
  ])('refuses %s', async (_name, headers) => {
    for (const path of ['/simulator', '/simulator/api/accounts', '/simulator/assets/simulator.js'])
      expect((await get(path, headers)).status).toBe(403);
  });

  it('serves the page to this machine, with a strict policy and nothing beside its own files', async () => {
    const page = await get('/simulator');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect((await get('/simulator/')).status).toBe(308);
    expect((await get('/simulator/assets/simulator.js')).status).toBe(200);
    for (const path of ['..%2f..%2fpackage.json', '.env', '%2e%2e%2fsettings.ts'])
      expect((await get(`/simulator/assets/${path}`)).status).toBe(404);
  });
});

describe('what it does', () => {
  it('lists the accounts, and touches none that is connected to a real platform', async () => {
    const { accounts } = (await (await api('accounts')).json()) as {
      accounts: { id: string; usable: boolean; why?: string; signed: boolean; flow: string }[];
    };
    const of = (id: string) => accounts.find((account) => account.id === id)!;
    expect(of(HELPDESK)).toMatchObject({ usable: true, signed: false, flow: 'ISP helpdesk' });
    expect(of('account-shop-instagram')).toMatchObject({ usable: true, signed: true });
    expect(of('account-shop-telegram')).toMatchObject({ usable: false, why: 'real' });
    expect(of('account-pharmacy-calls')).toMatchObject({ usable: false, why: 'line' });
    expect((await say('account-shop-telegram', '100000001', 'Hola')).status).toBe(409);
  });

  it('posts a real webhook, signed where the account has a secret, and tells what the customer sees', async () => {
    const stream = await fetch(`${bot.runtime.url}/simulator/api/events?account=${HELPDESK}&customer=100000002`, {
      headers: { cookie },
    });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const read = async (until: string) => {
      while (!text.includes(until)) text += (await reader.read()).value ?? '';
    };
    await read('event: history');
    expect(await (await say(HELPDESK, '100000002', '¿Por qué mi internet está lento?')).json()).toEqual({
      status: 200,
      deliveries: 1,
    });
    await read('event: turn');
    expect(text).toContain('"from":"customer"');
    expect(text).toContain('"from":"bot"');
    expect(text).toContain('"outcome":"answered"');
    await reader.cancel();

    expect(await (await say('account-shop-instagram', '100000003', 'سلام')).json()).toMatchObject({ status: 200 });
    await bot.until(() => bot.shown({ platform: 'instagram', thread: '100000003' })[0]);
  });

  it('switches faults of the platform on and off', async () => {
    const blocked = { account: HELPDESK, id: 'blocked' };
    expect((await api('faults', 'PUT', { ...blocked, on: true })).status).toBe(204);
    await say(HELPDESK, '100000004', 'Hola');
    await bot.until(async () => (await bot.engine.store.sends({ states: ['failed'], limit: 5 })).length);
    await api('faults', 'PUT', { ...blocked, on: false });
    const { faults } = (await (await api(`faults?account=${HELPDESK}`)).json()) as {
      faults: { id: string; on: boolean }[];
    };
    expect(faults.filter((fault) => fault.on)).toEqual([]);
  });

  it('answers nonsense with a sentence, not with a crash', async () => {
    for (const body of ['', 'no json', '{"account":"nobody"}', '[]']) {
      const response = await fetch(`${bot.runtime.url}/simulator/api/say`, {
        method: 'POST',
        body,
        headers: { cookie },
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(((await response.json()) as { error: { action: string } }).error.action).not.toBe('');
    }
  });

  it('says of a field that is no text that it must be one, wherever it stands', async () => {
    const odd = { toString: 1, valueOf: 1 };
    const customer = { id: '100000009', name: 'Ana' };
    const bodies = [
      { account: odd },
      { account: HELPDESK, customer: { id: odd }, action: { kind: 'text', text: 'Hola' } },
      { account: HELPDESK, customer, action: { kind: odd } },
      { account: HELPDESK, customer, action: { kind: 'text', text: odd } },
      { account: HELPDESK, customer: { ...customer, name: [] }, action: { kind: 'text', text: 'Hola' } },
      { account: HELPDESK, customer, action: { kind: 'choice', id: odd, title: 'Sí' } },
    ];
    for (const body of bodies) {
      const response = await api('say', 'POST', body);
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('must be a text')]);
    }
    for (const [path, method, body] of [
      ['faults?account[toString]=1', 'GET'],
      ['events?customer[toString]=1', 'GET'],
      ['faults', 'PUT', { account: HELPDESK, id: odd }],
    ] as const)
      expect((await api(path, method, body)).status, path).toBe(400);
    // Queries that are no texts reach a channel as nothing, also where nobody signs.
    for (const query of ['hub.challenge[toString]=1', 'a[]=1&a[]=2', 'a[b][c]=1', '__proto__[a]=1'])
      expect((await get(`/api/integrations/webhooks/whatsapp/?${query}`)).status, query).toBe(403);
    const webhook = await bot.post('/api/integrations/webhooks/telegram/', { message: { chat: { id: 9 }, text: odd } });
    expect([webhook.status, await webhook.text()]).toEqual([400, 'The field "message.text" must be a text.']);
  });

  it('takes only what the page can do, and taps on what was sent', async () => {
    const customer = { id: '100000021', name: 'Ana' };
    const at = { account: HELPDESK, customer };
    expect((await say(HELPDESK, customer.id, 'Hola')).status).toBe(200);
    const tap = { kind: 'choice', id: 'yes', title: 'Sí' };
    const refused: [string, object, number, string][] = [
      ['say', { ...at, action: { kind: 'bogus' } }, 400, 'There is no action \\"bogus\\"'],
      ['say', { ...at, action: { kind: 'constructor', text: 'x' } }, 400, 'no action'],
      ['say', { ...at, action: { kind: 'text' } }, 400, '\\"text\\" is missing'],
      ['say', { ...at, action: { kind: 'choice', id: 'a' } }, 400, '\\"title\\" is missing'],
      ['say', { ...at, action: { ...tap, messageId: 'nothing' } }, 404, 'no such message'],
      ['say', { ...at, action: { ...tap, messageId: '100000021:99999999' } }, 404, 'no such message'],
      ['conversation', { ...at, deed: { do: 'explode' } }, 400, 'There is no deed \\"explode\\"'],
      ['conversation', { ...at, deed: {} }, 400, 'There is no deed'],
      ['conversation', { ...at, deed: { do: 'status' } }, 400, 'is no status'],
      ['conversation', { ...at, deed: { do: 'status', status: 'asleep' } }, 400, '\\"asleep\\" is no status'],
      ['faults', { account: HELPDESK, id: 'flood', on: true }, 400, 'There is no fault'],
    ];
    for (const [path, body, status, says] of refused) {
      const answer = await api(path, path === 'faults' ? 'PUT' : 'POST', body);
      expect([body, answer.status, await answer.text()]).toEqual([body, status, expect.stringContaining(says)]);
    }
    const [sent] = await bot.until(() => {
      const calls = bot.shown({ platform: 'telegram', thread: customer.id });
      return calls.length > 0 ? calls : undefined;
    });
    for (const messageId of [`${customer.id}:${sent!.messageId}`, undefined])
      expect((await api('say', 'POST', { ...at, action: { ...tap, messageId } })).status).toBe(200);
    const other = { account: HELPDESK, customer: { id: '100000022' } };
    const theirs = await api('say', 'POST', {
      ...other,
      action: { ...tap, messageId: `${customer.id}:${sent!.messageId}` },
    });
    expect(theirs.status).toBe(404);
  });

  it('works in a browser from the question to the answer', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.goto(await simulatorLink(bot));
      expect(page.url()).toBe(`${bot.runtime.url}/dragoman/simulator`);
      await page.getByText('Fibra Andina · Telegram').first().click();
      const box = page.locator('textarea').first();
      await box.fill('¿Por qué mi internet está lento?');
      await box.press('Enter');
      await page.getByText('Apaga el router').first().waitFor();
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

it('tells its health', async () => {
  expect((await get('/health')).status).toBe(200);
  expect((await get('/health/')).status).toBe(200);
  expect(JSON.parse((await get('/health/ready')).body)).toMatchObject({ status: 'ready' });
});
