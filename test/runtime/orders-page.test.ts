/** The page of orders in a real Chromium, on the shipped flows: what became of each order and why, the switch, test mode, and its door. */
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { demoShop } from '../support/demo-shop.ts';
import { cookieOf, type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';
import { widthOf } from '../support/layout.ts';

const ACCOUNT = 'account-orders-waha';
const API = '/dragoman/api/v1';
/** What pages of ours send with all that they ask. */
const OURS = { 'x-dragoman': '1' };
const PATIENCE = { timeout: 60_000 };
const UNSET = Object.fromEntries(
  [
    ...['OPENAI_API_KEY', 'ORDERS_API_URL', 'ORDERS_WEBHOOK_SECRET', 'AI_SELLER_TEST_MODE'],
    ...['DRAGOMAN_SIMULATOR', 'DRAGOMAN_API_TOKEN'],
  ].map((name) => [name, undefined]),
);

let bot: Dragoman;
let browser: Browser;
let shop: ReturnType<typeof demoShop>;
const complaints = noComplaints(() => browser);
beforeAll(async () => {
  [bot, browser] = await Promise.all([startDragoman({ env: UNSET }), launchBrowser()]);
  shop = demoShop(bot);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

async function open(query = '', options: BrowserContextOptions = {}, path = '/orders'): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(bot.runtime.url + path + query);
  return page;
}

const order = (page: Page, number: string) => page.getByRole('article', { name: number });
/** Without what only lays out. */
const words = async (locator: Locator) => (await locator.textContent())!.replace(/\s+/g, ' ');
const numbers = (page: Page) => page.locator('orders-order h2 bdi').allTextContents();
const pick = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
const outcome = (number: string, event = 'POST_PURCHASE') =>
  bot.until(async () => {
    const found = await bot.engine.store.followUp(`shop/${number}/${event}`);
    return found && !['waiting', 'running'].includes(found.state) ? found : null;
  }, 20_000);
const tell = (orders: object[]) => bot.post('/api/integrations/webhooks/orders/', { orders });
const deployed = async (change: object) =>
  bot.runtime.deploy((await shippedFlows()).map((node) => (node.id === ACCOUNT ? { ...node, ...change } : node)));

describe('what became of orders', () => {
  it('leads to the demo shop while there are none', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No orders yet' }).waitFor();
    const links = page.getByRole('link', { name: /demo shop/i });
    for (const link of await links.all()) expect(await link.getAttribute('href')).toBe('/demo-shop');
    expect(await links.count()).toBe(2);
    expect(await page.getByRole('link', { name: 'Simulator' }).getAttribute('href')).toBe('simulator');
  });

  it('shows each order with its message or the reason why there is none, and no phone number', PATIENCE, async () => {
    const page = await open();
    const sent = await shop.order('+1 212 555 0111');
    await outcome(sent);
    const refused = await shop.order('+1 212 555 0112', { consent: '' });
    await outcome(refused);
    await tell([{ number: 'X-1', state: 'placed', placed_at: new Date().toISOString(), customer: { phone: 'none' } }]);
    // Without a reload: the page looks by itself.
    await order(page, 'X-1').waitFor();
    expect(await numbers(page)).toEqual(['X-1', refused, sent]);

    const good = await words(order(page, sent));
    expect(good).toMatch(/Placed[\s\S]*2 × Bowl[\s\S]*17,970[\s\S]*Ivan/);
    expect(good).toMatch(/Thank-you\s*Sent/);
    expect(good).toContain(`Thank you for your order ${sent}: Kettle and 2 × Bowl.`);
    await order(page, sent).getByText('What each step said').click();
    expect(await words(order(page, sent))).toMatch(/send-policy: .+\s+order-text: .+/);

    const bad = await words(order(page, refused));
    expect(bad).toMatch(/Thank-you\s*Refused\s*no consent known/);
    expect(bad).toContain('No consent of the customer is known.');

    const unread = await words(order(page, 'X-1'));
    expect(unread).toMatch(/Not read[\s\S]*Cannot be read/);
    const { fault } = (await bot.engine.store.order('shop/X-1'))!;
    expect(unread).toContain(fault!.message);
    expect(unread).toContain(fault!.action);

    expect(await words(page.locator('dl'))).toMatch(/Sent\s*1\s*Refused\s*1\s*\(no consent known 1\)/);
    expect((await page.locator('orders-order article').allTextContents()).join()).not.toMatch(/212\D{0,2}555/);
  });

  it('names the variant, and hides a number that a platform quotes', PATIENCE, async () => {
    const number = await shop.order('+1 212 555 0119', { consent: '' });
    const { id } = await outcome(number);
    const reason = 'Nobody has 12125550119 there, nor +1 (212) 555-0119.';
    await bot.engine.store.run((records) => records.updateFollowUp(id, { reason, variant: 'B' }));
    const { orders } = (await (await fetch(`${bot.runtime.url}${API}/orders/board`)).json()) as {
      orders: { messages: { reason: string }[] }[];
    };
    expect(orders[0]!.messages[0]!.reason).toBe('Nobody has … there, nor +….');
    expect(JSON.stringify(orders)).not.toMatch(/555\D{0,2}0119/);
    const page = await open('?lang=es');
    expect(await words(order(page, number))).toMatch(
      /Agradecimiento Rechazado .* variante B Nobody has … there, nor \+…\./,
    );
  });

  it('shows only those of which that became, also by its address', PATIENCE, async () => {
    const page = await open('?show=refused');
    await page.getByText('no consent known').first().waitFor();
    expect(await page.locator('orders-order').count()).toBe(2);
    for (const [filter, count] of [
      ['Sent', 1],
      ['Cannot be read', 1],
      ['All', 4],
    ] as const) {
      await pick(page, filter);
      await expect.poll(() => page.locator('orders-order').count()).toBe(count);
    }
    await pick(page, 'Failed');
    await page.getByRole('heading', { name: 'No such orders' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => page.locator('orders-order').count()).toBe(4);
    expect((await fetch(`${bot.runtime.url}${API}/orders/board?show=toString`)).status).toBe(400);
  });

  it('says what was left out of an order, beside what is written about it', PATIENCE, async () => {
    const number = 'L-1';
    const customer = { phone: '+1 212 555 0119' };
    await tell([{ number, state: 'placed', placed_at: new Date().toISOString(), customer, total: 'a lot' }]);
    const page = await open('?show=faulty');
    expect(await words(order(page, number))).toMatch(/Left out .*price/);
  });

  it('turns pages', PATIENCE, async () => {
    const many = Array.from({ length: 45 }, (_, at) => ({ number: `P-${at}`, state: 'nowhere' }));
    await tell(many);
    const page = await open('?show=faulty');
    const seen = new Set<string>();
    for (const count of [20, 20, 7]) {
      await expect.poll(() => page.locator('orders-order').count()).toBe(count);
      await expect.poll(async () => (await numbers(page)).some((number) => seen.has(number))).toBe(false);
      for (const number of await numbers(page)) seen.add(number);
      if (count === 20) await page.getByRole('button', { name: 'Older' }).click();
    }
    expect(seen.size).toBe(47);
    expect(await page.getByRole('button', { name: 'Older' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Newer' }).click();
    await expect.poll(() => page.locator('orders-order').count()).toBe(20);
  });
});

it('the switch stops everything that nobody asked for, says so in red, and lets it go on', PATIENCE, async () => {
  const page = await open();
  const button = page.getByRole('switch', { name: 'Messages about orders' });
  await button.click();
  const banner = page.locator('dm-banner', { hasText: 'Stopped since' });
  await banner.waitFor();
  expect(await banner.evaluate((strip) => getComputedStyle(strip).backgroundColor)).toBe('rgb(253, 228, 225)');
  expect(await button.getAttribute('aria-checked')).toBe('false');
  expect((await bot.engine.desk.figures()).stoppedAt).toBeGreaterThan(0);

  const number = await shop.order('+1 212 555 0113');
  expect(await outcome(number)).toMatchObject({ state: 'held', rule: 'switch' });
  await order(page, number).waitFor();
  expect(await words(order(page, number))).toMatch(
    /Held switched off .* was stopped at \w{3} \d+, \d{4}, .*Looked at again/,
  );

  await button.click();
  await banner.waitFor({ state: 'detached' });
  expect((await bot.engine.desk.figures()).stoppedAt).toBe(0);
  // At once, not with the next hourly look.
  await expect.poll(async () => (await outcome(number)).state, { timeout: 20_000 }).toBe('sent');
});

describe('in test mode', () => {
  beforeAll(() => deployed({ outreachTestMode: 'on' }));
  afterAll(() => deployed({}));

  it('lists what would have been sent, and every page says whose test it is', PATIENCE, async () => {
    const number = await shop.order('+1 212 555 0114');
    expect(await outcome(number)).toMatchObject({ state: 'shown' });
    const { name } = bot.engine.registry.account(ACCOUNT)!;
    const page = await open();
    const banner = page.locator('dm-banner');
    await banner.getByText(`Test mode: ${name}.`).waitFor();
    expect(await banner.evaluate((strip) => getComputedStyle(strip).backgroundColor)).toBe('rgb(252, 239, 210)');
    await banner.getByRole('link', { name: 'What would have been sent' }).click();
    await expect.poll(() => numbers(page)).toEqual([number]);
    expect(await words(order(page, number))).toMatch(/Would have been sent[\s\S]*Thank you for your order/);

    const simulator = await open('', {}, '/simulator');
    await simulator.locator('dm-banner').getByText(`Test mode: ${name}.`).waitFor();
    expect(await shop.page('?lang=en')).toContain(`class="testing">Test mode: ${name}.`);
    expect(await shop.page('?lang=ru')).toContain(`class="testing">Тестовый режим: ${name}.`);
  });
});

it('says nothing of a test where there is none', PATIENCE, async () => {
  const page = await open();
  await page.locator('orders-order').first().waitFor();
  expect(await page.locator('dm-banner').count()).toBe(0);
  expect(await shop.page('?lang=en')).not.toContain('class="testing"');
});

describe('for everybody', () => {
  it('Persian from right to left, with its own digits', PATIENCE, async () => {
    const page = await open('?lang=fa');
    await page.locator('orders-order').first().waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      'fa',
      'rtl',
    ]);
    expect(await page.title()).toBe('سفارش‌ها · Dragoman');
    const [heading, onOff] = await Promise.all([
      page.getByRole('heading', { level: 1 }).boundingBox(),
      page.getByRole('switch').boundingBox(),
    ]);
    expect(heading!.x).toBeGreaterThan(onOff!.x);
    expect(await words(page.locator('dl'))).toMatch(/[۰-۹]/);
  });

  it('dark as the system is', PATIENCE, async () => {
    const page = await open('', { colorScheme: 'dark' });
    const article = page.locator('orders-order article').first();
    await article.waitFor();
    expect(await article.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe('rgb(23, 28, 27)');
  });

  it.each(['ru', 'fa'])('at 390 pixels nothing scrolls sideways: %s', PATIENCE, async (language) => {
    const long = 'Donaudampfschifffahrt'.repeat(12);
    const at = new Date().toISOString();
    const customer = { name: long.slice(0, 60), phone: '+12125550115' };
    await tell([
      { number: `L-${long.slice(0, 120)}`, state: 'placed', placed_at: at, customer, items: [{ name: long }] },
      { number: 'L-2', state: long, placed_at: at, customer },
    ]);
    const page = await open(`?lang=${language}`, { viewport: { width: 390, height: 844 } });
    await page.locator('orders-order').nth(1).waitFor();
    expect(await widthOf(page)).toEqual([390]);
  });
});

describe('who is let in', () => {
  const PATHS = [
    '/orders',
    '/orders/',
    '/dragoman/orders',
    `${API}/orders/board`,
    `${API}/orders/state`,
    '/orders/assets/orders.js',
  ];
  /** By hand, because `fetch` sets the host itself. */
  const get = (path: string, headers: Record<string, string> = {}, localAddress?: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = request({ port: bot.runtime.port, host: '127.0.0.1', path, headers, localAddress }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      });
      sent.on('error', reject).end();
    });
  const statuses = async (headers?: Record<string, string>, from?: string) =>
    new Set(await Promise.all(PATHS.map((path) => get(path, headers, from))));
  const outer = Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  it.each([
    ['another host name', { host: 'evil.example' }],
    ['a forwarded request', { 'x-forwarded-for': '203.0.113.9' }],
    ['a wrong session', { cookie: 'dragoman-session=wrong', 'x-forwarded-for': '203.0.113.9' }],
  ])('asks %s who they are', async (_name, headers) => {
    expect(await statuses(headers)).toEqual(new Set([401]));
  });

  it('answers no page of another site', async () => {
    expect(await statuses({ origin: 'https://evil.example' })).toEqual(new Set([401, 403]));
    expect(await get(`${API}/orders/board`, { origin: 'https://evil.example' })).toBe(403);
  });

  it('lets no page of another site throw the switch', async () => {
    const headers = { 'content-type': 'text/plain', origin: 'https://evil.example' };
    const sent = { method: 'POST', body: '{"off":true}', headers };
    expect((await fetch(`${bot.runtime.url}${API}/outreach/switch`, sent)).status).toBe(403);
    // Nor one that hides where it comes from: ours say that they are ours.
    expect((await bot.post(`${API}/outreach/switch`, { off: true })).status).toBe(403);
    expect((await bot.engine.desk.figures()).stoppedAt).toBe(0);
    expect((await bot.post(`${API}/outreach/switch`, {}, OURS)).status).toBe(400);
  });

  it('serves this machine while nothing is real, under a strict policy and in no other site’s frame', async () => {
    expect(await statuses()).toEqual(new Set([200, 308]));
    const { headers } = await fetch(`${bot.runtime.url}/orders`);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'.*default-src 'self'/);
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    for (const what of ['board', 'state'])
      expect((await fetch(`${bot.runtime.url}${API}/orders/${what}`)).headers.get('cache-control')).toBe('no-store');
  });

  it.each(['ORDERS_API_URL', 'ORDERS_WEBHOOK_SECRET'])('asks whoever comes once %s connects a shop', async (name) => {
    process.env[name] = 'http://127.0.0.1:9/orders';
    await deployed({});
    expect(await statuses()).toEqual(new Set([401]));
    expect(await get('/simulator')).toBe(200);
    expect(await statuses({ cookie: await cookieOf(bot) })).toEqual(new Set([200, 308]));
    delete process.env[name];
    await deployed({});
    expect(await statuses()).toEqual(new Set([200, 308]));
  });

  it.skipIf(!outer)('is opened to nobody by what opens the simulator to all', async () => {
    process.env.DRAGOMAN_SIMULATOR = 'open';
    expect(await get('/simulator', {}, outer)).toBe(200);
    expect(await statuses({}, outer)).toEqual(new Set([401]));
    expect(await statuses({ 'x-forwarded-for': '203.0.113.9' })).toEqual(new Set([401]));
    expect(await statuses({ cookie: await cookieOf(bot) }, outer)).toEqual(new Set([200, 308]));
    delete process.env.DRAGOMAN_SIMULATOR;
  });
});

it('leaves its path to a flow that answers there', async () => {
  const own: FlowItem[] = ['get', 'post'].flatMap((method) => [
    { id: `own-${method}`, type: 'http in', method, url: '/orders', wires: [[`own-answer-${method}`]] },
    { id: `own-answer-${method}`, type: 'http response', statusCode: '202' },
  ]);
  await bot.runtime.deploy([...(await shippedFlows()), ...own.slice(2)]);
  expect((await bot.post('/orders', {})).status).toBe(202);
  expect((await fetch(`${bot.runtime.url}/orders`)).status).toBe(200);
  await bot.runtime.deploy([...(await shippedFlows()), ...own]);
  expect((await fetch(`${bot.runtime.url}/orders`)).status).toBe(202);
  expect((await fetch(`${bot.runtime.url}/dragoman/orders`)).status).toBe(200);
});
