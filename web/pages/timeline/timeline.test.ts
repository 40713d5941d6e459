/** The timeline in a real Chromium: what it says and shows, to whom, the run that sends nothing, six languages, light and dark, narrow. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { seriousOn } from '../../../test/support/axe.ts';
import { launchBrowser } from '../../../test/support/browser.ts';
import { noComplaints } from '../../../test/support/complaints.ts';
import { widthOf } from '../../../test/support/layout.ts';
import { startTimelineBench, type TimelineBench } from '../../../test/support/timeline.ts';

const PATIENCE = { timeout: 60_000 };
const EDITOR = { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } };
const LANGUAGES = ['en', 'es', 'it', 'fa', 'ar', 'ru'];

let bench: TimelineBench;
let browser: Browser;
const complaints = noComplaints(() => browser);
beforeAll(async () => {
  [bench, browser] = await Promise.all([startTimelineBench(EDITOR), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bench?.stop();
});
beforeEach(async () => {
  await bench.pipeline();
});

async function open(query: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(`${bench.bot.runtime.url}/timeline${query}`);
  return page;
}

const step = (page: Page) => page.locator('timeline-step .body');

/** A question with a number in it, answered by the model with what the knowledge has; an older one of a colleague's time. */
async function story() {
  const id = bench.somebody();
  await bench.saysAndWaits('¿Por qué mi internet está lento?', id);
  await bench.change(id, { humanUntil: Date.now() + 60_000, humanSince: Date.now() });
  await bench.saysAndWaits('Is anybody there?', id);
  await bench.change(id, { humanUntil: 0, humanSince: 0 });
  bench.llm.brain = () => 'Please start your router anew.';
  await bench.saysAndWaits('My internet is slow. Call me at +34 600 112 233', id);
  const conversation = await bench.conversation(id);
  const messages = await bench.bot.engine.store.messages(conversation.id, { limit: 20 });
  return { id, conversation: conversation.id, last: messages.findLast(({ direction }) => direction === 'in')!.id };
}

it(
  'tells of a message what became of it, each step, and what the model was asked without what is personal',
  PATIENCE,
  async () => {
    const { last } = await story();
    const page = await open(`?message=${last}`);
    await page.getByRole('heading', { name: 'Answered by model-one.' }).waitFor();
    await page.getByText('My internet is slow.').first().waitFor();
    for (const words of [
      /The platform delivered it/,
      /status-gate let it pass/,
      /The language is English/,
      /The model does not see: .*phone numbers \(1\)/,
      /model-one wrote the answer in/,
      /The reply was stored/,
      /The platform took it/,
    ])
      await step(page).filter({ hasText: words }).first().waitFor();
    const asked = step(page).filter({ hasText: 'wrote the answer' });
    await asked.getByText('What the model was asked').click();
    await asked.getByText('Call me at [PHONE_1]').waitFor();
    await asked.getByText('You are a test.').waitFor();
    expect(await step(page).filter({ hasText: '600 112 233' }).count()).toBe(1);
    // A click opens the box in the editor.
    const link = step(page).filter({ hasText: 'status-gate let it pass' }).getByRole('link');
    expect(await link.getAttribute('href')).toMatch(/#node\/status-gate$/);
    expect(await seriousOn(page)).toEqual([]);
  },
);

it('tells of a conversation its turns, and what stopped one', PATIENCE, async () => {
  const { conversation } = await story();
  const page = await open(`?conversation=${conversation}`);
  await page.getByRole('heading', { name: 'Not answered: handoff stopped it (a colleague answers).' }).waitFor();
  expect(await page.locator('timeline-group').count()).toBe(3);
  await page.getByRole('heading', { name: 'Answered by model-one.' }).nth(1).waitFor();
});

it('runs a turn again, sends nothing, and shows both answers beside each other', PATIENCE, async () => {
  const { id, last } = await story();
  const sent = bench.bot.shown({ thread: String(id) }).length;
  const turns = await bench.bot.engine.store.turns({ limit: 50 });
  const before = await bench.conversation(id);
  bench.llm.brain = ({ messages }) =>
    messages.some(({ text }) => text.includes('router anew')) ? 'It saw its own answer.' : 'Another answer.';
  const page = await open(`?message=${last}`);
  await page.getByRole('button', { name: 'Run again, sending nothing' }).click();
  await page.getByText('Would be said now').waitFor();
  const [then, now] = await page.locator('timeline-rehearsal section').allTextContents();
  expect(then).toContain('Please start your router anew.');
  expect(now).toContain('Another answer.');
  expect(bench.bot.shown({ thread: String(id) }).length).toBe(sent);
  expect(await bench.bot.engine.store.turns({ limit: 50 })).toEqual(turns);
  expect(await bench.conversation(id)).toEqual(before);
});

it.each(LANGUAGES)('fits a phone and wide windows, light and dark: %s', PATIENCE, async (language) => {
  const { conversation } = await story();
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 1280]) {
      const page = await open(`?conversation=${conversation}&lang=${language}`, {
        ...{ colorScheme, viewport: { width, height: 844 } },
      });
      await page.locator('timeline-group').nth(2).waitFor();
      await page.locator('timeline-group article > details > summary').last().click();
      await step(page).last().waitFor();
      expect(await page.locator('html').getAttribute('dir')).toBe(['fa', 'ar'].includes(language) ? 'rtl' : 'ltr');
      expect(await widthOf(page)).toEqual([width]);
      await page.context().close();
    }
});

it('says what is missing where no message is named, or none is there', PATIENCE, async () => {
  const page = await open('');
  await page.getByText('No message is chosen').waitFor();
  const other = await open('?message=none');
  await other.getByText(/There is no message none/).waitFor();
  complaints.forgive('404');
});
