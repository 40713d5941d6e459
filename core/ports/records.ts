/**
 * What a rule sees of the store: records in, changes out. A rule is a plain function of these (a plan); the store runs it as one atomic step. A
 * store without transactions runs a plan on what it loaded, writes each changed record on condition that nobody wrote it since, in the order of
 * the changes, and runs the plan again on a conflict: so a plan does nothing but read and change records, and a repeat does no harm.
 *
 * A record is a value: nobody changes one in place. Reads by id see the plan's own changes; lists need not.
 */
import type {
  Call,
  ConsentWords,
  ContactProfile,
  Conversation,
  FollowUp,
  Identity,
  Lead,
  Message,
  Notice,
  OrderRecord,
  Outreach,
  SendError,
  Sender,
  SendState,
  Shop,
  Trace,
  Turn,
  WebhookRecord,
} from '../model.ts';
import type { Who } from '../people/places.ts';
import type { Vault } from '../privacy/masking.ts';
import type { ParsedEvent } from './channel.ts';
import type { DeskRecords } from './desk.ts';
import type { HandoverRecords } from './handovers.ts';
import type { TallyRecords } from './tallies.ts';

/** An event that is no message: kept as it came, for its key and for who looks. */
export interface EventRecord {
  id: string;
  accountId: string;
  key?: string;
  type: string;
  at: number;
  event: ParsedEvent;
}

/** A contact without its identities. */
export interface ContactRecord {
  id: string;
  name?: string;
  username?: string;
  language?: string;
  profile?: ContactProfile;
  consents?: ConsentWords;
  createdAt: number;
  /** The contact that it turned out to be. */
  mergedInto?: string;
}

/** An identity as it is known on an account; rank 0 is the strongest. */
export type KnownIdentity = Identity & { rank: number };

/** What came in. */
export interface InboxRecords {
  message(id: string): Message | null;
  /** Everything that bears this id on the platform: a message, a part of ours, an echo. */
  byPlatformId(accountId: string, platformId: string): Message[];
  /** @returns the message with its `seq`; null when its key or slot is taken: nothing was stored then. */
  insertMessage(message: Message): Message | null;
  updateMessage(id: string, patch: Partial<Message>): void;
  removeMessage(id: string): void;
  /** @returns false when the key is taken: nothing was stored then. */
  insertEvent(event: EventRecord): boolean;
  insertWebhook(record: WebhookRecord): void;
}

/** Who is who. */
export interface PeopleRecords {
  contact(id: string): ContactRecord | null;
  insertContact(contact: ContactRecord): void;
  updateContact(id: string, patch: Partial<ContactRecord>): void;
  /** Whose identity this is on the account. */
  holder(accountId: string, identity: Identity): { contactId: string; rank: number } | null;
  identitiesOf(accountId: string, contactId: string): KnownIdentity[];
  /** From now on the identity is this contact's. */
  point(accountId: string, identity: KnownIdentity, contactId: string): void;
  unpoint(accountId: string, identity: Identity): void;
  /** All identities, leads and calls of one contact become another's. */
  giveAll(from: string, to: string): void;
  /** On all accounts. */
  allIdentities(contactId: string): (Identity & { accountId: string })[];
  /** The contacts that have this identity, whatever the account. */
  holders(identity: Identity): string[];
  /** The contacts that have one of these values as an identity on the account. */
  holdersOf(accountId: string, values: string[]): string[];
  /** The contacts with this username and an identity on the account; case does not count. */
  byUsername(accountId: string, username: string): string[];
  /** The contacts that turned out to be this one. */
  mergedWith(contactId: string): string[];
}

/** What is remembered of people who are forgotten, and what becomes of counters and tokens where two turn out to be one. */
export interface PrivacyRecords {
  /** No plan sees these contacts and conversations any more; they are rows until somebody erases them. */
  hide(who: Pick<Who, 'contacts' | 'conversations'>, at: number): void;
  /** By a keyed hash, from which nobody reads the identity. */
  rememberOptOut(accountId: string, identity: Identity, at: number): void;
  /** When he opted out; 0 when not. Kept no longer. */
  takeOptOut(accountId: string, identity: Identity): number;
  /** A message under this key was there, and is erased: it may be delivered once more. */
  isErased(accountId: string, key: string): boolean;
  vault(contactId: string): Vault;
  /** As `VaultStore.addToVault`. */
  addToVault(contactId: string, added: Vault): void;
  /** What was counted for one conversation counts for the other as well. */
  addCaps(accountId: string, from: string, to: string): void;
  /** What was spent for one contact counts for the other as well. */
  addUsageOf(from: string, to: string): void;
}

/** Where it is said. */
export interface ConversationRecords {
  conversation(id: string): Conversation | null;
  conversationAt(accountId: string, threadKey: string): Conversation | null;
  conversationsOf(contactId: string): Conversation[];
  insertConversation(conversation: Conversation): Conversation;
  updateConversation(id: string, patch: Partial<Conversation>): void;
  /** All messages and ended turns of one conversation become another's. */
  moveMessages(from: string, to: string): void;
}

/** Turns: open ones are in their conversation, ended ones are records of their own. */
export interface LedgerRecords {
  /** Takes the pending messages of a conversation after this `seq`, in order of receipt: they are `turnId`'s from now on. */
  takePending(conversationId: string, after: number, turnId: string): Message[];
  anyPending(conversationId: string, after: number): boolean;
  turn(id: string): Turn | null;
  insertTurn(turn: Turn): void;
  updateTurn(id: string, patch: Partial<Turn>): void;
  /** A repeat changes nothing. */
  insertTraces(traces: readonly Trace[]): void;
}

/** What goes out. */
export interface OutboxRecords {
  bySlot(slot: string): Message | null;
  /** What a turn said, in order. */
  repliesOf(turnId: string): Message[];
  /** `queued`, in order of making. */
  queued(conversationId: string): Message[];
  /** The newest outbound messages, newest first; some 20. */
  recentOut(conversationId: string): Message[];
  /** What an account said, or is about to say, in these words after that time: no drafts, nothing that failed or was dropped. At most 1,000. */
  saidAlike(accountId: string, wording: string, after: number): Message[];
  /** The next message of a human after `seq`. */
  nextHuman(conversationId: string, seq: number): Message | null;
  /** Remembers which message a part's id on the platform belongs to. A repeat changes nothing. */
  namePart(accountId: string, platformId: string, messageId: string): void;
  /** A receipt that overtook the answer to our request; kept until that one tells the id. */
  keepReceipt(accountId: string, platformId: string, receipt: Receipt, at: number): void;
  /** Those that were kept, and keeps them no longer. */
  takeReceipts(accountId: string, platformId: string): Receipt[];
}

export interface Receipt {
  state: Extract<SendState, 'sent' | 'delivered' | 'read' | 'failed'>;
  error?: SendError;
}

/** What people of the business should know. */
export interface NoticeRecords {
  /** @returns false where one with this id is there, or its conversation is forgotten: nothing was stored then. */
  insertLead(lead: Lead): boolean;
  notice(id: string): Notice | null;
  /** @returns false where one with this id is there: nothing was stored then. */
  insertNotice(notice: Notice): boolean;
  updateNotice(id: string, patch: Partial<Notice>): void;
}

/** Orders of shops, and what was written about them. */
export interface OrderRecords {
  order(id: string): OrderRecord | null;
  insertOrder(order: OrderRecord): void;
  updateOrder(id: string, patch: Partial<OrderRecord>): void;
  followUp(id: string): FollowUp | null;
  /** @returns false where one with this id is there: nothing was stored then. */
  insertFollowUp(followUp: FollowUp): boolean;
  updateFollowUp(id: string, patch: Partial<FollowUp>): void;
  /**
   * Follow-ups of whoever ordered with this number, whose message left or arrived and that ended at `since` or later: of orders with the number,
   * and of orders of a contact who has one with it. The newest 20.
   */
  writtenTo(phone: string, since: number): FollowUp[];
  shop(id: string): Shop | null;
  /** Makes it, or changes it. */
  putShop(shop: Shop): void;
  outreach(id: string): Outreach | null;
  putOutreach(outreach: Outreach): void;
  sender(id: string): Sender | null;
  putSender(sender: Sender): void;
}

/** Calls: what is kept of them beside their conversations. */
export interface CallRecords {
  call(id: string): Call | null;
  /** The call whose conversation this is. */
  callOf(conversationId: string): Call | null;
  /** @returns false where one with this id or of this conversation is there, or its caller is forgotten: nothing was stored then. */
  insertCall(call: Call): boolean;
  updateCall(id: string, patch: Partial<Call>): void;
}

export interface Records
  extends InboxRecords,
    PeopleRecords,
    PrivacyRecords,
    ConversationRecords,
    LedgerRecords,
    OutboxRecords,
    NoticeRecords,
    OrderRecords,
    CallRecords,
    HandoverRecords,
    DeskRecords,
    TallyRecords {}

/** A rule as a step on the store. Runs again when somebody else wrote meanwhile, so it changes nothing but records. */
export type Plan<T> = (records: Records) => T;
