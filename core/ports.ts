/**
 * What core needs from the world: a store, a clock, channels, providers, HTTP. Everything outside implements one of these.
 * No SQL, no transactions over several records: each Store method must be reachable with single-record conditional updates
 * that are repeated after a crash without harm, so that a document store can implement it as well.
 */
import type { Vault } from './masking.ts';
import type {
  AnswerSource,
  Contact,
  ContactProfile,
  Conversation,
  ConversationStatus,
  Decision,
  Identity,
  Json,
  JsonObject,
  Lead,
  Media,
  Message,
  Passage,
  Purpose,
  ResponseHead,
  SendError,
  SendPart,
  SendState,
  ToolRun,
  ToolRunState,
  Turn,
  TurnState,
  WebhookRecord,
} from './model.ts';
import type { TakeoverTimes } from './policy/takeover.ts';

/** Virtual in tests. Nothing in core reads the time or waits in any other way. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Calls `wake` once, not before `at`. The returned function cancels it. */
  at(at: number, wake: () => void): () => void;
}

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

// ---------------------------------------------------------------- HTTP

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Until the whole answer is there; milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** The body as text. */
  text: string;
}

/**
 * The outbound HTTP client of channels. Rejects with an `HttpError`, whose `sent` says whether the platform may have seen the request:
 * `false` for refused connections and unresolved names, `true` when the connection broke or timed out after the request left.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

// ---------------------------------------------------------------- channels

/** A request as it came in; `body` are the exact bytes. */
export interface InboundRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string | undefined>;
  body: Uint8Array;
}

/** The channel's own settings of an account, resolved (node property → environment → default) and with secrets in. */
export type ChannelSettings = Record<string, string>;

interface ParsedBase {
  /** The platform's own name of the account addressed (phone number id, Instagram user id); undefined: the one whose URL was called. */
  route?: string;
  /** Unique for this event in the account; undefined for hand-made calls, which are never duplicates. */
  key?: string;
  /** For the webhook log, e.g. `message.text`, `status.read`. */
  type: string;
  /** Platform's time, UTC milliseconds. */
  platformAt?: number;
}

/** Where it was said and by whom. */
export interface ParsedThread {
  kind: 'private' | 'group';
  /** Groups: the platform's id. Private: a suffix where one person has several threads on the account; usually absent. */
  key?: string;
  /** The customer, strongest identity first. Groups: the author. */
  identities: Identity[];
  name?: string;
  username?: string;
  /** Interface language the platform told, ISO 639-1. */
  locale?: string;
  /** What `send` needs to reach this thread. */
  address: Json;
}

export interface ParsedMessage extends ParsedBase {
  kind: 'message';
  thread: ParsedThread;
  platformId?: string;
  /** Empty for a photo or voice note without words. A tapped button counts as its title. */
  text: string;
  media: Media[];
  choice?: { id: string; title: string };
}

/** A message that left the business side without this call being our send's answer: a human's, an automatic one, or our own coming back. */
export interface ParsedEcho extends ParsedBase {
  kind: 'echo';
  thread: ParsedThread;
  platformId?: string;
  text: string;
  media: Media[];
  /** Written by the platform's own automation (greeting, away message): never a takeover. */
  automated: boolean;
}

export interface ParsedStatus extends ParsedBase {
  kind: 'status';
  platformId: string;
  state: 'sent' | 'delivered' | 'read' | 'failed';
  error?: SendError;
}

export interface ParsedEdit extends ParsedBase {
  kind: 'edit' | 'delete' | 'reaction';
  /** The message it is about. */
  platformId: string;
  /** Edit: the new text. Reaction: the emoji, empty when taken back. */
  text?: string;
}

/** The person's identity changed (new phone, new BSUID). */
export interface ParsedIdentity extends ParsedBase {
  kind: 'identity';
  previous: Identity;
  current: Identity;
}

/** The person blocked or unblocked us. */
export interface ParsedReach extends ParsedBase {
  kind: 'reach';
  thread: ParsedThread;
  reachable: boolean;
}

/** Everything else: stored as it came, never answered. */
export interface ParsedOther extends ParsedBase {
  kind: 'other';
}

export type ParsedEvent =
  | ParsedMessage
  | ParsedEcho
  | ParsedStatus
  | ParsedEdit
  | ParsedIdentity
  | ParsedReach
  | ParsedOther;

/** What a flow wants said. */
export interface Outgoing {
  text: string;
  buttons?: { id: string; title: string }[];
  media?: { kind: 'image' | 'audio' | 'video' | 'document'; url: string; caption?: string; name?: string }[];
}

/** How a failed send is to be treated. `unknown`: the platform may have done it, so never again by itself. */
export type SendFailure = 'retry' | 'recipient' | 'window' | 'request' | 'account' | 'unknown';

export type SendResult =
  | { ok: true; platformId?: string }
  | { ok: false; failure: SendFailure; error: SendError; retryAfterMs?: number };

/** One setting of a channel's account form. */
export interface ChannelField {
  /** Environment variable without the account's prefix, e.g. `TELEGRAM_BOT_TOKEN`. */
  env: string;
  secret?: boolean;
  default?: string;
  /** An API's address: the platform's own, and the path of our stand-in, which holds while the account has no real credentials. */
  base?: { real: string; simulator: string };
}

export interface ChannelCapabilities {
  /** Longest text of one message in `unit`s. */
  textLimit: number;
  unit: 'utf16' | 'bytes';
  buttons: number;
  media: ('image' | 'audio' | 'video' | 'document')[];
  /** Hours after the customer's last message in which free text may be sent; undefined: no such window. */
  windowHours?: number;
  typing: boolean;
}

/** What the platform knows of the address it delivers to. */
export interface WebhookInfo {
  /** Empty: it delivers nowhere. */
  url: string;
  /** Updates that wait to be delivered. */
  pending: number;
  /** Why the last delivery that failed did, in the platform's words, and when (UTC milliseconds). */
  lastError?: string;
  lastErrorAt?: number;
  /** The kinds of updates it delivers, by the platform's names; absent where it does not say. */
  updates?: string[];
}

/** Rejects with a `DragomanError`: `ACCOUNT_NOT_CONFIGURED` where the credentials are refused, else `SEND_FAILED`. */
export interface WebhookSetup {
  /** Makes the platform deliver to `url`, with the account's secret; what waits there stays. Rejects with `BAD_REQUEST` for a URL that is not https. */
  set(url: string, settings: ChannelSettings, http: Http): Promise<void>;
  info(settings: ChannelSettings, http: Http): Promise<WebhookInfo>;
}

/** A platform. Pure but for `send`, `typing` and `webhook`, which talk through the `Http` they are given. */
export interface Channel {
  /** The word in flows, store and environment: `telegram`. */
  id: string;
  fields: Record<string, ChannelField>;
  /** The fields that, once one is set, make it an account of the real platform. */
  realWhen: string[];
  capabilities: ChannelCapabilities;
  /** The account's own name on the platform, as `route` gives it; empty or absent where it is not configured. Then every route is taken. */
  identity?(settings: ChannelSettings): string;
  /** Answers the platform's GET that proves who owns the URL; null where the platform has none. */
  handshake(request: InboundRequest, settings: ChannelSettings): { status: number; body: string } | null;
  /** Constant-time check over the raw bytes. No secret set: `ok` with `signed: false`. */
  verify(
    request: InboundRequest,
    settings: ChannelSettings,
  ): { ok: true; signed: boolean } | { ok: false; status: 401 | 403; reason: string };
  /** Never throws on content: what it does not know becomes `other`. */
  parse(body: Json): ParsedEvent[];
  /** Splits and formats for the platform; at least one part for anything sayable. */
  render(content: Outgoing): Json[];
  /** One rendered part to one address. Resends as plain text by itself where the platform refuses the markup. Never throws. */
  send(part: Json, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult>;
  /** Shows the customer that an answer is being written, and marks the message as read. Failures are ignored by the caller. */
  typing?(address: Json, lastPlatformId: string | undefined, settings: ChannelSettings, http: Http): Promise<void>;
  /** Tells the platform where to deliver; absent where that is done on the platform's own pages. */
  webhook?: WebhookSetup;
}

// ---------------------------------------------------------------- providers

export interface ChatMessage {
  role: 'user' | 'assistant';
  text: string;
}

export interface AnswerRequest {
  instructions: string;
  history: ChatMessage[];
  passages: Passage[];
  language?: string;
  /** The conversation's anonymous key. */
  session: string;
  /** Whole answer; milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** What the model may call. Absent or empty: plain text only. */
  tools?: ToolSchema[];
  /**
   * Runs one call and gives its result as text; never rejects (an error is a result too). The provider asks for all calls of one answer at once.
   */
  callTool?(call: ToolCall): Promise<string>;
  /**
   * The calls made for this answer so far, also by an engine that failed after them. A provider goes on from there instead of making them
   * again, and adds its own before it runs them, in the texts that it sees and sends.
   */
  calls?: MadeCall[];
  /** Where this provider keeps the conversation, if it is still valid. `history` is sent whole when it turns out not to be. */
  head?: ResponseHead | null;
  /** Called with each piece of text as it comes, where the provider streams. */
  onDelta?(text: string): void;
}

/** A tool as the model sees it; holds no identity. */
export interface ToolSchema {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  description: string;
  /** JSON Schema of the arguments: an object. */
  parameters: JsonObject;
}

export interface ToolCall {
  id: string;
  name: string;
  /** JSON as the model wrote it, perhaps broken. */
  arguments: string;
}

export interface MadeCall {
  call: ToolCall;
  /** Null until it is known. */
  result: string | null;
  /** What the engine that made the call wants back with it. */
  extra?: unknown;
}

export interface ProviderAnswer {
  text: string;
  source: AnswerSource;
  /** To be kept for the next turn once this one is stored; absent where the provider keeps nothing. `seq` is the caller's to set. */
  head?: Omit<ResponseHead, 'seq'>;
}

/** An engine that writes answers. Rejects with a `DragomanError`; `null` when it has nothing to say (an extractive engine that does not know). */
export interface Provider {
  answer(request: AnswerRequest): Promise<ProviderAnswer | null>;
}

/** Turns texts into vectors; absent where none is configured. */
export interface Embedder {
  /** Name of the model, so that an index knows when it must be rebuilt. */
  model: string;
  /** One vector a text, in order. */
  embed(texts: string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/**
 * Whether the engine may keep a conversation between turns. `auto`: where it is known to work, or turns out to. `server`: also where a
 * preset advises against it. `replay`: never; it is asked to keep nothing, and all of the history is sent each time.
 */
export type Continuity = 'auto' | 'server' | 'replay';

export interface ProviderSettings {
  apiKey: string;
  baseUrl: string;
  model: string;
  kind: 'llm' | 'fallback-llm';
  /** Default `auto`. */
  continuity?: Continuity;
  /** Who is billed, where the engine knows such a thing; empty: whoever the key belongs to. */
  organization?: string;
  project?: string;
  /** The client that every request leaves by; default: Node's. */
  fetch?: typeof fetch;
}

/** What a `dragoman-provider` plugin offers, as its `provider` property. */
export interface ProviderPlugin {
  /** The word in flows: `openai`. */
  id: string;
  create(config: ProviderSettings): Provider;
  /** Where the engine makes vectors as well. */
  embedder?(config: Pick<ProviderSettings, 'apiKey' | 'baseUrl' | 'model' | 'fetch'>): Embedder;
}

// ---------------------------------------------------------------- tools

/** Where the tools that ship keep what a customer told. Repeating a call changes nothing more. */
export interface CustomerRecords {
  /** Stores a lead; one with the same id is left as it is. */
  addLead(lead: Lead): Promise<void>;
  /** Newest first. */
  leads(page: Page): Promise<Lead[]>;
  /** Sets the named properties of the contact's profile and leaves the others. */
  updateProfile(contactId: string, profile: ContactProfile): Promise<void>;
}

/** Who the call is for, from the store. Nothing of it comes from the model, and nothing of it is shown to one. */
export interface ToolContext {
  /** The conversation's anonymous key. */
  session: string;
  /** The contact's own phone, international with `+`; absent where the platform tells none. */
  phoneFrom?: string;
  contactId: string | null;
  conversationId: string;
  accountId: string;
  /** What the account calls the agent that answers, for a backend that notes who acted: `AI_AGENT_NAME`. */
  agentName: string;
  turnId: string;
  /** ISO 639-1. */
  language: string;
  /** The same when the same call is made again after a crash or in a repeated turn. */
  idempotencyKey: string;
  /** UTC milliseconds. */
  now: number;
  /** Fires when the result is no longer waited for. */
  signal: AbortSignal;
  records: CustomerRecords;
}

/** Something that a model may have done. Tools get checked arguments of their schema, without any phone in them. */
export interface Tool extends ToolSchema {
  /** Changes something: it is journalled, and not run twice. */
  sideEffect: boolean;
  /** The customer must agree in a later message. Implies `sideEffect`. */
  confirm?: boolean;
  /** Its backend knows `idempotencyKey`, so that an interrupted run may be repeated. */
  idempotent?: boolean;
  /** One run a turn, whatever the arguments: a model asked again words them otherwise. */
  oncePerTurn?: boolean;
  /** Default 20 s. */
  timeoutMs?: number;
  /**
   * Resolves with what the model is told. Rejecting with a `DragomanError`, or an `HttpError` that was not sent, says that nothing happened;
   * any other error of a side effect leaves that open. Their sentences are shown to the model; other errors' are not.
   */
  run(args: JsonObject, context: ToolContext): Promise<Json | undefined>;
}

/** A file of a tools folder. */
export interface ToolModule {
  schema: Omit<Tool, 'run'>;
  run: Tool['run'];
}

/** What a `dragoman-tool` plugin offers, as its `tools` property. */
export type ToolPlugin = readonly Tool[];

/** The journal of side effects, and what customers are asked to confirm. */
export interface ToolJournal {
  toolRun(id: string): Promise<ToolRun | null>;
  /** Read, change, write if nobody wrote in between, else again; `null` leaves it. The result is the record afterwards. */
  changeToolRun(id: string, change: (run: ToolRun | null) => ToolRun | null): Promise<ToolRun | null>;
  /** In these states, newest first: what a person must look at. */
  toolRuns(filter: { states: ToolRunState[] } & Page): Promise<ToolRun[]>;
}

// ---------------------------------------------------------------- knowledge

/** A piece of a file, before it is indexed. */
export interface PassageInput {
  title: string;
  text: string;
  language?: string;
}

export interface Knowledge {
  /** Replaces all passages of one file; an empty list deletes it. `hash` is remembered to skip unchanged files. */
  put(base: string, source: string, hash: string, passages: PassageInput[]): Promise<void>;
  /** File → hash, for what is indexed now. */
  sources(base: string): Promise<Map<string, string>>;
  /** Best first. Searches by text, and by meaning as well where an embedder is set. */
  search(base: string, query: string, limit: number): Promise<Passage[]>;
}

// ---------------------------------------------------------------- store

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
