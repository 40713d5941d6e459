/** The page in a real Chromium, on a server that plays its API under the real security policy. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../../test/support/browser.ts';
import { type SimulatorPage, serveSimulatorPage } from '../../../test/support/simulator-page.ts';

/** The first run unpacks the browser. */
const START = 120_000;
const PATIENCE = 30_000;

let browser: Browser;
let server: SimulatorPage;
/** Whatever the browser complained about: policy violations, errors, warnings. Each test must leave it empty. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
}, START);
afterAll(() => browser?.close());
beforeEach(async () => {
  server = await serveSimulatorPage();
  complaints = [];
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.close();
  expect(complaints).toEqual([]);
});

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(new URL(server.url).origin) && !url.startsWith('data:')) complaints.push(url);
  });
  await page.goto(server.url + query);
  await page.getByRole('log').waitFor();
  return page;
}

const write = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
};
const direction = (page: Page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
const bubbles = (page: Page) => page.locator('dm-bubble');

describe('the conversation', () => {
  test('a text goes to the account as this customer, and the reply comes as on the platform', {
    timeout: PATIENCE,
  }, async () => {
    const page = await open();
    await write(page, '¿Por qué mi internet está lento?');
    const reply = bubbles(page).nth(1);
    await reply.getByRole('img', { name: 'Seen' }).waitFor();

    expect(server.said).toHaveLength(1);
    expect(server.said[0]).toMatchObject({
      account: 'tg',
      customer: { id: expect.stringMatching(/^\d{9}$/), name: 'Lucía' },
      action: { kind: 'text', text: '¿Por qué mi internet está lento?' },
    });
    expect(await bubbles(page).first().locator('.row').textContent()).toContain('¿Por qué mi internet está lento?');
    expect(await reply.locator('strong').first().textContent()).toBe('¿Internet lento?');
    expect(await reply.getByRole('link', { name: 'guía' }).getAttribute('href')).toBe('https://fibranet.example/ayuda');
    expect(await reply.locator('.row').textContent()).toContain('<img src=x>');
    expect(await reply.locator('img').count()).toBe(0);
    expect(await page.locator('dm-typing').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
  });

  test('a suggestion starts it', { timeout: PATIENCE }, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Hola' }).click();
    await bubbles(page).nth(1).waitFor();
    expect(server.said[0]?.action).toEqual({ kind: 'text', text: 'Hola' });
  });

  test('a tapped button is a choice of that message', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    await page.getByRole('button', { name: 'Sigue lento' }).click();
    await bubbles(page).nth(3).waitFor();
    expect(server.said[1]?.action).toEqual({ kind: 'choice', id: 'no', title: 'Sigue lento', messageId: 'm2' });
  });

  test('media and the operator’s own words', { timeout: PATIENCE }, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Send a location' }).click();
    await bubbles(page).first().getByText('Location').waitFor();
    await page.getByText('Operator', { exact: true }).click();
    await write(page, 'This is Ana');
    await bubbles(page).getByText('This is Ana').waitFor();
    expect(server.said.map(({ action }) => action.kind)).toEqual(['location', 'human']);
  });

  test('states that went wrong are told in words', { timeout: PATIENCE }, async () => {
    const page = await open();
    const at = Date.now();
    const item = { id: 'x', from: 'bot', text: 'Hi', format: 'plain', at };
    server.push('tg', 'item', { ...item, state: 'sending' });
    await bubbles(page).getByRole('img', { name: 'Sending' }).waitFor();
    server.push('tg', 'item', { ...item, state: 'failed', error: 'bot was blocked by the user' });
    await bubbles(page).getByText('bot was blocked by the user').waitFor();
    expect(await bubbles(page).count()).toBe(1);
  });

  test('it is kept apart by customer and by account, and over a reload', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    await bubbles(page).nth(1).waitFor();
    await page.getByRole('button', { name: 'New customer' }).click();
    await page.getByRole('heading', { name: 'Write as a customer of Soporte FibraNet' }).waitFor();
    await page.getByRole('radio', { name: 'Lucía' }).check({ force: true });
    await bubbles(page).nth(1).waitFor();
    await page.getByRole('radio', { name: /Café Aurora/ }).check({ force: true });
    await page.getByRole('heading', { name: 'Write as a customer of Café Aurora' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Write as a customer of Café Aurora' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Marco' }).count()).toBe(1);
  });

  test('an account that cannot be used says why and cannot be picked', { timeout: PATIENCE }, async () => {
    const page = await open();
    const live = page.getByRole('radio', { name: /FibraNet \(live\).*it has a real token for api.telegram.org/ });
    expect(await live.isDisabled()).toBe(true);
  });
});

describe('what happened', () => {
  test('gates, author, send state, request', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    const details = page.locator('simulator-details');
    await details.getByText('Fits the platform').waitFor();
    for (const part of [
      'Answered',
      'HTTP 200, delivered once',
      'No person has taken over.',
      'Quoted from the knowledge base',
      'Problemas comunes › Internet lento',
    ])
      expect(await details.getByText(part).first().isVisible(), part).toBe(true);
    await details.getByText('Request to the platform').click();
    expect(await details.locator('pre').textContent()).toContain('"method": "sendMessage"');
  });

  test('a blocked turn names the gate and its reason', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'STOP');
    const gate = page.locator('.gate.block');
    await gate.waitFor();
    expect(await gate.textContent()).toMatch(/opt-out[\s\S]*Blocked[\s\S]*The customer asked not to be written to\./);
    expect(await page.getByText('Nothing was sent.').isVisible()).toBe(true);
  });
});

describe('faults and errors', () => {
  test('a fault is switched on with the keyboard, and stays on', { timeout: PATIENCE }, async () => {
    const page = await open();
    const fault = page.getByRole('switch', { name: 'Rate limit (429)' });
    await fault.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => server.faulted).toEqual([{ account: 'tg', id: 'rate-limit', on: true }]);
    await page.reload();
    await expect.poll(() => fault.getAttribute('aria-checked')).toBe('true');
  });

  test('a refusal says what to do and gives the words back', { timeout: PATIENCE }, async () => {
    const page = await open();
    server.refuseNext('say', 409, {
      code: 'X',
      message: 'The flow is not running.',
      action: 'Deploy it in the editor.',
    });
    await write(page, 'Hola');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/The flow is not running\.\s+Deploy it in the editor\./);
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Hola');
    await alert.getByRole('button', { name: 'Close' }).click();
    expect(await alert.count()).toBe(0);
    // The browser itself logs every 4xx.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('409')]);
  });

  test('a refused switch goes back', { timeout: PATIENCE }, async () => {
    const page = await open();
    const fault = page.getByRole('switch', { name: 'Time-out' });
    await fault.waitFor();
    server.refuseNext('faults', 400, { code: 'X', message: 'No.', action: 'Nothing.' });
    await fault.click();
    await page.getByRole('alert').waitFor();
    await expect.poll(() => fault.getAttribute('aria-checked')).toBe('false');
    complaints.splice(0);
  });
});

describe('for everybody', () => {
  test('Enter sends, Shift+Enter makes a line, and Tab alone reaches the composer with a ring to see', {
    timeout: PATIENCE,
  }, async () => {
    const page = await open();
    const focused = () =>
      page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return { tag: element?.tagName ?? '', ring: element ? getComputedStyle(element).outlineStyle : '' };
      });
    const seen: Awaited<ReturnType<typeof focused>>[] = [];
    do {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    } while (seen.at(-1)?.tag !== 'TEXTAREA' && seen.length < 60);
    expect(seen.at(-1)).toEqual({ tag: 'TEXTAREA', ring: 'solid' });
    // Radio buttons are out of sight; their label has the ring.
    expect(seen.filter(({ tag, ring }) => tag !== 'INPUT' && ring === 'none')).toEqual([]);
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await bubbles(page).nth(1).waitFor();
    expect(server.said.map(({ action }) => action.text)).toEqual(['one\ntwo']);
  });

  test('Persian by address, Arabic by browser: the whole page from right to left', { timeout: PATIENCE }, async () => {
    const persian = await open('?lang=fa');
    await persian.getByRole('radio', { name: /FibraNet Asistencia/ }).check({ force: true });
    await persian.getByRole('button', { name: 'چرا اینترنت من کند است؟' }).click();
    await bubbles(persian).nth(1).waitFor();
    expect(await direction(persian)).toEqual(['fa', 'rtl']);
    expect(await persian.title()).toBe('شبیه‌ساز · Dragoman');
    const box = async (page: Page, selector: string) => (await page.locator(selector).first().boundingBox())?.x ?? 0;
    expect(await box(persian, 'simulator-setup')).toBeGreaterThan(await box(persian, 'dm-chat'));
    expect(await box(persian, '.row.customer')).toBeLessThan(await box(persian, '.row.bot'));

    const arabic = await open('', { locale: 'ar-EG' });
    expect(await direction(arabic)).toEqual(['ar', 'rtl']);
  });

  test('on a phone nothing is cut off, and the panels are sheets', { timeout: PATIENCE }, async () => {
    const page = await open('', { viewport: { width: 390, height: 844 } });
    await write(page, 'Hola');
    await bubbles(page).nth(1).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    for (const [button, sheet] of [
      ['Accounts, customer, faults', 'Set-up'],
      ['What happened', 'What happened'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      const dialog = page.getByRole('dialog', { name: sheet });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    }
    await page.getByRole('button', { name: 'What happened' }).click();
    await page.locator('simulator-details').getByText('Quoted from the knowledge base').waitFor();
  });

  test('the chosen colours hold over a reload, and win over the system’s', { timeout: PATIENCE }, async () => {
    const page = await open();
    const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(15, 19, 18)');
    expect(await dark()).toBe(false);
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    expect(await dark()).toBe(true);
    await page.reload();
    await page.getByRole('log').waitFor();
    expect(await dark()).toBe(true);
  });
});
