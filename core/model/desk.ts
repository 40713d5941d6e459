/** What people who work in the inbox keep beside conversations. */

/** A colleague's words about a conversation that its customer never sees. */
export interface Note {
  id: string;
  conversationId: string;
  /** The user who wrote it. */
  writer: string;
  text: string;
  at: number;
}

/** Words that are said often, picked by their name. */
export interface SavedAnswer {
  id: string;
  /** Short; unique without regard to case. */
  name: string;
  text: string;
  at: number;
}
