/** Dialogs and helps in a browser of each language: our words in it, from the side it is read from, and code from the left. */

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { type EditorPage, openEditor, standsStill } from './page.ts';

const NODES = path.resolve(import.meta.dirname, '../../nodes');
/** A dialog with a select, one with numbers, one with ticks, one with long texts, one with code in its tip. */
const DIALOGS = ['channel-in', 'rate-limit', 'anonymize', 'tool-http', 'tool-mcp', 'channel-out'];
const CODE_IN_TIP = ['anonymize', 'tool-http', 'tool-mcp', 'channel-out'];
/** The browser's language, the folder of its words, and their direction. */
const LANGUAGES = [
  { locale: 'fa-IR', folder: 'fa', direction: 'rtl' },
  { locale: 'ar-EG', folder: 'ar', direction: 'rtl' },
  { locale: 'ru-RU', folder: 'ru', direction: 'ltr' },
  { locale: 'en-GB', folder: 'en-US', direction: 'ltr' },
] as const;

const CONFIG = ['account', 'provider'];

declare const window: {
  RED: {
    nodes: { getNodeHelp(type: string): string; node(id: string): object };
    sidebar: { help: { show(type: string): void } };
    editor: { edit(node: object): void; editConfig(name: string, type: string, id: string, prefix: string): void };
  };
};

let bot: Dragoman;
let browser: Browser;

beforeAll(async () => {
  const others = (await nodes()).filter((name) => !DIALOGS.includes(name) && !CONFIG.includes(name));
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [
        accountConfig('bot'),
        { id: 'provider', type: 'dragoman-provider', config: true, provider: 'openai', version: 1 },
        ...others.map(exampleOf),
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

/** A node as its example has it, so that its dialog can be opened. */
function exampleOf(name: string): FlowItem {
  const flow = JSON.parse(readFileSync(path.join(NODES, name, 'example.json'), 'utf8')) as FlowItem[];
  const node = flow.find(({ type }) => type === `dragoman-${name}`)!;
  return {
    ...node,
    ...('account' in node && { account: 'bot' }),
    ...('provider' in node && { provider: 'provider' }),
    ...{ id: name, z: 't', x: 600, y: 60, wires: [] },
  };
}

/**
 * Values of an open dialog (`09:00-21:00`, `2026-12-25`) whose last letter does not stand behind their first one as the browser sets them: in
 * words, in placeholders, and what its checks complain of. @returns what is backwards, and how many were looked at
 */
const backwards = (page: Page, complaints: string[]) =>
  page.evaluate((said) => {
    const form = [...document.querySelectorAll('#node-config-dialog-edit-form, #dialog-form')].at(-1)!;
    const found: string[] = [];
    let seen = 0;
    const look = (words: string, direction: string, bidi: string) => {
      const line = document.createElement('div');
      Object.assign(line.style, { direction, unicodeBidi: bidi, whiteSpace: 'nowrap', position: 'fixed', top: '0' });
      line.textContent = words;
      document.body.append(line);
      const at = (index: number) => {
        const range = document.createRange();
        range.setStart(line.firstChild!, index);
        range.setEnd(line.firstChild!, index + 1);
        return range.getBoundingClientRect().left;
      };
      for (const { 0: value, index } of words.matchAll(/[\w:./]*\d[-–]\d[\w:./–-]*/g)) {
        seen++;
        if (at(index) >= at(index + value.length - 1)) found.push(words);
      }
      line.remove();
    };
    for (const element of form.querySelectorAll<HTMLElement>('*')) {
      const { direction, unicodeBidi } = getComputedStyle(element);
      for (const { nodeType, textContent } of element.childNodes)
        if (nodeType === Node.TEXT_NODE && textContent) look(textContent, direction, unicodeBidi);
      const placeholder = element.getAttribute('placeholder');
      if (placeholder) look(placeholder, direction, getComputedStyle(element, '::placeholder').unicodeBidi);
    }
    for (const words of said) look(words, getComputedStyle(form).direction, 'normal');
    return { found, seen };
  }, complaints);

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

  // Where all is read from the left, nothing can.
  if (direction === 'rtl')
    it('no value of any dialog stands backwards', async () => {
      const { page } = editor;
      for (const name of [...(await nodes()), ...CONFIG].filter((one, at, all) => all.indexOf(one) === at)) {
        const isConfig = CONFIG.includes(name);
        const id = name === 'account' ? 'bot' : name;
        await page.evaluate(
          ([type, id, config]) => {
            const { editor, nodes } = window.RED;
            if (config) editor.editConfig('', type!, id!, 'node-config-input');
            else editor.edit(nodes.node(id!));
          },
          [`dragoman-${name}`, id, isConfig ? 'yes' : ''],
        );
        const cancel = isConfig ? '#node-config-dialog-cancel' : '#node-dialog-cancel';
        await page.locator(cancel).waitFor();
        await standsStill(page);
        // A tray slides in before its form is there.
        await page
          .locator(`${isConfig ? '#node-config-dialog-edit-form' : '#dialog-form'} .form-row`)
          .first()
          .waitFor();
        if (isConfig) await page.locator('.dragoman-holds:not(:empty)').first().waitFor({ state: 'attached' });
        const words = JSON.parse(await readFile(path.join(NODES, name, 'locales', folder, `${name}.json`), 'utf8'))[
          name
        ];
        const { found, seen } = await backwards(page, Object.values(words.invalid ?? {}));
        expect([name, found]).toEqual([name, []]);
        // Its hours, weekdays and holidays: hints, what holds, and complaints.
        if (name === 'account') expect(seen).toBeGreaterThan(8);
        await page.click(cancel);
        await page.locator(cancel).waitFor({ state: 'detached' });
      }
    }, 120_000);

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
