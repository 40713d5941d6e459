/** The shipped flows on the real runtime, against the stand-in platforms: pipelines A and B, row by row. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const WHATSAPP = '/api/integrations/webhooks/whatsapp/';
const TELEGRAM = '/api/integrations/webhooks/telegram/';
const INSTAGRAM = '/api/integrations/webhooks/instagram/';
const PLATFORM = '/api/platform/webhooks/telegram/';

let bot: Dragoman;
let person = 500_000;

beforeAll(async () => {
  bot = await startDragoman({ env: { WHATSAPP_VERIFY_TOKEN: 'let-me-in', TELEGRAM_SECRET_TOKEN: undefined } });
  await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]);
}, 60_000);
afterAll(() => bot.stop());

const somebody = () => ++person;
const textsFor = (thread: string | number) => bot.shown({ thread: String(thread) }).map((call) => call.text);

async function telegramSays(text: string, id = somebody(), webhook = TELEGRAM): Promise<number> {
  const response = await bot.happens('telegram', webhook, { kind: 'text', customer: { id, firstName: 'Ana' }, text });
  expect(response.status).toBe(200);
  return id;
}

const conversationOf = async (id: number | string) => {
  const all = await bot.engine.store.conversations({ limit: 1_000 });
  return all.find((conversation) => JSON.stringify(conversation.address).includes(String(id)))!;
};

describe('pipeline A', () => {
  it('A1 A3 A4 stores a Telegram message, answers it in the same chat and keeps the reply', async () => {
    const id = await telegramSays('سلام', undefined, PLATFORM);
    await bot.until(() => textsFor(id)[0]);
    await bot.quiet();
    const conversation = await conversationOf(id);
    expect(conversation).toMatchObject({ accountId: 'account-shop-telegram', status: 'active' });
    const messages = await bot.engine.store.messages(conversation.id, { limit: 10 });
    expect(messages.map(({ direction, author, answered, state }) => ({ direction, author, answered, state }))).toEqual([
      { direction: 'in', author: 'customer', answered: true, state: undefined },
      { direction: 'out', author: 'bot', answered: false, state: 'sent' },
    ]);
    expect(textsFor(id)[0]).toContain('نیلا');
  });

  it('A1 A4 answers an Instagram message in the same DM', async () => {
    const id = String(somebody());
    await bot.happens('instagram', INSTAGRAM, { kind: 'text', customer: { id }, text: 'سلام' });
    await bot.until(() => textsFor(id)[0]);
    expect(bot.shown({ platform: 'instagram', thread: id })).toMatchObject([{ schemaErrors: [] }]);
  });

  it.each(['support_active', 'marketing_active', 'closed'] as const)(
    'A2 leaves a %s conversation to people',
    async (status) => {
      const id = await telegramSays('Hola');
      await bot.until(() => textsFor(id)[0]);
      await bot.quiet();
      const conversation = await conversationOf(id);
      await bot.engine.store.changeConversation(conversation.id, () => ({ status }));
      await telegramSays('¿Por qué mi internet está lento?', id);
      await bot.quiet();
      expect(textsFor(id)).toHaveLength(1);
      const [turn] = (await bot.engine.store.turns({ limit: 50 })).filter(
        (each) => each.conversationId === conversation.id,
      );
      expect(turn).toMatchObject({ outcome: 'blocked' });
      expect(turn!.decisions.find((decision) => decision.result === 'block')).toMatchObject({
        gate: 'status-gate',
        reason: expect.stringContaining(`"${status}"`),
      });
    },
  );

  it('A5 keeps a failed reply with the platform’s own error, and sends it again', async () => {
    const id = somebody();
    bot.simulator.faults.set({ platform: 'telegram', thread: String(id) }, { kind: 'blocked', times: 1 });
    await telegramSays('Hola', id);
    await bot.until(async () => (await bot.engine.store.sends({ states: ['failed'], limit: 100 })).length > 0);
    await bot.quiet();
    const conversation = await conversationOf(id);
    const failed = (await bot.engine.store.messages(conversation.id, { limit: 10 })).at(-1)!;
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'TELEGRAM_403', message: 'Forbidden: bot was blocked by the user' },
    });
    await bot.happens('telegram', TELEGRAM, { kind: 'unblocked', customer: { id } });
    expect((await bot.engine.gateway.resend(failed.id)).state).toBe('sent');
    expect(textsFor(id)).toHaveLength(1);
  });
});

describe('pipeline B', () => {
  it('B1 proves to Meta who owns the URL, with and without the last slash', async () => {
    const query = (token: string) => `?hub.mode=subscribe&hub.challenge=4711&hub.verify_token=${token}`;
    for (const path of [WHATSAPP, WHATSAPP.slice(0, -1)]) {
      const right = await fetch(`${bot.runtime.url}${path}${query('let-me-in')}`);
      expect([right.status, await right.text()]).toEqual([200, '4711']);
      expect((await fetch(`${bot.runtime.url}${path}${query('wrong')}`)).status).toBe(403);
    }
  });

  it('B2 takes all entries, changes and messages of a batch', async () => {
    const phones = [1, 2, 3].map(() => `34${somebody()}`);
    await bot.happens(
      'whatsapp',
      WHATSAPP,
      phones.map((phone) => ({ kind: 'text' as const, customer: { phone, name: 'Luz' }, text: 'Hola.' })),
    );
    await bot.until(() => phones.every((phone) => textsFor(phone).length === 1));
  });

  it('B3 answers the seed’s two hand-made calls, each time they are made', async () => {
    const whatsapp = {
      entry: [{ changes: [{ value: { messages: [{ from: '1234567890', text: { body: 'Hola' } }] } }] }],
    };
    const telegram = { message: { chat: { id: 123456 }, text: 'Hola' } };
    for (let time = 1; time <= 2; time++) {
      expect((await bot.post(WHATSAPP, whatsapp)).status).toBe(200);
      expect((await bot.post(TELEGRAM.slice(0, -1), telegram)).status).toBe(200);
      await bot.until(() => textsFor('1234567890').length === time && textsFor(123456).length === time);
    }
    expect(textsFor(123456)[0]).toMatch(/Fibra Andina/);
  });

  it('B4 keeps every webhook call, with its kind and status', async () => {
    await telegramSays('Hola.');
    await bot.post(TELEGRAM, 'not json');
    await bot.post(TELEGRAM, { update_id: 9_000_001, something_new: {} });
    const log = await bot.engine.store.webhooks({ limit: 3 });
    expect(log.map(({ channel, eventType, status }) => [channel, eventType, status])).toEqual([
      ['telegram', 'something_new', 200],
      ['telegram', 'unreadable', 200],
      ['telegram', 'message.text', 200],
    ]);
  });

  it('B5 B7 answers from the knowledge base, labelled, with the slow-internet passage first', async () => {
    const id = await telegramSays('¿Por qué mi internet está lento?');
    const text = await bot.until(() => textsFor(id)[0]);
    expect(text).toMatch(/lent/i);
    expect(text).toContain('Citado de la base de conocimiento');
    await bot.quiet();
    const reply = (await bot.engine.store.messages((await conversationOf(id)).id, { limit: 5 })).at(-1)!;
    expect(reply.source).toMatchObject({ kind: 'extractive' });
    const passages = await bot.engine.knowledge.search('isp-helpdesk', '¿Por qué mi internet está lento?', 5);
    expect(passages[0]!.source).toMatch(/internet-lento/);
  });

  it('B9 lists active conversations with their number of messages', async () => {
    const id = await telegramSays('Hola.');
    await bot.until(() => textsFor(id)[0]);
    await bot.quiet();
    const { id: conversation } = await conversationOf(id);
    const listed = (await bot.engine.store.conversations({ status: 'active', limit: 1_000 })).find(
      (each) => each.id === conversation,
    );
    expect(listed).toMatchObject({ messages: 2, name: 'Ana' });
  });
});

describe('every flow', () => {
  it('takes an update once, however often it is delivered', async () => {
    const id = somebody();
    const { body, headers } = bot.simulator.webhook('telegram', { kind: 'text', customer: { id }, text: 'Hola.' });
    const statuses = await Promise.all([1, 2, 3].map(async () => (await bot.post(TELEGRAM, body, headers)).status));
    expect(statuses).toEqual([200, 200, 200]);
    await bot.until(() => textsFor(id)[0]);
    await bot.quiet();
    expect(textsFor(id)).toHaveLength(1);
  });

  it('takes the same update on two bots for two messages', async () => {
    const id = somebody();
    const { body } = bot.simulator.webhook('telegram', { kind: 'text', customer: { id }, text: 'Hola.' });
    await bot.post(TELEGRAM, body);
    await bot.post(PLATFORM, body);
    await bot.until(() => textsFor(id).length === 2);
  });

  it('confirms STOP once and is silent then, and starts again on request', async () => {
    const id = await telegramSays('STOP');
    await bot.until(() => textsFor(id)[0]);
    await telegramSays('Hola.', id);
    await telegramSays('stop', id);
    await bot.quiet();
    expect(textsFor(id)).toHaveLength(1);
    await telegramSays('ALTA', id);
    await bot.until(() => textsFor(id).length === 2);
    await telegramSays('Hola.', id);
    await bot.until(() => textsFor(id).length === 3);
  });

  it('is silent while a human has the conversation, also for what STOP would confirm', async () => {
    const phone = `34${somebody()}`;
    const customer = { phone, name: 'Luz' };
    await bot.happens('whatsapp', WHATSAPP, { kind: 'text', customer, text: 'Hola.' });
    await bot.until(() => textsFor(phone)[0]);
    await bot.happens('whatsapp', WHATSAPP, { kind: 'echo', customer, text: 'Soy Marta, le ayudo yo.' });
    await bot.happens('whatsapp', WHATSAPP, { kind: 'text', customer, text: 'Gracias.' });
    await bot.happens('whatsapp', WHATSAPP, { kind: 'text', customer, text: 'STOP' });
    await bot.quiet();
    expect(textsFor(phone)).toHaveLength(1);
    expect((await conversationOf(phone)).optedOutAt).toBeGreaterThan(0);
  });

  it('moves a message’s state by WhatsApp’s receipts', async () => {
    const phone = `34${somebody()}`;
    await bot.happens('whatsapp', WHATSAPP, { kind: 'text', customer: { phone }, text: 'Hola.' });
    const call = await bot.until(() => bot.shown({ thread: phone })[0]);
    await bot.quiet();
    await bot.happens('whatsapp', WHATSAPP, { kind: 'status', status: 'read', messageId: call.messageId! });
    await bot.happens('whatsapp', WHATSAPP, { kind: 'status', status: 'delivered', messageId: call.messageId! });
    const reply = (await bot.engine.store.messages((await conversationOf(phone)).id, { limit: 5 })).at(-1)!;
    expect(reply.state).toBe('read');
  });

  it('stores groups and does not answer them', async () => {
    const id = somebody();
    await bot.happens('telegram', TELEGRAM, {
      kind: 'text',
      customer: { id },
      text: 'Hola.',
      group: { id: -id, title: 'Vecinos' },
    });
    await bot.quiet();
    expect(textsFor(-id)).toEqual([]);
    expect((await conversationOf(-id)).kind).toBe('group');
  });

  it('shows typing to nobody it does not answer, and answers a photo without words', async () => {
    const id = somebody();
    await bot.happens('telegram', TELEGRAM, { kind: 'photo', customer: { id } });
    await bot.until(() => textsFor(id)[0]);
  });
});

describe('signatures', () => {
  it('B2 refuses a webhook without the right signature once a secret is set, and stores nothing but the log row', async () => {
    const account = bot.engine.registry.account('account-isp-whatsapp')!;
    const before = account.settings.appSecret;
    account.settings.appSecret = 'app-secret';
    try {
      const phone = `34${somebody()}`;
      const { body } = bot.simulator.webhook('whatsapp', { kind: 'text', customer: { phone }, text: 'Hola.' });
      const sign = (text: string) => `sha256=${createHmac('sha256', 'app-secret').update(text).digest('hex')}`;
      expect((await bot.post(WHATSAPP, body)).status).toBe(401);
      expect((await bot.post(WHATSAPP, body, { 'x-hub-signature-256': sign(`${body} `) })).status).toBe(401);
      expect((await bot.engine.store.webhooks({ limit: 1 }))[0]).toMatchObject({ status: 401, eventType: 'refused' });
      await bot.quiet();
      expect(await conversationOf(phone)).toBeUndefined();
      expect((await bot.post(WHATSAPP, body, { 'x-hub-signature-256': sign(body) })).status).toBe(200);
      await bot.until(() => textsFor(phone)[0]);
    } finally {
      account.settings.appSecret = before!;
    }
  });
});
