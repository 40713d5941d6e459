/** The commands as they are built, in processes of their own, beside a running Dragoman with the shipped flows. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_FILE } from '../../core/api.ts';
import type { Conversation, Message } from '../../core/model.ts';
import { beginTurn, failTurn, replayMessage } from '../../core/turns/plans.ts';
import { startSimulator } from '../../simulator/index.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';
import { startStock } from '../support/stock.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(PROJECT, 'dist/cli/main.js');
const TELEGRAM = '/api/integrations/webhooks/telegram/';
const WHATSAPP = '/api/integrations/webhooks/whatsapp/';
const HOOK = 'https://bot.example/api/integrations/webhooks/telegram/';
const TOKEN = '810000:AAF-typed-into-the-editor';
const SECRET = 'hook_secret-42';
const PHONE = '34600111222';

interface Run {
  code: number;
  out: string;
  err: string;
}

/** `dragoman <args>`; everything it prints is searched for the bot's secrets. */
function dragoman(args: string[], env: Record<string, string | undefined> = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } }, (error, out, err) => {
      for (const secret of [TOKEN, SECRET]) expect(out + err).not.toContain(secret);
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** What it prints with `--json`. */
async function json<T = Record<string, unknown>>(args: string[], exit = 0): Promise<T> {
  const { code, out, err } = await dragoman([...args, '--json']);
  expect({ code, err }).toEqual({ code: exit, err: '' });
  return JSON.parse(out) as T;
}

const emptyFolder = () => mkdtemp(path.join(tmpdir(), 'dragoman-cli-'));

let real: Awaited<ReturnType<typeof startSimulator>>;
let bot: Dragoman;

beforeAll(async () => {
  // Stands for Telegram itself: another server than the one that accounts without a token are led to.
  real = await startSimulator();
  const typed = { apiBase: `${real.url}/telegram` };
  const flows = (await shippedFlows()).map((node) =>
    node.id === 'account-isp-telegram' ? { ...node, settings: typed, autoReply: 'on' } : node,
  );
  bot = await startDragoman({
    flows,
    credentials: { 'account-isp-telegram': { telegram__botToken: TOKEN, telegram__secretToken: SECRET } },
  });
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await real?.stop();
});

/** A customer writes, and everything that comes of it is over. */
async function write(channel: 'telegram' | 'whatsapp', text: string): Promise<void> {
  const { status } =
    channel === 'telegram'
      ? await bot.happens(
          'telegram',
          TELEGRAM,
          { kind: 'text', customer: { id: 5001, firstName: 'Lucía' }, text },
          SECRET,
        )
      : await bot.happens('whatsapp', WHATSAPP, { kind: 'text', customer: { phone: PHONE, name: 'Marta' }, text });
  expect(status).toBe(200);
  await bot.quiet();
}

async function conversationOn(channel: string): Promise<Conversation> {
  const all = await bot.engine.store.conversations({ limit: 10 });
  return all.find((conversation) => conversation.channel === channel)!;
}

async function newest(channel: string, direction: Message['direction']): Promise<Message> {
  const { id } = await conversationOn(channel);
  const all = await bot.engine.store.messages(id, { limit: 100 });
  return all.findLast((message) => message.direction === direction)!;
}

describe('B4 webhooks', () => {
  it('lists the last calls with platform, event, payload, status and error', async () => {
    await write('telegram', '¿Por qué mi internet está lento?');
    expect((await bot.post(TELEGRAM, { update_id: 1 }, { 'x-telegram-bot-api-secret-token': 'wrong' })).status).toBe(
      401,
    );
    const [refused, taken] = await json<Record<string, unknown>[]>(['webhooks', '--limit', '2']);
    expect(refused).toMatchObject({ channel: 'telegram', status: 401, error: expect.stringMatching(/\S/) });
    expect(taken).toMatchObject({
      channel: 'telegram',
      accountId: 'account-isp-telegram',
      path: expect.stringContaining('/telegram'),
      eventType: 'message.text',
      status: 200,
      payload: expect.stringContaining('internet'),
    });
    const { code, out } = await dragoman(['webhooks']);
    expect(code).toBe(0);
    expect(out).toMatch(/^TIME +STATUS +CHANNEL/);
    expect(out).toMatch(/ 200 +telegram +account-isp-telegram +message\.text /);
    expect(out).not.toContain('internet');
  });
});

describe('B8 telegram-webhook', () => {
  it('sets and shows the webhook of an account whose token was typed into the editor', async () => {
    const set = await dragoman(['telegram-webhook', '--url', HOOK]);
    expect(set).toMatchObject({ code: 0, err: '' });
    const call = real.calls().find(({ method }) => method === 'setWebhook');
    expect(call).toMatchObject({ account: TOKEN, status: 200, body: { url: HOOK, secret_token: SECRET } });
    const info = await dragoman(['telegram-webhook', '--info']);
    expect(info.code).toBe(0);
    expect(info.out).toContain(`url: ${HOOK}`);
    expect(info.out).toContain('pending_update_count: 0');
    expect(info.out).toContain('last_error_message: none');
    expect(await json(['telegram-webhook', '--info'])).toMatchObject({
      url: HOOK,
      pending: 0,
      updates: expect.arrayContaining(['message', 'callback_query', 'message_reaction', 'business_message']),
    });
  });

  it('takes the account that is named, by id or name, and says when it is on the stand-in', async () => {
    const { out } = await dragoman(['telegram-webhook', '--info', '--account', 'account-shop-telegram']);
    expect(out).toContain('account-shop-telegram');
    expect(out).toContain('stand-in');
    expect(out).not.toContain(HOOK);
    const unknown = await dragoman(['telegram-webhook', '--info', '--account', 'account-isp-whatsapp']);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('account-isp-telegram, account-shop-telegram');
  });

  it('refuses an address that Telegram would not deliver to, and tells of a wrong token', async () => {
    const plain = await dragoman(['telegram-webhook', '--url', 'http://bot.example/']);
    expect(plain.code).toBe(1);
    expect(plain.err).toContain('https');
    real.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    const wrong = await dragoman(['telegram-webhook', '--info', '--json']);
    real.faults.clear();
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.err)).toMatchObject({ error: { code: 'ACCOUNT_NOT_CONFIGURED' } });
  });

  it('asks the running server, and says so where none runs', async () => {
    const DRAGOMAN_DATA = await emptyFolder();
    const before = real.calls().length;
    const { code, err } = await dragoman(['telegram-webhook', '--info'], { DRAGOMAN_DATA, TELEGRAM_BOT_TOKEN: TOKEN });
    expect(code).toBe(1);
    expect(err).toContain('Dragoman is not running');
    expect(real.calls()).toHaveLength(before);
    await rm(DRAGOMAN_DATA, { recursive: true });
  });
});

describe('B9 conversations and messages', () => {
  it('lists conversations with counts, and active ones alone', async () => {
    await write('whatsapp', 'Hola');
    const whatsapp = await conversationOn('whatsapp');
    await bot.engine.store.changeConversation(whatsapp.id, () => ({ status: 'support_active' }));
    const all = await json<Record<string, unknown>[]>(['conversations']);
    expect(all).toHaveLength(2);
    expect(all.find(({ channel }) => channel === 'whatsapp')).toMatchObject({
      id: whatsapp.id,
      accountId: 'account-isp-whatsapp',
      status: 'support_active',
      name: 'Marta',
      messages: 2,
    });
    const active = await json<Record<string, unknown>[]>(['conversations', '--status', 'active', '--limit', '5']);
    expect(active.map(({ channel, messages }) => ({ channel, messages }))).toEqual([
      { channel: 'telegram', messages: 2 },
    ]);
    const { out } = await dragoman(['conversations']);
    expect(out).toMatch(/ telegram +account-isp-telegram +active +Lucía +2 +\d{4}-/);
    expect(out + JSON.stringify(all)).not.toContain(PHONE);
    await bot.engine.store.changeConversation(whatsapp.id, () => ({ status: 'active' }));
  });

  it('lists the messages of a conversation with what became of them', async () => {
    const { id } = await conversationOn('whatsapp');
    const listed = await json<Message[]>(['messages', id]);
    expect(listed).toMatchObject([
      { direction: 'in', author: 'customer', text: 'Hola', answered: true },
      { direction: 'out', author: 'bot', state: 'sent' },
    ]);
    expect(await json<Message[]>(['messages', id, '--limit', '1'])).toHaveLength(1);
    const { out } = await dragoman(['messages', id]);
    expect(out).toMatch(/→ customer {2}answered\n {4}Hola\n/);
    expect(out).toMatch(/← bot {2}sent/);
    expect(out + JSON.stringify(listed)).not.toContain(PHONE);
  });

  it('finds conversations by what was said and by names', async () => {
    type Found = { found: { conversation: { id: string }; message: { excerpt: string } }[]; next: number | null };
    const { id } = await conversationOn('whatsapp');
    const said = await json<Found>(['search', 'HOL', '--account', 'account-isp-whatsapp']);
    expect(said).toMatchObject({
      found: [{ conversation: { id }, message: { excerpt: expect.stringContaining('Hola') } }],
      next: null,
    });
    expect((await json<Found>(['search', 'marta'])).found.map(({ conversation }) => conversation.id)).toEqual([id]);
    const { out } = await dragoman(['search', 'hola']);
    expect(out).toMatch(/ whatsapp +Marta +\d{4}-\S+ \S+ +[→←] .*Hola/);
    expect(out + JSON.stringify(said)).not.toContain(PHONE);
    expect(await dragoman(['search', 'zzzqqq'])).toMatchObject({ code: 0, out: 'Nothing is found by these words.\n' });
  });

  it("keeps a customer's words from steering the terminal", async () => {
    await write('whatsapp', 'a\u001b[2Jb\u202ec');
    const { id } = await conversationOn('whatsapp');
    const { out } = await dragoman(['messages', id]);
    expect(out).toContain('    a [2Jb c\n');
  });

  it('says what is wrong with the command line, and where nothing is', async () => {
    const DRAGOMAN_DATA = await emptyFolder();
    const cases: [string[], number, RegExp][] = [
      [[], 2, /dragoman webhooks/],
      [['nonsense'], 2, /no command "nonsense"/],
      [['messages'], 2, /<conversation>/],
      [['webhooks', 'extra'], 2, /extra/],
      [['webhooks', '--limit', 'many'], 2, /1 to 1000/],
      [['conversations', '--status', 'asleep'], 2, /support_active/],
      [['search', '?!'], 2, /letter/],
      [['search', 'x', '--before', 'long'], 2, /--before/],
      [['telegram-webhook', '--info', '--url', HOOK], 2, /either/],
      [['reply', 'somebody'], 2, /<text>/],
      [['resend'], 2, /<message>/],
      [['resend', 'somebody', '--all'], 2, /somebody/],
      [['resend', 'somebody', '--yes'], 2, /--all/],
      [['resend', '--error', '190'], 2, /<message>/],
      [['takeover', 'somebody', '--seconds', 'long'], 2, /whole number/],
      [['status', 'somebody', 'asleep'], 2, /support_active/],
      [['messages', 'nobody'], 1, /dragoman conversations/],
    ];
    for (const [args, code, says] of cases)
      expect(await dragoman(args)).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
    expect(await dragoman(['conversations'], { DRAGOMAN_DATA })).toMatchObject({
      code: 1,
      err: expect.stringContaining(DRAGOMAN_DATA),
    });
    expect(await dragoman(['help'])).toMatchObject({ code: 0, err: '' });
    const one = await dragoman(['help', 'resend']);
    expect(one).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^dragoman resend <message> \| --all.*\nSends/),
    });
    expect(one.out).not.toContain('dragoman orders');
    expect(await dragoman(['help', 'nonsense'])).toMatchObject({ code: 2, err: expect.stringContaining('"nonsense"') });
    await rm(DRAGOMAN_DATA, { recursive: true });
  });
});

describe('A7 replay', () => {
  const CUSTOMER = { platform: 'telegram' as const, thread: '5001' };

  it('answers a stored message once more and prints decisions, reply, source and send state', async () => {
    const question = await newest('telegram', 'in');
    const before = real.calls({ ...CUSTOMER, send: true }).length;
    const told = await json(['replay', question.id]);
    expect(told).toMatchObject({
      outcome: 'answered',
      decisions: expect.arrayContaining([expect.objectContaining({ gate: 'status-gate', result: 'pass' })]),
      replies: [{ state: 'sent', source: { kind: 'extractive' }, text: expect.stringMatching(/\S/) }],
    });
    expect(real.calls({ ...CUSTOMER, send: true })).toHaveLength(before + 1);
    expect(await bot.engine.store.message(question.id)).toMatchObject({ answered: true, pending: false });
    const { code, out } = await dragoman(['replay', question.id]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Turn \S+: answered\n/);
    expect(out).toMatch(/status-gate: pass/);
    expect(out).toMatch(/Reply \S+ {2}by extractive.* {2}sent\n/);
  });

  it("shows the platform's error, lists it as failed, and sends it once more when asked to", async () => {
    const question = await newest('telegram', 'in');
    real.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    const { code, out } = await dragoman(['replay', question.id]);
    real.faults.clear();
    expect(code).toBe(1);
    expect(out).toMatch(/failed: TELEGRAM_401 Unauthorized/);
    const reply = await newest('telegram', 'out');
    expect(await json(['failed'])).toMatchObject({
      messages: [{ id: reply.id, state: 'failed', error: { code: 'TELEGRAM_401' } }],
      accounts: [{ accountId: 'account-isp-telegram', reason: expect.stringContaining('Unauthorized') }],
    });
    const listed = await dragoman(['failed']);
    expect(listed.out).toContain('dragoman resend');
    expect(listed.out).toMatch(/^account account-isp-telegram does not work: .*Unauthorized/);
    expect(await json(['resend', reply.id])).toMatchObject({ id: reply.id, state: 'sent' });
    expect((await dragoman(['failed'])).out).toBe('Nothing has failed.\n');
  });

  it('sends again what the customer’s own reasons kept from him, once they are over', async () => {
    const { id } = await conversationOn('whatsapp');
    const { simulator } = bot;
    simulator.faults.set({ platform: 'whatsapp' }, { kind: 'blocked', times: 1 });
    expect(await json(['reply', id, 'Está listo.'], 1)).toMatchObject({ error: { code: 'WHATSAPP_131026' } });
    const reply = await newest('whatsapp', 'out');
    expect(await json(['resend', reply.id])).toMatchObject({ state: 'sent' });
    await dragoman(['handback', id]);
  });

  it('sends all that failed for one reason again, after it has shown how many there are', async () => {
    const { id } = await conversationOn('telegram');
    const shown = () => real.calls({ ...CUSTOMER, send: true }).filter(({ messageId }) => messageId).length;
    real.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    for (const text of ['uno', 'dos', 'tres', 'cuatro']) await dragoman(['reply', id, text]);
    real.faults.clear();
    real.faults.set({ platform: 'telegram' }, { kind: 'blocked', times: 1 });
    await dragoman(['reply', id, 'otra cosa']);
    real.faults.clear();
    await bot.engine.store.changeConversation(id, () => ({ blockedAt: 0 }));
    const before = shown();

    const dry = await dragoman(['resend', '--all', '--error', '401']);
    expect([dry.code, shown()]).toEqual([0, before]);
    expect(dry.out).toMatch(/^4 {2}account-isp-telegram {2}TELEGRAM_401 Unauthorized, the oldest of \d{4}-/);
    expect(dry.out).toContain('dragoman resend --all --error 401 --yes');
    expect(await json(['resend', '--all'])).toMatchObject([
      { count: 4 },
      { count: 1, error: { code: 'TELEGRAM_403' } },
    ]);
    expect((await dragoman(['orders', '--faulty'])).out).toBe('No order is faulty.\n');
    expect((await dragoman(['resend', '--all', '--error', '40'])).out).toBe('No message has failed with 40.\n');

    // The reason is not mended yet: it stops before it has tried them all.
    real.faults.set({ platform: 'telegram' }, { kind: 'bad-token' });
    const early = await dragoman(['resend', '--all', '--error', 'TELEGRAM_401', '--yes']);
    real.faults.clear();
    expect(early.code).toBe(1);
    expect(early.out).toContain('0 of 4 were sent again, 3 failed.');
    expect(early.out).toContain('1 were not tried');

    const sent = await json<{ messages: { state: string }[] }>(['resend', '--all', '--error', '401', '--yes']);
    expect(sent.messages.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent']);
    const texts = real.calls({ ...CUSTOMER, send: true }).filter(({ messageId }) => messageId);
    expect(texts.slice(before).map(({ text }) => text)).toEqual(['uno', 'dos', 'tres', 'cuatro']);
    expect((await dragoman(['resend', '--all', '--yes'])).out).toContain('1 of 1 were sent again, 0 failed.');
    expect((await dragoman(['failed'])).out).toBe('Nothing has failed.\n');
    await dragoman(['handback', id]);
  });

  it('shows a block with its reason', async () => {
    const { id } = await conversationOn('telegram');
    await bot.engine.store.changeConversation(id, () => ({ status: 'closed' }));
    const question = await newest('telegram', 'in');
    const told = await json(['replay', question.id]);
    await bot.engine.store.changeConversation(id, () => ({ status: 'active' }));
    expect(told).toMatchObject({
      outcome: 'blocked',
      decisions: expect.arrayContaining([expect.objectContaining({ gate: 'status-gate', result: 'block' })]),
      replies: [],
    });
  });

  it('lists a turn that was given up, and tries it once more', async () => {
    const { store, clock } = bot.engine;
    const question = await newest('whatsapp', 'in');
    await store.run(replayMessage(question.id, clock.now()));
    const take = { now: clock.now(), leaseUntil: clock.now() + 1_000, owner: 'test', turnId: 'turn-given-up' };
    expect(await store.run(beginTurn(question.conversationId, take))).toMatchObject({ kind: 'turn' });
    const failure = { now: clock.now(), retryAt: null, cut: false, error: 'llm: It broke.', decisions: [] };
    const attempt = { turnId: 'turn-given-up', conversationId: question.conversationId, owner: 'test' };
    expect(await store.run(failTurn(attempt, failure))).toBe(true);
    const listed = await dragoman(['failed']);
    expect(listed.out).toContain('turn turn-given-up');
    expect(listed.out).toContain('llm: It broke.');

    expect(await json(['retry', 'turn-given-up'])).toMatchObject({ conversationId: question.conversationId });
    await bot.quiet();
    expect(await store.message(question.id)).toMatchObject({ answered: true });
    expect((await dragoman(['failed'])).out).toBe('Nothing has failed.\n');
    const { turnId } = (await store.message(question.id))!;
    expect(await dragoman(['retry', turnId!])).toMatchObject({ code: 1, err: expect.stringContaining('replay') });
  });

  it('tells what is not there', async () => {
    for (const args of [['replay'], ['resend'], ['retry']])
      expect(await dragoman([...args, 'nothing'])).toMatchObject({ code: 1, err: expect.stringContaining('nothing') });
  });
});

describe('an operator', () => {
  const heard = () => real.calls({ platform: 'telegram', thread: '5001', send: true }).map((call) => call.text);

  it('replies as a person, who silences the bot until he hands back', async () => {
    const { id } = await conversationOn('telegram');
    expect(await json(['reply', id, 'Soy Marta.'])).toMatchObject({ conversationId: id, state: 'sent' });
    expect(heard().at(-1)).toBe('Soy Marta.');
    await write('telegram', 'Gracias.');
    expect(heard().at(-1)).toBe('Soy Marta.');
    expect((await dragoman(['handback', id])).out).toBe(`Conversation ${id}  active\n`);
    await write('telegram', 'Hola.');
    expect(heard().at(-1)).not.toBe('Soy Marta.');
  });

  it('takes over for a time, and sets who answers', async () => {
    const { id } = await conversationOn('telegram');
    const now = bot.engine.clock.now();
    const { humanUntil } = await json<{ humanUntil: number }>(['takeover', id, '--seconds', '7200']);
    expect(humanUntil).toBeGreaterThanOrEqual(now + 7_200_000);
    expect((await dragoman(['takeover', id])).out).toMatch(/active, human until \d{4}-/);
    await dragoman(['handback', id]);
    expect(await json(['status', id, 'closed'])).toMatchObject({ id, status: 'closed' });
    expect(await json(['status', id, 'active'])).toMatchObject({ id, status: 'active' });
  });

  it('C6 lists drafts, sends one and drops another', async () => {
    const account = bot.engine.registry.account('account-isp-telegram')!;
    account.autoReply = false;
    await write('telegram', '¿Qué planes hay?');
    await write('telegram', '¿Por qué mi internet está lento?');
    account.autoReply = true;
    const before = heard().length;
    const [first, second] = await json<Message[]>(['drafts']);
    expect(first!.text).toMatch(/\S/);
    expect((await dragoman(['drafts'])).out).toContain(`message ${second!.id}`);
    expect(await json(['approve', first!.id])).toMatchObject({ id: first!.id, state: 'sent' });
    expect(heard().slice(before)).toHaveLength(1);
    expect(await json(['discard', second!.id])).toMatchObject({ id: second!.id, state: 'discarded' });
    expect(heard().slice(before)).toHaveLength(1);
    expect((await dragoman(['drafts'])).out).toBe('No draft waits.\n');
  });

  it('tells what is not there', async () => {
    for (const args of [
      ['reply', 'nothing', 'Hola'],
      ['takeover', 'nothing'],
      ['handback', 'nothing'],
      ['status', 'nothing', 'active'],
      ['approve', 'nothing'],
      ['discard', 'nothing'],
    ])
      expect(await dragoman(args)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nothing') });
  });
});

describe('backup', () => {
  it('copies the database beside a server that writes, for its user alone, and never over a file', async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, 'copy', 'dragoman.db');
    expect(await dragoman(['backup', file])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ENOENT.*permissions/s),
    });
    await mkdir(path.dirname(file));
    const writing = write('telegram', 'Hola');
    expect(await json(['backup', file])).toMatchObject({ file, bytes: expect.any(Number) });
    await writing;
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    // It is a data folder's database: the commands read it.
    const listed = await dragoman(['conversations', '--json'], { DRAGOMAN_DATA: path.dirname(file) });
    expect(JSON.parse(listed.out)).toHaveLength((await json<object[]>(['conversations'])).length);
    expect(await dragoman(['backup', file])).toMatchObject({ code: 1, err: expect.stringContaining('there already') });
    expect(await dragoman(['backup', `${file}2`], { DRAGOMAN_DATA: folder })).toMatchObject({
      code: 1,
      err: expect.stringContaining(folder),
    });
    await rm(folder, { recursive: true });
  });
});

describe('the server that acts', () => {
  it('keeps its token to its own user, and asks for it', async () => {
    const { mode } = await stat(path.join(bot.engine.dataFolder, API_FILE));
    expect(mode & 0o777).toBe(0o600);
    for (const authorization of [undefined, 'Bearer', 'Bearer wrong'])
      for (const route of ['', '/accounts', '/troubles', '/messages/x/replay']) {
        const headers = authorization === undefined ? undefined : { authorization };
        const answer = await fetch(`${bot.runtime.url}/dragoman/api${route}`, { headers });
        expect(answer.status).toBe(401);
      }
  });

  it('is found under another root path, and not any more once it was killed', async () => {
    const DRAGOMAN_DATA = await emptyFolder();
    const before = process.env.DRAGOMAN_DATA;
    process.env.DRAGOMAN_DATA = DRAGOMAN_DATA;
    const args = ['-D', 'httpNodeRoot=/bots/', '-D', `nodesDir=${PROJECT}`];
    const stock = await startStock({ args }).finally(() => (process.env.DRAGOMAN_DATA = before));
    try {
      const found = await dragoman(['telegram-webhook', '--info'], { DRAGOMAN_DATA });
      expect(found).toMatchObject({ code: 1, err: expect.stringContaining('no Telegram account') });
    } finally {
      await stock.stop();
    }
    const killed = await dragoman(['replay', 'x'], { DRAGOMAN_DATA });
    expect(killed).toMatchObject({ code: 1, err: expect.stringContaining('Dragoman is not running') });
    expect(killed.err).toContain('npm start');
    await rm(DRAGOMAN_DATA, { recursive: true });
  }, 40_000);

  it('is not taken for another program at its port', async () => {
    const DRAGOMAN_DATA = await emptyFolder();
    const asked: string[] = [];
    const other = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { port } = other.address() as AddressInfo;
    const stale = { pid: 1, port, url: `http://127.0.0.1:${port}`, token: 'of-another-time' };
    await writeFile(path.join(DRAGOMAN_DATA, API_FILE), JSON.stringify(stale));
    const { code, err } = await dragoman(['resend', 'x'], { DRAGOMAN_DATA });
    expect(code).toBe(1);
    expect(err).toContain('Dragoman is not running');
    expect(asked).toEqual(['GET /dragoman/api/v1']);
    await new Promise((closed) => other.close(closed));
    await rm(DRAGOMAN_DATA, { recursive: true });
  });
});
