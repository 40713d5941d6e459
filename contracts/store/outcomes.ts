/** What every store must remember of what customers did after messages that nobody asked for. */
import { beforeEach, describe, expect, it } from 'vitest';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { FollowUp, Order } from '../../core/model.ts';
import { takeOrders } from '../../core/orders/plans.ts';
import type { Store } from '../../core/ports.ts';
import { ACCOUNT, said, T0 } from './events.ts';
import { accept } from './verbs.ts';

const TAKE = { shop: 'demo', accountId: 'acc', nodeId: 'orders', now: T0, clockAheadMs: 0, since: null };

/** @param open gives an empty store; @param reopen closes it and opens it on the same data, as after a crash. */
export function outcomesContract(
  name: string,
  open: () => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): void {
  describe(`${name}: outcomes`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    async function written(number: string, phone: string, patch: Partial<FollowUp>, contactId: string | null = null) {
      const order: Order = {
        ...{ shop: 'demo', number, state: 'placed', placedAt: T0, items: [], fields: {}, customer: { phone } },
      };
      await store.run((records) => {
        takeOrders([{ read: { ok: true, order }, digest: number, zones: [] }], TAKE)(records);
        records.updateFollowUp(`demo/${number}/POST_PURCHASE`, { state: 'sent', dueAt: null, endedAt: T0, ...patch });
        records.updateOrder(`demo/${number}`, { contactId });
      });
    }

    it('keeps them over a restart, with the conversation’s own note', async () => {
      const done = { deliveredAt: 1, readAt: 2, repliedAt: 3, optedOutAt: 4, orderedAgainAt: 5 };
      const patch = { variant: 'A', experiment: 'thanks', ...done };
      await written('1', '+77010000001', patch);
      const [accepted] = await accept(store, [toIncoming(said('hi', 'k1'), ACCOUNT, T0)]);
      const unasked = { followUp: 'demo/1/POST_PURCHASE', at: T0, replied: true } as const;
      await store.changeConversation(accepted!.conversationId!, () => ({ unasked }));
      store = await reopen(store);
      expect(await store.followUp('demo/1/POST_PURCHASE')).toMatchObject(patch);
      expect((await store.conversation(accepted!.conversationId!))?.unasked).toEqual(unasked);
    });

    it('counts them by account, event and wording, of what left or arrived since then', async () => {
      const A = { variant: 'A', experiment: 'thanks' };
      await written('1', '+77010000001', { ...A, deliveredAt: T0, readAt: T0, repliedAt: T0 });
      await written('2', '+77010000002', { ...A, deliveredAt: T0, orderedAgainAt: T0 });
      await written('3', '+77010000003', { ...A, variant: 'B', repliedAt: T0, optedOutAt: T0 });
      await written('4', '+77010000004', { state: 'unknown', deliveredAt: T0 });
      await written('5', '+77010000005', { ...A, state: 'unknown' });
      await written('6', '+77010000006', { ...A, state: 'refused' });
      await written('7', '+77010000007', { ...A, endedAt: T0 - 1 });
      const none = { sent: 0, delivered: 0, read: 0, replied: 0, optedOut: 0, orderedAgain: 0 };
      const kind = { ...none, accountId: 'acc', event: 'POST_PURCHASE' };
      const counts = await store.outcomeCounts(T0);
      expect(counts.sort((one, other) => ((one.variant ?? '') < (other.variant ?? '') ? -1 : 1))).toEqual([
        { ...kind, sent: 1, delivered: 1 },
        { ...kind, ...A, sent: 2, delivered: 2, read: 1, replied: 1, orderedAgain: 1 },
        { ...kind, ...A, variant: 'B', sent: 1, replied: 1, optedOut: 1 },
      ]);
      expect((await store.outcomeCounts(0)).find(({ variant }) => variant === 'A')?.sent).toBe(3);
    });

    it('finds what a customer was written by his number, and by the contact that has it', async () => {
      await written('1', '+77010000001', {}, 'c1');
      await written('2', '+77010000002', { endedAt: T0 + 1 }, 'c1');
      await written('3', '+77010000001', { state: 'refused' });
      await written('4', '+77010000001', { endedAt: T0 - 1 });
      await written('5', '+77010000005', {}, 'c5');
      await written('6', '+77010000006', {});
      const found = (phone: string) =>
        store.run((records) => records.writtenTo(phone, T0).map(({ orderId }) => orderId));
      expect(await found('+77010000001')).toEqual(['demo/2', 'demo/1']);
      expect(await found('+77010000006')).toEqual(['demo/6']);
      expect(await found('+77010000007')).toEqual([]);
    });
  });
}
