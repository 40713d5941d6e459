import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASS, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { usableHead } from '../answering/continuity.ts';
import { historyOf } from '../answering/prompt.ts';
import { newId, newSession } from '../ids.ts';
import type { Message } from '../model.ts';
import type { NewReply, Store } from '../ports.ts';
import { cutToHeard, endCall, type OpenCall, openCall, seeCall } from './plans.ts';

const root = mkdtempSync(path.join(tmpdir(), 'calls-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
let store: Store;
beforeEach(() => {
  store = openStore(path.join(root, `${++count}.db`));
});
afterEach(() => store.close());

function opening(id: string, person = 'ana', more: Partial<OpenCall> = {}): OpenCall {
  return {
    call: {
      ...{ id, accountId: 'acc', state: 'active', about: { pharmacy_id: 7 }, startedAt: T0, endedAt: null, seenAt: T0 },
      ...{ secret: 'hash', recording: null, summary: '' },
    },
    thread: { kind: 'private', identities: [{ kind: 'caller', value: person }], name: person, address: { line: id } },
    ...{ accountId: 'acc', channel: 'call', at: T0 },
    ids: { contactId: newId(T0), conversationId: newId(T0), session: newSession() },
    ...more,
  };
}
const open = async (id: string, person?: string, more?: Partial<OpenCall>) =>
  store.run(openCall(opening(id, person, more)));

describe('a call', () => {
  it('has a conversation of its own, and the contact that is known', async () => {
    const first = (await open('call-1'))!;
    const second = (await open('call-2', 'ana', { at: T0 + 5 }))!;
    const other = (await open('call-3', 'eva'))!;
    expect(first.call).toMatchObject({ conversationId: first.conversation.id, about: { pharmacy_id: 7 } });
    expect(first.conversation).toMatchObject({ channel: 'call', address: { line: 'call-1' }, kind: 'private' });
    expect(second.call.contactId).toBe(first.call.contactId);
    expect(other.call.contactId).not.toBe(first.call.contactId);
    const conversations = [first, second, other].map(({ conversation }) => conversation.id);
    expect(new Set(conversations).size).toBe(3);
    expect(await store.call('call-1')).toEqual(first.call);
    expect((await store.callOf(second.conversation.id))?.id).toBe('call-2');
    expect((await store.contact(first.call.contactId))?.name).toBe('ana');
  });

  it('is the one of a thread that names its key otherwise, or a group: still its own', async () => {
    const one = opening('call-1');
    const thread = { ...one.thread, kind: 'group' as const, key: 'shared' };
    const first = (await store.run(openCall({ ...one, thread })))!;
    const second = (await open('call-2', 'ana', { thread }))!;
    expect(first.conversation.id).not.toBe(second.conversation.id);
    expect(first.call.contactId).toBe(second.call.contactId);
  });

  it('is opened once: nothing is made under an id that is taken', async () => {
    await open('call-1');
    expect(await open('call-1', 'eva')).toBeNull();
    expect(await store.conversations({ limit: 9 })).toHaveLength(1);
  });

  it('ends once, as it ended first', async () => {
    await open('call-1');
    const ended = { end: 'caller', state: 'completed', summary: 'Ordered two.', at: T0 + 9 } as const;
    const after = await store.run(endCall('call-1', ended));
    expect(after).toMatchObject({ end: 'caller', state: 'completed', summary: 'Ordered two.', endedAt: T0 + 9 });
    expect(await store.run(endCall('call-1', { ...ended, end: 'lost', state: 'failed' }))).toBeNull();
    expect(await store.run(endCall('nobody', ended))).toBeNull();
    expect(await store.call('call-1')).toEqual(after);
  });

  it('is seen forward only, and no more once it has ended', async () => {
    await open('call-1');
    const seenAt = async (at: number) => {
      // Nobody waits for it, and who reads sees it.
      void store.run(seeCall('call-1', at), { lazy: true });
      return (await store.call('call-1'))!.seenAt;
    };
    expect([await seenAt(T0 + 5), await seenAt(T0 + 3), await seenAt(T0 + 6)]).toEqual([T0 + 5, T0 + 5, T0 + 6]);
    await store.run(endCall('call-1', { end: 'lost', state: 'failed', summary: '', at: T0 + 7 }));
    expect(await seenAt(T0 + 8)).toBe(T0 + 6);
    await store.run(seeCall('nobody', T0));
  });
});

describe('what was heard', () => {
  const WORDS = 'We have it. The price is 40 tenge. Shall I order?';
  let conversationId: string;
  beforeEach(async () => {
    conversationId = (await open('call-1'))!.conversation.id;
  });

  const reply = (more: Partial<NewReply> = {}): NewReply => ({
    ...{ id: newId(T0), conversationId, accountId: 'acc', turnId: null, author: 'bot', purpose: 'reply' },
    ...{ text: WORDS, media: [], parts: [{ request: { text: WORDS }, state: 'queued' }], at: T0 },
    ...more,
  });
  async function said(more: Partial<NewReply> = {}): Promise<Message> {
    const { message } = await verbs.add(store, reply(more), PASS);
    await verbs.sent(store, message.id, `spoken:${message.id}`);
    return (await store.message(message.id))!;
  }
  const cut = (message: Pick<Message, 'id'>, heard: string) => store.run(cutToHeard(message.id, heard, T0 + 50));
  const history = async () => historyOf(await store.history(conversationId, 9)).map(({ text }) => text);
  const head = { responseId: 'r', endpoint: 'e' };

  it('becomes the text, the rest is kept for people, and the model is told that he interrupted', async () => {
    const message = await said();
    await store.changeConversation(conversationId, () => ({ head: { ...head, seq: message.seq } }));
    const after = await cut(message, 'We have it. The price ');
    expect(after).toMatchObject({
      text: 'We have it. The price',
      unheard: ' is 40 tenge. Shall I order?',
      state: 'sent',
    });
    expect(await store.message(message.id)).toEqual({ ...message, text: after!.text, unheard: after!.unheard });
    expect(await history()).toEqual(['We have it. The price [the customer interrupted here]']);
    expect(await store.conversation(conversationId)).toMatchObject({ head: null, updatedAt: T0 + 50 });
  });

  it('makes a head useless that is kept only afterwards', async () => {
    const message = await said();
    const usable = async () =>
      usableHead({ ...head, seq: message.seq }, await store.history(conversationId, 9), 'next turn');
    expect(await usable()).not.toBeNull();
    await cut(message, 'We have it.');
    expect(await usable()).toBeNull();
    await cut(message, '');
    expect(await usable()).toBeNull();
  });

  it('may only become shorter, and less of it is told together', async () => {
    const message = await said();
    await cut(message, 'We have it. The price');
    for (const heard of [WORDS, 'We have it. The price is', 'We have it. The price', 'Something else'])
      expect(await cut(message, heard), heard).toBeNull();
    const { text, unheard } = (await cut(message, 'We have it.'))!;
    expect([text, text + unheard]).toEqual(['We have it.', WORDS]);
  });

  it('of which nothing was heard is discarded whole, for good, and the history is without it', async () => {
    for (const before of ['', 'We have it.']) {
      const message = await said();
      if (before) await cut(message, before);
      expect(await cut(message, ' ')).toMatchObject({ state: 'discarded', error: { code: 'interrupted' } });
      const after = (await store.message(message.id))!;
      expect(after).toMatchObject({ text: WORDS, state: 'discarded', parts: message.parts });
      expect(after).not.toHaveProperty('unheard');
      expect([await cut(message, 'We'), await history()]).toEqual([null, []]);
    }
  });

  it('of a message that is on its way or waits is nothing: the answer to the send changes that no more', async () => {
    const { message: onItsWay } = await verbs.add(store, reply(), PASS);
    const { message: waiting } = await verbs.add(store, reply(), PASS);
    expect([onItsWay.state, waiting.state]).toEqual(['sending', 'queued']);
    for (const message of [onItsWay, waiting]) await cut(message, '');
    await verbs.sent(store, onItsWay.id, 'spoken:late');
    expect(await store.message(onItsWay.id)).toMatchObject({
      ...{ state: 'discarded', error: { code: 'interrupted' }, parts: [{ state: 'sent', platformId: 'spoken:late' }] },
    });
    expect(await verbs.next(store, conversationId, PASS)).toEqual({ kind: 'idle' });
    expect(await store.conversation(conversationId)).toMatchObject({ openSend: null, sendAt: null });
  });

  it('part of one that is on its way stays what was heard when the send has its answer', async () => {
    const { message } = await verbs.add(store, reply(), PASS);
    await cut(message, 'We have it.');
    await verbs.sent(store, message.id, 'spoken:1');
    expect(await store.message(message.id)).toMatchObject({ state: 'sent', text: 'We have it.' });
  });

  it('is asked of what the bot said in a call only', async () => {
    const person = await said({ author: 'human', purpose: 'human' });
    const { message: draft } = await verbs.add(store, reply({ draft: true }), PASS);
    const chat = await store.run((records) =>
      records.insertConversation({
        ...records.conversation(conversationId)!,
        id: 'chat',
        threadKey: 'chat',
        session: 's',
      }),
    );
    const elsewhere = await said({ conversationId: chat.id });
    for (const message of [person, draft, elsewhere, { id: 'nobody' }]) expect(await cut(message, 'We')).toBeNull();
    expect((await store.message(elsewhere.id))!.text).toBe(WORDS);
  });
});
