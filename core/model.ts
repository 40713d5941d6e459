/**
 * The words of Dragoman as types. Plain data that survives JSON; no behaviour, no Node-RED, no platform names but as values.
 * Times are UTC milliseconds. Ids are UUIDv7 text unless said otherwise. Order of receipt is `seq`, never a platform's time.
 */

/** Anything JSON can hold; what a channel keeps for itself (addresses, rendered requests) is opaque to the rest. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Who may answer a conversation: `active` is the bot's; the two others are people's; `closed` is nobody's. */
export type ConversationStatus = 'active' | 'support_active' | 'marketing_active' | 'closed';
export const CONVERSATION_STATUSES: readonly ConversationStatus[] = [
  'active',
  'support_active',
  'marketing_active',
  'closed',
];

export type MediaKind = 'image' | 'audio' | 'voice' | 'video' | 'document' | 'sticker' | 'location' | 'contact';

/** A medium that came in. `ref` is the platform's handle (never a URL that holds a token). */
export interface Media {
  kind: MediaKind;
  ref?: string;
  url?: string;
  mime?: string;
  name?: string;
  caption?: string;
  /** Location, contact card and the like, as the platform told it. */
  data?: Json;
}

/** One way to know a person on one account, e.g. `{ kind: 'bsuid', value: 'US.123' }`. The first of a list is the strongest. */
export interface Identity {
  kind: string;
  value: string;
}

export interface Contact {
  id: string;
  identities: (Identity & { accountId: string })[];
  name?: string;
  username?: string;
  /** ISO 639-1; kept until a longer message tells another. */
  language?: string;
  /** What the person said of themselves, noted by a tool or a colleague. */
  profile?: ContactProfile;
  createdAt: number;
}

export interface ContactProfile {
  firstName?: string;
  lastName?: string;
  email?: string;
  organization?: string;
}

/** Somebody who may become a customer, as a conversation told it. Private: no page and no interface without a login shows it. */
export interface Lead extends ContactProfile {
  id: string;
  contactId: string | null;
  conversationId: string;
  accountId: string;
  /** The contact's own, from the store; never one that was said or made up. */
  phone?: string;
  notes?: string;
  at: number;
}

/**
 * One side effect of a tool. `started` and nothing after it: the process stopped in it. `unknown`: nobody knows whether it happened, a person
 * must look. `asked`: the customer must agree first; `confirmed`: they did.
 */
export type ToolRunState = 'started' | 'done' | 'failed' | 'unknown' | 'asked' | 'confirmed';

export interface ToolRun {
  /** The idempotency key; of a question to the customer, the conversation and the tool. */
  id: string;
  conversationId: string;
  accountId: string;
  /** The first message that the turn answers: the same in each attempt, and when the turn is repeated under a new id. */
  occasion: string;
  turnId: string;
  tool: string;
  args: JsonObject;
  state: ToolRunState;
  /** As the tool gave it, before masking. */
  result?: string;
  at: number;
  endedAt?: number;
}

/** What must hold at the moment a send is marked; a part of the conversation's record so that one conditional update can check it. */
export interface Fence {
  status: ConversationStatus;
  /** A human has the conversation until then; 0 when none. */
  humanUntil: number;
  /** When that human's part began; 0 once the customer was told that it is over. */
  humanSince: number;
  /** When the contact opted out; 0 when not. */
  optedOutAt: number;
  /** When the platform said that the contact blocked us; 0 when not. */
  blockedAt: number;
  /** Platform time of the customer's last message, for the 24-hour window; 0 when none. */
  lastInboundAt: number;
  /** The message that is on its way now; null when none. One at a time a conversation. */
  openSend: string | null;
}

/** A conversation's order: one turn at a time. */
export interface Lane {
  /** When the next turn may start; null when nothing waits. */
  wakeAt: number | null;
  /** Receipt of the oldest message of the burst that waits; bounds how long a burst may grow. */
  burstSince: number | null;
  /** The process that runs the open turn, and until when it is believed. */
  leaseOwner: string | null;
  leaseUntil: number;
  /** The open turn (running, or waiting for its next attempt). */
  openTurn: string | null;
  /** The newest turn that ever began; a late reply of an older one is discarded. */
  lastTurn: string | null;
}

export interface Conversation extends Fence, Lane {
  id: string;
  accountId: string;
  channel: string;
  /** Unique in the account: `contact:<contact id>` or `group:<platform id>`, with a suffix where one person has several threads. */
  threadKey: string;
  kind: 'private' | 'group';
  contactId: string | null;
  /** The anonymous key: the only identity that leaves for an LLM. */
  session: string;
  /** What the channel needs to send here; never shown to a flow. */
  address: Json;
  /** The integrator's own small values, saved when a turn settles. */
  vars: JsonObject;
  /** Where the LLM provider keeps this conversation; null: our own history is sent. */
  head: ResponseHead | null;
  createdAt: number;
  updatedAt: number;
}

/** `draft`: waits for a person's approval. `discarded`: stored but never to be sent (a rule or a person forbade it, or it came too late). */
export type SendState =
  | 'draft'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'unknown'
  | 'discarded';

/** A platform's or our own reason why a send did not work; `message` holds the platform's own words. */
export interface SendError {
  code: string;
  message: string;
  /** What the operator can do about it. */
  action?: string;
}

/** One request to the platform: a long reply has several. */
export interface SendPart {
  /** What the channel rendered, without address and secrets. */
  request: Json;
  state: SendState;
  platformId?: string;
  error?: SendError;
}

/** Why a message may leave: rules differ for a reply, a confirmation of consent, and a human's own words. */
export type Purpose = 'reply' | 'confirmation' | 'human';

/** Where an LLM provider keeps the conversation so far, if it does: an optimisation that may be lost at any time. */
export interface ResponseHead {
  responseId: string;
  /** Base URL and model it is valid for. */
  endpoint: string;
  /** `seq` of the newest message that the provider knows; a newer one of anybody else makes the head useless. */
  seq: number;
}

/** Who wrote the words of an answer. */
export interface AnswerSource {
  kind: 'llm' | 'fallback-llm' | 'extractive' | 'static' | 'flow';
  provider?: string;
  model?: string;
  /** Passages that were given to the provider or quoted. */
  passages?: string[];
  usage?: Usage;
  /** Names of the tools that were called. */
  tools?: string[];
}

/** Tokens of one answer, all calls of its tool loop together. */
export interface Usage {
  input: number;
  output: number;
  /** Of `input`, read from the provider's cache. */
  cached?: number;
  /** In the currency of the configured prices; absent where no price is configured. */
  cost?: number;
  /** Counted by us, because the provider told nothing. */
  estimated?: boolean;
}

export interface Message {
  id: string;
  seq: number;
  conversationId: string;
  accountId: string;
  direction: 'in' | 'out';
  author: 'customer' | 'bot' | 'human' | 'system';
  text: string;
  media: Media[];
  at: number;
  platformAt?: number;
  /** In: the platform's id of this message. Out: see `parts`. */
  platformId?: string;
  /** In: the button, list row or quick reply that was tapped. */
  choice?: { id: string; title: string };
  /** In: set when this very message changed the contact's consent. */
  consent?: 'out' | 'in';
  /** In: waits for a turn. */
  pending: boolean;
  /** In: a reply to it was stored. */
  answered: boolean;
  /** The turn that took it (in) or wrote it (out). */
  turnId: string | null;
  editedAt?: number;
  deletedAt?: number;
  /** The contact's reaction, an emoji. */
  reaction?: string;
  /** A human's echo: the takeover as it was before, to be undone if it proves to be our own send coming back. */
  takeover?: { before: { humanSince: number; humanUntil: number }; humanUntil: number };

  /** Out only, from here on. Unique where set: turn × channel-out × index. */
  slot?: string;
  purpose?: Purpose;
  state?: SendState;
  parts?: SendPart[];
  /** Attempts to send so far, and when the next is due while `queued`. */
  tries?: number;
  nextTryAt?: number;
  error?: SendError;
  source?: AnswerSource;
}

/** What a gate, or the gateway, said. */
export interface Decision {
  gate: string;
  result: 'pass' | 'block';
  /** Machine-readable rule, e.g. `status`, `takeover`, `consent`, `window`, `rate`. */
  rule: string;
  /** A sentence a person understands. */
  reason: string;
  at: number;
}

/** A piece of retrieved knowledge. */
export interface Passage {
  id: string;
  /** Name of the knowledge base, and the file in it. */
  base: string;
  source: string;
  title: string;
  text: string;
  language?: string;
  score: number;
}

export type TurnState = 'running' | 'waiting' | 'done' | 'dead';

/** One unit of answering. Its set of messages never changes once it exists. */
export interface Turn {
  id: string;
  conversationId: string;
  accountId: string;
  messageIds: string[];
  state: TurnState;
  /** Attempts that failed by themselves (limit 3), and that a crash or a deploy cut off (limit 10). */
  attempts: number;
  cuts: number;
  retryAt?: number;
  decisions: Decision[];
  outcome?: 'answered' | 'drafted' | 'blocked' | 'silent' | 'failed';
  error?: string;
  startedAt: number;
  finishedAt?: number;
}

/** A webhook call as it came, whatever became of it. */
export interface WebhookRecord {
  id: string;
  at: number;
  channel: string;
  accountId: string | null;
  path: string;
  /** Comma-separated kinds of the events in it, e.g. `message.text`; `verify` for a handshake. */
  eventType: string;
  status: number;
  error?: string;
  /** The body as text, cut at 64 KiB; kept for the retention time only. */
  payload: string;
}
