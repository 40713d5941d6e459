import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { callsContract } from '../../contracts/store/calls.ts';
import { crashContract } from '../../contracts/store/crash.ts';
import { deskContract } from '../../contracts/store/desk.ts';
import { ACCOUNT, log, said, T0 } from '../../contracts/store/events.ts';
import { handoversContract } from '../../contracts/store/handovers.ts';
import { intakeContract } from '../../contracts/store/intake.ts';
import { lacksContract } from '../../contracts/store/lacks.ts';
import { outcomesContract } from '../../contracts/store/outcomes.ts';
import { personContract } from '../../contracts/store/person.ts';
import { searchContract } from '../../contracts/store/search.ts';
import { sessionsContract } from '../../contracts/store/sessions.ts';
import { storeContract } from '../../contracts/store/store.ts';
import { talliesContract } from '../../contracts/store/tallies.ts';
import { tracesContract } from '../../contracts/store/traces.ts';
import { DragomanError } from '../../core/errors.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { acceptDelivery } from '../../core/inbox/fold.ts';
import type { Store } from '../../core/ports.ts';
import { createCommitter } from './commit.ts';
import { lockFolder } from './lock.ts';
import { openStore } from './store.ts';

const root = mkdtempSync(path.join(tmpdir(), 'store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files = new WeakMap<Store, string>();
let count = 0;
function open(file = path.join(root, `${++count}.db`)): Promise<Store> {
  const store = openStore(file);
  files.set(store, file);
  return Promise.resolve(store);
}

const reopen = async (store: Store) => {
  const file = files.get(store)!;
  await store.close();
  return open(file);
};
storeContract('the SQLite store', open, reopen);
personContract('the SQLite store', open, reopen);
outcomesContract('the SQLite store', open, reopen);
callsContract('the SQLite store', open, reopen);
deskContract('the SQLite store', open, reopen);
handoversContract('the SQLite store', open, reopen);
intakeContract('the SQLite store', open, reopen);
lacksContract('the SQLite store', open, reopen);
searchContract('the SQLite store', open, reopen);
sessionsContract('the SQLite store', open, reopen);
talliesContract('the SQLite store', open, reopen);
tracesContract('the SQLite store', open, reopen);

crashContract({
  module: path.join(import.meta.dirname, 'store.ts'),
  opener: 'openStore',
  file: () => path.join(root, `crash-${++count}.db`),
  open: async (file) => openStore(file),
});

describe('group commit', () => {
  it('undoes only the write that failed', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('create table t(x integer unique)');
    const nothing = () => {};
    const { run } = createCommitter(db, nothing, nothing);
    const add = (x: number) => run(() => db.prepare('insert into t values(?)').run(x).lastInsertRowid);
    const half = run(() => {
      db.exec('insert into t values(50)');
      throw new Error('half way');
    });
    const results = await Promise.allSettled([add(1), add(1), half, add(2)]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(DragomanError.is((results[1] as PromiseRejectedResult).reason)).toBe(true);
    expect((results[2] as PromiseRejectedResult).reason.message).toBe('half way');
    expect(
      db
        .prepare('select x from t order by x')
        .all()
        .map((row) => (row as { x: number }).x),
    ).toEqual([1, 2]);
  });
});

describe('the file', () => {
  it('is refused when a newer Dragoman wrote it', () => {
    const file = path.join(root, 'newer.db');
    const db = new DatabaseSync(file);
    db.exec('pragma user_version = 99');
    db.close();
    expect(() => openStore(file)).toThrow(/newer Dragoman/);
  });

  it('tells a full disk as an error that can be tried again', async () => {
    const file = path.join(root, 'full.db');
    const store = openStore(file);
    const db = new DatabaseSync(file);
    db.exec('begin exclusive');
    const note = () => store.run((records) => records.insertWebhook(log()));
    const failed = note();
    await expect(failed).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    db.exec('rollback');
    db.close();
    await note();
    expect(await store.webhooks({ limit: 5 })).toHaveLength(1);
    await store.close();
  }, 20_000);

  it('is one server process’s', () => {
    const unlock = lockFolder(path.join(root, 'locked'));
    expect(() => lockFolder(path.join(root, 'locked'))).toThrow(/Another Dragoman process/);
    unlock();
    lockFolder(path.join(root, 'locked'))();
  });
});

it('reads a conversation again whose takeover ended at no date, as the version before let it', async () => {
  const store = await open();
  const file = files.get(store)!;
  await store.run(acceptDelivery([toIncoming(said('Hola', 'm1'), ACCOUNT, T0)]));
  const [{ id } = { id: '' }] = await store.conversations({ limit: 1 });
  await store.close();
  const db = new DatabaseSync(file);
  for (const until of [1e17, 9e15, Number.MAX_SAFE_INTEGER * 2]) {
    db.prepare('update conversation set human_until = ?').run(until);
    const again = openStore(file);
    const [found] = await again.conversations({ limit: 1 });
    expect([until, found!.id, new Date(found!.humanUntil).toISOString()]).toEqual([
      until,
      id,
      '9999-12-31T00:00:00.000Z',
    ]);
    await again.close();
  }
  db.prepare('update conversation set human_until = ?').run(1_800_000_000_000);
  db.close();
  const last = openStore(file);
  expect((await last.conversation(id))!.humanUntil).toBe(1_800_000_000_000);
  await last.close();
});
