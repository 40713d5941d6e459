/** In a real Chromium: whoever opens the inbox sees that a customer asked for a person, since when, what it is about, and whether anybody came. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { widthOf } from '../support/layout.ts';

const HOOK = '/api/integrations/webhooks/telegram/';

let bot: Dragoman;
let browser: Browser;
beforeAll(async () => {
  const env = { OPENAI_API_KEY: undefined, DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined };
  [bot, browser] = await Promise.all([startDragoman({ env }), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

it('stands above what was said, and tells of the person who came', { timeout: 60_000 }, async () => {
  const customer = { id: 4712, firstName: 'Ana' };
  for (const text of ['No tengo internet desde el lunes', 'Quiero hablar con un agente']) {
    await bot.happens('telegram', HOOK, { kind: 'text', customer, text });
    await bot.quiet();
  }
  await bot.engine.handovers.idle();
  const [wish] = await bot.engine.store.handovers({ limit: 1 });
  const at = `${bot.runtime.url}/inbox?queue=person&c=${wish!.conversationId}`;

  const wide = await (await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'es' })).newPage();
  await wide.goto(at);
  const shown = wide.locator('inbox-wish details');
  await shown.getByText('todavía no ha venido nadie').waitFor();
  expect(await shown.locator('li').allTextContents()).toEqual([
    'No tengo internet desde el lunes',
    'Quiero hablar con un agente',
  ]);
  await wide.locator('inbox-list a.row').filter({ hasText: 'Ana' }).waitFor();

  const phone = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, locale: 'fa', colorScheme: 'dark' },
  });
  const small = await phone.newPage();
  await small.goto(at);
  await small.locator('inbox-wish').getByText('هنوز کسی نیامده است').waitFor();
  expect(await widthOf(small)).toEqual([390]);

  await bot.engine.operator.reply(wish!.conversationId, 'Soy Marta.');
  await shown.getByText('vino una persona').waitFor();
  await bot.engine.operator.handBack(wish!.conversationId);
  await shown.waitFor({ state: 'detached' });
});
