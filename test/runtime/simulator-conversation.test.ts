/** The simulator page's conversations on the real runtime: read back from the store, taps, topics, and what people of the business do. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../app/simulator/item.ts';
import { customerOn, person } from '../../web/pages/simulator/people.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { freePort, startServer } from '../support/server.ts';

const TELEGRAM = 'account-isp-telegram';
const WHATSAPP = 'account-isp-whatsapp';
const INSTAGRAM = 'account-shop-instagram';
const QUESTION = '¿Por qué mi internet está lento?';

interface State {
  status: string;
  humanUntil: number;
  block?: { rule: string };
}
interface History {
  items: Item[];
  turn?: { outcome?: string; decisions: { gate: string }[]; source?: { kind: string } };
  state?: State;
}
type Person = { id: string; name?: string; topic?: number };

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman();
  await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]);
}, 60_000);
afterAll(() => bot.stop());

const post = async (url: string, what: string, body: object) =>
  fetch(`${url}/simulator/api/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const say = (account: string, customer: Person, action: object) =>
  post(bot.runtime.url, 'say', { account, customer, action });
const text = (words: string) => ({ kind: 'text', text: words });
const act = async (account: string, customer: Person, deed: object) => {
  const answer = await post(bot.runtime.url, 'conversation', { account, customer, deed });
  return { status: answer.status, body: (await answer.json()) as State & { error?: { message: string } } };
};

/** The first events of a page that is opened now. */
async function opened(url: string, account: string, { id, topic }: Person, until = 'event: history'): Promise<string> {
  const query = new URLSearchParams({
    account,
    customer: id,
    ...(topic === undefined ? {} : { topic: String(topic) }),
  });
  const stream = await fetch(`${url}/simulator/api/events?${query}`);
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!seen.includes(until) || !seen.endsWith('\n\n')) seen += (await reader.read()).value ?? '';
  await reader.cancel();
  return seen;
}

async function history(account: string, customer: Person, url = bot.runtime.url): Promise<History> {
  const seen = await opened(url, account, customer);
  return JSON.parse(/^event: history\ndata: (.*)$/m.exec(seen)![1]!) as History;
}

/** What the page shows once as many bubbles are there. */
async function shown(account: string, customer: Person, count: number): Promise<History> {
  // Asking the page's server in a circle is the slower way to wait.
  await bot.quiet().catch(() => {});
  return bot.until(async () => {
    const found = await history(account, customer);
    const settled = found.items.every(({ state }) => state !== 'sending');
    return found.items.length >= count && settled && found.turn?.outcome ? found : undefined;
  }, 20_000);
}

const who = (channel: string, n: number, topic?: number) => customerOn(channel, person(n), topic);

it('opens on the helpdesk, with three questions that its knowledge answers', { timeout: 60_000 }, async () => {
  const answer = await fetch(`${bot.runtime.url}/simulator/api/accounts`);
  const { accounts, editor } = (await answer.json()) as {
    accounts: { id: string; suggestions: string[]; language: string; flowId: string }[];
    editor?: string;
  };
  expect(accounts[0]).toMatchObject({ id: TELEGRAM, language: 'es', flowId: 'isp-helpdesk' });
  // These tests run without an editor.
  expect(editor).toBeUndefined();
  const [first, ...others] = accounts[0]!.suggestions;
  expect([first, others.length]).toEqual([QUESTION, 2]);
  for (const [at, question] of accounts[0]!.suggestions.entries()) {
    const customer = who('telegram', 600 + at);
    await say(TELEGRAM, customer, text(question));
    const { turn } = await shown(TELEGRAM, customer, 2);
    expect([question, turn?.source?.kind]).toEqual([question, 'extractive']);
  }
});

it('answers the question of the README as the README says', async () => {
  const readme = await readFile(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const [, question, answer] = /Ask\s+\*\*(.+?)\*\*.+?“(.+?)…”/s.exec(readme)!;
  const customer = who('telegram', 610);
  await say(TELEGRAM, customer, text(question!));
  const { items } = await shown(TELEGRAM, customer, 2);
  expect(items[1]!.text).toContain(answer);
});

it('names the gate that gave a conversation to people, and that the flow wrote the goodbye, live and read back', async () => {
  const customer = who('telegram', 615);
  const live = opened(bot.runtime.url, TELEGRAM, customer, '"outcome":"answered"');
  await say(TELEGRAM, customer, text('Quiero hablar con un agente'));
  const [, told] = /^event: turn\ndata: (.*"outcome".*)$/m.exec(await live)!;
  const { turn, state } = await shown(TELEGRAM, customer, 2);
  expect(state?.status).toBe('support_active');
  for (const report of [JSON.parse(told!) as History['turn'], turn]) {
    expect(report?.decisions.at(-1)).toMatchObject({ gate: 'ask-human', result: 'block', rule: 'handover' });
    expect(report?.source).toMatchObject({ kind: 'flow' });
  }
  const { body } = await act(TELEGRAM, customer, { do: 'handback' });
  expect([body.status, body.block]).toEqual(['active', undefined]);
});

describe('read back from the store', () => {
  it.each([
    ['Telegram', TELEGRAM, 'telegram', 'html', QUESTION],
    ['WhatsApp', WHATSAPP, 'whatsapp', 'whatsapp', 'La luz roja del router no se apaga'],
    ['Instagram', INSTAGRAM, 'instagram', 'plain', 'هزینه ارسال چقدر است؟'],
  ])('on %s it is what was shown live', async (_name, account, channel, format, question) => {
    const customer = who(channel, 620);
    await say(account, customer, text(question));
    const { items, turn, state } = await shown(account, customer, 2);
    const [asked, answered] = items;
    expect(asked).toMatchObject({ from: 'customer', text: question, state: 'read' });
    expect(answered).toMatchObject({ from: 'bot', format, schemaErrors: [] });
    const call = bot.shown({ thread: customer.id })[0]!;
    expect(answered!.raw).toEqual(call.body);
    expect(answered!.id.endsWith(call.messageId!)).toBe(true);
    expect(turn?.decisions.map(({ gate }) => gate)).toContain('rate-limit');
    expect(state).toMatchObject({ status: 'active', humanUntil: 0 });
  });

  it('media, a place and a name are there too; nobody else’s words are', async () => {
    const customer = who('telegram', 621);
    for (const kind of ['photo', 'voice', 'location']) await say(TELEGRAM, customer, { kind });
    const { items } = await shown(TELEGRAM, customer, 3);
    expect(items.slice(0, 3).map(({ media }) => media?.[0]?.kind)).toEqual(['image', 'voice', 'location']);
    expect((await history(TELEGRAM, who('telegram', 622))).items).toEqual([]);
    expect((await history(WHATSAPP, who('whatsapp', 621))).items).toEqual([]);
    const [contact] = await bot.engine.store.conversations({ limit: 1 });
    expect(contact!.name).toBe(person(621).name);
  });

  it('survives a kill of the server', { timeout: 180_000 }, async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'dragoman-simulator-'));
    const start = async () =>
      startServer({ PORT: String(await freePort()), DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: path.join(data, 'flows') });
    const customer = who('whatsapp', 0);
    let server = await start();
    await post(server.url, 'say', { account: WHATSAPP, customer, action: text('Hola') });
    const url = server.url;
    await bot.until(async () => (await history(WHATSAPP, customer, url)).items.length === 2, 20_000);
    const before = await history(WHATSAPP, customer, server.url);
    await server.kill();
    server = await start();
    const after = await history(WHATSAPP, customer, server.url);
    expect(after.items.map(({ id, text: words }) => [id, words])).toEqual(
      before.items.map(({ id, text: words }) => [id, words]),
    );
    await server.stop();
    await rm(data, { recursive: true });
  });
});

describe('taps', () => {
  const buttons = [
    { id: 'a', title: 'Plan 300' },
    { id: 'b', title: 'Plan 600' },
  ];
  const rows = Array.from({ length: 5 }, (_, n) => ({ id: `r${n}`, title: `Fila ${n}` }));

  it.each([
    ['a Telegram button', TELEGRAM, 'telegram', buttons, 1, {}],
    ['the first Telegram button', TELEGRAM, 'telegram', buttons, 0, {}],
    ['a WhatsApp button', WHATSAPP, 'whatsapp', buttons, 1, {}],
    ['a row of a WhatsApp list', WHATSAPP, 'whatsapp', rows, 3, { style: 'list' }],
    ['an Instagram quick reply', INSTAGRAM, 'instagram', buttons, 0, {}],
  ] as const)('%s leaves the message where it is', async (_name, account, channel, options, at, style) => {
    const customer = who(channel, 630 + options.length + at);
    await say(account, customer, text('Hola'));
    await shown(account, customer, 2);
    const conversation = await bot.until(async () =>
      (await bot.engine.store.conversations({ limit: 20 })).find(({ name, accountId, contactId }) =>
        accountId === account && channel !== 'instagram' ? name === customer.name : accountId === account && contactId,
      ),
    );
    const stored = (await bot.engine.store.conversation(conversation.id))!;
    const { channel: plugin } = bot.engine.registry.account(account)!;
    const now = Date.now();
    await bot.engine.gateway.deliver({
      id: `question-${account}-${at}-${options.length}`,
      conversationId: stored.id,
      accountId: account,
      turnId: null,
      author: 'system',
      purpose: 'confirmation',
      text: '¿Qué plan?',
      media: [],
      parts: plugin
        .render({ text: '¿Qué plan?', buttons: [...options] })
        .map((request) => ({ request, state: 'queued' as const })),
      at: now,
    });
    const asked = (await shown(account, customer, 3)).items[2]!;
    expect(asked.buttons).toEqual(options);
    expect(asked.list ?? false).toBe('style' in style);
    const chosen = options[at]!;
    const answer = await say(account, customer, { kind: 'choice', ...chosen, messageId: asked.id, ...style });
    expect(await answer.json()).toMatchObject({ status: 200 });
    const { items } = await shown(account, customer, 5);
    expect(items[2]).toMatchObject({ id: asked.id, from: 'bot', buttons: options });
    expect(items[3]).toMatchObject({ from: 'customer', text: chosen.title, choice: chosen });
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });
});

describe('topics', () => {
  it('a question in a topic is answered there, and is a conversation of its own', async () => {
    const inTopic = who('telegram', 640, 12);
    const outside = who('telegram', 640);
    await say(TELEGRAM, inTopic, text(QUESTION));
    const { items } = await shown(TELEGRAM, inTopic, 2);
    expect(items[1]!.raw).toMatchObject({ message_thread_id: 12 });
    expect((await history(TELEGRAM, outside)).items).toEqual([]);
    await say(TELEGRAM, outside, text('La luz roja del router no se apaga'));
    const other = await shown(TELEGRAM, outside, 2);
    expect(other.items[1]!.raw).not.toHaveProperty('message_thread_id');
    await act(TELEGRAM, inTopic, { do: 'takeover' });
    expect((await history(TELEGRAM, outside)).state?.humanUntil).toBe(0);
    expect((await history(TELEGRAM, inTopic)).state?.humanUntil).toBeGreaterThan(Date.now());
  });
});

describe('people of the business', () => {
  it.each([
    ['Telegram: through Dragoman', TELEGRAM, 'telegram', 0],
    ['WhatsApp: as an echo of the app', WHATSAPP, 'whatsapp', 1],
    ['Instagram: as an echo of the app', INSTAGRAM, 'instagram', 1],
  ])('a colleague writes, and the bot is silent. %s', async (_name, account, channel, deliveries) => {
    const customer = who(channel, 650);
    await say(account, customer, text('Hola'));
    await shown(account, customer, 2);
    const answer = await say(account, customer, { kind: 'human', text: 'Soy Ana, le ayudo yo.' });
    expect(await answer.json()).toEqual({ status: 200, deliveries });
    const { items, state } = await shown(account, customer, 3);
    expect(items[2]).toMatchObject({ from: 'human', text: 'Soy Ana, le ayudo yo.' });
    expect(state).toMatchObject({ block: { rule: 'takeover' } });
    expect(state!.humanUntil).toBeGreaterThan(Date.now());

    const back = await act(account, customer, { do: 'handback' });
    expect(back.body).toMatchObject({ humanUntil: 0, status: 'active' });
    expect(back.body.block).toBeUndefined();
  });

  it('what a colleague writes is shown live as a colleague’s', async () => {
    const customer = who('telegram', 651);
    await say(TELEGRAM, customer, text('Hola'));
    await shown(TELEGRAM, customer, 2);
    const live = opened(bot.runtime.url, TELEGRAM, customer, '"from":"human"');
    await bot.until(async () => (await history(TELEGRAM, customer)).items.length >= 2);
    await say(TELEGRAM, customer, { kind: 'human', text: 'Un momento' });
    expect(await live).toContain('"from":"human"');
  });

  it.each(['support_active', 'marketing_active', 'closed', 'active'])('sets the status %s', async (status) => {
    const customer = who('whatsapp', 652);
    if ((await history(WHATSAPP, customer)).items.length === 0) await say(WHATSAPP, customer, text('Hola'));
    const { body } = await act(WHATSAPP, customer, { do: 'status', status });
    expect([body.status, body.block?.rule]).toEqual([status, status === 'active' ? undefined : 'status']);
  });

  it('an opt-out is told as what it is', async () => {
    const customer = who('whatsapp', 653);
    await say(WHATSAPP, customer, text('STOP'));
    const { state } = await shown(WHATSAPP, customer, 1);
    expect(state?.block?.rule).toBe('consent');
  });

  it('nonsense is refused with a sentence', async () => {
    const customer = who('telegram', 654);
    expect(await act(TELEGRAM, customer, { do: 'takeover' })).toMatchObject({
      status: 404,
      body: { error: { message: 'This customer has not written yet.' } },
    });
    await say(TELEGRAM, customer, text('Hola'));
    for (const deed of [{ do: 'status', status: 'nobody' }, { do: 'status' }, { do: 'dance' }, {}])
      expect((await act(TELEGRAM, customer, deed)).status).toBe(400);
    for (const odd of [{ id: 'x1' }, { id: '' }, { id: '12', topic: 'a' as never }, { id: '9'.repeat(21) }])
      expect((await act(TELEGRAM, odd, { do: 'takeover' })).status).toBe(400);
    expect((await act('nobody', customer, { do: 'takeover' })).status).toBe(404);
  });
});

it('has an icon of its own, also where browsers look by themselves', async () => {
  for (const at of ['/favicon.ico', '/simulator/assets/icon.svg', '/dragoman/simulator/assets/icon.svg']) {
    const answer = await fetch(bot.runtime.url + at);
    expect([at, answer.status, answer.headers.get('content-type')]).toEqual([
      at,
      200,
      expect.stringContaining('image/svg+xml'),
    ]);
    expect(await answer.text()).toContain('<svg');
  }
});
