/** What was said, by whom, and what became of it on its way out. */
import type { Json } from './json.ts';

export type MediaKind = 'image' | 'audio' | 'voice' | 'video' | 'document' | 'sticker' | 'location' | 'contact';

/** A medium that came in. `ref` is the platform's handle (never a URL that holds a token). */
export interface Media {
  kind: MediaKind;
  ref?: string;
  url?: string;
  mime?: string;
  name?: string;
  caption?: string;
  /** Of one that a colleague sent: the id of his upload. */
  upload?: string;
  /** A voice note whose words the message's text has. */
  heard?: boolean;
  /** Location, contact card and the like, as the platform told it. */
  data?: Json;
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
  /** Of what nobody asked for, held back by a rule: when that may be over. */
  until?: number;
}

/** A moment of a message's way to the customer. */
export interface SendNote {
  /** UTC milliseconds. */
  at: number;
  state: SendState;
  /** Of the error, where there is one, and its words. */
  code?: string;
  message?: string;
}

/** One request to the platform: a long reply has several. */
export interface SendPart {
  /** What the channel rendered, without address and secrets. */
  request: Json;
  /** The message's text is to be said, as a voice note, in this language (ISO 639-1); where that cannot be, `request` is sent. */
  sayIn?: string;
  /** The id of an upload that goes with it: `request` names no address. */
  upload?: string;
  state: SendState;
  platformId?: string;
  error?: SendError;
  /** Since when nobody knows what the platform did, while `unknown`. */
  unknownSince?: number;
  /** The worker that had it when it was given up as `unknown`: it may still tell what became of it. */
  cutFrom?: string;
}

/** A template that the platform approved beforehand, filled: it may leave where free text may not. */
export interface MessageTemplate {
  /** The platform's name of it. */
  name: string;
  /** The platform's code of its language: `es_ES`. */
  language: string;
  /** What its variables stand for, in their order; of variables with names, by these. */
  parameters: { name?: string; text: string }[];
  /** As the customer reads it. */
  text: string;
}

/**
 * Why a message may leave: rules differ for a reply, a confirmation of consent, a human's own words, the bot's that a human approved, what nobody
 * asked for, and what tells who waits for a person that nobody has come.
 */
export type Purpose = 'reply' | 'confirmation' | 'human' | 'approved' | 'proactive' | 'waiting';

/** Who wrote the words of an answer. */
export interface AnswerSource {
  kind: 'llm' | 'fallback-llm' | 'extractive' | 'static' | 'flow';
  provider?: string;
  model?: string;
  /** The node that wrote them; absent in old records, and where a flow wrote them. */
  node?: string;
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
  /** The platform's id of this message; out, of its first part. */
  platformId?: string;
  /** In: the button, list row or quick reply that was tapped. */
  choice?: { id: string; title: string };
  /** In: set when this very message changed the contact's consent. */
  consent?: 'out' | 'in';
  /** In, and echoes: unique in the account; what comes again under it is a duplicate. Absent for hand-made calls. */
  key?: string;
  /** In: waits for a turn. */
  pending: boolean;
  /** In: its turn was answered. */
  answered: boolean;
  /** The turn that took it (in) or wrote it (out). */
  turnId: string | null;
  editedAt?: number;
  deletedAt?: number;
  /** The contact's reaction, an emoji. */
  reaction?: string;
  /** In, and in a group: whose words they are, as `identityKey` writes it. */
  sender?: string;
  /** A human's echo: the takeover as it was before, to be undone if it proves to be our own send coming back. */
  takeover?: { before: { humanSince: number; humanUntil: number }; humanUntil: number };

  /** Out only, from here on. Unique where set: turn × channel-out × way to it × index. */
  slot?: string;
  purpose?: Purpose;
  state?: SendState;
  parts?: SendPart[];
  /** What became of it, in order: each answer of the platform, each receipt, what people did. */
  course?: SendNote[];
  /** Attempts to send so far, and when the next is due while `queued`. */
  tries?: number;
  nextTryAt?: number;
  error?: SendError;
  source?: AnswerSource;
  /** The cap that it is counted against; none where it was given back, because it could not be sent. */
  cap?: string;
  /** The follow-up of an order that it is. */
  followUp?: string;
  /** A hash of its words where the same must not go to many, and when it left, or is to leave. */
  wording?: string;
  wordingAt?: number;
  /** Says it where the platform takes no free text; once it does, this request is the only part, and these words are the text. */
  template?: { text: string; request: Json };
  /** The user who wrote it, or let a draft go out. */
  writer?: string;
  /** What the bot had written, where a person changed it before it went out. */
  drafted?: string;
  /** Spoken in a call, and interrupted: what comes after `text`, which is what its caller heard of it. */
  unheard?: string;
}

/** What an answer needs to know of a message that was said before. */
export type Said = Pick<
  Message,
  | 'seq'
  | 'direction'
  | 'author'
  | 'text'
  | 'media'
  | 'at'
  | 'state'
  | 'pending'
  | 'turnId'
  | 'editedAt'
  | 'deletedAt'
  | 'unheard'
> & {
  /** Of a failed one only: some of it may have left. */
  parts?: SendPart[];
};
