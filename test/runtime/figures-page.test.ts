/** The page of figures in a real Chromium: its numbers and pictures, by account and period, in each language, theme and width. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, hourOf, tallied, tallyId, timed } from '../../core/figures/tallies.ts';
import type { Sum } from '../../core/model.ts';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import { widthOf } from '../support/layout.ts';

const PATIENCE = { timeout: 60_000 };
const CLOSED = { DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined, OPENAI_API_KEY: undefined };

let bot: Dragoman;
let browser: Browser;
const complaints = noComplaints(() => browser);
beforeAll(async () => {
  const flows = [
    accountConfig('shop', { name: 'Flower shop' }),
    ...entryNodes('shop', '/shop', 'echo'),
    accountConfig('help', { name: 'Helpdesk', channel: 'whatsapp' }),
    ...entryNodes('help', '/help', 'echo'),
    { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
    { id: 'out', type: 'dragoman-channel-out', version: 1 },
  ];
  [bot, browser] = await Promise.all([startDragoman({ flows, env: CLOSED }), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    timezoneId: 'Europe/Madrid',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(`${bot.runtime.url}/figures${query}`);
  return page;
}

const tile = (page: Page, name: string) =>
  page
    .locator('figures-tiles div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('.value');
const chart = (page: Page, name: string) =>
  page.locator('figures-chart').filter({ has: page.getByRole('heading', { name, exact: true }) });
const pick = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
/** How many pixels of a picture are of one of its series' colours. */
const painted = (page: Page, name: string) =>
  chart(page, name)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [r = 0, g = 0, b = 0, a = 0] = data.slice(at, at + 4);
        if (a > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60) count++;
      }
      return count;
    });

/** A month of a busy bot, by the hour. */
async function fill(): Promise<void> {
  const now = hourOf(bot.engine.clock.now());
  await bot.engine.store.run((records) => {
    for (let back = 0; back < 40 * 24; back++)
      for (const accountId of ['shop', 'help', '']) {
        const hour = now - back * HOUR_MS;
        const sums: Record<string, Sum> = {};
        const of = Math.round(6 + 5 * Math.sin(back / 3.82) + 3 * Math.sin(back / 24));
        if (accountId === '') tallied(sums, 'lag', '', 20 + (back % 60));
        for (let each = 0; accountId !== '' && each < of; each++) {
          tallied(sums, 'in');
          tallied(sums, 'out', ['llm', 'llm', 'llm', 'knowledge', 'person', 'static'][each % 6]);
          tallied(sums, 'turn', each % 9 === 8 ? 'blocked' : 'answered');
          if (each % 5 === 4) tallied(sums, 'blocked', ['takeover', 'consent', 'window', 'rate'][back % 4]);
          timed(sums, 'reply', 900 + 400 * each + (back % 7) * 300);
          for (const [kind, tokens] of [
            ['input', 900],
            ['output', 120],
          ] as const)
            tallied(sums, kind, each % 3 ? 'gpt-5-mini' : 'qwen3:8b', tokens);
          tallied(sums, 'queue', '', each);
          if (each === 7 && back % 5 === 0) tallied(sums, 'consent', back % 10 ? 'out' : 'in');
          if (each === 9 && back % 7 === 0) tallied(sums, 'lost', back % 2 ? 'failed' : 'unknown');
        }
        records.putTally({ id: tallyId(hour, accountId), hour, accountId, sums });
      }
  });
}

describe('the page', () => {
  it('says so while nothing happened, and leads to where something does', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'Nothing in this period' }).waitFor();
    await page.getByRole('button', { name: 'Show 12 months' }).click();
    await page.getByRole('heading', { name: 'Nothing happened yet' }).waitFor();
    expect(await page.getByRole('link', { name: 'Write as a customer' }).getAttribute('href')).toBe('simulator');
    expect(new URL(page.url()).searchParams.get('period')).toBe('year');
  });

  it('counts what customers write and what is answered', PATIENCE, async () => {
    await bot.happens('telegram', '/shop', { kind: 'text', customer: { id: 7, firstName: 'Ana' }, text: 'Hello' });
    await bot.quiet();
    const page = await open();
    await expect.poll(() => tile(page, 'Messages received').textContent()).toBe('1');
    expect(await tile(page, 'Messages sent').textContent()).toBe('1');
    expect(await tile(page, 'Time to reply').textContent()).toMatch(/\d\s?(ms|sec)/);
    await chart(page, 'Who wrote').getByText('As a table').click();
    const cells = await chart(page, 'Who wrote').getByRole('row').last().getByRole('cell').allTextContents();
    expect(cells).toEqual(['1']);
  });

  it('draws what happened, by period and account, and keeps both in its address', PATIENCE, async () => {
    await fill();
    const page = await open();
    await expect.poll(() => painted(page, 'Who wrote')).toBeGreaterThan(2_000);
    for (const name of ['Messages', 'Time to reply', 'Held back, and why', 'Tokens by model', 'Server held up'])
      expect(await painted(page, name), name).toBeGreaterThan(100);
    const week = await tile(page, 'Messages received').textContent();
    await pick(page, '30 days');
    await expect.poll(() => tile(page, 'Messages received').textContent()).not.toBe(week);
    await page.getByRole('combobox', { name: 'Account' }).selectOption({ label: 'Helpdesk' });
    await expect.poll(() => chart(page, 'Server held up').count()).toBe(0);
    expect(page.url()).toMatch(/period=month&account=help/);
    await page.reload();
    await expect.poll(() => chart(page, 'Messages').count()).toBe(1);
    expect(await page.getByRole('combobox', { name: 'Account' }).inputValue()).toBe('help');
  });

  it('gives the same as a file for a spreadsheet', PATIENCE, async () => {
    const page = await open('?period=month&account=shop');
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'As CSV', exact: true }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('dragoman-figures.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const rows = Buffer.concat(chunks).toString().trim().split('\r\n');
    expect(rows).toHaveLength(31);
    expect(rows[0]).toContain('out_llm');
  });

  it('is worked with keys alone', PATIENCE, async () => {
    const page = await open();
    await chart(page, 'Messages').waitFor();
    await page.getByRole('radio', { name: '7 days' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.url()).toContain('period=month');
    const summary = chart(page, 'Messages').locator('summary');
    await summary.focus();
    await page.keyboard.press('Enter');
    await chart(page, 'Messages').getByRole('table').waitFor();
  });

  it.each([
    ...['en', 'es', 'it', 'fa', 'ar', 'ru'].map((lang) => [lang, 'light', 390] as const),
    ['fa', 'dark', 1280],
    ['en', 'dark', 1280],
  ] as const)(
    'fits its window and has nothing that axe calls serious: %s, %s, %i',
    PATIENCE,
    async (lang, scheme, width) => {
      const page = await open(`?lang=${lang}`, { colorScheme: scheme, viewport: { width, height: 844 } });
      await page.locator('figures-chart canvas').first().waitFor();
      expect(await page.evaluate(() => document.documentElement.dir)).toBe(['fa', 'ar'].includes(lang) ? 'rtl' : 'ltr');
      expect(await widthOf(page)).toEqual([width]);
      expect(await seriousOn(page)).toEqual([]);
    },
  );

  it('follows the colours that its reader chose, without a reload', PATIENCE, async () => {
    const page = await open();
    await expect.poll(() => painted(page, 'Who wrote')).toBeGreaterThan(2_000);
    const colour = () =>
      chart(page, 'Who wrote')
        .locator('canvas')
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const light = await colour();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(colour).not.toBe(light);
  });
});
