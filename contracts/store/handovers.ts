/** What every store must remember of customers who ask for a person. Run by each store's own test with its own way to open it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changeStatus, noteLate, noteSummary } from '../../core/handovers/plans.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Handover, HandoverTerms } from '../../core/model.ts';
import { beginForgetting, samePerson } from '../../core/people/plans.ts';
import type { ParsedMessage, Store } from '../../core/ports.ts';
import { noteAfterwards } from '../../core/turns/afterwards.ts';
import { ACCOUNT, ending, PASS, said, T0 } from './events.ts';
import { twice } from './twice.ts';
import * as verbs from './verbs.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const TERMS: HandoverTerms = { language: 'es', opensAt: null, patienceMs: 15 * MINUTE };

/**
 * Asks everything once, and once more with each plan run twice.
 * @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash.
 */
export function handoversContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  suite(`${name}: handovers`, open, reopen);
  suite(`${name}: handovers, each plan run twice`, ...twice(open, reopen));
}

function suite(name: string, open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });
    let count = 0;

    async function says(text: string, person: string, at: number, choice?: ParsedMessage['choice']) {
      const message = said(text, `key-${++count}`, person, choice && { choice });
      const [accepted] = await verbs.accept(store, [toIncoming(message, { ...ACCOUNT, burst: false }, at)], at);
      return accepted!.conversationId!;
    }
    /** A turn in which somebody asks for a person, to its end. */
    async function asks(person = '34600111222', at = T0, terms: HandoverTerms | null = TERMS) {
      const conversationId = await says('quiero un agente', person, at);
      const take = { now: at + 5_000, leaseUntil: at + MINUTE, owner: verbs.ME, turnId: newId(at) };
      const begun = await verbs.begin(store, conversationId, take);
      if (begun.kind !== 'turn') throw new Error(begun.kind);
      const wish = {
        status: 'support_active',
        reason: 'quiero un agente',
        handover: 'words',
        terms: terms ?? undefined,
      } as const;
      await store.run(noteAfterwards(begun.turn, wish, at));
      await verbs.end(store, begun.turn, { ...ending(true), now: at });
      return { id: begun.turn.id, conversationId };
    }
    const of = async (conversationId: string) => (await store.conversation(conversationId))!;
    async function humanSays(conversationId: string, at: number) {
      const id = newId(at);
      await verbs.add(
        store,
        {
          ...{ id, conversationId, accountId: 'acc', turnId: null, author: 'human', purpose: 'human', text: 'Hola' },
          ...{ media: [], parts: [{ request: { text: 'Hola' }, state: 'queued' }], at },
        },
        PASS,
      );
      return () => verbs.sent(store, id, `wamid.${id}`, at + 1_000);
    }

    it('keeps a wish over a restart, with what holds for it, and that its customer waits', async () => {
      const { id, conversationId } = await asks();
      store = await reopen(store);
      const wish: Handover = {
        ...{ id, accountId: 'acc', conversationId, by: 'words', reason: 'quiero un agente', language: 'es' },
        ...{ opensAt: null, at: T0, state: 'open', summary: null, tellAt: T0 + 15 * MINUTE, dueAt: T0 + 20_000 },
      };
      expect(await store.handover(id)).toEqual(wish);
      expect(await of(conversationId)).toMatchObject({
        ...{ status: 'support_active', waitingSince: T0, handover: id },
      });
      expect(await store.dueHandovers(9)).toEqual([wish]);
      expect(await store.handover('nobody')).toBeNull();
      // A turn of the version before knew no terms.
      const old = await asks('34600111333', T0 + 1, null);
      expect(await store.handover(old.id)).toMatchObject({ language: 'en', tellAt: null, dueAt: T0 + 20_001 });
    });

    it('counts patience from when people are there', async () => {
      const opensAt = T0 + 10 * 60 * MINUTE;
      const { id } = await asks('34600111222', T0, { ...TERMS, opensAt });
      expect(await store.handover(id)).toMatchObject({ opensAt, tellAt: opensAt + 15 * MINUTE });
    });

    it('takes the first summary, at most five lines, and has people told with it at once', async () => {
      const { id } = await asks();
      expect(await store.notices({ open: true, limit: 9 })).toMatchObject([{ tellAt: T0 + 20_000 }]);
      const lines = ['1', '', ' 2\u00a0 2 ', '3', '4', '5', '6'];
      expect(await store.run(noteSummary(id, lines, 'llm', T0 + 1_000))).toBe(true);
      expect(await store.run(noteSummary(id, ['late'], 'messages', T0 + 2_000))).toBe(false);
      store = await reopen(store);
      const summary = ['1', '2 2', '3', '4', '5'];
      const after = await store.handover(id);
      expect(after).toMatchObject({ summary, summaryBy: 'llm', dueAt: after!.tellAt });
      expect(await store.notices({ open: true, limit: 9 })).toMatchObject([
        { kind: 'handover', tellAt: T0 + 1_000, about: { by: 'words', summary } },
      ]);
    });

    it('notes who heard that nobody had come, once, and tells people', async () => {
      const { id } = await asks();
      await store.run(noteSummary(id, ['Wants an agent.'], 'messages', T0));
      expect(await store.run(noteLate(id, true, T0 + 16 * MINUTE))).toBe(true);
      expect(await store.run(noteLate(id, true, T0 + 17 * MINUTE))).toBe(false);
      expect(await store.handover(id)).toMatchObject({ toldAt: T0 + 16 * MINUTE, tellAt: null, dueAt: null });
      expect(await store.dueHandovers(9)).toEqual([]);
      expect((await store.notices({ limit: 9 })).map(({ id, about }) => [id, about])).toContainEqual([
        `handover-late:${id}`,
        { since: T0, summary: ['Wants an agent.'] },
      ]);
    });

    it('counts a person as there once his words have left, and his part as over when he gives it back', async () => {
      const { id, conversationId } = await asks();
      const leaves = await humanSays(conversationId, T0 + MINUTE);
      expect(await store.handover(id)).not.toHaveProperty('repliedAt');
      await leaves();
      store = await reopen(store);
      const repliedAt = T0 + MINUTE + 1_000;
      expect(await store.handover(id)).toMatchObject({ repliedAt, tellAt: null, dueAt: null, state: 'open' });
      expect(await of(conversationId)).toMatchObject({ waitingSince: null, handover: id, status: 'support_active' });
      await (await humanSays(conversationId, T0 + 2 * MINUTE))();
      expect(await store.handover(id)).toMatchObject({ repliedAt });
      const back = () => ({ status: 'active' as const, statusNote: null });
      await store.run(changeStatus(conversationId, back, T0 + 5 * MINUTE));
      expect(await store.handover(id)).toMatchObject({
        ...{ state: 'over', end: 'handed-back', endedAt: T0 + 5 * MINUTE, repliedAt },
      });
      expect(await of(conversationId)).toMatchObject({ status: 'active', waitingSince: null, handover: null });
      // Figures have both times, once, when the wish itself is past its time.
      const times = (await store.tallies({ from: 0, until: T0 + DAY, limit: 9 })).flatMap(({ sums }) =>
        Object.entries(sums).map(([key, [many, total]]) => [key.replace(/~.*/, ''), many, total]),
      );
      expect(times.sort()).toEqual([
        ['firstHuman', 1, MINUTE + 1_000],
        ['humanDone', 1, 5 * MINUTE],
      ]);
    });

    it('ends with a closed conversation, and goes on where only other people have it', async () => {
      const { id, conversationId } = await asks();
      await store.run(changeStatus(conversationId, () => ({ status: 'marketing_active' }), T0 + 1));
      expect(await of(conversationId)).toMatchObject({ waitingSince: T0, handover: id });
      await store.run(changeStatus(conversationId, () => ({ status: 'closed' }), T0 + 2));
      expect(await store.handover(id)).toMatchObject({ state: 'over', end: 'closed', endedAt: T0 + 2 });
      expect(await of(conversationId)).toMatchObject({ waitingSince: null, handover: null });
    });

    it('ends where the waiting customer takes the assistant, by its button or the words on it, and nowhere else', async () => {
      const button = await asks();
      await says('Whatever it says', '34600111222', T0 + MINUTE, { id: 'ask_assistant', title: 'x' });
      expect(await store.handover(button.id)).toMatchObject({ end: 'assistant', endedAt: T0 + MINUTE });
      expect(await of(button.conversationId)).toMatchObject({ status: 'active', statusNote: null, handover: null });
      const words = await asks('34600111333');
      await says('¿Hola?', '34600111333', T0 + MINUTE);
      expect(await of(words.conversationId)).toMatchObject({ status: 'support_active', waitingSince: T0 });
      await says('con el asistente', '34600111333', T0 + MINUTE);
      expect(await of(words.conversationId)).toMatchObject({ status: 'active', waitingSince: null });
      // Somebody came: it is his now.
      const had = await asks('34600111444');
      await (await humanSays(had.conversationId, T0 + MINUTE))();
      await says('bot', '34600111444', T0 + 2 * MINUTE);
      expect(await of(had.conversationId)).toMatchObject({ status: 'support_active', handover: had.id });
    });

    it('lists them newest first, by what is asked for, page by page, and what is due soonest first', async () => {
      const all: string[] = [];
      for (let index = 0; index < 5; index++) {
        const patienceMs = index === 0 ? 0 : (10 - index) * MINUTE;
        const { id, conversationId } = await asks(`3460011100${index}`, T0 + index, { ...TERMS, patienceMs });
        all.unshift(id);
        await store.run(noteSummary(id, ['x'], 'messages', T0 + 9));
        if (index === 1) await store.run(changeStatus(conversationId, () => ({ status: 'closed' }), T0 + 9));
      }
      const ids = async (found: Promise<Handover[]>) => (await found).map(({ id }) => id);
      expect(await ids(store.handovers({ limit: 9 }))).toEqual(all);
      expect(await ids(store.handovers({ state: 'open', limit: 9 }))).toEqual(all.filter((_, at) => at !== 3));
      expect(await ids(store.handovers({ accountId: 'other', limit: 9 }))).toEqual([]);
      expect(await ids(store.handovers({ since: T0 + 3, limit: 9 }))).toEqual(all.slice(0, 2));
      const [first, second] = await store.handovers({ limit: 2 });
      expect(await ids(store.handovers({ limit: 2, before: second!.at, beforeId: second!.id }))).toEqual(
        all.slice(2, 4),
      );
      expect(await ids(store.handovers({ conversationId: first!.conversationId, limit: 9 }))).toEqual([first!.id]);
      expect(await ids(store.dueHandovers(9))).toEqual([all[0], all[1], all[2]]);
    });

    it('forgets them in their time but for those that go on, and shows nothing of who is being forgotten', async () => {
      const { conversationId } = await asks();
      await store.run(changeStatus(conversationId, () => ({ status: 'closed' }), T0 + 2));
      const open = await asks('34600111333', T0 + 1);
      expect(await verbs.prune(store, 'handovers', T0 + DAY)).toBe(1);
      expect(await store.handovers({ limit: 9 })).toMatchObject([{ id: open.id }]);
      const { contactId } = await of(open.conversationId);
      await store.run(beginForgetting(await store.run(samePerson(contactId!)), T0 + DAY));
      expect(await store.dueHandovers(9)).toEqual([]);
    });
  });
}
