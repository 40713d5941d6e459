/**
 * Dragoman's store on MongoDB, for several processes at once. ADR 17 tells how a plan is one atomic step without transactions.
 *
 * - `collections.ts`, `documents.ts`, `indexes.ts`: what is kept, how core's records become documents, which indexes must be there
 * - `connection.ts`, `reader.ts`, `pages.ts`: the line, its times and errors; lists
 * - `view.ts`, `records*.ts`: what a plan sees: records that were loaded, and what it changed of them
 * - `commit.ts`, `steps.ts`: a plan's changes become one step; what a dead process left half done is finished or undone
 * - `counters.ts`, `vault.ts`, `journal.ts`, `remembered.ts`: caps and budgets, tokens, what tools did, hashes of the forgotten
 * - `inbox.ts`, `conversations.ts` (turns and outboxes as well), `search.ts`, `orders.ts`, `calls.ts`, `traces.ts`, `notices.ts`, `tools.ts`, `desk.ts`, `tallies.ts`, `lacks.ts`:
 *   lists and counts
 * - `person.ts`, `places.ts`, `responses.ts`, `prune.ts`: what is held of a person, erased, or past its time
 * - `sessions.ts`: who is signed in to the pages
 * - `copied.ts`, `whole.ts`, `unused.ts`: one end of a copy from a store to another, whether it is whole, and whether nobody works on it
 * - `marked.ts`: whose marks may be wrong, after a process of an earlier version
 */
import type { Store } from '../../core/ports.ts';
import { callStore } from './calls.ts';
import { createCommitter } from './commit.ts';
import { type Connection, connect, guarded } from './connection.ts';
import { conversationStore } from './conversations.ts';
import { counterStore } from './counters.ts';
import { deskStore } from './desk.ts';
import { handoverStore } from './handovers.ts';
import { inboxStore } from './inbox.ts';
import { checkIndexes, checkVersion } from './indexes.ts';
import { journalStore } from './journal.ts';
import { lackStore } from './lacks.ts';
import { createMemory } from './memory.ts';
import { noticeStore } from './notices.ts';
import { orderStore } from './orders.ts';
import { personStore } from './person.ts';
import { pruning } from './prune.ts';
import { createReader } from './reader.ts';
import { recordsOf } from './records.ts';
import { checkKey, rememberedStore } from './remembered.ts';
import { responseStore } from './responses.ts';
import { searchStore } from './search.ts';
import { sessionStore } from './sessions.ts';
import { createSteps } from './steps.ts';
import { tallyStore } from './tallies.ts';
import { toolLists } from './tools.ts';
import { traceStore } from './traces.ts';
import { vaultStore } from './vault.ts';
import type { View } from './view.ts';
import { checkWhole } from './whole.ts';

/** What dead processes left is looked for so often. */
const SWEEP_MS = 30_000;

export interface MongoOptions {
  /** Of the hashes by which the forgotten are known who said STOP: the same in all processes, and for ever. */
  key: Buffer;
}

/**
 * Opens the database, makes what is missing of its indexes, and finishes what a process that died left half done.
 * @param url `mongodb://…/database`
 * @param options none: for who only reads beside running processes. Nothing is made or finished, and nobody who was forgotten is known.
 * @throws DragomanError STORE_UNAVAILABLE, DATA_NEWER, DATA_INCOMPLETE, SETTING_INVALID
 */
export async function openMongo(url: string, options?: MongoOptions): Promise<Store> {
  const connection = await connect(url);
  try {
    return await onConnection(connection, options);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function onConnection(connection: Connection, options: MongoOptions | undefined): Promise<Store> {
  await guarded(async () => {
    await checkWhole(connection);
    if (!options) return void (await checkVersion(connection));
    await checkIndexes(connection);
    await checkKey(connection, options.key);
  });
  const steps = createSteps(connection);
  if (options) await steps.sweep();
  const committer = createCommitter(connection, steps, createMemory());
  const reader = createReader(connection, committer.written);
  const isForgotten = async (id: string) => (await reader.count('forgetting', { _id: id })) > 0;
  const remembered = rememberedStore(options?.key ?? Buffer.alloc(0));
  const run = <T>(rule: (records: ReturnType<typeof recordsOf>, view: View) => T, lazy?: boolean): Promise<T> =>
    committer.run((view) => rule(recordsOf(view, remembered, nextSeq), view), lazy);
  const parts = { c: connection.c, reader, run: committer.run, remembered };
  const sweeping = options && setInterval(() => void steps.sweep().catch(() => {}), SWEEP_MS).unref();

  return {
    run: (plan, { lazy } = {}) => run((records) => plan(records), lazy),
    ...journalStore(run),
    ...counterStore(connection, steps),
    ...vaultStore(connection),
    ...inboxStore(reader),
    ...conversationStore(reader),
    ...searchStore(reader),
    ...noticeStore(reader),
    ...handoverStore(reader),
    ...orderStore(reader),
    ...callStore(reader),
    ...deskStore(connection, reader, isForgotten),
    ...tallyStore(reader),
    ...traceStore(reader),
    ...toolLists(reader),
    ...sessionStore(connection),
    ...responseStore(connection, reader, isForgotten),
    ...lackStore(connection, reader, isForgotten),
    ...personStore(parts),
    prune: pruning(parts),
    async close() {
      clearInterval(sweeping);
      await committer.settled();
      await connection.close();
    },
  };
}

/** Microseconds of two processes are rarely the same; where they are, only the conversation's own order counts. */
const salt = Math.floor(Math.random() * 1_000);
let newest = 0;

/** For the next message: by the clock, and greater than all before it in this process. Below 2^53 until the year 2255. */
function nextSeq(): number {
  newest = Math.max(newest + 1, Date.now() * 1_000 + salt);
  return newest;
}
