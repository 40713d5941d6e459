/** The records that plans see, over a view: who writes, where, and what tools, orders and calls note. Messages and turns lie beside. */
import type { Document } from 'mongodb';
import type { Call, Conversation, FollowUp } from '../../core/model.ts';
import { identityKey } from '../../core/people/places.ts';
import type { Records } from '../../core/ports.ts';
import { keyOf, type Name } from './collections.ts';
import { deskRecords } from './desk.ts';
import type { Query } from './load.ts';
import { byKey, messageRecords } from './records-messages.ts';
import { peopleRecords } from './records-people.ts';
import { privacyRecords } from './records-privacy.ts';
import type { Remembered } from './remembered.ts';
import type { View } from './view.ts';

/** Newest follow-ups of one customer that are looked at: nobody is written to that often. */
const OF_ONE = 20;

export function recordsOf(view: View, remembered: Remembered, nextSeq: () => number): Records {
  /** One that is forgotten is not there. */
  const seen = <T>(name: Name, id: string): T | null => {
    const record = view.get<T>(name, id);
    return record && view.extra(name, id).hidden ? null : record;
  };
  /** Makes it, or changes it. */
  const put = (name: Name, record: Document & { id: string }) => {
    if (view.get(name, record.id) === null) view.insert(name, record.id, record);
    else view.update(name, record.id, record);
  };
  const insertNew = (name: Name, record: Document & { id: string }): boolean => {
    if (view.rare(name, record.id) !== null) return false;
    view.insert(name, record.id, record);
    return true;
  };
  /** Nothing is noted of who is forgotten; who is forgotten from now on sees the note. */
  const isForgotten = (name: 'contacts' | 'conversations', id: string | null | undefined): boolean => {
    if (!id) return false;
    if (view.get(name, id) === null) return view.rare('forgetting', id) !== null;
    if (view.extra(name, id).hidden) return true;
    view.touch(name, id);
    return false;
  };

  const privacy = privacyRecords(view, remembered);
  /** The message that is being accepted, by its key. */
  let came: Query | undefined;

  return {
    ...messageRecords(view, nextSeq),
    ...peopleRecords(view, seen, () => came && view.find(came, true)),
    ...privacy,
    isErased(accountId, key) {
      came = byKey(accountId, key);
      return privacy.isErased(accountId, key);
    },

    insertEvent({ id, accountId, key, type, at, event }) {
      const name = key === undefined ? id : keyOf(accountId, key);
      if (view.rare('events', name) !== null) return false;
      view.insert('events', name, { eventId: id, accountId, key, type, at, event });
      return true;
    },
    insertWebhook: (record) => view.beside('webhooks', record),

    conversation: (id) => seen<Conversation>('conversations', id),
    conversationAt(accountId, threadKey) {
      const match = (one: Document) => one.accountId === accountId && one.threadKey === threadKey;
      const filter = { accountId, threadKey };
      const [found] =
        view.known<Conversation>('conversations', match) ??
        view.find<Conversation>({ name: 'conversations', filter, match });
      return found ? seen('conversations', found.id) : null;
    },
    conversationsOf(contactId) {
      // Who makes one more meanwhile asks for the contact as well.
      view.touch('contacts', contactId);
      return view.find({ name: 'conversations', filter: { contactId }, match: (one) => one.contactId === contactId });
    },
    insertConversation(conversation) {
      if (conversation.contactId) view.touch('contacts', conversation.contactId);
      view.insert('conversations', conversation.id, conversation, { top: 0 });
      return view.get<Conversation>('conversations', conversation.id)!;
    },
    updateConversation: (id, patch) => view.update('conversations', id, patch),

    insertLead: (lead) => !isForgotten('conversations', lead.conversationId) && insertNew('leads', lead),
    ...deskRecords(view, (id) => isForgotten('conversations', id)),
    notice: (id) => view.get('notices', id),
    insertNotice: (notice) => insertNew('notices', notice),
    updateNotice: (id, patch) => view.update('notices', id, patch),

    handover: (id) => seen('handovers', id),
    insertHandover: (handover) =>
      !isForgotten('conversations', handover.conversationId) && insertNew('handovers', handover),
    updateHandover: (id, patch) => view.update('handovers', id, patch),

    order: (id) => view.get('orders', id),
    insertOrder: (order) => void insertNew('orders', order),
    updateOrder: (id, patch) => view.update('orders', id, patch),
    followUp: (id) => view.get('followUps', id),
    insertFollowUp: (followUp) => insertNew('followUps', followUp),
    updateFollowUp: (id, patch) => view.update('followUps', id, patch),
    writtenTo(phone, since) {
      const orders = (filter: Document, match: (order: Document) => boolean) =>
        view.find<{ id: string; contactId: string | null }>({ name: 'orders', filter, match });
      const mine = orders({ phone }, ({ told }) => told?.customer.phone === phone);
      const people = mine.flatMap(({ contactId }) => contactId ?? []);
      const theirs = people.length
        ? orders({ contactId: { $in: people } }, ({ contactId }) => people.includes(contactId))
        : [];
      const ids = [...new Set([...mine, ...theirs].map(({ id }) => id))];
      return view.find<FollowUp>({
        name: 'followUps',
        filter: { orderId: { $in: ids }, written: { $gte: since } },
        match: ({ orderId, endedAt, state, deliveredAt }) =>
          ids.includes(orderId) && endedAt >= since && (state === 'sent' || deliveredAt !== undefined),
        sort: { endedAt: -1 },
        limit: OF_ONE,
      });
    },
    shop: (id) => view.get('shops', id),
    putShop: (shop) => put('shops', shop),
    outreach: (id) => view.get('outreach', id),
    putOutreach: (outreach) => put('outreach', outreach),
    sender: (id) => view.get('senders', id),
    putSender: (sender) => put('senders', sender),

    tally: (id) => view.get('tallies', id),
    putTally: (tally) => put('tallies', tally),

    call: (id) => seen('calls', id),
    callOf(conversationId) {
      const [call] = callsIn(conversationId);
      return call ? seen('calls', call.id) : null;
    },
    insertCall(call) {
      if (isForgotten('contacts', call.contactId) || callsIn(call.conversationId).length > 0) return false;
      return insertNew('calls', call);
    },
    updateCall: (id, patch) => view.update('calls', id, patch),
  };

  function callsIn(conversationId: string): Call[] {
    const match = (call: Document) => call.conversationId === conversationId;
    return view.find({ name: 'calls', filter: { conversationId }, match });
  }
}

/** The name of a hash's kind and what it is of. */
export const optOutParts = (accountId: string, identity: Parameters<typeof identityKey>[0]) =>
  ['opt-out', accountId, identityKey(identity)] as const;
