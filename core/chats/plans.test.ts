import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { T0 } from '../../contracts/store/events.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { newId, newSession } from '../ids.ts';
import type { Message } from '../model.ts';
import type { Store } from '../ports.ts';
import { GUEST, guestOf, mayComeBack, noteSeen, type OpenChat, openChat, VISITOR } from './plans.ts';

const root = mkdtempSync(path.join(tmpdir(), 'chats-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
let store: Store;
beforeEach(() => {
  store = openStore(path.join(root, `${++count}.db`));
});
afterEach(() => store.close());

const open = (visitor: OpenChat['visitor'], more: Partial<OpenChat> = {}) =>
  store.run(
    openChat({
      ...{ accountId: 'acc', channel: 'web', at: T0, visitor },
      ids: { contactId: newId(T0), conversationId: newId(T0), session: newSession() },
      ...more,
    }),
  );
const ana = { kind: VISITOR, value: 'ana' };

describe('a chat', () => {
  it('is the same for the same visitor, and another one for another, or on another account', async () => {
    const first = await open(ana, { name: 'Ana', language: 'es', page: 'https://shop.example/a' });
    expect(first).toMatchObject({ channel: 'web', kind: 'private', vars: { page: 'https://shop.example/a' } });
    expect(first.address).toEqual({ chat: first.id });
    const again = await open(ana, { name: 'Ana Sol', language: 'it', page: 'https://shop.example/b' });
    expect(again.id).toBe(first.id);
    expect(again.vars).toEqual({ page: 'https://shop.example/b' });
    expect(await store.contact(first.contactId!)).toMatchObject({ name: 'Ana Sol', language: 'es' });
    const others = [await open({ kind: VISITOR, value: 'eva' }), await open({ kind: GUEST, value: 'ana' })];
    const elsewhere = await open(ana, { accountId: 'other' });
    expect(new Set([first, ...others, elsewhere].map(({ id }) => id)).size).toBe(4);
  });

  it('keeps what a flow has noted of it', async () => {
    const { id } = await open(ana);
    await store.run((records) => records.updateConversation(id, { vars: { plan: 'x' } }));
    expect((await open(ana, { page: 'https://shop.example/' })).vars).toEqual({
      ...{ plan: 'x', page: 'https://shop.example/' },
    });
    expect((await open(ana)).vars).toEqual({ plan: 'x', page: 'https://shop.example/' });
  });
});

describe('a word to come back with', () => {
  it('opens its own chat, and the newest five of them', async () => {
    const { id } = await open(ana, { resume: '1.a' });
    const other = await open({ kind: VISITOR, value: 'eva' }, { resume: '1.b' });
    const may = (chat: string, word: string) => store.run(mayComeBack(chat, word));
    expect([await may(id, '1.a'), await may(id, '1.b'), await may(other.id, '1.b')]).toEqual([true, false, true]);
    for (const word of ['2.a', '3.a', '4.a', '5.a']) await open(ana, { resume: word });
    expect(await may(id, '1.a')).toBe(true);
    await open(ana, { resume: '6.a' });
    expect(await Promise.all(['1.a', '2.a', '6.a'].map((word) => may(id, word)))).toEqual([false, true, true]);
    expect(await may('nowhere', '1.a')).toBe(false);
  });

  it('is of a guest, never of somebody whom the shop knows', async () => {
    await open({ kind: GUEST, value: 'g1' }, { resume: '1.g' });
    await open(ana, { resume: '1.a' });
    const guest = (word: string, account = 'acc') => store.run(guestOf(account, word));
    expect(await guest('1.g')).toEqual({ kind: GUEST, value: 'g1' });
    expect([await guest('1.a'), await guest('x'), await guest('1.g', 'other')]).toEqual([null, null, null]);
  });
});

it('what was seen is noted, also before the store knows that it left', async () => {
  const { id } = await open(ana);
  const message: Message = {
    ...{ id: newId(T0), seq: 0, conversationId: id, accountId: 'acc', text: 'Hola', media: [], at: T0 },
    ...{ direction: 'out', author: 'bot', pending: false, answered: false, turnId: null, state: 'sent' },
    platformId: `${id}:5`,
    parts: [{ request: { text: 'Hola' }, state: 'sent', platformId: `${id}:5` }],
  };
  await store.run((records) => void records.insertMessage(message));
  await store.run(noteSeen('acc', [`${id}:5`, `${id}:6`], 'delivered', T0));
  expect((await store.message(message.id))?.state).toBe('delivered');
  await store.run(noteSeen('acc', [`${id}:5`], 'read', T0));
  await store.run(noteSeen('acc', [`${id}:5`], 'delivered', T0));
  expect((await store.message(message.id))?.state).toBe('read');
  expect(await store.run((records) => records.takeReceipts('acc', `${id}:6`))).toEqual([{ state: 'delivered' }]);
});
