/** Node-RED's editor as a person uses it: palette, canvas, dialogs, deploy. Selectors are those of the pinned version. */
import type { Browser, Page } from 'playwright-core';

/** What tests ask the editor's own `RED` in the page. */
interface PageRed {
  nodes: {
    node(id: string): (Record<string, unknown> & { type: string }) | null;
    eachNode(visit: (node: { id: string; type: string }) => void): void;
  };
}
declare const window: { RED?: PageRed };

export interface EditorPage {
  page: Page;
  /** What the browser or Node-RED complained about, and requests that left this machine. */
  complaints: string[];
  /** Loads the editor again, as it is after the last deploy. */
  reload(): Promise<void>;
  /** Drags a node from the palette to the canvas and gives its id. */
  drag(type: string, x: number, y: number): Promise<string>;
  /** Opens a node's dialog. */
  open(id: string): Promise<void>;
  /** Opens the dialog of the configuration node that the open dialog has chosen. */
  openConfig(property: string): Promise<void>;
  /** Opens the dialog of a new configuration node for the open dialog. */
  addConfig(property: string): Promise<void>;
  /** Saves the topmost dialog. */
  done(): Promise<void>;
  /** From an output, counted from 0, to the input of another node. */
  wire(from: string, output: number, to: string): Promise<void>;
  deploy(): Promise<void>;
  /** A property of a node as the editor holds it. */
  property(id: string, name: string): Promise<unknown>;
}

/** Node-RED logs these and carries on. */
const SWALLOWED = /oneditprepare|oneditsave|Definition error|Validation error|TypeError|ReferenceError/;

/** The shipped product's editor, behind its login; resolves when the flows are drawn. @param url of the server */
export async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/editor/`);
  await page.locator('#node-dialog-login-username').fill('admin');
  await page.locator('#node-dialog-login-password').fill('test-password');
  await page.keyboard.press('Enter');
  await page.locator('.red-ui-flow-node-group').first().waitFor();
}

/** A dialog is built before it slides in; what is clicked or typed until the topmost stands still may be lost. */
export const standsStill = (page: Page) =>
  page.waitForFunction(() => {
    const tray = [...document.querySelectorAll<HTMLElement>('.red-ui-tray')].at(-1);
    return tray?.style.right === '0px' && getComputedStyle(tray).right === '0px';
  });

/**
 * @param waitFor a node of the flows, to know that they are drawn.
 * @param locale the browser's language.
 */
export async function openEditor(
  browser: Browser,
  url: string,
  waitFor: string,
  locale = 'en-US',
): Promise<EditorPage> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale });
  // Shorter than a test's own limit, so that a failure says what was not there.
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (['error', 'warning'].includes(message.type()) || SWALLOWED.test(text)) complaints.push(text);
  });
  page.on('request', (request) => {
    if (!/^(http|ws):\/\/127\.0\.0\.1:|^(data|blob):/.test(request.url())) complaints.push(`asked ${request.url()}`);
  });
  const reload = async () => {
    // Loading all of the editor takes longer than any step in it.
    const patient = { timeout: 40_000 };
    await page.goto(`${url}/admin/`, patient);
    await page.waitForFunction((id) => window.RED?.nodes?.node?.(id), waitFor, patient);
    await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden', ...patient });
  };
  await reload();

  const group = (id: string) => page.locator(`.red-ui-flow-node-group[id="${id}"]`);
  const middle = async (selector: string, id: string, index = 0) => {
    const box = await group(id).locator(selector).nth(index).boundingBox();
    if (!box) throw new Error(`Node ${id} shows no ${selector}.`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const nodesOf = (type: string) =>
    page.evaluate((wanted) => {
      const ids: string[] = [];
      window.RED!.nodes.eachNode((node) => {
        if (node.type === wanted) ids.push(node.id);
      });
      return ids;
    }, type);

  async function openConfig(button: string): Promise<void> {
    // The editor drops a click that comes while the dialog before still slides in.
    const opened = page.locator('#node-config-dialog-ok');
    for (let tries = 0; tries < 5; tries++) {
      await page.click(button);
      const there = await opened.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
      if (there) break;
    }
    await opened.waitFor();
    await standsStill(page);
  }

  return {
    page,
    complaints,
    reload,
    async drag(type, x, y) {
      const before = await nodesOf(type);
      const entry = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
      await entry.scrollIntoViewIfNeeded();
      await entry.dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x, y } });
      const id = (await nodesOf(type)).find((each) => !before.includes(each));
      if (!id) throw new Error(`${type} was not dropped.`);
      return id;
    },
    async open(id) {
      await group(id).dblclick();
      await page.locator('#node-dialog-ok').waitFor();
      await standsStill(page);
    },
    openConfig: (property) => openConfig(`#node-input-btn-${property}-edit`),
    addConfig: (property) => openConfig(`#node-input-btn-${property}-add`),
    async done() {
      const config = page.locator('#node-config-dialog-ok');
      const button = (await config.count()) ? config : page.locator('#node-dialog-ok');
      await button.click();
      await button.waitFor({ state: 'detached' });
      // The one below it slides in again.
      if (await page.locator('.red-ui-tray').count()) await standsStill(page);
    },
    async wire(from, output, to) {
      const start = await middle('.red-ui-flow-port-output', from, output);
      const end = await middle('.red-ui-flow-port-input', to);
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(end.x - 8, end.y, { steps: 8 });
      await page.mouse.move(end.x, end.y);
      await page.mouse.up();
    },
    async deploy() {
      const posted = page.waitForResponse(
        (response) => response.url().endsWith('/flows') && response.request().method() === 'POST',
      );
      await page.click('#red-ui-header-button-deploy');
      const response = await posted;
      if (!response.ok()) throw new Error(`The deploy was answered with ${response.status()}.`);
    },
    property: (id, name) => page.evaluate(([id, name]) => window.RED!.nodes.node(id!)?.[name!], [id, name]),
  };
}
