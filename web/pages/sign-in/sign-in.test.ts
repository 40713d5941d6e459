/** Signing in and out in a real Chromium: wrong passwords, roles, a session that ended, six languages, light and dark, narrow. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type VirtualClock, virtualClock } from '../../../scenarios/clock.ts';
import { seriousOn } from '../../../test/support/axe.ts';
import { launchBrowser } from '../../../test/support/browser.ts';
import { noComplaints } from '../../../test/support/complaints.ts';
import { type Dragoman, startDragoman } from '../../../test/support/dragoman.ts';
import { widthOf } from '../../../test/support/layout.ts';
import { nodeRed } from '../../../test/support/node-red.ts';

const user = (username: string, permissions: string) => ({
  ...{ username, permissions },
  password: nodeRed('bcryptjs').hashSync(`${username}’s password`, 4) as string,
});
const PATIENCE = { timeout: 60_000 };
const LANGUAGES = ['en', 'es', 'it', 'fa', 'ar', 'ru'];

let bot: Dragoman;
let browser: Browser;
let clock: VirtualClock;
const complaints = noComplaints(() => browser);
beforeAll(async () => {
  clock = virtualClock(Date.UTC(2026, 10, 20, 10));
  const users = [user('admin', '*'), user('sara', 'dragoman.reply'), user('nina', 'flows.read')];
  [bot, browser] = await Promise.all([
    startDragoman({
      env: { OPENAI_API_KEY: 'sk-real' },
      settings: { dragoman: { clock }, adminAuth: { type: 'credentials', users } },
    }),
    launchBrowser(),
  ]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});
afterEach(async () => {
  // Nobody has tried too often at the next test.
  await clock.advance(11 * 60_000);
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  complaints.watch(page, (told) => told.startsWith('Failed to load resource: the server responded with a status of 4'));
  await page.goto(bot.runtime.url + path);
  return page;
}

async function fill(page: Page, name: string, password = `${name}’s password`): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password', { exact: true }).press('Enter');
}
const isAt = (page: Page, address: string) => page.waitForURL(bot.runtime.url + address);

it('leads from a page to the sign-in and back to what was asked for', PATIENCE, async () => {
  const page = await open('/orders?show=refused');
  await isAt(page, '/sign-in?to=orders%3Fshow%3Drefused');
  expect(await page.getByLabel('Name').evaluate((input) => input.matches(':focus'))).toBe(true);
  await fill(page, 'sara', 'wrong');
  await page.getByRole('alert').filter({ hasText: 'Name or password is wrong.' }).waitFor();
  await fill(page, 'sara');
  await isAt(page, '/orders?show=refused');
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  // The way back does not lead to the sign-in.
  const links = await page.getByRole('navigation').getByRole('link').allTextContents();
  expect(links.map((link) => link.trim())).toEqual(expect.arrayContaining(['Orders', 'Calls']));
  expect(links.join()).not.toMatch(/Editor|Simulator/);
});

it('stands beside the pages under /dragoman as well', PATIENCE, async () => {
  const page = await open('/dragoman/calls');
  await isAt(page, '/dragoman/sign-in?to=calls');
  await fill(page, 'admin');
  await isAt(page, '/dragoman/calls');
  await page.getByRole('navigation').getByRole('link', { name: 'Simulator' }).waitFor();
});

it.each(['//evil.example', 'https://evil.example', 'javascript:alert(1)', '../editor', '/\\evil.example', 'sign-in'])(
  'goes nowhere else afterwards: %s',
  async (to) => {
    const page = await open(`/sign-in?to=${encodeURIComponent(to)}`);
    await fill(page, 'admin');
    await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
    expect(new URL(page.url()).origin).toBe(bot.runtime.url);
    expect(['/orders', '/calls', '/inbox']).toContain(new URL(page.url()).pathname);
  },
);

it('shows the password when asked', PATIENCE, async () => {
  const page = await open('/sign-in');
  const password = page.getByLabel('Password', { exact: true });
  await password.fill('secret');
  await page.getByRole('button', { name: 'Show the password' }).click();
  expect(await password.getAttribute('type')).toBe('text');
  await page.getByRole('button', { name: 'Hide the password' }).click();
  expect(await password.getAttribute('type')).toBe('password');
});

it('says how long, after too many wrong passwords', PATIENCE, async () => {
  const page = await open('/sign-in');
  for (let time = 0; time < 5; time++) {
    await fill(page, 'sara', `guess ${time}`);
    await expect.poll(() => page.getByRole('button', { name: 'Sign in' }).isEnabled()).toBe(true);
  }
  await fill(page, 'sara');
  await page
    .getByRole('alert')
    .filter({ hasText: /Too many wrong passwords\. Try again in \d+ minutes?\./ })
    .waitFor();
});

it('tells whom nothing is open yet', PATIENCE, async () => {
  const page = await open('/sign-in');
  await fill(page, 'nina');
  await page.getByRole('alert').filter({ hasText: 'you may not open any page yet' }).waitFor();
});

it('a page whose session ended leads to the sign-in by itself, and goes on afterwards', PATIENCE, async () => {
  const page = await open('/sign-in?to=orders');
  await fill(page, 'sara');
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  await clock.advance(3 * 60 * 60_000);
  await page.waitForURL(/\/sign-in\?to=orders/);
  await fill(page, 'sara');
  await isAt(page, '/orders');
});

it('signs out here, and everywhere', PATIENCE, async () => {
  const [one, other] = [await open('/sign-in?to=calls'), await open('/sign-in?to=calls')];
  for (const page of [one, other]) {
    await fill(page, 'sara');
    await isAt(page, '/calls');
  }
  const menu = (page: Page) => page.getByRole('button', { name: 'You and this page' });
  await menu(one).click();
  await one.getByText('sara').last().waitFor();
  await one.getByRole('button', { name: 'Sign out', exact: true }).click();
  await one.waitForURL(/sign-in/);
  await other.reload();
  await isAt(other, '/calls');
  await fill(one, 'sara');
  await isAt(one, '/calls');
  await menu(one).click();
  await one.getByRole('button', { name: 'Sign out everywhere' }).click();
  await one.waitForURL(/sign-in/);
  await other.reload();
  await other.waitForURL(/sign-in/);
});

it('has a bar that is used by keys, narrow as well', PATIENCE, async () => {
  const page = await open('/sign-in?to=calls', { viewport: { width: 390, height: 844 } });
  await fill(page, 'admin');
  await isAt(page, '/calls');
  const button = page.getByRole('button', { name: 'Pages: Calls' });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Orders' }).waitFor();
  expect(await widthOf(page)).toEqual([390]);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('link', { name: 'Orders' }).isVisible()).toBe(false);
  expect(await button.evaluate((one) => one.matches(':focus'))).toBe(true);
  await page.getByRole('button', { name: 'You and this page' }).click();
  expect(await widthOf(page)).toEqual([390]);
  expect(await seriousOn(page)).toEqual([]);
});

it.each(LANGUAGES)(
  'fits a telephone in %s, and axe finds nothing serious, light or dark',
  PATIENCE,
  async (language) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(`/sign-in?lang=${language}`, { viewport: { width: 390, height: 844 }, colorScheme });
      await page.getByRole('button').last().waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      expect(await page.locator('html').getAttribute('dir')).toBe(['fa', 'ar'].includes(language) ? 'rtl' : 'ltr');
      expect(await widthOf(page)).toEqual([390]);
      expect(await seriousOn(page)).toEqual([]);
    }
  },
);
