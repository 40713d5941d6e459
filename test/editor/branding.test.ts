/** Our own name and icon on the editor and its login, and the ways between editor and simulator; on Dragoman as a person starts it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { freePort, type Server, startServer } from '../support/server.ts';
import { logIn } from './page.ts';

let data: string;
let server: Server;
let browser: Browser;
beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'dragoman-branding-'));
  const env = { PORT: String(await freePort()), DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: path.join(data, 'flows') };
  [server, browser] = await Promise.all([startServer(env), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(data, { recursive: true, force: true });
});

/** The editor, after its login. */
async function loggedIn(locale: string): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await logIn(page, server.url);
  return page;
}

/** Whether the picture at this address of the page is our icon. */
const isOurs = async (page: Page, address: string | null) => {
  const answer = await page.request.get(new URL(address!, `${server.url}/editor/`).href);
  return (await answer.text()).includes('<title>Dragoman</title>');
};

it('the login and the editor bear our name and icon', { timeout: 60_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(`${server.url}/editor/`);
  const picture = page.locator('#node-dialog-login-image');
  await picture.waitFor();
  expect(await isOurs(page, await picture.getAttribute('src'))).toBe(true);
  expect(await page.title()).toBe('Dragoman');
  // It has no words in it.
  expect(await page.locator('.ui-dialog:has(#node-dialog-login) .ui-dialog-titlebar').isVisible()).toBe(false);
  for (const rel of ['icon', 'mask-icon'])
    expect([rel, await isOurs(page, await page.locator(`link[rel="${rel}"]`).getAttribute('href'))]).toEqual([
      rel,
      true,
    ]);
  const editor = await loggedIn('en-US');
  expect(await isOurs(editor, await editor.locator('.red-ui-header-logo img').first().getAttribute('src'))).toBe(true);
});

it.each([
  ['en-US', 'Orders'],
  ['ru-RU', 'Заказы'],
])('the editor leads to the orders: %s', { timeout: 60_000 }, async (locale, word) => {
  const page = await loggedIn(locale);
  const opening = page.context().waitForEvent('page');
  await page.getByRole('link', { name: word, exact: true }).click();
  const orders = await opening;
  await orders.getByRole('heading', { name: word, level: 1 }).waitFor();
  expect(new URL(orders.url()).pathname).toBe('/orders');
  await page.context().close();
});

it.each([
  ['en-US', 'Simulator'],
  ['es-ES', 'Simulador'],
  ['ru-RU', 'Симулятор'],
])('the editor leads to the simulator, and it back: %s', { timeout: 60_000 }, async (locale, word) => {
  const page = await loggedIn(locale);
  const opening = page.context().waitForEvent('page');
  await page.getByRole('link', { name: word, exact: true }).click();
  const simulator = await opening;
  await simulator.getByRole('log').waitFor();
  expect(new URL(simulator.url()).pathname).toBe('/simulator');
  const back = simulator.locator('dm-shell nav a').last();
  // Who may open it is asked first.
  await expect.poll(() => back.getAttribute('href')).toBe('/editor/');
  // The account's flow leads to its tab.
  await simulator.locator('simulator-conversation header a').click();
  await simulator.locator('.red-ui-tab.active').getByText('ISP helpdesk').waitFor();
  await page.context().close();
});
