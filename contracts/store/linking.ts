/** Part of the Store's contract: one person under two identities that the platform tells in one breath, or replaces by another. */
import { describe, expect, it } from 'vitest';
import type { Identity, Turn } from '../../core/model.ts';
import type { AcceptResult, NewReply, ParsedEvent, ParsedMessage, Store } from '../../core/ports.ts';
import type { Take } from '../../core/turns/plans.ts';
import { ending, PASS, said, T0 } from './events.ts';
import * as verbs from './verbs.ts';

export interface StoreTools {
  store(): Store;
  accept(events: ParsedEvent[], at?: number): Promise<AcceptResult[]>;
  take(now: number): Take;
  replyTo(turn: Pick<Turn, 'id' | 'conversationId'>, text: string, slot: string): NewReply;
}

export function lateLinking({ store, accept, take, replyTo }: StoreTools): void {
  describe('late linking', () => {
    const USER = { kind: 'bsuid', value: 'US.1' };
    const PHONE = { kind: 'phone', value: '39' };
    const by = (...identities: Identity[]): Partial<ParsedMessage> => ({
      thread: { kind: 'private', identities, address: { to: identities[0]!.value } },
    });
    let count = 0;
    const says = async (text: string, at: number, ...identities: Identity[]) => {
      const [result] = await accept([said(text, `link-${++count}`, '39', by(...identities))], at);
      return result!;
    };
    const conversationOf = async (id: string | undefined) => (await store().conversation(id!))!;
    const contactOf = async (id: string | undefined) => (await store().contact((await conversationOf(id)).contactId!))!;
    const values = async (id: string | undefined) => (await contactOf(id)).identities.map(({ value }) => value);
    const texts = async (id: string | undefined) =>
      (await store().messages(id!, { limit: 9 })).map((message) => message.text);
    /** The turn of all that waits there, begun and ended. */
    const settle = async (id: string | undefined, at: number) => {
      const begun = await verbs.begin(store(), id!, take(at));
      if (begun.kind === 'turn') await verbs.end(store(), begun.turn, ending(false));
      return begun.kind === 'turn' ? begun.turn.id : '';
    };
    const became = (previous: Identity, current: Identity, at: number) =>
      accept([{ kind: 'identity', type: 'identity', key: `became-${++count}`, previous, current }], at);

    it('makes one person of two once one message names both, and keeps what is stricter', async () => {
      const strong = await says('by name.', T0, USER);
      const weak = await says('by phone.', T0 + 1, PHONE);
      expect(weak.conversationId).not.toBe(strong.conversationId);
      await store().setLanguage((await conversationOf(weak.conversationId)).contactId!, 'it');
      await says('STOP', T0 + 2, PHONE);
      const human = { humanSince: T0 + 3, humanUntil: T0 + 900_000 };
      await store().changeConversation(weak.conversationId!, () => human);
      const unasked = { followUp: 'shop/2/POST_PURCHASE', at: T0 + 4 };
      await store().changeConversation(weak.conversationId!, () => ({ unasked }));
      const before = { followUp: 'shop/1/POST_PURCHASE', at: T0 + 3 };
      await store().changeConversation(strong.conversationId!, () => ({ unasked: before }));
      const turn = await settle(weak.conversationId, T0 + 5_000);

      const linked = await says('by both.', T0 + 6_000, USER, PHONE);
      expect(linked.conversationId).toBe(strong.conversationId);
      expect(await values(strong.conversationId)).toEqual(['US.1', '39']);
      expect(await contactOf(strong.conversationId)).toMatchObject({ language: 'it' });
      expect(await conversationOf(strong.conversationId)).toMatchObject({
        ...human,
        unasked: expect.objectContaining(unasked),
        optedOutAt: T0 + 2,
        status: 'active',
        address: { to: 'US.1' },
      });
      expect(await texts(strong.conversationId)).toEqual(['by name.', 'by phone.', 'STOP', 'by both.']);
      expect(await store().turn(turn)).toMatchObject({ conversationId: strong.conversationId, state: 'done' });
      expect(await texts(weak.conversationId)).toEqual([]);
      expect(await conversationOf(weak.conversationId)).toMatchObject({
        status: 'closed',
        contactId: (await conversationOf(strong.conversationId)).contactId,
      });
      for (const one of [[USER], [PHONE], [PHONE, USER]])
        expect((await says('again', T0 + 7_000, ...one)).conversationId).toBe(strong.conversationId);
    });

    it('leaves what waits, runs or is on its way where it is, under the same person', async () => {
      const strong = await says('by name.', T0, USER);
      const weak = await says('by phone.', T0 + 1, PHONE);
      const begun = await verbs.begin(store(), weak.conversationId!, take(weak.wakeAt!));
      if (begun.kind !== 'turn') throw new Error(begun.kind);
      await says('by both.', T0 + 2_000, USER, PHONE);
      expect(await texts(weak.conversationId)).toEqual(['by phone.']);
      const ofWeak = await conversationOf(weak.conversationId);
      expect(ofWeak).toMatchObject({ openTurn: { id: begun.turn.id }, status: 'active', address: { to: '39' } });
      expect(ofWeak.contactId).toBe((await conversationOf(strong.conversationId)).contactId);
      const { marked } = await verbs.add(store(), replyTo(begun.turn, 'answer', 'out:0'), PASS);
      expect(marked).toMatchObject({ address: { to: '39' } });
      expect(await verbs.end(store(), begun.turn, ending(true))).toBe(true);
      await accept([said('STOP', 'stop-both', '39', by(PHONE))], T0 + 3_000);
      expect((await conversationOf(weak.conversationId)).optedOutAt).toBe(T0 + 3_000);
    });

    it('goes on with the only conversation there is', async () => {
      const first = await says('by phone.', T0, PHONE);
      const second = await says('by both.', T0 + 1, USER, PHONE);
      expect(second.conversationId).toBe(first.conversationId);
      expect(await values(first.conversationId)).toEqual(['US.1', '39']);
    });

    it('does not give a phone number’s new owner what the one before had said', async () => {
      const before = await says('mine', T0, USER, PHONE);
      const after = await says('not his', T0 + 1, { kind: 'bsuid', value: 'US.2' }, PHONE);
      expect(after.conversationId).not.toBe(before.conversationId);
      expect(await values(before.conversationId)).toEqual(['US.1']);
      expect(await values(after.conversationId)).toEqual(['US.2', '39']);
      expect(await texts(before.conversationId)).toEqual(['mine']);
      expect((await says('and on', T0 + 2, PHONE)).conversationId).toBe(after.conversationId);
    });

    it('follows a changed user id, also when a message under the new one came first', async () => {
      const NEW = { kind: 'bsuid', value: 'US.9' };
      const OTHER = { kind: 'phone', value: '40' };
      const before = await says('old id.', T0, USER, PHONE);
      await settle(before.conversationId, T0 + 5_000);
      const early = await says('new id.', T0 + 6_000, NEW, OTHER);
      await settle(early.conversationId, T0 + 9_000);
      await became(USER, NEW, T0 + 10_000);
      expect(await values(before.conversationId)).toEqual(['US.9', '40']);
      expect(await texts(before.conversationId)).toEqual(['old id.', 'new id.']);
      expect((await says('on', T0 + 11_000, NEW, OTHER)).conversationId).toBe(before.conversationId);
      // The old number may be anybody's by now.
      expect((await says('who?', T0 + 12_000, PHONE)).conversationId).not.toBe(before.conversationId);
    });

    it('follows a changed phone number, but not into somebody else’s conversation', async () => {
      const OTHER = { kind: 'phone', value: '40' };
      const first = await says('hi', T0, USER, PHONE);
      await became(PHONE, OTHER, T0 + 1);
      expect(await values(first.conversationId)).toEqual(['US.1', '40']);
      const second = await says('hi', T0 + 2, { kind: 'bsuid', value: 'US.2' }, { kind: 'phone', value: '41' });
      await became(OTHER, { kind: 'phone', value: '41' }, T0 + 3);
      expect(await values(first.conversationId)).toEqual(['US.1', '41']);
      expect(await values(second.conversationId)).toEqual(['US.2']);
      expect(await texts(second.conversationId)).toEqual(['hi']);
      await became({ kind: 'phone', value: '99' }, PHONE, T0 + 4);
      expect(await values(first.conversationId)).toEqual(['US.1', '41']);
    });

    it('leaves a conversation that people have in hand to people', async () => {
      const strong = await says('by name.', T0, USER);
      const weak = await says('by phone.', T0 + 1, PHONE);
      await store().changeConversation(weak.conversationId!, () => ({ status: 'support_active', vars: { step: 2 } }));
      await says('by both.', T0 + 2, USER, PHONE);
      expect(await conversationOf(strong.conversationId)).toMatchObject({
        status: 'support_active',
        vars: { step: 2 },
      });
    });
  });
}
