/** A process of this version beside one of the next, on one database: what that keeps and this one does not know is neither lost nor in the way. */
import { type Db, MongoClient } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '../../core/ports.ts';
import { openTestMongo } from '../../test/support/mongo-store.ts';
import { first, TURN, turn } from '../../test/support/mongo-works.ts';
import { answers, fill } from '../../test/support/store-contents.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';
import { type Change, type Kept, NAMES, type Name, shapeOf } from './collections.ts';
import { createCommitter } from './commit.ts';
import { connect } from './connection.ts';
import { createMemory } from './memory.ts';
import { createSteps } from './steps.ts';
import { mongoWorkers } from './workers.ts';

const missing = mongoMissing();
/** As a version to come may keep it; null is the same as nothing here. */
const LATER = { later: 'text', laterToo: { 'some.thing': [1, { deep: true }] } };

describe.skipIf(missing)(`two versions on one MongoDB${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  /** A database of its own, and a look at what is really there. */
  async function opened() {
    const url = server.database();
    const client = await MongoClient.connect(url);
    const db = client.db();
    const at = (name: string) => db.collection<Kept>(name);
    return { url, db, at, [Symbol.asyncDispose]: () => client.close() };
  }
  const inAll = async (db: Db, work: (name: Name, documents: Kept[]) => Promise<unknown>) => {
    for (const name of NAMES) await work(name, await db.collection<Kept>(name).find().toArray());
  };
  const using = async <T>(url: string, work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openTestMongo(url);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  };

  it('fields that only the next one knows stay in every kind of record that this one changes', async () => {
    await using place = await opened();
    await using(place.url, fill);
    await inAll(place.db, (name) => place.at(name).updateMany({}, { $set: LATER }));
    const connection = await connect(place.url);
    const committer = createCommitter(connection, createSteps(connection), createMemory());
    const changed: Name[] = [];
    await inAll(place.db, async (name, documents) => {
      const { kept } = shapeOf(name);
      if (name === 'meta' || name === 'steps' || kept === 'added' || kept === 'beside') return;
      for (const { _id } of documents) await committer.run((view) => view.update(name, _id, { ours: 'new' }));
      changed.push(name);
    });
    await committer.settled();
    await connection.close();
    expect(changed.length).toBeGreaterThan(15);
    await inAll(place.db, async (name, documents) => {
      const ours = changed.includes(name) ? { ours: 'new' } : {};
      for (const document of documents)
        expect([name, document]).toEqual([name, expect.objectContaining({ ...LATER, ...ours })]);
    });
  });

  it('so they do in what a turn changes, also in the turn itself; and what is answered is the same', async () => {
    await using place = await opened();
    await using(place.url, async (store) => {
      await first(store);
      await inAll(place.db, (name) => place.at(name).updateMany({}, { $set: LATER }));
      await turn(store);
    });
    const [conversation] = await place.at('conversations').find().toArray();
    const [incoming] = await place.at('messages').find({ direction: 'in' }).toArray();
    const [contact] = await place.at('contacts').find().toArray();
    expect([conversation, incoming, contact]).toEqual(Array(3).fill(expect.objectContaining(LATER)));
    expect(incoming).toMatchObject({ pending: false, turnId: TURN });
  });

  it('what a turn of the next one has beside, its end keeps', async () => {
    await using place = await opened();
    await using(place.url, async (store) => {
      await first(store);
      const [{ id } = { id: '' }] = await store.conversations({ limit: 1 });
      await store.run((records) => {
        const open = { id: TURN, conversationId: id, accountId: 'acc', messageIds: [], state: 'running' as const };
        const openTurn = { ...open, attempts: 0, cuts: 0, decisions: [], startedAt: 1, later: { of: 'it' } };
        records.updateConversation(id, { openTurn, leaseOwner: null });
      });
      await turn(store);
    });
    expect(await place.at('turns').findOne({ _id: TURN })).toMatchObject({ state: 'done', later: { of: 'it' } });
  });

  it('a database with more collections and indexes is opened, and nothing of it is taken away', async () => {
    await using place = await opened();
    await using(place.url, fill);
    const before = await using(place.url, answers);
    await place.db.createCollection('laterThings');
    await place.at('conversations').createIndex({ later: 1, updatedAt: -1 });
    await inAll(place.db, (name) => place.at(name).updateMany({}, { $set: { later: 'text' } }));
    await using(place.url, async (store) => {
      const found = JSON.stringify(await answers(store)).replaceAll(',"later":"text"', '');
      expect(JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(before)));
    });
    const indexes = await place.at('conversations').listIndexes().toArray();
    expect(indexes.map(({ name }) => name)).toContain('later_1_updatedAt_-1');
  });

  it('a step of the next one that was left half done is finished, also in collections that this one does not know', async () => {
    await using place = await opened();
    await using(place.url, first);
    const [{ _id: conversation, v } = { _id: '', v: 0 }] = await place.at('conversations').find().toArray();
    const hold = { id: 'step', on: ['conversations', conversation] as [Name, string], at: Date.now() };
    await place.at('laterThings').insertMany([
      { _id: 'held and new', v: 1, text: 'new', hold: { ...hold, fresh: true } },
      { _id: 'held', v: 3, text: 'old', was: 1, hold },
      { _id: 'owned', v: 5, text: 'old', conversationId: conversation },
      { _id: 'going', v: 2, hold },
      // Somebody was faster with these.
      { _id: 'owned and done', v: 6, text: 'newer' },
      { _id: 'held and done', v: 4, text: 'newer' },
    ]);
    const c = 'laterThings' as Name;
    const changes: Change[] = [
      { c, id: 'held and new', v: 0 },
      { c, id: 'held', v: 3, set: { text: 'new' }, unset: ['was'] },
      { c, id: 'owned', v: 5, set: { text: 'new' } },
      { c, id: 'owned and new', v: 0, set: { text: 'new', conversationId: conversation } },
      { c, id: 'going', v: 2, gone: true },
      { c, id: 'owned and done', v: 5, set: { text: 'new' } },
      { c, id: 'held and done', v: 3, set: { text: 'new' } },
    ];
    await place
      .at('conversations')
      .updateOne({ _id: conversation }, { $set: { v: v + 1, open: { id: 'step', at: Date.now(), changes } } });
    await using(place.url, async (store) => {
      await store.changeConversation(conversation, () => ({ status: 'closed' }));
      await store.changeConversation(conversation, () => ({ status: 'active' }));
    });
    expect(await place.at('laterThings').find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'held', v: 4, text: 'new' },
      { _id: 'held and done', v: 4, text: 'newer' },
      { _id: 'held and new', v: 1, text: 'new' },
      { _id: 'owned', v: 6, text: 'new', conversationId: conversation },
      { _id: 'owned and done', v: 6, text: 'newer' },
      { _id: 'owned and new', v: 1, text: 'new', conversationId: conversation },
    ]);
    const [after] = await place.at('conversations').find().toArray();
    expect(after).toMatchObject({ status: 'active' });
    expect(after).not.toHaveProperty('open');
  });

  it('the number of what is kept is noted; one that is higher is refused, one that is lower while somebody works there', async () => {
    await using place = await opened();
    const number = async () => (await place.at('meta').findOne({ _id: 'schema' }))?.version;
    const set = (version: number) => place.at('meta').updateOne({ _id: 'schema' }, { $set: { version } });
    await using(place.url, async () => {});
    const now = await number();
    await set(now + 1);
    await expect(openTestMongo(place.url)).rejects.toMatchObject({ code: 'DATA_NEWER' });
    await set(now - 1);
    const workers = mongoWorkers(place.db);
    await workers.put({ id: 'one', role: 'worker', version: '0', startedAt: 1, pulse: 0, gone: false, about: {} });
    let pulse = 0;
    const living = setInterval(() => void workers.renew('one', ++pulse, {}), 200);
    await expect(openTestMongo(place.url)).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    clearInterval(living);
    expect(await number()).toBe(now - 1);
    await workers.leave('one');
    await using(place.url, async () => {});
    expect(await number()).toBe(now);
  });

  it('workers and duties of the next one are listed with what this one knows of them', async () => {
    await using place = await opened();
    await place.db.collection<Kept>('workers').insertOne({
      ...{
        _id: 'next',
        v: 1,
        role: 'later',
        version: '99.0.0',
        marks: 99,
        startedAt: 1,
        pulse: 1,
        gone: false,
        ...LATER,
      },
      about: '{"later":{}}',
    });
    await place.db.collection<Kept>('duties').insertOne({ _id: 'a later duty', v: 1, owner: 'next', ...LATER });
    const workers = mongoWorkers(place.db);
    expect(await workers.list()).toMatchObject([{ id: 'next', marks: 99, about: { later: {} } }]);
    expect(await workers.duties()).toEqual([{ name: 'a later duty', owner: 'next' }]);
    expect(await workers.writeOff('next', 1)).toBe(true);
    expect(await place.db.collection<Kept>('workers').findOne({ _id: 'next' })).toMatchObject({ gone: true, ...LATER });
  });
});
