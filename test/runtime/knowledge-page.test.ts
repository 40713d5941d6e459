/** The page of knowledge in a real Chromium, on the shipped flows: files, what is found, what nobody could answer, what was quoted, and its door. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { widthOf } from '../support/layout.ts';
import { nodeRed } from '../support/node-red.ts';

const user = (username: string, permissions: string) => ({
  ...{ username, permissions },
  password: nodeRed('bcryptjs').hashSync(`${username}’s password`, 4) as string,
});
const TELEGRAM = '/api/integrations/webhooks/telegram/';
const API = '/dragoman/api/v1/knowledge';
const PATIENCE = { timeout: 60_000 };

let bot: Dragoman;
let browser: Browser;
let folder: string;
const complaints = noComplaints(() => browser);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'knowledge-page-'));
  await cp(path.resolve(import.meta.dirname, '../../knowledge'), folder, { recursive: true });
  const users = [user('admin', '*'), user('nina', 'dragoman.read')];
  [bot, browser] = await Promise.all([
    startDragoman({
      env: { DRAGOMAN_KNOWLEDGE: folder, OPENAI_API_KEY: undefined, DRAGOMAN_API_TOKEN: 'the token of this test' },
      settings: { adminAuth: { type: 'credentials', users } },
    }),
    launchBrowser(),
  ]);
  await bot.engine.knowledge.looked();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(query = '', options: BrowserContextOptions & { as?: string } = {}): Promise<Page> {
  const { as = 'admin', ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...rest,
  });
  const signedIn = await context.request.post(`${bot.runtime.url}/dragoman/api/v1/session`, {
    headers: { 'x-dragoman': '1' },
    data: { name: as, password: `${as}’s password` },
  });
  expect(signedIn.status()).toBe(204);
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(`${bot.runtime.url}/knowledge${query}`);
  return page;
}

const fileNamed = (page: Page, name: string) => page.getByRole('article', { name });
const toast = (page: Page, text: string | RegExp) =>
  page.getByRole('status').filter({ hasText: text }).first().waitFor();
const asked = (path: string, options: RequestInit = {}, token = 'the token of this test') =>
  fetch(bot.runtime.url + API + path, {
    ...options,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...options.headers },
  });

let person = 700_000;
async function says(text: string): Promise<void> {
  const customer = { id: ++person, firstName: 'Zoraida' };
  expect((await bot.happens('telegram', TELEGRAM, { kind: 'text', customer, text })).status).toBe(200);
  await bot.until(() => bot.shown({ thread: String(customer.id) })[0], 20_000);
  await bot.quiet();
}

describe('files', () => {
  it('are listed by base with what was made of them, and their passages shown', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('button', { name: /isp-helpdesk/ }).click();
    const prices = fileNamed(page, 'planes.es.csv');
    await prices.getByText('Read', { exact: true }).waitFor();
    await prices.getByText('Passages', { exact: true }).click();
    await prices.getByRole('listitem').first().waitFor();
    expect(await prices.getByRole('listitem').count()).toBeGreaterThan(2);
    expect(new URL(page.url()).searchParams.get('base')).toBe('isp-helpdesk');
  });

  it('are dropped in, read at once, and taken away', PATIENCE, async () => {
    const page = await open('?base=shop');
    await page.locator('input[type=file]').setInputFiles([
      { name: 'parking.en.md', mimeType: 'text/markdown', buffer: Buffer.from('# Parking\n\nBehind the house.') },
      { name: 'broken.docx', mimeType: 'application/msword', buffer: Buffer.from('no Word file') },
      { name: 'tool.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
    ]);
    await page.getByText('tool.exe: files of this kind cannot be read.').waitFor();
    const parking = fileNamed(page, 'parking.en.md');
    await parking.getByText('1 passage').waitFor();
    await fileNamed(page, 'broken.docx').getByText('Cannot be read').waitFor();
    expect(await readFile(path.join(folder, 'shop/parking.en.md'), 'utf8')).toContain('Behind the house.');
    expect((await bot.engine.knowledge.search('shop', 'Where can I park? parking', 1))[0]!.source).toBe(
      'parking.en.md',
    );
    for (const name of ['parking.en.md', 'broken.docx']) {
      await fileNamed(page, name)
        .getByRole('button', { name: `Take ${name} away` })
        .click();
      await fileNamed(page, name).getByRole('button', { name: 'Take it away' }).click();
      await fileNamed(page, name).waitFor({ state: 'detached' });
    }
    expect(await bot.engine.knowledge.search('shop', 'parking', 1)).toEqual([]);
  });

  it('dropped by the mouse make a new base', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'New base' }).click();
    await page.getByLabel('Name of the new base').fill('bakery');
    await page.getByLabel('Name of the new base').press('Enter');
    const given = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['# Bread\n\nRye and wheat.'], 'bread.txt'));
      return transfer;
    });
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: given });
    await page.getByRole('button', { name: /bakery/ }).waitFor();
    await fileNamed(page, 'bread.txt').getByText('Read', { exact: true }).waitFor();
    expect(await bot.engine.knowledge.bases()).toContain('bakery');
  });
});

describe('a question', () => {
  it('shows what is found, why, and what would be quoted', PATIENCE, async () => {
    const page = await open('?view=ask&base=isp-helpdesk');
    await page.getByLabel('A question, as a customer would write it').fill('mi internet esta lenta zzyzx');
    await page.getByLabel('A question, as a customer would write it').press('Enter');
    await page.getByRole('heading', { name: 'Without a model, the customer would read' }).waitFor();
    const first = page.locator('ol.all > li').first();
    expect(await first.textContent()).toMatch(/covers \d+% of the question/);
    expect(await first.getByText('missing: zzyzx').count()).toBe(1);
    expect((await first.locator('mark').allTextContents()).join(' ').toLowerCase()).toContain('internet');
    // A reload finds the same.
    await page.reload();
    await page.getByRole('heading', { name: 'Without a model, the customer would read' }).waitFor();
  });

  it('that nothing is found for can be answered at once', PATIENCE, async () => {
    const page = await open('?view=ask&base=shop');
    await page.getByLabel('A question, as a customer would write it').fill('Do you sell submarines?');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing is found' }).waitFor();
    await page.getByRole('button', { name: 'Write an answer' }).click();
    await page.getByLabel('The answer').fill('Only yellow ones.');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await toast(page, 'Kept as answers/do-you-sell-submarines.md.');
    expect((await bot.engine.knowledge.search('shop', 'submarine', 1))[0]!.text).toBe('Only yellow ones.');
  });
});

describe('what nobody could answer', () => {
  it('is gathered from real conversations, masked, grouped, and answered by a file', PATIENCE, async () => {
    await says('¿Tienen paneles solares? Mi correo es zoraida@example.org');
    await says('paneles solares tienen?');
    await says('muchas gracias');
    await says('mi internet está lento');
    const noted = await bot.until(async () => {
      const all = await bot.engine.store.openQuestions({ limit: 9 });
      return all.length > 1 ? all : null;
    });
    expect(noted).toHaveLength(2);
    expect(JSON.stringify(noted)).not.toContain('zoraida@');
    expect(noted[0]).toMatchObject({ base: 'isp-helpdesk', why: 'text', language: 'es' });

    const page = await open('?view=questions');
    const group = page.getByRole('article').filter({ hasText: 'paneles solares' });
    await group.getByText('asked 2 times').waitFor();
    await group.getByText('In other words').click();
    await group.getByText('[EMAIL_1]').waitFor();
    expect(await group.getByRole('link', { name: 'The last conversation' }).getAttribute('href')).toBe(
      `timeline?conversation=${noted[0]!.conversationId}`,
    );
    await group.getByRole('button', { name: 'Write an answer' }).click();
    expect(await group.getByLabel('What it is about').inputValue()).toBe('paneles solares tienen?');
    await group.getByLabel('The answer').fill('No instalamos paneles solares.');
    await group.getByRole('button', { name: 'Keep it' }).click();
    await toast(page, 'Asked again, this answer comes first.');
    await group.waitFor({ state: 'detached' });
    await says('¿tienen paneles solares?');
    expect(bot.shown({ thread: String(person) })[0]!.text).toContain('No instalamos paneles solares.');
    expect(await bot.engine.store.openQuestions({ limit: 9 })).toEqual([]);
  });

  it('is forgotten with its customer', PATIENCE, async () => {
    await says('¿Venden submarinos amarillos?');
    const [question] = await bot.until(async () => {
      const all = await bot.engine.store.openQuestions({ limit: 9 });
      return all.length > 0 ? all : null;
    });
    const { contactId } = (await bot.engine.store.conversation(question!.conversationId))!;
    await bot.engine.people.forget({ contact: contactId! });
    expect(await bot.engine.store.openQuestions({ limit: 9 })).toEqual([]);
  });

  it('is taken off the list where nobody needs it', PATIENCE, async () => {
    await says('¿Venden helicópteros usados?');
    const page = await open('?view=questions');
    const group = page.getByRole('article').filter({ hasText: 'helicópteros' });
    await group.getByRole('button', { name: 'Not needed' }).click();
    await page.getByRole('heading', { name: 'Nothing is unanswered' }).waitFor();
  });
});

it('shows what was quoted most', PATIENCE, async () => {
  await says('¿por qué está lento mi internet?');
  await bot.until(async () => (await bot.engine.store.quotes(0, 9)).length > 0, 20_000);
  const page = await open('?view=quoted');
  await page.getByText('isp-helpdesk').first().waitFor();
  expect(await page.locator('knowledge-quoted li').first().textContent()).toMatch(/\d+ answers?/);
});

describe('the door', () => {
  it('lets who may only read see, and change nothing', PATIENCE, async () => {
    const page = await open('?base=shop', { as: 'nina' });
    await page.getByRole('article').first().waitFor();
    expect(await page.getByRole('button', { name: /Take|Choose files|New base/ }).count()).toBe(0);
    const status = await page.evaluate(async () => {
      const answer = await fetch('/dragoman/api/v1/knowledge/bases/shop/files?file=a.md', {
        ...{ method: 'PUT', headers: { 'x-dragoman': '1' }, body: 'x' },
      });
      return answer.status;
    });
    expect(status).toBe(403);
    complaints.forgive('403');
  });

  it('refuses who is nobody, and names that lead elsewhere', async () => {
    expect((await asked('', {}, '')).status).toBe(401);
    expect((await asked('/bases/shop/files?file=a.md', { method: 'PUT', body: 'x' }, '')).status).toBe(401);
    for (const [base, file] of [
      ['shop', '../../settings.ts'],
      ['..', 'a.md'],
      ['shop', '/etc/a.md'],
      ['shop', 'a.sh'],
    ] as const) {
      const address = `/bases/${encodeURIComponent(base)}/files?file=${encodeURIComponent(file)}`;
      expect([400, 404]).toContain((await asked(address, { method: 'PUT', body: 'x' })).status);
      expect([400, 404]).toContain((await asked(address, { method: 'DELETE' })).status);
    }
  });

  it('takes files of several megabytes there, and there only', async () => {
    const large = Buffer.concat([Buffer.from('# Large\n\n'), Buffer.alloc(6_000_000, 'word ')]);
    const answer = await asked('/bases/large/files?file=large.txt', { method: 'PUT', body: large });
    expect(answer.status).toBe(200);
    expect((await asked('/bases/large/files?file=large.txt', { method: 'DELETE' })).status).toBe(204);
    const tooLarge = { method: 'PUT', body: Buffer.alloc(11_000_000) };
    expect((await asked('/bases/large/files?file=large.txt', tooLarge)).status).toBe(413);
    expect((await asked('/answers', { method: 'POST', body: large })).status).toBe(413);
  }, 60_000);
});

describe('looks', () => {
  it.each(['files', 'ask', 'questions', 'quoted'])('are for everybody: %s', PATIENCE, async (view) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(`?view=${view}&base=isp-helpdesk&q=internet`, { colorScheme });
      await page.waitForLoadState('networkidle');
      expect(await seriousOn(page)).toEqual([]);
    }
  });

  it.each(['en', 'es', 'it', 'fa', 'ar', 'ru'])('fit a phone: %s', PATIENCE, async (lang) => {
    const page = await open(`?lang=${lang}&base=isp-helpdesk`, { viewport: { width: 390, height: 800 } });
    await page.getByRole('article').first().waitFor();
    expect(await page.locator('html').getAttribute('dir')).toBe(['fa', 'ar'].includes(lang) ? 'rtl' : 'ltr');
    for (const view of [1, 2, 3, 0]) {
      await page.getByRole('radio').nth(view).check({ force: true });
      await page.waitForLoadState('networkidle');
      expect(await widthOf(page)).toEqual([390]);
    }
  });
});
