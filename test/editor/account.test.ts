/** The account's dialog in a real browser: how it replies, and which value holds where a field is empty. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { type EditorPage, openEditor } from './page.ts';

/** What came with the second version of the node. */
const LATER = ['autoReply', 'processing', 'queue', 'timeoutSeconds', 'takeoverCeilingSeconds', 'handBackText'];

/** As it was saved before replies could be kept as drafts. */
const account = (id: string, more: object): FlowItem => {
  const now = accountConfig(id, { name: 'Shop', version: 1, manualPrompt: '' });
  const before = Object.entries(now).filter(([field]) => !LATER.includes(field));
  return { ...(Object.fromEntries(before) as FlowItem), ...more };
};

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [
        account('bot', { envPrefix: 'CRM_', manualPrompt: 'You are a test.' }),
        { id: 'hook', type: 'http in', method: 'post', url: 'hooks/shop', skipBodyParsing: true, wires: [['in']] },
        { id: 'in', type: 'dragoman-channel-in', account: 'bot', version: 1, x: 400, wires: [[]] },
        account('outside', { envPrefix: 'TOLD_' }),
        { id: 'in-outside', type: 'dragoman-channel-in', account: 'outside', version: 1, wires: [[]] },
        account('bare', {}),
        { id: 'in-bare', type: 'dragoman-channel-in', account: 'bare', version: 1, wires: [[]] },
        accountConfig('caller', { name: 'Pharmacy calls', channel: 'call', autoReply: '', version: 4 }),
        { id: 'in-caller', type: 'dragoman-channel-in', account: 'caller', version: 1, wires: [[]] },
      ],
      env: {
        AI_INSTRUCTIONS: undefined,
        TOLD_AI_INSTRUCTIONS: 'Be kind.',
        TOLD_AI_SELLER_TEST_MODE: 'true',
        AI_AUTOREPLY: 'true',
        CRM_AI_WHATSAPP_TIMEOUT: '90',
        CRM_TELEGRAM_BOT_TOKEN: '1:secret',
      },
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'in');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

const field = (name: string) => editor.page.locator(`#node-config-input-${name}`);
/** What is said below a field. */
const line = (name: string) =>
  editor.page
    .locator('.form-row', { has: field(name) })
    .locator('.dragoman-holds')
    .textContent();

it('C8 calls an account unconfigured only where the environment has no instructions for it either', async () => {
  const { page } = editor;
  const errors = async (id: string) => (await editor.property(id, 'validationErrors')) as string[];
  await bot.until(async () => (await errors('bare')).length > 0);
  expect(await errors('bare')).toEqual([expect.stringContaining('Not configured')]);
  expect(await errors('outside')).toEqual([]);

  const alert = page.locator('#dragoman-account-unconfigured');
  const shown = () => alert.evaluate((element) => (element as HTMLElement).style.display !== 'none');
  const prefix = page.locator('#node-config-input-envPrefix');
  await editor.open('in-outside');
  await editor.openConfig('account');
  await page.getByText('from TOLD_AI_INSTRUCTIONS: Be kind.', { exact: true }).waitFor({ state: 'attached' });
  expect(await shown()).toBe(false);
  await prefix.fill('OTHER_');
  await prefix.blur();
  await bot.until(shown);
  await prefix.fill('TOLD_');
  await prefix.blur();
  await bot.until(async () => !(await shown()));
  await editor.done();
  await editor.done();

  await editor.open('in-bare');
  await editor.openConfig('account');
  expect(await shown()).toBe(true);
  await prefix.fill('TOLD_');
  await prefix.blur();
  await bot.until(async () => !(await shown()));
  await editor.done();
  await editor.done();
  expect([...(await errors('bare')), ...(await errors('outside'))]).toEqual([]);
});

it('says that nobody outside reaches an address of this machine', async () => {
  const { page } = editor;
  await editor.open('in');
  await editor.openConfig('account');
  await page.locator('#dragoman-account-reach', { hasText: 'Nobody outside can reach 127.0.0.1:' }).waitFor();
  expect(await page.inputValue('#dragoman-account-address')).toBe(`${bot.runtime.url}/hooks/shop`);
  await editor.done();
  await editor.done();
});

it('says of an account for calls nothing of webhooks and stand-ins, which it has not', async () => {
  const { page } = editor;
  await editor.open('in-caller');
  await editor.openConfig('account');
  await page.locator('#dragoman-account-call__greeting').fill('Welcome.');
  await page.getByLabel('Recording', { exact: true }).selectOption('yes');
  for (const part of ['webhook', 'test', 'register'])
    expect(await page.locator(`#dragoman-account-${part}`).isVisible(), part).toBe(false);
  const seen: string[] = [];
  for (const tab of ['Prompt', 'Replies', 'Behaviour', 'Unasked', 'Connection']) {
    await page.getByText(tab, { exact: true }).first().click();
    seen.push((await page.locator('#dragoman-account-panels').allInnerTexts()).join());
  }
  expect(seen[0]).toContain('Offered on the page of calls.');
  // A choice that every account has says what inline is.
  expect(seen.join().replace(/^inline: .*$/gm, '')).not.toMatch(/simulator|stand-in|credentials|webhook/i);
  expect(await line('outreachHours')).toBe('default: 09:00-21:00');
  // Another channel has its webhook again.
  await field('channel').selectOption('telegram');
  await page.locator('#dragoman-account-webhook').waitFor();
  await field('channel').selectOption('call');
  await editor.done();
  await editor.done();
  await editor.deploy();
  await bot.until(() => bot.engine.registry.account('caller')?.settings.recording === 'on');
  expect(bot.engine.registry.account('caller')!.settings).toMatchObject({ greeting: 'Welcome.', recording: 'on' });
});

it('C8 shows below an empty field which value holds and why, and saves how the account replies', async () => {
  const { page } = editor;
  await editor.open('in');
  await editor.openConfig('account');
  await page.getByText('from CRM_TELEGRAM_BOT_TOKEN: set', { exact: true }).waitFor();

  await page.getByText('Replies', { exact: true }).first().click();
  expect(await field('autoReply').inputValue()).toBe('on');
  expect(await line('autoReply')).toBe('wins over AI_AUTOREPLY');
  await field('autoReply').selectOption({ label: 'from the environment' });
  expect(await line('autoReply')).toBe('from AI_AUTOREPLY: true');
  expect(await line('timeoutSeconds')).toBe('from CRM_AI_WHATSAPP_TIMEOUT: 90');
  await field('timeoutSeconds').fill('30');
  expect(await line('timeoutSeconds')).toBe('wins over CRM_AI_WHATSAPP_TIMEOUT');
  expect(await line('takeoverSeconds')).toBe('');
  await field('takeoverSeconds').fill('');
  expect(await line('takeoverSeconds')).toBe('default: 300');
  await field('handBackText').fill('Back again.');
  await field('voiceReplies').check();
  expect(await page.locator('body').innerHTML()).not.toContain('1:secret');
  await editor.done();
  expect(await editor.property('bot', 'validationErrors')).toEqual([]);

  await editor.openConfig('account');
  await page.getByText('Replies', { exact: true }).first().click();
  await field('takeoverCeilingSeconds').fill('0');
  await editor.done();
  expect(await editor.property('bot', 'validationErrors')).toEqual(['At most: write whole seconds from 1.']);
  await editor.openConfig('account');
  await page.getByText('Replies', { exact: true }).first().click();
  await field('takeoverCeilingSeconds').fill('600');
  await editor.done();
  await editor.done();
  await editor.deploy();
  await bot.until(() => bot.engine.registry.account('bot')?.timeoutMs === 30_000);
  expect(bot.engine.registry.account('bot')).toMatchObject({
    autoReply: true,
    takeover: { cooldownMs: 300_000, ceilingMs: 600_000 },
    handBackText: 'Back again.',
    voiceReplies: true,
    queue: 'default',
    inline: false,
  });
  const flows = (await (await fetch(`${bot.runtime.url}/admin/flows`)).json()) as { id: string }[];
  expect(flows.find(({ id }) => id === 'bot')).toMatchObject({
    version: 6,
    voiceReplies: true,
    autoReply: '',
    timeoutSeconds: 30,
    takeoverSeconds: '',
    takeoverCeilingSeconds: 600,
  });
  expect(editor.complaints).toEqual([]);
});

it('shows below the fields of what nobody asked for what holds, and says what is wrong with one', async () => {
  const { page } = editor;
  const property = (name: string) => editor.property('bot', name);
  await editor.open('in');
  await editor.openConfig('account');
  await page.getByText('Unasked', { exact: true }).first().click();
  await expect.poll(() => line('outreachHours')).toBe('default: 09:00-21:00 with credentials, 00:00-24:00 without');
  expect(await line('outreachMaxMessages')).toBe('default: 3');
  expect(await line('outreachHolidays')).toBe('not set');
  expect(await line('outreachWarmUpDays')).toBe('default: 14 with credentials, 0 without');
  // A name is nothing that an account must have.
  expect(await line('name')).toBe('');
  await field('outreachHours').fill('21:00-09:00');
  await field('outreachWeekdays').fill('Mon-Fri');
  await field('outreachHolidays').fill('24.12.');
  await field('outreachPauseHours').fill('-1');
  await field('outreachWarmUpDays').fill('366');
  await editor.done();
  expect(await property('validationErrors')).toEqual([
    expect.stringMatching(/^Allowed hours: /),
    expect.stringMatching(/^Weekdays: /),
    expect.stringMatching(/^Holidays: /),
    expect.stringMatching(/^Pause: /),
    expect.stringMatching(/^Warm-up: /),
  ]);
  await editor.openConfig('account');
  await page.getByText('Unasked', { exact: true }).first().click();
  await field('outreachHours').fill('10-12');
  await field('outreachWeekdays').fill('1-5');
  await field('outreachHolidays').fill('12-24, 2026-12-31');
  await field('outreachPauseHours').fill('0.5');
  await field('outreachWarmUpDays').fill('7');
  await editor.done();
  expect(await property('validationErrors')).toEqual([]);
  await editor.done();
  await editor.deploy();
  const hours = { from: 600, until: 720, weekdays: [1, 2, 3, 4, 5], holidays: ['12-24', '2026-12-31'] };
  await bot.until(() => bot.engine.registry.account('bot')?.outreach?.hours.from === 600);
  expect(bot.engine.registry.account('bot')!.outreach).toMatchObject({ hours, pauseMs: 1_800_000, maxMessages: 3 });
});

it('marks an account in test mode wherever it is named, and on top of its dialog in colour', async () => {
  const { page } = editor;
  const label = (id: string) =>
    page.evaluate((id) => {
      const { RED } = window as unknown as { RED: { nodes: { node(id: string): { _def: { label(): string } } } } };
      const node = RED.nodes.node(id);
      return node._def.label.call(node);
    }, id);
  expect([await label('bot'), await label('outside')]).toEqual(['Shop', 'Test mode · Shop']);
  await editor.open('in');
  await editor.openConfig('account');
  const strip = page.locator('#dragoman-account-testing');
  expect(await strip.isVisible()).toBe(false);
  await page.getByText('Unasked', { exact: true }).first().click();
  await field('outreachTestMode').selectOption({ label: 'yes' });
  expect(await strip.isVisible()).toBe(true);
  expect(await strip.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe('rgb(252, 239, 210)');
  await editor.done();
  expect(await page.locator('#node-input-account option:checked').textContent()).toBe('Test mode · Shop');
  await editor.done();
  expect(await label('bot')).toBe('Test mode · Shop');
});
