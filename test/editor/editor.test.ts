/** The editor side of our nodes in a real browser, on the real runtime: what a person drags, types and deploys is what then runs. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';
import { type EditorPage, openEditor } from './page.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

const FLOWS: FlowItem[] = [
  accountConfig('bot'),
  accountConfig('other'),
  {
    id: 'hook',
    type: 'http in',
    method: 'post',
    url: '/hook',
    skipBodyParsing: true,
    x: 120,
    y: 120,
    wires: [['in']],
  },
  { id: 'in', type: 'dragoman-channel-in', account: 'bot', version: 1, x: 300, y: 120, wires: [[]] },
  { id: 'echo', type: 'template', template: 'You wrote: {{{payload}}}', x: 700, y: 120, wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1, x: 880, y: 120, wires: [] },
  { id: 'in2', type: 'dragoman-channel-in', account: 'other', version: 1, x: 300, y: 220, wires: [[]] },
  {
    id: 'limit',
    type: 'dragoman-rate-limit',
    perSecond: 5,
    perMinute: 20,
    version: 1,
    x: 500,
    y: 220,
    wires: [[], []],
  },
  { id: 'rag', type: 'dragoman-rag', base: 'shop', limit: 5, version: 1, x: 700, y: 220, wires: [[]] },
  { id: 'old', type: 'dragoman-old', rate: 2, x: 300, y: 320, wires: [[]] },
];

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;
let packages: string;

beforeAll(async () => {
  packages = await buildPackage();
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: FLOWS,
      nodesDir: [PROJECT, packages],
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
}, 120_000);

beforeEach(async () => {
  editor = await openEditor(browser, bot.runtime.url, 'hook');
});

afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await rm(packages, { recursive: true, force: true });
});

afterEach(async () => {
  await editor.page.close();
  expect(editor.complaints).toEqual([]);
});

/** The package of somebody else beside this file, built as such packages are. */
async function buildPackage(): Promise<string> {
  const source = path.join(import.meta.dirname, 'package');
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-package-'));
  await cp(path.join(source, 'package.json'), path.join(folder, 'package.json'));
  for (const name of ['pigeon', 'old']) {
    const build = { bundle: true, outdir: folder, write: true, format: 'esm' } as const;
    await esbuild.build({ ...build, entryPoints: [path.join(source, `${name}.ts`)], platform: 'node' });
    const entryPoints = [path.join(source, `${name}.editor.ts`)];
    const { outputFiles } = await esbuild.build({ ...build, entryPoints, write: false, format: 'iife' });
    const dialog = await readFile(path.join(source, `${name}.html`), 'utf8').catch(() => '');
    await writeFile(path.join(folder, `${name}.html`), `<script>${outputFiles[0]!.text}</script>\n${dialog}`);
  }
  return folder;
}

const deployed = async (): Promise<FlowItem[]> =>
  (await (await fetch(`${bot.runtime.url}/admin/flows`)).json()) as FlowItem[];
const deployedNode = async (id: string) => (await deployed()).find((node) => node.id === id)!;
const settingsOf = (id: string) => bot.engine.registry.account(id)?.settings ?? {};

it('a gate dragged from the palette, named, wired and deployed lets a message pass', async () => {
  const { page } = editor;
  await page.locator('.red-ui-palette-header', { hasText: 'Dragoman' }).waitFor();
  const gate = await editor.drag('dragoman-status-gate', 500, 120);
  await editor.open(gate);
  await page.fill('#node-input-name', 'only ours');
  await editor.done();
  await editor.wire('in', 0, gate);
  await editor.wire(gate, 0, 'echo');
  await editor.deploy();
  await bot.until(() => bot.engine.registry.entry('bot'));

  const customer = { id: 4711, firstName: 'Ana' };
  await bot.happens('telegram', '/hook', { kind: 'text', customer, text: 'Hola' });
  await bot.until(() => bot.shown({ thread: '4711' })[0]);
  expect(bot.shown({ thread: '4711' }).map((call) => call.text)).toEqual(['You wrote: Hola']);
  await page.locator(`.red-ui-flow-node-group[id="${gate}"] text`, { hasText: 'passed' }).waitFor();
  expect(await deployedNode(gate)).toMatchObject({ name: 'only ours', version: 1, wires: [['echo'], []] });
});

it('an account shows the fields of its channel, keeps secrets out of the flows and each secret apart', async () => {
  const { page } = editor;
  const field = (id: string) => page.locator(`#node-config-input-${id}`);
  await editor.open('in2');
  await editor.openConfig('account');
  expect(await field('telegram__botToken').isVisible()).toBe(true);
  await field('channel').selectOption('whatsapp');
  expect(await field('telegram__botToken').isVisible()).toBe(false);
  await field('envPrefix').fill('SECOND_');
  expect(await field('whatsapp__accessToken').getAttribute('placeholder')).toContain('SECOND_WHATSAPP_ACCESS_TOKEN');
  await field('whatsapp__accessToken').fill('first-secret');
  await field('whatsapp__appSecret').fill('second-secret');
  await page.fill('#dragoman-account-whatsapp__phoneNumberId', '100200300');
  await editor.done();
  await editor.done();
  await editor.deploy();
  await bot.until(() => settingsOf('other').phoneNumberId);

  expect(JSON.stringify(await deployed())).not.toMatch(/first-secret|second-secret/);
  expect(await deployedNode('other')).toMatchObject({
    channel: 'whatsapp',
    settings: { phoneNumberId: '100200300' },
    envPrefix: 'SECOND_',
    takeoverSeconds: 300,
  });
  expect(settingsOf('other')).toMatchObject({ accessToken: 'first-secret', appSecret: 'second-secret' });
  const told = await (await fetch(`${bot.runtime.url}/admin/credentials/dragoman-account/other`)).json();
  expect(told).toMatchObject({ has_whatsapp__accessToken: true, has_whatsapp__appSecret: true });
  expect(JSON.stringify(told)).not.toContain('secret"');

  await editor.reload();
  await editor.open('in2');
  await editor.openConfig('account');
  await field('whatsapp__accessToken').fill('third-secret');
  await editor.done();
  await editor.done();
  await editor.deploy();
  await bot.until(() => settingsOf('other').accessToken === 'third-secret');
  expect(settingsOf('other')).toMatchObject({ appSecret: 'second-secret', phoneNumberId: '100200300' });
});

it('a new account and a new provider are valid as soon as they say what nobody else can know', async () => {
  const { page } = editor;
  const entry = await editor.drag('dragoman-channel-in', 300, 420);
  await editor.open(entry);
  await editor.addConfig('account');
  await page.click('a[href="#dragoman-account-prompt"]');
  await page.fill('#node-config-input-manualPrompt', 'Be kind.');
  await editor.done();
  await editor.done();
  const model = await editor.drag('dragoman-llm', 500, 420);
  expect(await editor.property(model, 'tools')).toEqual(['ask_human']);
  await editor.open(model);
  await editor.addConfig('provider');
  await editor.done();
  await editor.done();
  // The only provider is taken by the next node; the one before it had none to take.
  const next = await editor.drag('dragoman-llm', 650, 420);
  expect(await editor.property(next, 'provider')).toBe(await editor.property(model, 'provider'));
  for (const [node, property] of [
    [entry, 'account'],
    [model, 'provider'],
  ] as const) {
    const id = String(await editor.property(node, property));
    expect([property, await editor.property(id, 'valid'), await editor.property(id, 'validationErrors')]).toEqual([
      property,
      true,
      [],
    ]);
  }
  await editor.deploy();
  const account = String(await editor.property(entry, 'account'));
  await bot.until(() => bot.engine.registry.account(account));
  expect(await deployedNode(account)).toMatchObject({
    dailyLimit: 0,
    reopens: false,
    burst: true,
    takeoverSeconds: '',
  });
});

it('a channel of somebody else’s package has its form and its secrets', async () => {
  const { page } = editor;
  await editor.open('in2');
  await editor.openConfig('account');
  await page.selectOption('#node-config-input-channel', { label: 'Pigeon post' });
  await page.getByLabel('Ring key').fill('brass-secret');
  await page.getByLabel('Loft').fill('Toledo');
  await page.getByText('Engraved on the ring.').waitFor();
  await editor.done();
  await editor.done();
  await editor.deploy();
  await bot.until(() => settingsOf('other').loft === 'Toledo');
  expect(settingsOf('other')).toMatchObject({ ringKey: 'brass-secret' });
  expect(await deployedNode('other')).toMatchObject({ channel: 'pigeon', settings: { loft: 'Toledo' } });
  expect(JSON.stringify(await deployed())).not.toContain('brass-secret');
});

it('A6 an account without a prompt is shown as not configured, and its lists are saved', async () => {
  const { page } = editor;
  const alert = page.getByText('This account is not configured');
  await editor.open('in2');
  await editor.openConfig('account');
  await page.getByText('Prompt', { exact: true }).click();
  expect(await alert.isVisible()).toBe(false);
  await page.fill('#node-config-input-manualPrompt', '');
  expect(await alert.isVisible()).toBe(true);
  await page.fill('#node-config-input-business', 'فروشگاه نیلو');
  expect(await alert.isVisible()).toBe(false);
  expect(await page.locator('#node-config-input-business').evaluate((area) => getComputedStyle(area).direction)).toBe(
    'rtl',
  );
  await page.fill('#node-config-input-business', '');

  const list = page.locator('.red-ui-editableList', { has: page.locator('#dragoman-account-texts') });
  await list.getByRole('button', { name: 'add' }).click();
  await list.locator('.dragoman-list-language').fill('FA');
  await list.locator('.dragoman-list-text').fill('سلام');
  await editor.done();
  expect(await editor.property('other', 'staticTexts')).toEqual({ fa: 'سلام' });
  expect(await editor.property('other', 'validationErrors')).toEqual([
    'Not configured, nothing will be answered: write instructions, or one of the facts of the business.',
  ]);

  await editor.openConfig('account');
  await page.getByText('Prompt', { exact: true }).click();
  await page.fill('#node-config-input-hours', 'always');
  await editor.done();
  await editor.done();
  expect(await editor.property('other', 'validationErrors')).toEqual([]);
});

it('numbers are saved as numbers, and a wrong one is explained', async () => {
  const { page } = editor;
  await editor.open('limit');
  await page.fill('#node-input-perMinute', '7');
  await editor.done();
  expect(await editor.property('limit', 'perMinute')).toBe(7);
  await editor.open('limit');
  await page.fill('#node-input-perMinute', '0');
  await editor.done();
  expect(await editor.property('limit', 'validationErrors')).toEqual(['In a minute: write a whole number from 1.']);
  await editor.open('limit');
  await page.fill('#node-input-perMinute', '9');
  await editor.done();
  expect(await editor.property('limit', 'valid')).toBe(true);
});

it('rag offers the knowledge there is, and takes a name of one’s own', async () => {
  const { page } = editor;
  const choice = page.locator('#node-input-choice');
  const base = page.locator('#node-input-base');
  await editor.open('rag');
  await choice.locator('option', { hasText: 'isp-helpdesk' }).waitFor({ state: 'attached' });
  expect(await choice.inputValue()).toBe('shop');
  expect(await base.isVisible()).toBe(false);
  await choice.selectOption('isp-helpdesk');
  await editor.done();
  expect(await editor.property('rag', 'base')).toBe('isp-helpdesk');
  await editor.open('rag');
  await choice.locator('option', { hasText: 'shop' }).waitFor({ state: 'attached' });
  await choice.selectOption({ label: 'another folder…' });
  await base.fill('not-yet-there');
  await editor.done();
  expect(await editor.property('rag', 'base')).toBe('not-yet-there');
});

it('a new rag is red, chooses nothing by itself, and is right once a base is chosen', async () => {
  const { page } = editor;
  const id = await editor.drag('dragoman-rag', 500, 520);
  await bot.until(async () => (await editor.property(id, 'valid')) === false);
  await editor.open(id);
  const choice = page.locator('#node-input-choice');
  await choice.locator('option', { hasText: 'shop' }).waitFor({ state: 'attached' });
  expect(await choice.inputValue()).toBe('');
  expect(await page.locator('#node-input-base').inputValue()).toBe('');
  await editor.done();
  expect(await editor.property(id, 'validationErrors')).toEqual([
    'Knowledge: choose a folder, or type the name of one.',
  ]);
  await editor.open(id);
  await choice.locator('option', { hasText: 'shop' }).waitFor({ state: 'attached' });
  await choice.selectOption('shop');
  await editor.done();
  expect([await editor.property(id, 'base'), await editor.property(id, 'validationErrors')]).toEqual(['shop', []]);
});

it('a node saved by an older version opens migrated', async () => {
  const { page } = editor;
  await editor.open('old');
  expect(await page.inputValue('#node-input-perMinute')).toBe('120');
  await editor.done();
  await editor.deploy();
  expect(await bot.until(async () => ((await deployedNode('old')).version === 2 ? deployedNode('old') : null))).toEqual(
    expect.objectContaining({ perMinute: 120, version: 2 }),
  );
  expect(await deployedNode('old')).not.toHaveProperty('rate');
});

it('every node has its short name, its own words and its help in the editor', async () => {
  const { page } = editor;
  const names = ['channel-in', 'opt-out', 'rag', 'llm', 'channel-out'];
  for (const name of names) {
    const entry = page.locator(`.red-ui-palette-node[data-palette-type="dragoman-${name}"]`);
    expect((await entry.textContent())!.trim().replaceAll('\u2011', '-')).toBe(name);
    expect(await page.locator(`script[data-help-name="dragoman-${name}"]`).count()).toBe(1);
  }
});
