/** A first deploy, of nothing: the flow files in somebody's git stay as they are, byte for byte. On Dragoman as a person starts it. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { freePort, type Server, startServer } from '../support/server.ts';
import { logIn } from './page.ts';

const SHIPPED = path.resolve(import.meta.dirname, '../../flows');

declare const window: { RED: { nodes: { dirty(is: boolean): void } } };

let data: string;
let server: Server;
let browser: Browser;
beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'dragoman-untouched-'));
  await cp(SHIPPED, path.join(data, 'flows'), { recursive: true });
  const env = { PORT: String(await freePort()), DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: path.join(data, 'flows') };
  [server, browser] = await Promise.all([startServer(env), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(data, { recursive: true, force: true });
});

const texts = async (folder: string) => {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')]));
};

it('a full deploy of the shipped flows changes no byte of them', { timeout: 90_000 }, async () => {
  const page = await browser.newPage();
  await logIn(page, server.url);
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
  await page.evaluate(() => window.RED.nodes.dirty(true));
  const posted = page.waitForResponse(
    (answer) => answer.url().endsWith('/flows') && answer.request().method() === 'POST',
  );
  await page.click('#red-ui-header-button-deploy');
  expect((await posted).ok()).toBe(true);
  const shipped = await texts(SHIPPED);
  expect(shipped.length).toBeGreaterThan(8);
  expect(await texts(path.join(data, 'flows'))).toEqual(shipped);
});
