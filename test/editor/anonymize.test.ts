/** The anonymize node's dialog in a real browser: what was saved before there was a choice, and what is ticked off. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { type EditorPage, openEditor } from './page.ts';

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [{ id: 'hide', type: 'dragoman-anonymize', version: 1, wires: [[]] }],
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'hide');
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

it('shows every kind ticked for a node of before, and saves what is left', async () => {
  const { page } = editor;
  const boxes = page.locator('#dragoman-anonymize-kinds input');
  const ticked = () =>
    boxes.evaluateAll((all) => (all as HTMLInputElement[]).filter(({ checked }) => checked).map(({ value }) => value));
  expect(await editor.property('hide', 'validationErrors')).toEqual([]);
  await editor.open('hide');
  expect(await ticked()).toEqual(['PHONE', 'EMAIL', 'IBAN', 'CARD', 'NAME', 'ID']);
  await page.getByLabel('the customer’s names', { exact: true }).uncheck();
  await editor.done();
  await editor.open('hide');
  expect(await ticked()).toEqual(['PHONE', 'EMAIL', 'IBAN', 'CARD', 'ID']);
  for (const box of await boxes.all()) await box.uncheck();
  await editor.done();
  expect(await editor.property('hide', 'validationErrors')).toEqual([
    expect.stringContaining('Tick at least one kind'),
  ]);
  await editor.open('hide');
  await page.getByLabel('phone numbers', { exact: true }).check();
  await editor.done();
  await editor.deploy();
  const flows = (await (await fetch(`${bot.runtime.url}/admin/flows`)).json()) as { id: string }[];
  expect(flows.find(({ id }) => id === 'hide')).toMatchObject({ version: 2, kinds: ['PHONE'] });
  expect(editor.complaints).toEqual([]);
});
