/** Whose words came back: ours on their way, or a human's who silences the bot. On the real store, with the plans that the engine runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, PASS, said, T0 } from '../../contracts/store/events.ts';
import { accept, add, next, sent } from '../../contracts/store/verbs.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { newId } from '../ids.ts';
import type { Media } from '../model.ts';
import type { NewReply, ParsedEcho, Store } from '../ports.ts';
import { nextSend, settleSend } from '../sending/outbox.ts';
import { approveDraft, cutOff } from '../sending/stored.ts';
import { toIncoming } from './accept.ts';

let folder: string;
let store: Store;
let conversationId: string;
let count = 0;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'echo-'));
  store = openStore(path.join(folder, 'x.db'));
  const [result] = await accept(store, [toIncoming(said('hi', 'k1'), ACCOUNT, T0)]);
  conversationId = result!.conversationId!;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const reply = (text: string, more: Partial<NewReply> = {}): NewReply => ({
  id: newId(T0),
  conversationId,
  accountId: 'acc',
  turnId: null,
  author: 'bot',
  purpose: 'reply',
  text,
  media: [],
  parts: [{ request: { type: 'text', text: { body: text } }, state: 'queued' }],
  at: T0,
  ...more,
});

/** An echo of these words; tells whether it was taken for a human's. */
async function echo(text: string, platformId: string, media: Media[] = [], at = T0 + 1_000): Promise<boolean> {
  const { kind: _, ...words } = said(text, `echo-${++count}`);
  const event: ParsedEcho = { ...words, kind: 'echo', platformId, media, automated: false };
  await accept(store, [toIncoming(event, ACCOUNT, at)]);
  return (await store.conversation(conversationId))!.humanUntil > at;
}

it('is our own while its part is on its way and has no id, once', async () => {
  await add(store, reply('our words'), PASS);
  expect(await echo('our words', 'p1')).toBe(false);
  expect(await echo('our words', 'p2')).toBe(true);
});

it('takes a human who types the bot’s very words for a human, once the platform told our send’s id', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  await sent(store, message.id, 'p1');
  expect(await echo('our words', 'p1')).toBe(false);
  expect(await echo('our words', 'p2')).toBe(true);
});

it('takes a human who sends a waiting draft by hand for a human', async () => {
  await add(store, reply('the draft', { draft: true }), PASS);
  expect(await echo('the draft', 'p1')).toBe(true);
});

it('takes a human’s photo for a human’s, shortly after a bot’s text and a bot’s photo that arrived', async () => {
  const photo: Media = { kind: 'image', ref: 'x' };
  const { message } = await add(store, reply('', { media: [photo], parts: [{ request: {}, state: 'queued' }] }), PASS);
  await sent(store, message.id, 'p1');
  await add(store, reply('a text'), PASS);
  expect(await echo('', 'p2', [photo])).toBe(true);
});

it('knows our own photo while it is on its way', async () => {
  const photo: Media = { kind: 'image', ref: 'x' };
  await add(store, reply('', { media: [photo], parts: [{ request: { type: 'image' }, state: 'queued' }] }), PASS);
  expect(await echo('', 'p1', [photo])).toBe(false);
});

it('knows our own voice note while it is on its way, by its sound or by the words that were sent in its place', async () => {
  const note: Media = { kind: 'voice', ref: 'x' };
  for (const [words, media] of [
    ['', [note]],
    ['our words', []],
  ] as const) {
    const parts = [{ request: { text: 'our words' }, sayIn: 'es', state: 'queued' as const }];
    const { message } = await add(store, reply('our words', { parts }), PASS);
    expect(message.state).toBe('queued');
    const marked = await store.run(nextSend(conversationId, T0, PASS, 'me', () => 'voice'));
    expect(marked).toMatchObject({ kind: 'marked', message: { media: [{ kind: 'voice', heard: true }] } });
    expect(await echo(words, `p-${words}`, [...media])).toBe(false);
    await sent(store, message.id, `p-${words}`);
  }
  expect(await echo('', 'p3', [note])).toBe(true);
});

it('learns from an echo that a send of unknown fate arrived', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  const lost = { ok: false, failure: 'unknown', error: { code: 'LOST', message: 'No answer.' } } as const;
  await store.run(settleSend(message.id, 0, lost, T0, PASS));
  expect(await echo('our words', 'p1')).toBe(false);
  expect(await store.message(message.id)).toMatchObject({ state: 'sent', parts: [{ platformId: 'p1' }] });
  expect(await echo('our words', 'p2')).toBe(true);
});

it('counts from the send, not from the writing: a draft approved late, and a retry, have their echoes too', async () => {
  const LATER = T0 + 3_600_000;
  const { message } = await add(store, reply('the draft', { draft: true }), PASS);
  await store.run(approveDraft(message.id, LATER));
  await next(store, conversationId, PASS, LATER);
  const lost = { ok: false, failure: 'unknown', error: { code: 'LOST', message: 'No answer.' } } as const;
  await store.run(settleSend(message.id, 0, lost, LATER, PASS));
  expect(await echo('the draft', 'p1', [], LATER + 50_000)).toBe(false);
  const slow = await add(store, reply('a slow one'), PASS);
  expect(await echo('a slow one', 'p2', [], LATER + 3_600_000)).toBe(false);
  await sent(store, slow.message.id, 'p2');
  const last = await add(store, reply('no more'), PASS);
  await store.run(settleSend(last.message.id, 0, lost, LATER, PASS));
  expect(await echo('no more', 'p3', [], LATER + 70_000)).toBe(true);
});

it('counts from the start after a crash', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  await store.run(cutOff(conversationId, message.id, T0 + 3_600_000));
  expect(await echo('our words', 'p1', [], T0 + 3_630_000)).toBe(false);
});

it('goes on with the other parts of a send once the one of unknown fate proves to have arrived', async () => {
  const parts = ['one', 'two'].map((text) => ({ request: { text }, state: 'queued' as const }));
  const { message } = await add(store, reply('one two', { parts }), PASS);
  const lost = { ok: false, failure: 'unknown', error: { code: 'LOST', message: 'No answer.' } } as const;
  await store.run(settleSend(message.id, 0, lost, T0, PASS));
  expect((await store.conversation(conversationId))!.sendAt).toBeNull();
  expect(await echo('one', 'p1')).toBe(false);
  expect(await store.message(message.id)).toMatchObject({ state: 'queued', parts: [{ state: 'sent' }, {}] });
  expect(await store.outboxes()).toMatchObject([{ conversationId, sendAt: T0 + 1_000 }]);
});

describe('a receipt of a part', () => {
  const receipt = (platformId: string) =>
    accept(store, [
      toIncoming(
        { kind: 'status', type: 'status', key: `r-${++count}`, platformId, state: 'delivered' },
        ACCOUNT,
        T0 + 1_000,
      ),
    ]);
  /** A send whose second part was refused, or whose conversation a person took over before it. */
  async function stoppedAfterTheFirst(failure: 'failed' | 'retry'): Promise<string> {
    const parts = ['one', 'two', 'three'].map((text) => ({ request: { text }, state: 'queued' as const }));
    const { message } = await add(store, reply('one two three', { parts }), PASS);
    await sent(store, message.id, 'p1');
    const error = { code: 'NO', message: 'No.' };
    const state = failure === 'failed' ? 'request' : 'retry';
    await store.run(settleSend(message.id, 1, { ok: false, failure: state, error }, T0, PASS));
    return message.id;
  }

  it('that had failed has the others follow', async () => {
    const id = await stoppedAfterTheFirst('failed');
    const { parts } = (await store.message(id))!;
    await store.run((records) =>
      records.updateMessage(id, {
        parts: parts!.map((part, index) => (index === 1 ? { ...part, platformId: 'p2' } : part)),
      }),
    );
    await store.run((records) => records.namePart('acc', 'p2', id));
    await receipt('p2');
    expect(await store.message(id)).toMatchObject({ state: 'queued', tries: 0 });
    expect((await store.conversation(conversationId))!.sendAt).toBe(T0 + 1_000);
  });

  it('brings nothing back that a rule held back meanwhile', async () => {
    const id = await stoppedAfterTheFirst('retry');
    const block = () => ({ gate: '', result: 'block' as const, rule: 'takeover', reason: 'A person is here.', at: 0 });
    await next(store, conversationId, block, T0 + 60_000);
    await receipt('p1');
    const error = { code: 'takeover', message: 'A person is here.' };
    expect(await store.message(id)).toMatchObject({
      state: 'failed',
      error,
      parts: [{ state: 'delivered' }, { state: 'failed' }, { state: 'failed' }],
    });
    expect((await store.conversation(conversationId))!.sendAt).toBeNull();
  });
});

it('knows a send of unknown fate by the id that was ours, in whatever words it comes back', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  const error = { code: 'LOST', message: 'No answer.' };
  await store.run(settleSend(message.id, 0, { ok: false, failure: 'unknown', error, platformId: 'p1' }, T0, PASS));
  expect(await store.message(message.id)).toMatchObject({ state: 'unknown', parts: [{ platformId: 'p1' }] });
  expect(await echo('our words, as the platform shows them', 'p1')).toBe(false);
  expect(await store.message(message.id)).toMatchObject({ state: 'sent' });
});

it('learns from the echo of our own send that a person has another identity, unless he has one of that kind', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  await sent(store, message.id, 'p1');
  const told = async (kind: string, value: string, key: string) => {
    const thread = { kind: 'private' as const, identities: [{ kind, value }], address: {} };
    const event: ParsedEcho = { ...said('our words', key), kind: 'echo', platformId: 'p1', automated: false, thread };
    await accept(store, [toIncoming(event, ACCOUNT, T0 + 1_000)]);
  };
  const [before] = await accept(store, [
    toIncoming(
      said('by another id', 'k2', '8', {
        thread: { kind: 'private', identities: [{ kind: 'lid', value: '8' }], address: {} },
      }),
      ACCOUNT,
      T0,
    ),
  ]);
  await told('lid', '8', 'e1');
  await told('lid', '9', 'e2');
  const contactId = (await store.conversation(conversationId))!.contactId!;
  const { identities } = (await store.contact(contactId))!;
  expect(identities.map(({ kind, value }) => `${kind} ${value}`).sort()).toEqual(['lid 8', 'telegram 7']);
  expect((await store.conversation(before!.conversationId!))!.contactId).toBe(contactId);
  expect((await store.conversation(conversationId))!.humanUntil).toBe(0);
});
