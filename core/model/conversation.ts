/** Where it is said, whose it is, and what goes on in it. */
import type { HandoverBy, HandoverTerms } from './handover.ts';
import type { Json, JsonObject } from './json.ts';
import type { Turn } from './turn.ts';

/** Who may answer a conversation: `active` is the bot's; the two others are people's; `closed` is nobody's. */
export type ConversationStatus = 'active' | 'support_active' | 'marketing_active' | 'closed';
export const CONVERSATION_STATUSES: readonly ConversationStatus[] = [
  'active',
  'support_active',
  'marketing_active',
  'closed',
];

/** Those in which people answer, not the bot. */
export const PEOPLES: readonly ConversationStatus[] = ['support_active', 'marketing_active'];

/** Since when a conversation has its status, and why. */
export interface StatusNote {
  at: number;
  /** In words: of a handover, those of the customer or the model. */
  reason: string;
  /** The turn whose end changed it: what that turn said before goes out all the same. Null: no turn's end did. */
  turnId: string | null;
}

/** What the end of a turn brings about, after what the turn says has left. */
export interface Afterwards {
  /** The status when it was asked for: where somebody changed it since, nothing happens. */
  from: ConversationStatus;
  status: ConversationStatus;
  /** Why, in the words of whoever caused it. */
  reason: string;
  /** The customer asks for a person: who found that out. People are told. */
  handover?: HandoverBy;
  /** What holds for that; absent in turns from before there was anything to hold. */
  terms?: HandoverTerms;
}

/** One that runs, or waits for its next attempt. */
export interface OpenTurn extends Turn {
  /** Noted the moment it is asked for, so that neither a crash nor a failed attempt loses it. */
  afterwards?: Afterwards;
}

/** What must hold at the moment a send is marked; a part of the conversation's record so that one conditional update can check it. */
export interface Fence {
  status: ConversationStatus;
  /** Null where nobody ever changed it. */
  statusNote: StatusNote | null;
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
  /** The process that sends it. */
  sendOwner: string | null;
  /** When the outbox is to look at what is queued here; null when nothing is. */
  sendAt: number | null;
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
  /** The follow-up of an order that wants a turn; null when none does. What the customer wrote comes first. */
  proposal: string | null;
  /** The open turn (running, or waiting for its next attempt). It becomes a record of its own when it ends. */
  openTurn: OpenTurn | null;
  /** The newest turn that ever began; a late reply of an older one is discarded. */
  lastTurn: string | null;
  /** `seq` of the newest message that a turn took: what is pending came after it. */
  takenSeq: number;
  /** Receipt of the customer's last messages, oldest first and an album as one, so that a limit is judged without counting them. */
  arrivals: number[];
  /** What tells two programs that answer each other; null before the first message. */
  exchange: Exchange | null;
}

/** How the last messages came, one a turn. */
export interface Exchange {
  /** The turn before the newest message. */
  turn: string | null;
  /** Receipt of the newest message. */
  at: number;
  /** The last texts, normalised and cut. */
  texts: string[];
  /** Turns in a row with a message of a bot; with a text that was among the last ones; with a long text faster than anybody types. */
  bot: number;
  same: number;
  fast: number;
  /** Turns in a row with a sentence soon after our answer. Older records have none. */
  quick?: number;
  /** Turns with a sentence, less some for each with a word or two. Older records have none. */
  sentences?: number;
}

/** The last message to the customer that nobody asked for, and what he has done since, so that nothing more is read of it than this. */
export interface Unasked {
  followUp: string;
  /** When it left. */
  at: number;
  /** He has answered, and complained: each is told once. */
  replied?: true;
  complained?: true;
}

/** What people who work in the inbox note of a conversation, and what its queues are made of. Absent: nothing, or not. Times are of receipt. */
export interface Desk {
  /** The user who looks after it. */
  assignee?: string;
  labels?: string[];
  /** ISO 639-1: the person's, as it is known. */
  language?: string;
  /** The customer waits for a person, longest of all: his first words that nobody answered, where people answer. */
  personSince?: number;
  /** The customer's first words that nobody answered yet. */
  unansweredSince?: number;
  /** A draft waits for a person. */
  draftSince?: number;
  /** Something did not arrive, or nobody knows; until it does, or a person writes. */
  failedSince?: number;
}

export interface Conversation extends Fence, Lane, Desk {
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
  /** Null where nothing unasked was ever sent here. */
  unasked: Unasked | null;
  /** Since when the customer, who asked for a person, waits for the first words of one; null: he does not. */
  waitingSince: number | null;
  /** That wish, until it is over; null when there is none. */
  handover: string | null;
  createdAt: number;
  /** When something was last said, or a person changed something. */
  updatedAt: number;
}

/** Where an LLM provider keeps the conversation so far, if it does: an optimisation that may be lost at any time. */
export interface ResponseHead {
  responseId: string;
  /** Base URL and model it is valid for. */
  endpoint: string;
  /** `seq` of the newest message that the provider knows; a newer one of anybody else makes the head useless. */
  seq: number;
}
