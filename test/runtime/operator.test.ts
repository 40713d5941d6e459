/** The operator's interface on the real runtime: what a person does to a conversation, and what the customer sees of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationDetail, ConversationView, FindingsView } from '../../app/operator.ts';
import type { Message } from '../../core/model.ts';
import { type EchoBot, startEchoBot } from '../support/echo-bot.ts';

let echo: EchoBot;
let person = 8_000;

beforeAll(async () => {
  echo = await startEchoBot({ telegram: { handBackText: 'The assistant is back.' } });
}, 60_000);
afterAll(() => echo.stop());

const somebody = () => ++person;
async function says(text: string, id = somebody()): Promise<number> {
  await echo.happens('telegram', { kind: 'text', customer: { id, firstName: 'Ana' }, text });
  return id;
}
const idOf = async (customer: number) => (await echo.conversation(customer)).id;
const post = <T = Message>(route: string, body?: object) => echo.api<T>('POST', route, body);
/** A conversation's action. */
const act = async <T = ConversationView>(customer: number, action: string, body?: object) =>
  post<T>(`/conversations/${await idOf(customer)}/${action}`, body);

describe('the door', () => {
  it('lets nobody in without the token', async () => {
    const customer = await says('Hello.');
    const id = await idOf(customer);
    const routes: ['GET' | 'POST', string][] = [
      ['GET', '/conversations'],
      ['GET', '/search?text=hello'],
      ['GET', `/conversations/${id}`],
      ['GET', '/drafts'],
      ...['reply', 'takeover', 'handback', 'status'].map((action): ['POST', string] => [
        'POST',
        `/conversations/${id}/${action}`,
      ]),
      ['POST', '/drafts/x/approve'],
      ['POST', '/drafts/x/discard'],
      ['POST', '/messages/x/resend'],
    ];
    for (const [method, route] of routes)
      for (const token of [null, 'wrong'])
        expect((await echo.api(method, route, { text: 'Hi', status: 'closed' }, token)).status, route).toBe(401);
    expect(await echo.conversation(customer)).toMatchObject({ status: 'active', humanUntil: 0 });
    expect(echo.shown(customer)).toHaveLength(1);
  });

  it('says what is not there, and what is no request', async () => {
    const customer = await says('Hello.');
    for (const [action, body] of Object.entries({
      reply: { text: 'Hi' },
      takeover: {},
      handback: {},
      status: { status: 'closed' },
    }))
      expect(await post(`/conversations/nothing/${action}`, body)).toMatchObject({
        status: 404,
        body: { error: { code: 'NOT_FOUND' } },
      });
    expect((await echo.api('GET', '/conversations/nothing')).status).toBe(404);
    expect((await post('/drafts/nothing/approve')).status).toBe(404);
    expect((await post('/drafts/nothing/discard')).status).toBe(404);
    expect((await echo.api('GET', '/search?text=%3F')).status).toBe(400);
    for (const text of ['  ', '```']) expect((await act(customer, 'reply', { text })).status).toBe(400);
    expect((await echo.conversation(customer)).humanUntil).toBe(0);
    expect((await act(customer, 'status', { status: 'asleep' })).status).toBe(400);
    for (const seconds of [
      0,
      0.5,
      -5,
      1e300,
      99_999_999_999_999,
      31_536_001,
      '300',
      'x',
      null,
      true,
      [300],
      { valueOf: 1 },
    ])
      expect([seconds, (await act(customer, 'takeover', { seconds })).status]).toEqual([seconds, 400]);
    expect((await echo.conversation(customer)).humanUntil).toBe(0);
    expect(echo.shown(customer)).toHaveLength(1);
  });
});

describe('the search', () => {
  it('has the conversation with the message that was found, and no address', async () => {
    const customer = await says('¿Llega hoy el paquete de Sagasta?');
    const { status, body } = await echo.api<FindingsView>('GET', '/search?text=SAGAS%20paquete&limit=5');
    expect([status, body.next, body.found.length]).toEqual([200, null, 1]);
    const [{ conversation, message }] = body.found as [FindingsView['found'][number]];
    expect(conversation).toMatchObject({ id: await idOf(customer), name: 'Ana' });
    expect(conversation).not.toHaveProperty('address');
    expect(message.excerpt).toContain('Sagasta');
    expect((await echo.api<FindingsView>('GET', '/search?text=sagasta&account=nobody')).body.found).toEqual([]);
  });
});

describe('looking', () => {
  it.each([
    '/conversations?limit[]=3',
    '/conversations?status[]=active',
    '/conversations?status=bogus',
    '/conversations?status=__proto__',
    '/conversations?account[id]=x',
    '/conversations/x?limit[]=1',
    '/conversations/x?before[a]=1',
    '/leads?limit[]=3',
    '/leads?beforeId[]=3&format=csv',
    '/drafts?before[]=1',
  ])('answers an odd query with a sentence: %s', async (route) => {
    const { status, body } = await echo.api<{ error: { code: string; message: string } }>('GET', route);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/must be a text|is no status/),
    });
  });

  it('takes an empty filter for none', async () => {
    await says('Hello.');
    expect((await echo.api<[]>('GET', '/conversations?status=&account=&limit=')).body.length).toBeGreaterThan(0);
  });

  it('lists conversations page by page, the last active first, without an address', async () => {
    const customers: number[] = [];
    for (const text of ['one.', 'two.', 'three.']) {
      await echo.clock.advance(1_000);
      customers.push(await says(text));
    }
    const ids = await Promise.all(customers.map(idOf));
    const page = async (query: string) => (await echo.api<ConversationView[]>('GET', `/conversations?${query}`)).body;
    const first = await page('limit=2&account=telegram-account');
    expect(first.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const second = await page(`limit=1&before=${first[1]!.updatedAt}`);
    expect(second.map(({ id }) => id)).toEqual([ids[0]]);
    expect(first[0]).toMatchObject({ name: 'Ana', messages: 2, status: 'active' });
    expect(JSON.stringify(first)).not.toContain(String(customers[2]));
    expect(await page('account=another')).toEqual([]);
    await act(customers[0]!, 'status', { status: 'closed' });
    expect((await page('status=closed')).map(({ id }) => id)).toEqual([ids[0]]);
  });

  it('reads one with its messages, turns and decisions', async () => {
    const customer = await says('first.');
    await says('second.', customer);
    await act(customer, 'status', { status: 'support_active' });
    await says('third.', customer);
    const id = await idOf(customer);
    const { body } = await echo.api<ConversationDetail>('GET', `/conversations/${id}?limit=3`);
    expect(body.conversation).toMatchObject({ id, status: 'support_active' });
    expect(body.conversation).not.toHaveProperty('address');
    expect(body.messages.map(({ text }) => text)).toEqual(['second.', 'You wrote: second.', 'third.']);
    expect(body.turns.map(({ outcome }) => outcome)).toEqual(['answered', 'blocked']);
    const blocked = body.decisions.filter(({ result }) => result === 'block');
    expect(blocked).toEqual([
      expect.objectContaining({ gate: 'status-gate', rule: 'status', turnId: body.turns[1]!.id }),
    ]);
    expect(blocked[0]!.reason).toContain('support_active');
    const before = await echo.api<ConversationDetail>('GET', `/conversations/${id}?before=${body.messages[0]!.seq}`);
    expect(before.body.messages.map(({ text }) => text)).toEqual(['first.', 'You wrote: first.']);
  });
});

describe('C9 a person’s part', () => {
  it('C9 a reply goes out through the gateway, whatever the status, and silences the bot', async () => {
    const customer = await says('Hello.');
    await act(customer, 'status', { status: 'support_active' });
    const { status, body } = await act<Message>(customer, 'reply', { text: 'This is Marta.' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ author: 'human', purpose: 'human', state: 'sent', turnId: null });
    expect(echo.shown(customer)).toEqual(['You wrote: Hello.', 'This is Marta.']);
    await act(customer, 'status', { status: 'active' });
    await says('Thanks.', customer);
    expect(echo.shown(customer)).toHaveLength(2);
    const { humanUntil } = await echo.conversation(customer);
    expect(humanUntil).toBe(echo.clock.now() + 300_000);
  });

  it('C9 a takeover lasts the account’s cool-down, or as long as was asked for, and is never cut short', async () => {
    const customer = await says('Hello.');
    const now = echo.clock.now();
    expect((await act(customer, 'takeover')).body).toMatchObject({ humanSince: now, humanUntil: now + 300_000 });
    expect((await act(customer, 'takeover', { seconds: 90_000 })).body.humanUntil).toBe(now + 90_000_000);
    expect((await act(customer, 'takeover')).body.humanUntil).toBe(now + 90_000_000);
    expect((await act(await says('Hello.'), 'takeover', { seconds: 31_536_000 })).status).toBe(200);
    await says('Anybody?', customer);
    expect(echo.shown(customer)).toHaveLength(1);
  });

  it('C9 after a hand-back the bot answers at once, and says so once before its first words', async () => {
    const customer = await says('Hello.');
    await act(customer, 'reply', { text: 'This is Marta.' });
    await says('Thanks.', customer);
    const { body } = await act<{ humanUntil: number }>(customer, 'handback');
    expect(body.humanUntil).toBeLessThanOrEqual(Date.now());
    await says('And now?', customer);
    await says('Good.', customer);
    expect(echo.shown(customer).slice(1)).toEqual([
      'This is Marta.',
      'The assistant is back.',
      'You wrote: And now?',
      'You wrote: Good.',
    ]);
    const told = (await echo.messages(customer)).find(({ text }) => text === 'The assistant is back.');
    expect(told).toMatchObject({ author: 'system', state: 'sent' });
  });

  it('C9 a person’s reply to somebody who blocked the bot is kept, with the reason', async () => {
    const customer = await says('Hello.');
    await echo.happens('telegram', { kind: 'blocked', customer: { id: customer } });
    const { body } = await act<Message>(customer, 'reply', { text: 'Are you there?' });
    expect(body).toMatchObject({ state: 'discarded', error: { code: 'reach' } });
    expect(echo.shown(customer)).toHaveLength(1);
  });
});

describe('C6 drafts', () => {
  /** With auto-reply off. */
  async function drafted(text: string, customer = somebody()): Promise<{ customer: number; draft: Message }> {
    const account = echo.bot.engine.registry.account('telegram-account')!;
    account.autoReply = false;
    await says(text, customer).finally(() => (account.autoReply = true));
    return { customer, draft: (await echo.messages(customer)).at(-1)! };
  }
  const asked = async (customer: number) =>
    (await echo.messages(customer)).findLast(({ direction }) => direction === 'in')!;

  it('C6 an answer is stored and not sent, until a person sends it', async () => {
    const { customer, draft } = await drafted('Hello.');
    expect(draft).toMatchObject({ author: 'bot', state: 'draft', text: 'You wrote: Hello.' });
    expect(echo.shown(customer)).toEqual([]);
    expect(await asked(customer)).toMatchObject({ answered: false, pending: false });
    expect((await echo.bot.engine.store.turn(draft.turnId!))!.outcome).toBe('drafted');
    const { body: waiting } = await echo.api<Message[]>('GET', '/drafts');
    expect(waiting.map(({ id }) => id)).toContain(draft.id);

    expect((await post(`/drafts/${draft.id}/approve`)).body).toMatchObject({ id: draft.id, state: 'sent' });
    expect(echo.shown(customer)).toEqual(['You wrote: Hello.']);
    expect(await asked(customer)).toMatchObject({ answered: true });
    expect((await post(`/drafts/${draft.id}/approve`)).status).toBe(404);
    expect(echo.shown(customer)).toHaveLength(1);
  });

  it('C6 a discarded draft is never sent', async () => {
    const { customer, draft } = await drafted('Hello.');
    expect((await post(`/drafts/${draft.id}/discard`)).body).toMatchObject({ state: 'discarded' });
    expect((await post(`/drafts/${draft.id}/approve`)).status).toBe(404);
    expect(echo.shown(customer)).toEqual([]);
    expect(await asked(customer)).toMatchObject({ answered: false });
  });

  it('C6 a draft can be sent while a person has the conversation: it is the person’s decision', async () => {
    const { customer, draft } = await drafted('Hello.');
    await act(customer, 'takeover');
    expect((await post(`/drafts/${draft.id}/approve`)).body).toMatchObject({ state: 'sent' });
    expect(echo.shown(customer)).toHaveLength(1);
  });

  it('C6 drafts are listed page by page, the newest last', async () => {
    const made: string[] = [];
    for (const text of ['one.', 'two.', 'three.']) made.push((await drafted(text)).draft.id);
    const page = async (query: string) => (await echo.api<Message[]>('GET', `/drafts?${query}`)).body;
    const newest = await page('limit=2');
    expect(newest.map(({ id }) => id)).toEqual(made.slice(1));
    expect((await page(`limit=1&before=${newest[0]!.seq}`)).map(({ id }) => id)).toEqual(made.slice(0, 1));
  });
});

it('A5 sends a failed reply once more', async () => {
  const customer = somebody();
  const { faults } = echo.bot.simulator;
  faults.set({ platform: 'telegram', thread: String(customer) }, { kind: 'bad-token' });
  await says('Hello.', customer);
  faults.clear();
  const failed = (await echo.messages(customer)).at(-1)!;
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'TELEGRAM_401' } });
  expect((await post(`/messages/${failed.id}/resend`)).body).toMatchObject({ id: failed.id, state: 'sent' });
  expect(echo.shown(customer)).toEqual(['You wrote: Hello.']);
  expect((await post('/messages/nothing/resend')).status).toBe(404);
});
