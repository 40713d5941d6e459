/** The widget on a page of another origin, in a real browser: chats, comes back, is refused where it is not listed. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startedCall } from '../../node-red/server/call-page.ts';
import { startLlm } from '../../simulator/llm.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { type ShopSite, serveShop } from '../support/shop-site.ts';

/** Where a run leaves pictures to look at; nowhere unless asked for. */
const PICTURES = process.env.WIDGET_PICTURES;

let browser: Browser;
let bot: Dragoman;
let llm: Awaited<ReturnType<typeof startLlm>>;
let shop: ShopSite;
let stranger: ShopSite;
let context: BrowserContext;
let page: Page;
let broken: string[];

beforeAll(async () => {
  const options = {
    bot: () => bot.runtime.url,
    token: 'test-token',
    chat: 'site',
    call: async () => startedCall(await bot.engine.calls.start('phone', {}), ''),
  };
  [browser, shop, stranger] = await Promise.all([
    launchBrowser('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'),
    serveShop(options),
    serveShop(options),
  ]);
  llm = await startLlm();
  const origins = { origins: shop.url };
  bot = await startDragoman({
    flows: [
      accountConfig('site', { name: 'Aurora', channel: 'web', settings: { ...origins, title: 'Aurora Pharmacy' } }),
      accountConfig('phone', { name: 'Aurora by phone', channel: 'call', settings: origins }),
      ...['site', 'phone'].map((account) => ({
        ...{ id: `in-${account}`, type: 'dragoman-channel-in', account, version: 1, wires: [['answer']] },
      })),
      {
        ...{ id: 'answer', type: 'function', outputs: 1, wires: [['out']] },
        func: `
          const said = msg.turn.messages.at(-1);
          const list = '**Paracetamol** is there:\\n\\n- 500 mg, 20 pieces: *3.20 €*\\n- 1 g, 10 pieces: *4.10 €*\\n\\nMore in [our list](https://shop.example/list).';
          if (said.text === 'list') msg.payload = { text: list, buttons: [{ id: 'small', title: '500 mg' }, { id: 'large', title: '1 g' }] };
          else if (said.text === 'markup') msg.payload = 'Look: 1 < 2 <script>document.title=1</script> <img src=x onerror="document.title=1"> and [here](javascript:document.title=1)';
          else msg.payload = said.choice ? 'Reserved: ' + said.choice.id + '.' : 'You said: ' + said.text;
          return msg;`,
      },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    env: { DRAGOMAN_API_TOKEN: 'test-token', STT_BASE_URL: llm.url, STT_MODEL: 'whisper-1' },
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([bot?.stop(), shop?.close(), stranger?.close()]);
  await llm?.close();
});

beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US', viewport: { width: 1100, height: 800 } });
  page = await watched(context);
});
afterEach(async () => {
  await context.close();
  shop.visitor = undefined;
  shop.shut = false;
  expect(broken).toEqual([]);
});

async function watched(of: BrowserContext): Promise<Page> {
  broken = [];
  const made = await of.newPage();
  made.on('pageerror', (error) => broken.push(error.message));
  return made;
}

const picture = async (of: Page, name: string) => {
  if (PICTURES) await of.screenshot({ path: `${PICTURES}/${name}.png` });
};
const widget = (of = page) => of.locator('dragoman-widget');
const bubbles = (of = page) => widget(of).locator('.bubble:not([aria-hidden])');
const texts = async (of = page) => (await bubbles(of).allInnerTexts()).map((text) => text.trim());
const says = async (text: string, of = page) => {
  await widget(of).getByRole('textbox', { name: 'Message' }).fill(text);
  await widget(of).getByRole('textbox', { name: 'Message' }).press('Enter');
};
const opensChat = (of = page) =>
  widget(of)
    .getByRole('button', { name: /^Write to us/ })
    .click();
const answered = (text: string, of = page) => widget(of).getByText(`You said: ${text}`, { exact: true }).waitFor();

describe('on a site that is listed', () => {
  it('opens a chat, and what is said is answered with its marks, as data', async () => {
    await page.goto(`${shop.url}/p/7?secret=1`);
    await opensChat();
    await expect.poll(() => widget().getByRole('dialog').getAttribute('aria-label')).toBe('Aurora Pharmacy');
    await says('list');
    await widget().getByText('Paracetamol').waitFor();
    expect(await widget().locator('strong').allInnerTexts()).toEqual(['Paracetamol']);
    expect(await widget().locator('.bubble a').getAttribute('href')).toBe('https://shop.example/list');
    await picture(page, 'chat-light');
    await says('markup');
    await widget().getByText('Look: 1 < 2').waitFor();
    expect([await widget().locator('.bubble img').count(), await page.title()]).toEqual([0, 'Shop']);
    expect(await widget().locator('.bubble a[href^="javascript"]').count()).toBe(0);
    expect(shop.asked.at(-1)).toMatchObject({ what: 'chat', language: 'en', page: `${shop.url}/p/7?secret=1` });
    expect(await context.cookies()).toEqual([]);
  });

  it('a tapped button is a message, and stays seen as tapped', async () => {
    await page.goto(shop.url);
    await opensChat();
    await says('list');
    await widget().getByRole('button', { name: '500 mg' }).click();
    await widget().getByText('Reserved: small.').waitFor();
    expect(await widget().getByRole('button', { name: '500 mg' }).getAttribute('aria-pressed')).toBe('true');
    expect((await texts()).at(-2)).toBe('500 mg');
  });

  it('a guest comes back after a reload to what was said, also by a colleague meanwhile', async () => {
    await page.goto(shop.url);
    await opensChat();
    await says('Hello');
    await answered('Hello');
    const [chat] = await bot.engine.store.conversations({ limit: 1 });
    await page.goto('about:blank');
    await bot.engine.operator.reply(chat!.id, 'I am Marta.');
    await page.goto(shop.url);
    // It says so before anybody opens it.
    await widget()
      .getByRole('button', { name: /new message/ })
      .waitFor();
    await picture(page, 'unread');
    await opensChat();
    await widget().getByText('I am Marta.').waitFor();
    expect(await texts()).toEqual(['Hello', 'You said: Hello', 'I am Marta.']);
    await widget().getByText('A colleague answers you now.').waitFor();
    await expect.poll(() => widget().locator('.badge').count()).toBe(0);
    const sent = (await bot.engine.store.messages(chat!.id, { limit: 9 })).at(-1)!;
    await expect.poll(async () => (await bot.engine.store.message(sent.id))?.state).toBe('read');
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['dragoman.guest']);
  });

  it('whom the shop knows finds his chat on any device, and nothing of it is kept there', async () => {
    shop.visitor = 'ana';
    await page.goto(shop.url);
    await opensChat();
    await says('It is me');
    await answered('It is me');
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    const elsewhere = await browser.newContext({ locale: 'en-US' });
    const other = await watched(elsewhere);
    await other.goto(shop.url);
    await opensChat(other);
    await answered('It is me', other);
    await says('From here', other);
    await answered('From here', other);
    await answered('From here');
    expect(await texts()).toEqual(await texts(other));
    await elsewhere.close();
  });

  it('two tabs show the same', async () => {
    await page.goto(shop.url);
    await opensChat();
    await says('One');
    await answered('One');
    const other = await watched(context);
    await other.goto(shop.url);
    await opensChat(other);
    await answered('One', other);
    await says('Two', other);
    await answered('Two', other);
    await answered('Two');
    expect(await texts()).toEqual(['One', 'You said: One', 'Two', 'You said: Two']);
    expect(await texts(other)).toEqual(await texts());
  });

  it('works where the browser keeps nothing', async () => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('No.', 'SecurityError');
        },
      });
    });
    await page.goto(shop.url);
    await opensChat();
    await says('Hello');
    await answered('Hello');
  });

  it('says so where the site gives no ticket, and opens once it does', async () => {
    shop.shut = true;
    await page.goto(shop.url);
    await opensChat();
    await widget().getByText('this site gave no ticket').waitFor();
    await says('Hello');
    shop.shut = false;
    await widget().getByRole('button', { name: 'Try again' }).first().click();
    await answered('Hello');
  });
});

describe('on a site that is not listed', () => {
  it('is refused, and says why', async () => {
    await page.goto(stranger.url);
    await opensChat();
    await widget().getByText('This site may not open the chat').waitFor();
    await picture(page, 'refused');
    expect(bot.engine.chats.open()).toBe(0);
  });
});

describe('a line that breaks', () => {
  it('is opened again, and what was said meanwhile is there once', async () => {
    await page.goto(shop.url);
    await opensChat();
    await says('Before');
    await answered('Before');
    await context.setOffline(true);
    const [chat] = await bot.engine.store.conversations({ limit: 1 });
    await bot.engine.chats.drop([]);
    await says('Meanwhile');
    await bot.engine.operator.reply(chat!.id, 'I am Marta.');
    await context.setOffline(false);
    await widget().getByText('I am Marta.').waitFor();
    await expect.poll(() => texts()).toEqual(['Before', 'You said: Before', 'I am Marta.', 'Meanwhile']);
  });

  it('of who was forgotten begins anew', async () => {
    await page.goto(shop.url);
    await opensChat();
    await says('Forget me');
    await answered('Forget me');
    const [chat] = await bot.engine.store.conversations({ limit: 1 });
    await bot.engine.people.forget({ contact: chat!.contactId! });
    await widget().getByText('This chat was deleted').waitFor();
    expect(await texts()).toEqual([]);
    await says('Hello again');
    await answered('Hello again');
    expect(await texts()).toEqual(['Hello again', 'You said: Hello again']);
  });
});

describe('how it looks', () => {
  const languages = [
    ['ar', 'rtl', 'اكتب إلينا'],
    ['fa', 'rtl', 'برای ما بنویسید'],
    ['ru', 'ltr', 'Напишите нам'],
  ] as const;
  it.each(languages)('speaks %s, %s', async (language, direction, label) => {
    await page.goto(`${shop.url}/?language=${language}`);
    const button = widget().getByRole('button', { name: label });
    await button.click();
    await widget().getByRole('textbox').fill('list');
    await widget().getByRole('textbox').press('Enter');
    await widget().getByText('Paracetamol').waitFor();
    expect(await widget().evaluate((element) => getComputedStyle(element).direction)).toBe(direction);
    const box = (await button.boundingBox())!;
    // The corner where a line ends.
    expect(box.x > 550).toBe(direction === 'ltr');
    if (language === 'ar') {
      await says2('مرحبًا، هل لديكم باراسيتامول؟');
      await widget().getByText('You said: مرحبًا').waitFor();
      await picture(page, 'chat-arabic');
    }
  });
  const says2 = async (text: string) => {
    await widget().getByRole('textbox').fill(text);
    await widget().getByRole('textbox').press('Enter');
  };

  it('is dark where the system is, or where the site says so; its colours are the site’s', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${shop.url}/?call=on`);
    await opensChat();
    await says('list');
    await widget().getByText('Paracetamol').waitFor();
    const colour = (part: string) =>
      widget()
        .locator(part)
        .first()
        .evaluate((e) => getComputedStyle(e).backgroundColor);
    expect(await colour('.panel')).toBe('rgb(23, 28, 27)');
    await picture(page, 'chat-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${shop.url}/?theme=dark`);
    await page.addStyleTag({ content: 'body { --dragoman-accent: rgb(200, 30, 90); --dragoman-radius: 2px }' });
    await opensChat();
    expect(await colour('.panel')).toBe('rgb(23, 28, 27)');
    expect(await colour('header')).toBe('rgb(200, 30, 90)');
    // White upon a dark accent, unasked.
    const written = await widget()
      .locator('header')
      .evaluate((e) => getComputedStyle(e).color);
    expect(written).toMatch(/^oklch\(1 0 /);
    await picture(page, 'chat-themed');
  });

  it('fills a phone’s screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${shop.url}/?call=on`);
    await picture(page, 'phone-closed');
    await opensChat();
    await says('list');
    await widget().getByText('Paracetamol').waitFor();
    expect(await widget().locator('.panel').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    await picture(page, 'phone-chat');
    await widget().getByRole('button', { name: 'Close' }).click();
    expect(await widget().locator('.panel').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('is used by keys alone: Tab stays inside, Escape leads back', async () => {
    await page.goto(shop.url);
    await widget().getByRole('button', { name: 'Write to us' }).focus();
    await page.keyboard.press('Enter');
    const active = () =>
      page.evaluate(() => {
        const element = document.querySelector('dragoman-widget')?.shadowRoot?.activeElement;
        return element?.getAttribute('aria-label') ?? element?.tagName;
      });
    await expect.poll(active).toBe('TEXTAREA');
    await page.keyboard.type('Hello');
    await page.keyboard.press('Enter');
    await answered('Hello');
    const seen: unknown[] = [];
    for (let count = 0; count < 5; count++) {
      await page.keyboard.press('Tab');
      seen.push(await active());
    }
    expect(seen.slice(0, 4)).toEqual(['Send', 'Close', 'Conversation with Aurora Pharmacy', 'TEXTAREA']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Escape');
    await expect.poll(active).toBe('Write to us');
    expect(await widget().getByRole('dialog').count()).toBe(0);
  });
});

describe('a call', () => {
  it('is begun with a ticket of the site, and typed where there is no microphone', async () => {
    await page.goto(`${shop.url}/?call=on`);
    await widget().getByRole('button', { name: 'Call us' }).click();
    await picture(page, 'call-idle');
    await widget().getByRole('button', { name: 'Without a microphone' }).click();
    await says('Hello');
    await answered('Hello');
    await picture(page, 'call-live');
    expect(await texts()).toEqual(['Hello', 'You said: Hello']);
    expect(shop.asked.at(-1)).toEqual({ what: 'call', language: 'en' });
    await widget().getByRole('button', { name: 'Hang up' }).click();
    await widget().getByText('You hung up.').waitFor();
    expect((await bot.engine.store.calls({ limit: 1 }))[0]).toMatchObject({ state: 'completed', end: 'caller' });
  });

  it('hears by the page’s microphone, through what the one file brought along', async () => {
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto(`${shop.url}/?call=on`);
    await widget().getByRole('button', { name: 'Call us' }).click();
    await widget().getByRole('button', { name: 'Start the call' }).click();
    const mute = widget().getByRole('button', { name: 'Mute the microphone' });
    await mute.waitFor();
    // The stand-in of a microphone beeps.
    await page.waitForFunction(
      () => (document.querySelector('dragoman-widget')?.shadowRoot?.querySelector('meter')?.value ?? 0) > 0,
    );
    await picture(page, 'call-spoken');
    await mute.click();
    expect(await mute.getAttribute('aria-pressed')).toBe('true');
    await widget().getByRole('button', { name: 'Hang up' }).click();
    await widget().getByText('You hung up.').waitFor();
    expect(loaded.filter((path) => path.includes('worklet'))).toEqual([]);
    expect(loaded.filter((path) => path.startsWith('/dragoman/'))).toEqual(['/dragoman/widget.js']);
  });

  it('goes with a chat on the same page, each by itself', async () => {
    await page.goto(`${shop.url}/?call=on&chat=off`);
    await widget().getByRole('button', { name: 'Call us' }).waitFor();
    expect(await widget().getByRole('button').count()).toBe(1);
  });
});

it('is served to any site, from a cache where it has not changed', async () => {
  const get = (headers = {}) => fetch(`${bot.runtime.url}/dragoman/widget.js`, { headers });
  const first = await get();
  expect(first.status).toBe(200);
  expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(first.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(first.headers.get('cache-control')).toBe('public, max-age=600');
  expect((await first.arrayBuffer()).byteLength).toBeLessThan(120_000);
  expect((await get({ 'if-none-match': first.headers.get('etag')! })).status).toBe(304);
});
