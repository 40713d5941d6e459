/** Retrieved knowledge. */

/** A piece of retrieved knowledge. */
export interface Passage {
  id: string;
  /** Name of the knowledge base, and the file in it. */
  base: string;
  source: string;
  title: string;
  text: string;
  language?: string;
  score: number;
}

/**
 * Why a question went without an answer of the knowledge. `text`: a fixed text was said. `bare`: the model wrote, and no passage fitted. `person`: the
 * model got a person for the customer.
 */
export type Lack = 'text' | 'bare' | 'person';

/** A customer's question that the knowledge had no answer to. */
export interface OpenQuestion {
  /** Its turn's. */
  id: string;
  conversationId: string;
  accountId: string;
  /** The knowledge base that was asked. */
  base: string;
  /** What the customer wrote, masked: tokens stand for what is personal in it. */
  text: string;
  language: string;
  why: Lack;
  at: number;
}

/** How often passages under one heading of a file served an answer. */
export interface Quoted {
  base: string;
  source: string;
  title: string;
  count: number;
  /** The last time. */
  at: number;
}
