/** A customer who asks for a person. */

/** Who found out that he does: his words, the model that answered him, a button that he tapped. */
export type HandoverBy = 'words' | 'model' | 'button';

/** How it ended: a person gave the conversation back or closed it, or the customer took the assistant again. */
export type HandoverEnd = 'handed-back' | 'closed' | 'assistant';

/** What holds from the moment at which a person is asked for; known before the turn that asks has ended. */
export interface HandoverTerms {
  /** ISO 639-1: in which the customer was answered. */
  language: string;
  /** When people are there again; null: they are there. */
  opensAt: number | null;
  /** Nobody came for so long, of which the customer hears; milliseconds, counted from when people are there. 0: never. */
  patienceMs: number;
}

/** One wish for a person, from the turn in which it was made until somebody has done with it. */
export interface Handover extends Pick<HandoverTerms, 'language' | 'opensAt'> {
  /** The turn's. */
  id: string;
  accountId: string;
  conversationId: string;
  by: HandoverBy;
  /** In the words of whoever caused it. */
  reason: string;
  at: number;
  state: 'open' | 'over';
  /** What it is about, for whoever comes: at most five lines. Null: not written yet. */
  summary: string[] | null;
  /** Who wrote them: a model, or they are the last things that were said. */
  summaryBy?: 'llm' | 'messages';
  /** When the customer is to hear that nobody has come; null: never, or somebody came, or he heard it. */
  tellAt: number | null;
  /** When he heard it. */
  toldAt?: number;
  /** When it is to be looked at next; null: there is nothing to do but for people. */
  dueAt: number | null;
  /** When the first words of a person left. */
  repliedAt?: number;
  endedAt?: number;
  end?: HandoverEnd;
}
