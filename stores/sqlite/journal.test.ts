import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { journalContract } from '../../contracts/store/journal.ts';
import type { Store } from '../../core/ports.ts';
import { openStore } from './store.ts';

const root = mkdtempSync(path.join(tmpdir(), 'journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files = new WeakMap<Store, string>();
let count = 0;
async function open(file = path.join(root, `${++count}.db`)): Promise<Store> {
  const store = openStore(file);
  files.set(store, file);
  return store;
}

journalContract('the SQLite store', open, async (store) => {
  await store.close();
  return open(files.get(store));
});
