/** What is remembered of how the knowledge served: questions that it had no answer to, and what answers were made of. */
import type { OpenQuestion, Quoted } from '../model.ts';

export interface KnowledgeRecords {
  /** Notes a question; one of the same turn is left as it is. @returns false where its conversation is forgotten: it is not noted then. */
  noteQuestion(question: OpenQuestion): Promise<boolean>;
  /** Newest first, a page as of all lists. */
  openQuestions(page: { limit: number; before?: number; beforeId?: string }): Promise<OpenQuestion[]>;
  /** They are answered, or no questions. */
  dropQuestions(ids: string[]): Promise<void>;
  /** Adds to the counts of the UTC day of each `at`. A repeat counts twice. */
  addQuotes(quotes: Quoted[]): Promise<void>;
  /** Sums of the days from that of `since` on, the most quoted first. */
  quotes(since: number, limit: number): Promise<Quoted[]>;
}
