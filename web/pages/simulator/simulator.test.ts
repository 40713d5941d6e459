/** The page in a real Chromium, on a server that plays its API under the real security policy. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../../test/support/browser.ts';
import { type SimulatorPage, serveSimulatorPage } from '../../../test/support/simulator-page.ts';

/** The first run unpacks the browser. */
const START = 120_000;
const PATIENCE = 30_000;

let browser: Browser;
let server: SimulatorPage;
/** Whatever the browser complained about: policy violations, errors, warnings. Each test must leave it empty. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
}, START);
afterAll(() => browser?.close());
beforeEach(async () => {
  server = await serveSimulatorPage();
  complaints = [];
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.close();
  expect(complaints).toEqual([]);
});

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(new URL(server.url).origin) && !url.startsWith('data:')) complaints.push(url);
  });
  await page.goto(server.url + query);
  await page.getByRole('log').waitFor();
  return page;
}

const write = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
};
const direction = (page: Page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
const bubbles = (page: Page) => page.locator('dm-bubble');

describe('the conversation', () => {
  test('a text goes to the account as this customer, and the reply comes as on the platform', {
    timeout: PATIENCE,
  }, async () => {
    const page = await open();
    await write(page, '¿Por qué mi internet está lento?');
    const reply = bubbles(page).nth(1);
    await reply.getByRole('img', { name: 'Seen' }).waitFor();

    expect(server.said).toHaveLength(1);
    expect(server.said[0]).toMatchObject({
      account: 'tg',
      customer: { id: expect.stringMatching(/^[5-7]\d{9}$/), name: 'Lucía Fernández', username: 'lucia_fernandez' },
      action: { kind: 'text', text: '¿Por qué mi internet está lento?' },
    });
    expect(await bubbles(page).first().locator('.row').textContent()).toContain('¿Por qué mi internet está lento?');
    expect(await reply.locator('strong').first().textContent()).toBe('¿Internet lento?');
    expect(await reply.getByRole('link', { name: 'guía' }).getAttribute('href')).toBe('https://fibranet.example/ayuda');
    expect(await reply.locator('.row').textContent()).toContain('<img src=x>');
    expect(await reply.locator('img').count()).toBe(0);
    expect(await page.locator('dm-typing').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
  });

  test('a suggestion starts it', { timeout: PATIENCE }, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Hola' }).click();
    await bubbles(page).nth(1).waitFor();
    expect(server.said[0]?.action).toEqual({ kind: 'text', text: 'Hola' });
  });

  test('a tapped button is a choice of that message', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    await page.getByRole('button', { name: 'Sigue lento' }).click();
    await bubbles(page).nth(3).waitFor();
    expect(server.said[1]?.action).toEqual({ kind: 'choice', id: 'no', title: 'Sigue lento', messageId: 'm2' });
    // The message stays, its button shows that it was the one, and the tap is a line of its own.
    expect(await bubbles(page).nth(1).locator('button.chosen').textContent()).toMatch(/Sigue lento\s*, chosen/);
    expect(await bubbles(page).nth(2).locator('.system').textContent()).toBe('Tapped “Sigue lento”');
    await bubbles(page).nth(1).getByRole('button', { name: 'Funcionó' }).click();
    await expect.poll(() => server.said.length).toBe(3);
  });

  test.each([
    ['WhatsApp’s reply buttons work once', /FibraNet Asistencia/, {}, { chosen: 1, enabled: 0 }],
    ['WhatsApp’s lists stay', /FibraNet Asistencia/, { list: true }, { chosen: 1, enabled: 2 }],
    ['Instagram’s quick replies go, their message stays', /Café Aurora/, {}, { chosen: 0, enabled: 0 }],
    ['Telegram’s buttons stay', /Soporte FibraNet/, {}, { chosen: 1, enabled: 2 }],
    [
      'a list of one row',
      /FibraNet Asistencia/,
      { list: true, buttons: [{ id: 'b', title: 'Dos' }] },
      { chosen: 1, enabled: 1 },
    ],
  ] as const)('after a tap: %s', { timeout: PATIENCE }, async (_name, account, more, left) => {
    const page = await open();
    await page.getByRole('radio', { name: account }).check({ force: true });
    const id = await page.getByRole('radio', { name: account }).getAttribute('value');
    await page.getByRole('heading', { name: /Write as a customer/ }).waitFor();
    const buttons = [
      { id: 'a', title: 'Uno' },
      { id: 'b', title: 'Dos' },
    ];
    const question = { id: 'q', from: 'bot', text: '¿Cuál?', format: 'plain', at: Date.now(), buttons, ...more };
    server.push(id!, 'item', question);
    await page.getByRole('button', { name: 'Dos' }).click();
    await bubbles(page).nth(1).waitFor();
    const asked = bubbles(page).first();
    expect(await asked.locator('.text').textContent()).toContain('¿Cuál?');
    await expect.poll(() => asked.locator('button.chosen').count()).toBe(left.chosen);
    expect(await asked.locator('button:enabled').count()).toBe(left.enabled);
    expect(server.said[0]?.action).toMatchObject({ kind: 'choice', id: 'b', messageId: 'q' });
    expect(server.said[0]?.action.style).toBe('list' in more ? 'list' : undefined);
  });

  test('media and the operator’s own words', { timeout: PATIENCE }, async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Send a location' }).click();
    await bubbles(page).first().getByText('Location').waitFor();
    await page.getByText('Operator', { exact: true }).click();
    await write(page, 'This is Ana');
    await bubbles(page).getByText('This is Ana').waitFor();
    expect(server.said.map(({ action }) => action.kind)).toEqual(['location', 'human']);
  });

  test('states that went wrong are told in words', { timeout: PATIENCE }, async () => {
    const page = await open();
    const at = Date.now();
    const item = { id: 'x', from: 'bot', text: 'Hi', format: 'plain', at };
    // The page may not listen yet.
    const sending = () => {
      server.push('tg', 'item', { ...item, state: 'sending' });
      return bubbles(page).getByRole('img', { name: 'Sending' }).count();
    };
    await expect.poll(sending, { timeout: PATIENCE / 2 }).toBe(1);
    server.push('tg', 'item', { ...item, state: 'failed', error: 'bot was blocked by the user' });
    await bubbles(page).getByText('bot was blocked by the user').waitFor();
    expect(await bubbles(page).count()).toBe(1);
  });

  test('it is kept apart by customer and by account, and over a reload', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    await bubbles(page).nth(1).waitFor();
    await page.getByRole('button', { name: 'New customer' }).click();
    await page.getByRole('heading', { name: 'Write as a customer of Soporte FibraNet' }).waitFor();
    await page.getByRole('radio', { name: /^Lucía Fernández/ }).check({ force: true });
    await bubbles(page).nth(1).waitFor();
    await page.getByRole('radio', { name: /Café Aurora/ }).check({ force: true });
    await page.getByRole('heading', { name: 'Write as a customer of Café Aurora' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Write as a customer of Café Aurora' }).waitFor();
    // Three to begin with, and the new one.
    expect(await page.locator('simulator-setup').locator('dm-choices').nth(1).getByRole('radio').count()).toBe(4);
  });

  test('an account that cannot be used says why and cannot be picked', { timeout: PATIENCE }, async () => {
    const page = await open();
    const live = page.getByRole('radio', { name: /FibraNet \(live\).*it is connected to a real platform/ });
    expect(await live.isDisabled()).toBe(true);
  });
});

describe('who answers', () => {
  const badge = (page: Page) => page.locator('simulator-state dm-badge');

  test('is shown, and a colleague takes over, writes and hands back', { timeout: PATIENCE }, async () => {
    const page = await open();
    expect(await badge(page).textContent()).toBe('Not begun');
    expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(0);
    await write(page, 'Hola');
    await badge(page).getByText('The bot answers').waitFor();
    await page.getByRole('button', { name: 'Take over' }).click();
    await badge(page)
      .getByText(/^A colleague answers, until \d/)
      .waitFor();
    await page.keyboard.type('Soy Ana');
    await page.keyboard.press('Enter');
    await bubbles(page).getByText('Soy Ana').waitFor();
    await page.getByRole('button', { name: 'Hand back' }).click();
    await badge(page).getByText('The bot answers').waitFor();
    expect(await page.getByRole('radio', { name: 'Customer' }).isChecked()).toBe(true);
    expect(server.said.at(-1)?.action).toEqual({ kind: 'human', text: 'Soy Ana' });
    expect(server.acted.map(({ deed }) => deed)).toEqual([{ do: 'takeover' }, { do: 'handback' }]);
  });

  test('the status is set', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    await page.getByRole('combobox', { name: 'Status of the conversation' }).selectOption('closed');
    await badge(page).getByText('Closed').waitFor();
    expect(server.acted).toEqual([{ account: 'tg', deed: { do: 'status', status: 'closed' } }]);
  });

  test.each([
    ['consent', {}, 'Opted out'],
    ['status', { status: 'support_active' }, 'Support answers'],
    ['status', { status: 'marketing_active' }, 'Marketing answers'],
    ['reach', {}, 'The customer blocked us'],
    ['window', {}, 'Window closed'],
    ['loop', {}, 'Stopped: a loop'],
  ])('a rule that forbids it has a word: %s %o', { timeout: PATIENCE }, async (rule, more, word) => {
    const page = await open();
    const state = { conversation: 'c', status: 'active', humanUntil: 0, block: { rule, reason: 'Because.' }, ...more };
    server.push('tg', 'state', state);
    await badge(page).getByText(word).waitFor();
    expect(await badge(page).getAttribute('title')).toBe('Because.');
  });

  test.each(['support_active', 'marketing_active'])(
    '%s, which nobody took over, is handed back as well',
    {
      timeout: PATIENCE,
    },
    async (status) => {
      const page = await open();
      const block = { rule: 'status', reason: 'Because.' };
      server.push('tg', 'state', { conversation: 'c', status, humanUntil: 0, block });
      await page.getByRole('button', { name: 'Hand back' }).click();
      await expect.poll(() => server.acted.map(({ deed }) => deed)).toEqual([{ do: 'handback' }]);
    },
  );

  test('the end of a colleague’s time needs no reload; too many messages are told', { timeout: PATIENCE }, async () => {
    const page = await open();
    const state = { conversation: 'c', status: 'active', humanUntil: Date.now() + 1_000 };
    server.push('tg', 'state', { ...state, block: { rule: 'takeover', reason: 'Until then.' } });
    await badge(page).getByText('A colleague answers').waitFor();
    await badge(page).getByText('The bot answers').waitFor();
    const decision = { gate: 'rate-limit', result: 'block', rule: 'rate', reason: '21 messages' };
    server.push('tg', 'turn', { id: 't', outcome: 'blocked', decisions: [decision] });
    await badge(page).getByText('Too many messages').waitFor();
  });

  test('starting anew is another customer, known to nobody', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    await bubbles(page).nth(1).waitFor();
    await page.getByRole('button', { name: 'Start anew as another customer' }).click();
    await page.getByRole('heading', { name: 'Write as a customer of Soporte FibraNet' }).waitFor();
    await write(page, 'Hola otra vez');
    await bubbles(page).nth(1).waitFor();
    const [first, second] = server.said.map(({ customer }) => customer);
    expect(first!.id).not.toBe(second!.id);
    expect(second!.name).toMatch(/^\S+ \S+$/);
  });

  test('a topic of Telegram is a conversation of its own', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Sin tema');
    await bubbles(page).nth(1).waitFor();
    const topic = page.getByRole('combobox', { name: 'Topic of the chat' });
    await topic.selectOption({ label: 'Topic: Invoices' });
    await page.getByRole('heading', { name: /Write as a customer/ }).waitFor();
    await write(page, 'Mi factura');
    await bubbles(page).nth(1).waitFor();
    await topic.selectOption({ label: 'No topic' });
    await bubbles(page).getByText('Sin tema').waitFor();
    expect(server.said.map(({ customer }) => customer.topic)).toEqual([undefined, 12]);
    await page.getByRole('radio', { name: /Café Aurora/ }).check({ force: true });
    await page.getByRole('heading', { name: 'Write as a customer of Café Aurora' }).waitFor();
    expect(await topic.count()).toBe(0);
  });

  test('words that are still being written are a bubble of their own kind', { timeout: PATIENCE }, async () => {
    const page = await open();
    const words = { id: 'd', from: 'bot', text: 'Voy mir', format: 'plain', at: Date.now(), state: 'draft' };
    server.push('tg', 'item', words);
    await bubbles(page).getByRole('img', { name: 'Being written' }).waitFor();
    server.push('tg', 'item', { ...words, text: 'Voy mirando.', state: 'sent' });
    await bubbles(page).getByRole('img', { name: 'Sent', exact: true }).waitFor();
    expect(await bubbles(page).count()).toBe(1);
    // The reply may come under another id.
    server.push('tg', 'item', { ...words, id: 'e', text: 'Ahora' });
    await bubbles(page).getByRole('img', { name: 'Being written' }).waitFor();
    server.push('tg', 'item', { ...words, id: 'f', text: 'Ahora sí.', state: 'sent' });
    await bubbles(page).getByText('Ahora sí.').waitFor();
    // A person took over: what was written is never said.
    server.push('tg', 'item', { ...words, id: 'g', text: 'Te llamo' });
    await bubbles(page).getByText('Te llamo').waitFor();
    server.push('tg', 'turn', { id: 't', outcome: 'blocked', decisions: [] });
    await bubbles(page).getByText('Te llamo').waitFor({ state: 'detached' });
    expect(await bubbles(page).getByRole('img', { name: 'Being written' }).count()).toBe(0);
  });
});

describe('what happened', () => {
  test('gates, author, send state, request', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'Hola');
    const details = page.locator('simulator-details');
    await details.getByText('Fits the platform').waitFor();
    for (const part of [
      'Answered',
      'HTTP 200, delivered once',
      'No person has taken over.',
      'Quoted from the knowledge base',
      'Problemas comunes › Internet lento',
    ])
      expect(await details.getByText(part).first().isVisible(), part).toBe(true);
    await details.getByText('Request to the platform').click();
    expect(await details.locator('pre').textContent()).toContain('"method": "sendMessage"');
  });

  test('a blocked turn names the gate and its reason', { timeout: PATIENCE }, async () => {
    const page = await open();
    await write(page, 'STOP');
    const gate = page.locator('.gate.block');
    await gate.waitFor();
    expect(await gate.textContent()).toMatch(/opt-out[\s\S]*Blocked[\s\S]*The customer asked not to be written to\./);
    expect(await page.getByText('Nothing was sent.').isVisible()).toBe(true);
  });
});

describe('faults and errors', () => {
  test('a fault is switched on with the keyboard, and stays on', { timeout: PATIENCE }, async () => {
    const page = await open();
    const fault = page.getByRole('switch', { name: 'Rate limit (429)' });
    await fault.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => server.faulted).toEqual([{ account: 'tg', id: 'rate-limit', on: true }]);
    await page.reload();
    await expect.poll(() => fault.getAttribute('aria-checked')).toBe('true');
  });

  test('a refusal says what to do and gives the words back', { timeout: PATIENCE }, async () => {
    const page = await open();
    server.refuseNext('say', 409, {
      code: 'X',
      message: 'The flow is not running.',
      action: 'Deploy it in the editor.',
    });
    await write(page, 'Hola');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/The flow is not running\.\s+Deploy it in the editor\./);
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Hola');
    await alert.getByRole('button', { name: 'Close' }).click();
    expect(await alert.count()).toBe(0);
    // The browser itself logs every 4xx.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('409')]);
  });

  test('other languages have words of their own for it, with the server’s behind them', {
    timeout: PATIENCE,
  }, async () => {
    const page = await open('?lang=es');
    server.refuseNext('say', 404, {
      code: 'NOT_FOUND',
      message: 'There is no such account.',
      action: 'Reload the page.',
    });
    const box = page.getByRole('textbox', { name: 'Mensaje' });
    await box.fill('Hola');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(
      /No existe\.\s+Recarga la página .*\s+There is no such account\. Reload the page\./,
    );
    expect(await alert.locator('[lang="en"]').textContent()).toBe('There is no such account. Reload the page.');
    expect(complaints.splice(0)).toEqual([expect.stringContaining('404')]);
    await page.getByRole('radio', { name: /está conectada a una plataforma real/ }).waitFor({ state: 'attached' });

    await box.fill('STOP');
    await page.keyboard.press('Enter');
    const gate = page.locator('.gate.block');
    await gate.waitFor();
    expect(await gate.textContent()).toMatch(/opt-out[\s\S]*Bloquead[oa]: se dio de baja/);

    server.push('tg', 'turn', { id: 't', outcome: 'failed', decisions: [], error: 'TURN_FAILED: It took too long.' });
    const error = page.locator('simulator-details .error');
    await error.waitFor();
    expect(await error.textContent()).toMatch(/El flujo no llegó al final\.[\s\S]*TURN_FAILED: It took too long\./);
  });

  test('a notice goes by itself, stays under the pointer, and can be closed', { timeout: PATIENCE }, async () => {
    const page = await open();
    await page.clock.install();
    const fail = async (words: string) => {
      server.refuseNext('say', 409, { code: 'X', message: words, action: 'Deploy it.' });
      await write(page, 'Hola');
      await page.getByText(words).waitFor();
    };
    const alerts = page.getByRole('alert');
    await fail('One.');
    await page.clock.fastForward(30_000);
    expect(await alerts.count()).toBe(0);
    await fail('Two.');
    await alerts.hover();
    await page.clock.fastForward(30_000);
    expect(await alerts.count()).toBe(1);
    await page.mouse.move(5, 500);
    await page.clock.fastForward(30_000);
    expect(await alerts.count()).toBe(0);
    await fail('Three.');
    await alerts.getByRole('button', { name: 'Close' }).focus();
    await page.clock.fastForward(30_000);
    expect(await alerts.count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await alerts.count()).toBe(0);
    complaints.splice(0);
  });

  test('a refused switch goes back', { timeout: PATIENCE }, async () => {
    const page = await open();
    const fault = page.getByRole('switch', { name: 'Time-out' });
    await fault.waitFor();
    server.refuseNext('faults', 400, { code: 'X', message: 'No.', action: 'Nothing.' });
    await fault.click();
    await page.getByRole('alert').waitFor();
    await expect.poll(() => fault.getAttribute('aria-checked')).toBe('false');
    complaints.splice(0);
  });
});

describe('for everybody', () => {
  test('accounts in test mode are named in a coloured strip, which leads to what would have been sent', {
    timeout: PATIENCE,
  }, async () => {
    server.test(['Café Aurora', 'Soporte FibraNet']);
    const page = await open('?lang=es');
    const banner = page.locator('dm-banner');
    expect(await banner.textContent()).toContain('Modo de prueba: Café Aurora y Soporte FibraNet.');
    expect(await banner.getByRole('link').getAttribute('href')).toBe('orders?show=shown');
    expect(await banner.evaluate((strip) => getComputedStyle(strip).backgroundColor)).toBe('rgb(252, 239, 210)');
    // The chat has the rest of the page.
    const [strip, chat] = await Promise.all([
      banner.boundingBox(),
      page.locator('simulator-conversation').boundingBox(),
    ]);
    expect(strip!.y + strip!.height).toBeLessThanOrEqual(chat!.y);
    expect(chat!.y + chat!.height).toBeLessThanOrEqual(900);
    server.test([]);
    await page.reload();
    await page.getByRole('log').waitFor();
    expect(await banner.count()).toBe(0);
  });

  test('Enter sends, Shift+Enter makes a line, and Tab alone reaches the composer with a ring to see', {
    timeout: PATIENCE,
  }, async () => {
    const page = await open();
    const focused = () =>
      page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return { tag: element?.tagName ?? '', ring: element ? getComputedStyle(element).outlineStyle : '' };
      });
    const seen: Awaited<ReturnType<typeof focused>>[] = [];
    do {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    } while (seen.at(-1)?.tag !== 'TEXTAREA' && seen.length < 60);
    expect(seen.at(-1)).toEqual({ tag: 'TEXTAREA', ring: 'solid' });
    // Radio buttons are out of sight; their label has the ring.
    expect(seen.filter(({ tag, ring }) => tag !== 'INPUT' && ring === 'none')).toEqual([]);
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await bubbles(page).nth(1).waitFor();
    expect(server.said.map(({ action }) => action.text)).toEqual(['one\ntwo']);
  });

  test('Persian by address, Arabic by browser: the whole page from right to left', { timeout: PATIENCE }, async () => {
    const persian = await open('?lang=fa');
    await persian.getByRole('radio', { name: /FibraNet Asistencia/ }).check({ force: true });
    await persian.getByRole('button', { name: 'چرا اینترنت من کند است؟' }).click();
    await bubbles(persian).nth(1).waitFor();
    expect(await direction(persian)).toEqual(['fa', 'rtl']);
    expect(await persian.title()).toBe('شبیه‌ساز · Dragoman');
    const box = async (page: Page, selector: string) => (await page.locator(selector).first().boundingBox())?.x ?? 0;
    expect(await box(persian, 'simulator-setup')).toBeGreaterThan(await box(persian, 'dm-chat'));
    expect(await box(persian, '.row.customer')).toBeLessThan(await box(persian, '.row.bot'));

    const arabic = await open('', { locale: 'ar-EG' });
    expect(await direction(arabic)).toEqual(['ar', 'rtl']);
  });

  test('an account’s name in a Persian heading is set apart', { timeout: PATIENCE }, async () => {
    const page = await open('?lang=fa');
    const heading = await page.locator('dm-chat dm-empty h2').textContent();
    expect(heading).toContain('\u2068Soporte FibraNet\u2069');
  });

  /** Each would burst a page that lets it. */
  const WIDE = {
    buttons: { text: '¿Cuál?', buttons: [{ id: 'a', title: 'Internetgeschwindigkeitsmessungsprotokoll ansehen' }] },
    'a long link': { text: `https://fibranet.example/${'ayuda-'.repeat(60)}` },
    'a long word': { text: 'Donaudampfschifffahrt'.repeat(20) },
    'inline code': { text: `<code>${'a1b2c3d4'.repeat(30)}</code>`, format: 'html' },
    'a block of code': { text: `<pre>${'const answer = 42; '.repeat(20)}</pre>`, format: 'html' },
    'a table': { text: `\`\`\`${'| plan | precio '.repeat(12)}|\`\`\``, format: 'whatsapp' },
    'a long name of a file': { text: '', media: [{ kind: `documento-${'x'.repeat(200)}` }] },
    'an error': { text: 'x', state: 'failed', error: `400: ${'{"ok":false}'.repeat(30)}` },
  };

  test('the page itself does not scroll down, whatever is in its panes', { timeout: PATIENCE }, async () => {
    const page = await open('', { viewport: { width: 1280, height: 420 } });
    await page.getByText('Faults').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(420);
  });

  test.each([320, 390, 414])('at %d pixels nothing scrolls sideways', { timeout: 2 * PATIENCE }, async (width) => {
    const page = await open('?lang=ru', { viewport: { width, height: 740 } });
    await page.getByRole('textbox', { name: 'Сообщение' }).fill('Hola');
    await page.keyboard.press('Enter');
    await bubbles(page).nth(1).waitFor();
    const at = Date.now();
    for (const [name, item] of Object.entries(WIDE)) {
      const raw = { method: 'sendMessage', chat_id: 1, text: 'palabra '.repeat(400) + 'x'.repeat(900) };
      server.push('tg', 'item', { id: name, from: 'bot', format: 'plain', at, raw, schemaErrors: [], ...item });
    }
    await bubbles(page).nth(9).waitFor();
    await page.getByRole('button', { name: 'Перехватить' }).click();
    await page.getByRole('button', { name: 'Вернуть боту' }).waitFor();
    await page.getByRole('button', { name: 'Что произошло' }).click();
    const request = page.locator('simulator-details details').first();
    await request.locator('summary').click();
    const box = (await request.locator('pre').boundingBox())!;
    expect([box.width <= width, box.height <= 340]).toEqual([true, true]);
    // Whatever scrolls sideways: the page, the chat, the panel. A block of code may, in its own box.
    const wide = await page.evaluate(() => {
      const found: string[] = [];
      const look = (root: ParentNode) => {
        for (const element of root.querySelectorAll('*')) {
          const { overflowX } = getComputedStyle(element);
          const clips = overflowX === 'visible' || overflowX === 'clip';
          if (
            !clips &&
            element.scrollWidth > element.clientWidth + 1 &&
            !element.matches('pre, .sr, .title, h1, .sub, .excerpt, dm-badge, select, textarea, .word, .words')
          )
            found.push(`${element.tagName}.${element.className} ${element.scrollWidth}`);
          const { right, left, width: w } = element.getBoundingClientRect();
          if (
            w > 0 &&
            element.matches('dm-bubble, .bubble, header, dm-composer, simulator-state, .sent') &&
            (right > innerWidth + 1 || left < -1)
          )
            found.push(`${element.tagName}.${element.className} ${left}–${right}`);
          if (element.shadowRoot) look(element.shadowRoot);
        }
      };
      look(document);
      return [document.documentElement.scrollWidth, ...found];
    });
    expect(wide).toEqual([width]);
  });

  test('on a phone the panels are sheets', { timeout: PATIENCE }, async () => {
    const page = await open('', { viewport: { width: 390, height: 844 } });
    await write(page, 'Hola');
    await bubbles(page).nth(1).waitFor();
    for (const [button, sheet] of [
      ['Accounts, customer, faults', 'Who writes to whom'],
      ['What happened', 'What happened'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      const dialog = page.getByRole('dialog', { name: sheet });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    }
    await page.getByRole('button', { name: 'What happened' }).click();
    await page.locator('simulator-details').getByText('Quoted from the knowledge base').waitFor();
    const why = page.locator('simulator-details').getByRole('link', { name: 'Why, step by step' });
    expect(await why.getAttribute('href')).toBe('timeline?conversation=c1');
  });

  test('the chosen colours hold over a reload, and win over the system’s', { timeout: PATIENCE }, async () => {
    const page = await open();
    const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(15, 19, 18)');
    expect(await dark()).toBe(false);
    await page.getByRole('button', { name: 'You and this page' }).click();
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    expect(await dark()).toBe(true);
    await page.reload();
    await page.getByRole('log').waitFor();
    expect(await dark()).toBe(true);
  });
});
