/** The dialog of order-text in a real browser: what is written there for whom is what is saved. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { type EditorPage, openEditor } from './page.ts';

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;
beforeAll(async () => {
  const model = { id: 'model', type: 'dragoman-provider', config: true, provider: 'openai', version: 1 };
  const mark = { id: 'mark', type: 'comment', name: 'here', x: 500, y: 120, wires: [] };
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [model, mark],
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'mark');
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

const ID = '#dragoman-order-text-';

it('texts are kept by event, language and variant, and what is wrong with one is said', async () => {
  const { page } = editor;
  const node = await editor.drag('dragoman-order-text', 300, 300);
  expect(await editor.property(node, 'provider')).toBe('model');
  await editor.open(node);
  const placeholder = () => page.getAttribute(`${ID}words`, 'placeholder');
  expect(await placeholder()).toMatch(/^Hello\[ \{name\}\]! Thank you/);

  await page.fill(`${ID}language`, 'ru');
  expect(await placeholder()).toMatch(/^Здравствуйте/);
  await page.fill(`${ID}words`, 'Спасибо[ {name}');
  expect(await page.textContent(`${ID}hint`)).toBe('A bracket has no partner: [');
  await page.fill(`${ID}words`, 'Спасибо за {number}, {courier}');
  expect(await page.textContent(`${ID}hint`)).toMatch(/^\{courier\} is there only where the shop tells it/);

  await page.selectOption(`${ID}which`, 'ORDER_DELIVERED.fallback');
  expect(await page.inputValue(`${ID}words`)).toBe('');
  await page.click(`${ID}ours`);
  expect(await page.inputValue(`${ID}words`)).toMatch(/^Здравствуйте! Ваш заказ доставлен/);
  await page.fill(`${ID}words`, 'Доставлено');

  await page.fill('#node-input-experiment', 'emoji');
  await page.click('.red-ui-editableList-addButton');
  await page.fill(`${ID}variants input[type=text]`, 'bright');
  await page.selectOption(`${ID}variant`, 'bright');
  await page.selectOption(`${ID}which`, 'POST_PURCHASE.template');
  // A variant has the node's words where it has none.
  expect(await placeholder()).toBe('Спасибо за {number}, {courier}');
  await page.fill(`${ID}words`, '🎉 {number}');
  await editor.done();

  expect(await editor.property(node, 'texts')).toEqual({
    POST_PURCHASE: { template: { ru: 'Спасибо за {number}, {courier}' } },
    ORDER_DELIVERED: { fallback: { ru: 'Доставлено' } },
  });
  expect(await editor.property(node, 'variants')).toEqual([
    { id: 'bright', share: 50, texts: { POST_PURCHASE: { template: { ru: '🎉 {number}' } } } },
  ]);
  expect(await editor.property(node, 'valid')).toBe(true);

  await editor.open(node);
  await page.fill(`${ID}language`, 'es');
  expect(await page.isVisible(`${ID}template`)).toBe(false);
  await page.selectOption(`${ID}which`, 'POST_PURCHASE.approved');
  expect(await page.isVisible(`${ID}ours`)).toBe(false);
  await page.fill(`${ID}template`, 'order_thanks');
  await page.fill(`${ID}code`, 'es_ES');
  await page.fill(`${ID}words`, 'Hola {{1}}');
  expect(await page.textContent(`${ID}hint`)).toBe('Say which field it stands for, {{1=name}}: {{1}}');
  await page.fill(`${ID}words`, 'Hola {{1=name}}');
  expect(await page.isVisible(`${ID}hint`)).toBe(false);
  await page.selectOption(`${ID}which`, 'ORDER_DELIVERED.approved');
  expect(await page.inputValue(`${ID}template`)).toBe('');
  await editor.done();
  expect(await editor.property(node, 'texts')).toMatchObject({
    POST_PURCHASE: { approved: { es: { name: 'order_thanks', code: 'es_ES', body: 'Hola {{1=name}}' } } },
  });
  expect(await editor.property(node, 'valid')).toBe(true);

  await editor.open(node);
  await page.selectOption(`${ID}which`, 'POST_PURCHASE.approved');
  await page.fill(`${ID}language`, 'es');
  await page.fill(`${ID}code`, 'es-ES');
  await editor.done();
  expect(await editor.property(node, 'valid')).toBe(false);
  await editor.open(node);
  await page.selectOption(`${ID}which`, 'POST_PURCHASE.approved');
  await page.fill(`${ID}language`, 'es');
  await page.fill(`${ID}code`, 'es_ES');
  await editor.done();
  expect(await editor.property(node, 'valid')).toBe(true);

  await editor.open(node);
  await page.fill(`${ID}variants input[type=text]`, '');
  await editor.done();
  expect(await editor.property(node, 'valid')).toBe(false);
  expect(editor.complaints).toEqual([]);
});
