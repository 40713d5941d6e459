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

/** A word of a question, and what stands for it in a passage. Both as a search sees words: see `core/text/words.ts`. */
export interface WordFound {
  word: string;
  /** How much of the question it is, 0 to 1. */
  share: number;
  /** The most alike word of the passage; absent: it has none. */
  found?: string;
  /** How alike the two are, 0 to 1. */
  likeness?: number;
}

/** A passage that was found, and why. */
export interface Explained extends Passage {
  /** All words of the question that say something, in its order. */
  words: WordFound[];
  /** Its place among the nearest by meaning, from 1; absent where it is none of them. */
  nearest?: number;
}

/** What was made of a file. */
export interface IndexedFile {
  source: string;
  passages: number;
  /** A sentence about each part that could not be read. */
  notes: string[];
}

/** A file that was looked at. */
export interface ReadFile extends IndexedFile {
  /** Why it could not be read; what was indexed of it before stays. */
  error?: string | undefined;
}

/** A file of the knowledge folder, as it lies there. */
export interface FolderFile {
  /** Its path in the base, with `/`. */
  name: string;
  bytes: number;
  changedAt: number;
  /** Whether files of its kind are read. */
  readable: boolean;
}

/** The folder that the index is made of: a folder for each base. */
export interface KnowledgeFolder {
  /** Endings of the files that can be read, with their point. */
  kinds: readonly string[];
  /** Bytes of the largest file that is read. */
  most: number;
  /** @throws DragomanError KNOWLEDGE_UNREADABLE */
  bases(): Promise<string[]>;
  /** Empty for a base that is not there. */
  files(base: string): Promise<FolderFile[]>;
  /**
   * Puts a file there, whole or not at all, over one of the same name.
   * @throws DragomanError BAD_REQUEST for a name that is none or leads elsewhere; TOO_LARGE; KNOWLEDGE_UNWRITABLE
   */
  write(base: string, name: string, content: Uint8Array): Promise<void>;
  /** @throws DragomanError BAD_REQUEST, NOT_FOUND, KNOWLEDGE_UNWRITABLE */
  remove(base: string, name: string): Promise<void>;
}

/** What people of the business look at. */
export interface KnowledgeView {
  /** As `search`, with the reasons. */
  explain(base: string, query: string, limit: number, meant?: string): Promise<Explained[]>;
  /** In the order of names. */
  files(base: string): Promise<IndexedFile[]>;
  /** Of one file, in its order. */
  passages(base: string, source: string): Promise<PassageInput[]>;
}

export interface Knowledge extends KnowledgeSearch, KnowledgeView {
  /** Replaces all passages of one file; an empty list deletes it. `hash` is remembered to skip unchanged files. */
  put(
    base: string,
    source: string,
    hash: string,
    passages: PassageInput[],
    /** Told how much of it is indexed, 0 to 1, where it takes several steps. */
    told?: (share: number) => void,
    /** What could not be read of it. */
    notes?: string[],
  ): Promise<void>;
  /** How many passages a base has. */
  size(base: string): number;
  /** File → hash, for what is indexed now. */
  sources(base: string): Promise<Map<string, string>>;
}
