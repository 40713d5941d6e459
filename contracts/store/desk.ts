/** What every store must give the inbox: its queues, what colleagues note, and that nothing of it outlives a person. */
import { beforeEach, describe, expect, it } from 'vitest';
import { minding, remark } from '../../core/desk/marks.ts';
import { conditionsOf, type DeskFilter, orderOf, QUEUES, type Queue } from '../../core/desk/queues.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { beginForgetting, samePerson } from '../../core/people/plans.ts';
import type { Store } from '../../core/ports.ts';
import { approveDraft, discardDraft, takeBack } from '../../core/sending/stored.ts';
import { ACCOUNT, PASS, said, T0, uploadOf } from './events.ts';
import { twice } from './twice.ts';
import * as verbs from './verbs.ts';
import { prune } from './verbs.ts';

const MINUTE = 60_000;

/** As `storeContract`. */
export function deskContract(name: string, open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>): void {
  suite(`${name}: the inbox`, open, reopen);
  suite(`${name}: the inbox, each plan run twice`, ...twice(open, reopen));
}

function suite(name: string, open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>): void {
  describe(name, () => {
    let inner: Store;
    /** As the engine uses it. */
    let store: Store;
    /** Conversations that look another way since the last look. */
    let touched: Set<string>;
    const use = (opened: Store) => {
      inner = opened;
      const mind = (id: string) => void touched.add(id);
      store = { ...opened, run: (plan, options) => opened.run(minding(plan, mind), options) };
    };
    beforeEach(async () => {
      touched = new Set();
      use(await open());
      return () => inner.close();
    });
    const again = async () => use(await reopen(inner));

    let count = 0;
    async function says(person: string, text = 'Hola', at = T0, account = 'acc'): Promise<string> {
      const thread = {
        ...{ kind: 'private' as const, identities: [{ kind: 'telegram', value: person }], name: `Ana ${person}` },
        address: { chat_id: person },
      };
      const message = said(text, `desk-${++count}`, person, { thread });
      const incoming = toIncoming(message, { ...ACCOUNT, id: account, burst: false }, at);
      const [accepted] = await verbs.accept(store, [incoming], at);
      return accepted!.conversationId!;
    }
    async function add(conversationId: string, more: object = {}, at = T0 + MINUTE) {
      const id = newId(at);
      const reply = {
        ...{ id, conversationId, accountId: 'acc', turnId: null, author: 'human', purpose: 'human', text: 'Hola' },
        ...{ media: [], parts: [{ request: { text: 'Hola' }, state: 'queued' }], at },
        ...more,
      } as const;
      return (await verbs.add(store, reply as Parameters<typeof verbs.add>[1], PASS)).message;
    }
    const change = (id: string, patch: object) => store.run((records) => records.updateConversation(id, patch));
    async function inQueue(queue: Queue, more: Partial<DeskFilter> = {}, offset = 0, limit = 50): Promise<string[]> {
      const conditions = conditionsOf({ queue, user: 'anna', ...more });
      const found = await store.desk({ conditions, order: orderOf(queue), offset, limit });
      if (offset === 0 && found.length < limit) expect(await store.deskCount(conditions)).toBe(found.length);
      return found.map(({ id }) => id);
    }

    it('knows who waits for an answer until the answer has left, over a restart', async () => {
      const [first, second] = [await says('1', 'Hola', T0), await says('2', 'Hola', T0 + 1)];
      await says('1', 'More', T0 + 2);
      await again();
      expect(await inQueue('unanswered')).toEqual([first, second]);
      expect(await store.conversation(first)).toMatchObject({ unansweredSince: T0 });
      const { id } = await add(first);
      expect(await inQueue('unanswered')).toEqual([first, second]);
      await verbs.sent(store, id, 'p1', T0 + MINUTE);
      expect(await inQueue('unanswered')).toEqual([second]);
      await change(second, { status: 'closed' });
      expect(await inQueue('unanswered')).toEqual([]);
    });

    it('counts what came while an answer was on its way as unanswered', async () => {
      const id = await says('1');
      const reply = await add(id, {}, T0 + MINUTE);
      await says('1', 'And now?', T0 + MINUTE + 5);
      await verbs.sent(store, reply.id, 'p1', T0 + MINUTE + 10);
      expect(await store.conversation(id)).toMatchObject({ unansweredSince: T0 + MINUTE + 5 });
    });

    it('has who waits for a person where people answer, the longest wait first', async () => {
      const [first, second] = [await says('1', 'Hola', T0 + 5), await says('2', 'Hola', T0)];
      expect(await inQueue('person')).toEqual([]);
      for (const id of [first, second]) await change(id, { status: 'support_active' });
      expect(await inQueue('person')).toEqual([second, first]);
      await change(first, { status: 'active' });
      expect(await inQueue('person')).toEqual([second]);
      await verbs.sent(store, (await add(second)).id, 'p1', T0 + MINUTE);
      expect(await inQueue('person')).toEqual([]);
    });

    it('has drafts until the last of them is approved or discarded, and keeps what a person changed', async () => {
      const id = await says('1');
      const draft = { author: 'bot', purpose: 'reply', draft: true };
      const [one, two] = [await add(id, draft), await add(id, draft, T0 + MINUTE + 1)];
      expect(await inQueue('drafts')).toEqual([id]);
      await store.run(discardDraft(one.id));
      expect(await inQueue('drafts')).toEqual([id]);
      const changed = { text: 'Adiós', parts: [{ request: { text: 'Adiós' }, state: 'queued' as const }] };
      await store.run(approveDraft(two.id, T0 + MINUTE + 2, undefined, { writer: 'anna', changed }));
      expect(await inQueue('drafts')).toEqual([]);
      await again();
      expect(await store.message(two.id)).toMatchObject({
        text: 'Adiós',
        drafted: 'Hola',
        writer: 'anna',
        state: 'queued',
      });
    });

    it('has what failed until it arrives, or a person has written', async () => {
      const [first, second] = [await says('1'), await says('2')];
      const failed = async (id: string) => {
        const message = await add(id, { author: 'bot', purpose: 'reply' });
        await store.run((records) => records.updateMessage(message.id, { state: 'failed' }));
        await store.run((records) => records.updateConversation(id, { openSend: null, sendOwner: null }));
        return message.id;
      };
      const [lost] = [await failed(first), await failed(second)];
      expect((await inQueue('failed')).sort()).toEqual([first, second].sort());
      await store.run((records) => records.updateMessage(lost, { state: 'delivered' }));
      expect(await inQueue('failed')).toEqual([second]);
      await verbs.sent(store, (await add(second, {}, T0 + 2 * MINUTE)).id, 'p9', T0 + 2 * MINUTE);
      expect(await inQueue('failed')).toEqual([]);
    });

    it('is right after somebody who knew nothing of marks, once they are set', async () => {
      const ids: Record<string, string> = {};
      for (const name of ['waits', 'answered', 'draft', 'failed', 'seen', 'person', 'right'])
        ids[name] = await says(name);
      const all = async () => {
        const found: Record<string, string[]> = {};
        for (const queue of QUEUES)
          found[queue] = (await inQueue(queue)).map((id) => Object.keys(ids).find((name) => ids[name] === id)!).sort();
        return found;
      };
      /** What others did, or this version with its marks. */
      async function life() {
        await says('waits', 'More', T0 + 2 * MINUTE);
        const bot = { author: 'bot', purpose: 'reply' };
        await verbs.sent(store, (await add(ids.answered!, bot)).id, 'p1', T0 + MINUTE);
        await add(ids.draft!, { ...bot, draft: true });
        for (const name of ['failed', 'seen']) {
          const { id } = await add(ids[name]!, bot);
          await store.run((records) => records.updateMessage(id, { state: 'failed' }));
          await store.run((records) => records.updateConversation(ids[name]!, { openSend: null, sendOwner: null }));
        }
        const human = await add(ids.seen!, {}, T0 + 3 * MINUTE);
        await verbs.sent(store, human.id, 'p2', T0 + 3 * MINUTE);
        await change(ids.person!, { status: 'support_active' });
      }
      const minded = store;
      store = inner;
      await life();
      // Of one that nobody saw come, there is no mark at all.
      ids.new = await says('new', 'Hola', T0 + 4 * MINUTE);
      store = minded;
      for (const id of Object.values(ids)) {
        await store.run(remark(id, T0 + 4 * MINUTE));
        await store.run(remark(id, T0 + 4 * MINUTE));
      }
      expect(await all()).toEqual({
        person: ['person'],
        unanswered: ['draft', 'failed', 'new', 'person', 'right', 'waits'],
        drafts: ['draft'],
        failed: ['failed'],
        mine: [],
        all: Object.keys(ids).sort(),
      });
      expect(await store.conversation(ids.waits!)).toMatchObject({ unansweredSince: T0 });
      touched.clear();
      for (const id of Object.values(ids)) await store.run(remark(id, T0));
      expect([...touched]).toEqual([]);
    });

    it('finds any place of a long list, narrowed by account, status, label, language and who looks after it', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 7; n++) ids.unshift(await says(String(n), 'Hola', T0 + n, n === 3 ? 'other' : 'acc'));
      expect(await inQueue('all')).toEqual(ids);
      expect(await inQueue('all', {}, 2, 3)).toEqual(ids.slice(2, 5));
      expect(await inQueue('all', {}, 6, 3)).toEqual(ids.slice(6));
      expect(await inQueue('all', { accountId: 'other' })).toEqual([ids[3]]);
      await change(ids[0]!, { assignee: 'anna', labels: ['vip', 'de "x"'], language: 'fa' });
      await change(ids[1]!, { assignee: 'bo', labels: ['vip'], language: 'es', status: 'closed' });
      expect(await inQueue('mine')).toEqual([ids[0]]);
      expect(await inQueue('all', { label: 'vip' })).toEqual(ids.slice(0, 2));
      expect(await inQueue('all', { label: 'de "x"' })).toEqual([ids[0]]);
      expect(await inQueue('all', { label: 'vip', status: 'closed' })).toEqual([ids[1]]);
      expect(await inQueue('all', { language: 'fa' })).toEqual([ids[0]]);
      expect(await store.deskWords()).toEqual({
        ...{ labels: ['de "x"', 'vip'], languages: ['es', 'fa'], assignees: ['anna', 'bo'] },
      });
      const page = { conditions: conditionsOf({ queue: 'all', user: '' }), order: orderOf('all'), offset: 0, limit: 1 };
      expect(await store.desk(page)).toMatchObject([{ name: 'Ana 6' }]);
    });

    it('keeps notes and saved answers, and changes them', async () => {
      const id = await says('1');
      const note = { id: newId(T0), conversationId: id, writer: 'anna', text: 'Call him.', at: T0 };
      const answer = { id: newId(T0), name: 'Hours', text: 'Nine to five.', at: T0 };
      expect(await store.run((records) => records.insertNote(note))).toBe(true);
      await store.run((records) => records.putSavedAnswer(answer));
      await store.run((records) => records.putSavedAnswer({ ...answer, text: 'Ten to six.' }));
      await again();
      expect([await store.notes(id), await store.note(note.id)]).toEqual([[note], note]);
      expect(await store.savedAnswers()).toEqual([{ ...answer, text: 'Ten to six.' }]);
      await store.run((records) => records.removeNote(note.id));
      await store.run((records) => records.removeSavedAnswer(answer.id));
      expect([await store.notes(id), await store.savedAnswers()]).toEqual([[], []]);
    });

    it('keeps files that colleagues send, of any size that is taken, until their time is over', async () => {
      const id = await says('1');
      const large = { ...uploadOf('large', id, T0), public: true, size: 10_485_760, content: 'QUJD'.repeat(3_495_254) };
      const small = uploadOf('small', id, T0 + 1);
      expect([await store.putUpload(small), await store.putUpload(large)]).toEqual([true, true]);
      await again();
      expect([await store.upload('small'), await store.upload('none')]).toEqual([small, null]);
      expect(await store.upload('large')).toEqual(large);
      expect(await prune(store, 'uploads', T0 + 1)).toBe(1);
      expect([await store.upload('large'), await store.upload('small')]).toEqual([null, small]);
    });

    it('refuses a second answer to whoever has not seen the first', async () => {
      const id = await says('1');
      const seen = (await store.messages(id, { limit: 9 })).at(-1)!.seq;
      const first = await add(id, { seen, writer: 'anna' });
      await expect(add(id, { seen, writer: 'bo' })).rejects.toMatchObject({ code: 'ANSWERED' });
      expect(await store.messages(id, { limit: 9 })).toHaveLength(2);
      await add(id, { seen: first.seq, writer: 'bo' });
      expect((await store.messages(id, { limit: 9 })).map(({ writer }) => writer)).toEqual([undefined, 'anna', 'bo']);
    });

    it('refuses beside an answer a draft that goes out, and beside such a draft an answer', async () => {
      const id = await says('1');
      const [one, two] = [await add(id, { draft: true, author: 'bot' }), await add(id, { draft: true, author: 'bot' })];
      const drafts = [one.id, two.id];
      const approve = (draft: string, seen: number) =>
        store.run(approveDraft(draft, T0 + MINUTE, undefined, { writer: 'anna', seen }));
      await approve(one.id, two.seq);
      const refused = { code: 'ANSWERED', message: 'anna has answered meanwhile.' };
      await expect(add(id, { seen: two.seq, drafts, writer: 'bo' })).rejects.toMatchObject(refused);
      const answer = await add(id, { seen: two.seq, drafts: [two.id], writer: 'bo' });
      await expect(approve(two.id, two.seq)).rejects.toMatchObject({ message: 'bo has answered meanwhile.' });
      expect(await store.message(two.id)).toMatchObject({ state: 'draft' });
      await approve(two.id, answer.seq);
      expect(await store.message(two.id)).toMatchObject({ state: 'queued', writer: 'anna' });
    });

    it('takes words back that wait for their time, and not once it has come', async () => {
      const id = await says('1');
      const [one, two] = [
        await add(id, { nextTryAt: T0 + MINUTE + 5_000 }),
        await add(id, { nextTryAt: T0 + MINUTE + 5_000 }),
      ];
      expect([one.state, await verbs.next(store, id, PASS, T0 + MINUTE)]).toEqual([
        'queued',
        { kind: 'wait', until: T0 + MINUTE + 5_000 },
      ]);
      expect(await store.run(takeBack(one.id, T0 + MINUTE + 4_000))).toMatchObject({ text: 'Hola' });
      expect(await store.message(one.id)).toBeNull();
      expect(await store.run(takeBack(two.id, T0 + MINUTE + 5_000))).toBeNull();
      expect(await verbs.next(store, id, PASS, T0 + MINUTE + 5_000)).toMatchObject({ kind: 'marked' });
    });

    it('tells which conversations look another way', async () => {
      const id = await says('1');
      expect([...touched]).toEqual([id]);
      touched.clear();
      await change(id, { wakeAt: T0 + 1 });
      expect([...touched]).toEqual([]);
      await change(id, { assignee: 'anna' });
      expect([...touched]).toEqual([id]);
    });

    it('leaves nothing of a person in it', async () => {
      const id = await says('1');
      const { contactId } = (await store.conversation(id))!;
      expect((await store.conversationsWith(contactId!)).map((one) => one.id)).toEqual([id]);
      const note = { id: newId(T0), conversationId: id, writer: 'anna', text: 'Ana pays late.', at: T0 };
      await store.run((records) => records.insertNote(note));
      const who = await store.run(beginForgetting(await store.run(samePerson(contactId!)), T0));
      expect(await inQueue('all')).toEqual([]);
      expect(await store.conversationsWith(contactId!)).toEqual([]);
      expect((await store.held('note', who, null, 9)).rows).toMatchObject([{ text: 'Ana pays late.' }]);
      expect((await store.erase('note', who, null, 9)).erased).toBe(1);
      expect(await store.notes(id)).toEqual([]);
      expect(await store.run((records) => records.insertNote({ ...note, id: newId(T0 + 1) }))).toBe(false);
    });
  });
}
