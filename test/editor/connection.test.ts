/** The account's dialog in a real browser: which address, who is it, registered where the platform lets us; before a deploy and after. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import { type EditorPage, openEditor } from './page.ts';

const TYPED = '515151:AAH-typed-into-the-dialog';
const STORED = '616161:AAH-stored-before';

let platform: RunningSimulator;
let bot: Dragoman;
let browser: Browser;
let editor: EditorPage;
/** All that went between the page and the server about connections. */
let answers: string[];

beforeAll(async () => {
  platform = await startSimulator();
  [bot, browser] = await Promise.all([
    startDragoman({
      flows: [
        accountConfig('bot'),
        ...entryNodes('bot', '/hooks/shop/', 'gone'),
        accountConfig('kept', { envPrefix: 'KEPT_' }),
        ...entryNodes('kept', '/hooks/kept', 'gone'),
        accountConfig('number', { channel: 'whatsapp', settings: { phoneNumberId: '100200300' } }),
        ...entryNodes('number', '/hooks/number', 'gone'),
        accountConfig('alone'),
        { id: 'in-alone', type: 'dragoman-channel-in', account: 'alone', version: 1, wires: [[]] },
        { id: 'gone', type: 'dragoman-status-gate', version: 1, wires: [[], []] },
      ],
      credentials: { kept: { telegram__botToken: STORED } },
      env: {
        TELEGRAM_API_BASE: `${platform.url}/telegram`,
        KEPT_TELEGRAM_API_BASE: `${platform.url}/telegram`,
        KEPT_TELEGRAM_SECRET_TOKEN: 'kept_secret_word',
        WHATSAPP_API_BASE: `${platform.url}/whatsapp`,
        DRAGOMAN_PUBLIC_URL: 'https://bot.example.com/',
      },
      settings: { disableEditor: false, editorTheme: { tours: false, palette: { catalogues: [] } } },
    }),
    launchBrowser(),
  ]);
  editor = await openEditor(browser, bot.runtime.url, 'in-bot');
  editor.page.on('response', async (response) => {
    if (response.url().includes('/dragoman/')) answers.push(await response.text().catch(() => ''));
  });
}, 120_000);

beforeEach(() => {
  platform.reset();
  answers = [];
});
afterEach(() => {
  // A refusal is told in the dialog; the browser tells it on its console as well.
  expect(editor.complaints).toEqual([]);
  for (const secret of [TYPED, STORED, 'kept_secret_word']) expect(answers.join()).not.toContain(secret);
});
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await platform?.stop();
});

const field = (id: string) => editor.page.locator(`#node-config-input-${id}`);
const part = (id: string) => editor.page.locator(`#dragoman-account-${id}`);
const told = (words: string | RegExp) => part('told').filter({ hasText: words }).waitFor();
async function open(entry: string): Promise<void> {
  await editor.open(entry);
  await editor.openConfig('account');
}
async function close(): Promise<void> {
  await editor.done();
  await editor.done();
}

it('shows the address to copy, and tries and registers with what is typed, before any deploy', async () => {
  await open('in-bot');
  await part('register').waitFor();
  expect(await part('address').inputValue()).toBe('https://bot.example.com/hooks/shop/');
  expect(await part('reach').textContent()).toBe('This is what the platform must be given.');
  await field('telegram__botToken').fill(TYPED);
  await part('test').click();
  await told('This is @simulated_515151_bot, id 515151. The platform delivers nowhere yet.');
  await part('register').click();
  await told('The platform delivers to https://bot.example.com/hooks/shop/ (0 waiting). A secret was made');
  const made = await field('telegram__secretToken').inputValue();
  expect(made).toMatch(/^[a-z0-9]{24}$/);
  expect(platform.calls().find(({ method }) => method === 'setWebhook')).toMatchObject({
    account: TYPED,
    status: 200,
    body: { url: 'https://bot.example.com/hooks/shop/', secret_token: made },
  });
  expect(bot.engine.registry.account('bot')!.settings.botToken).toBe('');
  expect(JSON.stringify(bot.engine.registry.account('bot')!.settings)).not.toContain(made);
  await close();
});

it('works with what is stored and what the environment has, which never comes back', async () => {
  await open('in-kept');
  await part('register').waitFor();
  await part('test').click();
  await told('This is @simulated_616161_bot');
  await part('register').click();
  await told('The platform delivers to https://bot.example.com/hooks/kept (0 waiting).');
  expect(platform.calls().find(({ method }) => method === 'setWebhook')).toMatchObject({
    account: STORED,
    body: { secret_token: 'kept_secret_word' },
  });
  expect(await editor.page.content()).not.toContain(STORED);
  await close();
});

it('says what is wrong and what to do: a refused token, a platform that is down', async () => {
  await open('in-kept');
  await part('register').waitFor();
  platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
  await part('test').click();
  await told('Telegram does not know the bot token of this account. Copy the token from @BotFather');
  expect(await part('told').getAttribute('class')).toContain('dragoman-failed');
  platform.faults.clear();
  platform.faults.set({ platform: 'telegram' }, { kind: 'server-error', calls: 'all' });
  await part('register').click();
  await told('Try again in a minute.');
  expect(await part('told').textContent()).not.toContain(STORED);
  await close();
});

it('says it in the language of the browser, with what the channel says behind it', async () => {
  const english = editor;
  editor = await openEditor(browser, bot.runtime.url, 'in-bot', 'es-ES');
  try {
    await open('in-kept');
    await part('register').waitFor();
    platform.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    await part('test').click();
    await told('La cuenta no está configurada. Dale un prompt o los datos del negocio; revisa su token.');
    await told('Telegram does not know the bot token of this account.');
  } finally {
    await editor.page.close();
    editor = english;
  }
});

it('needs no address where the account polls, which is saved with it', async () => {
  await open('in-bot');
  await part('address').waitFor();
  await part('telegram__receive').selectOption({ label: 'long polling' });
  await part('reach').getByText('None is needed').waitFor();
  expect([await part('address').isVisible(), await part('register').isVisible()]).toEqual([false, false]);
  await field('telegram__botToken').fill(TYPED);
  await close();
  await editor.deploy();
  await bot.until(() => bot.engine.registry.account('bot')?.settings.receive === 'polling');
  platform.keep('telegram', { kind: 'text', customer: { id: 5 }, text: 'Hola' }, { account: TYPED });
  await bot.until(async () =>
    (await bot.engine.store.webhooks({ limit: 9 })).some(({ path }) => path === 'getUpdates'),
  );
  await editor.page.locator('text', { hasText: 'polling' }).first().waitFor();
  await open('in-bot');
  await part('telegram__receive').selectOption('');
  await part('address').waitFor();
  await close();
  await editor.deploy();
  await bot.until(() => bot.engine.registry.account('bot')?.settings.receive === 'webhook');
});

it('says the steps on Meta’s pages, with the address and the word, and who the number is', async () => {
  await open('in-number');
  const steps = part('steps');
  await steps.getByText('Callback URL: https://bot.example.com/hooks/number').waitFor();
  await steps.getByText('Verify token: a word of your own').waitFor();
  await editor.page.locator('.dragoman-make:visible').click();
  const word = await field('whatsapp__verifyToken').inputValue();
  await steps.getByText(`Verify token: ${word}`).waitFor();
  expect(await part('register').isVisible()).toBe(false);
  await field('whatsapp__accessToken').fill('EAAG-typed');
  await part('test').click();
  await told('This is +1 555-0100 (Simulated number), id 100200300.');
  expect(answers.join()).not.toContain('EAAG-typed');
  await close();
  await editor.deploy();
  await open('in-number');
  await steps.getByText('Verify token: the one in “Verify token” above').waitFor();
  await close();
});

it('tells what is missing where no http in leads to the account', async () => {
  await open('in-alone');
  await part('reach').getByText('No http in node leads to this account yet').waitFor();
  expect(await part('address').isVisible()).toBe(false);
  await close();
});
