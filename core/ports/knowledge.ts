/** Passages of the business's own files. */
import type { Passage } from '../model.ts';

/** A piece of a file, before it is indexed. */
export interface PassageInput {
  title: string;
  text: string;
  language?: string;
}

/** What a conversation needs of it. */
export interface KnowledgeSearch {
  /** Those with passages, by name. */
  bases(): Promise<string[]>;
  /**
   * Best first. Searches by text, and by meaning as well where an embedder is set.
   * @param meant what may leave for the embedder; the query itself where it is not given.
   * @throws DragomanError KNOWLEDGE_MISSING for a base without passages, STORE_UNAVAILABLE
   */
  search(base: string, query: string, limit: number, meant?: string): Promise<Passage[]>;
}

export interface Knowledge extends KnowledgeSearch {
  /** Replaces all passages of one file; an empty list deletes it. `hash` is remembered to skip unchanged files. */
  put(
    base: string,
    source: string,
    hash: string,
    passages: PassageInput[],
    /** Told how much of it is indexed, 0 to 1, where it takes several steps. */
    told?: (share: number) => void,
  ): Promise<void>;
  /** How many passages a base has. */
  size(base: string): number;
  /** File → hash, for what is indexed now. */
  sources(base: string): Promise<Map<string, string>>;
}
