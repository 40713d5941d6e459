/**
 * The truth, as small ports: by each noun what is listed and read, and one way to change: a plan, that is core's rule, run as one atomic step. A
 * store remembers and decides nothing. No SQL, no transactions over several records: see `records.ts` for what a plan may ask of it.
 */
import type {
  Call,
  CallState,
  Contact,
  ContactProfile,
  Conversation,
  ConversationStatus,
  FollowUp,
  FollowUpState,
  JsonObject,
  Lead,
  Message,
  Money,
  Notice,
  OrderRecord,
  OrderState,
  Said,
  SendState,
  ToolRun,
  ToolRunState,
  Turn,
  TurnState,
  WebhookRecord,
} from '../model.ts';
import type { VariantCounts } from '../orders/variants.ts';
import type { Place, Who } from '../people/places.ts';
import type { Vault } from '../privacy/masking.ts';
import type { DeskStore } from './desk.ts';
import type { Handovers } from './handovers.ts';
import type { KnowledgeRecords } from './lacks.ts';
import type { Plan } from './records.ts';
import type { Sessions } from './sessions.ts';
import type { Tallies } from './tallies.ts';
import type { Traces } from './traces.ts';

export interface Page {
  limit: number;
  /** Only items older than this one's `seq` (messages) or time (others). */
  before?: number;
  /** The id of the item that has this time: of those of the same time, the ones after it follow. Nothing is left out between two pages then. */
  beforeId?: string;
}

/** What came in: the log of calls, and messages. */
export interface Inbox {
  /** Newest first. */
  webhooks(page: Page): Promise<WebhookRecord[]>;
  message(id: string): Promise<Message | null>;
  /** Newest last. */
  messages(conversationId: string, page: Page): Promise<Message[]>;
  /** What was last said, newest last. Every answer reads it, so it holds no more than an answer needs. */
  history(conversationId: string, limit: number): Promise<Said[]>;
  /** Inbound messages of a conversation received from `since` to `until`, both included. */
  countInbound(conversationId: string, since: number, until: number): Promise<number>;
}

/** Conversations, and the people in them. */
export interface Conversations {
  conversation(id: string): Promise<Conversation | null>;
  /** Most recently active first. */
  conversations(
    filter: { status?: ConversationStatus; accountId?: string } & Page,
  ): Promise<(Conversation & { messages: number; name?: string })[]>;
  /** Read, change, write if nobody wrote in between, else again. `change` returns null to leave it; the result is the record afterwards. */
  changeConversation(
    id: string,
    change: (c: Conversation) => Partial<Conversation> | null,
  ): Promise<Conversation | null>;
  contact(id: string): Promise<Contact | null>;
  /**
   * Conversations in which a message has all the words, or whose person is called so: the name and the username. The newest message first, for who
   * searches wants what was said lately, and so nobody has to look at all that was ever found. A page has each conversation once; a later one may
   * have it again with an older message. Of a name that many have, the first 2,000 people are looked at.
   */
  search(sought: Search): Promise<Findings>;
  setLanguage(contactId: string, language: string): Promise<void>;
}

export interface Search {
  /** Its words, each found by its beginning, however its letters are written. See `core/text/search.ts`. */
  text: string;
  accountId?: string;
  limit: number;
  /** `next` of the page before. */
  before?: number;
}

export interface Findings {
  found: Found[];
  /** Where the next page begins; null: there is none. A page may be shorter than its limit though there is one. */
  next: number | null;
  /** How many messages and names are not looked through yet, while an index is made. */
  unread: number;
}

export interface Found {
  conversation: Conversation & { name?: string };
  /** The newest one that has the words; of a conversation found by its person's name the newest one of all. */
  message: Pick<Message, 'id' | 'seq' | 'at' | 'direction' | 'author'> & { excerpt: string };
}

/** Turns and their lanes. */
export interface Ledger {
  /** Conversations whose lane has something to do, now or later. For start-up and the sweep. */
  lanes(): Promise<{ conversationId: string; accountId: string; wakeAt: number }[]>;
  /** Open or ended. */
  turn(id: string): Promise<Turn | null>;
  /** Turns that are done and whose flow went on, of which nothing says that it is over. */
  unsettled(): Promise<string[]>;
  /** Newest first. */
  turns(filter: { state?: TurnState; accountId?: string } & Page): Promise<Turn[]>;
}

/** What goes out. */
export interface Outbox {
  /** Conversations with something queued, or with a send open. */
  outboxes(): Promise<
    (Pick<Conversation, 'accountId' | 'sendAt' | 'openSend' | 'sendOwner'> & { conversationId: string })[]
  >;
  /** The newest messages in these states, newest last: what failed, what waits for its time or for approval. */
  sends(filter: { states: SendState[] } & Page): Promise<Message[]>;
  /** What a turn said, in order. */
  replies(turnId: string): Promise<Message[]>;
}

/** What people of the business should know. */
export interface Notices {
  /** Oldest first. `open`: those that are still to be told. */
  /** `untold`: those that are still to be told, and those that were given up. */
  notices(filter: { open?: boolean; untold?: boolean; limit: number }): Promise<Notice[]>;
  /** How many there are of each kind. `open`: to be told; `failed`: somebody was told and failed. */
  noticeCounts(): Promise<NoticeCount[]>;
}

export interface NoticeCount extends Pick<Notice, 'kind'> {
  open: boolean;
  failed: boolean;
  count: number;
}

/** Orders of shops, and what was written about them. */
export interface Orders {
  order(id: string): Promise<OrderRecord | null>;
  /** What was last told of these orders, by id; those that are not known are left out. */
  digests(ids: string[]): Promise<Map<string, string>>;
  /** Newest first; `faulty`: only those with something wrong or left out; `number`: in whichever shops; `became`: only those of which a follow-up is so. */
  orders(
    filter: { shop?: string; number?: string; faulty?: boolean; became?: readonly FollowUpState[] } & Page,
  ): Promise<OrderRecord[]>;
  /** How many orders a shop has of each kind. */
  orderCounts(shop: string): Promise<OrderCount[]>;
  followUp(id: string): Promise<FollowUp | null>;
  /** Newest first. */
  followUps(filter: { states?: FollowUpState[]; rule?: string } & Page): Promise<FollowUp[]>;
  /** What an account is to look at by now, the longest due first. */
  dueFollowUps(accountId: string, now: number, limit: number): Promise<FollowUp[]>;
  /** When the next one of an account is due after `now`; null when none is. */
  nextFollowUp(accountId: string, now: number): Promise<number | null>;
  /** How many there are of each kind, of what goes on and what has ended since then. */
  followUpCounts(since: number): Promise<FollowUpCount[]>;
  /** What customers did after the messages that left or arrived, of those that ended at `since` or later. */
  outcomeCounts(since: number): Promise<OutcomeCount[]>;
  /** How many of the same were worded from the cache, and how many were not found in it. */
  generationCounts(since: number): Promise<{ hits: number; misses: number }>;
}

/** Calls. Their lines are messages, their actions tool runs. */
export interface Calls {
  call(id: string): Promise<Call | null>;
  /** The call whose conversation this is. */
  callOf(conversationId: string): Promise<Call | null>;
  /** Newest first. */
  calls(filter: { state?: CallState; accountId?: string } & Page): Promise<Call[]>;
  callCounts(): Promise<Record<CallState, number>>;
  /** Those with a recording that ended before then, the oldest first: of them the recording is past its time. */
  recordedBefore(before: number, limit: number): Promise<Call[]>;
}

/** Orders of one state and one price. */
export interface OrderCount {
  /** Null: never read whole, or forgotten. */
  state: OrderState | null;
  total: Money | null;
  count: number;
}

export interface FollowUpCount extends Pick<FollowUp, 'accountId' | 'event' | 'state' | 'rule' | 'variant'> {
  count: number;
}

/** Messages of one account, event and wording, and what became of them. */
export interface OutcomeCount extends Pick<FollowUp, 'accountId' | 'event' | 'experiment' | 'variant'>, VariantCounts {}

/** Caps and budgets. */
export interface Counters {
  /** Counts one against a cap if there is room. The cap's name holds its window (`<account>:<contact>:2026-11-20`); `at` is for pruning. */
  reserve(cap: string, limit: number, at: number): Promise<boolean>;
  /** How much of it was used. */
  used(cap: string): Promise<number>;
  /** Gives back what was reserved for a send that did not happen. */
  release(cap: string): Promise<void>;
  /**
   * Adds to what was spent under each key, for budgets. A key holds its window (`<provider>:2026-11-20`); `at` is for pruning. A repeat counts
   * twice: budgets are estimates.
   */
  addUsage(keys: string[], spent: { tokens: number; cost: number }, at: number): Promise<void>;
  /** Zeros for a key that is not known. */
  usageOf(key: string): Promise<{ tokens: number; cost: number }>;
}

/** The tokens that stand for a contact's personal data. */
export interface VaultStore {
  /** Empty when none was masked yet. */
  vault(contactId: string): Promise<Vault>;
  /** Adds tokens. A token, or a value, that is there already stays as it is. The result is what is stored then: it may differ from what was asked. */
  addToVault(contactId: string, added: Vault): Promise<Vault>;
}

/** Where the tools that ship keep what a customer told. Repeating a call changes nothing more. */
export interface CustomerRecords {
  /** Stores a lead; one with the same id is left as it is. */
  addLead(lead: Lead): Promise<void>;
  /** Newest first. `since`: not older than that. */
  leads(page: Page & { since?: number }): Promise<Lead[]>;
  /** Sets the named properties of the contact's profile and leaves the others. */
  updateProfile(contactId: string, profile: ContactProfile): Promise<void>;
  /** What shops told of a customer's orders, newest first: of those that he was written to about, and those with his number (E.164, with the plus). */
  ordersOf(customer: { contactId: string; phone?: string }, limit: number): Promise<OrderRecord[]>;
}

/** The journal of tools' side effects, and what customers are asked to confirm. */
export interface ToolJournal {
  toolRun(id: string): Promise<ToolRun | null>;
  /** Read, change, write if nobody wrote in between, else again; `null` leaves it. The result is the record afterwards. */
  changeToolRun(id: string, change: (run: ToolRun | null) => ToolRun | null): Promise<ToolRun | null>;
  /** What was done in a conversation, oldest first: `asked` and `confirmed` are left out. */
  toolRunsOf(conversationId: string, limit: number): Promise<ToolRun[]>;
  /** In these states, newest first: what a person must look at. */
  toolRuns(filter: { states: ToolRunState[] } & Page): Promise<ToolRun[]>;
}

/** What has a retention time of its own. */
export type Kept =
  | 'webhooks'
  | 'events'
  | 'caps'
  | 'messages'
  | 'turns'
  | 'traces'
  | 'toolRuns'
  | 'leads'
  | 'handovers'
  | 'calls'
  | 'tallies'
  | 'providerResponses'
  | 'questions'
  | 'quotes'
  | 'uploads';

/** Where a step ended; null: there is no more. */
export type Cursor = string | number | null;

/**
 * What was freed may be read by nobody any more: `now`, or when the server starts next. `in time`: once a database server writes over it, and
 * its own logs and copies are gone.
 */
export type Scrubbed = 'now' | 'next start' | 'in time';

/** A response that an LLM provider keeps. */
export interface ProviderResponse {
  id: string;
  /** Base URL and model. */
  endpoint: string;
  conversationId: string;
  at: number;
}

/** Everything that is there of a person. */
export interface PersonStore {
  /** Some `limit` rows of a place, as plain JSON, from where the last step ended. */
  held(place: Place, who: Who, after: Cursor, limit: number): Promise<{ rows: JsonObject[]; next: Cursor }>;
  /** Erases some `limit` rows of a place; of the log of calls what they tell. Repeating it changes nothing. */
  erase(place: Place, who: Who, after: Cursor, limit: number): Promise<{ erased: number; next: Cursor }>;
  /** Contacts that were being forgotten when the process ended. */
  unfinished(): Promise<string[]>;
  /** Takes what was erased out of the files. */
  scrub(): Promise<Scrubbed>;
  /** People of whom nothing has been heard since then, and of whom nothing waits: no lead, no open turn. At most `limit` are looked at. */
  idlePeople(since: number, after: Cursor, limit: number): Promise<{ contacts: string[]; next: Cursor }>;

  /** @returns false where its conversation is forgotten: it is not noted then. */
  noteResponse(response: ProviderResponse): Promise<boolean>;
  /** Of these conversations; without them those that are to be deleted where they are kept. */
  responses(conversations?: string[]): Promise<ProviderResponse[]>;
  /** They could not be deleted where they are kept; their conversation is no longer told. */
  unwantedResponses(ids: string[]): Promise<void>;
  dropResponses(ids: string[]): Promise<void>;
}

/**
 * A method that resolves has made its effect durable. Rejects with `DragomanError` `STORE_UNAVAILABLE` when the disk or server fails; nothing of
 * that call happened then, or it is repeated without harm.
 */
export interface Store
  extends Inbox,
    Conversations,
    Ledger,
    Outbox,
    Notices,
    Orders,
    Calls,
    Handovers,
    Counters,
    VaultStore,
    CustomerRecords,
    PersonStore,
    DeskStore,
    Sessions,
    Tallies,
    ToolJournal,
    Traces,
    KnowledgeRecords {
  /**
   * Runs core's rule as one atomic step. Rejects with what the plan throws; nothing of it is stored then.
   * @param options.lazy nobody waits for it to be durable: it may be written some milliseconds later, with the next step. Reads see it.
   */
  run<T>(plan: Plan<T>, options?: { lazy?: boolean }): Promise<T>;
  /**
   * Deletes what is older than its retention, looking at no more than `limit` rows. What is pending, waits to be sent, or belongs to a turn that
   * runs, stays.
   * @param after where the step before ended; null at first
   */
  prune(kind: Kept, before: number, after: Cursor, limit: number): Promise<{ gone: number; next: Cursor }>;
  close(): Promise<void>;
}
