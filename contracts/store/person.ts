/** What every store must do with a person's data: find all of it, erase all of it, and keep what two contacts had where they turn out to be one. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Conversation, Identity, Message } from '../../core/model.ts';
import { noticeOf } from '../../core/notices/notices.ts';
import { type Taken, takeOrders } from '../../core/orders/plans.ts';
import { PLACES, type Place, type Who } from '../../core/people/places.ts';
import { beginForgetting, contactsAt, samePerson, whoAre } from '../../core/people/plans.ts';
import type { Cursor, ParsedEvent, ParsedMessage, Store } from '../../core/ports.ts';
import { replayMessage } from '../../core/turns/plans.ts';
import { ACCOUNT, callOf, ending, log, PASS, questionOf, said, T0, uploadOf } from './events.ts';
import { traceOf } from './traces.ts';
import * as verbs from './verbs.ts';

const DAY = 86_400_000;
const PHONE = '34600111222';

const ORDERS_OF = {
  ...{ shop: 'demo', accountId: 'acc', nodeId: 'orders', now: T0, clockAheadMs: 0, since: null },
};
const ordered = (at: number): Taken => ({
  digest: 'x',
  zones: ['UTC'],
  read: {
    ok: true,
    order: {
      ...{ shop: 'demo', number: 'A1', state: 'placed', placedAt: at, changedAt: at, items: [], fields: {} },
      customer: { name: 'Zoraida', phone: `+${PHONE}` },
    },
  },
});

const AGREED = { at: T0, where: 'telegram, account acc', words: 'subscribe', messageId: 'm1' };

/** @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash. */
export function personContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: a person`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const by = (...identities: Identity[]): Partial<ParsedMessage> => ({
      thread: {
        kind: 'private',
        identities,
        name: 'Zoraida',
        username: 'zora_q',
        address: { to: identities[0]!.value },
      },
    });
    const accept = (events: ParsedEvent[], at = T0, accountId = 'acc') =>
      store.run(
        verbs.delivery(
          events.map((event) => toIncoming(event, { ...ACCOUNT, id: accountId }, at)),
          at,
        ),
      );
    async function says(
      text: string,
      at: number,
      identities: Identity[],
      accountId = 'acc',
      key = `${accountId}-${at}`,
    ) {
      const [result] = await accept([said(text, key, PHONE, by(...identities))], at, accountId);
      return (await store.conversation(result!.conversationId!))!;
    }
    const phone = (value = PHONE): Identity => ({ kind: 'phone', value });
    const replyOf = (conversationId: string, turnId: string | null, text: string, slot?: string) => ({
      ...({
        id: newId(T0),
        conversationId,
        accountId: 'acc',
        turnId,
        slot,
        author: 'bot',
        purpose: 'reply',
        text,
      } as const),
      media: [],
      parts: [{ request: { text }, state: 'queued' as const }],
      template: { text, request: { template: text } },
      at: T0,
    });

    /** Something of him in every place. */
    async function everywhere(at = T0) {
      const conversation = await says('My words.', at, [phone()]);
      const { id, contactId } = conversation;
      const begun = await verbs.begin(store, id, {
        now: at + 5_000,
        leaseUntil: at + 6_000,
        owner: verbs.ME,
        turnId: newId(at),
      });
      if (begun.kind !== 'turn') throw new Error(begun.kind);
      const { message } = await verbs.add(
        store,
        replyOf(id, begun.turn.id, 'Our words.', `${begun.turn.id}:out:x:0`),
        PASS,
      );
      await verbs.sent(store, message.id, 'wamid.1');
      await verbs.end(store, begun.turn, ending(true));
      await accept(
        [{ kind: 'edit', type: 'edit', key: 'e1', platformId: `${PHONE}:acc-${at}`, text: 'Other words.' }],
        at + 1,
      );
      await accept([{ kind: 'status', type: 'status.read', key: 's1', platformId: 'wamid.9', state: 'read' }], at + 2);
      await store.run((records) => records.insertWebhook({ ...log(at), payload: `{"to":"${PHONE}","id":"wamid.9"}` }));
      await store.changeToolRun('r1', () => ({
        ...{ id: 'r1', conversationId: id, accountId: 'acc', occasion: 'm', turnId: begun.turn.id, tool: 'book' },
        ...{ args: { who: 'Zoraida' }, state: 'done' as const, at },
      }));
      await store.addLead({ id: 'l1', contactId, conversationId: id, accountId: 'acc', phone: PHONE, at });
      await store.addToVault(contactId!, {
        tokens: { [`PHONE:${PHONE}`]: '[PHONE_1]' },
        originals: { '[PHONE_1]': PHONE },
      });
      await store.run((records) => {
        takeOrders([ordered(at)], ORDERS_OF)(records);
        records.insertTraces([traceOf(begun.turn.id, 1, { conversationId: id, at })]);
        records.putOutreach({ id: contactId!, sent: 1, lastAt: at, counted: null });
        records.updateContact(contactId!, { consents: { in: AGREED } });
        records.updateFollowUp('demo/A1/POST_PURCHASE', { proof: AGREED });
        records.insertHandover({
          ...{ id: begun.turn.id, accountId: 'acc', conversationId: id, by: 'words', reason: 'Zoraida asks.', at },
          ...{ language: 'es', opensAt: null, state: 'over', summary: ['Zoraida.'], tellAt: null, dueAt: null },
        });
        records.insertNote({ id: 'n1', conversationId: id, writer: 'anna', text: 'Zoraida is kind.', at });
        const about = { user: 'Zoraida' };
        records.insertCall(callOf('call-1', { conversationId: id, contactId: contactId!, about, startedAt: at }));
      });
      await store.reserve(`acc:${id}:2026-11-20`, 5, at);
      await store.addUsage([`p:2026-11-20:${contactId}`], { tokens: 1, cost: 0 }, at);
      await store.noteResponse({ id: 'resp_1', endpoint: 'e', conversationId: id, at });
      await store.noteQuestion(questionOf('q1', id, at));
      await store.putUpload(uploadOf('u1', id, at));
      return { conversation, turn: begun.turn, reply: message };
    }
    async function held(who: Who): Promise<Record<Place, number>> {
      const counts = {} as Record<Place, number>;
      for (const place of PLACES) {
        let next: Cursor = null;
        counts[place] = 0;
        do {
          const step = await store.held(place, who, next, 1);
          counts[place] += step.rows.length;
          next = step.next;
        } while (next !== null);
      }
      return counts;
    }
    async function erase(who: Who): Promise<void> {
      for (const place of PLACES) {
        let next: Cursor = null;
        do next = (await store.erase(place, who, next, 1)).next;
        while (next !== null);
      }
    }
    const begin = async (contactId: string) =>
      store.run(beginForgetting(await store.run(samePerson(contactId)), T0 + 60_000));
    const NOWHERE = Object.fromEntries(PLACES.map((place) => [place, 0]));

    it('is found in every place, and gone from all of them, while others stay', async () => {
      const { conversation } = await everywhere();
      const other = await says('Not mine.', T0 + 10, [phone('34699000111')]);
      const own = await store.run((records) => whoAre(records, [conversation.contactId!]));
      const before = await held(own);
      expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);
      expect(before).toMatchObject({ message: 2, event: 1, turn: 1, vault: 1, identity: 1, contact: 1 });
      // What he agreed to is his to have, and goes with him.
      expect((await store.held('contact', own, null, 5)).rows).toMatchObject([{ consents: { in: AGREED } }]);
      expect((await store.held('followUp', own, null, 5)).rows).toMatchObject([{ proof: AGREED }]);
      expect((await store.held('message', own, null, 9)).rows).toContainEqual(
        expect.objectContaining({ template: { text: 'Our words.', request: { template: 'Our words.' } } }),
      );
      const who = await begin(conversation.contactId!);
      await erase(who);
      await erase(who);
      expect(await held(who)).toEqual(NOWHERE);
      expect(await store.unfinished()).toEqual([]);
      store = await reopen(store);
      expect(await held(who)).toEqual(NOWHERE);
      // What the log of calls told whose it is went before that.
      expect(await store.run((records) => records.takeReceipts('acc', 'wamid.9'))).toEqual([]);
      expect((await store.messages(other.id, { limit: 5 })).map(({ text }) => text)).toEqual(['Not mine.']);
      expect((await store.contact(other.contactId!))!.identities).toHaveLength(1);
      expect(await store.webhooks({ limit: 9 })).toHaveLength(5);
      // A shop that tells the order again tells nothing of him.
      await store.run(takeOrders([{ ...ordered(T0), digest: 'other' }], ORDERS_OF));
      expect((await store.order('demo/A1'))?.told).toBeNull();
      const left = await store.followUps({ limit: 9 });
      expect(left).toMatchObject([{ state: 'refused', rule: 'forgotten', dueAt: null }]);
      expect(left[0]).not.toHaveProperty('proof');
    });

    it('is seen by no plan from the moment on that forgetting begins', async () => {
      const { conversation, reply } = await everywhere();
      const { id, contactId } = conversation;
      await says('And more.', T0 + 7_000, [phone()]);
      const begun = await verbs.begin(store, id, {
        now: T0 + 20_000,
        leaseUntil: T0,
        owner: verbs.ME,
        turnId: newId(T0),
      });
      if (begun.kind !== 'turn') throw new Error(begun.kind);
      await verbs.add(store, replyOf(id, begun.turn.id, 'One part.', 'x:1'), PASS);
      await begin(contactId!);
      const late = await verbs.add(store, replyOf(id, begun.turn.id, 'Too late.', 'x:2'), PASS);
      expect([late.created, late.marked]).toEqual([false, undefined]);
      expect(await verbs.next(store, id, PASS, T0 + 99_000)).toEqual({ kind: 'idle' });
      expect(await verbs.end(store, begun.turn, ending(true))).toBe(false);
      expect(await store.run(replayMessage(begun.messages[0]!.id, T0))).toBeNull();
      expect([await store.lanes(), await store.outboxes(), await store.conversations({ limit: 9 })]).toEqual([
        [],
        [],
        [],
      ]);
      expect([await store.conversation(id), await store.contact(contactId!)]).toEqual([null, null]);
      expect(await store.changeConversation(id, () => ({ head: null }))).toBeNull();
      await store.addToVault(contactId!, { tokens: { 'NAME:z': '[NAME_1]' }, originals: { '[NAME_1]': 'Zoraida' } });
      await store.addLead({ id: 'l2', contactId, conversationId: id, accountId: 'acc', at: T0 });
      const run = { conversationId: id, accountId: 'acc', occasion: 'm', turnId: 't', tool: 'x', args: {}, at: T0 };
      await expect(store.changeToolRun('r2', () => ({ id: 'r2', ...run, state: 'done' }))).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      expect(await store.noteResponse({ id: 'resp_2', endpoint: 'e', conversationId: id, at: T0 })).toBe(false);
      expect(await store.noteQuestion(questionOf('q2', id, T0))).toBe(false);
      expect(await store.putUpload(uploadOf('u2', id, T0))).toBe(false);
      expect([(await store.upload('u1'))?.size, await store.upload('u2')]).toEqual([5, null]);
      expect((await store.openQuestions({ limit: 9 })).map((question) => question.id)).toEqual(['q1']);
      expect((await store.leads({ limit: 9 })).map((lead) => lead.id)).toEqual(['l1']);
      expect(await store.message(reply.id)).toMatchObject({ state: 'sent' });
    });

    it('that a crash left half erased is known after it, and hidden still', async () => {
      const { conversation } = await everywhere();
      const who = await begin(conversation.contactId!);
      await store.erase('message', who, null, 1);
      store = await reopen(store);
      expect(await store.unfinished()).toEqual([conversation.contactId]);
      expect(await store.conversation(conversation.id)).toBeNull();
      const again = await store.run(beginForgetting(await store.unfinished(), T0));
      expect(again.conversations).toEqual([conversation.id]);
      await erase(again);
      expect([await store.unfinished(), await held(who)]).toEqual([[], NOWHERE]);
    });

    it('who comes back is somebody new; what he had said is no duplicate’s answer', async () => {
      const { conversation } = await everywhere();
      await erase(await begin(conversation.contactId!));
      const [repeated] = await accept([said('My words.', `acc-${T0}`, PHONE, by(phone()))], T0 + 90_000);
      expect(repeated).toEqual({ duplicate: true });
      expect(await store.conversations({ limit: 5 })).toEqual([]);
      const back = await says('Hello?', T0 + 95_000, [phone()]);
      expect(back.contactId).not.toBe(conversation.contactId);
      expect(back.optedOutAt).toBe(0);
      expect((await store.messages(back.id, { limit: 9 })).map(({ text }) => text)).toEqual(['Hello?']);
      await verbs.prune(store, 'events', T0 + 20 * DAY);
      expect((await accept([said('My words.', `acc-${T0}`, PHONE, by(phone()))], T0 + 20 * DAY))[0]!.duplicate).toBe(
        false,
      );
    });

    it('who had said STOP is opted out when he, or a list, comes again; until he says START', async () => {
      const first = await says('STOP', T0, [{ kind: 'bsuid', value: 'US.123' }, phone()]);
      expect(first.optedOutAt).toBe(T0);
      await erase(await begin(first.contactId!));
      store = await reopen(store);
      expect((await says('Hello.', T0 + 5_000, [phone('34611222333')])).optedOutAt).toBe(0);
      expect((await says('Hello.', T0 + 6_000, [phone()], 'acc2')).optedOutAt).toBe(0);
      const back = await says('Hello.', T0 + 7_000, [phone()]);
      expect(back.optedOutAt).toBe(T0);
      await erase(await begin(back.contactId!));
      expect((await says('Hello.', T0 + 8_000, [phone()])).optedOutAt).toBe(T0);
      expect((await says('START', T0 + 9_000, [phone()])).optedOutAt).toBe(0);
      const free = await says('Hello.', T0 + 10_000, [phone()]);
      await erase(await begin(free.contactId!));
      expect((await says('Hello.', T0 + 11_000, [phone()])).optedOutAt).toBe(0);
    });

    it('is one over merged contacts and over accounts, found by phone in any spelling or by username', async () => {
      const weak = await says('By phone.', T0, [phone()]);
      const strong = await says('By name.', T0 + 1, [{ kind: 'bsuid', value: 'US.1' }]);
      await says('Both.', T0 + 2, [{ kind: 'bsuid', value: 'US.1' }, phone()]);
      const twin = await says('Elsewhere.', T0 + 3, [phone()], 'acc2');
      const stranger = await says('Not he.', T0 + 4, [phone('34600111223')]);
      const all = [weak, strong, twin].map(({ contactId }) => contactId!).sort();
      for (const id of all) expect((await store.run(samePerson(id))).sort()).toEqual(all);
      expect(await store.run(samePerson(stranger.contactId!))).toEqual([stranger.contactId]);
      for (const address of [PHONE, `+${PHONE}`, '+34 600 111-222', '(34) 600.111.222'])
        expect(await store.run(contactsAt('acc', address)), address).toEqual([strong.contactId]);
      expect(await store.run(contactsAt('acc2', '@ZORA_Q'))).toEqual([twin.contactId]);
      expect(await store.run(contactsAt('acc', 'nobody'))).toEqual([]);
    });

    it('in a group, his own words only', async () => {
      const inGroup = (text: string, value: string): ParsedEvent =>
        said(text, `g-${text}`, value, {
          thread: { kind: 'group', key: 'G1', identities: [phone(value)], address: { to: 'G1' } },
        });
      const [mine] = await accept([inGroup('I am here.', PHONE)]);
      await accept([inGroup('So am I.', '34699000111')]);
      const alone = await says('Alone.', T0 + 5, [phone()]);
      await erase(await begin(alone.contactId!));
      expect((await store.messages(mine!.conversationId!, { limit: 5 })).map(({ text }) => text)).toEqual(['So am I.']);
    });

    describe('that two contacts turn out to be', () => {
      const BOTH = [{ kind: 'bsuid', value: 'US.1' }, phone()];
      const two = async () => {
        const strong = await says('By name.', T0, BOTH.slice(0, 1));
        const weak = await says('By phone.', T0 + 1, BOTH.slice(1));
        return { strong, weak };
      };

      it('keeps the tokens of both, those that meant two things under new numbers', async () => {
        const { strong, weak } = await two();
        await store.addToVault(strong.contactId!, {
          tokens: { 'PHONE:+1': '[PHONE_1]', 'NAME:zora': '[NAME_1]' },
          originals: { '[PHONE_1]': '+1', '[NAME_1]': 'Zora' },
        });
        const theirs = {
          tokens: { 'PHONE:+2': '[PHONE_1]', 'PHONE:+1': '[PHONE_2]', 'EMAIL:a@b': '[EMAIL_1]' },
          originals: { '[PHONE_1]': '+2', '[PHONE_2]': '+1', '[EMAIL_1]': 'a@b' },
        };
        await store.addToVault(weak.contactId!, theirs);
        await says('Both.', T0 + 2, BOTH);
        expect(await store.vault(strong.contactId!)).toEqual({
          tokens: {
            'PHONE:+1': '[PHONE_1]',
            'NAME:zora': '[NAME_1]',
            'PHONE:+2': '[PHONE_3]',
            'EMAIL:a@b': '[EMAIL_1]',
          },
          originals: { '[PHONE_1]': '+1', '[NAME_1]': 'Zora', '[PHONE_3]': '+2', '[EMAIL_1]': 'a@b' },
        });
        // A turn that began with the weaker one writes with those.
        expect(await store.vault(weak.contactId!)).toEqual(theirs);
      });

      it('keeps the last word of each kind that either said of being written to', async () => {
        const { strong, weak } = await two();
        await says('subscribe', T0 + 2, BOTH.slice(0, 1));
        await says('STOP', T0 + 3, BOTH.slice(1));
        await says('subscribe', T0 + 4, BOTH.slice(1));
        await says('Both.', T0 + 5, BOTH);
        store = await reopen(store);
        expect((await store.contact(strong.contactId!))!.consents).toMatchObject({
          in: { words: 'subscribe', at: T0 + 4 },
          out: { words: 'STOP', at: T0 + 3 },
        });
        expect(weak.contactId).not.toBe(strong.contactId);
      });

      it('adds up caps and budgets, and the opt-out of either holds', async () => {
        const { strong, weak } = await two();
        const cap = (id: string) => `acc:${id}:2026-11-20`;
        const spent = (id: string) => `p:2026-11-20:${id}`;
        for (const id of [strong.id, weak.id, weak.id]) await store.reserve(cap(id), 9, T0);
        for (const { contactId } of [strong, weak])
          await store.addUsage([spent(contactId!)], { tokens: 5, cost: 1 }, T0);
        await says('STOP', T0 + 2, BOTH.slice(1));
        await says('Both.', T0 + 3, BOTH);
        expect(await store.reserve(cap(strong.id), 3, T0)).toBe(false);
        expect(await store.reserve(cap(strong.id), 4, T0)).toBe(true);
        expect(await store.usageOf(spent(strong.contactId!))).toEqual({ tokens: 10, cost: 2 });
        expect((await store.conversation(strong.id))!.optedOutAt).toBe(T0 + 2);
      });
    });

    describe('past his time', () => {
      it('messages go step by step; what waits, runs or is to be approved stays', async () => {
        const { conversation } = await everywhere();
        const draft = await verbs.add(store, { ...replyOf(conversation.id, null, 'A draft.'), draft: true }, PASS);
        const waits = await says('I wait.', T0 + 7, [phone('34699000111')]);
        await says('New.', T0 + DAY, [phone('34699000333')]);
        expect(await verbs.prune(store, 'messages', T0 + 1_000)).toBe(2);
        expect(await store.messages(conversation.id, { limit: 9 })).toMatchObject([
          { id: draft.message.id, state: 'draft' },
        ]);
        const texts = async (id: string) => (await store.messages(id, { limit: 9 })).map(({ text }: Message) => text);
        expect(await texts(waits.id)).toEqual(['I wait.']);
        const begun = await verbs.begin(store, waits.id, {
          now: T0 + 9_000,
          leaseUntil: T0,
          owner: verbs.ME,
          turnId: newId(T0),
        });
        expect([begun.kind, await verbs.prune(store, 'messages', T0 + 1_000)]).toEqual(['turn', 0]);
        expect(await texts(waits.id)).toEqual(['I wait.']);
      });

      it('turns, leads, tool runs and responses each have their own time', async () => {
        await everywhere();
        expect(await verbs.prune(store, 'turns', T0 + 9_000)).toBe(1);
        for (const kind of ['leads', 'handovers', 'toolRuns', 'providerResponses', 'caps'] as const) {
          expect(await verbs.prune(store, kind, T0), kind).toBe(0);
          expect(await verbs.prune(store, kind, T0 + 1), kind).toBe(kind === 'caps' ? 2 : 1);
        }
        expect([await store.leads({ limit: 5 }), await store.turns({ limit: 5 })]).toEqual([[], []]);
        // What people were told of the lead goes with it; of something else, in its own time.
        expect(await store.notices({ limit: 5 })).toEqual([]);
        await store.run(noticeOf({ kind: 'handover', of: 't1', accountId: 'acc', reason: 'a person, please' }, T0));
        expect(await verbs.prune(store, 'leads', T0 + 1)).toBe(0);
        expect(await store.notices({ limit: 5 })).toHaveLength(1);
        expect(await verbs.prune(store, 'events', T0 + 1)).toBe(1);
        expect(await store.notices({ limit: 5 })).toEqual([]);
      });

      it('people are idle of whom nothing was heard since, with no lead and nothing that waits', async () => {
        const idle = async (since: number) => {
          const found: string[] = [];
          let next: Cursor = null;
          do {
            const step = await store.idlePeople(since, next, 1);
            found.push(...step.contacts);
            next = step.next;
          } while (next !== null);
          return found;
        };
        const { conversation } = await everywhere();
        const waits = await says('I wait.', T0 + 1, [phone('34699000111')]);
        const gone = await says('Bye.', T0 + 2, [phone('34699000222')]);
        const begin = ({ id }: Conversation) =>
          verbs.begin(store, id, { now: T0 + 9_000, leaseUntil: T0, owner: verbs.ME, turnId: newId(T0) });
        const settled = await begin(gone);
        if (settled.kind === 'turn') await verbs.end(store, settled.turn, ending(false));
        const runs = await says('Answer me.', T0 + 3, [phone('34699000444')]);
        await begin(runs);
        const sends = await says('And me.', T0 + 4, [phone('34699000555')]);
        const answered = await begin(sends);
        if (answered.kind === 'turn') await verbs.end(store, answered.turn, ending(true));
        await verbs.add(store, replyOf(sends.id, null, 'Our words.'), PASS);
        expect(await idle(T0 + DAY)).toEqual([gone.contactId]);
        expect(await idle(T0)).toEqual([]);
        await verbs.prune(store, 'leads', T0 + DAY);
        expect((await idle(T0 + DAY)).sort()).toEqual([conversation.contactId, gone.contactId].sort());
        expect(await idle(T0 + DAY)).not.toContain(waits.contactId);
      });
    });

    it('lists page by page without losing what has the same millisecond', async () => {
      for (const index of [1, 2, 3, 4, 5])
        await says(`No ${index}.`, T0, [phone(`3460011122${index}`)], 'acc', `k${index}`);
      for (const index of [1, 2, 3, 4, 5])
        await store.addLead({ id: `l${index}`, contactId: null, conversationId: 'c', accountId: 'acc', at: T0 });
      async function pages<T extends { id: string }>(
        read: (page: { limit: number; before?: number; beforeId?: string }) => Promise<T[]>,
      ) {
        const seen: string[] = [];
        for (
          let page = await read({ limit: 2 });
          page.length > 0;
          page = await read({ limit: 2, before: T0, beforeId: page.at(-1)!.id })
        )
          seen.push(...page.map(({ id }) => id));
        return seen;
      }
      for (const read of [store.conversations, store.leads, store.webhooks]) {
        const all = await pages<{ id: string }>(read);
        expect([all.length, new Set(all).size]).toEqual([5, 5]);
      }
      expect((await store.leads({ limit: 9, since: T0 + 1 })).length).toBe(0);
    });
  });
}
