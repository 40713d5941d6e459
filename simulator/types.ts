/** What the simulator says to its users: the page's server, tests, scenarios. Times are UTC milliseconds. */
import type { Json } from '../core/model.ts';

export type PlatformId = 'telegram' | 'whatsapp' | 'instagram' | 'waha';
export const PLATFORMS: readonly PlatformId[] = ['telegram', 'whatsapp', 'instagram', 'waha'];

/** One request that a platform's API was asked, and what became of it. */
export interface Call {
  /** Order of record, from 1; never used twice, also over `reset`. */
  seq: number;
  at: number;
  platform: PlatformId;
  /** Telegram: bot token. WhatsApp: phone number id. Instagram: account id. As in the request's path. WAHA: session. */
  account: string;
  /** Telegram and WAHA: the method. Meta: `messages.` and what was sent, e.g. `messages.text`, `messages.read`, `messages.typing_on`. */
  method: string;
  /** Chat id, phone number in digits, BSUID or hidden id whose phone is not known, or IGSID; null where the request has none. */
  thread: string | null;
  /** It asks for a new message; typing, read marks, edits and webhook registration do not. */
  send: boolean;
  body: Json;
  /** What the customer reads: markup of Telegram removed, captions included. */
  text?: string;
  buttons?: CallButton[];
  media?: CallMedia[];
  /** HTTP status of the answer; null where it was never answered (`timeout`). */
  status: number | null;
  response: Json;
  /** What the request did against the platform's schema and limits; told even where a fault answered. */
  schemaErrors: string[];
  /** The platform's id of the new message; absent where none came to be. */
  messageId?: string;
  /** The fault that decided this answer. */
  fault?: Fault['kind'];
}

export interface CallButton {
  title: string;
  /** What comes back when it is tapped. */
  id?: string;
  url?: string;
}

export interface CallMedia {
  kind: 'image' | 'audio' | 'voice' | 'video' | 'document' | 'sticker';
  url?: string;
  /** An uploaded medium. */
  id?: string;
}

export interface CallFilter {
  platform?: PlatformId;
  account?: string;
  thread?: string;
  /** Only calls that asked for a new message. */
  send?: boolean;
  /** Only calls with a greater `seq`. */
  after?: number;
}

/** Whom a fault meets: everybody on the platform, one account, or one thread of it. */
export interface FaultTarget {
  platform: PlatformId;
  account?: string;
  thread?: string;
}

interface FaultBase {
  /** How often it strikes before it goes; absent: until cleared. */
  times?: number;
  /** Probability of striking, 0–1, drawn from the simulator's `random`. Default 1. */
  chance?: number;
  /** `sends` (default): only calls that ask for a new message. `bad-token` meets all calls by default. */
  calls?: 'sends' | 'all';
}

export type Fault = FaultBase &
  (
    | { kind: 'duplicate' }
    /** `retryAfter` in seconds. Telegram always tells it (default 3); the others tell it, as `Retry-After`, only when it is set. */
    | { kind: 'rate-limit'; retryAfter?: number }
    | { kind: 'delay'; ms: number }
    | { kind: 'server-error' | 'timeout' | 'blocked' | 'window-closed' | 'bad-token' | 'accept-then-drop' }
  );

/** Faults that are an answer of the platform; the others concern the connection or the webhooks. */
export type RefusalKind = 'rate-limit' | 'server-error' | 'blocked' | 'window-closed' | 'bad-token';

export interface FaultEntry {
  target: FaultTarget;
  fault: Fault;
}

export interface Faults {
  /** Switches a fault on; replaces one of the same kind on the same target. */
  set(target: FaultTarget, fault: Fault): void;
  /** Without a target all; without a kind all of exactly that target. */
  clear(target?: FaultTarget, kind?: Fault['kind']): void;
  list(): FaultEntry[];
  /** How often the driver is to post its next webhook of this thread: 2 while `duplicate` is on (counts against its `times`), else 1. */
  deliveries(target: FaultTarget): 1 | 2;
}

/** A template of WhatsApp that is there, in one language. */
export interface Template {
  name: string;
  /** The code of its language. */
  language: string;
  /** With its variables: `Hello {{1}}`, `Hello {{name}}`. */
  body: string;
  /** Default: `approved`. */
  state?: 'approved' | 'paused' | 'disabled';
}

/** To which account, and how to sign. */
export interface WebhookOptions {
  /** Telegram: bot token. WhatsApp: phone number id. Instagram: account id. WAHA: session. Default: one made up. */
  account?: string;
  /** Telegram: secret token. Meta: app secret. WAHA: HMAC key. Absent: unsigned. */
  secret?: string;
}

/** A platform's POST to a webhook; `body` is what goes over the wire, and what was signed, as UTF-8. */
export interface WebhookRequest {
  method: 'POST';
  headers: Record<string, string>;
  body: string;
  /** Platform id of the message that each action made or speaks of, in order. */
  ids: string[];
}
