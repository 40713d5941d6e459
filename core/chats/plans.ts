/** A chat begins, its page comes back to it, and tells what was seen. Plans for the store. */
import { conversationOf, receipt } from '../inbox/fold.ts';
import type { Conversation, Identity } from '../model.ts';
import type { Incoming, Plan, Records } from '../ports.ts';

/** Who the shop told us of, and whom only his own page knows. */
export const VISITOR = 'visitor';
export const GUEST = 'guest';
/** The word by which a page comes back, as `resumeKey` writes it. */
const RESUME = 'resume';
/** Pages of one person that may come back: the oldest word is void. */
const MOST_RESUMES = 5;

export interface OpenChat extends Pick<Incoming, 'accountId' | 'channel' | 'at'> {
  visitor: Identity;
  name?: string;
  /** ISO 639-1: the person's until he writes in another. */
  language?: string;
  /** Where he is on the site; for the flow, as the conversation's variable `page`. */
  page?: string;
  /** As `resumeKey` writes it; absent: he has one. */
  resume?: string;
  /** To use where contact and conversation are new. */
  ids: Pick<Incoming, 'contactId' | 'conversationId' | 'session'>;
}

/** The one chat of a visitor with this account, made where it is the first time. */
export const openChat =
  ({ visitor, name, language, page, resume, ids, ...incoming }: OpenChat): Plan<Conversation> =>
  (records) => {
    const { accountId } = incoming;
    const address = { chat: ids.conversationId };
    const thread = { kind: 'private' as const, identities: [visitor], name, address };
    const conversation = conversationOf(records, { ...incoming, ...ids }, thread);
    const contactId = conversation.contactId!;
    if (language && !records.contact(contactId)?.language) records.updateContact(contactId, { language });
    const vars = page === undefined ? conversation.vars : { ...conversation.vars, page };
    records.updateConversation(conversation.id, { vars });
    if (resume !== undefined) keepResume(records, accountId, contactId, resume);
    return { ...conversation, vars };
  };

function keepResume(records: Records, accountId: string, contactId: string, value: string): void {
  const mine = records.identitiesOf(accountId, contactId).filter(({ kind }) => kind === RESUME);
  // They begin with the time at which they were made.
  const old = mine.sort((a, b) => (a.value < b.value ? 1 : -1)).slice(MOST_RESUMES - 1);
  for (const { kind, value } of old) records.unpoint(accountId, { kind, value });
  records.point(accountId, { kind: RESUME, value, rank: 1 }, contactId);
}

/** Whether the word is one of this chat. */
export const mayComeBack =
  (chat: string, resume: string): Plan<boolean> =>
  (records) => {
    const conversation = records.conversation(chat);
    if (!conversation) return false;
    const holder = records.holder(conversation.accountId, { kind: RESUME, value: resume });
    return holder !== null && holder.contactId === conversation.contactId;
  };

/** The guest whose word this is; null where it is nobody's, or that of somebody whom the shop knows. */
export const guestOf =
  (accountId: string, resume: string): Plan<Identity | null> =>
  (records) => {
    const holder = records.holder(accountId, { kind: RESUME, value: resume });
    const own = holder ? records.identitiesOf(accountId, holder.contactId) : [];
    const guest = own.find(({ kind }) => kind === GUEST);
    return guest && !own.some(({ kind }) => kind === VISITOR) ? { kind: GUEST, value: guest.value } : null;
  };

/** @param parts by their names on the account */
export const noteSeen =
  (accountId: string, parts: readonly string[], state: 'delivered' | 'read', at: number): Plan<void> =>
  (records) => {
    for (const platformId of parts) receipt(records, { accountId, at }, { platformId, state });
  };
