/** What is told of a message's way: each entry a code that a page has words for, and the values in them. Times are UTC milliseconds. */
import type { SendError, TracedQuestion } from '../../core/model.ts';

export type Tone = 'neutral' | 'ok' | 'info' | 'warn' | 'bad';

export interface Told {
  /** Of the page's words. */
  code: string;
  tone: Tone;
  /** `…At` is a moment, `…Ms` a length of time; both UTC milliseconds. */
  values?: Record<string, string | number>;
  /** A rule of core, by name. */
  rule?: string;
  /** Somebody else's words of why. */
  error?: Pick<SendError, 'code' | 'message' | 'action'>;
  /** What was said, or a gate's own sentence. */
  detail?: string;
  /** Where it happened, as the editor knows it. */
  node?: NodeRef;
}

export interface NodeRef {
  id: string;
  /** What people call it, and the flow that it is in. */
  name: string;
}

export interface Entry extends Told {
  at: number;
  passages?: { title: string; source: string; score: number }[];
  masked?: { kind: string; count: number }[];
  /** What a tool was told, and what it told. */
  tool?: { args: string; result: string };
  /** For who may manage. `instructions`: where the account's prompt still gives the same. */
  question?: TracedQuestion & { instructions?: string };
  /** As the model wrote it, with tokens; for who may manage. */
  answer?: string;
}

/** A turn, or something that came or was said without one. */
export interface Group {
  /** The turn's id, or the message's. */
  id: string;
  kind: 'turn' | 'waiting' | 'person' | 'calls';
  at: number;
  /** What the customer, or a person, said. */
  said: { id: string; text: string }[];
  /** What became of it and why: first the main thing, then what led to it. */
  why: Told[];
  /** In the order of time. */
  entries: Entry[];
  /** The customer's message whose turn can be run again for a look. */
  rerun?: string;
}

export interface Timeline {
  conversation: {
    id: string;
    account: string;
    channel: string;
    status: string;
    /** Nobody's name where nobody is known. */
    name: string | null;
  };
  /** Oldest first. */
  groups: Group[];
  /** Older ones are before this `seq`; null: there are none. */
  before: number | null;
  /** Nothing is noted of turns here. */
  off: boolean;
}
