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

/** A file that a colleague sends to a customer, as it was given. What it is called and said to be is harmless. */
export interface Upload {
  /** Nobody guesses it. */
  id: string;
  conversationId: string;
  name: string;
  /** What it really is. */
  type: string;
  /** Bytes. */
  size: number;
  /** Whoever knows its address gets it: its platform fetches files. */
  public: boolean;
  at: number;
  /** Base64. */
  content: string;
}

/** Words that are said often, picked by their name. */
export interface SavedAnswer {
  id: string;
  /** Short; unique without regard to case. */
  name: string;
  text: string;
  at: number;
}
