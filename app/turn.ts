/** A turn as its flow and its nodes see it, while it runs and a while after. */
import type { Account } from '../core/accounts.ts';
import type { Answerer } from '../core/answering/budget.ts';
import type {
  AnswerSource,
  Contact,
  ConversationStatus,
  Decision,
  JsonObject,
  Media,
  MessageTemplate,
  Passage,
  ResponseHead,
  SendState,
} from '../core/model.ts';
import type { Outgoing } from '../core/ports.ts';
import type { BegunTurn } from '../core/turns/lanes.ts';
import type { About, OrderView } from './orders/about.ts';
import type { Showing } from './showing.ts';
import type { Noted } from './timeline/notes.ts';

/** What a flow sees as `msg.turn`: plain JSON, no address. */
export interface TurnView {
  id: string;
  attempt: number;
  channel: string;
  account: { id: string; name: string };
  conversation: { id: string; status: ConversationStatus };
  session: string;
  /** ISO 639-1. */
  language: string;
  messages: { id: string; text: string; at: number; media: Media[]; choice?: { id: string; title: string } }[];
  decisions: Decision[];
  passages: Passage[];
  /** The integrator's own small values of this conversation; saved when the turn settles. */
  vars: JsonObject;
}

/** What a turn's customer wrote or said, as `msg.payload` has it. */
export const textOf = ({ messages }: Pick<TurnView, 'messages'>): string =>
  messages
    .map((message) => message.text)
    .filter(Boolean)
    .join('\n');

export interface TurnMessage {
  payload?: unknown;
  turn?: TurnView;
  /** What an order's turn is about. */
  order?: OrderView;
  [property: string]: unknown;
}

/** A turn that is run again for who looks. */
export interface Rehearsal {
  /** Of the conversation it sees what came before this. */
  before: number;
  /** What it would have said, in order. */
  said: (Outgoing & { source?: AnswerSource })[];
}

export interface LiveTurn extends BegunTurn {
  /** `turn#n`: what travels on the messages of this attempt. */
  attempt: string;
  account: Account;
  contact: Contact | null;
  view: TurnView;
  /** The language that the model is told to answer in; absent: in the customer's, which it sees for itself. */
  answerIn?: string;
  /** When a model was asked, and when it had answered; UTC milliseconds. */
  asked?: { from: number; until: number };
  /** The order that it is about; absent where a customer wrote. */
  about?: About;
  /** Who wrote what is in the payload now; null: the flow itself. */
  source: AnswerSource | null;
  /** What says it where the platform takes no free text; for the first message about an order that the attempt says. */
  template?: MessageTemplate;
  /** What the provider keeps of the conversation, once these very words are its end; null: nothing. */
  head: { at: Omit<ResponseHead, 'seq'>; text: string } | null;
  /** The knowledge base that was asked last; absent: none was. */
  base?: string;
  /** Replies of this attempt that went through each channel-out, by the way they came there. */
  counts: Map<string, number>;
  /** Slots of an attempt of the version before, which had no way in them. */
  oldSlots: string[];
  /** UTC milliseconds. */
  begunAt: number;
  /** What happened so far; absent where nobody is to know later. */
  noted?: Noted[];
  /** It runs to show what would be said: what it says is kept here and not sent, and it changes nothing. */
  rehearsal?: Rehearsal;
  /** What the customer sees until the reply. */
  showing: Showing;
  /** Said where the customer gets a person and nobody else has words for it; absent: he gets none. */
  goodbye?: string;
  /** Whom its answer is asked of. */
  provider?: Answerer;
  /** A reply is stored. */
  replied: boolean;
  /** How the last reply stood after its first try; absent: none has ended. */
  sent?: SendState;
  /** What is stored waits for a person's approval. */
  drafted: boolean;
  onReply: () => void;
  /** Ends it: its customer is forgotten. */
  onForgotten: () => void;
  /** Aborts where the customer speaks into it: nobody waits for its answer any more. */
  stop: AbortController;
  /** A tool does, or did, something for it; as far as is known, of an attempt before this one too. */
  acted: boolean;
}

/** Of what a flow says in this turn. */
export const purposeOf = ({ about }: Pick<LiveTurn, 'about'>) => (about ? 'proactive' : 'reply');
