/** The shipped flows and examples in the editor: on the grid, so that a first drag changes the dragged node only, and of today's versions. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newestVersion } from '../../node-red/kit/migrate.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';
import { type EditorPage, openEditor } from './page.ts';

const NODES = path.resolve(import.meta.dirname, '../../nodes');

interface Placed {
  id: string;
  z?: string;
  x: number;
  y: number;
  w: number;
  h: number;
}
/** What the tests ask the editor's own `RED` in the page. */
interface PageRed {
  nodes: {
    eachNode(visit: (node: Placed) => void): void;
    eachGroup(visit: (group: Placed) => void): void;
    subflow(id: string): { in: Placed[]; out: Placed[]; status?: Placed } | undefined;
  };
  workspaces: { show(id: string): void };
  view: { redraw(now: boolean): void; tools: { calculateGridSnapOffsets(node: Placed): { x: number; y: number } } };
  group: { markDirty(group: Placed): void };
}
declare const window: { RED: PageRed };

let shipped: FlowItem[];
let examples: FlowItem[];
let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;

beforeAll(async () => {
  shipped = await shippedFlows();
  examples = readdirSync(NODES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => JSON.parse(readFileSync(path.join(NODES, name, 'example.json'), 'utf8')) as FlowItem[])
    .map((node) => ('x' in node || node.type === 'tab' ? node : { ...node, config: true }));
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [...shipped, ...examples],
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'isp-helpdesk-llm');
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

it('stands on the grid, and every group is as large as what it holds', async () => {
  const tabs = [...shipped, ...examples].filter(({ type }) => type === 'tab' || type === 'subflow').map(({ id }) => id);
  expect(tabs.length).toBeGreaterThan(20);
  const off = await editor.page.evaluate(async (ids) => {
    const { nodes, workspaces, view, group } = window.RED;
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const wrong: string[] = [];
    let seen = 0;
    for (const id of ids) {
      workspaces.show(id);
      view.redraw(true);
      await drawn();
      const placed: Placed[] = [];
      const groups: Placed[] = [];
      nodes.eachNode((node) => {
        if (node.z === id) placed.push(node);
      });
      nodes.eachGroup((one) => {
        if (one.z === id) groups.push(one);
      });
      const { in: ins = [], out = [], status } = nodes.subflow(id) ?? {};
      for (const node of [...placed, ...ins, ...out, ...(status ? [status] : [])]) {
        seen++;
        const { x, y } = view.tools.calculateGridSnapOffsets(node);
        if (x || y || !node.w) wrong.push(`${id}: ${node.id} by ${x}, ${y}`);
      }
      const before = groups.map(({ x, y, w, h }) => [x, y, w, h].join());
      for (const one of groups) group.markDirty(one);
      view.redraw(true);
      await drawn();
      for (const [index, { id: name, x, y, w, h }] of groups.entries())
        if ([x, y, w, h].join() !== before[index])
          wrong.push(`group ${name}: ${before[index]} → ${[x, y, w, h].join()}`);
    }
    return { wrong, seen };
  }, tabs);
  expect(off.wrong).toEqual([]);
  expect(off.seen).toBeGreaterThan(100);
}, 60_000);

it('fits beside both sidebars on a screen of 1440 px, and no palette label breaks within a word', async () => {
  const wide = shipped.filter(({ type, x, w }) => type === 'group' && Number(x) + Number(w) > 910).map(({ id }) => id);
  expect(wide).toEqual([]);
  const broken = await editor.page
    .locator('.red-ui-palette-node[data-palette-type^="dragoman-"]')
    .evaluateAll((nodes) =>
      nodes.flatMap((node) => {
        const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        for (let text = walker.nextNode(); text; text = walker.nextNode())
          for (const { 0: word, index } of text.textContent!.matchAll(/\w+/g)) {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
            if (lines.size > 1) found.push(text.textContent!);
          }
        return found;
      }),
    );
  expect(broken).toEqual([]);
});

it('is of the newest versions, and nothing that a variable says is typed in', async () => {
  const old: string[] = [];
  for (const node of [...shipped, ...examples]) {
    const [, name] = /^dragoman-(.+)$/.exec(node.type) ?? [];
    if (!name) continue;
    const { migrations } = await import(path.join(NODES, name, 'migrations.ts'));
    if (node.version !== newestVersion(migrations)) old.push(`${node.id}: ${node.version}`);
    if (name === 'account')
      expect(node).toMatchObject({ autoReply: '', takeoverSeconds: '', timeoutSeconds: '', queue: '' });
  }
  expect(old).toEqual([]);
});
