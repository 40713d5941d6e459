/** What every implementation of the Store port must do. Run by each store's own test with its own way to open it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Conversation } from '../../core/model.ts';
import type { NewReply, ParsedEvent, Store } from '../../core/ports.ts';
import { settleSend } from '../../core/sending/outbox.ts';
import { flowOver, replayMessage, retryTurn } from '../../core/turns/plans.ts';
import { ACCOUNT, BLOCK, ending, log, PASS, said, T0 } from './events.ts';
import { lateLinking } from './linking.ts';
import { orderLists } from './order-lists.ts';
import { twice } from './twice.ts';
import * as verbs from './verbs.ts';

/**
 * Asks everything once, and once more with each plan run twice: a plan does nothing but read and change records.
 * @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash.
 */
export function storeContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  suite(name, open, reopen);
  suite(`${name}, each plan run twice`, ...twice(open, reopen));
}

function suite(name: string, open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    const accept = (events: ParsedEvent[], at = T0) =>
      verbs.accept(
        store,
        events.map((event) => toIncoming(event, ACCOUNT, at)),
        at,
      );
    const take = (now: number, owner = 'me') => ({ now, leaseUntil: now + 1_000, owner, turnId: newId(now) });

    async function begun(text = 'hi.', key = 'k1', at = T0) {
      const [result] = await accept([said(text, key)], at);
      const conversationId = result!.conversationId!;
      const turn = await verbs.begin(store, conversationId, take(result!.wakeAt!));
      if (turn.kind !== 'turn') throw new Error(`no turn: ${turn.kind}`);
      return { ...turn, conversationId };
    }

    function replyTo(turn: { id: string; conversationId: string }, text: string, slot: string, at = T0): NewReply {
      return {
        id: newId(at),
        conversationId: turn.conversationId,
        accountId: 'acc',
        turnId: turn.id,
        slot: `${turn.id}:${slot}`,
        author: 'bot',
        purpose: 'reply',
        text,
        media: [],
        parts: [{ request: { text }, state: 'queued' }],
        at,
      };
    }

    describe('acceptance', () => {
      it('A1 makes contact, conversation and message of the first message, and finds them for the second', async () => {
        const [first] = await accept([said('hi', 'k1')]);
        const [second] = await accept([said('again', 'k2')]);
        expect(second!.conversationId).toBe(first!.conversationId);
        const conversation = (await store.conversation(first!.conversationId!))!;
        expect(conversation).toMatchObject({
          accountId: 'acc',
          status: 'active',
          kind: 'private',
          address: { chat_id: '7' },
        });
        expect((await store.contact(conversation.contactId!))!.identities).toEqual([
          { accountId: 'acc', kind: 'telegram', value: '7' },
        ]);
        expect(
          (await store.messages(conversation.id, { limit: 10 })).map((m) => [m.text, m.pending, m.answered]),
        ).toEqual([
          ['hi', true, false],
          ['again', true, false],
        ]);
      });

      it('takes a key once an account, also when it comes in parallel', async () => {
        const results = await Promise.all([1, 2, 3].map(() => accept([said('hi', 'same')])));
        expect(results.flat().filter((result) => !result.duplicate)).toHaveLength(1);
        const other = { ...toIncoming(said('hi', 'same'), ACCOUNT, T0), accountId: 'acc2' };
        expect((await verbs.accept(store, [other]))[0]!.duplicate).toBe(false);
      });

      it('takes events without a key for new each time', async () => {
        const results = [...(await accept([said('hi', undefined)])), ...(await accept([said('hi', undefined)]))];
        expect(results.map((result) => result.duplicate)).toEqual([false, false]);
      });

      it('knows a person by any of several identities, and adds the new ones', async () => {
        const both = {
          kind: 'private' as const,
          identities: [
            { kind: 'bsuid', value: 'US.1' },
            { kind: 'phone', value: '39' },
          ],
          address: {},
        };
        const [first] = await accept([
          said('a', 'k1', '39', { thread: { ...both, identities: [both.identities[1]!] } }),
        ]);
        const [second] = await accept([said('b', 'k2', '39', { thread: both })]);
        const [third] = await accept([
          said('c', 'k3', '39', { thread: { ...both, identities: [both.identities[0]!] } }),
        ]);
        expect(new Set([first, second, third].map((result) => result!.conversationId)).size).toBe(1);
      });

      lateLinking({ store: () => store, accept, take, replyTo });

      it('stores groups without waking a lane', async () => {
        const thread = { kind: 'group' as const, key: '-5', identities: [], address: {} };
        const [result] = await accept([said('hello all', 'k1', '7', { thread })]);
        expect(result!.wakeAt).toBeUndefined();
        expect(await store.lanes()).toEqual([]);
        expect((await store.messages(result!.conversationId!, { limit: 1 }))[0]!.pending).toBe(false);
      });

      it('records an opt-out and an opt-in, whatever the status, for the contact', async () => {
        const [first] = await accept([said('hi', 'k1')]);
        const id = first!.conversationId!;
        await store.changeConversation(id, () => ({ status: 'closed', humanUntil: T0 + 999_999 }));
        await accept([said('STOP', 'k2')], T0 + 5);
        expect((await store.conversation(id))!.optedOutAt).toBe(T0 + 5);
        await accept([said('stop', 'k3')], T0 + 6);
        expect((await store.messages(id, { limit: 9 })).map((m) => m.consent)).toEqual([undefined, 'out', undefined]);
        await accept([said('start', 'k4')], T0 + 7);
        expect((await store.conversation(id))!.optedOutAt).toBe(0);
      });

      it('a word that the bot just offered is an answer; what the platform was told is an opt-out', async () => {
        const turn = await begun();
        const question = replyTo(turn.turn, '¿Prioridad alta, media o baja?', 'out:0');
        await verbs.add(store, question, PASS);
        await accept([said('Baja', 'k2')], T0 + 1);
        const optedOutAt = async () => (await store.conversation(turn.conversationId))!.optedOutAt;
        expect(await optedOutAt()).toBe(0);
        await accept([said('Baja, por favor. ¡Gracias!', 'k2b')], T0 + 1);
        expect(await optedOutAt()).toBe(0);
        await accept([said('No me escribas más', 'k3')], T0 + 2);
        expect(await optedOutAt()).toBe(T0 + 2);
        const told = (consent: 'in' | 'out', key: string): ParsedEvent => ({
          kind: 'consent',
          type: 'user_preferences',
          key,
          thread: said('', undefined).thread,
          consent,
        });
        await accept([told('in', 'p1')], T0 + 3);
        expect(await optedOutAt()).toBe(0);
        await accept([told('out', 'p2')], T0 + 4);
        expect(await optedOutAt()).toBe(T0 + 4);
      });

      it('the account’s own health is noted once and concerns nobody', async () => {
        const error = { code: 'DOWN', message: 'It is away.', action: 'Look.' };
        const health: ParsedEvent = { kind: 'health', type: 'session', key: 'h1', error };
        expect(await accept([health])).toEqual([{ duplicate: false }]);
        expect(await accept([health])).toEqual([{ duplicate: true }]);
        expect(await store.conversations({ limit: 1 })).toEqual([]);
      });

      it('a person who blocks the account does so in all of his threads', async () => {
        const at = (key: string) => ({ ...said('hi', undefined).thread, key });
        const [one] = await accept([said('hi', 'k1', '7', { thread: at('topic:1') })]);
        const [two] = await accept([said('hi', 'k2', '7', { thread: at('topic:2') })]);
        expect(two!.conversationId).not.toBe(one!.conversationId);
        const reach = (reachable: boolean, key: string): ParsedEvent => ({
          kind: 'reach',
          type: 'my_chat_member',
          key,
          thread: said('hi', undefined).thread,
          reachable,
        });
        const blocked = async () =>
          (await Promise.all([one, two].map((result) => store.conversation(result!.conversationId!)))).map(
            (conversation) => conversation!.blockedAt,
          );
        await accept([reach(false, 'r1')], T0 + 1);
        expect(await blocked()).toEqual([T0 + 1, T0 + 1]);
        await accept([reach(true, 'r2')], T0 + 2);
        expect(await blocked()).toEqual([0, 0]);
      });

      it('only a send that was refused because the person blocked us says so of the conversation', async () => {
        const turn = await begun();
        const error = { code: 'E', message: 'no' };
        for (const [failure, blockedAt] of [
          ['recipient', 0],
          ['request', 0],
          ['blocked', T0 + 9],
        ] as const) {
          const { message } = await verbs.add(store, replyTo(turn.turn, failure, failure), PASS);
          await store.run(settleSend(message.id, 0, { ok: false, failure, error }, T0 + 9, PASS));
          expect([failure, (await store.conversation(turn.conversationId))!.blockedAt]).toEqual([failure, blockedAt]);
        }
      });

      it('lets a human silence the bot by his own message, but not our own echo nor an automatic one', async () => {
        const turn = await begun();
        const echo = (text: string, key: string, automated = false): ParsedEvent => ({
          ...said(text, key),
          kind: 'echo',
          automated,
        });
        const { message } = await verbs.add(store, replyTo(turn.turn, 'our reply', 'out:0'), PASS);
        await accept([echo('our reply', 'e1')], T0 + 10);
        await accept([echo('We are away.', 'e2', true)], T0 + 10);
        expect((await store.conversation(turn.conversationId))!.humanUntil).toBe(0);
        await verbs.sent(store, message.id, '7:99');
        await accept([{ ...echo('edited on the way', 'e3'), platformId: '7:99' } as ParsedEvent], T0 + 10);
        expect((await store.conversation(turn.conversationId))!.humanUntil).toBe(0);
        await accept([echo('I take over.', 'e4')], T0 + 10);
        expect((await store.conversation(turn.conversationId))!.humanUntil).toBe(T0 + 10 + 300_000);
        expect((await store.messages(turn.conversationId, { limit: 9 })).map((m) => m.author)).toEqual([
          'customer',
          'bot',
          'system',
          'human',
        ]);
      });

      it('undoes the takeover of an echo that proves to be our own send, and no other', async () => {
        const echo = (text: string, platformId: string): ParsedEvent => ({
          ...said(text, `echo-${platformId}`),
          kind: 'echo',
          automated: false,
          platformId,
        });
        const { turn, conversationId } = await begun();
        const first = await verbs.add(store, replyTo(turn, 'our reply', 'out:0'), PASS);
        await accept([echo('our reply, as it is shown', 'p1')], T0 + 10);
        expect((await store.conversation(conversationId))!.humanUntil).toBe(T0 + 300_010);
        await verbs.sent(store, first.message.id, 'p1');
        expect(await store.conversation(conversationId)).toMatchObject({ humanSince: 0, humanUntil: 0 });

        const second = await verbs.add(store, replyTo(turn, 'another', 'out:1'), PASS);
        await accept([echo('another, as it is shown', 'p2')], T0 + 20);
        // In the same moment, so that both would end at the same time.
        await accept([echo('I take over.', 'p3')], T0 + 20);
        await verbs.sent(store, second.message.id, 'p2');
        expect((await store.conversation(conversationId))!.humanUntil).toBe(T0 + 300_020);
        const messages = await store.messages(conversationId, { limit: 9 });
        expect(messages.map(({ text, author }) => [text, author])).toEqual([
          ['hi.', 'customer'],
          ['our reply', 'bot'],
          ['another', 'bot'],
          ['I take over.', 'human'],
        ]);
      });

      it('changes the message that an edit, a deletion or a reaction is about', async () => {
        const [result] = await accept([said('helo', 'k1')]);
        await accept([{ kind: 'edit', type: 'edit', key: 'x1', platformId: '7:k1', text: 'hello' }], T0 + 1);
        await accept([{ kind: 'reaction', type: 'reaction', key: 'x2', platformId: '7:k1', text: '👍' }], T0 + 2);
        await accept([{ kind: 'delete', type: 'delete', key: 'x3', platformId: '7:k1' }], T0 + 3);
        expect(await store.message(result!.messageId!)).toMatchObject({
          text: 'hello',
          editedAt: T0 + 1,
          reaction: '👍',
          deletedAt: T0 + 3,
        });
      });

      it('B4 lists the webhook calls, newest first', async () => {
        await store.run((records) => records.insertWebhook({ ...log(T0 - 5), status: 401, error: 'bad signature' }));
        await accept([said('hi', 'k1')]);
        expect((await store.webhooks({ limit: 5 })).map((record) => [record.status, record.error])).toEqual([
          [200, undefined],
          [401, 'bad signature'],
        ]);
      });
    });

    describe('turns', () => {
      it('waits for the end of a burst, then takes all of it, in order', async () => {
        const [first] = await accept([said('one', 'k1')]);
        const id = first!.conversationId!;
        expect(await verbs.begin(store, id, take(T0))).toEqual({ kind: 'wait', until: first!.wakeAt });
        const [second] = await accept([said('two', 'k2')], T0 + 100);
        const turn = await verbs.begin(store, id, take(second!.wakeAt!));
        expect(turn.kind === 'turn' && turn.messages.map((m) => m.text)).toEqual(['one', 'two']);
      });

      it('leaves what comes during a turn to the next one', async () => {
        const turn = await begun();
        await accept([said('later.', 'k2')], T0 + 600);
        expect(await verbs.end(store, turn.turn, ending(true))).toBe(true);
        const lanes = await store.lanes();
        expect(lanes).toHaveLength(1);
        const next = await verbs.begin(store, turn.conversationId, take(lanes[0]!.wakeAt));
        expect(next.kind === 'turn' && next.messages.map((m) => m.text)).toEqual(['later.']);
      });

      it('repeats a turn that a dead process held: same id, same set, one more cut', async () => {
        const turn = await begun();
        await accept([said('later.', 'k2')], T0 + 600);
        store = await reopen(store);
        const again = await verbs.begin(store, turn.conversationId, take(T0 + 700, 'another'));
        expect(again).toMatchObject({ kind: 'turn', turn: { id: turn.turn.id, cuts: 1, attempts: 0 } });
        expect(again.kind === 'turn' && again.messages.map((m) => m.text)).toEqual(['hi.']);
        expect(await verbs.end(store, turn.turn, ending(true))).toBe(false);
      });

      it('keeps a failed turn for its time, then as a dead letter that can be repeated', async () => {
        const turn = await begun();
        const fail = { now: T0 + 5, cut: false, error: 'boom', decisions: [] };
        expect(await verbs.fail(store, turn.turn, { ...fail, retryAt: T0 + 900 })).toBe(true);
        expect(await verbs.begin(store, turn.conversationId, take(T0 + 800))).toEqual({
          kind: 'wait',
          until: T0 + 900,
        });
        expect(await store.lanes()).toEqual([
          { conversationId: turn.conversationId, accountId: 'acc', wakeAt: T0 + 900 },
        ]);
        const again = await verbs.begin(store, turn.conversationId, take(T0 + 900));
        expect(again).toMatchObject({ kind: 'turn', turn: { attempts: 1, cuts: 0 } });
        await verbs.fail(store, turn.turn, { ...fail, retryAt: null });
        expect(await store.turns({ state: 'dead', limit: 5 })).toMatchObject([{ id: turn.turn.id, error: 'boom' }]);
        expect(await store.lanes()).toEqual([]);
        expect(await store.run(retryTurn(turn.turn.id, T0 + 2_000))).toMatchObject({ id: turn.conversationId });
        expect(await verbs.begin(store, turn.conversationId, take(T0 + 2_000))).toMatchObject({
          kind: 'turn',
          messages: [{ text: 'hi.' }],
        });
      });

      it('answers all messages of a dead letter again when one of them is replayed', async () => {
        await accept([said('the router', 'k1')]);
        const turn = await begun('is off', 'k2', T0 + 1);
        const failed = { now: T0 + 5, cut: false, error: 'boom', decisions: [], retryAt: null };
        await verbs.fail(store, turn.turn, failed);
        expect(await store.run(replayMessage(turn.messages[1]!.id, T0 + 900))).toBe(turn.conversationId);
        const again = await verbs.begin(store, turn.conversationId, take(T0 + 900));
        expect(again.kind === 'turn' && again.messages.map((m) => m.text)).toEqual(['the router', 'is off']);
        expect(await store.turns({ state: 'dead', limit: 5 })).toEqual([]);
      });

      it('lists a turn whose flow went on after its end until that is over, also after a crash', async () => {
        const turn = await begun();
        await verbs.end(store, turn.turn, { ...ending(true), openUntil: T0 + 180_000 });
        store = await reopen(store);
        expect(await store.unsettled()).toEqual([turn.turn.id]);
        await store.run(flowOver(turn.turn.id));
        expect(await store.unsettled()).toEqual([]);
        expect((await store.turn(turn.turn.id))!.openUntil).toBeUndefined();
      });

      it('tells of what failed how far it got, so that what has left is not taken for never said', async () => {
        const turn = await begun();
        const parts = ['one', 'two'].map((text) => ({ request: { text }, state: 'queued' as const }));
        const { message } = await verbs.add(store, { ...replyTo(turn.turn, 'one two', 'out:f:0'), parts }, PASS);
        await verbs.sent(store, message.id, 'p1');
        const error = { code: '400', message: 'Bad Request' };
        await store.run(settleSend(message.id, 1, { ok: false, failure: 'request', error }, T0, PASS));
        const [question, answer] = await store.history(turn.conversationId, 10);
        expect([question!.parts, answer!.state, answer!.parts!.map(({ state }) => state)]).toEqual([
          ...[undefined, 'failed', ['sent', 'failed']],
        ]);
      });

      it('A7 keeps which message was answered, and the decisions and values of its turn', async () => {
        const turn = await begun();
        const decision = BLOCK();
        await verbs.end(store, turn.turn, { ...ending(true), decisions: [decision], vars: { step: 2 } });
        expect((await store.message(turn.messages[0]!.id))!.answered).toBe(true);
        expect(await store.turn(turn.turn.id)).toMatchObject({
          state: 'done',
          outcome: 'answered',
          decisions: [decision],
        });
        expect((await store.conversation(turn.conversationId))!.vars).toEqual({ step: 2 });
      });
    });

    describe('sends', () => {
      it('A3 stores the reply before it is marked, and fills a slot once', async () => {
        const { turn } = await begun();
        const reply = replyTo(turn, 'answer', 'out:0');
        const first = await verbs.add(store, reply, PASS);
        expect(first.marked).toMatchObject({ address: { chat_id: '7' }, message: { state: 'sending' } });
        const second = await verbs.add(store, { ...reply, id: newId(T0), text: 'another' }, PASS);
        expect(second).toMatchObject({ created: false, message: { id: reply.id, text: 'answer' } });
        expect(second.marked).toBeUndefined();
      });

      it('has one open send a conversation', async () => {
        const { turn } = await begun();
        const first = await verbs.add(store, replyTo(turn, 'one', 'out:0'), PASS);
        const second = await verbs.add(store, replyTo(turn, 'two', 'out:1'), PASS);
        expect(second).toMatchObject({ created: true, message: { state: 'queued' } });
        expect(second.marked).toBeUndefined();
        await verbs.sent(store, first.message.id, 'p1');
        expect(await verbs.next(store, turn.conversationId, PASS)).toMatchObject({ kind: 'marked' });
      });

      it('keeps a blocked reply as discarded, with the reason', async () => {
        const { turn } = await begun();
        const { message, blocked } = await verbs.add(store, replyTo(turn, 'answer', 'out:0'), BLOCK);
        expect(blocked).toMatchObject({ rule: 'takeover' });
        expect(await store.message(message.id)).toMatchObject({ state: 'discarded', error: { code: 'takeover' } });
        expect((await store.conversation(turn.conversationId))!.openSend).toBeNull();
      });

      it('counts a late reply until a newer turn began', async () => {
        const first = await begun('one.', 'k1');
        await verbs.end(store, first.turn, ending(false));
        const late = await verbs.add(store, replyTo(first.turn, 'late', 'out:0'), PASS);
        expect(late.marked).toMatchObject({ message: { state: 'sending' } });
        expect((await store.message(first.messages[0]!.id))!.answered).toBe(true);
        await verbs.sent(store, late.message.id, 'p1');
        await begun('two.', 'k2', T0 + 5_000);
        const later = await verbs.add(store, replyTo(first.turn, 'too late', 'out:1'), PASS);
        expect(later).toMatchObject({ created: true, message: { state: 'discarded', error: { code: 'late' } } });
        expect(later.marked).toBeUndefined();
      });

      it('moves states by receipts only forward, also when they overtake the answer', async () => {
        const { turn } = await begun();
        const { message } = await verbs.add(store, replyTo(turn, 'answer', 'out:0'), PASS);
        const receipt = (state: 'sent' | 'delivered' | 'read' | 'failed', key: string): ParsedEvent => ({
          kind: 'status',
          type: `status.${state}`,
          key,
          platformId: 'wamid.1',
          state,
        });
        await accept([receipt('delivered', 'r1')]);
        await verbs.sent(store, message.id, 'wamid.1');
        expect((await store.message(message.id))!.state).toBe('delivered');
        await accept([receipt('read', 'r2')]);
        await accept([receipt('sent', 'r3')]);
        await accept([receipt('failed', 'r4')]);
        expect((await store.message(message.id))!.state).toBe('read');
      });

      it('A5 lists what failed or is unknown, and whatever it is asked for', async () => {
        const { turn } = await begun();
        const { message } = await verbs.add(store, replyTo(turn, 'answer', 'out:0'), PASS);
        expect(await store.sends({ states: ['queued', 'sending'], limit: 5 })).toMatchObject([{ id: message.id }]);
        const error = { code: 'TELEGRAM_400', message: 'Bad Request: chat not found' };
        await store.run(settleSend(message.id, 0, { ok: false, failure: 'request', error }, T0, PASS));
        expect(await store.sends({ states: ['failed', 'unknown'], limit: 5 })).toMatchObject([
          { id: message.id, error: { message: 'Bad Request: chat not found' } },
        ]);
        expect((await store.conversation(turn.conversationId))!.openSend).toBeNull();
      });
    });

    it('keeps how new a number is, over a restart', async () => {
      expect(await store.run((records) => records.sender('acc:1'))).toBeNull();
      const first = { id: 'acc:1', days: 1, lastAt: T0, phone: null };
      await store.run((records) => records.putSender(first));
      const second = { ...first, days: 2, lastAt: T0 + 86_400_000, phone: 'hashed' };
      await store.run((records) => records.putSender(second));
      store = await reopen(store);
      expect(await store.run((records) => records.sender('acc:1'))).toEqual(second);
    });

    it('tells what an account said in the same words, while it stands: no draft, nothing dropped or failed', async () => {
      const unasked = async (person: string, at: number, more: Partial<NewReply> = {}, check = PASS) => {
        const [result] = await accept([said('hi', `k-${person}-${at}`, person)], at);
        const reply = replyTo({ id: 'none', conversationId: result!.conversationId! }, 'Thank you', 'x', at);
        const words = {
          turnId: null,
          slot: undefined,
          purpose: 'proactive',
          wording: 'thanks',
          wordingAt: at,
        } as const;
        return (await verbs.add(store, { ...reply, ...words, ...more }, check)).message.id;
      };
      const alike = (after: number, accountId = 'acc', wording = 'thanks') =>
        store.run((records) => records.saidAlike(accountId, wording, after).map(({ id }) => id));
      const first = await unasked('1', T0);
      const second = await unasked('2', T0 + 10);
      await unasked('3', T0 + 20, { wording: 'others' });
      await unasked('4', T0 + 20, { wording: undefined, wordingAt: undefined });
      await unasked('5', T0 + 20, { draft: true });
      await unasked('6', T0 + 20, {}, BLOCK);
      const gone = await unasked('7', T0 + 20);
      const error = { code: '1', message: 'Not on it.' };
      await store.run(settleSend(gone, 0, { ok: false, failure: 'recipient', error }, T0 + 21, PASS));
      expect(await alike(T0 - 1)).toEqual([second, first]);
      expect([await alike(T0), await alike(T0 + 10)]).toEqual([[second], []]);
      expect([await alike(0, 'other'), await alike(0, 'acc', 'other')]).toEqual([[], []]);
      // It counts from when it left.
      await verbs.sent(store, first, 'p1', T0 + 30);
      store = await reopen(store);
      expect(await alike(T0 + 10)).toEqual([first]);
    });

    it('B9 lists conversations with their number of messages', async () => {
      await accept([
        said('a', 'k1', '1', {
          thread: { kind: 'private', identities: [{ kind: 'telegram', value: '1' }], name: 'Ann', address: {} },
        }),
      ]);
      await accept([said('b', 'k2', '2'), said('c', 'k3', '2')], T0 + 1);
      expect((await store.conversations({ status: 'active', limit: 5 })).map((c) => [c.name, c.messages])).toEqual([
        [undefined, 2],
        ['Ann', 1],
      ]);
      expect(await store.conversations({ status: 'closed', limit: 5 })).toEqual([]);
    });

    it('reserves no more than a cap allows, also in parallel, and gives back', async () => {
      const got = await Promise.all(Array.from({ length: 8 }, () => store.reserve('acc:c:2026-11-20', 3, T0)));
      expect(got.filter(Boolean)).toHaveLength(3);
      await store.release('acc:c:2026-11-20');
      expect(await store.reserve('acc:c:2026-11-20', 3, T0)).toBe(true);
    });

    it('adds up what was spent under each key, also in parallel, and forgets it with the caps', async () => {
      const spent = { tokens: 10, cost: 0.25 };
      await Promise.all([store.addUsage(['day', 'ana'], spent, T0), store.addUsage(['day'], spent, T0 + 10)]);
      expect([await store.usageOf('day'), await store.usageOf('ana'), await store.usageOf('eva')]).toEqual([
        { tokens: 20, cost: 0.5 },
        spent,
        { tokens: 0, cost: 0 },
      ]);
      expect(await verbs.prune(store, 'caps', T0 + 5)).toBe(1);
      expect([await store.usageOf('day'), await store.usageOf('ana')]).toEqual([
        { tokens: 20, cost: 0.5 },
        { tokens: 0, cost: 0 },
      ]);
    });

    it('sends by template what may leave as nothing else, and keeps it over a restart', async () => {
      const { turn, conversationId } = await begun();
      const template = { text: 'Thanks, Ana.', request: { template: 'thanks', values: ['Ana'] } };
      const byTemplate = () => ({ ...PASS(), byTemplate: true });
      const first = await verbs.add(store, { ...replyTo(turn, 'words', 'out:0'), template }, PASS);
      const second = await verbs.add(store, { ...replyTo(turn, 'more words', 'out:1'), template }, PASS);
      expect(first.marked!.message.parts).toMatchObject([{ request: { text: 'words' } }]);
      await verbs.sent(store, first.message.id, 'p1');
      store = await reopen(store);
      const next = await verbs.next(store, conversationId, byTemplate, T0 + 1);
      expect(next).toMatchObject({ kind: 'marked', message: { id: second.message.id, text: 'Thanks, Ana.' } });
      store = await reopen(store);
      expect(await store.replies(turn.id)).toMatchObject([
        { text: 'words', parts: [{ request: { text: 'words' }, state: 'sent' }], template },
        { text: 'Thanks, Ana.', parts: [{ request: template.request, state: 'sending' }], template },
      ]);
    });

    it('counts inbound messages of a time', async () => {
      const [result] = await accept([said('a', 'k1')], T0);
      await accept([said('b', 'k2')], T0 + 500);
      await accept([said('c', 'k3')], T0 + 1_500);
      expect(await store.countInbound(result!.conversationId!, T0 + 1, T0 + 1_500)).toBe(2);
    });

    it('keeps the tokens of each contact, the first writer’s where two made the same', async () => {
      expect(await store.vault('ana')).toEqual({ tokens: {}, originals: {} });
      const one = { tokens: { 'PHONE:+34600': '[PHONE_1]' }, originals: { '[PHONE_1]': '600' } };
      expect(await store.addToVault('ana', one)).toEqual(one);
      const late = {
        tokens: { 'PHONE:+34600': '[PHONE_7]', 'PHONE:+34700': '[PHONE_1]', 'NAME:ana': '[NAME_1]' },
        originals: { '[PHONE_7]': '+34 600', '[PHONE_1]': '700', '[NAME_1]': 'Ana' },
      };
      const both = {
        tokens: { ...one.tokens, 'NAME:ana': '[NAME_1]' },
        originals: { ...one.originals, '[NAME_1]': 'Ana' },
      };
      expect(await store.addToVault('ana', late)).toEqual(both);
      store = await reopen(store);
      expect(await store.vault('ana')).toEqual(both);
      expect((await store.vault('eva')).tokens).toEqual({});
    });

    it('forgets what is past its retention, and no more', async () => {
      await accept([said('a', 'k1')], T0);
      await accept([said('b', 'k2')], T0 + 10);
      for (const kind of ['webhooks', 'events'] as const) await verbs.prune(store, kind, T0 + 5);
      expect(await store.webhooks({ limit: 9 })).toHaveLength(1);
      expect((await accept([said('b', 'k2')], T0 + 20))[0]!.duplicate).toBe(true);
    });

    it('keeps everything over a restart', async () => {
      const { turn, conversationId } = await begun();
      await verbs.add(store, replyTo(turn, 'answer', 'out:0'), PASS);
      const before: Conversation = (await store.conversation(conversationId))!;
      store = await reopen(store);
      expect(await store.conversation(conversationId)).toEqual(before);
      expect((await store.replies(turn.id)).map((m) => [m.text, m.state])).toEqual([['answer', 'sending']]);
    });

    orderLists(() => store);
  });
}
