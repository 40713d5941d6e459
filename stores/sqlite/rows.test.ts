import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { createCommitter } from './commit.ts';
import { table } from './rows.ts';

interface Thing {
  id: string;
  seq: number;
  name?: string;
  owner: string | null;
  tags: string[];
  done: boolean;
}

function things(remember: number) {
  const db = new DatabaseSync(':memory:');
  db.exec(
    'create table thing(seq integer primary key, id text unique, name text, owner text, tags text, done integer)',
  );
  const open = (limit: number) =>
    table<Thing>(
      db,
      'thing',
      { id: 'plain', seq: 'plain', name: 'plain', owner: 'nullable', tags: 'json', done: 'bool' },
      { sequence: 'seq', remember: limit },
    );
  return { db, remembering: open(remember), reading: open(0) };
}

const thing = (id: string): Thing => ({ id, seq: 0, name: 'a', owner: null, tags: ['x'], done: false });

it('remembers a record as it would be read', () => {
  const { remembering, reading } = things(10);
  expect(remembering.insert(thing('1'))).toEqual({ ...thing('1'), seq: 1 });
  remembering.update('1', { name: undefined, owner: 'me', tags: ['y'], done: true });
  expect(remembering.get('1')).toEqual({ id: '1', seq: 1, owner: 'me', tags: ['y'], done: true });
  expect(remembering.get('1')).toEqual(reading.get('1'));
});

it('shares nothing with what it was given', () => {
  const { remembering, reading } = things(10);
  const tags = ['x'];
  remembering.insert({ ...thing('1'), tags });
  tags.push('later');
  expect(remembering.get('1')?.tags).toEqual(['x']);
  remembering.update('1', { tags });
  tags.push('later still');
  expect(remembering.get('1')).toEqual(reading.get('1'));
});

it('finds what it remembers no more in the database, and nothing that was removed', () => {
  const { remembering } = things(2);
  for (let n = 1; n <= 20; n++) remembering.insert(thing(String(n)));
  for (let n = 1; n <= 20; n++) remembering.update(String(n), { name: `name ${n}` });
  for (let n = 1; n <= 20; n++) expect(remembering.get(String(n))).toMatchObject({ seq: n, name: `name ${n}` });
  remembering.remove('20');
  remembering.remove('1');
  expect([remembering.get('20'), remembering.get('1')]).toEqual([null, null]);
});

it('does not remember what was undone', async () => {
  const { db, remembering } = things(10);
  const { run } = createCommitter(db, remembering.flush, remembering.forget);
  await run(() => void remembering.insert(thing('1')));
  const failed = run(() => {
    remembering.update('1', { name: 'undone' });
    throw new Error('half way');
  });
  const beside = run(() => remembering.update('1', { owner: 'me' }));
  await expect(failed).rejects.toThrow('half way');
  await beside;
  expect(remembering.get('1')).toEqual({ ...thing('1'), seq: 1, owner: 'me' });
});
