/** The page of calls in a real Chromium, on the shipped flows: the list, a call as it goes on, a colleague who steps in, its recording, and the door. */
import { request } from 'node:http';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cutToHeard, endCall, openCall } from '../../core/calls/plans.ts';
import { newId, newSession } from '../../core/ids.ts';
import { startLlm } from '../../simulator/llm.ts';
import { launchBrowser } from '../support/browser.ts';
import { noComplaints } from '../support/complaints.ts';
import { demoPharmacy } from '../support/demo-pharmacy.ts';
import { cookieOf, type Dragoman, startDragoman } from '../support/dragoman.ts';
import { widthOf } from '../support/layout.ts';
import { authorOf, type Line, openLine, type Started, wordsOf } from '../support/line.ts';
import { silence, speakInto } from '../support/microphone.ts';
import { hangUp, heardOn, seller, UNSET, WANTED } from '../support/voice-sales.ts';

const ACCOUNT = 'account-pharmacy-calls';
const CLOSED = { DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined };
const API = '/dragoman/api/v1';
/** What pages of ours send with all that they ask. */
const OURS = { 'x-dragoman': '1' };
const PATIENCE = { timeout: 60_000 };

let bot: Dragoman;
let browser: Browser;
let llm: Awaited<ReturnType<typeof startLlm>>;
const complaints = noComplaints(() => browser);
beforeAll(async () => {
  llm = await startLlm({ dialect: 'ollama', models: ['phi3:mini', 'whisper-1', 'tts-1'] });
  const speech = { STT_BASE_URL: llm.url, TTS_BASE_URL: llm.url };
  const env = { ...UNSET, OLLAMA_URL: new URL(llm.url).origin, ...speech, ...CLOSED };
  [bot, browser] = await Promise.all([startDragoman({ env }), launchBrowser()]);
  await demoPharmacy(bot).ready();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await llm?.close();
});
beforeEach(() => {
  llm.brain = seller();
});

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  complaints.watch(page);
  await page.goto(`${bot.runtime.url}/calls${query}`);
  return page;
}

async function call(): Promise<{ id: string; line: Line }> {
  const { call: begun, ticket, resume } = await bot.engine.calls.start(ACCOUNT, { pharmacy_id: 1 }, 'ar');
  const started: Started = { session_id: begun.id, websocket_url: `/calls/${begun.id}/audio`, ticket, resume };
  const line = await openLine(bot.runtime.url, started);
  await line.next('session.created');
  return { id: begun.id, line };
}

/** One that was, made by the store's own plans. */
async function past(at: number, state: 'completed' | 'failed' = 'completed'): Promise<string> {
  const known = { accountId: ACCOUNT, state: 'active', about: {}, startedAt: at, endedAt: null, seenAt: at } as const;
  const id = newId(at);
  await bot.engine.store.run(
    openCall({
      call: { ...known, id, secret: 'hash', recording: null, summary: '' },
      thread: { kind: 'private', identities: [{ kind: 'caller', value: id }], address: {} },
      ...{ accountId: ACCOUNT, channel: 'call', at },
      ids: { contactId: newId(at), conversationId: newId(at), session: newSession() },
    }),
  );
  const end = state === 'failed' ? 'lost' : 'caller';
  await bot.engine.store.run(endCall(id, { end, state, summary: '', at: at + 61_000 }));
  return id;
}

/** Without what only lays out. */
const words = async (locator: Locator) => (await locator.textContent())!.replace(/\s+/g, ' ').trim();
const rows = (page: Page) => page.locator('calls-row a');
const lines = (page: Page) => page.locator('calls-transcript li');
const pick = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
const said = (line: Line, author: string) =>
  line.next('conversation.item.done', (event) => authorOf(event) === author).then(wordsOf);

describe('a call', () => {
  it('none yet: says so, and leads to the page to call', PATIENCE, async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'No calls yet' }).waitFor();
    expect(await page.getByRole('link', { name: 'Call an account' }).getAttribute('href')).toBe('call');
    const links = await page
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(expect.arrayContaining(['inbox', 'orders', 'calls', 'simulator', 'call']));
  });

  it(
    'is followed as it goes on, taken over, spoken into, handed back, and told with what was done',
    PATIENCE,
    async () => {
      const page = await open();
      const { id, line } = await call();
      // Without a reload: the page looks by itself.
      await page.getByRole('heading', { name: 'In progress' }).waitFor();
      const row = rows(page).first();
      expect(await words(row)).toMatch(/In progress.*Arabic/);
      await row.press('Enter');
      expect(new URL(page.url()).searchParams.get('call')).toBe(id);
      await expect
        .poll(() => page.getByRole('heading', { level: 1 }).evaluate((one) => one.matches(':focus')))
        .toBe(true);

      line.type(WANTED);
      await lines(page).filter({ hasText: WANTED }).waitFor();
      expect(await heardOn(line)).toContain('هل أسجّل الطلب؟');
      await lines(page).filter({ hasText: 'هل أسجّل الطلب؟' }).waitFor();
      expect(await words(lines(page).last())).toMatch(/^The bot 0:\d\d answered after [\d.]+ s/);
      await page.getByText('The bot answers').waitFor();

      await page.getByRole('button', { name: 'Take over' }).click();
      await page.getByText(/A colleague answers, until/).waitFor();
      line.send({ type: 'dragoman.ping', n: 1 });
      expect(await line.next('dragoman.state')).toMatchObject({ mode: 'human' });
      line.type('هل أنت إنسان؟');
      await lines(page).filter({ hasText: 'هل أنت إنسان؟' }).waitFor();
      await bot.quiet();
      const box = page.getByRole('textbox');
      await box.fill('معك سارة من نهر فارما.');
      await box.press('Enter');
      expect(await said(line, 'human')).toBe('معك سارة من نهر فارما.');
      // And as sound, like any answer.
      await line.next('response.output_audio.delta');
      const own = lines(page).filter({ hasText: 'معك سارة' });
      await own.waitFor();
      expect(await words(own)).toMatch(/^Colleague/);
      const authors = await lines(page).evaluateAll((all) => all.map((one) => one.className));
      expect(authors).toEqual(['system', 'customer', 'bot', 'customer', 'human']);

      await page.getByRole('button', { name: 'Hand back' }).click();
      await page.getByText('The bot answers').waitFor();
      line.send({ type: 'dragoman.ping', n: 2 });
      expect(await line.next('dragoman.state')).toMatchObject({ mode: 'bot' });
      line.type('نعم');
      await lines(page).filter({ hasText: 'سُجّل الطلب رقم' }).waitFor();
      const action = page.locator('calls-facts li').filter({ hasText: 'create_order' });
      expect(await words(action)).toMatch(/^0:\d\d create_order Done Order \d+/);
      await action.getByText('In detail').click();
      expect(await words(action.locator('pre').first())).toContain('"quantity": 5');
      expect(await words(page.locator('calls-facts dl'))).toMatch(/Language Arabic.*pharmacy_id 1/);

      await hangUp(line);
      await page.getByText('The caller hung up').waitFor();
      expect(await page.getByRole('textbox').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(0);
      await page.goBack();
      await expect.poll(async () => words(rows(page).first())).toMatch(/Ended.*create_order/);
    },
  );

  it('shows what was heard of an answer that was cut, and what was not', PATIENCE, async () => {
    const { id, line } = await call();
    line.type(WANTED);
    const answer = await heardOn(line);
    line.type('نعم');
    await heardOn(line);
    await hangUp(line);
    const { messages } = await bot.engine.calls.read(id);
    const [first, second] = messages.filter(({ author }) => author === 'bot');
    await bot.engine.store.run(cutToHeard(first!.id, answer.slice(0, 8), Date.now()));
    await bot.engine.store.run(cutToHeard(second!.id, '', Date.now()));
    const page = await open(`?call=${id}`);
    const cut = page.locator('calls-transcript .bot');
    expect(await words(cut.first())).toContain(`${answer.slice(0, 8).trim()} Not heard: ${answer.slice(8).trim()}`);
    expect(await words(cut.last())).toMatch(/s Not heard: سُجّل الطلب/);
  });

  it('plays its recording, also from its middle', PATIENCE, async () => {
    const { id, line } = await call();
    await speakInto(line, silence(2_500));
    await hangUp(line);
    const page = await open();
    const parts: [status: number, range: string | undefined][] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('/recording')) parts.push([response.status(), response.headers()['content-range']]);
    });
    await rows(page).filter({ hasText: 'Recorded' }).first().click();
    const player = page.locator('audio');
    await expect.poll(() => player.evaluate((one) => (one as HTMLAudioElement).duration)).toBeGreaterThan(1);
    expect(parts[0]).toEqual([206, expect.stringMatching(/^bytes 0-/)]);
    const { status, headers } = await fetch(`${bot.runtime.url}${API}/calls/${id}/recording`, {
      headers: { range: 'bytes=1000-1999' },
    });
    expect([status, headers.get('content-length'), headers.get('cache-control')]).toEqual([
      206,
      '1000',
      'private, no-store',
    ]);
  });
});

describe('the list', () => {
  it('shows those of a state and an account, also by its address, and turns pages', PATIENCE, async () => {
    const long = Date.now() - 86_400_000;
    for (let at = 0; at < 24; at++) await past(long + at * 60_000, at === 5 ? 'failed' : 'completed');
    const { line } = await call();
    const page = await open();
    await rows(page).first().waitFor();
    expect(await words(rows(page).first())).toContain('In progress');
    const all = (await bot.engine.store.calls({ limit: 100 })).length;
    const seen = new Set<string | null>();
    const hrefs = () => rows(page).evaluateAll((links) => links.map((one) => one.getAttribute('href')));
    for (const href of await hrefs()) seen.add(href);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect.poll(async () => (await hrefs()).some((href) => seen.has(href))).toBe(false);
    for (const href of await hrefs()) seen.add(href);
    expect(seen.size).toBe(all);
    expect(await page.getByRole('button', { name: 'Older' }).count()).toBe(0);

    await pick(page, 'Broken off');
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(await words(rows(page))).toMatch(/Broken off 1:01.*The line broke/);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(1);
    await pick(page, 'In progress');
    await expect.poll(async () => words(rows(page))).toContain('In progress');
    await hangUp(line);
    await page.getByRole('heading', { name: 'No such calls' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('button', { name: 'Older' }).waitFor();
    expect((await fetch(`${bot.runtime.url}${API}/calls?show=toString`)).status).toBe(400);
    const { going, calls } = await (await fetch(`${bot.runtime.url}${API}/calls?account=nobody`)).json();
    expect([going, calls]).toEqual([[], []]);
  });
});

describe('for everybody', () => {
  it('Persian from right to left, with its own digits, dark as the system is', PATIENCE, async () => {
    const page = await open('?lang=fa', { colorScheme: 'dark' });
    const row = rows(page).first();
    await row.waitFor();
    expect(await page.evaluate(() => [document.documentElement.dir, document.title])).toEqual([
      'rtl',
      'تماس‌ها · Dragoman',
    ]);
    expect(await words(row)).toMatch(/[۰-۹]:[۰-۹]{2}/);
    expect(await row.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe('rgb(23, 28, 27)');
  });

  it.each(['ru', 'fa'])('at 390 pixels nothing scrolls sideways: %s', PATIENCE, async (language) => {
    const { id, line } = await call();
    line.type('Donaudampfschifffahrt'.repeat(20));
    await heardOn(line);
    for (const [query, shown] of [
      [`?lang=${language}`, 'calls-row'],
      [`?lang=${language}&call=${id}`, 'calls-transcript .bot'],
    ] as const) {
      const page = await open(query, { viewport: { width: 390, height: 844 } });
      await page.locator(shown).first().waitFor();
      expect(await widthOf(page)).toEqual([390]);
    }
    await hangUp(line);
  });
});

describe('who is let in', () => {
  let paths: string[];
  let recorded: string;
  beforeAll(async () => {
    const calls = await bot.engine.store.calls({ limit: 100 });
    recorded = calls.find(({ recording }) => recording !== null)!.id;
    const inside = [
      `${API}/calls`,
      `${API}/calls/state`,
      `${API}/calls/${recorded}`,
      `${API}/calls/${recorded}/recording`,
    ];
    paths = ['/calls', '/calls/', '/dragoman/calls', '/calls/assets/calls.js', ...inside];
  });
  /** By hand, because `fetch` sets the host itself. */
  const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const sent = request({ port: bot.runtime.port, host: '127.0.0.1', path, headers, method }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      });
      sent.on('error', reject).end();
    });
  const statuses = async (headers: Record<string, string> = {}) =>
    new Set(await Promise.all(paths.map((path) => ask(path, { range: 'bytes=0-9', ...headers }))));

  it.each([
    ['another host name', { host: 'evil.example' }],
    ['a forwarded request', { 'x-forwarded-for': '203.0.113.9' }],
    ['a wrong session', { cookie: 'dragoman-session=wrong', 'x-forwarded-for': '203.0.113.9' }],
  ])('asks %s who they are', async (_name, headers) => {
    expect(await statuses(headers)).toEqual(new Set([401]));
  });

  it('serves this machine while nothing is real, under a strict policy', async () => {
    expect(await statuses()).toEqual(new Set([200, 206, 308]));
    const { headers } = await fetch(`${bot.runtime.url}/calls`);
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'.*default-src 'self'/);
    expect((await fetch(`${bot.runtime.url}${API}/calls`)).headers.get('cache-control')).toBe('no-store');
  });

  it('asks whoever comes once something is real: neither words nor sound are for others', async () => {
    process.env.STT_API_KEY = 'sk-real';
    try {
      expect(await statuses()).toEqual(new Set([401]));
      expect(await ask(`${API}/calls/${recorded}/recording`, {}, 'HEAD')).toBe(401);
      expect(await ask(`${API}/calls/${recorded}/takeover`, {}, 'POST')).toBe(401);
      expect(await statuses({ cookie: await cookieOf(bot) })).toEqual(new Set([200, 206, 308]));
    } finally {
      delete process.env.STT_API_KEY;
    }
  });

  it('asks whoever comes as well once other systems begin calls with a token', async () => {
    process.env.DRAGOMAN_API_TOKEN = 'word-for-other-systems';
    try {
      expect(await statuses()).toEqual(new Set([401]));
      expect(await ask('/simulator', {})).toBe(200);
    } finally {
      delete process.env.DRAGOMAN_API_TOKEN;
    }
  });

  it('lets no page of another site speak, and nobody into a call that is over or was never there', async () => {
    const { id, line } = await call();
    const sent = { 'content-type': 'text/plain', origin: 'https://evil.example' };
    for (const what of ['reply', 'takeover', 'handback']) {
      expect(await ask(`${API}/calls/${id}/${what}`, {}, 'POST')).toBe(403);
      expect(await ask(`${API}/calls/${id}/${what}`, sent, 'POST')).toBe(403);
    }
    const { conversationId } = (await bot.engine.store.call(id))!;
    expect((await bot.engine.store.conversation(conversationId))!.humanUntil).toBe(0);
    expect((await bot.post(`${API}/calls/${id}/reply`, { text: ' ' }, OURS)).status).toBe(400);
    await hangUp(line);
    expect((await bot.post(`${API}/calls/${id}/reply`, { text: 'Hello' }, OURS)).status).toBe(400);
    for (const nobody of ['x', newId(Date.now())]) {
      expect((await bot.post(`${API}/calls/${nobody}/takeover`, {}, OURS)).status).toBe(404);
      expect(await ask(`${API}/calls/${nobody}`, {})).toBe(404);
      expect(await ask(`${API}/calls/${nobody}/recording`, {})).toBe(404);
    }
  });
});
