/** Flows that go on after their turn has ended, over the end of a process. On the real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCOUNT, PASS, said, T0 } from '../contracts/store/events.ts';
import { accept, add, begin, end, sent } from '../contracts/store/verbs.ts';
import { newId } from '../core/ids.ts';
import { toIncoming } from '../core/inbox/accept.ts';
import type { OpenTurn } from '../core/model.ts';
import type { Store } from '../core/ports.ts';
import { retryTurn } from '../core/turns/plans.ts';
import { virtualClock } from '../scenarios/clock.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { silentLog } from '../test/support/answering.ts';
import { createCutOff } from './cut-off.ts';
import type { TurnRun } from './host.ts';

const FREED = T0 + 5_000;
const LATER = T0 + 3_600_000;

let folder: string;
let store: Store;
let clock: ReturnType<typeof virtualClock>;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cut-off-'));
  store = openStore(path.join(folder, 'x.db'));
  clock = virtualClock(LATER);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const process = () => createCutOff({ store, clock, log: silentLog });
const dead = async () => (await store.turns({ state: 'dead', limit: 5 })).map(({ id }) => id);
const run = (status: TurnRun['status']) => Promise.resolve({ status, errors: [] });

async function asks(): Promise<OpenTurn> {
  const [accepted] = await accept(store, [toIncoming(said('question', 'k1'), ACCOUNT, T0)]);
  const take = { now: T0 + 1_000, leaseUntil: T0 + 60_000, owner: 'me', turnId: newId(T0) };
  const begun = await begin(store, accepted!.conversationId!, take);
  if (begun.kind !== 'turn') throw new Error(begun.kind);
  return begun.turn;
}

async function says({ id: turnId, conversationId }: OpenTurn, text: string, at: number): Promise<void> {
  const parts = [{ request: { text }, state: 'queued' as const }];
  const words = { text, media: [], parts, at, slot: `${turnId}:out:f:${at}` };
  const { message } = await add(
    store,
    {
      ...{ id: newId(at), conversationId, accountId: 'acc', turnId, author: 'bot', purpose: 'reply' },
      ...words,
    },
    PASS,
  );
  await sent(store, message.id, `p${at}`, at);
}

/** Its lane is freed while its flow goes on. */
const ends = (turn: OpenTurn) =>
  end(store, turn, { now: FREED, outcome: 'answered', decisions: [], vars: {}, openUntil: T0 + 180_000 });

it('lists a turn that a crash cut off after its first words, once, and a retry answers it', async () => {
  const turn = await asks();
  await says(turn, 'One moment.', T0 + 1_500);
  await ends(turn);
  await process().lookBack();
  expect(await store.turn(turn.id)).toMatchObject({ state: 'dead', cuts: 1, error: expect.stringMatching(/not sent/) });
  await store.run(retryTurn(turn.id, LATER));
  await process().lookBack();
  expect(await dead()).toEqual([]);
  const take = { now: LATER, leaseUntil: LATER + 60_000, owner: 'me', turnId: newId(LATER) };
  const again = await begin(store, turn.conversationId, take);
  expect(again).toMatchObject({ kind: 'turn', messages: [{ text: 'question' }] });
});

it('lists none that had said more since', async () => {
  const turn = await asks();
  await says(turn, 'One moment.', T0 + 1_500);
  await ends(turn);
  await says(turn, 'The answer.', T0 + 9_000);
  await process().lookBack();
  expect([await dead(), await store.unsettled()]).toEqual([[], []]);
});

it.each(['settled', 'timeout'] as const)('lists none whose flow was over before the crash (%s)', async (status) => {
  const turn = await asks();
  await says(turn, 'That is all.', T0 + 1_500);
  await ends(turn);
  expect(await store.unsettled()).toEqual([turn.id]);
  await process().watch(turn, run(status));
  await process().lookBack();
  expect([await dead(), await store.unsettled()]).toEqual([[], []]);
});

it('waits for the end of the turn to be stored, where the flow is over first', async () => {
  const turn = await asks();
  await says(turn, 'That is all.', T0 + 1_500);
  const watching = process().watch(turn, run('settled'));
  await clock.advance(2_500);
  await ends(turn);
  expect(await store.unsettled()).toEqual([turn.id]);
  await clock.advance(1_000);
  await watching;
  expect(await store.unsettled()).toEqual([]);
});

it('lists among many processes only what must have been over', async () => {
  const turn = await asks();
  await says(turn, 'One moment.', T0 + 1_500);
  await ends(turn);
  await process().lookBack(T0 + 180_000);
  expect([await dead(), await store.unsettled()]).toEqual([[], [turn.id]]);
  await process().lookBack(T0 + 180_001);
  expect(await dead()).toEqual([turn.id]);
});
