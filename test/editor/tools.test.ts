/** The dialogs of tools in a real browser: what is typed and ticked there is what then runs. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';
import { oddServer } from '../support/mcp-servers.ts';
import { type EditorPage, openEditor } from './page.ts';

const FLOWS: FlowItem[] = [
  {
    id: 'llm',
    type: 'dragoman-llm',
    provider: '',
    history: 20,
    tools: ['gone'],
    version: 1,
    x: 300,
    y: 120,
    wires: [[]],
  },
  { id: 'mark', type: 'comment', name: 'here', x: 500, y: 120, wires: [] },
];

let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: FLOWS,
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
}, 60_000);
beforeEach(async () => {
  editor = await openEditor(browser, bot.runtime.url, 'mark');
});
afterEach(async () => {
  await editor.page.close();
  expect(editor.complaints).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

const names = () => bot.engine.tools.box.list().map(({ name }) => name);

it('a flow between two tool-call nodes is a tool that an llm node can be ticked to offer', async () => {
  const { page } = editor;
  const start = await editor.drag('dragoman-tool-call', 300, 300);
  await editor.open(start);
  await page.fill('#node-input-tool', 'opening_hours');
  await page.fill('#node-input-description', 'Tells when the shop is open.');
  await page.check('#node-input-confirm');
  await editor.done();
  expect([await editor.property(start, 'inputs'), await editor.property(start, 'outputs')]).toEqual([0, 1]);
  const end = await editor.drag('dragoman-tool-call', 600, 300);
  await editor.open(end);
  await page.selectOption('#node-input-mode', 'return');
  expect(await page.isVisible('#node-input-tool')).toBe(false);
  await editor.done();
  expect([await editor.property(end, 'inputs'), await editor.property(end, 'outputs')]).toEqual([1, 0]);
  await editor.wire(start, 0, end);
  await editor.deploy();
  await expect.poll(names).toContain('opening_hours');

  await editor.open('llm');
  const list = page.locator('#dragoman-llm-tools');
  await list.getByText('opening_hours').waitFor();
  expect(await list.textContent()).toMatch(/new_client_lead[\s\S]*update_contact/);
  await list.locator('label', { hasText: 'opening_hours' }).locator('input').check();
  await list.locator('label', { hasText: 'gone' }).locator('input').uncheck();
  await editor.done();
  expect(await editor.property('llm', 'tools')).toEqual(['opening_hours']);
});

it('a long description is cut between words, and the tooltip has all of it', async () => {
  const { page } = editor;
  const description = 'Tells when the shop is open, and which of its rooms are heated in winter. '.repeat(4).trim();
  const start = await editor.drag('dragoman-tool-call', 300, 500);
  await editor.open(start);
  await page.fill('#node-input-tool', 'long_story');
  await page.fill('#node-input-description', description);
  await editor.done();
  const end = await editor.drag('dragoman-tool-call', 600, 500);
  await editor.open(end);
  await page.selectOption('#node-input-mode', 'return');
  await editor.done();
  await editor.wire(start, 0, end);
  await editor.deploy();
  await expect.poll(names).toContain('long_story');
  await editor.open('llm');
  const row = page.locator('#dragoman-llm-tools label', { hasText: 'long_story' });
  const shown = (await row.locator('small').textContent())!;
  expect(shown).toMatch(/…$/);
  expect(shown.length).toBeLessThan(description.length);
  // A space follows in what it was cut from.
  expect(`${description} `).toMatch(new RegExp(`^${shown.slice(0, -1)}[\\s.,;:]`));
  expect(await row.getAttribute('title')).toBe(description);
  await page.click('#node-dialog-cancel');
});

it('the operations of a pasted OpenAPI document can be ticked, and its secret is kept apart', async () => {
  const { page } = editor;
  const id = await editor.drag('dragoman-tool-http', 300, 400);
  await editor.open(id);
  expect(await page.isVisible('#node-input-document')).toBe(false);
  await page.selectOption('#node-input-source', 'openapi');
  expect(await page.isVisible('#node-input-url')).toBe(false);
  const paths = { '/orders': { get: { operationId: 'findOrders' }, post: { operationId: 'addOrder' } } };
  const document = JSON.stringify({ openapi: '3.0.3', servers: [{ url: 'http://127.0.0.1:9' }], paths });
  await page.fill('#node-input-document', document);
  await page.locator('#node-input-document').blur();
  await page.locator('#dragoman-tool-operations label', { hasText: 'findOrders' }).locator('input').check();
  await page.fill('#node-input-secret', 'Bearer s3cret');
  await editor.done();
  await editor.deploy();
  expect(await editor.property(id, 'operations')).toEqual(['findOrders']);
  await expect.poll(names).toContain('findOrders');
  expect(names()).not.toContain('addOrder');
  const flows = await (await fetch(`${bot.runtime.url}/admin/flows`)).text();
  expect(flows).toContain('findOrders');
  expect(flows).not.toContain('s3cret');
});

it('tools of an MCP server are read and ticked, and ticked anew where the server changed one', async () => {
  const { page } = editor;
  const odd = await oddServer();
  const order = {
    name: 'place_order',
    description: 'Places an order.',
    inputSchema: { type: 'object', properties: {} },
  };
  const hours = { ...order, name: 'hours', description: 'Tells the hours.', annotations: { readOnlyHint: true } };
  odd.tools = [order, hours];
  const id = await editor.drag('dragoman-tool-mcp', 300, 460);
  await editor.open(id);
  await page.fill('#node-input-url', odd.url);
  await page.fill('#node-input-secret', 'Bearer s3cret');
  await page.fill('#node-input-prefix', 'shop');
  await page.click('#dragoman-mcp-read');
  const list = page.locator('#dragoman-mcp-tools');
  const tool = (name: string) => list.locator('> div', { hasText: name });
  for (const name of ['place_order', 'hours']) await tool(name).locator('label').first().locator('input').check();
  await tool('place_order').locator('[data-flag=confirm]').check();
  await editor.done();
  await editor.deploy();
  const ticked = { pin: expect.stringMatching(/^[\w-]{43}$/), idempotent: false };
  const [first, ...others] = (await editor.property(id, 'tools')) as { pin: string }[];
  expect(first).toEqual({ ...ticked, name: 'place_order', sideEffect: true, confirm: true });
  expect(others).toEqual([{ ...ticked, name: 'hours', sideEffect: false, confirm: false }]);
  await expect.poll(names).toEqual(expect.arrayContaining(['shop__place_order', 'shop__hours']));
  expect(odd.seen.at(-1)!.headers.authorization).toBe('Bearer s3cret');

  odd.tools = [{ ...order, description: 'Places an order, and more.' }];
  odd.announce();
  await expect.poll(names, { timeout: 10_000 }).not.toContain('shop__place_order');
  await editor.open(id);
  await page.click('#dragoman-mcp-read');
  await list.getByText('Changed since it was ticked').waitFor();
  expect(await tool('hours').textContent()).toContain('none of this name');
  const box = tool('place_order').locator('label').first().locator('input');
  expect(await box.isChecked()).toBe(false);
  await box.check();
  // It goes with its tick.
  await tool('hours').locator('label').first().locator('input').click();
  await tool('hours').waitFor({ state: 'detached' });
  await editor.done();
  await editor.deploy();
  await expect.poll(names).toContain('shop__place_order');
  const [again, ...none] = (await editor.property(id, 'tools')) as { pin: string }[];
  expect(again).toMatchObject({ name: 'place_order', sideEffect: true, confirm: true });
  expect(again!.pin).not.toBe(first!.pin);
  expect(none).toEqual([]);
  await odd.stop();
});
