/** What the search of a file has to do itself: its words are read beside the work, in steps. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACCOUNT, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { ParsedEvent, Store } from '../../core/ports.ts';
import { indexing } from './search-index.ts';
import { openStore } from './store.ts';

let folder: string;
let file: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'search-'));
  file = path.join(folder, 'x.db');
  store = openStore(file);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const accept = (event: ParsedEvent) => verbs.accept(store, [toIncoming(event, ACCOUNT, T0)]);
const says = (text: string, key: string, person = key) => {
  const thread = { kind: 'private', identities: [{ kind: 'telegram', value: person }], address: {} } as const;
  return accept(
    said(text, key, person, { thread: { ...thread, identities: [...thread.identities], name: `Ana ${key}` } }),
  );
};
async function found(from: Store, text: string): Promise<string[]> {
  const { found } = await from.search({ text, limit: 10 });
  return found.map(({ message }) => message.excerpt);
}
/** @returns how many messages are in the index */
function indexed(): number {
  const db = new DatabaseSync(file);
  const { n } = db.prepare('select count(*) as n from said_words').get() as { n: number };
  db.close();
  return n;
}

it('what is said costs the index nothing, and a command beside the server finds it all the same', async () => {
  await says('First order.', 'a');
  await store.search({ text: 'x', limit: 1 });
  expect(indexed()).toBe(1);
  await says('Second order.', 'b');
  await accept({ kind: 'edit', type: 'edit', key: 'e', platformId: 'a:a', text: 'First booking.' });
  expect(indexed()).toBe(0);
  const beside = openStore(file, { beside: true });
  try {
    expect(await found(beside, 'order')).toEqual(['Second order.']);
    expect(await found(beside, 'booking')).toEqual(['First booking.']);
    expect(await found(beside, 'ana')).toEqual(['Second order.', 'First booking.']);
    expect(indexed()).toBe(0);
    expect(await found(store, 'first')).toEqual(['First booking.']);
    expect(indexed()).toBe(2);
    expect(await found(beside, 'first')).toEqual(['First booking.']);
  } finally {
    await beside.close();
  }
});

it('messages of before there was a search are read in steps, the newest first, and until then it says how many are not', async () => {
  const all = Array.from({ length: 450 }, (_, index) => toIncoming(said(`Order ${index}.`, `k${index}`), ACCOUNT, T0));
  await verbs.accept(store, all);
  const db = new DatabaseSync(file);
  db.exec('update said_read set low = 451, high = 450');
  expect(await store.search({ text: 'order', limit: 5 })).toMatchObject({ found: [], unread: 450 });
  const { readNew, readOld } = indexing(db);
  expect(readNew()).toBe(false);
  expect(readOld()).toBe(true);
  expect(await store.search({ text: '449', limit: 5 })).toMatchObject({ found: [{}], unread: 350 });
  expect(await found(store, '100')).toEqual([]);
  // What is erased meanwhile is never read.
  await accept({ kind: 'delete', type: 'delete', key: 'd', platformId: '7:k100' });
  while (readOld());
  db.close();
  expect(await store.search({ text: '101', limit: 5 })).toMatchObject({ found: [{}], unread: 0 });
  expect(await found(store, '100')).toEqual([]);
  expect(indexed()).toBe(449);
});

it('the words of what was pruned are taken out of the index in steps as well', async () => {
  for (let n = 0; n < 30; n++) await says(`Order ${n} quxxword${n}`, `k${n}`);
  await store.search({ text: 'x', limit: 1 });
  for (const { id } of await store.conversations({ limit: 50 }))
    await store.changeConversation(id, () => ({ wakeAt: null }));
  const db = new DatabaseSync(file);
  db.exec('create virtual table temp.terms using fts5vocab(main, said_words, row)');
  const words = () => db.prepare("select term from terms where term like 'quxx%'").all().length;
  const { merge } = indexing(db);
  expect([words(), merge()]).toEqual([30, false]);
  db.exec('update message set pending = 0');
  await verbs.prune(store, 'messages', T0 + 1);
  expect(indexed()).toBe(0);
  while (merge());
  expect(words()).toBe(0);
  db.exec('vacuum; pragma wal_checkpoint(truncate)');
  db.close();
});
