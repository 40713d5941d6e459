/** What happened on a turn's way: one record an attempt, for who asks why. */
import type { ConversationStatus } from './conversation.ts';
import type { HandoverBy } from './handover.ts';
import type { AnswerSource } from './message.ts';
import type { Passage } from './passage.ts';
import type { Decision } from './turn.ts';

/** Why one engine did not answer; see `Failure` in `answering.ts`. */
export interface TracedFailure {
  name: string;
  code: string;
  message: string;
}

/** What a model was asked, as it left: nothing personal is in it. */
export interface TracedQuestion {
  /** A short hash of the instructions: the same words have the same. */
  version: string;
  /** By which the instructions are made anew of the account's prompt, to be shown where that is the same still. */
  made: { language: string; ordered: boolean; humanPart: boolean; media: boolean };
  /** The newest ones, cut where they are long; `role` of each message, and its text. */
  history: { role: 'user' | 'assistant'; text: string }[];
  /** Messages before those. */
  earlier: number;
  /** Names of the tools that it was offered. */
  tools: string[];
}

/** What happened, with what is to be told of it. Small: a turn has some ten. */
export type TraceStep = {
  /** Milliseconds since the attempt began. */
  after: number;
  /** The node where it happened. */
  node?: string;
} & (
  | ({ kind: 'gate' } & Pick<Decision, 'gate' | 'result' | 'rule' | 'until'> & {
        /** Of what it blocks. */
        reason?: string;
      })
  | { kind: 'language'; language: string }
  | { kind: 'masked'; found: { kind: string; count: number }[] }
  | {
      kind: 'passages';
      base: string;
      found: Pick<Passage, 'id' | 'title' | 'source' | 'score'>[];
      /** The code of why it could not be searched. */
      error?: string;
    }
  | {
      kind: 'answer';
      source: AnswerSource;
      /** How long it took; milliseconds. */
      took: number;
      /** Who did not answer before. */
      failures?: TracedFailure[];
      asked?: TracedQuestion;
      /** With the tokens that stand for personal data. */
      text: string;
    }
  | { kind: 'tool'; tool: string; args: string; result: string; took: number }
  | { kind: 'status'; status: ConversationStatus; afterwards: boolean; by: 'flow' | HandoverBy }
  | { kind: 'error'; message: string; caught: boolean }
);

/** One attempt of a turn. */
export interface Trace {
  /** The attempt's name, `turn#n`. */
  id: string;
  turnId: string;
  conversationId: string;
  accountId: string;
  /** When it began and ended; UTC milliseconds. */
  at: number;
  endedAt: number;
  end: {
    outcome: 'answered' | 'drafted' | 'blocked' | 'silent' | 'failed';
    /** Of one that failed. */
    error?: string;
    /** Not its own fault: a deploy, a shutdown. */
    cut?: true;
  };
  steps: TraceStep[];
}
