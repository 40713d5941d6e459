/**
 * How smooth the inbox is in a real browser with so many conversations: `node bench/inbox-page.ts [100000]`. Fills a folder of its own, starts Dragoman
 * on it (build first), and scrolls, jumps, searches and opens conversations as a person does; prints milliseconds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openStore } from '../stores/sqlite/store.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { fill } from './inbox-filled.ts';
import { endAll, freePort, startServer } from './process.ts';

const conversations = Number(process.argv[2] ?? 100_000);
const ROUNDS = 30;
/** Pixels a frame: some thirty rows a second, and the whole window in one frame. */
const SPEEDS = { steadily: 40, fast: 800 };
const FRAMES = 150;

const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-inbox-'));
const say = (line: string) => void process.stdout.write(`${line}\n`);
const shown = (took: number[], share: number) => {
  const all = took.toSorted((one, other) => one - other);
  return (all[Math.floor((all.length - 1) * share)] ?? Number.NaN).toFixed(1).padStart(7);
};
const tell = (name: string, took: number[], more = '') =>
  say(`${name.padEnd(46)} p50 ${shown(took, 0.5)}  p95 ${shown(took, 0.95)} ms ${more}`);

/** In the page, beside its own. */
declare const bench: { list(): ShadowRoot; scroll(): Element; current(): string | undefined };

/** Put into the page before its own script; its policy forbids expressions as text. */
function prepare(): void {
  const inbox = () => document.querySelector('dm-inbox')!.shadowRoot!;
  const list = () => inbox().querySelector('inbox-list')!.shadowRoot!;
  Object.assign(globalThis, {
    bench: {
      list,
      scroll: () => list().querySelector('.scroll'),
      current: () =>
        (inbox().querySelector('inbox-one') as { detail?: { row: { id: string } } } | null)?.detail?.row.id,
    },
  });
}

const isFilled = () => bench.list().querySelector('a.row') !== null && bench.list().querySelector('.blank') === null;

/** Frames, and what held them up, while the list scrolls by itself. */
const scrolled = (page: Page, from: number, speed: number) =>
  page.evaluate(
    async ({ from: start, speed: pixels, frames }) => {
      const scroll = bench.scroll();
      scroll.scrollTop = start;
      await new Promise((resolve) => setTimeout(resolve, 400));
      const tasks: number[] = [];
      const observer = new PerformanceObserver((found) => tasks.push(...found.getEntries().map((one) => one.duration)));
      observer.observe({ type: 'longtask' });
      const took: number[] = [];
      let blank = 0;
      let before = performance.now();
      for (let frame = 0; frame < frames; frame++) {
        scroll.scrollTop += pixels;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const now = performance.now();
        took.push(now - before);
        before = now;
        if (scroll.querySelector('.blank')) blank++;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      observer.disconnect();
      return { took, tasks, blank };
    },
    { from, speed, frames: FRAMES },
  );

/** Elements of the page, shadow roots included. */
const elements = (page: Page) =>
  page.evaluate(() => {
    const count = (root: ParentNode): number =>
      [...root.querySelectorAll('*')].reduce((sum, one) => sum + 1 + (one.shadowRoot ? count(one.shadowRoot) : 0), 0);
    return count(document);
  });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function rounds(work: (round: number) => Promise<unknown>, count = ROUNDS): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < count; round++) took.push(await timed(() => work(round)));
  return took;
}

const store = openStore(path.join(folder, 'dragoman.db'));
const filling = await timed(() => fill(store, conversations));
await store.close();
say(`${conversations} conversations in ${Math.round(filling / 1_000)} s`);

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const env = { ...process.env, PORT: String(port), DRAGOMAN_DATA: folder, ADMIN_PASSWORD: 'bench' };
const browser = await launchBrowser();
try {
  await startServer(['start.mjs'], env, new Request(`${url}/health/ready`));
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.addInitScript(prepare);
  const load = () => page.goto(`${url}/inbox`).then(() => page.waitForFunction(isFilled));
  await load();
  tell('the page, until its rows are there', await rounds(load, 10));
  const first = await elements(page);

  const length = await page.evaluate(() => bench.scroll().scrollHeight);
  for (const [where, share] of [
    ['at the beginning', 0],
    ['in the middle', 0.5],
    ['at the end', 1],
  ] as const)
    for (const [how, speed] of Object.entries(SPEEDS)) {
      const from = Math.max(0, length * share - (share === 1 ? speed * FRAMES + 900 : 0));
      const { took, tasks, blank } = await scrolled(page, from, speed);
      const long =
        tasks.length === 0 ? 'no long task' : `${tasks.length} long tasks, ${Math.max(...tasks).toFixed(0)} ms`;
      tell(`a frame, scrolled ${how} ${where}`, took, `${long}; ${blank} of ${FRAMES} frames with a row to come`);
    }
  const jump = (round: number) =>
    page
      .evaluate((top) => bench.scroll().scrollTo(0, top), (((round * 7) % ROUNDS) / ROUNDS) * length)
      .then(() => page.waitForFunction(isFilled));
  await jump(1);
  tell('a jump anywhere, until its rows are there', await rounds(jump));

  await page.evaluate((top) => bench.scroll().scrollTo(0, top), length / 2);
  await page.waitForFunction(isFilled);
  const rows = page.locator('inbox-list a.row');
  tell(
    'a conversation, until its words are there',
    await rounds(async (round) => {
      // Some stand above what is seen.
      const href = (await rows.nth(8 + (round % 6)).getAttribute('href'))!;
      const id = new URL(href, url).searchParams.get('c');
      await page.locator(`inbox-list a.row[href="${href}"]`).click();
      await page.locator('inbox-thread inbox-message dm-bubble .text').first().waitFor();
      await page.waitForFunction((wanted) => bench.current() === wanted, id);
    }),
  );

  const search = page.getByRole('searchbox');
  const find = async (words: string) => {
    await search.fill('');
    await page.waitForFunction(isFilled);
    const began = performance.now();
    await search.fill(words);
    await page.waitForFunction((wanted) => {
      const found = [...bench.list().querySelectorAll('a.row .said')];
      return found.length > 0 && found.every((said) => said.textContent!.toLowerCase().includes(wanted));
    }, words.split(' ')[0]!);
    return performance.now() - began;
  };
  const words = ['zebra', 'refund', 'invoice', 'broken', 'ze ref', 'parcel', 'late', 'price', 'hello', 'today'];
  await find('zebra');
  const found: number[] = [];
  for (let round = 0; round < ROUNDS; round++) found.push(await find(words[round % words.length]!));
  tell('a search, from the last letter on', found, '(180 ms of it: nobody types any more)');
  say(`elements of the page: ${first} at first, ${await elements(page)} after all that`);
} finally {
  await browser.close();
  await endAll();
  rmSync(folder, { recursive: true, force: true });
}
