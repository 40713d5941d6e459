import { MongoClient } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, callOf, log, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { beginForgetting, samePerson } from '../../core/people/plans.ts';
import type { Store } from '../../core/ports.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';
import { type Kept, NAMES, type Name } from './collections.ts';
import { COLLECTION_OF, IMPERSONAL } from './places.ts';
import { openMongo } from './store.ts';

it('each collection holds something of a person, or there is a reason why not', () => {
  expect([...new Set(Object.values(COLLECTION_OF)), ...Object.keys(IMPERSONAL)].sort()).toEqual([...NAMES].sort());
});

const missing = mongoMissing();

describe.skipIf(missing)(`beside steps of others${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  let store: Store;
  let client: MongoClient;
  const c = (name: Name) => client.db().collection<Kept>(name);
  beforeEach(async () => {
    const url = server.database();
    store = await openMongo(url, { key: Buffer.alloc(32, 7) });
    client = new MongoClient(url);
    return async () => {
      await store.close();
      await client.close();
    };
  });

  /** As another process takes it that has not decided yet. */
  const hold = (name: Name, id: string) =>
    c(name).updateOne({ _id: id }, { $set: { hold: { id: 'other', on: ['steps', 'other'], at: Date.now() } } });
  const ids = async (name: Name) => (await c(name).find().toArray()).map(({ _id }) => _id).sort();

  async function says(): Promise<string> {
    const [accepted] = await verbs.accept(store, [toIncoming(said('hi', 'k'), ACCOUNT, T0)]);
    return accepted!.conversationId!;
  }

  it('pruning leaves what a step holds', async () => {
    for (const id of ['a', 'b'])
      await store.run((records) => records.insertCall(callOf(id, { state: 'completed', endedAt: T0 })));
    await hold('calls', 'a');
    expect(await verbs.prune(store, 'calls', T0 + 1)).toBe(1);
    expect(await ids('calls')).toEqual(['a']);
  });

  it('erasing waits for a step, and takes what that one has made', async () => {
    const conversationId = await says();
    const { contactId } = (await store.conversation(conversationId))!;
    await store.addLead({ id: 'l', contactId, conversationId, accountId: 'acc', at: T0 });
    const who = await store.run(beginForgetting(await store.run(samePerson(contactId!)), T0));
    await hold('leads', 'l');
    // It is decided: the lead is somebody else's name from now on, and that is still to be written.
    const change = { c: 'leads' as const, id: 'l', v: 1, set: { notes: 'decided' } };
    await c('steps').insertOne({
      _id: 'other',
      v: 1,
      at: Date.now(),
      open: { id: 'other', at: Date.now(), changes: [change] },
    });
    expect((await store.erase('lead', who, null, 9)).erased).toBe(1);
    expect([await ids('leads'), await ids('steps')]).toEqual([[], []]);
  });

  it('a message that is erased takes the names of its parts along, and only those', async () => {
    const conversationId = await says();
    await store.run((records) => {
      const [message] = records.takePending(conversationId, 0, 't');
      records.namePart('acc', 'p1', message!.id);
      records.namePart('acc', 'p2', 'other');
      records.updateConversation(conversationId, { wakeAt: null });
    });
    expect(await verbs.prune(store, 'messages', T0 + 1)).toBe(1);
    expect([await ids('messages'), await ids('parts')]).toEqual([[], ['acc\np2']]);
  });

  it('a reply that is erased takes along that its receipts are looked for', async () => {
    const conversationId = await says();
    await store.run((records) => {
      records.takePending(conversationId, 0, 't');
      records.insertMessage({
        ...{
          id: 'reply',
          seq: 0,
          turnId: null,
          conversationId,
          accountId: 'acc',
          direction: 'out',
          author: 'bot',
          state: 'sent',
          at: T0,
        },
        ...{ text: 'Hello.', media: [], pending: false, answered: false, platformId: 'p1' },
      });
      records.takeReceipts('acc', 'p1');
      records.updateConversation(conversationId, { wakeAt: null });
    });
    expect(await ids('parts')).toEqual(['acc\np1']);
    expect(await verbs.prune(store, 'messages', T0 + 1)).toBe(2);
    expect([await ids('messages'), await ids('parts')]).toEqual([[], []]);
  });

  it('a receipt that overtook its answer is kept for the time of events; the name of a part for that of its message', async () => {
    await store.run((records) => {
      records.keepReceipt('acc', 'early', { state: 'read' }, T0);
      records.namePart('acc', 'both', 'm');
      records.keepReceipt('acc', 'both', { state: 'read' }, T0);
    });
    expect(await verbs.prune(store, 'events', T0)).toBe(0);
    expect(await ids('parts')).toEqual(['acc\nboth', 'acc\nearly']);
    await verbs.prune(store, 'events', T0 + 1);
    expect(await c('parts').find().toArray()).toEqual([expect.objectContaining({ _id: 'acc\nboth', messageId: 'm' })]);
    expect(await c('parts').findOne({ at: { $exists: true } })).toBeNull();
  });

  it('pruning goes page by page through what has one time', async () => {
    await store.run((records) => {
      for (const id of ['1', '2', '3', '4', '5']) records.insertWebhook({ ...log(T0), id });
    });
    let gone = 0;
    let next: Awaited<ReturnType<Store['prune']>>['next'] = null;
    do {
      const step = await store.prune('webhooks', T0 + 1, next, 2);
      gone += step.gone;
      next = step.next;
    } while (next !== null);
    expect([gone, await ids('webhooks')]).toEqual([5, []]);
  });
});
