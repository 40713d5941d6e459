/** What the inbox reads beside conversations and messages. */
import type { Condition, Order } from '../desk/queues.ts';
import type { Conversation, Note, SavedAnswer, Upload } from '../model.ts';

/** One screen of a queue, wherever in it. */
export interface DeskPage {
  conditions: readonly Condition[];
  order: Order;
  offset: number;
  limit: number;
}

export interface DeskStore {
  /** Those of people who are being forgotten are left out. */
  desk(page: DeskPage): Promise<(Conversation & { name?: string })[]>;
  deskCount(conditions: readonly Condition[]): Promise<number>;
  /** Of a contact, the most recently active first; at most 50. */
  conversationsWith(contactId: string): Promise<Conversation[]>;
  /** Oldest first. */
  notes(conversationId: string): Promise<Note[]>;
  note(id: string): Promise<Note | null>;
  /** By their names. */
  savedAnswers(): Promise<SavedAnswer[]>;
  /** @returns false where its conversation is forgotten: it is not kept then. */
  putUpload(upload: Upload): Promise<boolean>;
  upload(id: string): Promise<Upload | null>;
  /** Labels and languages that conversations have, and who looks after any; each by its letters. */
  deskWords(): Promise<DeskWords>;
}

export interface DeskWords {
  labels: string[];
  languages: string[];
  assignees: string[];
}

/** As plans see them. */
export interface DeskRecords {
  /** @returns false where its conversation is forgotten: nothing was stored then. */
  insertNote(note: Note): boolean;
  removeNote(id: string): void;
  savedAnswer(id: string): SavedAnswer | null;
  putSavedAnswer(answer: SavedAnswer): void;
  removeSavedAnswer(id: string): void;
}
