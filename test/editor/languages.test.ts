/** The editor speaks the language of the browser that shows it, whatever the server's is. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { type EditorPage, openEditor } from './page.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
/** As `settings.ts` has it. */
const scripts = [path.join(PROJECT, 'dist/web/simulator-link.js')];
const hook = { type: 'http in', method: 'post', skipBodyParsing: true };
const limits = { type: 'dragoman-rate-limit', perSecond: 5, perMinute: 20, version: 1 };
const FLOWS: FlowItem[] = [
  accountConfig('bot'),
  { id: 'hook', ...hook, url: '/hook', x: 120, y: 120, wires: [['in']] },
  { id: 'in', type: 'dragoman-channel-in', account: 'bot', version: 1, x: 300, y: 120, wires: [['limit']] },
  { id: 'limit', ...limits, x: 500, y: 120, wires: [['rag'], []] },
  { id: 'rag', type: 'dragoman-rag', base: 'isp-helpdesk', limit: 5, version: 1, x: 700, y: 120, wires: [['tight']] },
  { id: 'tight', ...limits, perMinute: 1, x: 900, y: 120, wires: [[], []] },
  { id: 'start', type: 'inject', once: true, props: [{ p: 'payload' }], x: 120, y: 320, wires: [['lost']] },
  { id: 'lost', ...limits, x: 300, y: 320, wires: [[], []] },
  { id: 'wrong', ...limits, perMinute: 0, x: 500, y: 220, wires: [[], []] },
];

let bot: Dragoman;
let browser: Browser;

beforeAll(async () => {
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: FLOWS,
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] }, page: { scripts } } },
    }),
    launchBrowser(),
  ]);
  // A search in the first seconds waits for the files, though not for ever.
  await bot.engine.knowledge.looked();
  for (const text of ['Hola', '¿Cómo reinicio el router?']) {
    await bot.happens('telegram', '/hook', { kind: 'text', customer: { id: 815, firstName: 'Inés' }, text });
    await bot.quiet();
  }
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: catalogues have any depth.
type Catalogue = any;
const words = async (folder: string, language: string, file: string): Promise<Catalogue> =>
  JSON.parse(await readFile(path.join(PROJECT, folder, 'locales', language, file), 'utf8'));

/** All that the editor shows of our nodes: on the canvas, in dialogs, in the help. */
async function expectsToSpeak(editor: EditorPage, language: string): Promise<void> {
  const { page } = editor;
  const common = await words('node-red', language, 'plugin.json');
  const limit = (await words('nodes/rate-limit', language, 'rate-limit.json'))['rate-limit'];
  const channelIn = (await words('nodes/channel-in', language, 'channel-in.json'))['channel-in'];
  const rag = (await words('nodes/rag', language, 'rag.json')).rag;
  const account = (await words('nodes/account', language, 'account.json')).account;
  const telegram = (await words('channels/telegram', language, 'plugin.json')).fields;
  const help = await readFile(path.join(PROJECT, `nodes/rate-limit/locales/${language}/rate-limit.html`), 'utf8');

  const status = (id: string) =>
    page.locator(`.red-ui-flow-node-group[id="${id}"] .red-ui-flow-node-status-label`).textContent();
  expect(await bot.until(() => status('limit'))).toBe(limit.status.passed);
  const [before, after] = rag.status.found.split('__count__');
  const found = (await bot.until(() => status('rag')))!;
  expect(found.startsWith(before) && found.endsWith(after)).toBe(true);
  expect(Number(found.slice(before.length, found.length - after.length))).toBeGreaterThan(0);

  const said = JSON.parse(await readFile(path.join(PROJECT, `core/locales/${language.slice(0, 2)}.json`), 'utf8'));
  expect(await bot.until(() => status('tight'))).toBe(`${limit.status.blocked}: ${said['rule.rate']}`);
  expect(await bot.until(() => status('lost'))).toBe(said['error.TURN_LOST']);

  expect(await editor.property('wrong', 'validationErrors')).toEqual([limit.invalid.perMinute]);
  const shown = await page.locator('script[data-help-name="dragoman-rate-limit"]').textContent();
  expect(help).toContain(shown);

  const pages = JSON.parse(await readFile(path.join(PROJECT, `web/locales/${language.slice(0, 2)}.json`), 'utf8'));
  expect(await page.locator('#dragoman-simulator-link').textContent()).toBe(pages['simulator.title']);

  await editor.open('in');
  expect(await page.locator('label[for="node-input-account"]').textContent()).toContain(channelIn.label.account);
  expect(await page.locator('label[for="node-input-name"]').textContent()).toContain(common.label.name);
  await editor.openConfig('account');
  await page.getByText(account.tab.behaviour, { exact: true }).waitFor();
  await page.getByText(telegram.botToken.hint).waitFor();
}

it.each([
  ['es-MX', 'es'],
  ['it-IT', 'it'],
  ['fa-IR', 'fa'],
  ['ar-EG', 'ar'],
  ['ru-RU', 'ru'],
  ['pt-BR', 'en-US'],
])('a browser in %s sees %s', { timeout: 60_000 }, async (locale, language) => {
  const editor = await openEditor(browser, bot.runtime.url, 'hook', locale);
  await expectsToSpeak(editor, language);
  expect(editor.complaints).toEqual([]);
  await editor.page.close();
});

it('a language chosen in the editor wins over the browser’s', { timeout: 60_000 }, async () => {
  const editor = await openEditor(browser, bot.runtime.url, 'hook', 'en-GB');
  await editor.page.evaluate("localStorage.setItem('editor-language', 'it')");
  await editor.reload();
  await expectsToSpeak(editor, 'it');
  await editor.page.close();
});
