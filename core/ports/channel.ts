/** A platform as a plugin, and what it tells and takes. */
import type { Identity, Json, Media, MessageTemplate, SendError } from '../model.ts';
import type { Chatting } from './chat.ts';
import type { Live } from './line.ts';
import type { SendResult } from './sent.ts';
import type { Http } from './world.ts';

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
  /** The tapped button stood on a template of the business, which no flow of ours wrote. */
  template?: boolean;
  /** The platform says that a program wrote it. */
  automated?: boolean;
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

/** The person told the platform itself that we may write no more, or again. */
export interface ParsedConsent extends ParsedBase {
  kind: 'consent';
  thread: ParsedThread;
  consent: 'out' | 'in';
}

/** The account itself can or cannot work now, as the platform tells it unasked. Older than one that was told already: ignored. */
export interface ParsedHealth extends ParsedBase {
  kind: 'health';
  /** Why it cannot, and what to do. Absent: it works. */
  error?: SendError;
  /** It is expected to work again by itself: shown, but nobody is told. */
  passing?: boolean;
  /** The phone that writes, as the platform calls it, where it tells. Another than before is new to its platform. */
  phone?: string;
}

/** Everything else: stored as it came, never answered. */
export interface ParsedOther extends ParsedBase {
  kind: 'other';
  /** No platform writes this: a sentence for whoever made the call by hand, which is refused. */
  wrong?: string;
}

export type ParsedEvent =
  | ParsedMessage
  | ParsedEcho
  | ParsedStatus
  | ParsedEdit
  | ParsedIdentity
  | ParsedReach
  | ParsedConsent
  | ParsedHealth
  | ParsedOther;

/** What a flow wants said. */
export interface Outgoing {
  text: string;
  buttons?: { id: string; title: string }[];
  media?: OutgoingMedium[];
}

export type OutgoingKind = 'image' | 'audio' | 'video' | 'document';

export interface OutgoingMedium {
  kind: OutgoingKind;
  /** Of an upload that the channel is given, nothing that anybody can ask for. */
  url: string;
  caption?: string;
  name?: string;
  /** The id of an upload. */
  upload?: string;
}

/** Files of a kind that the platform takes. */
export interface FileLimit {
  /** Bytes. */
  most: number;
  /** Media types; `*` is any. */
  types: readonly string[];
}

/** A file as a channel sends it. */
export interface FileToSend {
  /** Holds nothing that leads anywhere, and no mark of control. */
  name: string;
  type: string;
  bytes: Uint8Array;
}

/** One setting of a channel's account form. */
export interface ChannelField {
  /** Environment variable without the account's prefix, e.g. `TELEGRAM_BOT_TOKEN`. */
  env: string;
  secret?: boolean;
  default?: string;
  /** The only values it may have; the form shows them as a choice. */
  options?: readonly string[];
  /** A word of one's own that the platform is told: the dialog can make one. */
  made?: true;
  /** An API's address: the platform's own, and the path of our stand-in, which holds while the account has no real credentials. */
  base?: { real: string; simulator: string };
}

export interface ChannelCapabilities {
  /** Longest text of one message in `unit`s. */
  textLimit: number;
  unit: 'utf16' | 'bytes';
  media: OutgoingKind[];
  /** Files that a person may send, by what they become; of two that fit the first one. Absent: none. */
  files?: Partial<Record<OutgoingKind, FileLimit>>;
  /** Hours after the customer's last message in which free text may be sent; undefined: no such window. */
  windowHours?: number;
  /**
   * It writes as a person's own phone does, and the platform bans numbers that write like a machine: what nobody asked for grows from few
   * messages a day, is typed before it comes, and says not the same to many.
   */
  unofficial?: true;
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
  /** Makes the platform deliver to `url`, with the account's secret; what waits there stays. Rejects with `BAD_REQUEST` for a URL that it cannot deliver to. */
  set(url: string, settings: ChannelSettings, http: Http): Promise<void>;
  info(settings: ChannelSettings, http: Http): Promise<WebhookInfo>;
}

/**
 * Why a platform gave nothing. `conflict`: something else receives for this account. `account`: its credentials are refused. `passing`: it
 * works again by itself.
 */
export interface PollFailure {
  ok: false;
  why: 'conflict' | 'account' | 'passing';
  error: SendError;
  /** Not before; milliseconds. */
  retryAfterMs?: number;
}

/** Asking a platform for what came, where it cannot reach us. Nothing here throws. */
export interface Polling {
  /** Whether the account's settings ask for it. */
  on(settings: ChannelSettings): boolean;
  /** Equal for accounts that would take each other's updates away. Holds secrets: never to be shown. */
  source(settings: ChannelSettings): string;
  /** Before the first `next`: the platform delivers nowhere else from now on. */
  open(settings: ChannelSettings, http: Http, signal: AbortSignal): Promise<{ ok: true } | PollFailure>;
  /**
   * Waits on the platform for something to come, half a minute at most.
   * @param cursor of the answer before: all that was given with it is stored now, and forgotten by the platform.
   * @returns calls as the platform would have made them to a webhook, oldest first
   */
  next(
    cursor: string | undefined,
    settings: ChannelSettings,
    http: Http,
    signal: AbortSignal,
  ): Promise<{ ok: true; requests: InboundRequest[]; cursor: string | undefined } | PollFailure>;
}

/** Whose credentials these are, in the platform's own words. */
export interface Identified {
  /** What people know: `@shop_bot`, `+34 600 00 00 01 (Fibra)`. */
  name: string;
  /** The platform's own id of it. */
  id: string;
}

/** A platform. Pure but for `send`, `sendVoice`, `sendFile`, `typing`, `stopTyping`, `draft`, `identify`, `webhook` and `polling`, which talk through the `Http` they are given. */
export interface Channel {
  /** The word in flows, store and environment: `telegram`. */
  id: string;
  fields: Record<string, ChannelField>;
  /** The fields that, once one is set, make it an account of the real platform. */
  realWhen: string[];
  capabilities: ChannelCapabilities;
  /**
   * The customer is there, speaks and hears: he waits for an answer, talks into it, and by "stop" means that. So no word of his is one of consent,
   * nothing of what he says waits for more, and that he answers fast is no sign of a program.
   */
  spoken?: true;
  /** The account's own name on the platform, as `route` gives it; empty or absent where it is not configured. Then every route is taken. */
  identity?(settings: ChannelSettings): string;
  /** Answers the platform's GET that proves who owns the URL; null where the platform has none. */
  handshake(request: InboundRequest, settings: ChannelSettings): { status: number; body: string } | null;
  /**
   * What that GET asks with, and the body that proves the URL: set-up asks so itself, to see whether the URL leads here. Undefined where the
   * settings lack the word for it; absent where the platform sends no such GET.
   */
  proof?(settings: ChannelSettings): { query: Record<string, string>; answer: string } | undefined;
  /** Constant-time check over the raw bytes. No secret set: `ok` with `signed: false`. */
  verify(
    request: InboundRequest,
    settings: ChannelSettings,
  ): { ok: true; signed: boolean } | { ok: false; status: 401 | 403; reason: string };
  /** Never throws on content: what it does not know becomes `other`. */
  parse(body: Json): ParsedEvent[];
  /** Splits and formats for the platform; at least one part for anything sayable. */
  render(content: Outgoing): Json[];
  /**
   * One part that says a template which the platform approved beforehand, for where `windowHours` are over; `send` takes it like any other.
   * Absent where the platform has no such thing.
   */
  renderTemplate?(template: MessageTemplate): Json;
  /** One rendered part to one address. Resends as plain text by itself where the platform refuses the markup. Never throws. */
  send(part: Json, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult>;
  /**
   * A voice note: Opus in an Ogg file, one channel. What is known not to have left is `retry` or `request`, also where the file was taken and the
   * message was not; after `request` the words are sent in its place. Absent where customers get none. Never throws.
   */
  sendVoice?(sound: Uint8Array, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult>;
  /**
   * As `send`, of a part whose medium is a file of ours: it goes along, or is uploaded first; what is known not to have left is `retry` or `request`.
   * Absent where the platform fetches files from an address. Never throws.
   */
  sendFile?(part: Json, file: FileToSend, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult>;
  /** Shows the customer that an answer is being written, and marks his message as read, if there is one. Failures are ignored by the caller. */
  typing?(address: Json, lastPlatformId: string | undefined, settings: ChannelSettings, http: Http): Promise<void>;
  /** Shows it no more. Absent where it ends by itself. Failures are ignored by the caller. */
  stopTyping?(address: Json, settings: ChannelSettings, http: Http): Promise<void>;
  /**
   * The bytes of a file that a customer sent, asked of the platform's own hosts only. Rejects with `MEDIA_UNAVAILABLE`.
   * @param limit bytes at most.
   */
  download?(media: Media, settings: ChannelSettings, http: Http, limit: number): Promise<Uint8Array>;
  /**
   * Shows what is written so far of a reply, as `render` made it, in place of what it showed before under the same number. It vanishes by
   * itself, and when the reply comes. Absent where the platform has no such thing; false where this thread has none, or nothing was shown.
   * Never throws.
   */
  draft?(part: Json, number: number, address: Json, settings: ChannelSettings, http: Http): Promise<boolean>;
  /** The thread of whoever has this number (E.164, with the plus), who may never have written; absent where a platform knows no numbers. */
  threadOf?(phone: string): ParsedThread;
  /** Asks the platform whose credentials these are. Rejects as `webhook` does. */
  identify?(settings: ChannelSettings, http: Http): Promise<Identified>;
  /** Tells the platform where to deliver; absent where that is done on the platform's own pages. */
  webhook?: WebhookSetup;
  /** Where an account may ask for what came instead of being called. */
  polling?: Polling;
  /** Where customers hold a line to this process. */
  live?: Live;
  /** Where they write by such a line. */
  chat?: Chatting;
}
