/** The server is away for a while, killed and started anew: the page that is open goes on as if nothing had been. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type ChatServer, startChatServer } from '../support/chat-server.ts';
import { type ShopSite, serveShop } from '../support/shop-site.ts';

let browser: Browser;
let server: ChatServer;
let shop: ShopSite;
let page: Page;
beforeAll(async () => {
  shop = await serveShop({ bot: () => server.url, token: 'test-token', chat: 'site' });
  [browser, server] = await Promise.all([launchBrowser(), startChatServer({ origins: shop.url })]);
  page = await browser.newPage({ locale: 'en-US' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([shop?.close(), server?.remove()]);
});

const widget = () => page.locator('dragoman-widget');
const says = async (text: string) => {
  await widget().getByRole('textbox').fill(text);
  await widget().getByRole('textbox').press('Enter');
};
const answered = (text: string) => widget().getByText(`Answer to ${text}`, { exact: true }).waitFor();
const texts = () => widget().locator('.bubble:not([aria-hidden])').allInnerTexts();

it.each(['killed', 'stopped'])('%s', { timeout: 90_000 }, async (how) => {
  await page.goto(shop.url);
  await widget()
    .getByRole('button', { name: /^Write to us/ })
    .click();
  await says(`before it is ${how}`);
  await answered(`before it is ${how}`);
  const before = await texts();
  await (how === 'killed' ? server.kill() : server.stop());
  await widget().getByText('The connection broke').waitFor();
  await says(`while it is ${how}`);
  await widget().getByText('Sending…').waitFor();
  await server.start();
  await answered(`while it is ${how}`);
  expect(await texts()).toEqual([...before, `while it is ${how}`, `Answer to while it is ${how}`]);
  // As a page that is opened anew has it.
  const shown = await texts();
  await page.reload();
  await widget()
    .getByRole('button', { name: /^Write to us/ })
    .click();
  await expect.poll(texts).toEqual(shown);
});
