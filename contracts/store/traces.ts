/** What every store must remember of turns' ways. Run by each store's own test with its own way to open it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Conversation, Trace, WebhookRecord } from '../../core/model.ts';
import { whoAre } from '../../core/people/plans.ts';
import type { Store } from '../../core/ports.ts';
import { ACCOUNT, ending, log, said, T0 } from './events.ts';
import { twice } from './twice.ts';
import * as verbs from './verbs.ts';

/** An attempt of a turn with something of each kind of step. */
export const traceOf = (turnId: string, attempt: number, more: Partial<Trace> = {}): Trace => ({
  ...{ id: `${turnId}#${attempt}`, turnId, conversationId: 'c', accountId: 'acc', at: T0, endedAt: T0 + 40 },
  end: { outcome: 'failed', error: 'A node failed.', cut: true },
  steps: [
    {
      kind: 'gate',
      after: 1,
      node: 'n1',
      gate: 'status-gate',
      result: 'block',
      rule: 'status',
      reason: 'No.',
      until: T0,
    },
    { kind: 'masked', after: 2, node: 'n2', found: [{ kind: 'PHONE', count: 2 }] },
    {
      ...{ kind: 'answer', after: 3, node: 'n3', took: 12, text: 'Hola [NAME_1]' },
      source: { kind: 'llm', model: 'm', usage: { input: 3, output: 4 } },
      failures: [{ name: 'first', code: 'TIMED_OUT', message: 'It gave no answer.' }],
    },
  ],
  ...more,
});

/**
 * Asks everything once, and once more with each plan run twice.
 * @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash.
 */
export function tracesContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  suite(`${name}: traces`, open, reopen);
  suite(`${name}: traces, each plan run twice`, ...twice(open, reopen));
}

function suite(name: string, open: () => Promise<Store>, reopen: (store: Store) => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });
    const insert = (...traces: Trace[]) => store.run((records) => records.insertTraces(traces));
    const ids = async (traces: Promise<Trace[]>) => (await traces).map(({ id }) => id);

    it('keeps the attempts of a turn in their order, over a restart', async () => {
      const numbers = [10, 1, 9, 2];
      await insert(...numbers.map((number) => traceOf('t', number, { at: T0 + number })), traceOf('t2', 1));
      store = await reopen(store);
      expect(await ids(store.traces('t'))).toEqual(['t#1', 't#2', 't#9', 't#10']);
      expect((await store.traces('t'))[0]).toEqual(traceOf('t', 1, { at: T0 + 1 }));
      expect(await store.traces('none')).toEqual([]);
    });

    it('has those of a conversation before a time, newest first', async () => {
      for (const index of [1, 2, 3]) await insert(traceOf(`t${index}`, 1, { at: T0 + index }));
      await insert(traceOf('other', 1, { conversationId: 'd' }));
      expect(await ids(store.tracesOf('c', { before: T0 + 3, limit: 5 }))).toEqual(['t2#1', 't1#1']);
      expect(await ids(store.tracesOf('c', { before: T0 + 9, limit: 2 }))).toEqual(['t3#1', 't2#1']);
    });

    it('they go with their time, and move where two conversations turn out to be one', async () => {
      const by = async (text: string, at: number, identities: { kind: string; value: string }[]) => {
        const thread = { kind: 'private' as const, identities, address: { to: identities[0]!.value } };
        const event = said(text, `${at}`, identities[0]!.value, { thread });
        const [result] = await store.run(verbs.delivery([toIncoming(event, ACCOUNT, at)], at));
        return (await store.conversation(result!.conversationId!))!;
      };
      /** Nothing of it waits. */
      const settle = async ({ id }: Conversation) => {
        const take = { now: T0 + 5_000, leaseUntil: T0 + 9_000, owner: verbs.ME, turnId: newId(T0) };
        const begun = await verbs.begin(store, id, take);
        if (begun.kind === 'turn') await verbs.end(store, begun.turn, ending(false));
      };
      const both = [
        { kind: 'bsuid', value: 'US.1' },
        { kind: 'phone', value: '34600111222' },
      ];
      const strong = await by('By name.', T0, both.slice(0, 1));
      const weak = await by('By phone.', T0 + 1, both.slice(1));
      await settle(weak);
      await insert(traceOf('t', 1, { conversationId: weak.id }));
      await by('Both.', T0 + 2, both);
      expect(await ids(store.tracesOf(strong.id, { before: T0 + 9, limit: 5 }))).toEqual(['t#1']);
      const who = await store.run((records) => whoAre(records, [strong.contactId!]));
      expect((await store.held('trace', who, null, 9)).rows).toHaveLength(1);
      expect(await verbs.prune(store, 'traces', T0)).toBe(0);
      expect(await verbs.prune(store, 'traces', T0 + 1)).toBe(1);
    });

    it('finds the calls that brought something of a conversation, and those of its account that were refused', async () => {
      const call = (at: number, more: Partial<WebhookRecord>): WebhookRecord => ({ ...log(T0 + at), ...more });
      const calls = [
        call(0, { conversations: ['c'] }),
        call(1, { conversations: ['c', 'd'], signed: true, duplicates: 2 }),
        call(2, { conversations: ['d'] }),
        call(3, { status: 401, error: 'The signature does not match.' }),
        call(4, { status: 401, error: 'The signature does not match.', accountId: 'other' }),
        call(5, { eventType: 'ignored', error: 'Switched off.', signed: false }),
        call(6, {}),
        call(7, { conversations: ['c'] }),
      ];
      await store.run((records) => {
        for (const one of calls) records.insertWebhook(one);
      });
      const around = { accountId: 'acc', conversationId: 'c', since: T0 + 1, until: T0 + 7, limit: 9 };
      const found = await store.callsAround(around);
      expect(found).toEqual([calls[1], calls[3], calls[5], calls[7]]);
      expect(await store.callsAround({ ...around, until: T0 + 6, limit: 1 })).toEqual([calls[5]]);
      expect(await store.callsAround({ ...around, since: T0 + 8, until: T0 + 9 })).toEqual([]);
    });
  });
}
