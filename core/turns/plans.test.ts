/** How a lane moves, on the real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { orderOf } from '../../app/orders/testing.ts';
import { begin } from '../../contracts/store/verbs.ts';
import { openStore } from '../../stores/sqlite/store.ts';
import { newId, newSession } from '../ids.ts';
import { concludeFollowUp, propose } from '../orders/follow-up.ts';
import { takeOrders } from '../orders/plans.ts';
import type { Store } from '../ports.ts';

const NOW = Date.UTC(2026, 10, 20, 10);
const PHONE = '+77010000001';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plans-'));
  store = openStore(path.join(folder, 'x.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const take = (now: number) => ({ now, leaseUntil: now + 60_000, owner: 'me', turnId: newId(now) });

it('begins no turn about an order whose node is gone: it waits, and the lane is free', async () => {
  const read = { ok: true, order: orderOf('A', PHONE, NOW) } as const;
  const shop = { shop: 'demo', accountId: 'acc', nodeId: 'orders', now: NOW, clockAheadMs: 0, since: null };
  await store.run(takeOrders([{ read, digest: 'd', zones: ['UTC'] }], shop));
  const identities = [{ kind: 'phone', value: PHONE }];
  const fresh = { accountId: 'acc', channel: 'pigeon', at: NOW, contactId: newId(NOW), conversationId: newId(NOW) };
  const id = 'demo/A/POST_PURCHASE';
  const proposed = await store.run(
    propose(id, { kind: 'private', identities, address: { to: PHONE } }, { ...fresh, session: newSession() }),
  );
  if (proposed.kind !== 'proposed') throw new Error(proposed.kind);
  const conversationId = proposed.conversation.id;

  const asked: string[] = [];
  const starts = (nodeId: string) => asked.push(nodeId) < 0;
  expect((await begin(store, conversationId, { ...take(NOW), starts })).kind).toBe('idle');
  expect(asked).toEqual(['orders']);
  expect(await store.conversation(conversationId)).toMatchObject({ openTurn: null, proposal: null, wakeAt: null });
  expect(await store.run(concludeFollowUp(id, NOW + 1))).toMatchObject({ state: 'waiting', dueAt: NOW + 1 });
});
