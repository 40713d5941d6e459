/** Conversations and what goes on in them, as lists. */
import type { Document } from 'mongodb';
import type { Contact, Conversation, OpenTurn, Turn } from '../../core/model.ts';
import type { ContactRecord, Conversations, KnownIdentity, Ledger, Outbox } from '../../core/ports.ts';
import { newestFirst, older, SEEN } from './pages.ts';
import type { Reader } from './reader.ts';

type Lists = Omit<Conversations, 'changeConversation' | 'setLanguage' | 'search'> & Ledger & Pick<Outbox, 'outboxes'>;

export function conversationStore(reader: Reader): Lists {
  /** Messages of each of these conversations. */
  async function counted(conversations: Conversation[]): Promise<Map<string, number>> {
    const rows = await reader.aggregate<{ _id: string; count: number }>('messages', [
      { $match: { conversationId: { $in: conversations.map(({ id }) => id) } } },
      { $group: { _id: '$conversationId', count: { $sum: 1 } } },
    ]);
    return new Map(rows.map(({ _id, count }) => [_id, count]));
  }

  async function names(conversations: Conversation[]): Promise<Map<string, string>> {
    const ids = conversations.flatMap(({ contactId }) => contactId ?? []);
    const found = await reader.documents('contacts', { _id: { $in: ids } }, { fields: ['name'] });
    return new Map(found.map(({ _id, name }) => [_id, name]));
  }

  /** Of conversations in which something waits, runs or is on its way. */
  const due = <Field extends keyof Conversation>(...fields: Field[]) =>
    reader.find<Pick<Conversation, Field | 'id' | 'accountId'>>(
      'conversations',
      { due: true, ...SEEN },
      { fields: ['accountId', ...fields] },
    );
  const openTurns = async (filter: Document): Promise<Turn[]> => {
    const sought = { fields: ['openTurn'] };
    const found = await reader.find<{ openTurn: OpenTurn }>('conversations', { ...filter, ...SEEN }, sought);
    return found.map(({ openTurn }) => openTurn);
  };

  return {
    conversation: (id) => reader.one('conversations', { _id: id, ...SEEN }),
    async conversations({ status, accountId, limit, ...page }) {
      const filter = { ...older('updatedAt', page), ...SEEN, ...given({ status, accountId }) };
      const sort = newestFirst('updatedAt');
      const found = await reader.find<Conversation>('conversations', filter, { sort, limit });
      const [messages, name] = await Promise.all([counted(found), names(found)]);
      return found.map((conversation) => ({
        ...conversation,
        messages: messages.get(conversation.id) ?? 0,
        name: name.get(conversation.contactId ?? ''),
      }));
    },
    async contact(id) {
      const contact = await reader.one<ContactRecord>('contacts', { _id: id, ...SEEN });
      if (!contact) return null;
      const known = await reader.find<KnownIdentity & { accountId: string }>('identities', { contactId: id, ...SEEN });
      const identities = known
        .sort((one, other) => one.rank - other.rank)
        .map(({ accountId, kind, value }) => ({ accountId, kind, value }));
      return { ...contact, identities } satisfies Contact;
    },

    async lanes() {
      const found = await due('wakeAt', 'openTurn');
      return found.flatMap(({ id, accountId, wakeAt, openTurn }) => {
        const at = openTurn ? (openTurn.retryAt ?? 0) : wakeAt;
        return at === null ? [] : { conversationId: id, accountId, wakeAt: at };
      });
    },
    async outboxes() {
      const found = await due('sendAt', 'openSend', 'sendOwner');
      return found.flatMap(({ id, accountId, sendAt, openSend, sendOwner }) =>
        sendAt === null && openSend === null ? [] : { conversationId: id, accountId, sendAt, openSend, sendOwner },
      );
    },

    async turn(id) {
      return (await reader.one<Turn>('turns', { _id: id })) ?? (await openTurns({ turn: id }))[0] ?? null;
    },
    async unsettled() {
      const found = await reader.documents('turns', { unsettled: true }, { fields: [] });
      return found.map(({ _id }) => _id).sort();
    },
    async turns({ state, accountId, limit, ...page }) {
      const [ended, open] = await Promise.all([
        reader.find<Turn>(
          'turns',
          { ...older('startedAt', page), ...given({ state, accountId }) },
          { sort: newestFirst('startedAt'), limit },
        ),
        openTurns({ turn: { $exists: true }, ...given({ accountId }) }),
      ]);
      const { before = Number.MAX_SAFE_INTEGER, beforeId = '' } = page;
      const going = open.filter(
        (turn) =>
          (turn.startedAt < before || (turn.startedAt === before && turn.id < beforeId)) &&
          (!state || turn.state === state),
      );
      return [...ended, ...going].sort(byStart).slice(0, limit);
    },
  };
}

/** Newest first. */
const byStart = (one: Turn, other: Turn) => other.startedAt - one.startedAt || (other.id < one.id ? -1 : 1);

/** Of a filter's fields those that have a value. */
const given = (fields: Document): Document =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
