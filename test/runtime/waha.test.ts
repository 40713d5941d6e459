/** WAHA in the real product: one person under two ids, one message in two calls, our own sends that look like a human's, a phone that is logged out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WahaAction } from '../../simulator/index.ts';
import { person as anybody, customerOn } from '../../web/pages/simulator/people.ts';
import { type EchoBot, startEchoBot } from '../support/echo-bot.ts';

const MINUTE = 60_000;
const KEY = 'a-word-of-ours';
let echo: EchoBot;
let person = 34_600_100;
const somebody = () => String(++person);

beforeAll(async () => {
  echo = await startEchoBot({ waha: {} }, { 'waha-account': { waha__hmacKey: KEY } });
}, 60_000);
afterAll(() => echo.stop());

/** Signed, and everything that comes of it is over. */
async function happens(action: WahaAction): Promise<void> {
  expect((await echo.bot.happens('waha', '/waha', action, KEY)).status).toBe(200);
  await echo.bot.quiet();
}
const says = (phone: string, text: string) => happens({ kind: 'text', customer: { phone }, text });
const humanUntil = async (thread: string) => (await echo.conversation(thread)).humanUntil;
const last = async (thread: string) => (await echo.messages(thread)).at(-1)!;

describe('messages', () => {
  it('E3 are answered through the session, and known to have been read', async () => {
    const phone = somebody();
    await says(phone, 'Hello.');
    const [call] = echo.bot.shown({ platform: 'waha', thread: phone });
    expect(call).toMatchObject({
      account: 'default',
      method: 'sendText',
      body: { session: 'default', chatId: `${phone}@c.us`, text: 'You wrote: Hello.', id: call!.messageId },
      schemaErrors: [],
    });
    for (const [status, state] of [
      ['read', 'read'],
      ['delivered', 'read'],
    ] as const) {
      await happens({ kind: 'status', status, messageId: call!.messageId! });
      expect(await last(phone)).toMatchObject({ platformId: call!.messageId, state });
    }
  });

  it('are one turn, whichever events the session was told to post', async () => {
    const phone = somebody();
    for (const event of ['message.any', 'message', 'message.any'] as const)
      await happens({ kind: 'text', customer: { phone }, text: 'Hello.', id: 'TWICE', event });
    expect(echo.shown(phone)).toEqual(['You wrote: Hello.']);
  });

  it('of a hidden id and of a phone number become one person’s once one tells both', async () => {
    const [phone, lid] = [somebody(), `8${somebody()}`];
    await happens({ kind: 'text', customer: { lid }, text: 'By the hidden id.', engine: 'WEBJS' });
    await says(phone, 'By the number.');
    const before = [await echo.conversation(lid), await echo.conversation(phone)];
    expect(before[0]!.contactId).not.toBe(before[1]!.contactId);
    await happens({ kind: 'text', customer: { lid, phone }, text: 'By both.', engine: 'NOWEB' });
    await says(phone, 'By the number again.');
    const conversation = await echo.bot.engine.store.conversation(before[0]!.id);
    expect(conversation!.contactId).toBe(before[0]!.contactId);
    const contact = await echo.bot.engine.store.contact(conversation!.contactId!);
    expect(contact!.identities.map(({ kind, value }) => `${kind} ${value}`)).toEqual([`lid ${lid}`, `phone ${phone}`]);
    const messages = await echo.bot.engine.store.messages(before[0]!.id, { limit: 20 });
    expect(
      messages
        .filter(({ direction }) => direction === 'in')
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['By both.', 'By the hidden id.', 'By the number again.', 'By the number.']);
  });

  it('of a hidden id are the person’s to whom we wrote by phone number, once our own words are told as gone there', async () => {
    const [phone, lid] = [somebody(), `8${somebody()}`];
    await says(phone, 'By the number.');
    const messageId = echo.bot.shown({ thread: phone })[0]!.messageId!;
    await happens({ kind: 'own-echo', messageId, customer: { lid }, engine: 'WEBJS' });
    await happens({ kind: 'text', customer: { lid }, text: 'stop', engine: 'WEBJS' });
    const { id, contactId, optedOutAt } = await echo.conversation(lid);
    expect(optedOutAt).toBeGreaterThan(0);
    const contact = await echo.bot.engine.store.contact(contactId!);
    expect(contact!.identities.map(({ value }) => value).sort()).toEqual([phone, lid].sort());
    const messages = await echo.bot.engine.store.messages(id, { limit: 9 });
    expect(messages).toMatchObject([
      { text: 'By the number.' },
      { text: 'You wrote: By the number.', state: 'sent' },
      { text: 'stop', consent: 'out' },
      { text: 'You wrote: stop', state: 'discarded' },
    ]);
  });

  it('of a group are stored and not answered', async () => {
    await happens({ kind: 'text', customer: { phone: somebody() }, text: 'All!', group: '120363000000000001' });
    expect(await echo.messages('120363000000000001')).toMatchObject([{ text: 'All!', direction: 'in' }]);
    expect(echo.shown('120363000000000001@g.us')).toEqual([]);
  });

  it('are edited, taken back and reacted to by their bare ids', async () => {
    const phone = somebody();
    await happens({ kind: 'text', customer: { phone }, text: 'Helo.', id: 'EDIT1' });
    await happens({ kind: 'edit', customer: { phone }, messageId: 'EDIT1', text: 'Hello.' });
    await happens({
      kind: 'reaction',
      customer: { phone },
      messageId: echo.bot.shown({ thread: phone })[0]!.messageId!,
      emoji: '🙏',
    });
    expect(await echo.messages(phone)).toMatchObject([{ text: 'Hello.' }, { reaction: '🙏' }]);
    await happens({ kind: 'delete', customer: { phone }, messageId: 'EDIT1' });
    expect((await echo.messages(phone))[0]!.deletedAt).toBeGreaterThan(0);
    expect(echo.shown(phone)).toHaveLength(1);
  });
});

describe('what comes back', () => {
  it.each(['GOWS', 'NOWEB'] as const)('C9 our own send is no human, whatever %s calls it', async (engine) => {
    const phone = somebody();
    await says(phone, 'Hello.');
    await happens({ kind: 'own-echo', messageId: echo.bot.shown({ thread: phone })[0]!.messageId!, engine });
    expect(await humanUntil(phone)).toBe(0);
    expect((await echo.messages(phone)).map(({ author }) => author)).toEqual(['customer', 'bot']);
  });

  it('C9 a message from the phone takes over; one of another program through WAHA does not', async () => {
    const phone = somebody();
    await says(phone, 'Hello.');
    await happens({ kind: 'echo', customer: { phone }, text: 'Your parcel left.', source: 'api' });
    expect(await humanUntil(phone)).toBe(0);
    await happens({ kind: 'echo', customer: { phone }, text: 'Marta here.' });
    expect(await humanUntil(phone)).toBe(echo.clock.now() + 5 * MINUTE);
    await says(phone, 'Thanks.');
    expect(echo.shown(phone)).toEqual(['You wrote: Hello.']);
  });

  it.each([
    ['its receipt', (messageId: string): WahaAction => ({ kind: 'status', status: 'sent', messageId })],
    ['its echo', (messageId: string): WahaAction => ({ kind: 'own-echo', messageId, engine: 'NOWEB' })],
  ])('%s proves that a send without answer arrived', async (_, proof) => {
    const phone = somebody();
    echo.bot.simulator.faults.set({ platform: 'waha', thread: phone }, { kind: 'accept-then-drop', times: 1 });
    await says(phone, 'Hello.');
    expect(await last(phone)).toMatchObject({ state: 'unknown' });
    await happens(proof(echo.bot.shown({ thread: phone })[0]!.messageId!));
    expect(await last(phone)).toMatchObject({ author: 'bot', state: 'sent' });
    expect(await humanUntil(phone)).toBe(0);
  });

  it('a message that WhatsApp did not take has failed', async () => {
    const phone = somebody();
    await says(phone, 'Hello.');
    await happens({ kind: 'status', status: 'failed', messageId: echo.bot.shown({ thread: phone })[0]!.messageId! });
    expect(await last(phone)).toMatchObject({ state: 'failed', error: { code: 'WAHA_ACK_ERROR' } });
  });
});

describe('a session', () => {
  const trouble = () => echo.bot.engine.registry.trouble('waha-account');

  it('that lost its phone is the account’s trouble, with what to do, until it works', async () => {
    const told = echo.clock.now();
    await happens({ kind: 'session', status: 'SCAN_QR_CODE', at: told });
    expect(trouble()).toMatch(/linked to no phone.*scan its QR code/);
    const health = async () => (await fetch(`${echo.bot.runtime.url}/health`)).json();
    expect(await health()).toMatchObject({ failingAccounts: 1 });
    const phone = somebody();
    await says(phone, 'Hello.');
    expect(await last(phone)).toMatchObject({ state: 'failed', error: { code: 'WAHA_422' } });

    await happens({ kind: 'session', status: 'WORKING', at: told + 2_000 });
    expect(trouble()).toBe(undefined);
    await happens({ kind: 'session', status: 'STARTING', at: told + 1_000 });
    expect(trouble(), 'what was before comes late').toBe(undefined);
    await happens({ kind: 'session', status: 'WORKING', at: told + 3_000 });
    await says(phone, 'And now?');
    expect(echo.shown(phone)).toEqual(['You wrote: And now?']);
  });

  it('that only restarts is shown, and nobody is told', async () => {
    const { store } = echo.bot.engine;
    const notices = async () => (await store.notices({ limit: 100 })).length;
    const before = await notices();
    await echo.clock.advance(2 * 60 * MINUTE);
    await happens({ kind: 'session', status: 'STARTING' });
    expect(trouble()).toMatch(/is starting/);
    expect(await notices()).toBe(before);
    await happens({ kind: 'session', status: 'WORKING' });
    await happens({ kind: 'session', status: 'FAILED', at: echo.clock.now() + 1 });
    await echo.bot.until(async () => (await notices()) === before + 1);
    await happens({ kind: 'session', status: 'WORKING', at: echo.clock.now() + 2 });
  });

  it('of no account here is nobody’s', async () => {
    await happens({ kind: 'session', status: 'FAILED', account: 'another', at: echo.clock.now() + 3 });
    expect(trouble()).toBe(undefined);
  });
});

it('E3 a webhook without the key’s signature is refused, and logged', async () => {
  const action = { kind: 'text', customer: { phone: somebody() }, text: 'Hola' } as const;
  for (const secret of [undefined, 'another-word'])
    expect((await echo.bot.happens('waha', '/waha', action, secret)).status).toBe(401);
  expect(echo.bot.simulator.calls({ thread: action.customer.phone })).toEqual([]);
  // Time stands still: which of the calls came last nobody can tell.
  const calls = (await echo.bot.engine.store.webhooks({ limit: 500 })).filter(({ status }) => status === 401);
  expect(calls.map(({ status, channel, payload }) => [status, channel, payload])).toEqual(
    Array(2).fill([401, 'waha', '']),
  );
});

it('the simulator page has it like the other channels', async () => {
  const { id, name } = customerOn('waha', anybody(11));
  const { url } = echo.bot.runtime;
  const say = async (action: object) => {
    const body = JSON.stringify({ account: 'waha-account', customer: { id, name }, action });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/simulator/api/say`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ status: 200 });
    await echo.bot.quiet();
  };
  await say({ kind: 'text', text: 'Hello.' });
  await say({ kind: 'location' });
  // Its customer reads at once, by the page's own clock.
  await echo.clock.advance(2_000);
  await echo.bot.until(async () => (await echo.messages(id))[1]?.state === 'read');
  await say({ kind: 'human', text: 'Marta here.' });

  const stream = await fetch(`${url}/simulator/api/events?account=waha-account&customer=${id}`);
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!/^event: history\ndata: .*\n\n/m.test(seen)) seen += (await reader.read()).value ?? '';
  await reader.cancel();
  const { items } = JSON.parse(/^event: history\ndata: (.*)$/m.exec(seen)![1]!);
  expect(items).toMatchObject([
    { from: 'customer', text: 'Hello.' },
    { from: 'bot', text: 'You wrote: Hello.', format: 'whatsapp', state: 'read', schemaErrors: [] },
    { from: 'customer', media: [{ kind: 'location' }] },
    { from: 'bot' },
    { from: 'human', text: 'Marta here.' },
  ]);
});
