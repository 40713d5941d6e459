/** What the engine makes of the world's words: an event on its way in, a reply on its way out. */
import type { AnswerSource, Media, Message, Purpose, SendPart } from '../model.ts';
import type { TakeoverTimes } from '../policy/takeover.ts';
import type { ParsedEvent } from './channel.ts';

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
  /** Of what tells of an account's phone: the number that it writes from, as the record of it is called. */
  sender?: string;
  /** How long the lane waits for more after this message; milliseconds, 0 starts the turn at once. */
  quietMs: number;
  /** For a human's echo: how long it silences the bot. */
  takeover: TakeoverTimes;
  /** Account option: a new message reopens a closed conversation. */
  reopens: boolean;
  /** See `Channel`. */
  spoken?: true;
}

export interface AcceptResult {
  duplicate: boolean;
  conversationId?: string;
  messageId?: string;
  /** When the lane is to be looked at; absent when nothing waits. */
  wakeAt?: number;
  /** Our own send came back as an echo; stored as such, no takeover. */
  own?: boolean;
  /** People are to be told of it. */
  noticed?: true;
  /** What changed with it. */
  consent?: 'out' | 'in';
}

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
  /** At least one: what renders to nothing is refused. */
  parts: SendPart[];
  source?: AnswerSource;
  /** The cap that it was counted against. */
  cap?: string;
  /** The follow-up of an order that it is. */
  followUp?: string;
  /** As of a message. */
  wording?: string;
  wordingAt?: number;
  /** Says it where the platform takes no free text. */
  template?: Message['template'];
  /** The user who wrote it. */
  writer?: string;
  /** It waits so long, and can be taken back until then. */
  nextTryAt?: number;
  /** The newest message that its writer has seen. Where somebody else has answered after it, the plan throws ANSWERED. */
  seen?: number;
  /** Drafts that wait, as he sees it: the same where one of them went out. */
  drafts?: readonly string[];
  /** Stored for a person's approval; not marked. */
  draft?: boolean;
  at: number;
}
