/** Dialogs and helps in a browser of each language: our words in it, from the side it is read from, and code from the left. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { type EditorPage, openEditor } from './page.ts';

const NODES = path.resolve(import.meta.dirname, '../../nodes');
/** A dialog with a select, one with numbers, one with ticks, one with long texts, one with code in its tip. */
const DIALOGS = ['channel-in', 'rate-limit', 'anonymize', 'tool-http', 'channel-out'];
const CODE_IN_TIP = ['anonymize', 'tool-http', 'channel-out'];
/** The browser's language, the folder of its words, and their direction. */
const LANGUAGES = [
  { locale: 'fa-IR', folder: 'fa', direction: 'rtl' },
  { locale: 'ar-EG', folder: 'ar', direction: 'rtl' },
  { locale: 'ru-RU', folder: 'ru', direction: 'ltr' },
  { locale: 'en-GB', folder: 'en-US', direction: 'ltr' },
] as const;

declare const window: {
  RED: { nodes: { getNodeHelp(type: string): string }; sidebar: { help: { show(type: string): void } } };
};

let bot: Dragoman;
let browser: Browser;

beforeAll(async () => {
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [
        accountConfig('bot'),
        ...DIALOGS.map((name, index) => ({
          id: name,
          type: `dragoman-${name}`,
          ...(name === 'channel-in' && { account: 'bot' }),
          x: 200,
          y: 60 + 80 * index,
          version: 1,
          wires: [],
        })),
      ],
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

/** The direction in which the browser sets it, whatever made it so. */
const directions = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((found) => [...new Set(found.map((each) => getComputedStyle(each).direction))]);

describe.each(LANGUAGES)('in $locale', ({ locale, folder, direction }) => {
  let editor: EditorPage;

  beforeAll(async () => {
    editor = await openEditor(browser, bot.runtime.url, 'channel-in', locale);
  }, 30_000);

  afterAll(async () => {
    await editor.page.close();
    expect(editor.complaints).toEqual([]);
  });

  it.each(DIALOGS)('the dialog of %s', async (name) => {
    const { page } = editor;
    const words = JSON.parse(await readFile(path.join(NODES, name, 'locales', folder, `${name}.json`), 'utf8'))[name];
    await editor.open(name);
    // A tray slides in before its form is there.
    await expect.poll(() => directions(page, '#dialog-form')).toEqual([direction]);
    const [label = ''] = Object.values(words.label ?? {}) as string[];
    expect(await page.locator('#dialog-form').textContent()).toContain(label);
    expect(await directions(page, '#dialog-form .form-tips code')).toEqual(CODE_IN_TIP.includes(name) ? ['ltr'] : []);
    await page.click('#node-dialog-cancel');
    await page.locator('#node-dialog-cancel').waitFor({ state: 'detached' });
  });

  it('the help of every node', async () => {
    const { page } = editor;
    for (const name of await nodes()) {
      const source = await readFile(path.join(NODES, name, 'locales', folder, `${name}.html`), 'utf8');
      const headings = [...source.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
      await page.evaluate((type) => window.RED.sidebar.help.show(type), `dragoman-${name}`);
      const help = '.red-ui-help > .red-ui-text-bidi-aware:not(:empty)';
      expect(await page.locator(`${help} h3`).allTextContents(), name).toEqual(headings);
      expect(await directions(page, `${help} :is(p, h3, li, dd)`), name).toEqual([direction]);
      expect(await directions(page, `${help} code`), name).toEqual(['ltr']);
      expect(await page.locator(help).textContent(), name).not.toMatch(/###|\*\*|^: |<div/m);
    }
  });

  it('the palette says the first paragraph of the help', async () => {
    const { page } = editor;
    for (const name of ['channel-in', 'status-gate', 'rate-limit', 'rag', 'llm']) {
      const source = await readFile(path.join(NODES, name, 'locales', folder, `${name}.html`), 'utf8');
      const intro = source.split('\n\n')[0]!.replace(/^<.*>\n/, '');
      await page.locator(`.red-ui-palette-node[data-palette-type="dragoman-${name}"]`).hover();
      const said = page.locator('.red-ui-popover-content > div > p').nth(1);
      await said.filter({ hasText: /.{20}/ }).waitFor();
      expect(((await said.textContent()) ?? '').replace(/\s+/g, ' ')).toBe(
        intro.replace(/[*`]/g, '').replace(/\s+/g, ' '),
      );
      const own = await said.evaluate((each) => getComputedStyle(each).unicodeBidi === 'plaintext');
      expect(own, name).toBe(direction === 'rtl');
      await page.mouse.move(700, 500);
      await page.locator('.red-ui-popover-content').waitFor({ state: 'detached' });
    }
  });
});

/** Every node that has help. */
async function nodes(): Promise<string[]> {
  const entries = await readdir(NODES, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
