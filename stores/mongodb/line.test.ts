/** The line to MongoDB breaks in the ways that lines break; and a database that is not as it should be. */
import { MongoClient } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import { ACCOUNT, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Store } from '../../core/ports.ts';
import { openTestMongo } from '../../test/support/mongo-store.ts';
import { type TcpProxy as Line, startProxy } from '../../test/support/proxy.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';
import { COLLECTIONS } from './collections.ts';
import { openMongo } from './store.ts';

const missing = mongoMissing();
const AWAY = { code: 'STORE_UNAVAILABLE', retryable: true };

describe.skipIf(missing)(`the line to MongoDB${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  const accept = (store: Store, key: string) => verbs.accept(store, [toIncoming(said('hi.', key), ACCOUNT, T0)]);
  const take = () => ({ now: T0 + 60_000, leaseUntil: T0 + 90_000, owner: 'me', turnId: newId(T0) });

  /** A store whose line goes by a proxy, and one whose line does not. */
  async function behindProxy(): Promise<{ store: Store; beside: Store; proxy: Line; close(): Promise<void> }> {
    const url = server.database();
    const proxy = await startProxy({ host: server.host, port: server.port });
    const beside = await openTestMongo(url);
    const store = await openTestMongo(server.through(url, proxy.port));
    return {
      ...{ store, beside, proxy },
      async close() {
        proxy.pass();
        await Promise.all([store.close(), beside.close()]);
        await proxy[Symbol.asyncDispose]();
      },
    };
  }

  it('that is refused, or frozen, is an error that can be tried again; when it is back, all goes on', async () => {
    const { store, proxy, close } = await behindProxy();
    await accept(store, 'k1');
    for (const broken of ['refuse', 'freeze'] as const) {
      proxy[broken]();
      await expect(accept(store, `k-${broken}`)).rejects.toMatchObject(AWAY);
      await expect(store.conversations({ limit: 1 })).rejects.toMatchObject(AWAY);
      await expect(store.reserve('cap', 1, T0)).rejects.toMatchObject(AWAY);
      proxy.pass();
      await expect.poll(() => store.conversations({ limit: 1 }), { timeout: 20_000 }).toHaveLength(1);
      expect((await accept(store, `k-${broken}`))[0]!.conversationId).toBeDefined();
    }
    const [{ id, messages } = { id: '', messages: 0 }] = await store.conversations({ limit: 1 });
    expect(messages).toBe(3);
    expect((await store.messages(id, { limit: 9 })).map(({ key }) => key)).toEqual(['k1', 'k-refuse', 'k-freeze']);
    await close();
  }, 120_000);

  it('that is cut again and again in the middle of steps loses nothing and does nothing twice', async () => {
    const { store, beside, proxy, close } = await behindProxy();
    let cutting = true;
    // A little further apart with each try: on a slow machine a step is longer than two cuts are apart.
    let tries = 0;
    const cuts = (async () => {
      while (cutting) {
        await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40 + 2 * tries));
        proxy.cut();
      }
    })();
    for (let index = 0; index < 30; index++)
      for (tries = 0; ; tries++)
        try {
          await accept(store, `k${index}`);
          break;
        } catch (error) {
          expect(error).toMatchObject(AWAY);
        }
    cutting = false;
    await cuts;
    const [{ id } = { id: '' }] = await beside.conversations({ limit: 9 });
    // The last cut may have left a decided step to be made afterwards: until then a list shows what was before it.
    const keys = async () => (await beside.messages(id, { limit: 99 })).map(({ key }) => key);
    await expect.poll(keys, { timeout: 20_000 }).toEqual(Array.from({ length: 30 }, (_, index) => `k${index}`));
    await close();
  }, 120_000);

  it('that delivers a write long after nobody waits for it does not decide what was begun anew', async () => {
    const { store, beside, proxy, close } = await behindProxy();
    const [{ conversationId } = {}] = await accept(store, 'k1');
    for (let round = 0; round < 3; round++) {
      const claim = verbs.begin(store, conversationId!, take());
      // Somewhere in the step: what was sent so far may be held on its way, or its answer.
      await new Promise((resolve) => setTimeout(resolve, 3 * round));
      proxy.freeze();
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      proxy.pass();
      const result = await claim.catch((error: unknown) => error);
      const there = (await beside.conversation(conversationId!))!;
      if (result instanceof Error) expect(result).toMatchObject(AWAY);
      else expect(there.openTurn).toMatchObject({ id: (result as { turn: { id: string } }).turn.id });
      const lines = await beside.messages(conversationId!, { limit: 9 });
      expect(lines.map(({ pending }) => pending)).toEqual([there.openTurn === null]);
    }
    await close();
  }, 120_000);

  it('makes the indexes that are missing, and refuses one that is another', async () => {
    const url = server.database();
    await (await openTestMongo(url)).close();
    const client = new MongoClient(url);
    const messages = client.db().collection('messages');
    await messages.dropIndex('handle_1');
    await (await openTestMongo(url)).close();
    const names = (await messages.indexes()).map(({ name }) => name);
    expect(names).toHaveLength(COLLECTIONS.messages.indexes.length + 1);
    expect(names).toContain('handle_1');
    await messages.dropIndex('slot_1');
    await messages.createIndex({ slot: 1 });
    await expect(openTestMongo(url)).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      action: expect.stringContaining('dropIndex'),
    });
    await client.close();
  }, 60_000);

  it('refuses what a newer version wrote, and another key than that of the hashes', async () => {
    const url = server.database();
    await (await openTestMongo(url)).close();
    await expect(openMongo(url, { key: Buffer.alloc(32, 8) })).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    const client = new MongoClient(url);
    await client
      .db()
      .collection<{ _id: string }>('meta')
      .updateOne({ _id: 'schema' }, { $set: { version: 99 } });
    await expect(openTestMongo(url)).rejects.toMatchObject({ code: 'DATA_NEWER' });
    await client.close();
    await expect(openTestMongo('not an address')).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  }, 60_000);
});
