/** The inbox in a real Chromium, on the real runtime: two colleagues in two browsers, and customers who write meanwhile. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { echoFlow } from '../support/echo-flow.ts';
import type { FlowItem } from '../support/harness.ts';
import { widthOf } from '../support/layout.ts';

const PATIENCE = { timeout: 60_000 };
const CLOSED = { DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined };

let bot: Dragoman;
let browser: Browser;
const complaints = noComplaints(() => browser);
let people = 700_000;

beforeAll(async () => {
  [bot, browser] = await Promise.all([
    startDragoman({ flows: echoFlow() as FlowItem[], env: { AI_AUTOREPLY: undefined, ...CLOSED } }),
    launchBrowser(),
  ]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  // What a page is refused it shows; the browser tells it as well.
  complaints.watch(page, (told) => /the server responded with a status of 409/.test(told));
  await page.goto(`${bot.runtime.url}/inbox${query}`);
  return page;
}

async function writes(text: string, name: string, id = ++people): Promise<{ id: number; conversation: string }> {
  const { status } = await bot.happens('telegram', '/hook/telegram', {
    kind: 'text',
    text,
    customer: { id, firstName: name },
  } as never);
  expect(status).toBe(200);
  await bot.quiet();
  const found = await bot.until(async () =>
    (await bot.engine.store.conversations({ limit: 200 })).find(({ address }) =>
      JSON.stringify(address).includes(String(id)),
    ),
  );
  return { id, conversation: found.id };
}

const heardBy = (id: number) => bot.shown({ thread: String(id) }).map(({ text }) => text);
const row = (page: Page, name: string) => page.locator('inbox-list a.row').filter({ hasText: name });
const box = (page: Page) => page.locator('inbox-composer textarea');
const bubble = (page: Page, text: string) => page.locator('dm-bubble').filter({ hasText: text });

async function answer(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press('Enter');
}

describe('the inbox', () => {
  it(
    'shows what comes in without a reload, and a person’s answer arrives once it cannot be taken back',
    PATIENCE,
    async () => {
      const page = await open();
      const { id } = await writes('Where is my parcel?', 'Ines');
      await row(page, 'Ines').click();
      await bubble(page, 'Where is my parcel?').first().waitFor();
      await bubble(page, 'got Where is my parcel?').waitFor();
      await answer(page, 'I look after it.');
      await page.locator('.bar.undo').waitFor();
      expect(heardBy(id)).not.toContain('I look after it.');
      await bot.until(() => heardBy(id).includes('I look after it.'), 20_000);
      await page.getByText(/People answer/).waitFor();
    },
  );

  it('takes words back within five seconds, into the box', PATIENCE, async () => {
    const { id, conversation } = await writes('Hello?', 'Paco');
    const page = await open(`?c=${conversation}`);
    await bubble(page, 'Hello?').first().waitFor();
    await answer(page, 'Wrong words');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await expect.poll(() => box(page).inputValue()).toBe('Wrong words');
    await bubble(page, 'Wrong words').waitFor({ state: 'detached' });
    await bot.quiet();
    expect(heardBy(id)).not.toContain('Wrong words');
  });

  it('lets two colleagues not both answer by mistake, and shows each that the other writes', PATIENCE, async () => {
    const { id, conversation } = await writes('Is anybody there?', 'Lola');
    const [anna, bo] = [await open(`?c=${conversation}`), await open(`?c=${conversation}`)];
    await bubble(anna, 'Is anybody there?').first().waitFor();
    await bubble(bo, 'Is anybody there?').first().waitFor();
    await box(anna).pressSequentially('Anna');
    await bo.locator('.bar.typing').waitFor();
    // Bo's page hears nothing of it: what he sees is old.
    await bo.route('**/inbox/conversations/**', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    await answer(anna, 'Anna answers.');
    await bubble(anna, 'Anna answers.').waitFor();
    await answer(bo, 'Bo answers.');
    await bo.getByText('Somebody else answered meanwhile.').waitFor();
    await bot.until(() => heardBy(id).includes('Anna answers.'), 20_000);
    expect(heardBy(id)).not.toContain('Bo answers.');
    complaints.forgive('ERR_FAILED');
    // He has read it, and sends his all the same.
    await bo.unroute('**/inbox/conversations/**');
    await writes('Thanks', 'Lola', id);
    await bubble(bo, 'Anna answers.').waitFor();
    await bo.getByRole('button', { name: 'Send it all the same' }).click();
    await bot.until(() => heardBy(id).includes('Bo answers.'), 20_000);
  });

  it('lets a person change a draft, keeps what was changed, and discards another', PATIENCE, async () => {
    const account = bot.engine.registry.account('acc-telegram')!;
    account.autoReply = false;
    const { id, conversation } = await writes('opening hours', 'Rosa');
    const other = await writes('prices', 'Raul');
    account.autoReply = true;
    const page = await open('?queue=drafts');
    await row(page, 'Rosa').click();
    await bubble(page, 'got opening hours').waitFor();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.locator('inbox-message textarea').fill('got new hours');
    await page.getByRole('button', { name: 'Send these words' }).click();
    await bot.until(() => heardBy(id).includes('got new hours'));
    await page.locator('inbox-message details summary').click();
    expect(await page.locator('inbox-message del').allTextContents()).toEqual(['opening ']);
    const [sent] = (await bot.engine.store.messages(conversation, { limit: 9 })).slice(-1);
    expect(sent).toMatchObject({ drafted: 'got opening hours', text: 'got new hours', purpose: 'approved' });
    await row(page, 'Raul').click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect
      .poll(async () => (await bot.engine.store.conversation(other.conversation))?.draftSince)
      .toBeUndefined();
    await row(page, 'Raul').waitFor({ state: 'detached' });
    expect(heardBy(other.id)).toEqual([]);
  });

  it('keeps labels, notes, saved answers and who looks after it, and finds what was said', PATIENCE, async () => {
    const { conversation } = await writes('My zebra invoice is wrong', 'Zoe');
    const page = await open(`?c=${conversation}`);
    await bubble(page, 'zebra').first().waitFor();
    await page.getByLabel('Add a label').fill('billing');
    await page.getByLabel('Add a label').press('Enter');
    await page.locator('inbox-contact .labels').getByText('billing').waitFor();
    await page.locator('inbox-thread .scroll').focus();
    await page.keyboard.press('n');
    await answer(page, 'Call her on Monday.');
    await page.locator('inbox-thread .note').getByText('Call her on Monday.').waitFor();
    await page.locator('inbox-thread .scroll').focus();
    await page.keyboard.press('a');
    await expect.poll(async () => (await bot.engine.store.conversation(conversation))?.assignee).toBe('local');
    expect(await bot.engine.store.conversation(conversation)).toMatchObject({ labels: ['billing'] });

    await box(page).fill('We are sorry, {name}.');
    await page.getByRole('button', { name: 'Keep as a saved answer' }).click();
    await page.getByLabel('A short name, by which / finds it').fill('sorry');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await bot.engine.store.savedAnswers()).length).toBe(1);
    await box(page).fill('/sor');
    await page.locator('inbox-composer').getByRole('option').waitFor();
    await box(page).press('Enter');
    await expect.poll(() => box(page).inputValue()).toBe('We are sorry, Zoe.');

    await page.getByRole('searchbox').fill('zebra');
    await row(page, 'Zoe').getByText('zebra invoice').waitFor();
    await page.getByRole('searchbox').fill('nobodysaidthis');
    await page.getByText('Nothing found').waitFor();
  });

  it('is worked by keys: through the list, take over, hand back, close', PATIENCE, async () => {
    const { conversation } = await writes('First', 'Ada');
    await writes('Second', 'Bea');
    const page = await open();
    await row(page, 'Bea').waitFor();
    await page.keyboard.press('j');
    await page.locator('inbox-one h1').getByText('Bea').waitFor();
    await page.keyboard.press('j');
    await page.locator('inbox-one h1').getByText('Ada').waitFor();
    const status = async () => (await bot.engine.store.conversation(conversation))!;
    await page.keyboard.press('t');
    await expect.poll(async () => (await status()).humanUntil > Date.now()).toBe(true);
    await page.getByText(/People answer/).waitFor();
    await page.keyboard.press('h');
    await expect.poll(async () => (await status()).humanUntil > Date.now()).toBe(false);
    await page.keyboard.press('e');
    await expect.poll(async () => (await status()).status).toBe('closed');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Take over').waitFor();
  });

  it('counts in its title who waits for a person', PATIENCE, async () => {
    const { id, conversation } = await writes('I want a person', 'Nora');
    const page = await open();
    await row(page, 'Nora').waitFor();
    await bot.engine.operator.setStatus(conversation, 'support_active');
    await writes('Anybody?', 'Nora', id);
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    await page.getByRole('button', { name: /Needs a person/ }).click();
    await expect.poll(() => page.locator('inbox-list a.row').count()).toBe(1);
  });
});

describe('the page', () => {
  it.each([
    { lang: 'en', width: 390 },
    { lang: 'fa', width: 390 },
    { lang: 'es', width: 1280 },
    { lang: 'ru', width: 800 },
  ])('fits a window of $width pixels in $lang', PATIENCE, async ({ lang, width }) => {
    const { conversation } = await writes('A word that is long: Donaudampfschifffahrtsgesellschaftskapitän', 'Wim');
    const page = await open(`?lang=${lang}`, { viewport: { width, height: 844 } });
    await row(page, 'Wim').first().waitFor();
    expect(await widthOf(page)).toEqual([width]);
    await page.goto(`${bot.runtime.url}/inbox?lang=${lang}&c=${conversation}`);
    await bubble(page, 'Donaudampf').first().waitFor();
    expect(await widthOf(page)).toEqual([width]);
  });

  it.each(['light', 'dark'] as const)(
    'has nothing serious against it for who sees or works otherwise, %s',
    PATIENCE,
    async (colorScheme) => {
      const { conversation } = await writes('Good morning', 'Eva');
      await bot.engine.inbox.note(conversation, 'marta', 'She called.');
      await bot.engine.inbox.label(conversation, ['vip']);
      const page = await open(`?c=${conversation}`, { colorScheme });
      await bubble(page, 'got Good morning').waitFor();
      await row(page, 'Eva').first().waitFor();
      expect(await seriousOn(page)).toEqual([]);
    },
  );

  it('shows numbers only to who may manage', async () => {
    const viewer = { name: 'x', numbers: false };
    const { id, conversation } = await writes('Hi', 'Tel +34 600 111 222');
    const read = (numbers: boolean) => bot.engine.inbox.read(conversation, { limit: 9 }, { ...viewer, numbers });
    expect((await read(false)).contact).toMatchObject({
      name: 'Tel •••22',
      identities: [`•••${String(id).slice(-2)}`],
    });
    expect((await read(true)).contact).toMatchObject({ name: 'Tel +34 600 111 222', identities: [String(id)] });
  });
});
