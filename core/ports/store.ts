/**
 * The truth, as a port. No SQL, no transactions over several records: each method must be reachable with single-record conditional updates that
 * are repeated after a crash without harm, so that a document store can implement it as well.
 */

import type {
  AnswerSource,
  Contact,
  Conversation,
  ConversationStatus,
  Decision,
  Json,
  JsonObject,
  Media,
  Message,
  Purpose,
  SendPart,
  SendState,
  Turn,
  TurnState,
  WebhookRecord,
} from '../model.ts';
import type { TakeoverTimes } from '../policy/takeover.ts';
import type { Vault } from '../privacy/masking.ts';
import type { ParsedEvent } from './channel.ts';
import type { CustomerRecords, ToolJournal } from './tool.ts';

/** One parsed event on its way into the store; ids and decisions that need the clock or the account are already made. */
export interface Incoming {
  id: string;
  accountId: string;
  channel: string;
  at: number;
  event: ParsedEvent;
  /** Message and echo: id of the message to be stored; also the ids to use if contact and conversation are new. */
  messageId: string;
  contactId: string;
  conversationId: string;
  session: string;
  /** Said an opt-out or opt-in word. A change holds for all conversations of the contact. */
  consentWord?: 'out' | 'in';
  /** How long the lane waits for more after this message; milliseconds, 0 starts the turn at once. */
  quietMs: number;
  /** For a human's echo: how long it silences the bot. */
  takeover: TakeoverTimes;
  /** Account option: a new message reopens a closed conversation. */
  reopens: boolean;
}

export interface AcceptResult {
  duplicate: boolean;
  conversationId?: string;
  messageId?: string;
  /** When the lane is to be looked at; absent when nothing waits. */
  wakeAt?: number;
  /** Our own send came back as an echo; stored as such, no takeover. */
  own?: boolean;
}

export type BeginTurn =
  | { kind: 'turn'; turn: Turn; conversation: Conversation; messages: Message[] }
  | { kind: 'wait'; until: number }
  | { kind: 'idle' };

export interface NewReply {
  id: string;
  conversationId: string;
  accountId: string;
  /** Null for a human's message. */
  turnId: string | null;
  slot?: string;
  author: 'bot' | 'human' | 'system';
  purpose: Purpose;
  text: string;
  media: Media[];
  parts: SendPart[];
  source?: AnswerSource;
  /** Stored for a person's approval; not marked. */
  draft?: boolean;
  at: number;
}

/** Looks at a conversation at the moment of the send. */
export type SendCheck = (conversation: Conversation) => Decision;

/** `busy`: another send of the conversation is open, or this message is not `queued`. */
export type SendMark =
  | { kind: 'marked'; message: Message; address: Json }
  | { kind: 'blocked'; decision: Decision }
  | { kind: 'busy' };

export interface Page {
  limit: number;
  /** Only items older than this one's `seq` (messages) or `at` (others). */
  before?: number;
}

/**
 * The truth. A method that resolves has made its effect durable. Rejects with `DragomanError` `STORE_UNAVAILABLE` when the disk or
 * server fails; nothing of that call happened then, or it is repeated without harm.
 */
export interface Store extends ToolJournal, CustomerRecords {
  /** Makes all events of one delivery and its log row durable, or none. Duplicates (account × key) are told, not stored. */
  accept(incoming: Incoming[], log: WebhookRecord): Promise<AcceptResult[]>;
  logWebhook(record: WebhookRecord): Promise<void>;
  webhooks(page: Page): Promise<WebhookRecord[]>;

  /** Conversations whose lane has something to do, now or later. For start-up and the sweep. */
  lanes(): Promise<{ conversationId: string; accountId: string; wakeAt: number }[]>;
  /** Takes the lane: repeats its open turn, or makes one of all pending messages under `turnId`. */
  beginTurn(
    conversationId: string,
    take: { now: number; leaseUntil: number; owner: string; turnId: string },
  ): Promise<BeginTurn>;
  /** Ends a turn and frees the lane. Ignored (false) unless `owner` still holds it. */
  endTurn(
    turnId: string,
    owner: string,
    end: {
      now: number;
      outcome: NonNullable<Turn['outcome']>;
      decisions: Decision[];
      vars: JsonObject;
      answered: boolean;
    },
  ): Promise<boolean>;
  /** Puts a turn back for a later attempt, or makes it a dead letter (`retryAt` null). False unless `owner` still holds it. */
  failTurn(
    turnId: string,
    owner: string,
    fail: { now: number; retryAt: number | null; cut: boolean; error: string; decisions: Decision[] },
  ): Promise<boolean>;
  turn(id: string): Promise<Turn | null>;
  turns(filter: { state?: TurnState; accountId?: string } & Page): Promise<Turn[]>;
  /** Makes a stored inbound message (or a dead turn's messages) pending again. Returns its conversation; null when there is none. */
  requeue(what: { messageId?: string; turnId?: string }, now: number): Promise<string | null>;

  conversation(id: string): Promise<Conversation | null>;
  conversations(
    filter: { status?: ConversationStatus; accountId?: string } & Page,
  ): Promise<(Conversation & { messages: number; name?: string })[]>;
  /** Read, change, write if nobody wrote in between, else again. `change` returns null to leave it; the result is the record afterwards. */
  changeConversation(
    id: string,
    change: (c: Conversation) => Partial<Conversation> | null,
  ): Promise<Conversation | null>;
  contact(id: string): Promise<Contact | null>;
  setLanguage(contactId: string, language: string): Promise<void>;

  message(id: string): Promise<Message | null>;
  /** Newest last. */
  messages(conversationId: string, page: Page): Promise<Message[]>;
  /** Inbound messages of a conversation received from `since` to `until`, both included. */
  countInbound(conversationId: string, since: number, until: number): Promise<number>;

  /**
   * Stores a reply, then marks it as `markSending` does. A filled slot gives the stored message back with `created: false` and no mark.
   * A reply of a turn that ended is `discarded` when a newer turn began. A draft is stored and not marked.
   */
  addReply(reply: NewReply, check: SendCheck): Promise<{ message: Message; created: boolean; mark?: SendMark }>;
  /**
   * The one conditional update before a send: if `check` lets it pass and no other send is open, a `queued` message (and its first part that
   * was not sent) becomes `sending` and the conversation's `openSend`. A blocked one becomes `discarded` with the decision as its error.
   */
  markSending(messageId: string, check: SendCheck): Promise<SendMark>;
  /**
   * Read, change, write as `changeConversation`. When the state leaves `sending`, the conversation's `openSend` is cleared; when a draft is queued,
   * its turn's messages are answered. A platform id that an echo of a "human" had already told undoes that takeover: it was this send.
   */
  changeMessage(id: string, change: (m: Message) => Partial<Message> | null): Promise<Message | null>;
  /** The newest messages in these states, newest last: what must go on after a start, what failed, what waits for approval. */
  sends(filter: { states: SendState[] } & Page): Promise<Message[]>;
  /** The conversation's reply of a turn, if one is stored. */
  replies(turnId: string): Promise<Message[]>;

  /** Counts one against a cap if there is room. The cap's name holds its window (`<account>:<contact>:2026-11-20`); `at` is for pruning. */
  reserve(cap: string, limit: number, at: number): Promise<boolean>;
  /** Gives back what was reserved for a send that did not happen. */
  release(cap: string): Promise<void>;

  /**
   * Adds to what was spent under each key, for budgets. A key holds its window (`<provider>:2026-11-20`); `at` is for pruning. A repeat counts
   * twice: budgets are estimates.
   */
  addUsage(keys: string[], spent: { tokens: number; cost: number }, at: number): Promise<void>;
  /** Zeros for a key that is not known. */
  usageOf(key: string): Promise<{ tokens: number; cost: number }>;

  /** The tokens that stand for a contact's personal data; empty when none was masked yet. */
  vault(contactId: string): Promise<Vault>;
  /** Adds tokens. A token, or a value, that is there already stays as it is. The result is what is stored then: it may differ from what was asked. */
  addToVault(contactId: string, added: Vault): Promise<Vault>;

  /** Deletes what is older than its retention; returns how many rows went. */
  prune(before: { webhooks: number; events: number; caps: number }): Promise<number>;
  close(): Promise<void>;
}
