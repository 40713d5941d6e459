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
