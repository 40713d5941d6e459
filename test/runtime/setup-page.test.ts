/** The page of set-up in a real Chromium: what a newcomer meets on the shipped flows, and how something becomes real there. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { startLlm } from '../../simulator/llm.ts';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { type Dragoman, shippedFlows, simulatorLink, startDragoman } from '../support/dragoman.ts';
import { widthOf } from '../support/layout.ts';

const PATIENCE = { timeout: 60_000 };
const ACCOUNT = 'account-isp-telegram';
const TOKEN = '616161:AAH-of-the-page';

let bot: Dragoman;
let browser: Browser;
let platform: RunningSimulator;
let llm: Awaited<ReturnType<typeof startLlm>>;
const complaints = noComplaints(() => browser);

beforeAll(async () => {
  [platform, llm] = await Promise.all([startSimulator(), startLlm({ models: ['gpt-5-mini'] })]);
  const quiet = { OPENAI_API_KEY: undefined, DRAGOMAN_API_TOKEN: undefined, DRAGOMAN_SIMULATOR: undefined };
  const env = { ...quiet, DRAGOMAN_PUBLIC_URL: 'https://bot.example.com' };
  const editor = { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } };
  [bot, browser] = await Promise.all([startDragoman({ env, settings: editor }), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await Promise.all([platform?.stop(), llm?.close()]);
});

async function open(address = '/setup', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(bot.runtime.url + address);
  return page;
}
const partOf = (page: Page, name: string) => page.locator('setup-part').filter({ hasText: name }).first();

describe('a newcomer', () => {
  it('is led to it, sees that all runs with stand-ins, and is one click from the simulator', PATIENCE, async () => {
    const page = await open('/');
    expect(new URL(page.url()).pathname).toBe('/setup');
    // But for its editor, which a test leaves open.
    await page.getByText('Everything works; some of it should be looked at.').waitFor();
    const states = await page.locator('setup-part dm-badge').allInnerTexts();
    expect(states).toContain('Stand-in');
    expect(states).not.toContain('Needs you');
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Channels',
      'Orders',
      'Answers',
      'This server',
    ]);
    await page.getByRole('link', { name: 'Try it in the simulator' }).click();
    await page.waitForURL('**/simulator');
    await page.locator('dm-composer').waitFor();
  });

  it('reads how a channel is connected, and opens its dialog', PATIENCE, async () => {
    const page = await open();
    const part = partOf(page, 'stand-in on this machine');
    await part.getByText('Connect it, step by step').click();
    expect(await part.getByRole('listitem').filter({ visible: true }).count()).toBeGreaterThan(3);
    const dialog = await part.getByRole('link', { name: 'Open its dialog' }).first().getAttribute('href');
    expect(dialog).toMatch(/^\/admin\/#node\/account-/);
    const editor = await page.context().newPage();
    await editor.goto(bot.runtime.url + dialog);
    await editor.locator('#node-config-input-channel').waitFor();
  });

  it.each([
    ['en', 'light'],
    ['fa', 'dark'],
    ['ru', 'light'],
  ] as const)('has it on a phone, in %s', PATIENCE, async (language, colorScheme) => {
    const page = await open(`/setup?lang=${language}`, { viewport: { width: 390, height: 844 }, colorScheme });
    await page.locator('setup-part').first().waitFor();
    expect(await widthOf(page)).toEqual([390]);
    expect(await seriousOn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.dir)).toBe(language === 'fa' ? 'rtl' : 'ltr');
    // No line is left without words.
    expect(
      await page
        .locator('setup-part')
        .allInnerTexts()
        .then((all) => all.join(' ')),
    ).not.toMatch(/\{\w+\}|account\./);
  });
});

describe('something real', () => {
  it('is asked for on its platform, told to deliver here, and the model is tried', PATIENCE, async () => {
    const flows = (await shippedFlows()).map((node) => {
      if (node.id === ACCOUNT) return { ...node, settings: { apiBase: `${platform.url}/telegram` }, autoReply: 'on' };
      return node.type === 'dragoman-provider'
        ? { ...node, variables: 'openai', baseUrl: llm.url, model: 'gpt-5-mini' }
        : node;
    });
    const keys = flows
      .filter(({ type }) => type === 'dragoman-provider')
      .map(({ id }) => [id, { apiKey: 'sk-of-the-page' }]);
    await bot.runtime.deploy(flows, { [ACCOUNT]: { telegram__botToken: TOKEN }, ...Object.fromEntries(keys) });
    // With something real, who comes without the start's link or a login is asked who they are.
    const shut = await fetch(`${bot.runtime.url}/setup`, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect([shut.status, shut.headers.get('location')]).toEqual([303, expect.stringContaining('sign-in?to=setup')]);
    const key = new URL(await simulatorLink(bot)).search;
    const page = await open(`/setup${key}`);
    expect(page.url()).not.toContain('key');
    const part = partOf(page, 'Its platform knows it as @simulated_616161_bot.');
    await part.waitFor();
    await part.getByText('Its platform delivers nowhere yet.').waitFor();
    await part.getByRole('button', { name: 'Deliver here' }).click();
    await part.getByText('Its platform delivers to https://bot.example.com/').waitFor();
    const model = partOf(page, 'gpt-5-mini at');
    await model.getByRole('button', { name: 'Ask it a small question' }).click();
    await model.getByText('It answered a trial question in').waitFor();
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    await part.getByRole('button', { name: 'Ask its platform again' }).click();
    await page.getByText('Telegram does not know the bot token of this account.').waitFor();
  });
});
