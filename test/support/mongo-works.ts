/** Steps on a store that change several records of several people, each of which may be done again. */
import { ACCOUNT, ending, PASS, said, T0 } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Store } from '../../core/ports.ts';

const PHONE = { kind: 'phone', value: '39' };
const USER = { kind: 'user', value: 'u-1' };
const thread = (...identities: (typeof PHONE)[]) => ({ kind: 'private' as const, identities, address: {} });
const says = (store: Store, key: string, ...identities: (typeof PHONE)[]) =>
  verbs.accept(store, [toIncoming(said(key, key, '7', { thread: thread(...identities) }), ACCOUNT, T0)]);

export const PEOPLE = { PHONE, USER };
export const TURN = '01999999-0000-7000-8000-000000000001';
const SLOT = `${TURN}:out:0`;
const MESSAGE = '01999999-0000-7000-8000-000000000002';

/** Somebody writes for the first time. */
export const first = (store: Store) => says(store, 'k1', PHONE);

/** Two people, of whom it turns out that they are one. */
export async function link(store: Store): Promise<void> {
  await says(store, 'k1', PHONE);
  await says(store, 'k2', USER);
  await says(store, 'k3', USER, PHONE);
}

/** A message is taken, answered, and its turn ends. */
export async function turn(store: Store): Promise<void> {
  await first(store);
  const [{ id: conversationId } = { id: '' }] = await store.conversations({ limit: 1 });
  const take = { now: T0 + 10_000, leaseUntil: T0 + 20_000, owner: verbs.ME, turnId: TURN };
  await verbs.begin(store, conversationId, take);
  const reply = {
    ...({ id: MESSAGE, conversationId, accountId: 'acc', turnId: TURN, slot: SLOT, author: 'bot' } as const),
    ...({ purpose: 'reply', text: 'answer', at: T0 } as const),
    ...{ media: [], parts: [{ request: {}, state: 'queued' as const }] },
  };
  const { message } = await verbs.add(store, reply, PASS);
  if (message.state === 'sending') await verbs.sent(store, message.id, 'p1');
  await verbs.end(store, { id: TURN, conversationId }, ending(true));
}
