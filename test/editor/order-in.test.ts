/** The dialog of order-in in a real browser: a source's own fields, its secrets apart from the flow. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import { type EditorPage, openEditor } from './page.ts';

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  const bare = { account: 'shop', source: 'api', settings: {}, pollSeconds: '', version: 1 };
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [
        accountConfig('shop', { channel: 'whatsapp' }),
        ...entryNodes('shop', '/whatsapp', 'out'),
        { id: 'hook', type: 'http in', method: 'post', url: '/orders', skipBodyParsing: true, wires: [['orders']] },
        { id: 'orders', type: 'dragoman-order-in', ...bare, wires: [['out']], x: 400 },
        { id: 'out', type: 'dragoman-channel-out', version: 1 },
      ],
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'orders');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

const saved = async () => {
  const flows = (await (await fetch(`${bot.runtime.url}/admin/flows`)).json()) as { id: string }[];
  return flows.find(({ id }) => id === 'orders') as object;
};

it('offers every source with its own fields, and keeps secrets out of the flow', async () => {
  const { page } = editor;
  const field = (name: string) => page.locator(`#dragoman-order-in-api__${name}`);
  const wrong = () => editor.property('orders', 'validationErrors');
  await editor.open('orders');
  expect(await page.locator('#node-input-source option').allTextContents()).toHaveLength(2);
  expect(await field('url').getAttribute('placeholder')).toBe('from ORDERS_API_URL');
  expect(await field('shop').getAttribute('placeholder')).toBe('from ORDERS_SHOP, else shop');
  expect(await page.locator('#node-input-pollSeconds').getAttribute('placeholder')).toBe(
    'from ORDERS_POLL_SECONDS, else 60',
  );
  await page.locator('#node-input-pollSeconds').fill('0.5');
  await editor.done();
  expect(await wrong()).toEqual(['Ask every: write whole seconds from 1, or nothing.']);

  await editor.open('orders');
  await page.locator('#node-input-pollSeconds').fill('30');
  await field('shop').fill('corner');
  await page.locator('#node-input-api__webhookSecret').fill('a-secret-of-the-shop');
  await editor.done();
  expect(await wrong()).toEqual([]);
  await editor.deploy();
  await bot.until(async () => (await bot.post('/orders', [])).status === 401);
  expect(await saved()).toMatchObject({ source: 'api', settings: { shop: 'corner' }, pollSeconds: 30, version: 1 });
  expect(JSON.stringify(await saved())).not.toContain('a-secret-of-the-shop');

  // Another field changes: the secret stays.
  await editor.open('orders');
  await field('country').fill('KZ');
  await editor.done();
  await editor.deploy();
  await bot.until(async () => JSON.stringify(await saved()).includes('"country":"KZ"'));
  expect((await bot.post('/orders', [])).status).toBe(401);
  expect(editor.complaints).toEqual([]);
});
