/** The inbox for who may only read, and for who may answer and sees no flow, in a real Chromium: what is not allowed is not there, and the server refuses it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { echoFlow } from '../support/echo-flow.ts';
import type { FlowItem } from '../support/harness.ts';
import { nodeRed } from '../support/node-red.ts';

const PATIENCE = { timeout: 60_000 };
const user = (username: string, permissions: string | string[]) => ({
  ...{ username, permissions },
  password: nodeRed('bcryptjs').hashSync(`${username}’s password`, 4) as string,
});
const NUMBER = '34 600 111 222';

let bot: Dragoman;
let browser: Browser;
const complaints = noComplaints(() => browser);
let conversation: string;
let draft: string;
let failed: string;

beforeAll(async () => {
  const users = [
    user('rita', 'dragoman.read'),
    user('sara', ['dragoman.read', 'dragoman.reply']),
    user('max', 'dragoman.manage'),
  ];
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: echoFlow() as FlowItem[],
      // Something real: nobody is let in for sitting here.
      env: {
        AI_AUTOREPLY: undefined,
        DRAGOMAN_SIMULATOR: undefined,
        DRAGOMAN_API_TOKEN: undefined,
        OPENAI_API_KEY: 'sk-real',
      },
      settings: { adminAuth: { type: 'credentials', users } },
    }),
    launchBrowser(),
  ]);
  const customer = { id: 34_600_111_222, firstName: `Tel +${NUMBER}` };
  const says = async (text: string) => {
    await bot.happens('telegram', '/hook/telegram', { kind: 'text', text, customer } as never);
    await bot.quiet();
  };
  await says('Hello');
  const account = bot.engine.registry.account('acc-telegram')!;
  account.autoReply = false;
  await says('prices');
  account.autoReply = true;
  conversation = (await bot.engine.store.conversations({ limit: 1 }))[0]!.id;
  draft = (await bot.engine.store.sends({ states: ['draft'], limit: 1 }))[0]!.id;
  bot.simulator.faults.set({ platform: 'telegram' }, { kind: 'blocked', times: 1 });
  failed = (await bot.engine.operator.reply(conversation, 'Are you there?', { writer: 'sara' })).id;
  await bot.engine.inbox.note(conversation, 'sara', 'Call back.');
  await bot.engine.inbox.label(conversation, ['vip']);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
});

async function open(as: string, path: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
  });
  const signedIn = await context.request.post(`${bot.runtime.url}/dragoman/api/v1/session`, {
    headers: { 'x-dragoman': '1' },
    data: { name: as, password: `${as}’s password` },
  });
  expect(signedIn.status()).toBe(204);
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(bot.runtime.url + path);
  return page;
}

/** Everything that can be pressed, typed into or chosen in the conversation and beside it. */
const controls = (page: Page) =>
  page.locator('inbox-one, inbox-contact').evaluateAll((parts) => {
    const found: string[] = [];
    const look = (root: ParentNode) => {
      for (const one of root.querySelectorAll('*')) {
        if (one.matches('button, input, select, textarea'))
          found.push(
            one.getAttribute('aria-label') ??
              (one.textContent?.trim() || one.getRootNode() instanceof ShadowRoot
                ? ((one.getRootNode() as ShadowRoot).host.textContent ?? '').trim()
                : ''),
          );
        if (one.shadowRoot) look(one.shadowRoot);
      }
    };
    for (const part of parts) look(part.shadowRoot!);
    return found;
  });

/** All that the page may ask of the server beside reading. @returns the statuses */
const deeds = (page: Page) =>
  page.evaluate(
    async ({ id, messages }) => {
      const one = `dragoman/api/v1/inbox/conversations/${id}`;
      const message = (which: string) => `dragoman/api/v1/inbox/messages/${which}`;
      const asked: [string, object | string][] = [
        [`${one}/reply`, { text: 'x' }],
        [`${one}/uploads?name=x.txt`, 'x'],
        [`${one}/takeover`, {}],
        [`${one}/handback`, {}],
        [`${one}/status`, { status: 'closed' }],
        [`${one}/assignee`, { assignee: 'x' }],
        [`${one}/labels`, { labels: [] }],
        [`${one}/notes`, { text: 'x' }],
        [`${one}/typing`, { tab: 'x', on: true }],
        [`${message(messages.draft)}/approve`, {}],
        [`${message(messages.draft)}/discard`, {}],
        [`${message(messages.failed)}/resend`, {}],
        [`${message(messages.failed)}/undo`, {}],
        ['dragoman/api/v1/inbox/answers', { name: 'x', text: 'x' }],
      ];
      const statuses: number[] = [];
      for (const [path, body] of asked) {
        const answer = await fetch(path, {
          method: 'POST',
          headers: { 'x-dragoman': '1', 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        });
        statuses.push(answer.status);
      }
      return statuses;
    },
    { id: conversation, messages: { draft, failed } },
  );

it('who may only read sees all that was said and nothing to press, and is refused all the rest', PATIENCE, async () => {
  const page = await open('rita', '/');
  await page.waitForURL('**/inbox');
  await page.locator('inbox-list a.row').first().click();
  await page.locator('dm-bubble').filter({ hasText: 'Are you there?' }).waitFor();
  await page.getByText('You may read here, not answer.').waitFor();
  await page.locator('inbox-thread .note').getByText('Call back.').waitFor();
  expect(await controls(page)).toEqual(['Back to the list', 'The person']);
  for (const key of ['r', 'n', 't', 'h', 'e', 'a', 'l', 'z']) await page.keyboard.press(key);
  expect(await bot.engine.store.conversation(conversation)).toMatchObject({ status: 'active' });
  expect(await page.getByText(NUMBER).count()).toBe(0);
  await page.locator('inbox-contact').getByText('•••22').first().waitFor();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  await sheet.getByText('Next conversation').waitFor();
  expect(await sheet.getByText('Take over').count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(await seriousOn(page)).toEqual([]);
  const links = await page.getByRole('navigation').getByRole('link').allTextContents();
  expect(links.join()).not.toMatch(/Editor|Set-up/);
  const before = await bot.engine.store.messages(conversation, { limit: 20 });
  expect(new Set(await deeds(page))).toEqual(new Set([403]));
  expect(await bot.engine.store.messages(conversation, { limit: 20 })).toEqual(before);
  complaints.forgive('status of 403');
});

it('who may answer does, sees no number, no flow and no set-up', PATIENCE, async () => {
  const page = await open('sara', `/inbox?c=${conversation}`);
  await page.locator('inbox-composer textarea').waitFor();
  await page.locator('inbox-contact').getByText('•••22').first().waitFor();
  expect(await page.getByText(NUMBER).count()).toBe(0);
  const isPeoples = async () => (await bot.engine.store.conversation(conversation))!.humanUntil > Date.now();
  await page.getByRole('button', { name: 'Hand back' }).click();
  await expect.poll(isPeoples).toBe(false);
  await page.getByRole('button', { name: 'Take over' }).click();
  await expect.poll(isPeoples).toBe(true);
  const links = await page.getByRole('navigation').getByRole('link').allTextContents();
  expect(links.join()).not.toMatch(/Editor|Set-up/);
  for (const path of ['/admin/flows', '/admin/settings', '/admin/nodes', '/dragoman/api/v1/setup'])
    expect([401, 403, 404]).toContain((await page.request.get(bot.runtime.url + path)).status());
  const answer = await page.goto(`${bot.runtime.url}/setup`);
  expect(answer!.status()).toBe(403);
  complaints.forgive('status of 403');
});

it('who manages sees numbers, and is led to set-up', PATIENCE, async () => {
  const page = await open('max', '/');
  await page.waitForURL('**/setup');
  await page.goto(`${bot.runtime.url}/inbox?c=${conversation}`);
  await page.locator('inbox-contact').getByText(NUMBER).first().waitFor();
});

it('who is not signed in is asked who he is, and led on to what is open to him', PATIENCE, async () => {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.goto(bot.runtime.url);
  await page.waitForURL('**/sign-in');
  await page.getByLabel('Name').fill('rita');
  await page.getByLabel('Password', { exact: true }).fill('rita’s password');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  expect((await page.request.get(page.url())).status()).toBe(200);
});
