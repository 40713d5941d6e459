import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCOUNT, said, T0 } from '../../contracts/store/events.ts';
import { accept, add, begin, end, fail, ME, next } from '../../contracts/store/verbs.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { toIncoming } from '../inbox/accept.ts';
import type { ConversationStatus, OpenTurn } from '../model.ts';
import { judge } from '../policy/rules.ts';
import type { NewReply, Store } from '../ports.ts';
import type { SendCheck } from '../sending/outbox.ts';
import { noteAfterwards } from './afterwards.ts';
import type { Ending } from './plans.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'afterwards-'));
  store = openStore(path.join(folder, 'x.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const RULES: SendCheck = (conversation, { purpose = 'reply', turnId }) =>
  judge('gateway', { conversation, purpose, turnId, now: T0 });
const ENDING = { now: T0 + 10, outcome: 'answered' as const, decisions: [], vars: {} } satisfies Ending;
const HANDOVER = { status: 'support_active', reason: 'quiero un agente', handover: 'words' } as const;
let count = 0;

const reply = (conversationId: string, text: string, slot: string, turnId: string | null): NewReply => ({
  ...{ id: slot, conversationId, accountId: 'acc', turnId, slot, author: 'bot', purpose: 'reply', text, media: [] },
  parts: [{ request: { text }, state: 'queued' }],
  at: T0,
});

async function open(text = 'quiero un agente', turnId = `turn-${++count}`, owner = ME): Promise<OpenTurn> {
  const [accepted] = await accept(store, [
    toIncoming(said(text, `key-${++count}`, '7'), { ...ACCOUNT, burst: false }, T0),
  ]);
  const begun = await begin(store, accepted!.conversationId!, { now: T0, leaseUntil: T0 + 1, owner, turnId });
  if (begun.kind !== 'turn') throw new Error(begun.kind);
  return begun.turn;
}
const wants = (
  turn: OpenTurn,
  what: { status: ConversationStatus; reason: string; handover?: 'words' | 'model' } = HANDOVER,
) => store.run(noteAfterwards(turn, what, T0 + 5));
const of = async ({ conversationId }: OpenTurn) => (await store.conversation(conversationId))!;
const notices = async () => (await store.notices({ limit: 9 })).map(({ id }) => id);

it('changes nothing before the turn has ended, then the status with its reason, and tells people once', async () => {
  const turn = await open();
  expect(await wants(turn)).toBe(false);
  expect(await wants(turn)).toBe(false);
  expect(await of(turn)).toMatchObject({ status: 'active', statusNote: null });
  expect(await notices()).toEqual([]);
  expect(await end(store, turn, ENDING)).toBe(true);
  expect(await of(turn)).toMatchObject({
    status: 'support_active',
    statusNote: { at: T0 + 10, reason: 'quiero un agente', turnId: turn.id },
  });
  expect(await store.notices({ open: true, limit: 9 })).toEqual([
    expect.objectContaining({ id: `handover:${turn.id}`, kind: 'handover', about: { by: 'words' }, tries: 0 }),
  ]);
});

it('survives a crash between the wish and the end, and a repeated attempt tells nobody twice', async () => {
  const turn = await open();
  await wants(turn);
  await store.close();
  store = openStore(path.join(folder, 'x.db'));
  const again = await begin(store, turn.conversationId, {
    now: T0 + 9,
    leaseUntil: T0 + 20,
    owner: 'next',
    turnId: 'x',
  });
  expect(again).toMatchObject({ kind: 'turn', turn: { id: turn.id, cuts: 1 } });
  await wants(turn);
  await end(store, turn, ENDING, 'next');
  expect(await of(turn)).toMatchObject({ status: 'support_active' });
  expect(await notices()).toEqual([`handover:${turn.id}`]);
});

it('lets what its turn said go out later, and nothing else of the bot', async () => {
  const turn = await open();
  await wants(turn);
  const goodbye = await add(store, reply(turn.conversationId, 'A colleague answers.', 's1', turn.id), RULES);
  await add(store, reply(turn.conversationId, 'Second part', 's2', turn.id), RULES);
  await end(store, turn, ENDING);
  // The first one waits for a retry while the status changes.
  await store.run((records) => {
    records.updateMessage(goodbye.message.id, {
      state: 'queued',
      parts: goodbye.message.parts!.map((part) => ({ ...part, state: 'queued' })),
    });
    records.updateConversation(turn.conversationId, { openSend: null, sendOwner: null, sendAt: T0 });
  });
  expect(await next(store, turn.conversationId, RULES)).toMatchObject({
    kind: 'marked',
    message: { text: 'A colleague answers.' },
  });
  const other = await add(store, reply(turn.conversationId, 'Late answer', 's3', null), RULES);
  expect(other).toMatchObject({ message: { state: 'discarded' }, blocked: { rule: 'status' } });
});

it('leaves alone what a person changed meanwhile', async () => {
  const turn = await open();
  await wants(turn);
  await store.changeConversation(turn.conversationId, () => ({ status: 'closed' }));
  await end(store, turn, ENDING);
  expect(await of(turn)).toMatchObject({ status: 'closed', statusNote: null });
  expect(await notices()).toEqual([]);
});

it('is kept over a failed attempt, and happens also where the turn is given up', async () => {
  const turn = await open();
  await wants(turn);
  const failure = { now: T0 + 1, cut: false, error: 'no', decisions: [] };
  await fail(store, turn, { ...failure, retryAt: T0 + 2 });
  expect(await of(turn)).toMatchObject({ status: 'active' });
  await begin(store, turn.conversationId, { now: T0 + 3, leaseUntil: T0 + 20, owner: ME, turnId: 'x' });
  await fail(store, turn, { ...failure, retryAt: null });
  expect(await of(turn)).toMatchObject({ status: 'support_active', openTurn: null });
  expect(await notices()).toEqual([`handover:${turn.id}`]);
});

it('happens where a late reply answers a turn that waits for its next attempt', async () => {
  const turn = await open();
  await wants(turn);
  await fail(store, turn, { now: T0 + 1, cut: false, error: 'slow', decisions: [], retryAt: T0 + 5_000 });
  const added = await add(store, reply(turn.conversationId, 'A colleague answers.', 's1', turn.id), RULES);
  expect(added).toMatchObject({ freed: { wakeAt: null }, message: { state: 'sending' } });
  expect(await of(turn)).toMatchObject({ status: 'support_active' });
});

it('happens at once where the turn has ended, and a status without a wish for a person tells nobody', async () => {
  const turn = await open();
  await end(store, turn, ENDING);
  expect(await wants(turn, { status: 'marketing_active', reason: 'The flow set it.' })).toBe(true);
  expect(await of(turn)).toMatchObject({ status: 'marketing_active', statusNote: { reason: 'The flow set it.' } });
  expect(await notices()).toEqual([]);
});

it('keeps the wish for a person, whatever status the flow sets after it', async () => {
  const turn = await open();
  await wants(turn);
  await wants(turn, { status: 'closed', reason: 'The flow set it.' });
  await end(store, turn, ENDING);
  expect(await of(turn)).toMatchObject({ status: 'support_active' });
});
