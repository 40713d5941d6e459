/** What every store must do for tools: the journal of side effects, and what tools note of customers. Run by each store's own test. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../core/accounts.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Lead, ToolRun } from '../../core/model.ts';
import { closeNotice, noticeOf, putOffNotice } from '../../core/notices/notices.ts';
import type { Store } from '../../core/ports.ts';
import { said } from './events.ts';
import { accept, prune } from './verbs.ts';

const T0 = Date.UTC(2026, 10, 20, 10);
const DAY = 86_400_000;
const ACCOUNT = {
  id: 'acc',
  channel: { id: 'telegram' },
  takeover: { cooldownMs: 300_000, ceilingMs: 3_600_000 },
  reopens: false,
  burst: false,
} as Account;

const toolRun = (id: string, more: Partial<ToolRun> = {}): ToolRun => ({
  id,
  conversationId: 'c1',
  accountId: 'acc',
  occasion: 'm1',
  turnId: 't1',
  tool: 'book',
  args: { day: 'mon', guests: [1, { child: true }] },
  state: 'started',
  at: T0,
  ...more,
});

const lead = (id: string, more: Partial<Lead> = {}): Lead => ({
  id,
  contactId: 'k1',
  conversationId: 'c1',
  accountId: 'acc',
  firstName: 'Ana',
  at: T0,
  ...more,
});

/** @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash. */
export function journalContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: tools`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    it('keeps what a run did over a restart, each end as it is', async () => {
      expect(await store.toolRun('r1')).toBeNull();
      await store.changeToolRun('r1', (run) => run ?? toolRun('r1'));
      await store.changeToolRun('r1', (run) => ({ ...run!, state: 'done', result: '{"ok":true}', endedAt: T0 + 5 }));
      store = await reopen(store);
      expect(await store.toolRun('r1')).toEqual(
        toolRun('r1', { state: 'done', result: '{"ok":true}', endedAt: T0 + 5 }),
      );
      await store.changeToolRun('r1', (run) => ({ ...run!, state: 'started', result: undefined, endedAt: undefined }));
      expect(await store.toolRun('r1')).toEqual(toolRun('r1'));
    });

    it('lets one of several begin a run, and tells the others what is there', async () => {
      const begun: (ToolRun | null)[] = [];
      const begin = (turnId: string) =>
        store.changeToolRun('r1', (run) => {
          begun.push(run);
          return run ? null : toolRun('r1', { turnId });
        });
      const after = await Promise.all([begin('a'), begin('b'), begin('c')]);
      expect(begun.filter((run) => run === null)).toHaveLength(1);
      expect(new Set(after.map((run) => run!.turnId))).toEqual(new Set(['a']));
    });

    it('lists runs by state, the newest first', async () => {
      for (const [index, state] of (['started', 'done', 'unknown', 'unknown'] as const).entries())
        await store.changeToolRun(`r${index}`, () => toolRun(`r${index}`, { state, at: T0 + index }));
      const ids = async (before?: number) =>
        (await store.toolRuns({ states: ['started', 'unknown'], limit: 2, before })).map(({ id }) => id);
      expect(await ids()).toEqual(['r3', 'r2']);
      expect(await ids(T0 + 2)).toEqual(['r0']);
    });

    it('tells what was done in a conversation, oldest first, without what was only asked', async () => {
      for (const [index, state] of (['done', 'asked', 'unknown', 'confirmed', 'failed', 'started'] as const).entries())
        await store.changeToolRun(`r${index}`, () => toolRun(`r${index}`, { state, at: T0 - index }));
      await store.changeToolRun('other', () => toolRun('other', { conversationId: 'c2' }));
      const ids = async (limit: number) => (await store.toolRunsOf('c1', limit)).map(({ id }) => id);
      expect([await ids(9), await ids(2)]).toEqual([
        ['r5', 'r4', 'r2', 'r0'],
        ['r5', 'r4'],
      ]);
      expect((await store.toolRunsOf('c2', 9))[0]).toEqual(toolRun('other', { conversationId: 'c2' }));
    });

    it('forgets old runs but those that a person must look at', async () => {
      for (const state of ['started', 'done', 'failed', 'unknown', 'asked', 'confirmed'] as const)
        await store.changeToolRun(state, () => toolRun(state, { state }));
      await store.changeToolRun('new', () => toolRun('new', { state: 'done', at: T0 + DAY }));
      expect(await prune(store, 'toolRuns', T0 + 1)).toBe(4);
      const left = await store.toolRuns({
        states: ['started', 'done', 'failed', 'unknown', 'asked', 'confirmed'],
        limit: 9,
      });
      expect(left.map(({ id }) => id).sort()).toEqual(['new', 'started', 'unknown']);
    });

    it('keeps a notice over a restart, once, until it is closed, and forgets old ones', async () => {
      const told = (of: string, at: number) =>
        store.run(noticeOf({ kind: 'handover', of, accountId: 'acc', conversationId: 'c1', reason: 'Asks.' }, at));
      expect([await told('t1', T0), await told('t1', T0 + 5), await told('t2', T0 + 1)]).toEqual([true, false, true]);
      store = await reopen(store);
      const open = async () => (await store.notices({ open: true, limit: 9 })).map(({ id, tries }) => [id, tries]);
      expect(await open()).toEqual([
        ['handover:t1', 0],
        ['handover:t2', 0],
      ]);
      expect(await store.run(putOffNotice('handover:t1', T0, { cut: false, taken: ['n1'], error: 'Away.' }))).toBe(
        T0 + 10_000,
      );
      expect(await store.run(putOffNotice('handover:t1', T0, { cut: true, taken: ['n1'], error: 'Cut.' }))).toBe(T0);
      await store.run(closeNotice('handover:t2'));
      expect(await open()).toEqual([['handover:t1', 1]]);
      expect(await store.notices({ limit: 9 })).toHaveLength(2);
      store = await reopen(store);
      expect(await store.notices({ untold: true, limit: 9 })).toMatchObject([{ taken: ['n1'], error: 'Cut.' }]);
      const count = (open: boolean, failed: boolean) => ({ kind: 'handover', open, failed, count: 1 });
      const counts = async () =>
        (await store.noticeCounts()).sort((one, other) => Number(one.open) - Number(other.open));
      expect(await counts()).toEqual([count(false, false), count(true, true)]);
      const givenUp = { cut: false, taken: ['n1'], error: 'Away.' };
      expect(await store.run(putOffNotice('handover:t1', T0 + 2 * DAY, givenUp))).toBeNull();
      expect(await store.notices({ untold: true, limit: 9 })).toMatchObject([{ tellAt: null, error: 'Away.' }]);
      expect(await prune(store, 'events', T0 + 1)).toBe(1);
      expect((await store.notices({ limit: 9 })).map(({ id }) => id)).toEqual(['handover:t2']);
    });

    it('stores a lead once', async () => {
      const full = { phone: '+34600111222', lastName: 'Ruiz', email: 'a@b.org', organization: 'ACME', notes: 'fibre' };
      await store.addLead(lead('l1', full));
      await store.addLead(lead('l1', { firstName: 'Eva' }));
      await store.addLead(lead('l2', { at: T0 + 1, contactId: null }));
      store = await reopen(store);
      expect(await store.leads({ limit: 9 })).toEqual([lead('l2', { at: T0 + 1, contactId: null }), lead('l1', full)]);
      expect(await store.leads({ limit: 9, before: T0 + 1 })).toHaveLength(1);
    });

    it('changes what is told of a profile and leaves the rest, of this contact only', async () => {
      const ids: string[] = [];
      for (const person of ['7', '8']) {
        const [accepted] = await accept(store, [toIncoming(said('hi', person, person), ACCOUNT, T0)]);
        ids.push((await store.conversation(accepted!.conversationId!))!.contactId!);
      }
      await store.updateProfile(ids[0]!, { firstName: 'Ana', email: 'a@b.org' });
      await store.updateProfile(ids[0]!, { firstName: 'Anna', lastName: undefined, organization: 'ACME' });
      await store.updateProfile('nobody', { firstName: 'X' });
      store = await reopen(store);
      expect((await store.contact(ids[0]!))!.profile).toEqual({
        firstName: 'Anna',
        email: 'a@b.org',
        organization: 'ACME',
      });
      expect((await store.contact(ids[1]!))!.profile).toBeUndefined();
    });
  });
}
