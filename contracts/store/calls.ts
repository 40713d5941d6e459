/** What every store must remember of calls. Run by each store's own test with its own way to open it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { openCall } from '../../core/calls/plans.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Call, Identity } from '../../core/model.ts';
import { beginForgetting, samePerson, whoAre } from '../../core/people/plans.ts';
import type { Store } from '../../core/ports.ts';
import { ACCOUNT, callOf, PASS, said, T0 } from './events.ts';
import { twice } from './twice.ts';
import * as verbs from './verbs.ts';

/**
 * Asks everything once, and once more with each plan run twice.
 * @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash.
 */
export function callsContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  suite(`${name}: calls`, open, reopen);
  suite(`${name}: calls, each plan run twice`, ...twice(open, reopen));
  // Of a plan that is run twice the second is not on its way yet.
  it(`${name}: who reads sees what is written lazily`, async () => {
    const store = await open();
    const written = store.run((records) => records.insertCall(callOf('lazy')), { lazy: true });
    expect(await store.call('lazy')).toEqual(callOf('lazy'));
    await written;
    await store.close();
  });
}

function suite(name: string, open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const insert = (...calls: Call[]) => store.run((records) => calls.map((call) => records.insertCall(call)));
    const change = (id: string, patch: Partial<Call>) => store.run((records) => records.updateCall(id, patch));
    const ended = (id: string, endedAt: number, more: Partial<Call> = {}) =>
      callOf(id, { state: 'completed', end: 'caller', endedAt, ...more });
    const ids = async (calls: Promise<Call[]>) => (await calls).map(({ id }) => id);

    it('keeps one over a restart with all that it has, and one of which little is known', async () => {
      const full = ended('full', T0 + 9, {
        ...{ typed: true, language: 'ar', about: { user_id: 'u 7', pharmacy_id: 7, open: [1] }, seenAt: T0 + 8 },
        ...{ recording: { ms: 9_000, bytes: 288_044 }, summary: 'باراسيتامول ×5' },
      });
      const bare = callOf('bare', { about: {} });
      await insert(full, bare);
      store = await reopen(store);
      expect([await store.call('full'), await store.call('bare')]).toEqual([full, bare]);
      expect(await store.callOf(full.conversationId)).toEqual(full);
      expect([await store.call('nobody'), await store.callOf('nobody')]).toEqual([null, null]);
    });

    it('takes an id once, and a conversation', async () => {
      expect(
        await insert(callOf('a'), callOf('a', { summary: 'other' }), callOf('b', { conversationId: 'c a' })),
      ).toEqual([true, false, false]);
      expect([await store.call('a'), await store.call('b')]).toEqual([callOf('a'), null]);
    });

    it('changes what is named and leaves the rest; a plan sees its own changes', async () => {
      await insert(callOf('a', { recording: { ms: 1, bytes: 2 } }), callOf('b'));
      const seen = await store.run((records) => {
        records.updateCall('a', { state: 'failed', end: 'lost', endedAt: T0 + 5 });
        records.updateCall('a', { recording: null });
        records.updateCall('nobody', { summary: 'x' });
        return [records.call('a'), records.callOf('c a')];
      });
      const after = callOf('a', { state: 'failed', end: 'lost', endedAt: T0 + 5 });
      store = await reopen(store);
      expect([...seen, await store.call('a'), await store.call('b')]).toEqual([after, after, after, callOf('b')]);
    });

    it('lists the newest first, of a state and an account, in pages that lose nothing of one time', async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries())
        await insert(
          callOf(id, {
            startedAt: id === 'e' ? T0 + 1 : T0,
            accountId: index % 2 ? 'acc2' : 'acc',
            ...(id < 'd' && { state: 'completed', endedAt: T0 }),
          }),
        );
      expect(await ids(store.calls({ limit: 9 }))).toEqual(['e', 'd', 'c', 'b', 'a']);
      const pages: string[] = [];
      for (let page = await store.calls({ limit: 2 }); page.length > 0; ) {
        pages.push(...page.map(({ id }) => id));
        const { startedAt, id } = page.at(-1)!;
        page = await store.calls({ limit: 2, before: startedAt, beforeId: id });
      }
      expect(pages).toEqual(['e', 'd', 'c', 'b', 'a']);
      expect(await ids(store.calls({ limit: 9, before: T0 + 1 }))).toEqual(['d', 'c', 'b', 'a']);
      expect(await ids(store.calls({ state: 'completed', limit: 2 }))).toEqual(['c', 'b']);
      expect(await ids(store.calls({ accountId: 'acc2', limit: 9 }))).toEqual(['d', 'b']);
      const both = { state: 'completed', accountId: 'acc' } as const;
      expect(await ids(store.calls({ ...both, limit: 9, before: T0, beforeId: 'c' }))).toEqual(['a']);
    });

    it('counts them by state, also where there are none', async () => {
      expect(await store.callCounts()).toEqual({ active: 0, completed: 0, failed: 0 });
      await insert(callOf('a'), callOf('b'), ended('c', T0), ended('d', T0, { state: 'failed' }));
      expect(await store.callCounts()).toEqual({ active: 2, completed: 1, failed: 1 });
    });

    it('finds recordings by when their call ended, the oldest first; of one that goes on none', async () => {
      const recording = { ms: 1, bytes: 2 };
      await insert(
        ended('late', T0 + 5, { recording }),
        ended('old', T0 - 5, { recording }),
        ended('same', T0 - 5, { recording }),
        ended('none', T0 - 9),
        callOf('active', { startedAt: T0 - 99, recording }),
      );
      expect(await ids(store.recordedBefore(T0 + 5, 9))).toEqual(['old', 'same']);
      expect(await ids(store.recordedBefore(T0 + 6, 1))).toEqual(['old']);
      await change('old', { recording: null });
      expect(await ids(store.recordedBefore(T0 + 6, 9))).toEqual(['same', 'late']);
    });

    it('forgets what ended long ago; one that goes on stays, however old', async () => {
      await insert(
        ended('z-old', T0 + 99, { startedAt: T0 - 2 }),
        ended('a-old', T0, { startedAt: T0 - 1, state: 'failed' }),
        ended('young', T0),
        callOf('active', { startedAt: T0 - 9 }),
      );
      expect(await verbs.prune(store, 'calls', T0)).toBe(2);
      expect(await ids(store.calls({ limit: 9 }))).toEqual(['young', 'active']);
    });

    it('keeps with a message what of it was not heard, and tells it in the history', async () => {
      const [accepted] = await verbs.accept(store, [toIncoming(said('hi', 'k1'), ACCOUNT, T0)]);
      const { conversationId } = accepted!;
      const reply = {
        ...({ id: newId(T0), conversationId: conversationId!, accountId: 'acc', turnId: null, author: 'bot' } as const),
        ...({ purpose: 'reply', text: 'It is there.', at: T0 } as const),
        ...{ media: [], parts: [{ request: {}, state: 'queued' as const }] },
      };
      await verbs.add(store, reply, PASS);
      await store.run((records) => records.updateMessage(reply.id, { text: 'It', unheard: ' is there.' }));
      store = await reopen(store);
      expect(await store.message(reply.id)).toMatchObject({ text: 'It', unheard: ' is there.' });
      const history = await store.history(conversationId!, 9);
      expect(history.map(({ unheard }) => unheard)).toEqual([undefined, ' is there.']);
    });

    describe('of a person', () => {
      const PHONE = { kind: 'phone', value: '39' };
      const USER = { kind: 'user', value: 'u-1' };
      const calls = async (id: string, identities: Identity[], at = T0) => {
        const { conversationId: _, contactId: __, ...call } = callOf(id, { startedAt: at });
        const fresh = { contactId: newId(at), conversationId: newId(at), session: `s ${id}` };
        const thread = { kind: 'private' as const, identities, address: { line: id } };
        return (await store.run(openCall({ call, thread, accountId: 'acc', channel: 'call', at, ids: fresh })))!;
      };
      const who = (contactId: string) => store.run((records) => whoAre(records, [contactId]));

      it('are his to have, without what lets somebody in, and no others’', async () => {
        const { call } = await calls('mine', [PHONE]);
        await calls('other', [USER]);
        await change('mine', { recording: { ms: 1, bytes: 2 } });
        const { rows, next } = await store.held('call', await who(call.contactId), null, 9);
        expect([rows, next]).toEqual([
          [expect.objectContaining({ id: 'mine', about: { pharmacy_id: 7 }, recording: { ms: 1, bytes: 2 } })],
          null,
        ]);
        expect(rows[0]).not.toHaveProperty('secret');
      });

      it('are seen no more from the moment on that forgetting begins, and are gone with him', async () => {
        const { call } = await calls('mine', [PHONE]);
        await calls('other', [USER]);
        const mine = await store.run(beginForgetting(await store.run(samePerson(call.contactId)), T0));
        store = await reopen(store);
        expect([await store.call('mine'), await store.callOf(call.conversationId)]).toEqual([null, null]);
        expect(await ids(store.calls({ limit: 9 }))).toEqual(['other']);
        expect(await insert(callOf('again', { contactId: call.contactId }))).toEqual([false]);
        expect((await store.held('call', mine, null, 9)).rows).toHaveLength(1);
        for (const left of [1, 0]) expect((await store.erase('call', mine, null, 9)).erased).toBe(left);
        expect([await ids(store.calls({ limit: 9 })), await store.callCounts()]).toEqual([
          ['other'],
          { active: 1, completed: 0, failed: 0 },
        ]);
      });

      it('follow him where two turn out to be one: each with its own lines, and the line of one that goes on', async () => {
        const strong = await calls('strong', [USER]);
        const weak = await calls('weak', [PHONE], T0 + 1);
        const speaks = async (id: string, text: string, at: number, ...identities: Identity[]) => {
          const thread = { kind: 'private' as const, key: id, identities, address: { line: id } };
          const event = said(text, `${id} ${at}`, '', { thread });
          const [result] = await verbs.accept(store, [toIncoming(event, ACCOUNT, at)], at);
          return result!.conversationId;
        };
        await speaks('weak', 'One, please.', T0 + 2, PHONE);
        const both = await calls('both', [USER, PHONE], T0 + 3);
        store = await reopen(store);
        const all = await store.calls({ limit: 9 });
        expect(all.map(({ id, contactId }) => [id, contactId === strong.call.contactId])).toEqual([
          ['both', true],
          ['weak', true],
          ['strong', true],
        ]);
        for (const { conversationId, contactId } of all)
          expect((await store.conversation(conversationId))!.contactId).toBe(contactId);
        expect(await speaks('weak', 'Two.', T0 + 4, PHONE)).toBe(weak.call.conversationId);
        const lines = await store.messages(weak.call.conversationId, { limit: 9 });
        expect(lines.map(({ text }) => text)).toEqual(['One, please.', 'Two.']);
        expect(await store.messages(both.call.conversationId, { limit: 9 })).toEqual([]);
        expect((await store.held('call', await who(strong.call.contactId), null, 9)).rows).toHaveLength(3);
      });
    });
  });
}
