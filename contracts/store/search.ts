/** Part of the Store's contract: what is found by its words and by whose it is, and that nothing is found any more of what was erased. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { PLACES } from '../../core/people/places.ts';
import { beginForgetting, samePerson } from '../../core/people/plans.ts';
import type { Cursor, ParsedEvent, Search, Store } from '../../core/ports.ts';
import { ACCOUNT, PASS, said, T0 } from './events.ts';
import * as verbs from './verbs.ts';

/** @param open gives an empty store; @param reopen closes it and opens it on the same data. */
export function searchContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: the search`, () => {
    let store: Store;
    let clock = T0;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const accept = (event: ParsedEvent, accountId = 'acc') =>
      verbs.accept(store, [toIncoming(event, { ...ACCOUNT, id: accountId }, ++clock)], clock);
    /** @returns the conversation's id */
    async function says(
      text: string,
      person = '7',
      names: { name?: string; username?: string } = {},
      accountId = 'acc',
    ) {
      const thread = {
        ...{ kind: 'private' as const, identities: [{ kind: 'telegram' as const, value: person }] },
        ...{ address: { chat_id: person }, ...names },
      };
      const [result] = await accept(said(text, `k${clock}`, person, { thread }), accountId);
      return result!.conversationId!;
    }
    const search = (text: string, more: Partial<Search> = {}) => store.search({ text, limit: 10, ...more });
    const texts = async (text: string, more: Partial<Search> = {}) =>
      (await search(text, more)).found.map(({ message }) => message.excerpt);
    /** As the index of what was read, and of what was not yet, has it. */
    async function both(check: () => Promise<void>): Promise<void> {
      await check();
      store = await reopen(store);
      await check();
    }

    async function forget(conversationId: string): Promise<() => Promise<void>> {
      const { contactId } = (await store.conversation(conversationId))!;
      const who = await store.run(beginForgetting(await store.run(samePerson(contactId!)), clock));
      return async () => {
        for (const place of PLACES) {
          let next: Cursor = null;
          do next = (await store.erase(place, who, next, 50)).next;
          while (next !== null);
        }
      };
    }

    it('finds a message by the beginnings of its words, in any spelling', async () => {
      const id = await says('¿Cuándo vienen a la calle Sagasta?', '7', { name: 'Begoña' });
      await says('سفارش من كجاست؟', '8');
      await says('Something else.', '9');
      await both(async () => {
        const { found, next, unread } = await search('SAGAS cuando');
        expect([next, unread]).toEqual([null, 0]);
        expect(found).toEqual([
          {
            conversation: expect.objectContaining({ id, accountId: 'acc', name: 'Begoña' }),
            message: {
              ...{ id: expect.any(String), seq: expect.any(Number), at: T0 + 1, direction: 'in', author: 'customer' },
              excerpt: '¿Cuándo vienen a la calle Sagasta?',
            },
          },
        ]);
        expect(await texts('کجا')).toEqual(['سفارش من كجاست؟']);
        expect(await texts('sagasta else')).toEqual([]);
        expect(await texts('agasta')).toEqual([]);
        expect(await texts('" OR * : = -')).toEqual([]);
        expect(await texts(' ?! ')).toEqual([]);
      });
      clock = T0;
    });

    it('has the newest first, a conversation once, page by page, and all of them', async () => {
      for (const person of ['1', '2', '3', '4', '5']) {
        await says(`Order first ${person}`, person);
        await says(`Order again ${person}`, person);
      }
      await says('Order late 2', '2');
      await both(async () => {
        expect(await texts('order')).toEqual([
          'Order late 2',
          ...['5', '4', '3', '1'].map((person) => `Order again ${person}`),
        ]);
        const seen: string[] = [];
        let before: number | undefined;
        do {
          const page = await search('order', { limit: 2, before });
          const ids = page.found.map(({ conversation }) => conversation.id);
          expect(new Set(ids).size).toBe(ids.length);
          seen.push(...page.found.map(({ message }) => message.excerpt));
          before = page.next ?? undefined;
        } while (before !== undefined);
        expect(seen.slice(0, 2)).toEqual(['Order late 2', 'Order again 5']);
        expect(new Set(seen).size).toBe(seen.length);
        for (const person of ['1', '3', '4', '5']) expect(seen).toContain(`Order again ${person}`);
      });
    });

    it('finds a person by name and username, with what was said last', async () => {
      const id = await says('Hola.', '7', { name: 'Zoraida Ñáñez', username: 'zora_q' });
      await says('Hola otra vez.', '7');
      await says('Zoraida is somebody else here.', '8', { name: 'Other' });
      await both(async () => {
        expect(await texts('zoraida nanez')).toEqual(['Hola otra vez.']);
        expect((await search('ZORA_Q')).found.map(({ conversation }) => conversation.id)).toEqual([id]);
        expect(await texts('zorai')).toEqual(['Zoraida is somebody else here.', 'Hola otra vez.']);
        // The words are of one message or of one name.
        expect(await texts('zoraida hola')).toEqual([]);
      });
      const { contactId } = (await store.conversation(id))!;
      await store.run((records) => records.updateContact(contactId!, { name: 'Casilda' }));
      await both(async () => {
        expect(await texts('nanez')).toEqual([]);
        expect(await texts('casilda zora')).toEqual(['Hola otra vez.']);
      });
    });

    it('keeps to one account where that is asked', async () => {
      await says('Order here.', '7', { name: 'Ana' });
      await says('Order there.', '7', { name: 'Ana' }, 'acc2');
      await both(async () => {
        for (const words of ['order', 'ana'])
          expect([
            await texts(words),
            await texts(words, { accountId: 'acc' }),
            await texts(words, { accountId: 'acc2' }),
            await texts(words, { accountId: 'acc3' }),
          ]).toEqual([['Order there.', 'Order here.'], ['Order here.'], ['Order there.'], []]);
        expect(await texts('acc2')).toEqual([]);
      });
    });

    it('finds what we said, too', async () => {
      const id = await says('Hello?');
      const parts = [{ request: {}, state: 'queued' as const }];
      await verbs.add(
        store,
        {
          ...({ id: newId(clock), conversationId: id, accountId: 'acc', turnId: null, author: 'bot' } as const),
          ...({ purpose: 'reply', text: 'It is on its way.', parts, at: clock } as const),
          media: [],
        },
        PASS,
      );
      await both(async () => {
        const { found } = await search('way');
        expect(found.map(({ message }) => [message.direction, message.author, message.excerpt])).toEqual([
          ['out', 'bot', 'It is on its way.'],
        ]);
      });
    });

    it('an edit counts as it is now, and what was deleted for everyone is not found', async () => {
      await says('The first spelling.', '7');
      const { message } = (await search('spelling')).found[0]!;
      const { platformId } = (await store.message(message.id))!;
      await accept({ kind: 'edit', type: 'edit', key: 'e1', platformId: platformId!, text: 'A second version.' });
      await both(async () => {
        expect(await texts('spelling')).toEqual([]);
        expect(await texts('version')).toEqual(['A second version.']);
      });
      await accept({ kind: 'delete', type: 'delete', key: 'd1', platformId: platformId! });
      await both(async () => expect(await texts('version')).toEqual([]));
    });

    it('who is being forgotten is not found from that moment on, and his words and name are gone after it', async () => {
      const id = await says('My secret words.', '7', { name: 'Zoraida', username: 'zora_q' });
      await says('My other words.', '8', { name: 'Zoraida' });
      expect(await texts('words')).toHaveLength(2);
      const erase = await forget(id);
      const left = async () => {
        for (const words of ['words', 'zoraida']) expect(await texts(words)).toEqual(['My other words.']);
        for (const words of ['secret', 'zora_q']) expect(await texts(words)).toEqual([]);
      };
      await both(left);
      await erase();
      await both(left);
    });

    it('what is past its retention is not found', async () => {
      const old = await says('Old words.', '7');
      const settle = async (id: string) => {
        const turn = { now: clock + 60_000, leaseUntil: clock, owner: verbs.ME, turnId: newId(clock) };
        const begun = await verbs.begin(store, id, turn);
        if (begun.kind !== 'turn') throw new Error(begun.kind);
        await verbs.end(store, begun.turn, { now: clock, outcome: 'silent', decisions: [], vars: {} });
      };
      await settle(old);
      expect(await texts('words')).toHaveLength(1);
      clock += 1_000;
      await says('New words.', '8');
      await verbs.prune(store, 'messages', clock - 500);
      await both(async () => expect(await texts('words')).toEqual(['New words.']));
    });
  });
}
