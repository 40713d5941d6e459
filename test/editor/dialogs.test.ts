/** Every dialog and every help as a person sees them: nothing lies over anything else, and no sentence of the help is swallowed. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { type EditorPage, openEditor } from './page.ts';

const NODES = path.resolve(import.meta.dirname, '../../nodes');
const CONFIG = ['account', 'provider'];
const names = readdirSync(NODES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
/** Set to a folder, it gets a picture of each dialog. */
const shots = process.env.DIALOG_SHOTS;

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;

/** A node as its example has it, so that its dialog is filled. */
function exampleOf(name: string): FlowItem[] {
  const flow = JSON.parse(readFileSync(path.join(NODES, name, 'example.json'), 'utf8')) as FlowItem[];
  const node = flow.find(({ type }) => type === `dragoman-${name}`)!;
  if (CONFIG.includes(name)) return [];
  const at = names.indexOf(name);
  const own = { ...node, id: `a-${name}`, z: 't', wires: [], x: 160 + 240 * (at % 3), y: 80 + 60 * Math.floor(at / 3) };
  if (name === 'channel-in' || name === 'order-in') return [{ ...own, account: 'shop' }];
  if (name === 'order-text') return [{ ...own, provider: 'model' }];
  return [name === 'llm' ? { ...own, provider: 'model', tools: ['gone'] } : own];
}

beforeAll(async () => {
  const model = { id: 'model', type: 'dragoman-provider', config: true, provider: 'openai', version: 1 };
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [accountConfig('shop'), model, ...names.flatMap(exampleOf)],
      env: {
        OPENAI_API_KEY: 'sk-held',
        OPENAI_BASE_URL: undefined,
        LLM_MAX_OUTPUT_TOKENS: '700',
        LLM_PICTURES: undefined,
      },
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'a-channel-in');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

/** What lies over something else, or out of the dialog, in the topmost tray. */
const overlaps = (): Promise<string[]> =>
  editor.page.evaluate(() => {
    const trays = [...document.querySelectorAll('.red-ui-tray')];
    const tray = trays.at(-1)!;
    const edge = tray.getBoundingClientRect();
    const found: string[] = [];
    const visible = (element: Element) => (element as HTMLElement).offsetParent !== null;
    for (const row of tray.querySelectorAll('.form-row')) {
      if (!visible(row)) continue;
      const boxes: { what: string; box: DOMRect }[] = [];
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const words = text.textContent!.trim();
        const parent = text.parentElement!;
        if (
          !words ||
          !visible(parent) ||
          parent.closest('select, textarea, button, .red-ui-typedInput-container, ul, ol')
        )
          continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const box of range.getClientRects()) boxes.push({ what: words.slice(0, 40), box });
      }
      for (const field of row.querySelectorAll('input, select, textarea, button')) {
        const box = field.getBoundingClientRect();
        if (visible(field) && box.width > 1) boxes.push({ what: `#${field.id || field.className}`, box });
      }
      for (const [index, { what, box }] of boxes.entries()) {
        if (box.right > edge.right + 1 || box.left < edge.left - 1) found.push(`${what} is out of the dialog`);
        for (const other of boxes.slice(index + 1)) {
          const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          if (wide > 2 && high > 3 && what !== other.what) found.push(`${what} | ${other.what}`);
        }
      }
    }
    return found;
  });

async function look(name: string): Promise<void> {
  for (const scheme of ['light', 'dark']) {
    await editor.page.evaluate(
      (dark) => document.documentElement.classList.toggle('nr-theme-dark', dark),
      scheme === 'dark',
    );
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await editor.page
        .locator('.red-ui-tray')
        .last()
        .screenshot({ path: path.join(shots, `${name}-${scheme}.png`) });
    }
  }
  expect([name, await overlaps()]).toEqual([name, []]);
  // About as narrow as a small screen makes it.
  const setWidth = (width: string, least: string) =>
    editor.page.evaluate(
      ([value, minimum]) => {
        const tray = [...document.querySelectorAll<HTMLElement>('.red-ui-tray')].at(-1)!;
        const body = tray.querySelector<HTMLElement>('.red-ui-tray-body')!;
        const before = [tray.style.width, body.style.minWidth] as const;
        tray.style.width = value!;
        body.style.minWidth = minimum!;
        return before;
      },
      [width, least],
    );
  const before = await setWidth('520px', '0');
  const narrow = await overlaps();
  if (shots) await editor.page.screenshot({ path: path.join(shots, `${name}-narrow.png`) });
  await setWidth(...before);
  expect([name, narrow]).toEqual([name, []]);
}

/** Waits until the tray stands still. */
const still = () =>
  editor.page.waitForFunction(() => {
    const all = [...document.querySelectorAll('.red-ui-tray')];
    return all.every((tray) => tray.getAnimations({ subtree: true }).length === 0);
  });

describe('no label lies over another, and nothing is out of sight', () => {
  it.each(names.filter((name) => !CONFIG.includes(name)))('%s', async (name) => {
    await editor.open(`a-${name}`);
    await still();
    await editor.page.waitForTimeout(400);
    await look(name);
    await editor.done();
  });

  it('provider', async () => {
    await editor.open('a-llm');
    await editor.openConfig('provider');
    await still();
    await editor.page.waitForTimeout(400);
    await look('provider');
    await editor.done();
    await editor.done();
  });

  it('provider: below an empty field stands what holds, and no placeholder is cut', async () => {
    await editor.open('a-llm');
    await editor.openConfig('provider');
    const row = (name: string) => editor.page.locator(`.form-row:has(#node-config-input-${name}) .dragoman-holds`);
    await expect.poll(() => row('maxOutputTokens').textContent()).toBe('from LLM_MAX_OUTPUT_TOKENS: 700');
    expect(await row('apiKey').textContent()).toBe('from OPENAI_API_KEY: set');
    expect(await row('baseUrl').textContent()).toBe('default: https://api.openai.com/v1');
    expect(await row('timeoutSeconds').textContent()).toBe('not set');
    expect(await row('pictures').textContent()).toBe('default: off');
    await editor.page.fill('#node-config-input-maxOutputTokens', '300');
    expect(await row('maxOutputTokens').textContent()).toBe('wins over LLM_MAX_OUTPUT_TOKENS');
    const cut = await editor.page.locator('.dragoman-provider input[placeholder]').evaluateAll((fields) =>
      fields.flatMap((field) => {
        const { placeholder, clientWidth } = field as HTMLInputElement;
        const style = getComputedStyle(field);
        const pen = document.createElement('canvas').getContext('2d')!;
        pen.font = style.font;
        const room = clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
        return pen.measureText(placeholder).width > room ? [placeholder] : [];
      }),
    );
    expect(cut).toEqual([]);
    await editor.page.click('#node-config-dialog-cancel');
    await editor.page.locator('#node-config-dialog-cancel').waitFor({ state: 'detached' });
    await editor.done();
  });

  it('account, each of its tabs and channels', async () => {
    await editor.open('a-channel-in');
    await editor.openConfig('account');
    await still();
    await editor.page.waitForTimeout(400);
    for (const channel of ['whatsapp', 'instagram', 'waha', 'telegram']) {
      await editor.page.selectOption('#node-config-input-channel', channel);
      await look(`account-${channel}`);
    }
    for (const tab of ['prompt', 'replies', 'behaviour', 'outreach']) {
      await editor.page.click(`a[href="#dragoman-account-${tab}"]`);
      await look(`account-${tab}`);
    }
    await editor.done();
    await editor.done();
  });
});

const words = (text: string) => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** The help's own words, without what its markup is made of. */
function wordsOf(help: string): string[] {
  const body = help
    .replace(/<\/?script[^>]*>/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/^\d+\. /gm, '');
  return words(body);
}

describe('the sidebar shows the whole help', () => {
  it.each(names)('%s', async (name) => {
    const help = readFileSync(path.join(NODES, name, 'locales/en-US', `${name}.html`), 'utf8');
    const shown = await editor.page.evaluate((type) => {
      const { RED } = window as unknown as { RED: { sidebar: { help: { show(type: string, front: boolean): void } } } };
      RED.sidebar.help.show(type, true);
      return document.querySelector('.red-ui-help .red-ui-help')!.textContent!;
    }, `dragoman-${name}`);
    // The sidebar's markup stands where the source has spaces.
    expect(words(shown).join('')).toBe(wordsOf(help).join(''));
  });

  it('in every language: a line that describes a property has no colon but its two', () => {
    const wrong = names.flatMap((name) =>
      readdirSync(path.join(NODES, name, 'locales')).flatMap((language) =>
        readFileSync(path.join(NODES, name, 'locales', language, `${name}.html`), 'utf8')
          .split('\n')
          .filter((line) => line.startsWith(':') && line.split(':').length !== 3)
          .map((line) => `${name} ${language}: ${line}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
