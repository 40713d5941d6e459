/** Several processes on one database: nothing is done twice, and nothing is lost. */
import { MongoClient } from 'mongodb';
import { afterAll, describe, expect, it } from 'vitest';
import { ACCOUNT, ending, PASS, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Message } from '../../core/model.ts';
import { beginForgetting, samePerson } from '../../core/people/plans.ts';
import type { ParsedEvent, Store } from '../../core/ports.ts';
import { openTestMongo } from '../../test/support/mongo-store.ts';
import { PEOPLE } from '../../test/support/mongo-works.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';

const missing = mongoMissing();
const MANY = Array.from({ length: 32 }, (_, index) => index);

describe.skipIf(missing)(`several processes on one MongoDB${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  async function two(): Promise<{ stores: [Store, Store]; url: string; close(): Promise<unknown> }> {
    const url = server.database();
    const stores: [Store, Store] = [await openTestMongo(url), await openTestMongo(url)];
    return { stores, url, close: () => Promise.all(stores.map((store) => store.close())) };
  }
  const accept = (store: Store, event: ParsedEvent, at = T0) =>
    verbs.accept(store, [toIncoming(event, ACCOUNT, at)], at).then(([result]) => result!);
  const take = (owner: string) => ({ now: T0 + 60_000, leaseUntil: T0 + 90_000, owner, turnId: newId(T0) });
  const replyTo = (id: string, conversationId: string, slot: string) => ({
    ...({ id: newId(T0), conversationId, accountId: 'acc', turnId: id, slot: `${id}:${slot}`, author: 'bot' } as const),
    ...({ purpose: 'reply', text: slot, at: T0 } as const),
    ...{ media: [], parts: [{ request: {}, state: 'queued' as const }] },
  });

  it('a key is taken once, also of somebody whom nobody knew', async () => {
    const { stores, close } = await two();
    const results = await Promise.all(MANY.map((index) => accept(stores[index % 2]!, said('hi', 'same'))));
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    const conversations = await stores[0].conversations({ limit: 99 });
    expect(conversations.map(({ messages }) => messages)).toEqual([1]);
    await close();
  }, 30_000);

  it('a lane is claimed once, whoever asks', async () => {
    const { stores, close } = await two();
    const { conversationId } = await accept(stores[0], said('hi.', 'k1'));
    const claims = await Promise.all(
      MANY.map((index) => verbs.begin(stores[index % 2]!, conversationId!, take(`worker ${index}`))),
    );
    const turns = claims.flatMap((claim) => (claim.kind === 'turn' ? claim.turn : []));
    // A claim of an open turn is a repeat of it; who may ask for that is the lanes' to say.
    expect(new Set(turns.map(({ id }) => id)).size).toBe(1);
    const cuts = turns.map((open) => open.cuts).sort((one, other) => one - other);
    expect(cuts).toEqual(MANY);
    await close();
  }, 30_000);

  it('a cap is exact, and what was spent is added up', async () => {
    const { stores, close } = await two();
    const got = await Promise.all(MANY.map((index) => stores[index % 2]!.reserve('cap', 10, T0)));
    expect(got.filter(Boolean)).toHaveLength(10);
    await Promise.all(MANY.map((index) => stores[index % 2]!.addUsage(['day'], { tokens: 2, cost: 0.5 }, T0)));
    expect([await stores[0].used('cap'), await stores[1].usageOf('day')]).toEqual([10, { tokens: 64, cost: 16 }]);
    await close();
  }, 30_000);

  it('a slot is filled once, and one send is open', async () => {
    const { stores, close } = await two();
    const { conversationId } = await accept(stores[0], said('hi.', 'k1'));
    const begun = await verbs.begin(stores[0], conversationId!, take('me'));
    const { id } = (begun as { turn: { id: string } }).turn;
    const added = await Promise.all(
      MANY.map((index) => verbs.add(stores[index % 2]!, replyTo(id, conversationId!, `out:${index % 4}`), PASS)),
    );
    expect(added.filter(({ created }) => created)).toHaveLength(4);
    expect(added.filter(({ marked }) => marked)).toHaveLength(1);
    expect((await stores[1].replies(id)).map(({ text }) => text).sort()).toEqual(['out:0', 'out:1', 'out:2', 'out:3']);
    await close();
  }, 30_000);

  it('many people talk at once: each message is taken once, in its order, whichever process has it', async () => {
    const { stores, close } = await two();
    const ofAll = await Promise.all(
      MANY.slice(0, 12).map(async (person) => {
        const told: string[] = [];
        const taken: Message[] = [];
        for (let round = 0; round < 5; round++) {
          const some = [stores[round % 2]!, stores[(round + 1) % 2]!];
          const texts = some.map((_, index) => `${person}-${round}-${index}`);
          let conversationId = '';
          for (const [index, store] of some.entries()) {
            const result = await accept(store, said(texts[index]!, texts[index], String(person)));
            conversationId = result.conversationId!;
            told.push(texts[index]!);
          }
          const store = stores[Math.floor(Math.random() * 2)]!;
          const begun = await verbs.begin(store, conversationId, take('me'));
          if (begun.kind !== 'turn') throw new Error(begun.kind);
          taken.push(...begun.messages);
          // Comes while the turn runs: it is the next one's.
          const late = `${person}-${round}-late`;
          const [ended] = await Promise.all([
            verbs.end(stores[(round + 1) % 2]!, begun.turn, ending(false)),
            accept(store, said(late, late, String(person))),
          ]);
          told.push(late);
          if (!ended) throw new Error('The turn was not ours.');
        }
        const [lane] = (await stores[0].lanes()).filter(
          ({ conversationId }) => conversationId === taken[0]!.conversationId,
        );
        const last = await verbs.begin(stores[1], lane!.conversationId, take('me'));
        taken.push(...(last.kind === 'turn' ? last.messages : []));
        return { told, taken };
      }),
    );
    for (const { told, taken } of ofAll) {
      expect(taken.map(({ text }) => text)).toEqual(told);
      expect(taken.map(({ seq }) => seq)).toEqual(taken.map(({ seq }) => seq).sort((one, other) => one - other));
    }
    await close();
  }, 60_000);

  it('a receipt that comes in the moment of the platform’s answer is not lost', async () => {
    const { stores, close } = await two();
    for (const index of MANY) {
      const { conversationId } = await accept(stores[0], said('hi.', `k${index}`, String(index)));
      const begun = await verbs.begin(stores[0], conversationId!, take('me'));
      const { id } = (begun as { turn: { id: string } }).turn;
      const { message } = await verbs.add(stores[0], replyTo(id, conversationId!, 'out:0'), PASS);
      const receipt = {
        kind: 'status' as const,
        type: 'status',
        key: `r${index}`,
        platformId: `p${index}`,
        state: 'read' as const,
      };
      await Promise.all([verbs.sent(stores[0], message.id, `p${index}`), accept(stores[1], receipt)]);
      expect(await stores[1].message(message.id)).toMatchObject({ state: 'read' });
    }
    await close();
  }, 60_000);

  it('two turn out to be one while both write: nothing they wrote is lost', async () => {
    const { stores, close } = await two();
    for (const round of MANY.slice(0, 8)) {
      const [phone, user] = [PEOPLE.PHONE, PEOPLE.USER].map(({ kind, value }) => ({
        kind,
        value: `${value}-${round}`,
      }));
      const says = (store: Store, text: string, ...identities: { kind: string; value: string }[]) =>
        accept(store, said(text, `${round}-${text}`, '7', { thread: { kind: 'private', identities, address: {} } }));
      await says(stores[0], 'a', phone!);
      await says(stores[1], 'b', user!);
      await Promise.all([
        says(stores[0], 'c', user!, phone!),
        says(stores[1], 'd', phone!),
        says(stores[1], 'e', user!),
        says(stores[0], 'f', user!),
      ]);
      const conversations = await stores[0].conversations({ limit: 999 });
      const lines = await Promise.all(conversations.map(({ id }) => stores[0].messages(id, { limit: 99 })));
      const mine = lines.flat().filter(({ key }) => key?.startsWith(`${round}-`));
      expect(mine.map(({ text }) => text).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    }
    await close();
  }, 60_000);

  it('who is forgotten by one process is seen by no plan of another, from that moment on', async () => {
    const { stores, close } = await two();
    const { conversationId } = await accept(stores[0], said('hi.', 'k1'));
    const { contactId } = (await stores[1].conversation(conversationId!))!;
    // Both remember him.
    await stores[1].changeConversation(conversationId!, () => ({ vars: { known: true } }));
    const lead = { id: 'l', contactId, conversationId: conversationId!, accountId: 'acc', at: T0 };
    const [begun] = await Promise.all([
      stores[0].run(samePerson(contactId!)).then((all) => stores[0].run(beginForgetting(all, T0))),
      ...MANY.map((index) => stores[1].addLead({ ...lead, id: `l${index}` })),
    ]);
    expect(await stores[1].run((records) => records.conversation(conversationId!))).toBeNull();
    const before = (await stores[0].held('lead', begun, null, 99)).rows.length;
    await stores[1].addLead({ ...lead, id: 'late' });
    expect((await stores[0].held('lead', begun, null, 99)).rows).toHaveLength(before);
    await close();
  }, 30_000);

  it('a conversation’s record does not grow with what is said in it', async () => {
    const { stores, url, close } = await two();
    const client = new MongoClient(url);
    const sizes: number[] = [];
    for (let index = 0; index < 120; index++) {
      const { conversationId } = await accept(
        stores[index % 2]!,
        said(`text ${index}`.repeat(20), `k${index}`),
        T0 + index,
      );
      const begun = await verbs.begin(stores[0], conversationId!, take('me'));
      if (begun.kind === 'turn') await verbs.end(stores[0], begun.turn, ending(false));
      if (index % 40 === 39) {
        const conversations = client.db().collection('conversations');
        // The last step is closed when nobody waits for it any more.
        await expect.poll(() => conversations.findOne({ open: { $exists: true } })).toBeNull();
        const document = await conversations.findOne();
        sizes.push(JSON.stringify(document).length);
      }
    }
    expect(sizes[2]! - sizes[1]!).toBeLessThan(200);
    expect(Math.max(...sizes)).toBeLessThan(8_000);
    await client.close();
    await close();
  }, 60_000);

  it('several may start at once on a database in which nothing is', async () => {
    const url = server.database();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openTestMongo(url)));
    await Promise.all(stores.map((store) => store.close()));
  }, 30_000);
});
