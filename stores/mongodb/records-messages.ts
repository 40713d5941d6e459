/** Messages and turns as plans see them. Each belongs to its conversation, which takes part in every step that changes one of them. */
import type { Document } from 'mongodb';
import type { Message, Trace, Turn } from '../../core/model.ts';
import type { InboxRecords, LedgerRecords, OutboxRecords, Receipt } from '../../core/ports.ts';
import { keyOf } from './collections.ts';
import type { Query } from './load.ts';
import type { View } from './view.ts';

/** Messages that a rule looks back at. */
const RECENT = 20;
const ALIKE = 1_000;
/** Of whose words nothing stands any more, or yet. */
const UNSAID = ['draft', 'discarded', 'failed'];

type Part = { messageId?: string; receipts?: Receipt[]; taken?: true; at?: number };
type MessageRecords = Omit<InboxRecords, 'insertEvent' | 'insertWebhook'> &
  LedgerRecords &
  OutboxRecords & { moveMessages(from: string, to: string): void };

/** The message that came under a key. */
export const byKey = (accountId: string, key: string): Query => ({
  ...{ name: 'messages', filter: { keyed: keyOf(accountId, key) } },
  match: (one) => one.accountId === accountId && one.key === key,
});

/** @param nextSeq greater with each call, in this process; by the clock, so about the same in others */
export function messageRecords(view: View, nextSeq: () => number): MessageRecords {
  const find = (
    filter: Document,
    match: (message: Message) => boolean,
    more: { sort?: Record<string, 1 | -1>; limit?: number } = {},
  ) =>
    view.find<Message>({
      name: 'messages',
      filter,
      match: (one) => match(one as unknown as Message),
      sort: { seq: 1 },
      ...more,
    });
  /** What is read of a conversation counts only where that was read before. */
  const first = (conversationId: string) => void view.get('conversations', conversationId);
  const pending = (conversationId: string, after: number) => {
    first(conversationId);
    const match = (one: Message) => one.conversationId === conversationId && one.seq > after && one.pending;
    return find({ conversationId, seq: { $gt: after }, pending: true }, match);
  };
  const slotted = (slot: string) => find({ slot }, (one) => one.slot === slot);
  const part = (accountId: string, platformId: string) => keyOf(accountId, platformId);

  return {
    message: (id) => view.get('messages', id),
    byPlatformId(accountId, platformId) {
      const match = (one: Message) => one.accountId === accountId && one.platformId === platformId;
      const handle = keyOf(accountId, platformId);
      view.soon('parts', part(accountId, platformId));
      const found = find({ handle }, match);
      if (found.length > 0) return found;
      const { messageId, taken } = view.get<Part>('parts', part(accountId, platformId)) ?? {};
      const message = messageId === undefined ? null : view.get<Message>('messages', messageId);
      if (message) return [message];
      // The answer came between the two looks: this one is after it.
      return taken ? find({ handle, seq: { $gt: 0 } }, match) : [];
    },
    insertMessage(message) {
      const { id, accountId, conversationId, key, slot } = message;
      first(conversationId);
      const keyed = key === undefined ? [] : view.find(byKey(accountId, key));
      if (keyed.length > 0 || (slot !== undefined && slotted(slot).length > 0)) return null;
      // By the conversation, so that no clock can change the order of what is said in it.
      const { top = 0 } = view.get('conversations', conversationId) ? view.extra('conversations', conversationId) : {};
      const seq = Math.max(top + 1, nextSeq());
      view.update('conversations', conversationId, {}, { top: seq });
      view.insert('messages', id, { ...message, seq });
      return view.get<Message>('messages', id);
    },
    updateMessage: (id, patch) => view.update('messages', id, patch),
    removeMessage: (id) => view.remove('messages', id),
    moveMessages(from, to) {
      first(from);
      first(to);
      const mine = (one: { conversationId: string }) => one.conversationId === from;
      for (const { id } of find({ conversationId: from }, mine)) view.update('messages', id, { conversationId: to });
      const turns = view.find<Turn>({
        name: 'turns',
        filter: { conversationId: from },
        match: (one) => one.conversationId === from,
      });
      for (const { id } of turns) view.update('turns', id, { conversationId: to });
      const match = (one: Document) => one.conversationId === from;
      for (const { id } of view.find<{ id: string }>({ name: 'notes', filter: { conversationId: from }, match }))
        view.update('notes', id, { conversationId: to });
      // Written beside this step: what is of a conversation that is no more would be nobody's.
      const traces = view.find<Trace>({
        name: 'traces',
        filter: { conversationId: from },
        match: (one) => one.conversationId === from,
      });
      for (const trace of traces) view.beside('traces', { ...trace, conversationId: to });
      const top = Math.max(...[from, to].map((id) => view.extra('conversations', id).top ?? 0));
      view.update('conversations', to, {}, { top });
    },

    takePending: (conversationId, after, turnId) =>
      pending(conversationId, after).map(({ id }) => {
        view.update('messages', id, { pending: false, turnId });
        return view.get<Message>('messages', id)!;
      }),
    anyPending: (conversationId, after) => pending(conversationId, after).length > 0,
    turn: (id) => view.get('turns', id),
    insertTurn(turn) {
      if (view.rare('turns', turn.id) !== null) return;
      view.touch('conversations', turn.conversationId);
      view.insert('turns', turn.id, turn);
    },
    updateTurn: (id, patch) => view.update('turns', id, patch),
    insertTraces(traces) {
      for (const trace of traces) view.beside('traces', trace);
    },

    bySlot: (slot) => slotted(slot)[0] ?? null,
    repliesOf: (turnId) =>
      find({ slot: { $gte: `${turnId}:`, $lt: `${turnId};` } }, ({ slot }) => slot?.startsWith(`${turnId}:`) === true),
    queued(conversationId) {
      first(conversationId);
      return find({ queue: conversationId }, (one) => one.conversationId === conversationId && one.state === 'queued');
    },
    recentOut(conversationId) {
      first(conversationId);
      const match = (one: Message) => one.conversationId === conversationId && one.direction === 'out';
      return find({ conversationId, direction: 'out' }, match, { sort: { seq: -1 }, limit: RECENT });
    },
    saidAlike(accountId, wording, after) {
      const match = (one: Message) =>
        one.accountId === accountId &&
        one.wording === wording &&
        (one.wordingAt ?? 0) > after &&
        !UNSAID.includes(one.state ?? '');
      const filter = { 'said.words': keyOf(accountId, wording), 'said.at': { $gt: after }, state: { $nin: UNSAID } };
      return view.find<Message>({
        ...{ name: 'messages', filter, match: (one) => match(one as unknown as Message) },
        ...{ sort: { wordingAt: -1 }, limit: ALIKE },
      });
    },
    nextHuman(conversationId, seq) {
      first(conversationId);
      const match = (one: Message) => one.conversationId === conversationId && one.seq > seq && one.author === 'human';
      return find({ conversationId, seq: { $gt: seq }, author: 'human' }, match, { limit: 1 })[0] ?? null;
    },

    namePart(accountId, platformId, messageId) {
      const id = part(accountId, platformId);
      const known = view.rare<Part>('parts', id);
      if (known === null) view.insert('parts', id, { accountId, platformId, messageId });
      else if (known.messageId === undefined) view.update('parts', id, { messageId });
    },
    keepReceipt(accountId, platformId, { state, error }, at) {
      const id = part(accountId, platformId);
      const { receipts = [] } = view.get<Part>('parts', id) ?? {};
      if (receipts.some((receipt) => receipt.state === state)) return;
      const kept = { receipts: [...receipts, { state, error }], at };
      if (view.get('parts', id) === null) view.insert('parts', id, { accountId, platformId, ...kept });
      else view.update('parts', id, kept);
    },
    takeReceipts(accountId, platformId) {
      const id = part(accountId, platformId);
      const known = view.rare<Part>('parts', id);
      // Somebody who is about to keep one meanwhile must look for the message again.
      const taken = { taken: true, receipts: undefined, at: Date.now() };
      if (known === null) view.insert('parts', id, { accountId, platformId, ...taken });
      else view.update('parts', id, taken);
      return known?.receipts ?? [];
    },
  };
}
