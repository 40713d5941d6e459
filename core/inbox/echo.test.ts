/** Whose words came back: ours on their way, or a human's who silences the bot. On the real store, with the plans that the engine runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCOUNT, PASS, said, T0 } from '../../contracts/store/events.ts';
import { accept, add, sent } from '../../contracts/store/verbs.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { newId } from '../ids.ts';
import type { Media } from '../model.ts';
import type { NewReply, ParsedEcho, Store } from '../ports.ts';
import { settleSend } from '../sending/outbox.ts';
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

it('learns from an echo that a send of unknown fate arrived', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  const lost = { ok: false, failure: 'unknown', error: { code: 'LOST', message: 'No answer.' } } as const;
  await store.run(settleSend(message.id, 0, lost, T0));
  expect(await echo('our words', 'p1')).toBe(false);
  expect(await store.message(message.id)).toMatchObject({ state: 'sent', parts: [{ platformId: 'p1' }] });
  expect(await echo('our words', 'p2')).toBe(true);
});

it('knows a send of unknown fate by the id that was ours, in whatever words it comes back', async () => {
  const { message } = await add(store, reply('our words'), PASS);
  const error = { code: 'LOST', message: 'No answer.' };
  await store.run(settleSend(message.id, 0, { ok: false, failure: 'unknown', error, platformId: 'p1' }, T0));
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
