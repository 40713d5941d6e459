/** Files and saved answers in the inbox, in a real Chromium on the real runtime: what may be sent is said before, and a list of any length stays small. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fill } from '../../bench/inbox-filled.ts';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { echoFlow } from '../support/echo-flow.ts';
import type { FlowItem } from '../support/harness.ts';
import { widthOf } from '../support/layout.ts';

const PATIENCE = { timeout: 60_000 };
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8DAAMZAwAAAI+oF+0PDCq0AAAAASUVORK5CYII=',
  'base64',
);
const picture = (name: string) => ({ name, mimeType: 'image/png', buffer: PNG });
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>';

let bot: Dragoman;
let browser: Browser;
const complaints = noComplaints(() => browser);
let people = 34_600_700_000;

beforeAll(async () => {
  const env = { AI_AUTOREPLY: undefined, DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined };
  [bot, browser] = await Promise.all([startDragoman({ flows: echoFlow() as FlowItem[], env }), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

async function open(query: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-US', ...options });
  const page = await context.newPage();
  complaints.watch(page);
  page.on('dialog', (dialog) => {
    complaints.add(`a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${bot.runtime.url}/inbox${query}`);
  return page;
}

/** @returns the thread on the platform and the conversation */
async function writes(platform: 'telegram' | 'whatsapp', name: string): Promise<{ thread: string; id: string }> {
  const thread = ++people;
  const customer = platform === 'telegram' ? { id: thread, firstName: name } : { phone: String(thread), name };
  await bot.happens(platform, `/hook/${platform}`, { kind: 'text', text: 'Hi', customer } as never);
  await bot.quiet();
  const found = await bot.until(async () =>
    (await bot.engine.store.conversations({ limit: 200 })).find(({ address }) =>
      JSON.stringify(address).includes(String(thread)),
    ),
  );
  return { thread: String(thread), id: found.id };
}

const box = (page: Page) => page.locator('inbox-composer textarea');
const tray = (page: Page) => page.locator('inbox-tray li');
const picks = (page: Page, ...files: Parameters<Page['setInputFiles']>[1][]) =>
  page.locator('inbox-composer input[type=file]').setInputFiles(files.flat() as never);
const send = (page: Page) => page.locator('inbox-composer').getByRole('button', { name: 'Send', exact: true });
const shown = (thread: string) => bot.shown({ thread }).map(({ method }) => method);

it('sends files that were picked, dropped and pasted, once, and shows them in the thread', PATIENCE, async () => {
  const { thread, id } = await writes('telegram', 'Ines');
  const page = await open(`?c=${id}`);
  await picks(page, [picture('one.png')]);
  await tray(page).filter({ hasText: 'one.png' }).waitFor();
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['%PDF-1.4\n'], 'prices “new”.pdf', { type: 'text/html' }));
    return data;
  });
  const thread0 = page.locator('inbox-thread');
  await thread0.dispatchEvent('dragover', { dataTransfer: dropped });
  await page.getByText('Drop files here to send them').waitFor();
  await thread0.dispatchEvent('drop', { dataTransfer: dropped });
  await page.getByText('Drop files here to send them').waitFor({ state: 'detached' });
  await box(page).evaluate((area, svg) => {
    const data = new DataTransfer();
    data.items.add(new File([svg], 'logo.svg', { type: 'image/svg+xml' }));
    area.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, composed: true, cancelable: true }),
    );
  }, SVG);
  await expect.poll(() => tray(page).count()).toBe(3);
  await page.getByText(/Picture \(JPEG, PNG, WebP\) up to 10.MB/).waitFor();
  await box(page).fill('Here they are.');
  await box(page).press('Enter');
  await page.locator('.bar.undo').waitFor();
  await expect.poll(() => tray(page).count()).toBe(0);
  const words = page.locator('inbox-message dm-bubble');
  await words.locator('img').waitFor();
  await expect.poll(() => words.locator('img').evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(2);
  await words.getByText('prices “new”.pdf').waitFor();
  await bot.until(() => shown(thread).length === 5, 20_000);
  expect(shown(thread)).toEqual(['sendMessage', 'sendPhoto', 'sendDocument', 'sendDocument', 'sendMessage']);

  // What a browser could run is only ever saved.
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    words
      .locator('.medium')
      .filter({ hasText: 'logo.svg' })
      .getByRole('link')
      .evaluate((link) => (link as HTMLAnchorElement).click()),
  ]);
  expect(download.suggestedFilename()).toBe('logo.svg');
});

it(
  'says before anything is sent what the channel does not take, and sends nothing until it is taken away',
  PATIENCE,
  async () => {
    const { thread, id } = await writes('whatsapp', 'Paco');
    const page = await open(`?c=${id}`);
    await picks(page, [
      { name: 'tool.exe', mimeType: 'image/png', buffer: Buffer.from('MZ\x90\0') },
      { name: 'large.png', mimeType: 'image/png', buffer: Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]) },
      { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      picture('fits.png'),
    ]);
    await tray(page)
      .filter({ hasText: 'tool.exe' })
      .getByText('Customers on this channel cannot be sent such a file.')
      .waitFor();
    await tray(page)
      .filter({ hasText: 'large.png' })
      .getByText(/^Too large/)
      .waitFor();
    await tray(page).filter({ hasText: 'nothing.txt' }).getByText('It is empty.').waitFor();
    expect(await send(page).isDisabled()).toBe(true);
    for (const name of ['tool.exe', 'large.png', 'nothing.txt'])
      await page.getByRole('button', { name: `Take ${name} away` }).press('Enter');
    expect(await tray(page).allTextContents()).toEqual([expect.stringContaining('fits.png')]);
    await send(page).click();
    await bot.until(() => shown(thread).length === 2, 20_000);
    expect(bot.shown({ thread })[1]!.media).toMatchObject([{ kind: 'image' }]);
  },
);

it(
  'gives files back that were taken back, and keeps those of another conversation where they are',
  PATIENCE,
  async () => {
    const [{ thread, id }, other] = [await writes('telegram', 'Lola'), await writes('telegram', 'Olga')];
    const page = await open(`?c=${id}`);
    await picks(page, [picture('mine.png')]);
    await box(page).fill('Look.');
    await tray(page).first().waitFor();
    await page.locator('inbox-list a.row').filter({ hasText: 'Olga' }).click();
    await page.locator('inbox-one h1').getByText('Olga').waitFor();
    await expect.poll(() => tray(page).count()).toBe(0);
    await page.goBack();
    await page.locator('inbox-one h1').getByText('Lola').waitFor();
    await tray(page).filter({ hasText: 'mine.png' }).waitFor();
    await send(page).click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await tray(page).filter({ hasText: 'mine.png' }).waitFor();
    expect(await box(page).inputValue()).toBe('Look.');
    // The second time the server has it already.
    const uploads: string[] = [];
    page.on('request', (request) => request.url().includes('/uploads') && uploads.push(request.url()));
    await send(page).click();
    await bot.until(() => shown(thread).length === 3, 20_000);
    expect([uploads, shown(thread), shown(other.thread)]).toEqual([
      [],
      ['sendMessage', 'sendPhoto', 'sendMessage'],
      ['sendMessage'],
    ]);
  },
);

it('asks for a saved answer’s name in a dialog of its own, by keys alone', PATIENCE, async () => {
  const { id } = await writes('telegram', 'Rosa');
  const page = await open(`?c=${id}`);
  const dialog = page.getByRole('dialog', { name: 'Keep as a saved answer' });
  const keep = page.getByRole('button', { name: 'Keep as a saved answer' });
  const names = async () => (await bot.engine.store.savedAnswers()).map(({ name }) => name);
  await box(page).fill('We open at nine, {name}.');
  await keep.press('Enter');
  await dialog.getByText('We open at nine').waitFor();
  expect(await seriousOn(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect([await names(), await page.locator('inbox-one h1').count()]).toEqual([[], 1]);
  await keep.press('Enter');
  await page.keyboard.type('Opening hours');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(names).toEqual(['Opening-hours']);
  await keep.press('Enter');
  await page.keyboard.type('/opening-hours');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').waitFor();
  expect(await names()).toEqual(['Opening-hours']);
});

it.each([
  { lang: 'en', width: 390, colorScheme: 'dark' },
  { lang: 'fa', width: 390, colorScheme: 'light' },
] as const)(
  'fits a window of $width pixels in $lang with files and the dialog',
  PATIENCE,
  async ({ lang, width, colorScheme }) => {
    const { id } = await writes('whatsapp', 'Eva');
    const page = await open(`?c=${id}&lang=${lang}`, { viewport: { width, height: 844 }, colorScheme });
    await picks(page, [
      picture(`${'long-'.repeat(20)}.png`),
      { name: 'a.exe', mimeType: '', buffer: Buffer.from('MZ\0') },
    ]);
    await tray(page).nth(1).waitFor();
    expect([await widthOf(page), await seriousOn(page)]).toEqual([[width], []]);
    await box(page).fill('x');
    await page.locator('inbox-composer dm-button[icon=plus]').click();
    await page.locator('inbox-save-answer dialog[open]').waitFor();
    expect([await widthOf(page), await seriousOn(page)]).toEqual([[width], []]);
  },
);

it(
  'draws no more of a long list than is seen, wherever it is scrolled to and whatever is searched',
  PATIENCE,
  async () => {
    await fill(bot.engine.store, 2_000);
    const page = await open('');
    const rows = page.locator('inbox-list li');
    await page.locator('inbox-list a.row').first().waitFor();
    const scroll = page.locator('inbox-list .scroll');
    const most = Math.ceil((await scroll.evaluate((one) => one.clientHeight)) / 82) + 14;
    for (const share of [0, 0.25, 0.5, 0.99, 1]) {
      await scroll.evaluate((one, to) => one.scrollTo(0, to * one.scrollHeight), share);
      await expect.poll(() => page.locator('inbox-list .blank').count()).toBe(0);
      expect(await rows.count()).toBeLessThanOrEqual(most);
    }
    const last = async (name: string) => rows.last().getAttribute(name);
    await expect.poll(() => last('aria-posinset')).toBe(await last('aria-setsize'));
    await page.getByRole('searchbox').fill('parcel');
    await page.locator('inbox-list a.row').first().waitFor();
    for (let page_ = 0; page_ < 5; page_++) {
      await scroll.evaluate((one) => one.scrollTo(0, one.scrollHeight));
      await expect.poll(() => page.locator('inbox-list .blank').count()).toBe(0);
    }
    expect(await rows.count()).toBeLessThanOrEqual(most);
  },
);
